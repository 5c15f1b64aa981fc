"""Polls in sentences: what is told without JavaScript is what is told with it."""

from __future__ import annotations

import json
import random
import subprocess
from typing import Any

import msgspec

from server.symposium.hall_facts import ENOUGH, LivePoll, ResultFacts, TallyFacts
from server.symposium.values import PollId, PollKind
from server.web.pages import catalogue
from server.web.site import WALL_FOLDER
from server.web.text_polls import Words, poll_words
from tools import needs

_MODULES = {"lines": "text/lines.js", "words": "lib/words.js"}
_TELL = """
import { readFileSync } from 'node:fs';
import { pollLines } from '%(lines)s';
import { words } from '%(words)s';
const { polls, catalogues } = JSON.parse(readFileSync(0, 'utf8'));
const told = polls.map(({ poll, lang }) => pollLines(poll, { t: words(catalogues[lang], lang), lang }));
console.log(JSON.stringify(told));
"""


def some_poll(rng: random.Random) -> tuple[LivePoll, TallyFacts]:
    kind = rng.choice(list(PollKind))
    has_options = kind not in (PollKind.SCALE, PollKind.NUMBER, PollKind.WORDS)
    langs = rng.choice((("nl", "en"), ("nl",), ("en",)))

    def words(text: str) -> dict[str, str]:
        return {lang: f"{text} {lang}" for lang in langs}

    options = tuple(words(f"optie {n}") for n in range(rng.randint(2, 6))) if has_options else ()
    closed = rng.choice((0, 9))
    low, high = (rng.randint(-3, 1), rng.randint(2, 6)) if kind is PollKind.SCALE else (0, 5_000)
    poll = LivePoll(
        id=PollId("p"),
        kind=kind.value,
        title=words("Wat?"),
        options=options,
        ends=(words("min"), words("meer")) if kind is PollKind.SCALE and rng.random() < 0.5 else (),
        most=2,
        low=low,
        high=high,
        seconds=0,
        right=rng.randrange(len(options)) if kind is PollKind.QUIZ and closed else None,
        binding=False,
        reveal="live",
        session=None,
        again=None,
        with_session=False,
        opening=1,
        opened=1,
        ends_at=None,
        closed=closed,
    )
    n = rng.choice((0, 1, 3, 5, 8, 40, 1_234))
    if rng.random() < 0.3:
        return poll, TallyFacts(n=n, result=None)
    if n < ENOUGH:
        return poll, TallyFacts(n=n, result=ResultFacts(n=n, few=True))
    return poll, TallyFacts(n=n, result=some_result(poll, n, rng))


def some_result(poll: LivePoll, n: int, rng: random.Random) -> ResultFacts:
    match PollKind(poll.kind):
        case PollKind.WORDS:
            return ResultFacts(n=n, few=False, counts=(n,), words=(("rust", n - 1), ("tijd", 1)))
        case PollKind.NUMBER:
            return ResultFacts(n=n, few=False, counts=(n,), middle=rng.randint(0, 5_000))
        case PollKind.SCALE:
            chosen = [rng.randint(poll.low, poll.high) for _ in range(n)]
            return ResultFacts(
                n=n, few=False, counts=tuple(chosen.count(point) for point in range(poll.low, poll.high + 1))
            )
        case PollKind.STATEMENTS:
            return ResultFacts(n=n, few=False, counts=tuple(rng.randint(0, n) for _ in range(3 * len(poll.options))))
        case PollKind.RANKING:
            top = n * len(poll.options)
            return ResultFacts(n=n, few=False, counts=tuple(rng.randint(0, top) for _ in poll.options))
        case _:
            return ResultFacts(n=n, few=False, counts=tuple(rng.randint(0, n) for _ in poll.options))


def test_a_poll_is_told_in_the_same_words_with_and_without_javascript(rng: random.Random) -> None:
    catalogues = {lang: catalogue(lang, "text") for lang in ("nl", "en")}
    polls = [(*some_poll(rng), rng.choice(("nl", "en"))) for _ in range(400)]
    sent: list[dict[str, Any]] = [
        {"poll": {**msgspec.to_builtins(poll), "tally": msgspec.to_builtins(tally)}, "lang": lang}
        for poll, tally, lang in polls
    ]
    script = _TELL % {name: (WALL_FOLDER / path).as_uri() for name, path in _MODULES.items()}

    run = subprocess.run(
        [needs.node(), "--input-type=module", "-e", script],
        input=json.dumps({"polls": sent, "catalogues": catalogues}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    ours = [poll_words(poll, tally, Words(lang, catalogues[lang])) for poll, tally, lang in polls]
    assert [{**each._asdict(), "lines": [line._asdict() for line in each.lines]} for each in ours] == json.loads(
        run.stdout
    )
    assert len({line for each in ours for line in each.lines}) > 100, "control: there was something to tell"
