"""A hook: nothing is fetched. Others bring us their posts at `server/web/hooks.py`; this tells how that goes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Final

from server.sources.contract import Condition, Event, Finding, Health, Tools, Trial
from server.sources.webhook.heard import Heard, heard_of
from server.sources.webhook.options import Options, parse_options
from server.symposium.values import SourceId

TELL_EACH_S: Final = 60.0
"""Well before silence is taken for trouble: at a hook it is none."""

SECRETLESS: Final = "no-secret"


def create(source: SourceId, options: Mapping[str, object], tools: Tools) -> WebhookSource:
    """
    See `contract.Create`.

    Raises:
        BadInput: An option is wrong; `field` says which.
    """
    return WebhookSource(source, parse_options(options))


class WebhookSource:
    """See `contract.Source`."""

    network = "webhook"

    def __init__(self, source: SourceId, options: Options) -> None:
        self.id = source
        self._options = options
        self._heard = heard_of(source, options.secrets)

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        """Only how it is: posts come by the door, where their sender waits until they are durable."""
        while True:
            self._heard.changed.clear()
            yield self._health(), cursor
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TELL_EACH_S):
                    await self._heard.changed.wait()

    async def check(self) -> Trial:
        """There is nowhere to look: a sender has to try it."""
        return Trial(findings=(Finding(where="", streams=True),))

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        """Nobody to ask: a sender tells what is gone."""
        return ()

    def _health(self) -> Health:
        counts = _counts(self._heard)
        if not self._options.secrets:
            return Health(condition=Condition.NEEDS_ATTENTION, what=SECRETLESS, counts=counts)
        # Once anything good came the others are strangers: they are a figure, and nobody has to come and look.
        if self._heard.trouble and not self._heard.proved:
            return Health(condition=Condition.NEEDS_ATTENTION, what=self._heard.trouble, counts=counts)
        return Health(condition=Condition.OK, counts=counts)


def _counts(heard: Heard) -> dict[str, int]:
    return {"posts": heard.posts, "refused": heard.refused, "leftOut": heard.left_out}
