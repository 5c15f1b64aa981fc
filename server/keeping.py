"""
How long what is kept, and who stays out: the entries of keeping, and what time takes.

Periods count from the end of the symposium: of its programme, else of its day. Where nobody can tell, nothing lapses.
What was rejected or hidden goes by the hour, from its own decision on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from server.covers import Submit
from server.errors import BadInput
from server.intake import text
from server.keyring import Keyring
from server.report.measure import end_of_day, known_zone
from server.symposium.bodies import programme_body, symposium_body
from server.symposium.entries import Expired, HoldSet, KeepingSet, Lapsed, ReasonBody, encode_body
from server.symposium.keeping import is_left
from server.symposium.outcomes import Outcome
from server.symposium.programme import ends
from server.symposium.state import Keeping as Periods
from server.symposium.state import Post, State
from server.symposium.values import PHONE, AuthorKey, BadgeId, Kept, PostId

MIN_REASON: Final = 10
MAX_REASON: Final = 500
"""Characters of why there is a legal hold: an auditor wants to read it years later."""

_reason = msgspec.json.Decoder(ReasonBody)
_HOUR_US: Final = 3_600_000_000
_DAY_US: Final = 24 * _HOUR_US
CALM_US: Final = 7 * _DAY_US
"""So long after the last post of a phone and the last decision nothing lapses, whatever the date says."""
_ZONE: Final = "Europe/Amsterdam"
"""Of a day without a programme."""


class Keeping:
    """
    Makes the entries.

    Args:
        state: Read only.
        submit: Makes an entry durable.
        now_us: UTC microseconds since 1970.
    """

    def __init__(self, *, state: State, submit: Submit, now_us: Callable[[], int]) -> None:
        self._state = state
        self._submit = submit
        self._now_us = now_us

    async def set(self, by: BadgeId, periods: Periods) -> Outcome:
        """How long what is kept. What is over by then goes at the next `lapse`."""
        head = KeepingSet(
            by=by,
            rejected_hours=periods.rejected_hours,
            posts_days=periods.posts_days,
            pictures_days=periods.pictures_days,
            audit_days=periods.audit_days,
            devices_days=periods.devices_days,
        )
        return await self._submit(head)

    async def hold(self, by: BadgeId, *, on: bool, reason: str = "") -> Outcome:
        """
        Begin a legal hold, give another reason for it, or end it: then what it kept back goes.

        Args:
            reason: Why, in `MIN_REASON` to `MAX_REASON` characters; an end needs none.

        Raises:
            BadInput: The reason is too short or too long.
        """
        why = text.clean(reason).strip()
        if on and not MIN_REASON <= len(why) <= MAX_REASON:
            message = f"Say why, in {MIN_REASON} to {MAX_REASON} characters."
            raise BadInput(message, code="no-reason-given", field="$.reason")
        return await self._submit(HoldSet(by=by, on=on), encode_body(ReasonBody(reason=why if on else "")))

    async def lapse(self) -> tuple[Kept, ...]:
        """Let go of what was kept as long as was said. Returns what that was; nothing to let go of costs no entry."""
        kinds = due(self._state, self._now_us())
        if kinds:
            await self._submit(Lapsed(kinds=kinds))
        return kinds

    async def expire(self) -> int:
        """Forget what was rejected or hidden longer ago than it is kept. Returns how many posts."""
        posts = overdue(self._state, self._now_us())
        if posts:
            await self._submit(Expired(posts=posts))
        return len(posts)


def hold_reason(state: State) -> str:
    """Why there is a legal hold; empty where there is none."""
    body = None if state.hold is None else state.bodies.get(state.hold.body)
    return "" if body is None else _reason.decode(body).reason


# When


def end_of(state: State) -> int | None:
    """
    When the symposium is over, in µs: its last session, else the midnight after its day; None: nobody can tell.

    Where the organiser gave a last day, never before the end of that: a programme may be half filled in.
    """
    said, body = symposium_body(state), programme_body(state)
    zone = known_zone(_ZONE if body is None else body.zone)
    last_day = end_of_day(said.until, zone)
    if state.programme is not None and state.programme.slots:
        last_session = max(ends(state, slot) for slot in state.programme.slots.values())
        return max(last_session, last_day or 0)
    return last_day or end_of_day(said.date, zone)


def ends_with_programme(state: State) -> bool:
    """Whether it is the last session that says when the symposium is over, and no day."""
    slots = () if state.programme is None else state.programme.slots.values()
    return any(ends(state, slot) == end_of(state) for slot in slots)


def moments(state: State) -> dict[Kept, int | None]:
    """
    When each kind goes, in µs; None for one that does not go by itself. A legal hold is not counted in.

    Pictures belong to their posts, and go with them at the latest. Nothing goes while people are at work: a wrong date
    must not take the words of a day that is going on.
    """
    end, periods, calm = end_of(state), state.keeping, calm_until(state)
    days = {
        Kept.POSTS: periods.posts_days,
        Kept.PICTURES: periods.pictures_days,
        Kept.AUDIT: periods.audit_days,
        Kept.DEVICES: periods.devices_days,
    }
    at = {kind: None if end is None or n is None else max(end + n * _DAY_US, calm) for kind, n in days.items()}
    at[Kept.PICTURES] = min((each for each in (at[Kept.PICTURES], at[Kept.POSTS]) if each is not None), default=None)
    return at


def at_work(state: State) -> int:
    """When a phone last sent a post or staff last decided, in µs; 0 where nobody did."""
    sent = next((post.received for post in reversed(state.posts.values()) if post.source == PHONE), 0)
    decided = next((made.at for made in reversed(state.made.values())), 0)
    return max(sent, decided)


def calm_until(state: State) -> int:
    """Before this nothing lapses, in µs."""
    return at_work(state) + CALM_US


def due(state: State, now_us: int) -> tuple[Kept, ...]:
    """The kinds whose time is over at *now_us*, as far as anything of them is left."""
    if state.hold is not None:
        return ()
    over = (kind for kind, at in moments(state).items() if at is not None and at <= now_us)
    return tuple(kind for kind in over if is_left(state, kind))


def overdue(state: State, now_us: int) -> tuple[PostId, ...]:
    """The posts that were not shown and whose time is over at *now_us*."""
    if state.hold is not None:
        return ()
    return tuple(post.id for post in not_shown(state) if expires(state, post) <= now_us)


def not_shown(state: State) -> Iterator[Post]:
    """Everything that was rejected or hidden, and is still there."""
    for ids in (state.rejected, state.hidden):
        yield from map(state.posts.__getitem__, ids)


def expires(state: State, post: Post) -> int:
    """When a post that was not shown goes, in µs: counted from its last decision or change."""
    return max(post.decided_at, post.revised) + state.keeping.rejected_hours * _HOUR_US


# Who stays out

_INVISIBLE: Final = re.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""What comes along when a handle is copied from a page."""
_HOST: Final = r"[^\s@/?#]*\.[^\s@/?#]+"
_HANDLE: Final = re.compile(rf"(?:acct:)?@?([^\s@/:?#]{{1,128}})@({_HOST})", re.IGNORECASE)
_ADDRESS: Final = re.compile(rf"(?:https?://)?({_HOST})(/[^\s?#]*)(?:[?#]\S*)?", re.IGNORECASE)
_PROFILE: Final = re.compile(
    rf"/(?:web/|deck/)?(?:@([^\s@/]{{1,128}})(?:@({_HOST}))?|(?:users?|u|profile|accounts)/([^\s@/]{{1,128}}))(?:/.*)?",
    re.IGNORECASE,
)
"""How servers write somebody's page, and what lies below it. Source: the routes of Mastodon, GoToSocial, Pleroma,
Lemmy, Friendica and PeerTube."""


