"""One note by its address, as a person pasted it: asked of the configured relays, at once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from typing import Final

from server.errors import NotFound
from server.intake.addresses import address_of
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import NetworkPost
from server.sources.nostr import parse
from server.sources.nostr.client import Filter, Relay

FIND_S: Final = 8.0
"""For all that is asked of a relay; those that are later are not waited for."""

ANSWER_S: Final = 3.0
"""For one answer. Some relays never say that it is all."""

_HEX_AT_END: Final = re.compile(r"(?:\S{1,1900}/)?([0-9a-f]{64})/?", re.IGNORECASE)


async def find(address: str, relays: Iterable[Relay], *, now_us: int) -> NetworkPost | None:
    """
    The note at *address*, whichever hashtags it has; None where no relay has it, and where its author deleted it.

    Args:
        address: `note1…` or `nevent1…`, alone, after `nostr:` or in an address of a site that shows notes; or an id in
            hex at the end of one. Relays that a `nevent1…` names are not asked: the organiser did not choose them.
        now_us: UTC microseconds since 1970.

    Raises:
        NotFound: It is there and not for a wall; `code` says why, as `expired`.
        SourceUnavailable: No relay could be asked.
    """
    event_id = event_at(address)
    if event_id is None:
        return None
    said = await asyncio.gather(*(_asked(relay, event_id) for relay in relays), return_exceptions=True)
    events = [event for each in said if not isinstance(each, BaseException) for event in each]
    troubles = [each for each in said if isinstance(each, BaseException)]
    for trouble in troubles:
        if len(troubles) == len(said) or not isinstance(trouble, SourceUnavailable):
            raise trouble
    return _read(event_id, events, now_us=now_us)


def event_at(address: str) -> str | None:
    """The id of the note at *address*, in hex; None for other addresses."""
    spelled = address_of(address) or ""
    if spelled.startswith("nostr:"):
        return spelled.removeprefix("nostr:")
    found = _HEX_AT_END.fullmatch(address.strip())
    return found[1].lower() if found else None


async def _asked(relay: Relay, event_id: str) -> Sequence[parse.NostrEvent]:
    """The note, deletions of it, and who its author is; as far as this relay knows."""
    try:
        async with asyncio.timeout(FIND_S), relay.connected() as talk:
            deletions: Filter = {"kinds": [parse.DELETION], "#e": [event_id]}
            events = await talk.stored({"ids": [event_id]}, deletions, most_s=ANSWER_S)
            for author in [event.pubkey for event in events if event.id == event_id]:
                theirs = deletions | {"authors": [author]}  # of which those of strangers leave no room for it
                events += await talk.stored({"kinds": [parse.PROFILE], "authors": [author]}, theirs, most_s=ANSWER_S)
            return events
    except TimeoutError as ex:
        what = f"{relay.name}: no answer within {FIND_S:g} s"
        raise SourceUnavailable(what, code="too-slow", cause=Cause.SERVER) from ex


def _read(event_id: str, events: Sequence[parse.NostrEvent], *, now_us: int) -> NetworkPost | None:
    note = next((event for event in events if event.id == event_id and event.kind == parse.NOTE), None)
    if note is None:
        return None
    theirs = [event for event in events if event.pubkey == note.pubkey]
    deletions = [each for each in theirs if each.kind == parse.DELETION]
    if any(parse.native_id(note.pubkey, note.id) in parse.parse_deletion(each) for each in deletions):
        return None
    post = parse.parse_note(note, tags=frozenset(), since_s=0, now_us=now_us)
    if isinstance(post, parse.Dropped):
        raise NotFound(f"Note {event_id} is {post.why}.", code=post.why.value)
    profiles = [parse.parse_profile(each) for each in theirs if each.kind == parse.PROFILE]
    return parse.named(post, max(profiles, key=_said_at, default=parse.Profile()))


def _said_at(profile: parse.Profile) -> int:
    return profile.at
