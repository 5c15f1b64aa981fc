"""What a hook leaves out is counted for its organiser, whatever it was left out for."""

from __future__ import annotations

import pytest

from server.sources.webhook.heard import heard_of
from server.sources.webhook.options import Secret
from server.symposium.values import SourceId
from tests.house import Place
from tests.server.sources.webhook.sender import OTHER, created
from tests.server.web.test_hooks import Hook, hook_of, whatsapp_hook

pytestmark = pytest.mark.asyncio(loop_scope="module")


def counted(hook: Hook) -> tuple[int, int]:
    """How many posts came in, and how many things were left out."""
    found = heard_of(SourceId(hook.id), [Secret(written=hook.secret)])
    return found.posts, found.left_out


async def test_message_that_is_no_post_is_counted_and_keeps_no_other_away(place: Place) -> None:
    async with whatsapp_hook(place) as hook:
        await hook.whatsapp("\u2063", "Wel iets", "\u200b")

        assert counted(hook) == (1, 2)


async def test_post_behind_its_delete_is_counted(place: Place) -> None:
    async with hook_of(place, secret=OTHER) as hook:
        await hook.send({"type": "post.deleted", "data": {"id": "left-out"}}, id_="left-out-1")
        late = await hook.send(created("left-out"), id_="left-out-2")
        await hook.send(created("left-in"), id_="left-out-3")

        assert (late.json, counted(hook)) == ({"leftOut": "deleted"}, (1, 1))
