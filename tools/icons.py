"""
The icons of the installed page, drawn from our own sign: `python -m tools.icons` writes `wall/icons/*.png` anew.

The sign is `wall/icons/fontein.svg`; Chromium draws it. Run this when the sign changes; a test compares their colours.
"""

from __future__ import annotations

import asyncio
import io
import re

from PIL import Image
from playwright.async_api import async_playwright

from tools import needs

ICONS = needs.WALL / "icons"
SIZES = (("any", 192), ("any", 512), ("maskable", 192), ("maskable", 512))
PAPER, WATER = "#f4f6f6", "#00616d"
_SHARE = {"any": 0.8, "maskable": 0.56}
"""How much of the width the sign takes. A maskable icon is cut to a circle of 80 %. Source: W3C Web App Manifest."""


def page_of(purpose: str, size: int) -> str:
    """A page that is nothing but the icon."""
    sign = re.sub(r"<style>.*?</style>", "", (ICONS / "fontein.svg").read_text(encoding="utf-8"))
    side = round(size * _SHARE[purpose])
    radius = 0 if purpose == "maskable" else size * 0.22
    return (
        f"<body style='margin:0;background:transparent'><div style='width:{size}px;height:{size}px;display:grid;"
        f"place-items:center;background:{PAPER};border-radius:{radius}px'>"
        f"{sign.replace('<svg', f'<svg width={side} height={side}', 1)}</div></body>"
    )


async def draw() -> None:
    """Write every icon."""
    path = needs.chromium()
    assert path is not None, needs.apt_line([needs.CHROMIUM])
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for purpose, size in SIZES:
            page = await browser.new_page(viewport={"width": size, "height": size})
            await page.set_content(page_of(purpose, size))
            drawn = Image.open(io.BytesIO(await page.screenshot(omit_background=True))).convert("RGBA")
            # Two colours and their edges: a third of the bytes.
            few = drawn.quantize(64, method=Image.Quantize.FASTOCTREE)
            few.save(ICONS / f"fontein-{purpose}-{size}.png", optimize=True)
            await page.close()
        await browser.close()


if __name__ == "__main__":
    asyncio.run(draw())