def identity(name: str) -> str | None:
    """
    A handle or address in its one spelling, however somebody wrote it down.

    `anna@social.example` for a handle, a profile's address and the address of a post below it. An address that does
    not tell the handle is itself: host and path. None for what is neither, as a bare name: many are called Anna.
    """
    plain = _plain(name)
    if (handle := _handle_of(plain)) is not None:
        user, host = handle
        return f"{user.casefold()}@{_host(host)}"
    address = _ADDRESS.fullmatch(plain)
    return None if address is None else f"{_host(address[1])}{address[2].rstrip('/')}"


def _plain(name: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", name)).strip()


def _handle_of(plain: str) -> tuple[str, str] | None:
    """User and host, as they are written in a handle or in an address that tells them."""
    if handle := _HANDLE.fullmatch(plain):
        return handle[1], handle[2]
    address = _ADDRESS.fullmatch(plain)
    profile = None if address is None else _PROFILE.fullmatch(address[2])
    if address is None or profile is None:
        return None
    return profile[1] or profile[3], profile[2] or address[1]


def _host(host: str) -> str:
    """As it goes over the wire: `bücher.example` and `xn--bcher-kva.example` are one host."""
    folded = host.casefold().rstrip(".")
    if folded.isascii():
        return folded
    try:
        return folded.encode("idna").decode()
    except UnicodeError:  # no name that a computer can have
        return folded


def _shown(host: str) -> str:
    """As a person reads it."""
    try:
        return host.encode().decode("idna")
    except UnicodeError:
        return host


def suppression_keys(keyring: Keyring, network: str, name: str) -> tuple[AuthorKey, ...]:
    """
    The keyed hashes under which reception knows somebody, whether anything of theirs came yet or not.

    Phones have neither handle nor address: nobody there is kept out by what they call themselves.

    Args:
        network: As `mastodon`.
        name: A handle or an address, as somebody wrote it down.
    """
    if network == PHONE:
        return ()
    plain = _plain(name)
    handle = _handle_of(plain)
    if handle is None:
        known = identity(plain)
        if known is None:
            return (keyring.handle(network, plain),)
        return tuple(keyring.author(network, each) for each in dict.fromkeys((f"https://{known}", plain)))
    user, host = handle[0], _host(handle[1])
    handles = dict.fromkeys((f"{user}@{host}", f"{user}@{_shown(host)}"))
    actors = dict.fromkeys(
        f"https://{host}/{form}{each}" for form in ("users/", "@") for each in (user, user.casefold())
    )
    return (
        *(keyring.handle(network, each) for each in handles),
        *(keyring.author(network, each) for each in actors),
    )
