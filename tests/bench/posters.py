"""
How long it takes to print: a poster for each of 200 papers, in one PDF; and a hall's cards and stickers.

    run.py bench posters
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from qr.posters import Kind, Sheet, Size, Target, cards, poster, stickers

PAPERS = 200
PROMISED_S = 3.0


def targets(count: int) -> list[Target]:
    """Papers with titles of all lengths: two words, and three hundred characters."""
    words = ("De", "gevolgen", "van", "nieuwe", "regels", "voor", "het", "toezicht", "op", "algoritmen", "bij", "ons")
    return [
        Target(
            kind=Kind.PAPER,
            url=f"HTTPS://FONTEIN.EXAMPLE/LU/{_code(number)}",
            shown=f"fontein.example/lu/{_code(number).lower()}",
            name=" ".join(words[(number + n) % len(words)] for n in range(2 + number % 40))[:300],
            place="Burgerberaad, en dan?",
            detail=f"Marjolein Verkade en Daan Oosterhof · {number} bladzijden",
        )
        for number in range(count)
    ]


def _code(number: int) -> str:
    alphabet = "CDFHJKMNPRTVWXY34679"
    return alphabet[number // 400] + alphabet[number // 20 % 20] + alphabet[number % 20]


class Took(NamedTuple):
    """By the clock on the wall, and of the processors: on a busy computer the second says more."""

    seconds: float
    processor_s: float


def poster_of_200_papers() -> Took:
    """What a poster of each of 200 papers takes, from nothing: codes that were never made before."""
    sheet = Sheet(event="De luisterende overheid", words={"nl": "ijsvogel", "en": "kingfisher"})
    return _timed(lambda: poster(targets(PAPERS), sheet, size=Size.A4))


def _timed(work: Callable[[], bytes]) -> Took:
    begin, busy = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - begin, time.process_time() - busy)


def main(words: Sequence[str]) -> int:
    """Print the figures. 0 when 200 posters keep their promise, else 1."""
    argparse.ArgumentParser(prog="run.py bench posters", description=__doc__).parse_args(words)
    sheet = Sheet(event="De luisterende overheid", words={"nl": "ijsvogel", "en": "kingfisher"})
    took = {
        "first poster, with loading the typefaces": _timed(lambda: poster(targets(1), sheet)),
        f"poster of {PAPERS} papers, {PAPERS} pages": poster_of_200_papers(),
        "cards, 8 of each of 100 papers": _timed(lambda: cards(targets(100), sheet)),
        "stickers, 24 of each of 100 papers": _timed(lambda: stickers(targets(100), sheet)),
    }
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for what, each in took.items():
        print(f"{what:44}{each.seconds:6.2f} s   {each.processor_s:6.2f} s of the processor")
    kept = took[f"poster of {PAPERS} papers, {PAPERS} pages"].seconds < PROMISED_S
    print(f"promised for {PAPERS} papers: under {PROMISED_S:.0f} s: {'kept' if kept else 'NOT kept'}")
    return 0 if kept else 1
