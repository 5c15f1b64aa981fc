"""
How long it takes to find opinion groups: 5,000 people who each voted on half of 50 statements.

    python3 run.py bench opinions [--people 5000] [--statements 50] [--runs 5]

CPU time of this process, median and slowest of the runs, with one thread as the server's child has it; and how well the
groups that were there are found again. Then a hall without groups: so long it takes to find that there are none.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from statistics import median

for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # before numpy is loaded

from server.opinions.grouping import grouping  # noqa: E402 -- see above
from server.opinions.opinions import opinions  # noqa: E402 -- see above
from server.opinions.space import Votes  # noqa: E402 -- see above
from tests.server.opinions.halls import adjusted_rand, hall, noise  # noqa: E402 -- see above

MAX_S = 2.0
"""What was promised for 5,000 people and 50 statements."""


def took_s(votes: Votes, runs: int) -> list[float]:
    """Seconds of the processor, run by run."""
    rows, took = [tuple(row) for row in votes.tolist()], []
    for _ in range(runs):
        begin = time.process_time()
        opinions(rows, votes.shape[1])
        took.append(time.process_time() - begin)
    return took


def main(words: Sequence[str]) -> int:
    """Print the figures. 0 when the slowest run kept the promise, else 1."""
    parser = argparse.ArgumentParser(prog="run.py bench opinions", description=__doc__)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--statements", type=int, default=50)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args(words)
    slowest = 0.0
    for groups in (2, 3, 4, 5):
        known = hall(groups, given.people, given.statements, groups)
        took = took_s(known.votes, given.runs)
        alike = adjusted_rand(known.groups, grouping(known.votes).labels)
        print(
            f"{groups} groups      {median(took):5.2f} s, slowest {max(took):5.2f} s, adjusted Rand index {alike:.3f}"
        )
        slowest = max(slowest, *took)
    took = took_s(noise(1, given.people, given.statements), given.runs)
    print(f"no groups     {median(took):5.2f} s, slowest {max(took):5.2f} s")
    slowest = max(slowest, *took)
    print(f"promised: under {MAX_S:.0f} s of the processor: {'kept' if slowest < MAX_S else 'NOT kept'}")
    return 0 if slowest < MAX_S else 1
