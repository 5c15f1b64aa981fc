"""
What each audience may see: pure functions of the state.

A view is a dict of keyed values; values that did not change since the last look are the same objects, so that whoever
compares two views needs no deep look. `WallBook` holds what was released and nothing else: it is all that the wall's
handlers ever get.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, Literal

from server.symposium import turns
from server.symposium.bodies import Wire as _Wire
from server.symposium.bodies import badge_name as badge_name
from server.symposium.bodies import media_url as media_url
from server.symposium.bodies import post_body as post_body
from server.symposium.bodies import source_body as source_body
from server.symposium.bodies import symposium_body as symposium_body
from server.symposium.facts import (
    QUEUE_WINDOW,
    Themes,
    announcement_facts,
    plain_theme,
    policy_facts,
    scene_facts,
    theme_facts,
)
from server.symposium.facts import on_screen as on_screen
from server.symposium.hall_views import HallPages
from server.symposium.history import Decision as Decision
from server.symposium.history import decision_facts as decision_facts
from server.symposium.history import history as history
from server.symposium.history import last_done
from server.symposium.programme import has_no_photos
from server.symposium.programme_facts import direction_facts, paired_facts, programme_facts
from server.symposium.scenes import scene_posts
from server.symposium.shelf import shelf_count, shelf_facts
from server.symposium.state import Post, State, Switch
from server.symposium.values import PHONE, DeviceId, Hold, PollId, PostBody, PostId, Reject, Status

WALL_POSTS = 200
DESK_POSTS = 200
OWN_POSTS = 50
COLORS = 12
_LIKE_STEPS = 50

Items = dict[str, Any]
Seldom = tuple[str, tuple[Any, ...], Callable[[], Any]]
"""A value that changes seldom and is long in the making: key, version, function that makes it."""


class SymposiumFacts(_Wire, frozen=True):
    slug: str
    title: str
    hashtags: tuple[str, ...]
    languages: tuple[str, ...]
    date: str
    short: str
    open: bool
    listens: bool
    """Whether a network is listened to now: only then may a screen say that a hashtag will do."""


class SwitchFacts(_Wire, frozen=True, omit_defaults=True):
    on: bool
    at: int = 0
    by: str | None = None


class WireAuthor(_Wire, frozen=True):
    """`color` is 0–11, by the author's key: the same person, the same colour, all day."""

    name: str
    handle: str
    avatar: str | None
    color: int


class WireMedia(_Wire, frozen=True):
    """A picture; `small` is the address of one of at most 320 pixels, the same as `url` where there is none."""

    url: str
    small: str
    alt: str
    width: int
    height: int


class WireEmoji(_Wire, frozen=True):
    shortcode: str
    url: str


class WirePost(_Wire, frozen=True):
    """A post as anybody may see it. Times in µs; `text` is cut as a screen shows it, `whole` where nothing was cut."""

    id: PostId
    revision: int
    status: Status
    kind: Literal["post"]
    source: str
    author: WireAuthor
    text: str
    whole: bool
    lang: str | None
    created: int
    received: int
    released: int | None
    permalink: str | None
    session: str | None
    media: tuple[WireMedia, ...]
    emojis: tuple[WireEmoji, ...]
    warning: str
    pinned: bool
    starred: bool
    question: bool


class Why(_Wire, frozen=True):
    rule: str
    found: str | None = None
    reason: str | None = None


class AuthorToday(_Wire, frozen=True):
    shown: int
    rejected: int
    banned: bool


class DeskPost(WirePost, frozen=True):
    """A post as a moderator sees it, whole, with why it waits. `place` is its number in the fair queue."""

    place: int
    revisions: int
    device: bool
    """Whether it came from a phone."""
    group: PostId
    """The first of those that say the same."""
    alike: int
    """How many in the queue say the same, this one included."""
    waits_since: int
    why: Why
    notes: tuple[str, ...]
    like: PostId | None
    author_key: str
    author_today: AuthorToday
    reason: str | None
    decided_by: str | None
    decided_at: int | None
    poll: PollId | None
    """The one that it answers, in words of its writer's."""
    to: str


