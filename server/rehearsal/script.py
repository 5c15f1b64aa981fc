"""
What is said on the rehearsal day, by whom and when. The same seed gives the same day.

`day.toml` holds the programme and the cast, `posts.toml` the posts in order, `tail.toml` the calm evening after them.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from server.symposium.values import Reason

DATA = Path(__file__).parent
JITTER_S = 1.2
EVENING_GAP_S = (90.0, 180.0)
"""Shortest and longest silence between two posts of the evening, at speed 1."""
EVENING_ROUNDS = 3
"""So often the evening says its 64 thoughts, 2.4 hours a time; then it ends, as a forgotten rehearsal must not grow."""


class Kind(StrEnum):
    """What sort of post it is, for tests and for whoever explains the rehearsal; the wall is not told."""

    REMARK = "remark"
    QUESTION = "question"
    SPAM = "spam"
    HIJACK = "hijack"


class Ruling(StrEnum):
    """What the scripted moderator does with a post. `leave` is left in the queue for a person to try the desk on."""

    SHOW = "show"
    REJECT = "reject"
    HIDE_LATER = "hide-later"
    LEAVE = "leave"


class Words(msgspec.Struct, frozen=True):
    """One text in both languages."""

    nl: str
    en: str


class Speaker(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on the stage."""

    id: str
    name: str
    role: Words


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """An item of the programme, in seconds since the start at speed 1: the day is pressed into 25 minutes."""

    id: str
    title: Words
    room: str
    speakers: tuple[str, ...]
    from_s: float
    until_s: float
    is_break: bool = False


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """The day on paper. `hashtag` is without `#`; sessions are by time, and two of them run beside each other."""

    title: Words
    subtitle: Words
    host: str
    venue: str
    hashtag: str
    speakers: tuple[Speaker, ...]
    sessions: tuple[Session, ...]

    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms in order of first use."""
        return tuple(dict.fromkeys(session.room for session in self.sessions))


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """
    Who writes. `name` is empty for a phone that gave none. `key` is one per author.

    `phone`: from a phone of the hall; None: as the handle says, which such a one does not have.
    """

    key: str
    name: str = ""
    handle: str = ""
    phone: bool | None = None

    @property
    def has_phone(self) -> bool:
        """Whether they write from a phone of the hall, not from a network."""
        return not self.handle if self.phone is None else self.phone


class RehearsalPost(msgspec.Struct, frozen=True, kw_only=True):
    """
    A post and its part in the play.

    Args:
        key: Unique in the day, as `post-017`.
        at_s: Seconds since the start at speed 1; 0 for what is there before the doors open.
        lang: BCP 47.
        picture: A name that `draw` knows, or None; `alt` describes it in the post's language.
        near: The key of the earlier post that this one nearly repeats.
        reply: The key of the earlier post that this one answers.
        session: The id of the session that it is about.
        star: The moderator stars it. `pin`: pins it for a while. `slip`: rejects it by mistake, undoes that, shows it.
    """

    key: str
    at_s: float
    author: Author
    text: str
    lang: str
    picture: str | None = None
    alt: str = ""
    warning: str = ""
    kind: Kind = Kind.REMARK
    ruling: Ruling = Ruling.SHOW
    reason: Reason | None = None
    near: str | None = None
    reply: str | None = None
    session: str | None = None
    star: bool = False
    pin: bool = False
    slip: bool = False


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A post as written in `posts.toml`."""

    text: str
    by: str | None = None
    id: str | None = None
    lang: str = "nl"
    picture: str | None = None
    alt: str = ""
    kind: Kind = Kind.REMARK
    decision: Ruling = Ruling.SHOW
    reason: Reason | None = None
    near: str | None = None
    reply: str | None = None
    session: str | None = None
    weight: float = 1.0
    star: bool = False
    pin: bool = False
    slip: bool = False


class _Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    from_s: float
    until_s: float
    posts: tuple[_Line, ...]
    session: str | None = None


@cache
def programme() -> Programme:
    """The invented day: title, host, three speakers, and the sessions with their rooms."""
    day = _read("day.toml")
    return msgspec.convert(day | {"speakers": day["speaker"], "sessions": day["session"]}, Programme)


@cache
def cast() -> Mapping[str, Author]:
    """Everybody who writes under a name, by key."""
    return {key: Author(key=key, **names) for key, names in _read("day.toml")["cast"].items()}


