"""
Hashtags on Nostr: one socket to each relay, which sends what it has and then what comes.

A note waits a moment for the name of its author, which is an event of its own. The position at a relay is the newest
note that it sent; we begin a quarter of an hour before it, since notes reach relays late.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import NoReturn

import msgspec

from server.errors import BadInput
from server.sources.backoff import Backoff, SourceUnavailable
from server.sources.contract import (
    AuthorGone,
    Condition,
    Delete,
    Event,
    Finding,
    Health,
    Kept,
    NetworkPost,
    Tools,
    Trial,
    Upsert,
)
from server.sources.cursors import read_cursor, write_cursor
from server.sources.health import is_worth_a_line, note_flaw, unwell, worst
from server.sources.loop import monotonic, taken
from server.sources.memory import remember
from server.sources.nostr import parse
from server.sources.nostr.client import MAX_STORED_CHARS, STORED_S, Relay, Talk
from server.sources.nostr.finding import find
from server.sources.nostr.options import Options, parse_options
from server.sources.rounds import Round
from server.symposium.values import SourceId

FIRST_S = 3600
"""The first start takes the notes of the last hour: the rest is old, and much of it rubbish."""

MARGIN_S = 900
PAGE = 300
MAX_PAGES = 20
"""Of what is stored, newest page first."""

PROFILE_S = 3.0
"""For the name of an author; the note goes on without it."""

PROFILES_AT_ONCE = 50
MAX_PROFILES = 2000
MAX_AUTHORS = 300
"""Whose deletions we ask for: the newest of those who wrote. `recheck` finds those of others."""

GONE_EVERY_S = 2.0
PULSE_S = 60.0
MAX_KNOWN = 20_000
MAX_FOREIGN = 100
"""Notes that we do not have, remembered of one deletion: nobody makes us forget what others took back."""

MAX_WAITING = 500
MAX_STORED = 10_000
MAX_NAMELESS = 500
"""Notes that wait for a name; others go on without."""

RECHECK_AT_ONCE = 100


_log = logging.getLogger(__name__)


def create(source: SourceId, options: Mapping[str, object], tools: Tools) -> NostrSource:
    """
    See `contract.Create`.

    Raises:
        BadInput: An option is wrong; `field` says which.
    """
    return NostrSource(source, parse_options(options), tools)


class NostrSource:
    """See `contract.Source`."""

    network = "nostr"

    def __init__(self, source: SourceId, options: Options, tools: Tools) -> None:
        self.id = source
        self._options = options
        self._tools = tools
        self._relays = tuple(Relay(url, tools) for url in options.relays)
        self._rounds = Round()
        self._kept: tuple[str, ...] = ()
        self._house: _House | None = None
        self._expiring: OrderedDict[str, None] = OrderedDict()

    def remember(self, kept: Iterable[Kept]) -> None:
        """See `contract.Remembers`: of these notes, and of who wrote them, deletions count."""
        self._kept = tuple(post.native_id for post in kept if parse.key_named(post.native_id))

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        positions = _read_cursor(cursor)
        house = _House(self.id, self._options, self._tools)
        self._house = house
        for native_id in self._kept:
            house.has(native_id)
        listeners = [_Listener(relay, house, positions.get(relay.name)) for relay in self._relays]
        crew = asyncio.gather(*(listener.run() for listener in listeners))
        async with aclosing(taken(house.outbox.get, crew)) as events:
            async for event, reached in events:
                if reached is not None:
                    name, seconds = reached
                    positions[name] = max(positions.get(name, 0), seconds)
                yield event, write_cursor(positions) if positions else None

    async def check(self) -> Trial:
        return Trial(findings=tuple(await asyncio.gather(*map(self._try, self._relays))))

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        turn = self._rounds.first(native_ids, RECHECK_AT_ONCE)
        self._rounds.looked(turn)
        if self._house is not None:
            for native in filter(parse.key_named, native_ids):
                self._house.has(native)  # One that a person brought in by its address is new to us.
        found = await asyncio.gather(*(self._told(relay, turn) for relay in self._relays), return_exceptions=True)
        troubles = [each for each in found if isinstance(each, BaseException)]
        for trouble in troubles:
            if len(troubles) == len(found) or not isinstance(trouble, SourceUnavailable):
                raise trouble
        events = [event for each in found if not isinstance(each, BaseException) for event in each]
        return self._looked_at(turn, events)

    async def _told(self, relay: Relay, native_ids: Sequence[str]) -> tuple[parse.NostrEvent, ...]:
        """These notes, and their deletions, as far as the relay has them."""
        if not native_ids:
            return ()
        ids = [native.rpartition("/")[2] for native in native_ids]
        authors = sorted({native.partition("/")[0] for native in native_ids})
        deletions = {"kinds": [parse.DELETION], "authors": authors, "#e": ids}  # anybody can publish them without end
        async with relay.connected() as talk:
            return await talk.stored(deletions, {"kinds": [parse.NOTE], "ids": ids})

    def _looked_at(self, native_ids: Sequence[str], events: Iterable[parse.NostrEvent]) -> tuple[Event, ...]:
        """What was deleted by whose it is, what has expired; and once, what will: a restart forgets when."""
        now_us = int(self._tools.now() * 1_000_000)
        gone: set[str] = set()
        expiring: dict[str, NetworkPost] = {}
        for event in events:
            gone.update(parse.parse_deletion(event) if event.kind == parse.DELETION else ())
            native, expires = parse.native_id(event.pubkey, event.id), parse.expires_at(event)
            if event.kind != parse.NOTE or expires is None:
                continue
            if expires <= now_us:
                gone.add(native)
            elif isinstance(post := parse.parse_note(event, tags=frozenset(), since_s=0, now_us=now_us), NetworkPost):
                expiring[native] = parse.named(post, parse.Profile())
        told = [each for each in native_ids if each in expiring and each not in gone and each not in self._expiring]
        for native in told:
            remember(self._expiring, native, None, most=MAX_KNOWN)
        return (
            *(Delete(native_id=each) for each in native_ids if each in gone),
            *(Upsert(post=expiring[each]) for each in told),
        )

    async def find(self, address: str) -> NetworkPost | None:
        """See `finding.find`."""
        return await find(address, self._relays, now_us=int(self._tools.now() * 1_000_000))

    async def _try(self, relay: Relay) -> Finding:
        house = _House(self.id, self._options, self._tools)
        try:
            async with relay.connected() as talk:
                notes = await talk.stored(_notes(self._options, since_s=house.first_s, limit=20))
                posts = [post for note in notes if (post := house.post(note, since_s=house.first_s)) is not None]
                newest = sorted(posts, key=_created, reverse=True)[:5]
                keys = sorted({parse.pubkey_of(post) for post in newest})
                for told in await talk.stored({"kinds": [parse.PROFILE], "authors": keys}) if keys else ():
                    house.introduce(told)
        except SourceUnavailable as trouble:
            return Finding(where=relay.name, what=trouble.code)
        return Finding(where=relay.name, streams=True, posts=tuple(map(house.named, newest)))


def _notes(options: Options, *, since_s: int, limit: int, until_s: int | None = None) -> dict[str, object]:
    asked: dict[str, object] = {"kinds": [parse.NOTE], "#t": list(options.spellings), "since": since_s, "limit": limit}
    return asked if until_s is None else asked | {"until": until_s}


class _House:
    """What the listeners share: what came, who is who, and how each relay is."""

    def __init__(self, source: SourceId, options: Options, tools: Tools) -> None:
        self.options = options
        self.tools = tools
        self.outbox: asyncio.Queue[tuple[Event, tuple[str, int] | None]] = asyncio.Queue(MAX_WAITING)
        self.authors: OrderedDict[str, None] = OrderedDict()
        self.newcomers = 0
        self.counts = Counter({"posts": 0, "unreadable": 0, "forged": 0})
        self.parts: dict[str, Health] = {}
        self.first_s = int(tools.now()) - FIRST_S if options.since_s is None else options.since_s
        self._source = source
        self._tags = frozenset(options.tags)
        self._known: OrderedDict[str, None] = OrderedDict()
        self._writers: OrderedDict[str, None] = OrderedDict()
        self._notes: OrderedDict[str, None] = OrderedDict()
        self._taken_back: OrderedDict[str, None] = OrderedDict()
        self._profiles: OrderedDict[str, parse.Profile] = OrderedDict()

    def read(self, event: object, talk: Talk) -> parse.NostrEvent | None:
        """
        What is published, once, when it can be read and is genuine.

        Raises:
            SourceUnavailable: Too much of what this relay says is forged.
        """
        try:
            found = parse.parse_event(event)
        except BadInput as ex:
            self.flaw(ex, talk.name)
            return None
        if found.id in self._known or not self._matters(found):
            return None
        if not talk.is_genuine(found):
            if is_worth_a_line(self.counts, "forged"):
                _log.warning("Source %s: %s sent event %s, which is forged", self._source, talk.name, found.id)
            return None
        # Only now: else a forged copy would keep the genuine one out. Who somebody is may be asked again.
        if found.kind != parse.PROFILE:
            remember(self._known, found.id, None, most=MAX_KNOWN)
        return found

    def post(self, note: parse.NostrEvent, *, since_s: int) -> NetworkPost | None:
        """The note, when it is one for us."""
        now_us = int(self.tools.now() * 1_000_000)
        found = parse.parse_note(note, tags=self._tags, since_s=since_s, now_us=now_us)
        if note.kind != parse.NOTE or isinstance(found, parse.Dropped) or found.native_id in self._taken_back:
            return None
        remember(self._notes, found.native_id, None, most=MAX_KNOWN)
        remember(self._writers, note.pubkey, None, most=MAX_KNOWN)
        return found

    def has(self, native_id: str) -> None:
        """The house has this note from before, or from elsewhere."""
        if native_id in self._notes or native_id in self._taken_back:
            return
        remember(self._notes, native_id, None, most=MAX_KNOWN)
        self.wrote(native_id.partition("/")[0])

    def taken_back(self, deletion: parse.NostrEvent) -> list[str]:
        """Which of our notes their author wants gone; the others, should they come after all, are left out."""
        natives = parse.parse_deletion(deletion)
        foreign = [native for native in natives if native not in self._notes][:MAX_FOREIGN]
        ours = [native for native in natives if self._notes.pop(native, "") is None]
        for native in (*foreign, *ours):
            remember(self._taken_back, native, None, most=MAX_KNOWN)
        return ours

    def vanished(self, pubkey: str) -> None:
        """Whatever else they say of it, we know."""
        self._writers.pop(pubkey, None)

    def _matters(self, event: parse.NostrEvent) -> bool:
        """Anybody can publish deletions without end: only those by whom we have a note matter."""
        return event.kind not in (parse.DELETION, parse.VANISH) or event.pubkey in self._writers

    def introduce(self, event: parse.NostrEvent) -> None:
        """Somebody says who they are; the newest word counts."""
        if event.kind != parse.PROFILE:
            return
        profile = parse.parse_profile(event)
        if profile.at >= self._profiles.get(event.pubkey, parse.Profile()).at:
            self._profiles[event.pubkey] = profile
            while len(self._profiles) > MAX_PROFILES:
                self._profiles.popitem(last=False)

    def wrote(self, pubkey: str) -> None:
        """Somebody wrote a note for us; their deletions may come from any relay."""
        self.newcomers += pubkey not in self.authors
        remember(self.authors, pubkey, None, most=MAX_AUTHORS)
        remember(self._writers, pubkey, None, most=MAX_KNOWN)

    def knows(self, pubkey: str) -> bool:
        """Whether this author said who they are."""
        return pubkey in self._profiles

    def named(self, post: NetworkPost) -> NetworkPost:
        """The post with its author's name, or their key when they said none."""
        return parse.named(post, self._profiles.get(parse.pubkey_of(post), parse.Profile()))

    def flaw(self, ex: BadInput, relay: str) -> None:
        """Something that *relay* sent cannot be read."""
        note_flaw(_log, self.counts, self._source, relay, ex)

    def health(self) -> Health:
        """How the source is: as its worst relay, with figures of all."""
        counts = {
            "relays": len(self.options.relays),
            "relays-ok": sum(part.condition is Condition.OK for part in self.parts.values()),
            **self.counts,
        }
        return msgspec.structs.replace(worst(self.parts.values()), counts=counts)


