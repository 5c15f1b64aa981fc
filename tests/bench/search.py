"""
What it costs to find posts: a page of the newest in a million, by what is looked for, and to erase one.

    python3 run.py bench search [--posts 1000000] [--queries 200] [--plain]

Posts of 18 words, drawn as words are in a language (Zipf), each decided upon: every second place of the journal. A page
is 50 posts, newest first; CPU time of the thread, which other programs on the machine do not change, when every query
was asked once before. With `--plain` also one table of
FTS5 with SQLite's own tokenizer, which holds all posts: what the same costs without shards.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from server.report.search import MAX_QUERY_TOKENS, Index
from server.symposium.values import HELD, SHOWN, PostId, SessionId
from tests.bench.journal import Result

P99_MS = 5.0
"""What was promised for a million posts, newest first."""

HOSTILE_MS = 100.0
"""What anybody who tries may cost: twice the time after which a search ends between two tables."""

ERASE_S = 1.0

_WORDS = 60_000
_PER_POST = 18
_EVERY = 2
_BATCH = 5_000
_SESSIONS = 40
_LIMIT = 50


class Post(NamedTuple):
    """What is fed."""

    id: PostId
    seq: int
    text: str
    name: str
    handle: str
    session: SessionId


class Language:
    """Words by how common they are, and posts made of them."""

    def __init__(self) -> None:
        rng = random.Random(7)
        made = {"".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randrange(2, 11))) for _ in range(2 * _WORDS)}
        self.words = rng.sample(sorted(made), _WORDS)
        self._weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(_WORDS)))

    def posts(self, number: int) -> Iterator[Post]:
        rng = random.Random(11)
        for at in range(number):
            words = rng.choices(self.words, cum_weights=self._weights, k=_PER_POST)
            session = SessionId(f"s{at * _SESSIONS // number}")
            name, handle = self.words[at % 997].title(), f"@{self.words[at % 991]}@example.org"
            yield Post(PostId(f"{at:016x}"), at * _EVERY + 1, " ".join(words), name, handle, session)

    def queries(self, number: int) -> dict[str, list[str]]:
        """Kinds of queries; every one of a kind is another."""
        words, rng = self.words, random.Random(13)
        common, middle, rare = words[:60], words[300:3_000], words[40_000:]

        def some(*pools: Sequence[str], of: str) -> list[str]:
            return [of.format(*(rng.choice(pool) for pool in pools)) for _ in range(number)]

        return {
            "a common word": some(common, of='"{}"'),
            "a word": some(middle, of='"{}"'),
            "a rare word": some(rare, of='"{}"'),
            "no such word": [f'"zq{at}zq"' for at in range(number)],
            "one letter typed": some("abcdefghijklmnopqrstuvwxyz", of="{}"),
            "three letters typed": [word[:3] for word in some(middle, of="{}")],
            "most of a rare word typed": [word[:-1] for word in some([w for w in rare if len(w) > 5], of="{}")],
            "two common words": some(common, common, of='"{}" "{}"'),
            "two words": some(middle, middle, of='"{}" "{}"'),
            "a common and a rare word": some(common, rare, of='"{}" "{}"'),
            "without a common word": some(middle, common, of='"{}" -{}'),
            "two words that follow": some(middle, middle, of='"{} {}"'),
            "everything": [""] * number,
        }

    def hostile(self) -> list[str]:
        """What makes it work hardest: rows of the commonest words that never follow each other so."""
        common = self.words[:8]
        return [
            f'"{" ".join(common[:2])} {common[0]}"',
            f'"{" ".join(itertools.islice(itertools.cycle(common), MAX_QUERY_TOKENS))}"',
            " ".join(f'"{one} {other}"' for one, other in itertools.permutations(common[:5], 2)),
            " ".join([*(f'"{word}"' for word in common), *self.words[1_000:1_010], "a"]),
            " ".join(f"-{word}" for word in common[:30]),
            " ".join(f'-"{one} {other}"' for one, other in itertools.permutations(common[:5], 2)),
        ]


def _percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def _ms(work: Callable[[], object]) -> float:
    """CPU milliseconds of this thread."""
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1_000


def _measure(find: Callable[[str], object], queries: Sequence[str]) -> list[float]:
    for query in queries:
        find(query)
    return [_ms(lambda query=query: find(query)) for query in queries]  # type: ignore[misc]


def _fill(index: Index, posts: Iterator[Post]) -> None:
    for at, post in enumerate(posts, 1):
        index.put(*post, SHOWN)
        if at % _BATCH == 0:
            index.reach(post.seq)
    index.reach(index.position + 1)


# One table


class Plain:
    """One table of FTS5, as its documentation makes it."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA cache_size=-16384")
        self.db.execute("CREATE VIRTUAL TABLE words USING fts5 (text, name, handle, tokenize='unicode61')")

    def fill(self, posts: Iterator[Post]) -> None:
        self.db.execute("BEGIN")
        for post in posts:
            row = (post.seq, post.text, post.name, post.handle)
            self.db.execute("INSERT INTO words (rowid, text, name, handle) VALUES (?, ?, ?, ?)", row)
        self.db.execute("COMMIT")

    def find(self, query: str) -> object:
        words = query if query.startswith('"') else f'"{query}" *'
        sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
        return self.db.execute(sql, (words.replace('" -', '" NOT '), _LIMIT)).fetchall()

    def erase(self, place: int) -> None:
        self.db.execute("DELETE FROM words WHERE rowid = ?", (place,))
        self.db.execute("INSERT INTO words (words) VALUES ('optimize')")


