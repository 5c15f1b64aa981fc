"""Posts, papers and sources as a report prints them: what was said, by whom, where it is to be found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal
from urllib.parse import urlsplit

from qr import capitals
from server.report import document as nodes
from server.report import prose
from server.report.document import (
    Blocks,
    Break,
    Card,
    Drop,
    Emph,
    Inline,
    Inlines,
    Link,
    NoteRef,
    Said,
    Strong,
    Text,
)
from server.report.model import Note, Paper, PaperFile, Photo, Quote
from server.report.narrative import Telling, filled, joined, marked, plain, without_hashtags
from server.report.words import capital
from server.symposium.values import PostId

Role = Literal["pull", "thread", "reply"]

LARGE = 200
"""Characters; a longer post is no pull quote."""
_PHONE = "phone"
_SHORT = re.compile(r"[a-z0-9.-]+(?::[0-9]+)?(?:/[a-z0-9]+){1,2}", re.IGNORECASE)
"""`host/LU/K7`: as a reader types it."""


class Quoting:
    """Quotes from one report, in one language."""

    def __init__(self, tell: Telling) -> None:
        self.tell = tell
        self.report = tell.report
        self.words = tell.words
        sections = self.report.all_sections()
        self.addresses = {note.number: note.address for note in self.report.notes}
        self.papers = tuple({paper.paper: paper for section in sections for paper in section.papers}.values())
        self.by_code = _by_code(self.papers)
        self.leaves_out_hashtags = False
        """Whether a post so far lost the symposium's own at its end."""
        self._pictured: set[PostId] = set()

    def said(self, quote: Quote, role: Role, *, photos: bool = True) -> Said:
        """
        A post as it is printed. What is asked for first is read first: its photos stand there, and not again.

        Args:
            photos: Without, they are left for where the post stands once more.
        """
        words, who, time = self.words, self.tell.who(quote), self.tell.time(quote.at)
        said, tags = without_hashtags(quote.text, self.report.hashtags)
        self.leaves_out_hashtags = self.leaves_out_hashtags or bool(tags)
        network = words.network(quote.network)
        key = "said.by-phone" if quote.network == _PHONE else "said.by"
        more = [words.count("said.alike", quote.alike)] if quote.alike else []
        drop = (Drop(words["drop"]),) if quote.starred else ()
        note = (NoteRef(quote.note),) if quote.note is not None else ()
        ahead, behind = (
            ((*drop, Text(" ")), ()) if drop and role == "pull" else ((), (Text(" "), *drop) if drop else ())
        )
        return Said(
            role=role,
            inlines=joined((*self._said_words(quote, said), *note, *behind)),
            by=joined((*ahead, Text(" · ".join((words.say(key, who=who, network=network, time=time), *more))))),
            name=who,
            when=" · ".join((words.say("said.when", network=network, time=time), *more)),
            photos=self._photos(quote) if photos else (),
        )

    def words_of(self, quote: Quote) -> Inlines:
        """The words of a post alone, without the symposium's own hashtags at their end."""
        said, tags = without_hashtags(quote.text, self.report.hashtags)
        self.leaves_out_hashtags = self.leaves_out_hashtags or bool(tags)
        return self._said_words(quote, said)

    def _photos(self, quote: Quote) -> tuple[nodes.Photo, ...]:
        if quote.post in self._pictured:
            return ()
        self._pictured.add(quote.post)
        return tuple(self._photo(photo, quote) for photo in quote.photos)

    def _said_words(self, quote: Quote, said: str) -> Inlines:
        words = self.words
        if quote.link_only:
            network = words.network(quote.network)
            address = self.addresses.get(quote.note or 0, "")
            if not prose.is_address(address):
                return (Text(words.say("said.link-gone", network=network)),)
            lead_in = Text(f"{words.say('said.link-only', network=network)} ")
            return (lead_in, linked(address))
        if not said:
            return (Text(words.form("said.photo-only", len(quote.photos)) if quote.photos else words["said.empty"]),)
        lines = marked(_lines(said), said, quote.lang, words.lang)
        if not quote.warning:
            return lines
        warning = words.say("said.warning", warning=quote.warning)
        return (Strong((Text(warning),)), Break(), *lines)

    def _photo(self, photo: Photo, quote: Quote) -> nodes.Photo:
        words = self.words
        by = words.say(
            "photo.by",
            who=self.tell.who(quote),
            network=words.network(quote.network),
            time=self.tell.time(quote.at),
        )
        return nodes.Photo(
            blob=photo.blob,
            type=photo.type,
            width=photo.width,
            height=photo.height,
            alt=photo.alt.strip() or words["photo.undescribed"],
            caption=(Text(by),),
        )

    def card(self, paper: Paper) -> Card:
        address = self.url(paper.address)
        about = [self._form(paper), *(self._file(file, paper) for file in paper.files)]
        where = [Strong((linked(address),))] if address else []
        fetched = [self.words.count("paper.fetched", paper.fetched)] if paper.fetched else []
        lines: list[Inlines] = [plain(self.tell.speakers(paper.authors))] if paper.authors else []
        lines.append((Text(" · ".join(about)),))
        if paper.abstract.strip():
            lines.append((Text(" ".join(paper.abstract.split())),))
        if where or fetched:
            lines.append((*where, *(Text(f" · {told}" if where else told) for told in fetched)))
        return Card(
            address=capitals(address),
            code_alt=self.words.say("code.alt", address=shown(address)) if address else paper.title,
            title=(Text(paper.title), NoteRef(paper.note)) if paper.note else (Text(paper.title),),
            lines=tuple(lines),
        )

    def _form(self, paper: Paper) -> str:
        host = urlsplit(paper.link).hostname if prose.is_address(paper.link) else None
        form = self.words[f"form.{paper.form}"]
        return f"{form} · {self.words.say('paper.elsewhere', host=host)}" if host else form

    def _file(self, file: PaperFile, paper: Paper) -> str:
        words = self.words
        said = [self._file_type(file.type), words.size(file.size)]
        if file.pages:
            said.insert(0, words.count("paper.slides" if paper.form == "slides" else "paper.pages", file.pages))
        if file.lang:
            said.insert(0, words.language(file.lang))
        return ", ".join(said)

    def _file_type(self, media_type: str) -> str:
        key = f"type.{media_type}"
        return self.words[key] if key in self.words.entries else media_type.rpartition("/")[2]

    def url(self, address: str) -> str:
        """*address* whole: a short one comes without its scheme, and leads there in capitals. "" for what is none."""
        if prose.is_address(address):
            return address
        if not _SHORT.fullmatch(address):
            return ""
        host, _, path = address.partition("/")
        return f"{urlsplit(self.report.home).scheme or 'https'}://{host.lower()}/{path.upper()}"

    def note(self, note: Note) -> nodes.Note:
        told = self._paper_note(note) if note.kind == "paper" else self._post_note(note)
        url = self.url(note.address)
        address = (Text(" "), linked(url)) if url else ()
        return nodes.Note(number=note.number, inlines=joined((*told, *address)))

    def _post_note(self, note: Note) -> Inlines:
        words, zone = self.words, self.report.zone
        who = note.what or capital(words["participant"])  # a name is written as its owner does
        date, time = words.plain_date(note.at, zone), self.tell.time(note.at)
        return (Text(words.say("note.post", who=who, date=date, time=time, network=words.network(note.network))),)

    def _paper_note(self, note: Note) -> Inlines:
        authors = next((paper.authors for paper in self.papers if paper.note == note.number), ())
        title: Inlines = (Emph((Text(note.what),)),)
        if not authors:
            return filled(self.words["note.paper-alone"], title=title)
        return filled(self.words["note.paper"], authors=self.tell.speakers(authors), title=title)

    def cited(self, post: PostId) -> Blocks:
        """A post in the author's words: large when it is short. Nothing when it may not be printed any more."""
        quote = self.report.cited.get(post)
        if quote is None:
            return ()
        is_large = quote.text and len(quote.text) <= LARGE and not quote.photos
        return (self.said(quote, "pull" if is_large else "thread"),)

    def cited_paper(self, code: str, place: str) -> Inlines:
        paper = self.by_code.get(code.casefold())
        if paper is None or not paper.note:
            return (Text(f" ({', '.join(filter(None, (code, place)))})"),)
        return (NoteRef(paper.note, place),)


def _by_code(papers: Iterable[Paper]) -> Mapping[str, Paper]:
    """Papers by their ids and by the last part of their short addresses."""
    found: dict[str, Paper] = {}
    for paper in papers:
        found[paper.paper.casefold()] = paper
        found[paper.address.rpartition("/")[2].casefold()] = paper
    return found


def shown(address: str) -> str:
    """As one reads it: without its scheme, and a short address, which has no small letters, in small letters."""
    scheme, found, rest = address.partition("://")
    if not found or scheme.lower() not in ("http", "https"):
        return address
    _, _, path = rest.partition("/")
    return rest.lower() if path == path.upper() else rest


def linked(address: str) -> Link:
    return Link(address, (Text(shown(address)),))


def _lines(text: str) -> Inlines:
    """Words with their new lines; more than one empty line is one."""
    made: list[Inline] = []
    for line in re.sub(r"\n{3,}", "\n\n", text).split("\n"):
        made += [Break()] if made else []
        made += [Text(line)] if line else []
    return tuple(made)
