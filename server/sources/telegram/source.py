"""
Messages of groups and channels, by asking Telegram for what happened to our bot.

Telegram forgets what we have asked beyond. So we ask beyond an update only when it is kept here (`saved`): until then
each answer begins with what we know already. An album comes as a message for each picture, and waits for the last.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import islice

import msgspec

from server.errors import BadInput
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import (
    MAX_KEPT,
    AuthorGone,
    Condition,
    Delete,
    Event,
    Finding,
    Health,
    Kept,
    NetworkPost,
    PictureRef,
    Tools,
    Trial,
    Upsert,
)
from server.sources.cursors import check_key, read_cursor, write_cursor
from server.sources.health import note_flaw
from server.sources.loop import monotonic
from server.sources.polling import Look, polling
from server.sources.tags import fold_tag
from server.sources.telegram import parse
from server.sources.telegram.client import Telegram
from server.sources.telegram.options import Options, parse_options
from server.symposium.values import SourceId

ALBUM_S = 2.0
"""Without another picture for this long, an album is complete."""

HELD_S = 15.0
"""Where nobody tells us what is kept: longer than pictures may take (10 s), and then some."""

AGAIN_S = 1.0
"""Between two looks while something is held: Telegram does not wait then."""

MAX_RECENT = 200
"""Posts whose authors are written down: for what the house does not know yet when we stop."""

MAX_STOPPED = 5000
"""People who said `/stop`. Far more than a hall holds: beyond it nobody new is heard, so that no `/stop` is lost."""

MAX_ALBUMS = 50
NUMBERS_LAST_S = 6 * 86_400
"""After a week without updates Telegram counts on from a random number: ours means nothing then."""

MAX_AVATARS = 100


_log = logging.getLogger(__name__)


def create(source: SourceId, options: Mapping[str, object], tools: Tools) -> TelegramSource:
    """
    See `contract.Create`.

    Raises:
        BadInput: An option is wrong; `field` says which.
    """
    return TelegramSource(source, parse_options(options), tools)


class TelegramSource:
    """See `contract.Source` and `contract.HasPictures`."""

    network = "telegram"

    def __init__(self, source: SourceId, options: Options, tools: Tools) -> None:
        self.id = source
        self._options = options
        self._tools = tools
        self._telegram = Telegram(options.token, tools)
        self._reading: _Reading | None = None
        self._avatars: OrderedDict[str, bytes] = OrderedDict()
        self._kept: tuple[Kept, ...] = ()

    def remember(self, kept: Iterable[Kept]) -> None:
        """See `contract.Remembers`."""
        self._kept = tuple(kept)

    def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        memory = _read_cursor(cursor)
        self._reading = _Reading(self.id, self._telegram, self._options, self._tools, memory, self._kept)
        return self._heard(self._reading, cursor)

    async def _heard(self, reading: _Reading, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        async with aclosing(polling(reading.look, cursor, self._tools)) as events:
            async for event, reached in events:
                yield reading.with_cares(event) if isinstance(event, Health) else event, reached

    def saved(self, cursor: str) -> None:
        """Everything up to *cursor* is kept: Telegram may forget it."""
        if self._reading is not None:
            self._reading.saved = _read_cursor(cursor).update

    async def check(self) -> Trial:
        try:
            bot = await self._telegram.me()
            if await self._telegram.has_webhook():
                return Trial(findings=(Finding(where=f"@{bot.username}", what="webhook-set"),))
            return Trial(findings=tuple([await self._try(named, bot) for named in self._options.chats]))
        except SourceUnavailable as trouble:
            return Trial(findings=(Finding(where="Telegram", what=trouble.code),))

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        """A bot cannot look at a message again."""
        return ()

    async def find(self, address: str) -> NetworkPost | None:
        """
        Nothing: a bot is told what happens and cannot look back.

        Raises:
            SourceUnavailable: The address is one of Telegram, so that the person who asks hears why.
        """
        if parse.is_address(address):
            raise SourceUnavailable("A bot cannot look back", code="cannot-look-back", cause=Cause.REFUSED)
        return None

    async def picture(self, url: str) -> bytes:
        if file_id := _after(parse.FILE, url):
            if parse.is_file_id(file_id):
                return await self._telegram.file(file_id)
        elif (author := _after(parse.AVATAR, url)).removeprefix("-").isdecimal():
            return await self._avatar(author)
        raise SourceUnavailable("This is no picture of Telegram", code="no-picture", cause=Cause.SERVER)

    async def _avatar(self, author: str) -> bytes:
        if author not in self._avatars:
            self._avatars[author] = await self._telegram.avatar(int(author))
            while len(self._avatars) > MAX_AVATARS:
                self._avatars.popitem(last=False)
        return self._avatars[author]

    async def _try(self, named: str, bot: parse.Bot) -> Finding:
        chat = await self._telegram.chat(named)
        what = "not-in-chat"
        if chat is not None:
            membership = await self._telegram.membership(chat.id, bot.id)
            what = _hindrance(chat, membership, reads_all=bot.reads_all)
        where = named if named.startswith("-") else f"@{named}"
        return Finding(where=f"{chat.title} ({where})" if chat else where, what=what, streams=not what)


class _Part(msgspec.Struct, frozen=True, array_like=True):
    """
    What is written down of a message of an album: without its words.

    Args:
        file: Of its picture; empty: it has none that we can show.
        worded: It had words.
        covered: Its picture was hidden by its author.
    """

    message: int
    file: str = ""
    worded: bool = False
    covered: bool = False


@dataclass
class _Memory:
    """
    What has to outlive this process; the cursor is this, written down.

    Args:
        update: Everything up to this one is done.
        at: When it came, seconds since 1970.
        left: Authors who said `/stop`, as older versions wrote them down.
        recent: Author by native id of the newest posts, oldest first.
        albums: Of the newest albums on the wall what they are made of, by native id, oldest first.
        moved: Where groups that we listen to went on.
        named: Which chat had a name that we listen to when we heard it first: a name that is given up anybody may take.
        key: In hexadecimal; of the hashes in *stopped*, which are of nobody without it.
        stopped: Who said `/stop`.
        bot: Whose numbers these are: each bot has its own. 0: older versions did not write it down.
    """

    update: int | None = None
    at: int = 0
    left: list[str] = field(default_factory=list)
    recent: dict[str, str] = field(default_factory=dict)
    albums: dict[str, tuple[_Part, ...]] = field(default_factory=dict)
    moved: list[int] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    stopped: list[str] = field(default_factory=list)
    bot: int = 0

    def __post_init__(self) -> None:
        check_key(self.key)


@dataclass
class _Album:
    """
    The pictures that came so far, by the number of their message.

    Args:
        waits: Until the last has come.
        forgotten: It was passed on long ago; here is only what was edited since, and what is written down of the rest.
    """

    update: int
    touched: float
    parts: dict[int, NetworkPost] = field(default_factory=dict)
    waits: bool = True
    forgotten: bool = False


class _Reading:
    """
    From updates to what there is to say of them.

    Args:
        memory: From the cursor on.
        kept: The posts that the house has, oldest first.
    """

    saved: int | None = None
    """The last update that is kept here; None while nobody told."""

    def __init__(
        self,
        source: SourceId,
        telegram: Telegram,
        options: Options,
        tools: Tools,
        memory: _Memory,
        kept: Iterable[Kept],
    ) -> None:
        self._source = source
        self._telegram = telegram
        self._options = options
        self._tools = tools
        self._memory = memory
        self._bot: parse.Bot | None = None
        self._last = memory.update
        self._confirmed = memory.update
        self._held: deque[tuple[int, float]] = deque()
        self._albums: OrderedDict[str, _Album] = OrderedDict()
        self._counts = Counter({"posts": 0, "unreadable": 0})
        self._stops = _Stops(memory)
        self._taken_names: dict[str, None] = {}
        """By another chat than the one that we knew by it, oldest first."""
        self._ours: dict[str, str] = {each.native_id: each.author_id for each in kept}
        """Author by native id, oldest first: what we passed on, or the house has."""
        for native_id, author_id in memory.recent.items():
            self._know(native_id, author_id)

    def with_cares(self, health: Health) -> Health:
        """All may be well with Telegram, and somebody has to look at something here."""
        attention = Condition.NEEDS_ATTENTION
        if health.condition is not Condition.OK:
            return health
        if self._stops.is_full:
            return msgspec.structs.replace(health, condition=attention, what="stops-full")
        for name in self._taken_names:
            return msgspec.structs.replace(health, condition=attention, what="name-taken", where=f"@{name}")
        return health

    async def look(self, _: str | None) -> Look:
        """What happened since the last look; see `polling.Look`."""
        if self._bot is None:
            self._bot = await self._telegram.me()
            if self._memory.bot not in {0, self._bot.id}:
                self._begin_with_another_bot()
            self._memory.bot = self._bot.id
        self._let_go()
        patient = not self._held and not self._waiting()
        updates = await self._telegram.updates(self._confirmed, patient=patient)
        events: list[Event] = []
        for update in updates:
            if isinstance(update, BadInput):
                note_flaw(_log, self._counts, self._source, "Telegram", update)
            elif self._last is None or update.id > self._last:
                self._last = update.id
                self._memory.at = int(self._tools.now())
                self._held.append((update.id, monotonic()))
                events += self._met(update)
        events += self._complete(monotonic() - ALBUM_S)
        self._memory.update = self._done()
        self._memory.recent = self._newest()
        self._memory.albums = dict(self._albums_on_the_wall()[-MAX_ALBUMS:])
        busy = self._held or self._waiting() or any(isinstance(update, BadInput) for update in updates)
        return Look(
            events=tuple(events),
            cursor=write_cursor(self._memory),
            wait_s=AGAIN_S if busy else 0.0,
            counts=dict(self._counts),
        )

    def _newest(self) -> dict[str, str]:
        newest = list(islice(reversed(self._ours.items()), MAX_RECENT))
        return dict(reversed(newest))

    def _begin_with_another_bot(self) -> None:
        """With its own numbers and names of pictures; who said `/stop` said it to the house."""
        self._last = self._confirmed = self._memory.update = None
        self._memory.albums = {}

    def _met(self, update: parse.Update) -> list[Event]:
        if update.message is None or self._bot is None:
            return []
        try:
            meaning = parse.parse_message(
                update.message,
                listening=parse.Listening(bot=self._bot.username, chats=self._chats(update.message)),
                now_us=int(self._tools.now() * 1_000_000),
                edited=update.edited,
            )
        except BadInput as ex:
            note_flaw(_log, self._counts, self._source, "Telegram", ex)
            return []
        match meaning:
            case parse.Said():
                return self._said(meaning, update.id)
            case parse.TakeBack():
                return [*self._complete(), *self._taken_back(meaning)]
            case parse.Leave(author_id=author_id):
                return [*self._complete(), *self._left(author_id)]
            case parse.Moved(chat=chat):
                self._memory.moved.append(chat)
            case parse.Dropped(why=why):
                self._counts[why.value] += 1
        return []

    def _chats(self, message: object) -> frozenset[str]:
        """Those that we listen to: by id, where we heard one by its name before."""
        named = self._memory.named
        if (place := parse.parse_place(message)) is not None and place[0] in self._options.chats:
            name, id_ = place
            if named.setdefault(name, id_) == id_:
                self._taken_names.pop(name, None)
            else:
                self._taken_names[name] = None
        known = (str(named.get(chat, chat)) for chat in self._options.chats)
        return frozenset([*known, *map(str, self._memory.moved)])

    def _said(self, said: parse.Said, update: int) -> list[Event]:
        if not said.in_album:
            return self._news(said.post)
        native_id = said.post.native_id
        if native_id not in self._albums:
            forgotten = said.post.edited is not None and native_id in self._ours
            self._albums[native_id] = _Album(update, monotonic(), waits=not forgotten, forgotten=forgotten)
            if forgotten:
                self._recall(self._albums[native_id], said)
        album = self._albums[native_id]
        album.parts[said.message] = said.post
        album.touched = monotonic()
        return [] if album.waits else self._edited(album)

    def _recall(self, album: _Album, said: parse.Said) -> None:
        """The other pictures of a forgotten album. Where one of them had words, nobody knows those any more."""
        parts = self._memory.albums.get(said.post.native_id, ())
        album.parts = {part.message: _recalled(part, said.post) for part in parts}
        album.forgotten = not parts or any(part.worded for part in parts if part.message != said.message)

    def _albums_on_the_wall(self) -> list[tuple[str, tuple[_Part, ...]]]:
        """Those that are known whole: here, or from what was written down before."""
        here = {
            native_id: tuple(_written_down(message, album.parts[message]) for message in sorted(album.parts))
            for native_id, album in self._albums.items()
            if not album.waits and not album.forgotten
        }
        return [
            (native_id, parts)
            for native_id, parts in {**self._memory.albums, **here}.items()
            if native_id in self._ours
        ]

    def _edited(self, album: _Album) -> list[Event]:
        """Without words, a picture of a forgotten album says nothing of theirs: its post stays as it is."""
        whole = _whole(album)
        if album.forgotten and not whole.text:
            return []
        album.forgotten = False  # From now on its post is what we have here.
        return self._news(whole)

    def _complete(self, untouched_since: float = float("inf")) -> list[Event]:
        """The albums that got no picture since then."""
        events: list[Event] = []
        for album in self._albums.values():
            if album.waits and album.touched <= untouched_since:
                album.waits = False
                events += self._news(_whole(album))
        self._forget_albums()
        return events

    def _forget_albums(self) -> None:
        """Those that never came on the wall first, and then the oldest."""
        done = [native_id for native_id, album in self._albums.items() if not album.waits]
        done.sort(key=self._ours.__contains__)
        for native_id in done[: max(0, len(self._albums) - MAX_ALBUMS)]:
            del self._albums[native_id]

    def _news(self, post: NetworkPost) -> list[Event]:
        """An edit that takes the hashtag away is an edit all the same."""
        if self._stops.has(post.author_id):
            return []
        tagged = not self._options.tags or not set(self._options.tags).isdisjoint(map(fold_tag, post.tags))
        if not tagged and post.native_id not in self._ours:
            return []
        if self._stops.is_full and post.author_id not in self._ours.values():
            self._counts["left-out"] += 1
            return []
        self._know(post.native_id, post.author_id)
        self._counts["posts"] += 1
        return [Upsert(post=post)]

    def _know(self, native_id: str, author_id: str) -> None:
        """In the order of when they came: an edit makes nothing newer."""
        self._ours.setdefault(native_id, author_id)
        while len(self._ours) > MAX_KEPT:
            del self._ours[next(iter(self._ours))]

    def _taken_back(self, asked: parse.TakeBack) -> list[Event]:
        native_id = asked.native_id or self._last_of(asked)
        if native_id is None:
            return []
        self._ours.pop(native_id, None)
        return [Delete(native_id=native_id, uri=f"telegram:{native_id}")]

    def _last_of(self, asked: parse.TakeBack) -> str | None:
        here = "" if asked.chat is None else f"{asked.chat}/"
        for native_id, author_id in reversed(self._ours.items()):
            if author_id == asked.author_id and native_id.startswith(here):
                return native_id
        return None

    def _left(self, author_id: str) -> list[Event]:
        self._stops.add(author_id)
        self._ours = {native: each for native, each in self._ours.items() if each != author_id}
        return [AuthorGone(author_id=author_id)]

    def _let_go(self) -> None:
        """Find how far we may ask beyond."""
        if self._last is not None and self._tools.now() - self._memory.at > NUMBERS_LAST_S:
            self._last = self._confirmed = None
        while self._held and self._is_kept(*self._held[0]):
            self._confirmed = self._held.popleft()[0]

    def _is_kept(self, update: int, came: float) -> bool:
        kept = monotonic() - came >= HELD_S if self.saved is None else update <= self.saved
        return kept and all(update < album.update for album in self._waiting())

    def _done(self) -> int | None:
        """The last update of which nothing is still to be said."""
        return min([album.update - 1 for album in self._waiting()], default=self._last)

    def _waiting(self) -> list[_Album]:
        return [album for album in self._albums.values() if album.waits]


class _Stops:
    """
    Who said `/stop`: a hash of each, in *memory*.

    When there is no more room, only those who are known already are heard, and of those who say `/stop` then nothing is
    known any more: so it holds for them too.
    """

    def __init__(self, memory: _Memory) -> None:
        self._memory = memory
        self._key = bytes.fromhex(memory.key)
        self._stopped = set(memory.stopped)
        for author_id in memory.left:
            self.add(author_id)
        memory.left = []

    @property
    def is_full(self) -> bool:
        return len(self._stopped) >= MAX_STOPPED

    def has(self, author_id: str) -> bool:
        return self._hash(author_id) in self._stopped

    def add(self, author_id: str) -> None:
        hashed = self._hash(author_id)
        if hashed not in self._stopped and not self.is_full:
            self._stopped.add(hashed)
            self._memory.stopped.append(hashed)

    def _hash(self, author_id: str) -> str:
        digest = hashlib.blake2b(author_id.encode(), key=self._key, digest_size=12).digest()
        return base64.urlsafe_b64encode(digest).decode()


def _whole(album: _Album) -> NetworkPost:
    return parse.merged([album.parts[message] for message in sorted(album.parts)])


def _written_down(message: int, part: NetworkPost) -> _Part:
    file = next((picture.url.removeprefix(parse.FILE) for picture in part.media), "")
    return _Part(message, file, bool(part.text), part.sensitive)


def _recalled(part: _Part, said: NetworkPost) -> NetworkPost:
    """What is written down of a message, beside what was *said* in the same album."""
    return msgspec.structs.replace(
        said,
        permalink=said.permalink and f"{said.permalink.rpartition('/')[0]}/{part.message}",
        text="",
        warning=parse.SPOILER if part.covered else "",
        sensitive=part.covered,
        edited=None,
        media=(PictureRef(url=f"{parse.FILE}{part.file}"),) if part.file else (),
        tags=(),
    )


def _hindrance(chat: parse.Chat, membership: str, *, reads_all: bool) -> str:
    """Why our bot would hear nothing there; empty when it hears all."""
    match membership:
        case "administrator" | "creator":
            return ""
        case "member" | "restricted" if chat.is_channel:
            return "not-admin"
        case "member" | "restricted":
            return "" if reads_all else "privacy-mode"
        case _:
            return "not-in-chat"


def _after(prefix: str, url: str) -> str:
    return url.removeprefix(prefix) if url.startswith(prefix) else ""


def _read_cursor(cursor: str | None) -> _Memory:
    """One that cannot be read means what Telegram has not yet forgotten: posts may come again, none is missed."""
    return read_cursor(cursor, _Memory, instead="who said /stop has to say it again") or _Memory()