def posts(seed: int = 1) -> tuple[RehearsalPost, ...]:
    """
    The day's posts, by time. The words and their order are always the same; *seed* moves each by up to 1.2 s.

    Returns:
        Some 235 posts over 25 minutes; the first 25 at 0 s.
    """
    acts = msgspec.convert(_read("posts.toml")["act"], tuple[_Act, ...])
    placed = [(at_s, line, act) for act in acts for at_s, line in _times(act)]
    keys = {line.id: _key(n) for n, (_, line, _) in enumerate(placed) if line.id}
    chance = random.Random(seed)
    result: list[RehearsalPost] = []
    before = 0.0
    for n, (at_s, line, act) in enumerate(placed):
        moved = at_s + chance.uniform(-JITTER_S, JITTER_S) if at_s else 0.0
        before = max(before, moved)
        result.append(_post(line, key=_key(n), at_s=round(before, 2), keys=keys, session=line.session or act.session))
    return tuple(result)


@cache
def named() -> Mapping[str, str]:
    """The keys of the posts that have a name in `posts.toml`, by that name."""
    acts = msgspec.convert(_read("posts.toml")["act"], tuple[_Act, ...])
    return {line.id: _key(n) for n, (_, line) in enumerate(each for act in acts for each in _times(act)) if line.id}


def evening(seed: int = 1, *, after_s: float) -> Iterator[RehearsalPost]:
    """
    The calm hours after the last act: one post each 90 to 180 s, so that a wall that is left on stays alive.

    Each post joins a place with a thought, both written by hand. All 64 thoughts are used before any comes back, which
    takes 2.4 hours; then it is from another author and another place. Nothing of the day itself is repeated.
    It ends after about 7 hours.
    """
    chance = random.Random(f"evening {seed}")
    tail = _read("tail.toml")
    walkers = {lang: _walkers(lang) for lang in ("nl", "en")}
    said = [(lang, n, thought) for lang in walkers for n, thought in enumerate(tail[lang]["thoughts"])]
    at_s = after_s
    for round_ in range(EVENING_ROUNDS):
        for lang, n, thought in chance.sample(said, len(said)):
            at_s += chance.uniform(*EVENING_GAP_S)
            author = walkers[lang][(n + 7 * round_) % len(walkers[lang])]
            openers = tail[lang]["openers"]
            text = _tagged(f"{openers[(n + 3 * round_) % len(openers)]} {thought}", author)
            key = f"evening-{round_}-{lang}-{n:02}"
            yield RehearsalPost(key=key, at_s=round(at_s, 2), author=author, lang=lang, text=text)


def _walkers(lang: str) -> tuple[Author, ...]:
    """Who can be on the way home and writes this language, as they did today; not such as the kitchen."""
    stays = frozenset(_read("tail.toml")["stays"])
    wrote = [post.author for post in posts() if post.lang == lang and post.kind in (Kind.REMARK, Kind.QUESTION)]
    return tuple(dict.fromkeys(author for author in wrote if author.name and author.key not in stays))


def _times(act: _Act) -> Iterator[tuple[float, _Line]]:
    """When each line of an act is said: the act's time, shared by weight; a line comes at the end of its share."""
    total = sum(line.weight for line in act.posts)
    done = 0.0
    for line in act.posts:
        done += line.weight
        yield act.from_s + (act.until_s - act.from_s) * done / total, line


def _post(line: _Line, *, key: str, at_s: float, keys: Mapping[str, str], session: str | None) -> RehearsalPost:
    author = cast()[line.by] if line.by else Author(key=f"nobody-{key}")
    return RehearsalPost(
        key=key,
        at_s=at_s,
        author=author,
        text=_tagged(line.text, author),
        lang=line.lang,
        picture=line.picture,
        alt=line.alt,
        kind=line.kind,
        ruling=line.decision,
        reason=line.reason,
        near=keys[line.near] if line.near else None,
        reply=keys[line.reply] if line.reply else None,
        session=session,
        star=line.star,
        pin=line.pin,
        slip=line.slip,
    )


def _tagged(text: str, author: Author) -> str:
    """A post from a network is found by the hashtag, so it must carry it; a phone's need not."""
    tag = f"#{programme().hashtag}"
    return text if not author.handle or tag in text else f"{text} {tag}"


def _key(n: int) -> str:
    return f"post-{n:03}"


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))
