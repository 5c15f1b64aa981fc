"""
The report as its authors' page is told: texts, choices, what each section has because of them, and its posts.

What an author has not said is the compiler's to choose, and another post of theirs would change that choice. So that
one key changes one post, `settled` says aloud what the compiler chose, before the first choice in a section.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from server.report import hall
from server.report.compile import AFTER, LOOSE, _Compiler
from server.report.compile import _Told as Quotable
from server.report.measure import block_text
from server.report.model import Section
from server.report.naming import initials
from server.symposium.bodies import badge_name, media_url, post_body
from server.symposium.programme import has_no_photos
from server.symposium.state import Block, BlockText, Post, State
from server.symposium.values import PHONE, SHOWN, BlobId, Choice, PollId, PostBody, PostId

_POST_REF: Final = re.compile(r"\{\{post ([a-z2-7]{16})\}\}")


class _Facts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of what is told."""


class TextFacts(_Facts, frozen=True):
    """A text; `seq` is its entry, which the next one names as its `base`."""

    seq: int
    at: int
    by: str
    text: str


class BlockFacts(_Facts, frozen=True):
    """What stands in a place, None for nothing; `beside` was written meanwhile by somebody else."""

    text: TextFacts | None
    beside: tuple[TextFacts, ...]


class PickFacts(_Facts, frozen=True):
    """What was said of a post; see `entries.QuotesSet`."""

    choice: str
    pull: str
    names: str | None
    into: str | None


class QuestionFacts(_Facts, frozen=True):
    """
    A question of the hall; its words are those of the post.

    Args:
        under: The posts that are counted under it and stand on the screens.
        stand: `open`, `on-stage`, `answered` or `later`; `changed` since when (µs), 0 for open from the beginning.
        name, answer: Who answered and what, as it was written down in the hall.
        written: The report's author wrote an answer.
        chosen: It is in the report.
    """

    post: str
    votes: int
    under: tuple[str, ...]
    to: str
    stand: str
    changed: int
    name: str
    answer: str
    written: bool
    chosen: bool


class PollFacts(_Facts, frozen=True):
    """
    A poll that was held. `few`: fewer than five people voted; `counts` as the report has them, empty without a result.

    `place` is that of what an author writes about it; it begins with a line `{{out}}` for one that is not `chosen`.
    """

    id: str
    kind: str
    title: dict[str, str]
    options: tuple[dict[str, str], ...]
    low: int
    opened: int
    closed: int
    n: int
    few: bool
    counts: tuple[int, ...]
    middle: int | None
    words: tuple[tuple[str, int], ...]
    chosen: bool


class SectionFacts(_Facts, frozen=True):
    """
    A section, with its chosen posts in their order and its pull quotes.

    Args:
        kind: A session's, or `other` for what belongs to none (`loose`) and what came later (`after`).
        start, end: In µs, 0 for a section without a time of its own.
        posts: How many there are.
        answers: Of the chosen ones that stand below another: which.
        mark: Another one when any of its posts is another: then `section_posts` has news.
        questions: The most wanted first; `polls` by when they were asked.
    """

    id: str
    title: str
    kind: str
    room: str
    speakers: tuple[str, ...]
    start: int
    end: int
    posts: int
    chosen: tuple[str, ...]
    pulls: tuple[str, ...]
    answers: dict[str, str]
    mark: str
    questions: tuple[QuestionFacts, ...]
    polls: tuple[PollFacts, ...]


class VersionFacts(_Facts, frozen=True):
    """A version that does not change; `gone` when an erasure took its bytes."""

    number: int
    at: int
    by: str
    sha256: str
    gone: bool


class DraftFacts(_Facts, frozen=True):
    """The draft. `seq` is its last change; `zone` the time zone of the programme."""

    seq: int
    names: str
    lang: str
    cover: str
    zone: str
    texts: dict[str, BlockFacts]
    picks: dict[str, PickFacts]
    sections: tuple[SectionFacts, ...]
    versions: tuple[VersionFacts, ...]


class PhotoFacts(_Facts, frozen=True):
    """A photo; `small` is one of at most 320 pixels. `alt` is empty where nobody described it."""

    url: str
    small: str
    alt: str
    width: int
    height: int


class EmojiFacts(_Facts, frozen=True):
    """A network's own sign: `:shortcode:` in the text stands for it."""

    shortcode: str
    url: str


class EndFacts(_Facts, frozen=True):
    """Why a post has no words any more, and since when (µs)."""

    status: str
    at: int


class PostFacts(_Facts, frozen=True):
    """
    A post as an author of the report reads it: whole, with the name that its writer filled in.

    Args:
        at: When it was said, in µs.
        initials: The name in letters, as the report would have it; empty for a participant.
        phone: Whether it came from a phone: who sent it agreed to the report then.
        like: One that says nearly the same, None for none.
        link: Its network lets nobody keep the words: the report has the address alone.
        end: Not None for one that was taken back since it was chosen. Its words are gone, and its name too.
    """

    id: str
    revision: int
    at: int
    network: str
    phone: bool
    name: str = ""
    handle: str = ""
    initials: str = ""
    text: str = ""
    lang: str | None = None
    warning: str = ""
    permalink: str | None = None
    starred: bool = False
    like: str | None = None
    link: bool = False
    photos: tuple[PhotoFacts, ...] = ()
    emojis: tuple[EmojiFacts, ...] = ()
    end: EndFacts | None = None


