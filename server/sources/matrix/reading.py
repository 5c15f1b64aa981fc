"""What the events of rooms come to: posts, edits and ends, of what was said before and is remembered."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping

import msgspec

from server.errors import BadInput
from server.sources.contract import MAX_KEPT, Event, NetworkPost, Tools, Upsert
from server.sources.health import note_flaw
from server.sources.matrix import parse
from server.sources.matrix.options import Options
from server.sources.memory import remember
from server.symposium.values import SourceId

MAX_KNOWN = 5000
"""Messages and members that we remember. A few MB."""

MAX_EDITS = 100
"""Of the newest edits it is written down which message they are of: taken back, an edit does not say so any more."""

_log = logging.getLogger(__name__)


class Reading:
    """From events to what there is to say of them; remembers messages, and counts what came by."""

    def __init__(self, source: SourceId, options: Options, tools: Tools) -> None:
        self._source = source
        self.counts = {"posts": 0, "unreadable": 0}
        self._tags = frozenset(options.tags)
        self._since_us = options.since_us or 0
        self._tools = tools
        self._host = options.homeserver.authority
        self._members: OrderedDict[tuple[str, str], parse.Member] = OrderedDict()
        self._messages: OrderedDict[tuple[str, str], parse.Message] = OrderedDict()
        """As each reads now."""
        self._edits: OrderedDict[str, str] = OrderedDict()
        """Which message an edit is of."""
        self.ours: OrderedDict[tuple[str, str], None] = OrderedDict()
        """Those that were passed on, or that the house has."""

    def know(self, ours: Iterable[tuple[str, str]]) -> None:
        """The house has these, each a room and an event."""
        for each in ours:
            remember(self.ours, each, None, most=MAX_KEPT)

    def know_edits(self, edits: Mapping[str, str]) -> None:
        for edit, message in edits.items():
            remember(self._edits, edit, message, most=MAX_KNOWN)

    def newest_edits(self) -> dict[str, str]:
        """Which messages the newest edits are of, for the cursor."""
        return dict(list(self._edits.items())[-MAX_EDITS:])

    def meet(self, room: str, state: Iterable[object]) -> None:
        """Learn who is who from events of a room."""
        for event in state:
            try:
                member = parse.parse_event(event)
            except BadInput:
                continue  # It is counted where it stands among what happened; of the past nothing is needed.
            if isinstance(member, parse.Member):
                self.met(room, member)

    def met(self, room: str, member: parse.Member) -> None:
        remember(self._members, (room, member.user), member, most=MAX_KNOWN)

    def message(self, room: str, id_: str) -> parse.Message | None:
        """A message as it reads now, if we remember it."""
        return self._messages.get((room, id_))

    def edit_of(self, id_: str) -> str | None:
        """Which message this event was an edit of, if it was one that counted."""
        return self._edits.get(id_)

    def start_anew(self) -> None:
        """Nothing was said after all."""
        self._messages.clear()

    def forget(self, room: str, id_: str) -> None:
        self._messages.pop((room, id_), None)

    def said(self, room: str, message: parse.Message) -> list[Event]:
        """News, if it is for us and not known yet."""
        known = self._messages.get((room, message.id))
        if known is not None and (known.edited_us or 0) >= (message.edited_us or 0):
            return []
        remember(self._messages, (room, message.id), message, most=MAX_KNOWN)
        return self._passed_on(room, self._post(room, message, self._tags))

    def edited(self, room: str, message: parse.Message, edit: parse.Edit) -> list[Event]:
        """An edit that takes the hashtag away is an edit all the same; one that adds it makes a post."""
        if not message.content:  # taken back: an edit of it brings nothing back
            return []
        now = parse.apply(message, edit)
        if edit.sender == message.sender:
            remember(self._edits, edit.id, message.id, most=MAX_KNOWN)
        if now is None:
            return []
        ours = (room, message.id) in self.ours or self._post(room, message, self._tags) is not None
        remember(self._messages, (room, message.id), now, most=MAX_KNOWN)
        return self._passed_on(room, self._post(room, now, frozenset() if ours else self._tags))

    def restored(self, room: str, message: parse.Message, *, at_us: int) -> list[Event]:
        """The newest edit was taken back. That is a change too, and later than the edit was."""
        known = self._messages.get((room, message.id))
        if known is not None and known.content == message.content:
            return []
        at_us = max(at_us, (known.edited_us or 0) + 1 if known is not None else 0)
        message = msgspec.structs.replace(message, edited_us=at_us)
        remember(self._messages, (room, message.id), message, most=MAX_KNOWN)
        ours = (room, message.id) in self.ours
        return self._passed_on(room, self._post(room, message, frozenset() if ours else self._tags))

    def seen_again(self, room: str, message: parse.Message) -> list[Event]:
        """A message that the wall has: whether it reads differently now."""
        known = self._messages.get((room, message.id))
        if message.edited_us is None and (known is None or known.edited_us is None):
            return []
        if known is not None and (known.edited_us or 0) > (message.edited_us or 0):
            return self.restored(room, message, at_us=int(self._tools.now() * 1_000_000))
        if known is not None and known.edited_us == message.edited_us:
            return []
        remember(self._messages, (room, message.id), message, most=MAX_KNOWN)
        return self._passed_on(room, self._post(room, message, frozenset()))

    def post_of(self, room: str, event: object) -> NetworkPost | None:
        """The post that an event is, for whoever tries the source."""
        try:
            message = parse.parse_event(event)
        except BadInput as ex:
            self.flaw(ex, event)
            return None
        return self._post(room, message, self._tags) if isinstance(message, parse.Message) else None

    def flaw(self, ex: BadInput, event: object) -> None:
        """*event* cannot be read."""
        id_ = event.get("event_id") if isinstance(event, dict) else None
        note_flaw(_log, self.counts, self._source, self._host, ex, what=f"event {str(id_)[:100]!a}")

    def _passed_on(self, room: str, post: NetworkPost | None) -> list[Event]:
        if post is None:
            return []
        self.counts["posts"] += 1
        remember(self.ours, parse.parse_native_id(post.native_id), None, most=MAX_KEPT)
        return [Upsert(post=post)]

    def _post(self, room: str, message: parse.Message, tags: frozenset[str]) -> NetworkPost | None:
        member = self._members.get((room, message.sender))
        now_us = int(self._tools.now() * 1_000_000)
        post = parse.parse_message(message, room=room, member=member, tags=tags, now_us=now_us)
        early = message.at_us < self._since_us
        return post if isinstance(post, NetworkPost) and not early else None