class OwnMedia(_Wire, frozen=True):
    alt: str


class OwnPost(_Wire, frozen=True):
    """
    A post as its own device sees it. `shown` means approved; `on_screen` that the wall's view has it now.

    `ended_at` is when it was withdrawn or taken away, None before.
    """

    id: PostId
    revision: int
    status: Status
    on_screen: bool
    reason: str | None
    text: str
    name: str
    media: tuple[OwnMedia, ...]
    received: int
    decided_at: int | None
    ended_at: int | None
    question: bool
    poll: PollId | None
    to: str


class Counts(_Wire, frozen=True):
    held: int
    shown: int
    hidden: int
    rejected: int


class Figures(_Wire, frozen=True):
    held: int
    oldest_at: int | None


class DraftNews(_Wire, frozen=True):
    """
    What tells the report's authors to look again: its last change, and how many versions there are.

    `gone` is how many of these lost their bytes.
    """

    seq: int
    versions: int
    gone: int
    names: str
    lang: str


class SourceFacts(_Wire, frozen=True):
    """`ended` is when it stopped by itself, in µs; null while it did not."""

    id: str
    network: str
    on: bool
    name: str
    ended: int | None = None


class ListeningFacts(_Wire, frozen=True):
    """So many days after the symposium its sources stop by themselves; null: they do not."""

    days: int | None


def symposium_facts(state: State) -> SymposiumFacts:
    body = symposium_body(state)
    return SymposiumFacts(
        slug=state.slug,
        title=body.title,
        hashtags=body.hashtags,
        languages=state.languages,
        date=body.date,
        short=state.short,
        open=True,
        listens=any(source.on for source in state.sources.values()),
    )


def _switch(state: State, switch: Switch, *, names: bool) -> SwitchFacts:
    if not switch.on:
        return SwitchFacts(on=False)
    return SwitchFacts(on=True, at=switch.at, by=badge_name(state, switch.by) if names else None)


def common(state: State, *, names: bool, themes: Themes = plain_theme) -> Items:
    """What every audience sees; who pressed what only with *names*."""
    return {
        "symposium": symposium_facts(state),
        "scene": scene_facts(state),
        "announcement": announcement_facts(state, names=names),
        "theme": theme_facts(state, themes),
        "stop": _switch(state, state.stop, names=names),
        "pause": _switch(state, state.pause, names=names),
    }


def wall_posts(state: State) -> Iterator[Post]:
    """The wall's posts: the newest `WALL_POSTS`, and what is pinned, starred or in a scene; none while stopped."""
    if state.stop.on:
        return
    seen: set[PostId] = set()
    for post in map(state.posts.__getitem__, _newest(state)):
        seen.add(post.id)
        yield post
    for post in map(state.posts.__getitem__, _marked(state)):
        if post.id not in seen and on_screen(state, post):
            seen.add(post.id)
            yield post


def _newest(state: State) -> Iterator[PostId]:
    """The newest `WALL_POSTS` that are on the screens; during a pause those of before."""
    ids = reversed(state.shown)
    return islice((p for p in ids if on_screen(state, state.posts[p])) if state.pause.on else ids, WALL_POSTS)


def _marked(state: State) -> Iterator[PostId]:
    return chain(state.pinned, islice(reversed(state.starred), WALL_POSTS), scene_posts(state))


def on_wall(state: State, posts: Iterable[Post]) -> frozenset[PostId]:
    """Which of *posts* the wall's view has now; cheap, since every phone whose post changed is told."""
    maybe = frozenset(post.id for post in posts if on_screen(state, post))
    return maybe.intersection(chain(_newest(state), _marked(state))) if maybe else maybe


def wire_author(state: State, post: Post, body: PostBody) -> WireAuthor:
    return WireAuthor(
        name=body.name,
        handle=body.handle,
        avatar=None if body.avatar is None else media_url(state.slug, body.avatar),
        color=sum(post.author.encode()) % COLORS,
    )


