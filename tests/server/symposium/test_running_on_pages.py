"""The law and the pages say the same of what runs: `programme.running` and `wall/lib/programme.js`, on one table."""

from __future__ import annotations

import json
import random
import subprocess
from typing import Any

import msgspec

from server.symposium.entries import Slot
from server.symposium.programme import running
from server.symposium.programme_facts import programme_facts, whole_programme
from server.symposium.values import RoomId, SessionId
from tests.server.symposium.day import FOYER, HALL, MINUTE, Day
from tools import needs

ROOMS: tuple[RoomId | None, ...] = (HALL, FOYER, None)
DAYS = 200
SCRIPT = """
import { readFileSync } from 'node:fs';
const { effective, running } = await import(process.argv[1]);
const days = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(days.map(({ programme, item, nowMs }) =>
  running(effective(programme, item), item, nowMs).map(({ id }) => id).sort())));
"""


def a_day(rng: random.Random) -> tuple[dict[str, Any], list[str]]:
    """A random day at a random moment, as the pages get it; and what the law says that runs."""
    day = Day()
    sessions = [SessionId(f"s{n}") for n in range(rng.randint(1, 5))]
    slots = []
    for session in sessions:
        start = rng.randint(0, 90)
        slots.append(Slot(session, rng.choice(ROOMS), start * MINUTE, (start + rng.randint(0, 40)) * MINUTE))
    day.programme(tuple(slots))
    if rng.random() < 0.5:
        day.shift(rng.choice(sessions), rng.randint(-30, 30), rest=rng.random() < 0.5)
    for room in (HALL, FOYER, None):
        if rng.random() < 0.2:
            day.on_stage(rng.choice((None, *sessions)), room=room)
    now = rng.randint(0, 140) * MINUTE
    told = {
        "programme": msgspec.to_builtins(whole_programme(day.state)),
        "item": msgspec.to_builtins(programme_facts(day.state)),
        "nowMs": now // 1_000,
    }
    return told, sorted({slot.session for slot, _ in running(day.state, now)})


def test_the_law_and_the_pages_agree(rng: random.Random) -> None:
    days = [a_day(rng) for _ in range(DAYS)]

    done = subprocess.run(
        [needs.node(), "--input-type=module", "-e", SCRIPT, (needs.WALL / "lib/programme.js").as_uri()],
        input=json.dumps([told for told, _ in days]),
        capture_output=True,
        text=True,
        check=True,
    )

    assert [sorted(set(each)) for each in json.loads(done.stdout)] == [said for _, said in days]
    assert sum(bool(said) for _, said in days) > DAYS // 4, "mostly something runs"
