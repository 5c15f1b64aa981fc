"""
What a code costs: ours against segno, for the same text, version, level and format.

    python3 run.py bench qr [--codes 300] [--runs 5]
    python3 run.py bench qr --reach                     the table of docs/explanation/codes.md, in a few minutes

Candidates take turns, and a ratio is the median of the turns' ratios, in CPU time of this process. Every text is new
to both: nobody answers from memory. Before it is measured, one of each is decoded and must say the same.

- `svg`, `png`: text to bytes, as it is drawn;
- `checked svg`, `checked png`: the same, and ours are decoded again twice before they are given away, segno's never.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from statistics import median

import numpy as np
import segno
from PIL import Image

from qr.address import CODE_ALPHABET
from qr.checked import checked_png, checked_svg, read
from qr.codes import QUIET_ZONE, Matrix, matrix, picture, render_png, render_svg, version_of
from tests.qr.simulation import DECODERS, STANDARD, Conditions, Light, light_of, photograph

MODULE_PX = 10
SERIAL = count()
TARGETS = {"svg": 3.0, "png": 3.0, "checked svg": 1.3, "checked png": 1.3}
"""Least codes per second, ours to segno's."""

Make = Callable[[str], bytes]


def _segno(kind: str, **options: int) -> Make:
    def make(text: str) -> bytes:
        stream = io.BytesIO()
        segno.make(text, error="m", micro=False, boost_error=False).save(stream, kind=kind, border=4, **options)
        return stream.getvalue()

    return make


OURS: dict[str, Make] = {
    "svg": lambda text: render_svg(matrix(text)).encode(),
    "png": lambda text: render_png(matrix(text), module_px=MODULE_PX),
    "checked svg": lambda text: checked_svg(text).encode(),
    "checked png": lambda text: checked_png(text, module_px=MODULE_PX),
}
THEIRS: dict[str, Make] = {
    kind: _segno("svg") if kind.endswith("svg") else _segno("png", scale=MODULE_PX) for kind in OURS
}


def _texts(number: int) -> list[str]:
    """Short addresses, no two the same in this process."""
    texts = []
    for _ in range(number):
        n, code = next(SERIAL), ""
        for _ in range(6):
            n, digit = divmod(n, len(CODE_ALPHABET))
            code += CODE_ALPHABET[digit]
        texts.append(f"HTTPS://FONTEIN.EXAMPLE/{code[:4]}/{code[4:]}")
    return texts


def _seconds_per_code(make: Make, texts: Sequence[str]) -> float:
    started = time.process_time()
    for text in texts:
        make(text)
    return (time.process_time() - started) / len(texts)


def _assert_same(text: str) -> None:
    """Both say *text*, in as many modules, in pictures of one size."""
    assert segno.make(text, error="m", micro=False, boost_error=False).version == version_of(text)
    pictures = [Image.open(io.BytesIO(make["png"](text))) for make in (OURS, THEIRS)]
    assert [read(picture) for picture in pictures] == [text, text]
    assert pictures[0].size == pictures[1].size


# From how far: what the simulation reads


VIEWS: dict[str, dict[str, float]] = {
    "standard degradations": {},
    "straight on": {"angle_deg": 0},
    "45° aside": {"angle_deg": 45},
    "50° aside": {"angle_deg": 50},
    "55° aside": {"angle_deg": 55},
    "contrast 4:1": {"contrast": 4},
    "contrast 2:1": {"contrast": 2},
    "contrast 1.5:1": {"contrast": 1.5},
    "contrast 1.2:1": {"contrast": 1.2},
    "blur 1.0 px": {"blur_px": 1.0},
    "blur 1.4 px": {"blur_px": 1.4},
    "noise 8": {"noise": 8},
    "noise 12": {"noise": 12},
    "JPEG 40": {"jpeg": 40},
    "glare 0.5": {"glare": 0.5},
    "no degradation at all": {
        "angle_deg": 0, "roll_deg": 0, "blur_px": 0, "contrast": 1000, "glare": 0, "noise": 0, "jpeg": 100,
    },
}  # fmt: skip
READ = 0.95
SHOTS = 40


def _reach() -> None:
    """For each view, the pixels from which both decoders read `READ` of `SHOTS` codes in their first frame."""
    codes = [(text, matrix(text)) for text in _texts(SHOTS)]
    scenes = [(text, len(modules) + 2 * QUIET_ZONE, _light_of(modules)) for text, modules in codes]
    for name, change in VIEWS.items():
        for quarters in range(4, 25):
            seen = replace(STANDARD, px=quarters / 4, **change)  # type: ignore[arg-type]  # Floats; jpeg takes one too.
            if _share(scenes, seen) >= READ:
                print(f"{name:24} {quarters / 4:.2f} px")
                break
        else:
            print(f"{name:24} not at 6 px either")


def _light_of(modules: Matrix) -> Light:
    return light_of(picture(modules, module_px=8))


def _share(scenes: Sequence[tuple[str, int, Light]], seen: Conditions) -> float:
    """The share that the worse of the two decoders reads."""
    random = np.random.default_rng(7)
    shots = [(text, photograph(light, modules=side, seen=seen, random=random)) for text, side, light in scenes]
    return min(sum(read(shot) == text for text, shot in shots) for read in DECODERS.values()) / len(shots)


def main(argv: Sequence[str] | None = None) -> int:
    """
    Measure, print a table and a line of JSON.

    Returns:
        0 when all targets were met, 1 when one was missed.
    """
    parser = argparse.ArgumentParser(prog="run.py bench qr", description="What a code costs.")
    parser.add_argument("--codes", type=int, default=300, help="a turn")
    parser.add_argument("--runs", type=int, default=5, help="turns")
    parser.add_argument("--reach", action="store_true", help="measure what phones could read instead")
    options = parser.parse_args(argv)
    if options.reach:
        _reach()
        return 0
    _assert_same(_texts(1)[0])
    figures: dict[str, dict[str, float]] = {}
    for kind, make in OURS.items():
        make(_texts(1)[0])
        ours, theirs = [], []
        for _ in range(options.runs):
            ours.append(_seconds_per_code(make, _texts(options.codes)))
            theirs.append(_seconds_per_code(THEIRS[kind], _texts(options.codes)))
        ratio = median(b / a for a, b in zip(ours, theirs, strict=True))
        figures[kind] = {"ours_per_s": 1 / median(ours), "segno_per_s": 1 / median(theirs), "ratio": ratio}
        met = "met" if ratio >= TARGETS[kind] else "MISSED"
        print(
            f"{kind:12} ours {1 / median(ours):7,.0f}/s   segno {1 / median(theirs):7,.0f}/s   "
            f"ours / segno {ratio:5.2f} (at least {TARGETS[kind]:.2f}: {met})"
        )
    targets = {f"{kind}: codes/s, ours / segno": [figures[kind]["ratio"], bar] for kind, bar in TARGETS.items()}
    print(json.dumps({"bench": "qr", "figures": figures, "targets": targets}))
    return 0 if all(figures[kind]["ratio"] >= bar for kind, bar in TARGETS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