def _shared(state: State, post: Post, body: PostBody, *, whole: bool) -> dict[str, Any]:
    return {
        "id": post.id,
        "revision": post.revision,
        "status": post.status,
        "kind": "post",
        "source": post.network,
        "author": wire_author(state, post, body),
        "text": body.text if whole or body.cut is None else f"{body.text[: body.cut]}…",
        "whole": whole or body.cut is None,
        "lang": body.lang,
        "created": body.created or post.received,
        "received": post.received,
        "released": post.released,
        "permalink": body.permalink,
        "session": post.session,
        "media": tuple(
            WireMedia(
                url=media_url(state.slug, m.blob),
                small=media_url(state.slug, m.small or m.blob),
                alt=m.alt,
                width=m.width,
                height=m.height,
            )
            for m in (body.media if whole or not has_no_photos(state, post.session) else ())
        ),
        "emojis": tuple(WireEmoji(shortcode=e.shortcode, url=media_url(state.slug, e.blob)) for e in body.emojis),
        "warning": body.warning,
        "pinned": post.pinned,
        "starred": post.starred,
        "question": post.id in state.questions,
    }


def wire_post(state: State, post: Post) -> WirePost | None:
    """A post as anybody may see it; None where its body was redacted."""
    body = post_body(state, post)
    return None if body is None else WirePost(**_shared(state, post, body, whole=False))


def desk_post(state: State, post: Post, place: int = 0, alike: int = 1) -> DeskPost | None:
    """A post as a moderator sees it; None where its body was redacted. *alike*: how many wait that say the same."""
    body = post_body(state, post)
    if body is None:
        return None
    author = state.authors[post.author]
    verdict = post.verdict
    return DeskPost(
        **_shared(state, post, body, whole=True),
        place=place,
        revisions=post.revision,
        device=post.device is not None,
        group=group_of(state, post),
        alike=alike,
        waits_since=post.revised,
        why=Why(
            rule=verdict.rule,
            found=verdict.found if isinstance(verdict, Hold | Reject) else None,
            reason=verdict.reason.value if isinstance(verdict, Reject) else None,
        ),
        notes=post.notes,
        like=post.like,
        author_key=post.author,
        author_today=AuthorToday(shown=author.shown, rejected=author.rejected, banned=author.banned is not None),
        reason=None if post.reason is None else post.reason.value,
        decided_by=badge_name(state, post.decided_by),
        decided_at=post.decided_at or None,
        poll=post.poll,
        to=body.to,
    )


def own_posts(state: State, device: DeviceId) -> tuple[OwnPost, ...]:
    """The newest `OWN_POSTS` posts of a device, newest first, also those that are final."""
    posts = [state.posts[p] for p in islice(reversed(state.devices.get(device, ())), OWN_POSTS)]
    visible = on_wall(state, posts)
    return tuple(_own_post(state, post, visible) for post in posts)


def own_post(state: State, post: Post) -> OwnPost:
    """A post as its device sees it; see `own_posts`."""
    return _own_post(state, post, on_wall(state, (post,)))


def _own_post(state: State, post: Post, visible: frozenset[PostId]) -> OwnPost:
    """
    A post as its device sees it.

    A banned author is never told: what a ban rejected or hid still reads as held. A reason is told when a person gave
    one, or when the rule that rejected has one.
    """
    body = post_body(state, post)
    status = post.status
    if state.authors[post.author].banned is not None and status in (Status.REJECTED, Status.HIDDEN):
        status = Status.HELD
    return OwnPost(
        id=post.id,
        revision=post.revision,
        status=status,
        on_screen=post.id in visible,
        reason=_own_reason(post) if status is Status.REJECTED else None,
        text="" if body is None else body.text,
        name="" if body is None else body.name,
        media=() if body is None else tuple(OwnMedia(alt=m.alt) for m in body.media),
        received=post.received,
        decided_at=post.decided_at or None if status is not Status.HELD else None,
        ended_at=post.ended_at or None,
        question=post.id in state.questions,
        poll=post.poll,
        to="" if body is None else body.to,
    )


