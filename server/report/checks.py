"""What is to be looked at before a version of the report is frozen: what stops it, and what is only odd."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final

import msgspec

from server.report.draft_facts import _Told
from server.report.hall import LEFT_OUT, answer_place
from server.report.measure import block_text
from server.report.model import Quote, Section
from server.report.prose import posts_in
from server.symposium.report import MAX_VERSIONS
from server.symposium.state import State
from server.symposium.values import SHOWN, BlockId, Choice, PostId

MAX_NAMED: Final = 100
"""Posts and places that one check names; `n` counts all."""


MANY: Final = 5
"""People; fewer do not make a question that everybody misses an answer to."""
_NO_TALK: Final = frozenset({"break", "other"})
"""Lunch, and what belongs to no session: nobody misses words about it."""


class Level(StrEnum):
    STOPS = "stops"
    WARNS = "warns"


class Check(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    Something that was found.

    Codes that stop: `no-alt` (a chosen post has a photo that nobody described), `beside` (two texts in one place),
    `too-many-versions`. Codes that warn: `gone` (chosen posts that were taken back, deleted at their source, or are not
    on the screens any more), `source-unreachable` (chosen posts whose source could not be asked), `no-summary`,
    `empty-session` (neither a text nor a post), `lost-place` (a text of a session that is not in the programme any
    more: it is not printed), `lost-answer` (a text at a question or poll that is not in the report), `unanswered`
    (questions of many people that are in the report without an answer), `no-posts`.

    `n` is how many; `posts` and `places` are the first of them.
    """

    code: str
    level: Level
    n: int
    posts: tuple[PostId, ...] = ()
    places: tuple[str, ...] = ()


class Drafted:
    """
    What stands in the report now, without what takes long to reckon, such as what a session was about.

    Args:
        state: Read now; nothing of it is kept but what is said below.
    """

    def __init__(self, state: State) -> None:
        told = _Told(state)
        self.sections: tuple[Section, ...] = tuple(told.sections())
        self.quotes: dict[PostId, Quote] = quoted(self.sections, told.compiler._cited())


def quoted(sections: Iterable[Section], cited: Mapping[PostId, Quote]) -> dict[PostId, Quote]:
    """The posts that stand in a report, by the order of reading: first those of its sections."""
    found: dict[PostId, Quote] = {}
    for section in sections:
        thread = (each for top in section.thread for each in (top.quote, *top.replies))
        questions = (each for asked in section.asked for each in (asked.quote, *asked.others))
        for quote in (*section.pulls, *thread, *questions):
            found.setdefault(quote.post, quote)
    return {**found, **{post: quote for post, quote in cited.items() if post not in found}}


def checks(state: State, *, unasked: Collection[PostId] = (), drafted: Drafted | None = None) -> tuple[Check, ...]:
    """
    What there is to say, the worst first.

    Args:
        unasked: Posts whose source could not be asked just now.
        drafted: Of this state, where it is known already.
    """
    return tuple(_found(state, drafted or Drafted(state), unasked))


def _found(state: State, drafted: Drafted, unasked: Collection[PostId]) -> Iterator[Check]:
    in_it, blocks = drafted.quotes, state.draft.blocks
    yield from _posts(
        "no-alt", Level.STOPS, (post for post, quote in in_it.items() if any(not each.alt for each in quote.photos))
    )
    yield from _places("beside", Level.STOPS, (place for place, block in blocks.items() if block.aside))
    if len(state.draft.versions) >= MAX_VERSIONS:
        yield Check(code="too-many-versions", level=Level.STOPS, n=len(state.draft.versions))
    yield from _posts("gone", Level.WARNS, _gone(state))
    yield from _posts("source-unreachable", Level.WARNS, (post for post in in_it if post in unasked))
    texts = {place: _text(state, block.text.body) for place, block in blocks.items() if block.text is not None}
    if not texts.get(BlockId("summary")):
        yield Check(code="no-summary", level=Level.WARNS, n=1, places=("summary",))
    empty = (
        each.id for each in drafted.sections if each.kind not in _NO_TALK and not each.text.strip() and not each.thread
    )
    yield from _places("empty-session", Level.WARNS, (f"session:{session}" for session in empty))
    held = {f"session:{session}" for session in (() if state.programme is None else state.programme.slots)}
    lost = (place for place, text in texts.items() if text and place.startswith("session:") and place not in held)
    yield from _places("lost-place", Level.WARNS, lost)
    yield from _posts("unanswered", Level.WARNS, _unanswered(drafted.sections))
    asked = (each for section in drafted.sections for each in section.asked)
    told = {answer_place(quote.post) for each in asked for quote in (each.quote, *each.others)}
    told |= {answer_place(poll.poll) for section in drafted.sections for poll in section.polls}
    written = (place for place, text in texts.items() if place.startswith("answer:") and not text.startswith(LEFT_OUT))
    yield from _places("lost-answer", Level.WARNS, (place for place in written if texts[place] and place not in told))
    if not in_it:
        yield Check(code="no-posts", level=Level.WARNS, n=1)


def _unanswered(sections: Iterable[Section]) -> Iterator[PostId]:
    """Those with at least half the votes of the most wanted question of all, and no fewer than five."""
    asked = [each for section in sections for each in section.asked]
    many = max(MANY, max((each.votes for each in asked), default=0) // 2)
    return (each.quote.post for each in asked if each.answer is None and each.votes >= many)


def _gone(state: State) -> Iterator[PostId]:
    """What an author chose by hand, or points at in a text, and that no report may print any more."""
    draft = state.draft
    by_hand = [post for post, pick in draft.picks.items() if Choice.IN in (pick.choice, pick.pull)]
    texts = [_text(state, block.text.body) for block in draft.blocks.values() if block.text is not None]
    for post in dict.fromkeys((*by_hand, *(post for text in texts for post in posts_in(text)))):
        known = state.posts.get(post)
        if known is None or known.status is not SHOWN:
            yield post


def _text(state: State, seq: int) -> str:
    body = state.bodies.get(seq)
    return "" if body is None else block_text(body).strip()


def _posts(code: str, level: Level, posts: Iterable[PostId]) -> Iterator[Check]:
    found = tuple(posts)
    if found:
        yield Check(code=code, level=level, n=len(found), posts=found[:MAX_NAMED])


def _places(code: str, level: Level, places: Iterable[str]) -> Iterator[Check]:
    found = tuple(places)
    if found:
        yield Check(code=code, level=level, n=len(found), places=found[:MAX_NAMED])
