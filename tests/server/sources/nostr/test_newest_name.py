"""Relays tell who somebody is in any order: the newest word counts."""

from __future__ import annotations

import json
import random

import aiohttp
from hypothesis import given, settings
from hypothesis import strategies as st

from server.sources.contract import NetworkPost, Tools
from server.sources.nostr import parse, source
from server.sources.nostr.options import parse_options
from server.symposium.values import SourceId
from tests.server.sources import virtual
from tests.server.sources.nostr.relay import ANNA

AT = 1_795_290_000


async def _named(moments: list[int]) -> str:
    """What Anna is called after saying at each of *moments* that she is called so."""
    async with aiohttp.ClientSession() as session:
        options = parse_options({"relays": ["wss://relay.example"], "tags": ["DemoConf"]})
        tools = Tools(session=session, now=virtual.now, rng=random.Random(7))
        house = source._House(SourceId("nostr-1"), options, tools)
        for moment in moments:
            said = ANNA.signed(0, json.dumps({"name": f"na {moment}"}), [], at=AT + moment)
            house.introduce(parse.parse_event(said))
        note = ANNA.note()
        uri = f"nostr:{note['id']}"
        return house.named(
            NetworkPost(native_id=ANNA.native(note), uri=uri, author_id=ANNA.pubkey, text="Volle zaal")
        ).name


@settings(max_examples=25)
@given(st.lists(st.integers(0, 1000), unique=True, min_size=1, max_size=6))
def test_newest_name_counts_in_whichever_order_they_come(moments: list[int]) -> None:
    assert virtual.run(_named(moments)) == f"na {max(moments)}"