class _Listener:
    """One relay, for ever."""

    def __init__(self, relay: Relay, house: _House, position_s: int | None) -> None:
        self._relay = relay
        self._house = house
        self._position_s = position_s

    async def run(self) -> None:
        """Without end."""
        backoff = Backoff(self._house.tools.rng)
        while True:
            try:
                async with self._relay.connected() as talk:
                    await self._listen(talk, backoff)
            except SourceUnavailable as trouble:
                wait_s = backoff.failed(trouble, now=monotonic())
                await self._report(trouble, wait_s)
                if wait_s is None:
                    return
                await asyncio.sleep(wait_s)

    async def _listen(self, talk: Talk, backoff: Backoff) -> NoReturn:
        hearing = _Hearing(talk, self._relay, self._house, since_s=self._since_s())
        try:
            await self._hear(talk, hearing, backoff)
        except Exception:
            # What was read is not read again, here or from another relay.
            for event in hearing.left():
                await self._house.outbox.put((event, None))
            raise

    async def _hear(self, talk: Talk, hearing: _Hearing, backoff: Backoff) -> NoReturn:
        await hearing.begin()
        while True:
            try:
                message = await talk.next(hearing.wait_s())
            except BadInput as ex:
                self._house.flaw(ex, self._relay.name)
                continue
            for event, reached_s in await hearing.hear(message):
                self._position_s = max(self._position_s or 0, reached_s or 0) or None
                await self._house.outbox.put((event, None if reached_s is None else (self._relay.name, reached_s)))
            if hearing.is_well():
                backoff.worked(now=monotonic())
                self._house.parts[self._relay.name] = Health(condition=Condition.OK)
                await self._house.outbox.put((self._house.health(), None))

    def _since_s(self) -> int:
        if self._position_s is None:
            return self._house.first_s
        return max(self._position_s - MARGIN_S, self._house.options.since_s or 0)

    async def _report(self, trouble: SourceUnavailable, wait_s: float | None) -> None:
        part = unwell(trouble, wait_s, where=self._relay.name, now=self._house.tools.now())
        before = self._house.parts.get(self._relay.name)
        if before is None or (before.condition, before.what) != (part.condition, part.what):
            _log.warning("%s", trouble)
        self._house.parts[self._relay.name] = part
        await self._house.outbox.put((self._house.health(), None))


