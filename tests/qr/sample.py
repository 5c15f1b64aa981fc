"""Codes as a symposium has them: every use, every theme's colours, every level, with and without a logo."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from qr.address import CODE_ALPHABET, capitals
from qr.codes import LOGO, PRINT, SCREEN, Colours, Level, Logo, luminance, theme_colours

THEMES = Path(__file__).resolve().parents[2] / "themes"
BASES = (
    "https://fontein.example",
    "https://lustrum.gemeente-voorbeeld.nl",
    "https://wand.example:8443",
    "http://192.168.1.20:8080",
    "https://symposium-digitale-overheid.rijksdienst.example",
)
USES = ("join", "room", "session", "paper", "short paper", "badge", "text", "scan test", "file name")
_SHORT = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_TOKEN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A code to make, and the luminance of what stands around it on its screen."""

    use: str
    text: str
    level: Level
    theme: str
    colours: Colours
    logo: Logo | None
    surround: float


@lru_cache(maxsize=1)
def theme_pairs() -> tuple[tuple[str, Colours, float], ...]:
    """Every theme's own code colours, and what comes of its ink, accent and tag on its papers; with its background."""
    pairs = []
    for path in sorted(THEMES.glob("*/theme.toml")):
        theme = tomllib.loads(path.read_text(encoding="utf-8"))
        common = theme["properties"]
        for mode, colours in theme["modes"].items():
            found = [Colours(common["join-ink"], common["join-bg"])]
            found += [
                theme_colours(colours[ink], colours[paper])
                for ink in ("ink", "tag", "tag-aged", "accent", "on-accent", "official", "meta")
                for paper in ("paper", "paper-3", "bg-1", "accent")
            ]
            name = f"{theme['name']}/{mode}"
            pairs += [(name, pair, luminance(colours["bg-1"])) for pair in dict.fromkeys(found)]
    return tuple(pairs)


@lru_cache(maxsize=1)
def logos() -> tuple[Logo, ...]:
    """Three logos: a disc, a black square, and the worst there is: one that looks like a finder pattern."""
    disc, square, finder = (Image.new("RGBA", (240, 240)) for _ in range(3))
    ImageDraw.Draw(disc).ellipse((0, 0, 239, 239), fill=(10, 111, 107, 255))
    ImageDraw.Draw(square).rectangle((0, 0, 239, 239), fill="black")
    for inset, colour in ((0, "black"), (34, "white"), (69, "black")):
        ImageDraw.Draw(finder).rectangle((inset, inset, 239 - inset, 239 - inset), fill=colour)
    return tuple(Logo(png=png_of(image), share=share) for image, share in ((disc, 0.3), (square, 0.22), (finder, 0.26)))


def png_of(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def samples(number: int, seed: int, start: int = 0) -> Iterator[Sample]:
    """*number* codes from the *start*-th on; each use, theme and colour comes round as often as the next."""
    random = Random(seed)
    pairs = theme_pairs()
    for n in range(start, start + number):
        use = USES[n % len(USES)]
        theme, colours, surround = pairs[n // len(USES) % len(pairs)]
        level = (SCREEN, SCREEN, PRINT, LOGO)[random.randrange(4)]
        logo = random.choice(logos()) if level is LOGO else None
        yield Sample(
            use=use,
            text=_text(use, random),
            level=level,
            theme=theme,
            colours=colours,
            logo=logo,
            surround=surround,
        )


def _text(use: str, random: Random) -> str:
    base = random.choice(BASES)
    short = f"{base}/{''.join(random.choices(_SHORT, k=random.randint(2, 5)))}"
    slug = f"{base}/{random.choice(('proefdag', 'lustrum-2026', 'dag-van-de-digitale-overheid', 'nl'))}"
    match use:
        case "join":
            return capitals(short)
        case "room" | "session" | "short paper":
            return capitals(f"{short}/{''.join(random.choices(CODE_ALPHABET, k=random.randint(2, 3)))}")
        case "paper":
            return f"{slug}/papers/{''.join(random.choices('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', k=16))}"
        case "badge":
            return f"{slug}/{random.choice(('desk', 'stage', 'report'))}#k={''.join(random.choices(_TOKEN, k=43))}"
        case "scan test":
            return f"{base}/scan/{''.join(random.choices(_TOKEN, k=12))}"
        case "file name":
            return f"{slug}/papers/één-{random.randrange(10**12)}-Ελληνικά-😀.pdf"
        case _:
            return f"{slug}/text"
