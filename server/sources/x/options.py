"""What an organiser configured for this source. The same as in `manifest.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from server.sources.options import fill_in, refuse, since_us
from server.sources.tags import fold_tag

MAX_TAGS = 10
MIN_POLL_S = 10
MAX_POLL_S = 3600
DEFAULT_POLL_S = 30
MAX_QUERY_CHARS = 512
"""What recent search takes; a rule of the stream may be twice as long."""

_TAG = re.compile(r"\w{1,100}")


class Way(StrEnum):
    """How posts come: by asking again and again, or over one long answer."""

    SEARCH = "search"
    STREAM = "stream"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        query: What X is asked for, the same in a search and as a rule of the stream.
        tags: Folded.
        since_us: At the first start, take what was posted from here on; None: the newest ten.
        dollars_per_day, dollars_per_month: After which it rests.
    """

    token: str
    query: str
    tags: frozenset[str]
    way: Way = Way.SEARCH
    poll_interval_s: int = DEFAULT_POLL_S
    since_us: int | None = None
    dollars_per_day: int = 5
    dollars_per_month: int = 25

    def __repr__(self) -> str:
        return f"Options({self.query!r}, {self.way}, token='**********')"


class _Given(msgspec.Struct, forbid_unknown_fields=True):
    agreement: bool = False
    token: str = ""
    tags: list[str] = []
    way: Way = Way.SEARCH
    poll_interval_s: int = DEFAULT_POLL_S
    since: datetime | None = None
    dollars_per_day: str = "5"
    dollars_per_month: str = "25"


def parse_options(options: Mapping[str, object]) -> Options:
    """
    Raises:
        BadInput: `field` says which option, the message what to do.
    """
    given = fill_in(options, _Given)
    if not given.agreement:
        refuse("agreement", "say that you have the agreement with X that your use needs; a government needs Enterprise")
    token = given.token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        refuse("token", "must be the bearer token of your app at X: plain letters, digits and signs")
    if not MIN_POLL_S <= given.poll_interval_s <= MAX_POLL_S:
        refuse("poll_interval_s", f"must be {MIN_POLL_S} to {MAX_POLL_S} seconds")
    written = _written(given.tags)
    return Options(
        token=token,
        query=_query(written),
        tags=frozenset(map(fold_tag, written)),
        way=given.way,
        poll_interval_s=given.poll_interval_s,
        since_us=since_us(given.since),
        dollars_per_day=_dollars("dollars_per_day", given.dollars_per_day),
        dollars_per_month=_dollars("dollars_per_month", given.dollars_per_month),
    )


def _written(tags: Sequence[str]) -> tuple[str, ...]:
    """The tags without `#`, one of each folding: search would find both, and the query has to be short."""
    bare = [tag.strip().lstrip("#＃") for tag in tags]
    for tag in bare:
        if not _TAG.fullmatch(tag) or tag.isdecimal():
            refuse("tags", f"{tag[:40]!r} is no hashtag at X: use letters, digits and _, and at least one letter")
    once = {fold_tag(tag): tag for tag in reversed(bare)}
    if not 1 <= len(once) <= MAX_TAGS:
        refuse("tags", f"name 1 to {MAX_TAGS} hashtags")
    return tuple(reversed(once.values()))


def _query(tags: Sequence[str]) -> str:
    """Without reposts and advertisements: they would be paid for, and dropped here."""
    query = f"({' OR '.join(f'#{tag}' for tag in tags)}) -is:retweet -is:nullcast"
    if len(query) > MAX_QUERY_CHARS:
        refuse("tags", f"are too long together: X takes a question of {MAX_QUERY_CHARS} characters")
    return query


def _dollars(field: str, value: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", value):
        refuse(field, "must be a whole number of dollars, 1 to 9999")
    return int(value)
