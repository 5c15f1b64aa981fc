"""One feed: asks for what changed, and finds it again where it has moved. I/O only."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from yarl import URL

from server.sources import http
from server.sources.backoff import Cause, SourceUnavailable, asked_to_wait
from server.sources.contract import Tools
from server.sources.feed.door import Guarded, was_refused
from server.sources.feed.memory import Trace

MAX_BYTES = 5 * 1024 * 1024
MAX_S = 20.0
MAX_REDIRECTS = 3

_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_FOR_GOOD = frozenset({301, 308})
_FOR_NOW = frozenset({302, 303, 307})
_KNOWN = _FOR_GOOD | _FOR_NOW | {304, 403, 404, 410}
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,300}")
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)


class Position(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    Where a feed is and how it was at the last look: its part of the cursor.

    Args:
        moved: Where it has moved for good; empty: to where the organiser said.
        at: Where it was found, whither redirects for now may have led.
        etag, modified: As its server named that state.
        wanted: Which items we wanted from it then.
        orderly: It was in the order of its dates.
        items: What was passed on and stands in it, by `memory.key_of`.
    """

    moved: str = ""
    at: str = ""
    etag: str = ""
    modified: str = ""
    wanted: str = ""
    orderly: bool = False
    items: dict[str, Trace] = {}

    @property
    def anew(self) -> Position:
        """The same, to be read whatever state it is in."""
        return msgspec.structs.replace(self, at="", etag="", modified="")


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """
    An answer.

    Args:
        body: None: nothing changed.
        charset: As its content type says, or empty.
        fresh_s: How long the server says that it stays so; None when it does not.
        url: Where it was found.
        position: For the next time.
    """

    body: bytes | None
    charset: str = ""
    fresh_s: float | None = None
    url: URL
    position: Position


class Moved(SourceUnavailable):
    """
    The feed is elsewhere for good, where we do not go by ourselves.

    Args:
        to: The address that it gave.
        teller: Who gave it. Without https that may be a hotel, which sends everybody to its login page until we are
            through: so it is asked again.
    """

    def __init__(self, message: str, *, to: str, teller: URL) -> None:
        cause = Cause.REFUSED if teller.scheme == "https" else Cause.LIMITED
        super().__init__(message, code="moved", cause=cause)
        self.to = to


class Client:
    """
    One feed. What leads to its own host is followed, for good or for now; elsewhere only for good, and only to what is
    public. Never from https to http.

    Args:
        address: As configured; it may be private.
        guarded: For other hosts.
    """

    def __init__(self, address: URL, tools: Tools, guarded: Guarded) -> None:
        self._address = address
        self._tools = tools
        self._guarded = guarded

    async def fetch(self, position: Position) -> Fetched:
        """
        The feed, unless it is as it was at *position*.

        Raises:
            Moved: See there.
            SourceUnavailable: Gone (410), not there, or any other trouble; `code` says which.
        """
        url = lasting = teller = URL(position.moved) if position.moved else self._address
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._ask(url, position, teller=teller)
            if answer.status not in _FOR_GOOD | _FOR_NOW:
                moved = "" if lasting == self._address else str(lasting)
                return self._fetched(url, answer, msgspec.structs.replace(position, moved=moved))
            target = self._next(url, answer)
            lasting = target if lasting == url and answer.status in _FOR_GOOD else lasting
            teller, url = url, target
        raise _trouble(url, "redirected", f"more than {MAX_REDIRECTS} redirects")

    async def _ask(self, url: URL, position: Position, *, teller: URL) -> http.Answer:
        own = _is_own(self._address, url)
        headers = {"Accept": _ACCEPT, **_validators(url, position)}
        try:
            return await http.ask(
                self._tools if own else self._guarded.tools,
                url.origin(),
                url.raw_path,
                query=tuple(url.query.items()),
                headers=headers,
                accepts=None,
                known=_KNOWN,
                most_bytes=MAX_BYTES,
                most_s=MAX_S,
            )
        except SourceUnavailable as trouble:
            if was_refused(trouble.__cause__):
                what = f"moved to {_shown(url)}, which is not public"
                raise Moved(f"{self._address.origin()}: {what}", to=_shown(url), teller=teller) from trouble
            raise

    def _next(self, url: URL, answer: http.Answer) -> URL:
        """Where a redirect leads, if we go there."""
        told = answer.headers.get("location", "")[:2048]
        try:
            target = url.join(URL(told)).with_fragment(None)
            usable = bool(told) and target.scheme in {"http", "https"} and bool(target.host) and bool(target.port)
        except ValueError:
            target, usable = url, False
        if not usable or target.user is not None or (url.scheme == "https" and target.scheme == "http"):
            raise _trouble(url, "redirected", f"redirected to {told[:200]!r}")
        near = _is_own(self._address, target) or _is_own(url, target)
        if not near and answer.status not in _FOR_GOOD:
            raise _trouble(url, "redirected", f"redirected to another host for now: {_shown(target)}")
        return target

    def _fetched(self, url: URL, answer: http.Answer, position: Position) -> Fetched:
        match answer.status:
            case 403:
                # Nobody gave us a key that could be wrong: a server that takes us for a robot thinks better of it.
                asked_s = asked_to_wait(answer.headers, now=self._tools.now())
                raise _trouble(url, "refused", "status 403", Cause.LIMITED, asked_s)
            case 410:
                raise _trouble(url, "gone", "status 410: it is gone for good", Cause.REFUSED)
            case 404:
                raise _trouble(url, "not-there", "status 404: there is nothing at this address")
            case 304 if _validators(url, position):
                return Fetched(body=None, fresh_s=_fresh_s(answer.headers), url=url, position=position)
            case 304:
                raise _trouble(url, "unexpected-answer", "status 304, and it was asked for all that it has")
        charset = _CHARSET.search(answer.headers.get("content-type", ""))
        return Fetched(
            body=answer.body,
            charset=charset[1] if charset else "",
            fresh_s=_fresh_s(answer.headers),
            url=url,
            position=msgspec.structs.replace(
                position,
                at=str(url),
                etag=_plain(answer.headers.get("etag", "")),
                modified=_plain(answer.headers.get("last-modified", "")),
            ),
        )


def _validators(url: URL, position: Position) -> dict[str, str]:
    """How we ask for what changed since *position*; empty where that was read elsewhere."""
    told = {"If-None-Match": position.etag, "If-Modified-Since": position.modified}
    return {name: value for name, value in told.items() if value} if position.at == str(url) else {}


def _plain(validator: str) -> str:
    """One that is long or odd is not sent back: the whole feed comes again, which does no harm."""
    return validator if _VALIDATOR.fullmatch(validator) else ""


def _is_own(address: URL, url: URL) -> bool:
    """Whether *url* is at the host that the organiser named, or at its https."""
    if url.origin() == address.origin():
        return True
    upgraded = (address.scheme, url.scheme) == ("http", "https") and address.is_default_port() and url.is_default_port()
    return upgraded and url.host == address.host


def _fresh_s(headers: Mapping[str, str]) -> float | None:
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    if not found:
        return None
    age = headers.get("age", "").strip()
    return max(float(found[1]) - (float(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0.0), 0.0)


def _shown(url: URL) -> str:
    """Without what is asked: there may be a key in it."""
    return str(url.with_query(None))


def _trouble(
    url: URL, code: str, what: str, cause: Cause = Cause.SERVER, asked_s: float | None = None
) -> SourceUnavailable:
    return SourceUnavailable(f"{_shown(url)}: {what}", code=code, cause=cause, asked_s=asked_s)