class Settled(msgspec.Struct, frozen=True):
    """What the compiler chose of posts that nobody said anything of: to be in, and to be out."""

    taken: tuple[PostId, ...]
    left: tuple[PostId, ...]


def draft_facts(state: State) -> DraftFacts:
    """The draft, without the words of posts."""
    draft, told = state.draft, _Told(state)
    return DraftFacts(
        seq=draft.seq,
        names=draft.naming.value,
        lang=draft.lang,
        cover=draft.cover.value,
        zone=told.compiler.zone,
        texts={str(place): _block(state, block) for place, block in draft.blocks.items()},
        picks={
            str(post): PickFacts(
                choice=pick.choice.value,
                pull=pick.pull.value,
                names=None if pick.naming is None else pick.naming.value,
                into=pick.into,
            )
            for post, pick in draft.picks.items()
        },
        sections=tuple(told.facts(each) for each in told.sections()),
        versions=tuple(
            VersionFacts(
                number=each.number,
                at=each.at,
                by=badge_name(state, each.by) or "",
                sha256=each.sha256,
                gone=bool(each.gone),
            )
            for each in draft.versions
        ),
    )


def section_posts(state: State, section: str, *, link_only: Collection[str] = ()) -> tuple[PostFacts, ...]:
    """
    The posts of *section* by time: those on the screens, and in their places those that an author chose and that were
    taken back since.
    """
    told = _Told(state)
    shown = [_post(state, each.post, each.body, each.at, link_only) for each in told.quotable(section)]
    ended = [_ended(post) for post in told.ended(section)]
    return tuple(sorted((*shown, *ended), key=lambda post: post.at))


def settled(state: State, posts: Iterable[PostId], *, pull: bool) -> Settled:
    """
    Of the sections of *posts*: what stands in them that no author chose, and what does not.

    Args:
        pull: Of pull quotes instead of the thread.
    """
    told, taken, left = _Told(state), list[PostId](), list[PostId]()
    for section in told.sections_of(posts):
        thread, pulls = told.compiler._thread(section)
        stands, under = {quote.post for quote in pulls}, set[PostId]()
        if not pull:
            stands = {quote.post for each in thread for quote in (each.quote, *each.replies)}
            stands |= told.compiler._chosen_questions(section)
            under = {post for group in told.compiler.questions[section] for post in group.every if post != group.post}
        for each in told.quotable(section):
            said = each.pick.pull if pull else each.pick.choice
            # Only a star makes a pull quote by itself.
            if said is not Choice.AUTO or each.post.id in under:
                continue
            if each.pick.into is None and (not pull or each.post.starred):
                (taken if each.post.id in stands else left).append(each.post.id)
    return Settled(tuple(taken), tuple(left))


def moved(state: State, section: str, post: PostId, after: PostId | None) -> tuple[PostId, ...] | None:
    """
    The order of *section* with *post* behind *after* (None: first), None where one of them is not in its thread.

    The others of the section are in it too, each behind the one that came before it, so that what is chosen later finds
    a place by its time.
    """
    told = _Told(state)
    order = [each.quote.post for each in told.compiler._thread(section)[0]]
    if post not in order or (after is not None and after not in order):
        return None
    if after != post:
        order.remove(post)
        order.insert(0 if after is None else order.index(after) + 1, post)
    known, before = set(order), None
    for each in told.quotable(section):
        if each.post.id not in known:
            order.insert(0 if before is None else order.index(before) + 1, each.post.id)
        before = each.post.id
    return tuple(order)


def is_of_a_post(state: State, blob: BlobId) -> bool:
    """Whether a picture belongs to a post that the report may have, where pictures may be shown."""
    with_photos = (post for post in map(state.posts.__getitem__, state.shown) if post.photos)
    bodies = (post_body(state, post) for post in with_photos if not has_no_photos(state, post.session))
    return any(blob in (photo.blob, photo.small) for body in bodies if body is not None for photo in body.media)


