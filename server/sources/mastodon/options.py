"""What an organiser configured for this source. The same as in `manifest.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from yarl import URL

from server.sources.http import parse_origin
from server.sources.options import fill_in, folded, refuse, since_us

MAX_SERVERS = 10
MAX_TAGS = 16
MIN_POLL_S = 10
MAX_POLL_S = 600


class ServerOptions(msgspec.Struct, frozen=True, kw_only=True):
    """One server: its origin and, where posts should come live, the token of a user there."""

    origin: URL
    token: str | None

    def __repr__(self) -> str:
        return f"ServerOptions({self.origin}, token={'**********' if self.token else None})"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        tags: Folded, without doubles.
        mentions: Take public posts that mention the account of a token, too, with or without a hashtag.
        poll_interval_s: Between two looks at one server that does not stream to us.
        since_us: At the first start, take what was posted from here on; None: the newest page.
    """

    servers: tuple[ServerOptions, ...]
    tags: tuple[str, ...]
    mentions: bool = False
    poll_interval_s: int = MIN_POLL_S
    since_us: int | None = None


class _Given(msgspec.Struct, forbid_unknown_fields=True):
    servers: list[str]
    tags: list[str]
    tokens: dict[str, str] = {}
    mentions: bool = False
    poll_interval_s: int = MIN_POLL_S
    since: datetime | None = None


def parse_options(options: Mapping[str, object]) -> Options:
    """
    Raises:
        BadInput: `field` says which option, the message what to write instead.
    """
    given = fill_in(options, _Given)
    origins = tuple(dict.fromkeys(parse_origin(server, field="servers") for server in given.servers))
    tokens = {parse_origin(server, field="tokens"): token.strip() for server, token in given.tokens.items()}
    tags = folded(given.tags)
    if not 1 <= len(origins) <= MAX_SERVERS:
        refuse("servers", f"name 1 to {MAX_SERVERS} servers, as social.example")
    if not 1 <= len(tags) <= MAX_TAGS:
        refuse("tags", f"name 1 to {MAX_TAGS} hashtags, of letters and digits")
    if unknown := set(tokens) - set(origins):
        refuse("tokens", f"{unknown.pop()} is not among the servers")
    if not all(token.isascii() and token.isprintable() for token in tokens.values()):
        refuse("tokens", "a token has only plain letters, digits and signs")
    if given.mentions and not any(tokens.values()):
        refuse("mentions", "a server knows who is mentioned by a token: give one of them its token")
    if not MIN_POLL_S <= given.poll_interval_s <= MAX_POLL_S:
        refuse("poll_interval_s", f"must be {MIN_POLL_S} to {MAX_POLL_S} seconds")
    return Options(
        servers=tuple(ServerOptions(origin=origin, token=tokens.get(origin) or None) for origin in origins),
        tags=tags,
        mentions=given.mentions,
        poll_interval_s=given.poll_interval_s,
        since_us=since_us(given.since),
    )
