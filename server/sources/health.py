"""How a source is: its trouble as the stage page has it, the worst of several parts, and what it could not read."""

from __future__ import annotations

import logging
from collections.abc import Iterable, MutableMapping

from server.errors import BadInput
from server.sources.backoff import SourceUnavailable
from server.sources.contract import Condition, Health

LOG_EVERY = 100

_WORST_FIRST = (Condition.NEEDS_ATTENTION, Condition.WAITING, Condition.STALE, Condition.OK)


def unwell(trouble: SourceUnavailable, wait_s: float | None, *, where: str, now: float) -> Health:
    """
    How a source in trouble is.

    Args:
        wait_s: When it will try again; None: not before somebody has looked at it.
        where: Which server.
        now: Seconds since 1970.
    """
    if wait_s is None:
        return Health(condition=Condition.NEEDS_ATTENTION, what=trouble.code, where=where)
    retry_at = int((now + wait_s) * 1_000_000)
    return Health(condition=Condition.WAITING, what=trouble.code, where=where, retry_at=retry_at)


def worst(parts: Iterable[Health]) -> Health:
    """How something is of which these are the *parts*, at least one: as the first of the worst."""
    return min(parts, key=lambda part: _WORST_FIRST.index(part.condition))


def is_worth_a_line(counts: MutableMapping[str, int], what: str) -> bool:
    """Count one more of *what*. Whether to log it: the first, and then every hundredth."""
    before = counts.get(what, 0)
    counts[what] = before + 1
    return before % LOG_EVERY == 0


def note_flaw(
    log: logging.Logger, counts: MutableMapping[str, int], source: str, where: str, flaw: BadInput, *, what: str = ""
) -> None:
    """
    *where* sent something that cannot be read: it is left out, and counted as `unreadable`.

    Args:
        counts: What the source tells of itself in figures.
        source: Its id, for the log.
        what: Which one it is, as `message 7`, where that is known.
    """
    if is_worth_a_line(counts, "unreadable"):
        told = f"{where} sent what cannot be read:" + (f" {what}:" if what else "")
        log.warning("Source %s: %s %s (%s)", source, told, flaw, flaw.field)