def _own_reason(post: Post) -> str | None:
    if post.reason is not None:
        return post.reason.value
    return post.verdict.reason.value if isinstance(post.verdict, Reject) and post.decided_by is None else None


def counts(state: State) -> Counts:
    return Counts(held=len(state.held), shown=len(state.shown), hidden=len(state.hidden), rejected=len(state.rejected))


def fair_queue(state: State) -> list[Post]:
    """
    The `DESK_POSTS` that a moderator should read next: everybody's first post before anybody's second.

    By the number that each has (see `turns.py`), of one number the oldest.
    """
    return [state.posts[post] for post in islice(turns.in_order(state), DESK_POSTS)]


def group_of(state: State, post: Post) -> PostId:
    """The first of the posts that say what *post* says: each is like one before it."""
    if post.like is None:
        return post.id
    first = post
    for _ in range(_LIKE_STEPS):
        earlier = None if first.like is None else state.posts.get(first.like)
        if earlier is None or earlier.arrived >= first.arrived:
            break
        first = earlier
    return first.id


def alike_in_queue(state: State) -> Counter[PostId]:
    """By `group_of`, how many of the oldest `QUEUE_WINDOW` of the queue say the same; where it is one only, nothing."""
    posts = map(state.posts.__getitem__, islice(state.held, QUEUE_WINDOW))
    alike = Counter(group_of(state, post) for post in posts if post.like is not None)
    for first in alike:
        alike[first] += first in state.held
    return alike


def source_facts(state: State) -> Iterator[SourceFacts]:
    yield SourceFacts(id=PHONE, network=PHONE, on=True, name="")
    for source in state.sources.values():
        name = source_body(state, source.body).name
        yield SourceFacts(id=source.id, network=source.network, on=source.on, name=name, ended=source.ended or None)


class Book(ABC):
    """
    One audience's view, kept from look to look so that what did not change stays the same object.

    `items` is the view as it stood at `seq`. A book never gives out a state. *hall* holds what the hall asks, which
    somebody else keeps up to date in a slower rhythm.
    """

    def __init__(self, themes: Themes = plain_theme, hall: HallPages | None = None) -> None:
        self._themes = themes
        self._hall = hall or HallPages()
        self.seq = 0
        self.items: Items = {}
        self._versions: dict[str, tuple[Any, ...]] = {}
        self._lapsed = 0
        """What lapses is in no version: everything is looked at again then."""

    @abstractmethod
    def look(self, state: State) -> None:
        """Bring the view up to *state*, which is not kept."""

    def _turn(self, state: State, facts: Items, posts: Iterable[tuple[str, tuple[Any, ...], Any]]) -> None:
        """Take a new page: *facts* by value, *posts* as (key, version, function that makes the value)."""
        old, versions = self.items, self._versions if self._lapsed == state.lapsed_seq else {}
        items: Items = {}
        new_versions: dict[str, tuple[Any, ...]] = {}
        for key, value in facts.items():
            known = old.get(key)
            items[key] = known if known is value or known == value else value
        for key, version, make in posts:
            if versions.get(key) == version:
                items[key], new_versions[key] = old[key], version
            elif (value := make()) is not None:
                items[key], new_versions[key] = value, version
        self.seq, self.items, self._versions, self._lapsed = state.seq, items, new_versions, state.lapsed_seq


class WallBook(Book):
    """What the screens may show: only what a decision released."""

    def look(self, state: State) -> None:
        """Bring the view up to *state*, which is not kept."""
        posts = ((f"post:{p.id}", _version(state, p), lambda p=p: wire_post(state, p)) for p in wall_posts(state))
        seldom = (*_day(state), _shelf(state), *_screens(state))
        facts = {**common(state, names=False, themes=self._themes), **self._hall.wall}
        self._turn(state, facts, (*seldom, *posts))


