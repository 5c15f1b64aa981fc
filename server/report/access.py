"""
Access for one author (GDPR, Article 15): everything that is kept of them, in one file, and nothing of anybody else.

    data.json                what is kept, every code with its words in Dutch and English
    pictures/<id>.<type>     their pictures, which data.json names

Who of the staff decided is left out: those are others. So are the posts that theirs answer, or look like. Their votes
cannot be found, which `votes` says: they stand under keyed hashes of phones, so that nobody can tell who voted what.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, Final

import msgspec

from server.errors import NotFound
from server.report import prose
from server.report.duties.sheets import FOLDER
from server.report.hall import poll_body, said_on_stage
from server.report.packing import Package
from server.report.released import moment, session_titles, zone_of
from server.report.writing import Blobs
from server.symposium.bodies import symposium_body
from server.symposium.counting import votes
from server.symposium.entries import BlockBody
from server.symposium.state import Pick, Post, State, Version
from server.symposium.values import BlobId, BlockId, Picture, PostBody, PostId, Show, Status, Verdict

FORMAT: Final = 1
_TYPES: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}
_body = msgspec.json.Decoder(PostBody)
_block = msgspec.json.Decoder(BlockBody)

Data = dict[str, Any]


class Access:
    """
    What is kept of the author of *post*, as it is now: read at once, so that the file may be written in a thread.

    Raises:
        NotFound: There is no such post.
    """

    def __init__(self, state: State, post: PostId) -> None:
        known = state.posts.get(post)
        if known is None:
            raise NotFound(f"There is no post {post[:20]!r}.", code="unknown")
        self._state, self._key = state, known.author
        self._zone, self._titles = zone_of(state), session_titles(state)
        self._cited = dict(_cited(state))
        self.pictures: dict[BlobId, str] = {}
        """The pictures of their posts, and how each is called in the file."""
        self.data = msgspec.json.format(msgspec.json.encode(self._all()), indent=2)

    def pieces(self, blobs: Blobs) -> Iterator[bytes]:
        """The zip, a member at a time; a picture that is gone or damaged is left out."""
        package = Package()
        yield package.add("data.json", (self.data,))
        for blob, name in self.pictures.items():
            if (content := blobs(blob)) is not None:
                yield package.add(name, (content,), stored=True)
        yield package.end()

    def _all(self) -> Data:
        state, said = self._state, symposium_body(self._state)
        author = state.authors[self._key]
        posts = [state.posts[each] for each in author.posts]
        return {
            "format": FORMAT,
            "about": _told("about"),
            "votes": _told("votes"),
            "symposium": {"slug": state.slug, "title": said.title, "date": said.date},
            "made": self._moment(state.at),
            "author": {
                "key": self._key,
                "networks": sorted({post.network for post in posts}),
                "devices": sorted({post.device for post in posts if post.device is not None}),
                "blocked": author.banned is not None,
                "staysOut": author.erased or self._key in state.suppressed,
            },
            "posts": [self._post(post) for post in posts],
            "decisions": list(self._decisions(frozenset(author.posts))),
        }

    def _moment(self, at: int | None) -> datetime | None:
        return moment(at, self._zone) if at else None

    def _post(self, post: Post) -> Data:
        bodies = self._state.bodies
        kept = [(n, seq) for n, seq in enumerate(post.bodies, 1) if seq in bodies]
        versions = (each for each in self._state.draft.versions if post.id in each.posts)
        return {
            "id": post.id,
            "network": post.network,
            "source": post.source,
            "received": self._moment(post.received),
            "revised": self._moment(post.revised),
            "ended": self._moment(post.ended_at),
            "status": _told(f"status.{post.status.value}", post.status.value),
            "wasOnScreen": post.status is Status.SHOWN or post.stood,
            "pinned": post.pinned,
            "starred": post.starred,
            "reason": _told(f"reason.{post.reason.value}", post.reason.value) if post.reason else None,
            "checked": _checked(post.verdict),
            "notes": list(post.notes),
            "session": {"id": post.session, "title": self._titles.get(post.session, "")} if post.session else None,
            "language": post.lang,
            "revisionsInAll": post.revision,
            "revisions": [self._words(_body.decode(bodies[seq]), n, bare=post.bare) for n, seq in kept],
            "question": self._question(post),
            "answerTo": self._answer_to(post),
            "report": self._in_report(post),
            "versions": [self._in_version(version) for version in versions],
        }

    def _words(self, body: PostBody, number: int, *, bare: bool) -> Data:
        """One revision; with *bare* its pictures are kept no longer."""
        return {
            "revision": number,
            "text": body.text,
            "name": body.name,
            "handle": body.handle,
            "language": body.lang,
            "warning": body.warning,
            "to": body.to,
            "created": self._moment(body.created),
            "edited": self._moment(body.edited),
            "address": body.permalink,
            "uri": body.uri,
            "idAtNetwork": body.native_id,
            "authorAtNetwork": body.author_id,
            "isAnswer": body.reply_to is not None,
            "avatar": None if bare or body.avatar is None else self._file(body.avatar, "image/webp"),
            "pictures": [] if bare else [self._picture(each) for each in body.media],
        }

    def _picture(self, picture: Picture) -> Data:
        return {
            "file": self._file(picture.blob, picture.type),
            "description": picture.alt,
            "width": picture.width,
            "height": picture.height,
        }

    def _file(self, blob: BlobId, type_: str) -> str:
        return self.pictures.setdefault(blob, f"pictures/{blob}.{_TYPES.get(type_, 'bin')}")

    def _question(self, post: Post) -> Data | None:
        """What became of it where it is a question of the hall. Its votes are of others: only their number is told."""
        question = self._state.questions.get(post.id)
        if question is None:
            return None
        said = said_on_stage(self._state, question)
        return {
            "stand": _told(f"stand.{question.stand.value}", question.stand.value),
            "since": self._moment(question.changed),
            "votes": votes(self._state.questions, (post.id,)),
            "countedUnderAnother": question.into is not None,
            "answer": {"name": said.name, "text": said.text} if said.name or said.text else None,
        }

    def _answer_to(self, post: Post) -> Data | None:
        """The poll that this answers in words of one's own."""
        if post.poll is None or post.poll not in self._state.polls:
            return None
        return {"poll": post.poll, "title": poll_body(self._state, self._state.polls[post.poll]).title}

    def _decisions(self, theirs: frozenset[PostId]) -> Iterator[Data]:
        """What staff decided about their posts, oldest first; of a decision about many posts only theirs."""
        for made in self._state.made.values():
            posts = [each.post for each in made.before if each.post in theirs]
            if not posts and made.author != self._key:
                continue
            code = "ban" if made.decision is None else made.decision.value
            yield {
                "at": self._moment(made.at),
                "decision": _told(f"decision.{code}", code),
                "reason": _told(f"reason.{made.reason.value}", made.reason.value) if made.reason else None,
                "posts": posts,
                "takenBack": made.undone is not None,
            }

    def _in_report(self, post: Post) -> Data:
        """What the draft of the report does with it."""
        pick = self._state.draft.picks.get(post.id, Pick())
        return {
            "choice": _told(f"choice.{pick.choice.value}", pick.choice.value),
            "large": _told(f"choice.{pick.pull.value}", pick.pull.value),
            "named": _told(f"naming.{pick.naming.value}", pick.naming.value) if pick.naming else None,
            "countedUnderAnother": pick.into is not None,
            "quotedIn": [place for place, posts in self._cited.items() if post.id in posts],
        }

    def _in_version(self, version: Version) -> Data:
        code = "held" if version.held else "there"
        return {
            "number": version.number,
            "at": self._moment(version.at),
            "sha256": version.sha256,
            "state": _told(f"version.{code}", code),
        }


def _checked(verdict: Verdict) -> Data:
    """What the rules said when it came in, and which one."""
    code = type(verdict).__name__.lower()
    found = None if isinstance(verdict, Show) else verdict.found
    return {
        "verdict": _told(f"verdict.{code}", code),
        "rule": _told(f"rule.{verdict.rule}", verdict.rule),
        "found": found,
    }


def _cited(state: State) -> Iterator[tuple[BlockId, frozenset[PostId]]]:
    """The posts that each text of the report points at."""
    for place, block in state.draft.blocks.items():
        bodies = [state.bodies[text.body] for text in (block.text, *block.aside) if text and text.body in state.bodies]
        yield place, frozenset(post for body in bodies for post in prose.posts_in(_block.decode(body).text))


def _told(key: str, code: str | None = None) -> Data:
    """A code with its words in both languages; the code itself stands for what a plug-in's rule is called."""
    words = {lang: _words(lang).get(key, code or "") for lang in ("nl", "en")}
    return words if code is None else {"code": code, **words}


@cache
def _words(lang: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((FOLDER / lang / "access.json").read_text(encoding="utf-8"))
    return found
