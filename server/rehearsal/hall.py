"""
What the hall is asked on the rehearsal day, and what it says. The same seed gives the same day.

`hall.toml` holds the polls, the answers to questions and the applause; who wants to know what follows from the day's
questions.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import msgspec

from server.rehearsal.script import Kind, RehearsalPost, Ruling, named
from server.symposium.entries import PollBody, PollForm
from server.symposium.values import PollKind, Reaction, Reveal

DATA = Path(__file__).parent / "hall.toml"
PHONES = 120
"""In the hall, beside those that write."""
WANT_FROM_S, WANT_UNTIL_S = 12.0, 240.0
"""After a question came in, between these seconds others say that they want to know too."""
_SIDES = {"a": 0, "d": 1, "p": 2}
_MIND_OF_ONES_OWN = 0.12
"""How often somebody says something else than their side does."""

_Words = dict[str, str]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A poll as written in `hall.toml`; `id` is for this file only."""

    id: str
    kind: PollKind
    session: str
    from_s: float
    until_s: float
    votes: int
    shares: tuple[int, ...]
    title: _Words
    options: tuple[_Words, ...] = ()
    ends: tuple[_Words, ...] = ()
    low: int = 0
    high: int = 0
    right: int | None = None
    seconds: int = 0
    reveal: Reveal = Reveal.CLOSED
    again: str | None = None
    sides: tuple[str, ...] = ()

    @property
    def body(self) -> PollBody:
        """Its words."""
        return PollBody(title=self.title, options=self.options, ends=self.ends)

    @property
    def form(self) -> PollForm:
        """What may be answered; without its session and what it repeats, which only the symposium knows."""
        return PollForm(
            kind=self.kind,
            options=len(self.options),
            low=self.low,
            high=self.high,
            right=self.right,
            seconds=self.seconds,
            reveal=self.reveal,
        )


class Answered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question that is put to the stage, by its name in `posts.toml`, and what was answered."""

    post: str
    from_s: float
    until_s: float
    by: str
    text: str


class Applause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often the hall said something in one sign."""

    kind: Reaction
    at_s: float
    n: int


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    poll: tuple[Asked, ...]
    answer: tuple[Answered, ...]
    reaction: tuple[Applause, ...]


class Act(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something that happens, `at_s` seconds after the start at speed 1."""

    at_s: Annotated[float, msgspec.Meta(ge=0)]


class Opens(Act, frozen=True):
    """A poll is opened."""

    poll: str


class Closes(Act, frozen=True):
    """It is closed, where it has not closed by itself."""

    poll: str


class Votes(Act, frozen=True):
    """The phone with this number votes."""

    poll: str
    phone: int
    answers: tuple[int, ...]


class Wants(Act, frozen=True):
    """The phone with this number wants to know this question too; `post` is its key."""

    post: str
    phone: int


class Stands(Act, frozen=True):
    """A question is put to the stage; with an `answer` it was answered."""

    post: str
    answer: Answered | None = None


class Claps(Act, frozen=True):
    """Somebody says something in one sign."""

    kind: Reaction
    n: int


AnyAct = Opens | Closes | Votes | Wants | Stands | Claps


@cache
def polls() -> tuple[Asked, ...]:
    """The polls of the day, in the order in which they are held."""
    return _file().poll


def acts(day: Sequence[RehearsalPost], seed: int = 1) -> tuple[AnyAct, ...]:
    """What the hall does on a *day*, by time."""
    chance = random.Random(f"hall {seed}")
    found: list[AnyAct] = []
    for poll in polls():
        found += (Opens(at_s=poll.from_s, poll=poll.id), *_votes(poll, chance), Closes(at_s=poll.until_s, poll=poll.id))
    for post in day:
        if post.kind is Kind.QUESTION and post.ruling is Ruling.SHOW:
            found += _wants(post, chance)
    keys = named()
    for answer in _file().answer:
        found.append(Stands(at_s=answer.from_s, post=keys[answer.post]))
        found.append(Stands(at_s=answer.until_s, post=keys[answer.post], answer=answer))
    for each in _file().reaction:
        found += (Claps(at_s=each.at_s + second, kind=each.kind, n=n) for second, n in _swell(each.n))
    return tuple(sorted(found, key=lambda act: act.at_s))


def _votes(poll: Asked, chance: random.Random) -> Iterator[Votes]:
    """Each phone once; some of a show of hands change their minds."""
    phones = chance.sample(range(PHONES), poll.votes)
    cast = [option for option, share in enumerate(poll.shares) for _ in range(share)]
    chance.shuffle(cast)
    for phone, chosen in zip(phones, cast, strict=True):
        at_s = poll.from_s + 2 + (poll.until_s - poll.from_s) * 0.66 * chance.random() ** 1.5
        if poll.kind is PollKind.STATEMENTS:
            for place, side in enumerate(poll.sides[chosen]):
                said = chance.randrange(3) if chance.random() < _MIND_OF_ONES_OWN else _SIDES[side]
                yield Votes(at_s=at_s + place * 1.5, poll=poll.id, phone=phone, answers=(place, said))
        else:
            answer = poll.low + chosen if poll.kind is PollKind.SCALE else chosen
            yield Votes(at_s=at_s, poll=poll.id, phone=phone, answers=(answer,))


def _wants(post: RehearsalPost, chance: random.Random) -> Iterator[Wants]:
    """Few of most, many of some."""
    for phone in chance.sample(range(PHONES), min(PHONES, int(2 + chance.paretovariate(1.1) * 3))):
        yield Wants(at_s=post.at_s + chance.uniform(WANT_FROM_S, WANT_UNTIL_S), post=post.key, phone=phone)


def _swell(n: int) -> Iterator[tuple[int, int]]:
    """Applause begins at once and dies away: how many in each second."""
    second = 0
    while n > 0:
        now = max(1, n // 3)
        yield second, now
        second, n = second + 1, n - now


@cache
def _file() -> _File:
    raw: dict[str, Any] = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return msgspec.convert(raw, _File)