def _version(state: State, post: Post) -> tuple[Any, ...]:
    bare = has_no_photos(state, post.session)
    asked = post.id in state.questions
    return (post.body, post.network, post.released, post.pinned, post.starred, post.session, bare, asked)


def _day(state: State) -> Iterator[Seldom]:
    """The programme, and what the screens do by themselves: too large to look at again for each post."""
    body = 0 if state.programme is None else state.programme.body
    yield "programme", (state.programme_seq, body, body in state.bodies), lambda: programme_facts(state)
    yield "direction", (state.direction,), lambda: direction_facts(state)


def _shelf(state: State) -> Seldom:
    return "shelf", (state.shelf_seq, state.programme_seq), lambda: shelf_facts(state)


def _screens(state: State) -> Iterator[Seldom]:
    yield "screens", tuple(state.paired.items()), lambda: paired_facts(state)


class PhoneBook(Book):
    """What every phone needs to know: no posts, and nothing that changes with each of them (thousands read this)."""

    def look(self, state: State) -> None:
        """Bring the view up to *state*, which is not kept."""
        shelf: Seldom = ("shelf", (state.shelf_seq,), lambda: shelf_count(state))
        facts = {**common(state, names=False, themes=self._themes), **self._hall.phone}
        self._turn(state, facts, (*_day(state), shelf))


class ChairBook(Book):
    """What whoever leads a session needs: the programme, and what the hall asks and is asked. Nothing that waits."""

    def look(self, state: State) -> None:
        """Bring the view up to *state*, which is not kept."""
        facts = {**common(state, names=False, themes=self._themes), **self._hall.staff}
        self._turn(state, facts, tuple(_day(state)))


class DeskBook(Book):
    """The queue in its fair order, counts, policy and the last decisions."""

    def look(self, state: State) -> None:
        """Bring the view up to *state*, which is not kept."""
        facts = {
            **common(state, names=True, themes=self._themes),
            "counts": counts(state),
            "policy": policy_facts(state),
            **self._hall.staff,
        }
        self._turn(state, facts, (*_day(state), *self._queue(state), *last_done(state)))

    def _queue(self, state: State) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
        alike = alike_in_queue(state)
        for place, post in enumerate(fair_queue(state)):
            author, same = state.authors[post.author], alike[group_of(state, post)] or 1
            asks = post.id in state.questions
            told = (post.network, post.author, author.shown, author.rejected, author.banned)
            version = (post.body, post.session, place, post.decided, *told, same, asks)
            yield f"post:{post.id}", version, _maker(state, post, place, same)


def _maker(state: State, post: Post, place: int, alike: int) -> Callable[[], DeskPost | None]:
    return lambda: desk_post(state, post, place, alike)


class StageBook(Book):
    """The figures, the switches, the sources, and what was done last."""

    def look(self, state: State) -> None:
        """Bring the view up to *state*, which is not kept."""
        oldest = next(iter(state.held), None)
        facts = {
            **common(state, names=True, themes=self._themes),
            "counts": counts(state),
            "policy": policy_facts(state),
            "figures": Figures(held=len(state.held), oldest_at=None if oldest is None else state.posts[oldest].revised),
            **{f"source:{s.id}": s for s in source_facts(state)},
            "listening": ListeningFacts(days=state.listening_days),
            **self._hall.staff,
        }
        seldom = (*_day(state), _shelf(state), *_screens(state))
        self._turn(state, facts, (*seldom, *last_done(state)))


class ReportBook(Book):
    """That the draft of the report is another one: what it says is asked for, since that is read by few."""

    def look(self, state: State) -> None:
        """Bring the view up to *state*, which is not kept."""
        draft = state.draft
        news = DraftNews(
            seq=draft.seq,
            versions=len(draft.versions),
            gone=sum(bool(version.gone) for version in draft.versions),
            names=draft.naming.value,
            lang=draft.lang,
        )
        self._turn(state, {"draft": news}, ())
