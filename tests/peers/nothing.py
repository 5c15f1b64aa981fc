"""A house that has nothing yet."""

from __future__ import annotations

from server.sources.contract import Kept
from server.symposium.values import SourceId


async def nothing_kept(source: SourceId) -> tuple[Kept, ...]:
    return ()
