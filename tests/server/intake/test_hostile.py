"""No text of 40,000 characters may hold up the loop: each of these made some pattern explode while this was written."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable

import pytest

from server.intake import homoglyphs, lexicon, links, personal, text

pytestmark = pytest.mark.slow

N = 40_000
HOSTILE = {
    "letters": "a" * N,
    "digits": "0" * N,
    "spaces": " " * N + "x",
    "line-ends": " \n" * (N // 2) + "x",
    "underscores": "_" * N,
    "unsorted-marks": "a" + "\u0301\u0316" * (N // 2),
    "flags": "🇳" * N,
    "joined-emoji": "👩\u200d" * (N // 2),
    "conjuncts": "क्" * (N // 2),
    "selectors": "\ufe0f" * N,
    "tags": "🏴" + "\U000e0061" * N,
    "invisibles": "\u200b\u200c" * (N // 2),
    "prepends": "\u0600" * N,
    "half-width-kana": "\uff76\uff9e" * (N // 2),
    "hashes": "#" * N,
    "ats": "@a" * (N // 2),
    "almost-e-mail": "a.b@" * (N // 4),
    "almost-domain": "a." * (N // 2),
    "almost-host": "a-" * (N // 2),
    "schemes": "http://a@" * (N // 9),
    "dots-in-disguise": " [.] " * (N // 5),
    "almost-phone": "06 " * (N // 3),
    "almost-iban": "NL91 " * (N // 5),
    "exclamations": "a" + "!" * N,
    "spelled-out": "a " * (N // 2),
    "long-rows": "aaab" * (N // 4),
}
FUNCTIONS: dict[str, Callable[[str], object]] = {
    "clean": text.clean,
    "graphemes": text.graphemes,
    "is_blank": text.is_blank,
    "match_text": text.match_text,
    "hashtags": text.hashtags,
    "tag_fold": text.tag_fold,
    "cut_at_word": lambda value: text.cut_at_word(value, max_graphemes=500),
    "skeleton": homoglyphs.skeleton,
    "links": links.links,
    "trick": lambda value: links.trick(value, shorteners=()),
    "personal_data": personal.personal_data,
    "tokens": lexicon.tokens,
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_time_is_linear_on_hostile_text(function: Callable[[str], object]) -> None:
    """What is quadratic here takes 1 to 30 s; what is linear takes some 20 ms. Hence the wide limit, of CPU time."""
    homoglyphs.warm()

    slow = {name: seconds for name, value in HOSTILE.items() if (seconds := _seconds(function, value)) > 1.0}

    assert slow == {}


def test_the_measure_sees_a_quadratic_function() -> None:
    """Negative control: sorting the marks of one long row, as NFC does."""

    def quadratic(value: str) -> str:
        return unicodedata.normalize("NFC", value)

    short, long = ("a" + "\u0301\u0316" * pairs for pairs in (1_000, 8_000))
    once, eight_times = (min(_seconds(quadratic, row) for _ in range(2)) for row in (short, long))

    assert eight_times > 20 * once  # 64 where it is quadratic, 8 where it is linear


def _seconds(function: Callable[[str], object], value: str) -> float:
    started = time.thread_time()
    function(value)
    return time.thread_time() - started
