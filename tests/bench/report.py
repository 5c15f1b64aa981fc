"""
What it costs to make the report of a large day: 100,000 posts, of which 2,000 were chosen.

    python3 run.py bench report [--posts 100000] [--quotes 2000] [--runs 3]

CPU time of this process, median of the runs; typst runs in it too. Texts are drawn from the words of the rehearsal day,
18 to a post. `snapshot` is what the server's own loop pays: to write the state down for the child process.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import time
from collections.abc import Callable, Sequence
from statistics import median

import msgspec

from server.rehearsal import day_plan
from server.rehearsal.script import posts as rehearsal_posts
from server.report.compile import compile_report
from server.report.compose import compose
from server.report.html import html
from server.report.pdf import pdf
from server.report.released import jsonl
from server.symposium import entries
from server.symposium.entries import Record, SymposiumBody, encode_body
from server.symposium.law import replay
from server.symposium.state import State
from server.symposium.values import (
    OPERATOR,
    AuthorKey,
    Choice,
    Policy,
    PostBody,
    PostId,
    RuleId,
    SessionId,
    Show,
    SourceId,
)

BARS_S = {"compile": 2.0, "html": 3.0, "jsonl": 1.0, "pdf": 5.0}
"""What was promised for 100,000 posts and 2,000 quotes."""
SNAPSHOT_S = 1.0

_START_US = 1_794_470_400_000_000
_MASTODON = SourceId("mastodon-1")
_PER_POST = 18


def large_day(posts: int, quotes: int) -> State:
    """A day on which *posts* were shown, a tenth of them under the programme's sessions each; *quotes* were chosen."""
    rng = random.Random(1)
    words = [word for post in rehearsal_posts() for word in post.text.split()]
    body, slots = day_plan.plan(_START_US, speed=0.05, lang="nl")
    source = entries.SourceSet(by=OPERATOR, source=_MASTODON, network="mastodon", on=True)
    heads: list[tuple[entries.AnyHead, object]] = [
        (
            entries.SymposiumMade(slug="grote-dag", short="GD", languages=("nl", "en"), policy=Policy.RULES_DECIDE),
            SymposiumBody(title="Een grote dag", hashtags=("grotedag",), date="2026-11-12"),
        ),
        (source, entries.SourceBody(name="Mastodon")),
        (
            entries.ProgrammeSet(by=OPERATOR, base=0, rooms=tuple(room.id for room in body.rooms), slots=slots),
            body,
        ),
    ]
    sessions: list[SessionId | None] = [*(slot.session for slot in slots), None]
    ids = []
    for number in range(posts):
        post = PostId(base64.b32encode(number.to_bytes(10, "big")).decode().lower())
        ids.append(post)
        head = entries.PostArrived(
            post=post,
            source=_MASTODON,
            network="mastodon",
            author=AuthorKey(f"author-{number % 3_000}"),
            digest="d",
            seen=len(heads),
            verdict=Show(rule=RuleId("policy")),
            keys=(f"uri-{number}",),
            lang="nl",
            session=rng.choice(sessions),
        )
        text = " ".join(rng.choices(words, k=_PER_POST))
        heads.append((head, PostBody(salt="", text=text, name=f"Naam {number % 3_000}", lang="nl")))
    rest = ids[quotes:]
    chosen = entries.QuotesSet(by=OPERATOR, posts=tuple(ids[:quotes]), choice=Choice.IN)
    heads.append((chosen, None))
    heads += [
        (entries.QuotesSet(by=OPERATOR, posts=tuple(rest[at : at + 5_000]), choice=Choice.OUT), None)
        for at in range(0, len(rest), 5_000)
    ]
    span = max(slot.end for slot in slots) - _START_US
    return replay(
        Record(seq, _START_US + span * seq // len(heads), head, None if body is None else encode_body(body))
        for seq, (head, body) in enumerate(heads, 1)
    )


def main(argv: Sequence[str]) -> int:
    """Run it; 0 when every bar was met."""
    parser = argparse.ArgumentParser(prog="run.py bench report")
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--quotes", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(argv)
    state = large_day(options.posts, options.quotes)
    document = compose(compile_report(state))
    works: dict[str, Callable[[], object]] = {
        "snapshot": lambda: msgspec.msgpack.encode(state),
        "compile": lambda: compile_report(state),
        "compose": lambda: compose(document.report),
        "html": lambda: html(document, lambda _: None),
        "jsonl": lambda: sum(map(len, jsonl(state, link_only=()))),
        "pdf": lambda: pdf(document, lambda _: None),
    }
    took = {name: round(median(_seconds(work) for _ in range(options.runs)), 2) for name, work in works.items()}
    print(json.dumps({"bench": "report", "posts": options.posts, "quotes": options.quotes, **took}))
    missed = [name for name, bar in {**BARS_S, "snapshot": SNAPSHOT_S}.items() if took[name] > bar]
    for name, bar in {**BARS_S, "snapshot": SNAPSHOT_S}.items():
        print(f"bar: {name} <= {bar} s: {'MISSED' if name in missed else 'met'}")
    return 1 if missed else 0


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