Heard = list[tuple[Event, int | None]]
"""Events, each with how far it is known up to there, seconds since 1970."""


@dataclass
class _Catching:
    """What is stored comes newest first, a page at a time; it goes on oldest first when all is there."""

    until: float
    posts: list[NetworkPost] = field(default_factory=list)
    oldest_s: int = 1 << 40
    asked_s: int = 1 << 40
    pages: int = 0
    is_new: bool = False
    chars: int = 0

    @property
    def is_full(self) -> bool:
        """Whether no more fits."""
        return len(self.posts) >= MAX_STORED or self.chars >= MAX_STORED_CHARS

    def add(self, post: NetworkPost, size_chars: int) -> None:
        """It is there; what is still to come is older."""
        self.posts.append(post)
        self.chars += size_chars
        self.oldest_s = min(self.oldest_s, (post.created or 0) // 1_000_000)
        self.is_new = True


class _Hearing:
    """
    One connection: four subscriptions, and what waits for what.

    `notes` are those that we are here for, first stored and then live; `more` an earlier page of them; `who` the names
    of authors; `gone` their deletions.
    """

    def __init__(self, talk: Talk, relay: Relay, house: _House, *, since_s: int) -> None:
        self._talk = talk
        self._relay = relay
        self._house = house
        self._since_s = since_s
        self._catching: _Catching | None = _Catching(until=monotonic() + STORED_S)
        self._nameless: dict[str, list[NetworkPost]] = {}
        self._heard: Heard = []
        self._asked: frozenset[str] = frozenset()
        self._asked_until = float("inf")
        self._gone_at = float("inf")
        self._newcomers = 0
        self._pulse_at = float("inf")

    async def begin(self) -> None:
        """Say what we are here for."""
        await self._talk.ask("notes", _notes(self._house.options, since_s=self._since_s, limit=PAGE))

    def wait_s(self) -> float:
        """Until something has to be done, whatever the relay says."""
        caught = self._catching.until if self._catching else float("inf")
        return max(min(caught, self._asked_until, self._gone_at, self._pulse_at) - monotonic(), 0.0)

    def is_well(self) -> bool:
        """Whether to say so now."""
        if self._pulse_at > monotonic():
            return False
        self._pulse_at = monotonic() + PULSE_S
        return True

    def left(self) -> list[Event]:
        """What was about to go on when the relay went, and what still waits for something."""
        stored = self._catching.posts if self._catching else []
        waiting = [post for posts in self._nameless.values() for post in posts]
        posts = sorted([*stored, *waiting], key=_created)
        return [*(event for event, _ in self._heard), *(Upsert(post=self._house.named(post)) for post in posts)]

    async def hear(self, message: parse.Message) -> Heard:
        """What *message* means; None: nothing came in time."""
        match message:
            case parse.Published(event=event):
                if (found := self._house.read(event, self._talk)) is not None:
                    self._heard += self._met(found)
            case parse.EndOfStored(subscription=ended):
                self._heard += await self._ended(ended)
            case parse.Closed(subscription="notes"):
                raise self._talk.refusal(message)
            case parse.Closed(subscription=ended, words=words):
                _log.info("Relay %s ended %s: %r", self._relay.name, ended, words)
                self._heard += await self._ended(ended)
            case _:
                pass
        await self._do_what_is_due()
        heard, self._heard = self._heard, []
        return heard

    def _met(self, event: parse.NostrEvent) -> Heard:
        match event.kind:
            case parse.NOTE:
                post = self._house.post(event, since_s=self._since_s)
                if post is not None and self._catching:
                    self._catching.add(post, event.size_chars)
                    if self._catching.is_full:
                        self._catching.until = monotonic()
                elif post is not None:
                    return self._noted(post)
            case parse.PROFILE:
                self._house.introduce(event)
            case parse.DELETION:
                return [(Delete(native_id=native), None) for native in self._house.taken_back(event)]
            case parse.VANISH if parse.is_for_everybody(event) and event.created_at >= self._since_s:
                self._house.vanished(event.pubkey)
                return [(AuthorGone(author_id=parse.author_id(event.pubkey)), None)]
            case _:
                pass
        return []

    def _noted(self, post: NetworkPost) -> Heard:
        """A note goes on, or waits for its author's name."""
        pubkey = parse.pubkey_of(post)
        self._house.wrote(pubkey)
        if self._house.knows(pubkey) or sum(map(len, self._nameless.values())) >= MAX_NAMELESS:
            return [self._told(post)]
        self._nameless.setdefault(pubkey, []).append(post)
        return []

    def _told(self, post: NetworkPost) -> tuple[Event, int]:
        self._house.counts["posts"] += 1
        return Upsert(post=self._house.named(post)), (post.created or 0) // 1_000_000

    async def _ended(self, subscription: str) -> Heard:
        match subscription:
            case "notes" | "more" if self._catching:
                return await self._next_page(self._catching)
            case "who":
                return await self._introduced()
            case _:
                return []

    async def _next_page(self, catching: _Catching) -> Heard:
        """
        A relay gives as much at once as it likes: the last page is the one with nothing new. One that is full of a
        single second has nothing new either, so then we look before that second.
        """
        is_further = catching.is_new and catching.oldest_s != catching.asked_s
        until_s = catching.oldest_s if is_further else catching.oldest_s - 1
        if until_s == catching.asked_s or not catching.posts or catching.pages == MAX_PAGES:
            return await self._caught_up(catching)
        catching.asked_s = until_s
        catching.is_new = False
        catching.pages += 1
        catching.until = monotonic() + STORED_S
        asked = _notes(self._house.options, since_s=self._since_s, limit=PAGE, until_s=until_s)
        await self._talk.ask("more", asked)
        return []

    async def _caught_up(self, catching: _Catching) -> Heard:
        if catching.pages:
            await self._talk.end("more")  # First: when the relay has gone, they still wait.
        self._catching = None
        self._pulse_at = monotonic()
        heard: Heard = []
        for post in sorted(catching.posts, key=_created):
            heard += self._noted(post)
        return heard

    async def _introduced(self) -> Heard:
        """Who has not said their name by now goes by their key."""
        await self._talk.end("who")  # First: when the relay has gone, they still wait.
        posts = [post for pubkey in self._asked for post in self._nameless.pop(pubkey, [])]
        self._asked = frozenset()
        self._asked_until = float("inf")
        return [self._told(post) for post in sorted(posts, key=_created)]

    async def _do_what_is_due(self) -> None:
        now = monotonic()
        if self._catching and self._catching.until <= now:
            self._heard += await self._caught_up(self._catching)
        if self._asked_until <= now:
            self._heard += await self._introduced()
        if self._newcomers != self._house.newcomers:
            self._newcomers = self._house.newcomers
            self._gone_at = min(self._gone_at, now + GONE_EVERY_S)
        if self._gone_at <= now:
            await self._ask_gone(self._house.authors)
        if self._nameless and not self._asked:
            await self._ask_who()

    async def _ask_who(self) -> None:
        self._asked = frozenset(list(self._nameless)[:PROFILES_AT_ONCE])
        self._asked_until = monotonic() + PROFILE_S
        await self._talk.ask("who", {"kinds": [parse.PROFILE], "authors": sorted(self._asked)})

    async def _ask_gone(self, authors: Iterable[str]) -> None:
        self._gone_at = float("inf")
        kinds = [parse.DELETION, parse.VANISH]
        await self._talk.ask("gone", {"kinds": kinds, "authors": list(authors), "since": self._since_s})


def _created(post: NetworkPost) -> int:
    return post.created or 0


def _read_cursor(cursor: str | None) -> dict[str, int]:
    """Seconds since 1970 by relay. One that cannot be read means the beginning: posts may come again."""
    return read_cursor(cursor, dict[str, int], instead="beginning anew") or {}