class _Told:
    """The posts of a symposium by section, as the compiler reads them; without what takes long, such as topics."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.compiler = _Compiler(state, home="", short="", link_only=frozenset())
        self._known = {slot.session for slot in self.compiler.slots}

    def sections(self) -> Iterator[Section]:
        """Those that the report has, in its order."""
        compiler, shelf = self.compiler, self.compiler._shelf()
        for slot in compiler.slots:
            if compiler._is_told(slot, shelf):
                yield compiler._section_of(slot, (), shelf)
        for name, papers in ((LOOSE, shelf.get(None, ())), (AFTER, ())):
            if (other := compiler._other(name, papers)) is not None:
                yield other

    def quotable(self, section: str) -> Iterator[Quotable]:
        """The posts of *section* by time, without those of which time took the words: these are only counted."""
        return (each for each in self.compiler.by_section[section] if not each.silent)

    def sections_of(self, posts: Iterable[PostId]) -> Sequence[str]:
        """Each once."""
        told = self.compiler.told
        return tuple(dict.fromkeys(told[post].section for post in posts if post in told))

    def ended(self, section: str) -> Iterator[Post]:
        """What an author chose or pointed at, and left the screens since."""
        for post_id in self._wanted():
            post = self.state.posts.get(post_id)
            if post is None or post.status is SHOWN:
                continue
            if self.compiler._section(post, post.received, self._known) == section:
                yield post

    def _wanted(self) -> Iterable[PostId]:
        picks = self.state.draft.picks
        by_hand = (post for post, pick in picks.items() if pick.into is None and Choice.IN in (pick.choice, pick.pull))
        texts = (
            block_text(self.state.bodies[block.text.body])
            for block in self.state.draft.blocks.values()
            if block.text is not None and block.text.body in self.state.bodies
        )
        pointed = (PostId(found) for text in texts for found in _POST_REF.findall(text))
        return dict.fromkeys((*by_hand, *pointed))

    def facts(self, section: Section) -> SectionFacts:
        mark = hashlib.blake2b(digest_size=8)
        for each in self.compiler.by_section[section.id]:
            mark.update(f"{each.post.id} {each.post.revision} {each.post.starred} {each.post.bare}\n".encode())
        for post in self.ended(section.id):
            mark.update(f"{post.id} {post.status}\n".encode())
        return SectionFacts(
            id=section.id,
            title=section.title,
            kind=section.kind,
            room=section.room,
            speakers=tuple(speaker.name for speaker in section.speakers),
            start=section.start,
            end=section.end,
            posts=section.posts,
            chosen=tuple(quote.post for thread in section.thread for quote in (thread.quote, *thread.replies)),
            pulls=tuple(quote.post for quote in section.pulls),
            answers={reply.post: thread.quote.post for thread in section.thread for reply in thread.replies},
            mark=mark.hexdigest(),
            questions=tuple(self._questions(section)),
            polls=tuple(_poll(self.state, id_) for id_ in self.compiler.polls[section.id]),
        )

    def _questions(self, section: Section) -> Iterator[QuestionFacts]:
        for group, asked, chosen in self.compiler._asked(section.id):
            question = hall.stand_of(self.state, group)
            said = hall.said_on_stage(self.state, question)
            yield QuestionFacts(
                post=group.post,
                votes=asked.votes,
                under=group.seen[1:],
                to=asked.to,
                stand=asked.stand,
                changed=question.changed,
                name=said.name,
                answer=said.text,
                written=asked.answer is not None and asked.answer.written,
                chosen=chosen,
            )


def _poll(state: State, id_: PollId) -> PollFacts:
    poll = hall.told_poll(state, id_, again=False)
    return PollFacts(
        id=id_,
        kind=poll.kind,
        title=poll.title,
        options=poll.options,
        low=poll.low,
        opened=poll.opened,
        closed=poll.closed,
        n=poll.n,
        few=poll.few and bool(poll.closed),
        counts=poll.counts if poll.told else (),
        middle=poll.middle if poll.told else None,
        words=tuple((word.name, word.n) for word in poll.words) if poll.told else (),
        chosen=hall.poll_text(state, id_)[1],
    )


def _post(state: State, post: Post, body: PostBody, at: int, link_only: Collection[str]) -> PostFacts:
    return PostFacts(
        id=post.id,
        revision=post.revision,
        at=at,
        network=post.network,
        phone=post.source == PHONE,
        name=body.name,
        handle=body.handle,
        initials=initials(body.name),
        text=body.text,
        lang=body.lang,
        warning=body.warning,
        permalink=body.permalink,
        starred=post.starred,
        like=post.like,
        link=post.network in link_only,
        photos=_photos(state, post, body),
        emojis=tuple(EmojiFacts(shortcode=e.shortcode, url=media_url(state.slug, e.blob)) for e in body.emojis),
    )


def _photos(state: State, post: Post, body: PostBody) -> tuple[PhotoFacts, ...]:
    if has_no_photos(state, post.session):
        return ()
    return tuple(
        PhotoFacts(
            url=media_url(state.slug, photo.blob),
            small=media_url(state.slug, photo.small or photo.blob),
            alt=photo.alt,
            width=photo.width,
            height=photo.height,
        )
        for photo in body.media
    )


def _ended(post: Post) -> PostFacts:
    end = EndFacts(status=post.status.value, at=post.ended_at or post.decided_at)
    return PostFacts(
        id=post.id, revision=post.revision, at=post.received, network=post.network, phone=post.source == PHONE, end=end
    )


def _block(state: State, block: Block) -> BlockFacts:
    return BlockFacts(
        text=None if block.text is None else _text(state, block.text),
        beside=tuple(_text(state, each) for each in block.aside),
    )


def _text(state: State, text: BlockText) -> TextFacts:
    body = state.bodies.get(text.body)
    return TextFacts(
        seq=text.body, at=text.at, by=badge_name(state, text.by) or "", text="" if body is None else block_text(body)
    )
