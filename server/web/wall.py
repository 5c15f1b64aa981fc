"""
The wall's own door.

Its handlers get a `WallDoor`, which holds the wall's channel (and so the wall's view) and nothing else: no state, no
queue, no other audience can be reached from it.
"""

from __future__ import annotations

from aiohttp import web

from server.live.channel import Channel


class WallDoor:
    """Serves the wall's stream. Public: a screen needs no badge and no cookie."""

    __slots__ = ("_channel",)

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def serve(self, request: web.Request, *, since: str | None, address: str) -> web.StreamResponse:
        """Send the wall's view and its changes until the reader leaves."""
        return await self._channel.serve(request, since=since, badge=None, device=None, own=None, address=address)