# The whole


def _measure_ours(folder: Path, language: Language, options: argparse.Namespace, result: Result) -> None:
    path = folder / "search.db"
    with Index(path, epoch="bench") as index:
        began = time.process_time()
        _fill(index, language.posts(options.posts))
        result.figure("CPU s to fill it", time.process_time() - began)
        result.figure("MB", path.stat().st_size / 1e6)
        print("  ms of a page:", flush=True)
        everything: list[float] = []
        for kind, queries in language.queries(options.queries).items():
            spent = _measure(lambda query: index.find(query, limit=_LIMIT), queries)
            everything += spent
            result.figure(f"{kind}, p50", _percentile(spent, 50))
            result.figure(f"{kind}, p99", _percentile(spent, 99))
        result.target("ms, p99 of all kinds", _percentile(everything, 99), P99_MS)
        common = language.words[5]
        of = SessionId("s1")
        spent = _measure(lambda query: index.find(query, session=of), [common] * 20)
        result.figure("a common word in an early session, p50", _percentile(spent, 50))
        spent = _measure(lambda query: index.find(query, statuses=(HELD,)), [common] * 20)
        result.figure("a common word among what waits (nothing), p50", _percentile(spent, 50))
        hostile = _measure(lambda query: index.find(query, limit=_LIMIT), language.hostile())
        result.target("ms, the worst that anybody may ask", max(hostile), HOSTILE_MS)
        gone = PostId(f"{options.posts // 2:016x}")
        result.target("s to erase a post", _ms(lambda: index.drop([gone])) / 1_000, ERASE_S)


def _measure_plain(folder: Path, language: Language, options: argparse.Namespace, result: Result) -> None:
    plain = Plain(folder / "plain.db")
    with contextlib.closing(plain.db):
        began = time.process_time()
        plain.fill(language.posts(options.posts))
        result.figure("one table: CPU s to fill it", time.process_time() - began)
        result.figure("one table: MB", (folder / "plain.db").stat().st_size / 1e6)
        for kind, queries in language.queries(options.queries).items():
            if queries[0]:
                spent = _measure(plain.find, queries)
                result.figure(f"one table: {kind}, p99", _percentile(spent, 99))
        result.figure("one table: s to erase a post", _ms(lambda: plain.erase(options.posts)) / 1_000)


def main(argv: Sequence[str] | None = None) -> int:
    """
    Measure, print a table and a line of JSON.

    Returns:
        0 when all targets were met, 1 when one was missed.
    """
    parser = argparse.ArgumentParser(prog="run.py bench search", description="What it costs to find posts.")
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=200, help="of each kind")
    parser.add_argument("--plain", action="store_true", help="also one table of FTS5 for all")
    parser.add_argument("--folder", type=Path, help="on the disk to measure; else where temporary files are")
    options = parser.parse_args(argv)
    result = Result()
    language = Language()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        _measure_ours(Path(name), language, options, result)
        if options.plain:
            _measure_plain(Path(name), language, options, result)
    print(json.dumps({"bench": "search", "figures": result.figures, "targets": result.targets}))
    return 0 if result.is_met else 1


if __name__ == "__main__":
    sys.exit(main())
