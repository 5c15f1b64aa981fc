"""The pictures of the rehearsal day, drawn by the program: no files, no network, the same bytes for the same name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from PIL import Image

from server.errors import NotFound
from server.rehearsal.canvas import HEIGHT, WIDTH, Canvas, ring, turned

INK = "#1d2733"
PAPER = "#fbf7ee"
MAX_SIDE_PX = 2400


def draw(name: str, *, width: int = 1200, height: int = 800) -> bytes:
    """
    Draw a picture of the day.

    Args:
        name: One of `PICTURES`.
        width: In pixels, as *height* from 1 to 2400. A shape other than 3:2 crops the sides or the top and bottom.

    Returns:
        A JPEG, the same bytes each time with the same Pillow.

    Raises:
        NotFound: There is no such picture.
        ValueError: A side is out of bounds.
    """
    if name not in _PAINTERS:
        raise NotFound(f"The rehearsal has no picture {name!r}; it has {', '.join(PICTURES)}.")
    if not (1 <= width <= MAX_SIDE_PX and 1 <= height <= MAX_SIDE_PX):
        raise ValueError(f"width and height go from 1 to {MAX_SIDE_PX} px, not {width} by {height}")
    canvas = Canvas(name, width=width, height=height)
    _PAINTERS[name](canvas)
    return canvas.jpeg()


def _bikes(c: Canvas) -> None:
    c.wash("#b9796a", "#9b5c50")
    for row in range(14):
        for column in range(-1, 11):
            x, y = column * 124 + (row % 2) * 62, row * 40
            c.rect(
                (x + 3, y + 3, x + 119, y + 36),
                c.chance.choice(("#b0685a", "#a96355", "#b97463", "#a25a4e", "#bd7d6c")),
                radius=3,
            )
    for x in (170, 800):
        c.rect((x - 12, 60, x + 252, 372), "#e9e1cf", radius=6)
        c.wash("#6c95a3", "#b5d2d6", (x, 72, x + 240, 360))
        c.glow(x + 120, 240, 90, "#ffd98a", strength=0.7)
        c.rect((x + 116, 72, x + 124, 360), "#e9e1cf")
        c.rect((x, 190, x + 240, 198), "#e9e1cf")
    c.wash("#6d7478", "#8d9699", (0, 500, WIDTH, HEIGHT))
    c.rect((0, 492, WIDTH, 508), "#565c60")
    for n, x in enumerate(range(-120, 1260, 196)):
        colour = "#f03a2f" if n == 3 else c.chance.choice(("#2d4c63", "#2f5f56", "#51466f", "#66753f", "#24405c"))
        _bike(c, x, 650 + c.chance.uniform(-10, 10), colour, 1.5)
    for _ in range(150):
        left, top = c.chance.uniform(0, WIDTH), c.chance.uniform(0, HEIGHT)
        c.line([(left, top), (left - 7, top + 30)], "#d8e2e6", 1.2)


def _bike(c: Canvas, x: float, y: float, colour: str, s: float) -> None:
    def at(dx: float, dy: float) -> tuple[float, float]:
        return x + dx * s, y + dy * s

    c.oval(x + 85 * s, y + 72 * s, 150 * s, "#4c535780", ry=10 * s)
    for hub in (0, 170):
        wheel = x + hub * s
        c.arc((wheel - 66 * s, y - 66 * s, wheel + 66 * s, y + 66 * s), 0, 360, "#161b20", 7 * s)
        c.arc((wheel - 58 * s, y - 58 * s, wheel + 58 * s, y + 58 * s), 0, 360, "#c3c9cc", 2.5 * s)
        for n in range(8):
            angle = n * math.pi / 8 + x
            dx, dy = 58 * s * math.cos(angle), 58 * s * math.sin(angle)
            c.line([(wheel - dx, y - dy), (wheel + dx, y + dy)], "#9aa3a7", s)
    c.line([at(0, 0), at(52, -96), at(82, 0), at(0, 0)], colour, 9 * s)
    c.line([at(52, -92), at(146, -98), at(82, 0)], colour, 9 * s)
    c.line([at(170, 0), at(138, -128), at(104, -138)], colour, 8 * s)
    c.line([at(52, -96), at(46, -118)], "#22282d", 6 * s)
    c.rect((*at(14, -130), *at(74, -116)), "#22282d", radius=7 * s)


def _coffee(c: Canvas) -> None:
    c.wash("#d9a05f", "#b97a3f")
    for y in range(0, 800, 100):
        c.rect((0, y, WIDTH, y + 3), "#8e5a2c90")
        for _ in range(9):
            x = c.chance.uniform(-100, WIDTH)
            c.curve((x, y + 50), (x + 110, y + c.chance.uniform(20, 80)), (x + 260, y + 50), "#c78b4d", 2.5)
    c.shadow(ring(640, 432, 232, 160), soft=18)
    c.oval(620, 400, 230, "#f6f2ea", ry=160)
    c.oval(620, 396, 196, "#e3ddd0", ry=132)
    for x, y in ((540, 380), (628, 346), (706, 390), (590, 442), (676, 448)):
        c.oval(x + 5, y + 12, 60, "#7b4c1e70", ry=44)
        c.oval(x, y, 60, "#b8752c", ry=46)
        c.oval(x, y - 4, 53, "#dd9c45", ry=39)
        c.arc((x - 40, y - 32, x + 40, y + 22), 200, 320, "#f3c77d", 5)
        c.poly(ring(x, y - 6, 15, 8, start=0, end=360), "#fbe9c8")
        c.line([(x - 13, y - 6), (x + 13, y - 6)], "#c08a45", 1.5)
    for x, y in ((190, 190), (170, 560), (420, 668), (950, 620), (1040, 300), (386, 118)):
        _cup(c, x, y)
    _vase(c, 850, 170)


def _cup(c: Canvas, x: float, y: float) -> None:
    c.shadow(ring(x + 14, y + 22, 102, 86), soft=14)
    c.oval(x, y, 104, "#f4f1ea", ry=92)
    c.oval(x, y, 80, "#ddd7ca", ry=70)
    c.line([(x + 56, y - 30), (x + 98, y - 56)], "#fffdf8", 20)
    c.oval(x, y - 4, 68, "#fffdf8", ry=60)
    c.oval(x, y - 2, 56, "#4a2a17", ry=49)
    c.oval(x - 3, y - 5, 50, "#6d4126", ry=43)
    c.arc((x - 30, y - 30, x + 26, y + 18), 130, 300, "#a8744a", 6)
    c.oval(x + 20, y + 12, 5, "#a8744a")


def _vase(c: Canvas, x: float, y: float) -> None:
    c.shadow(ring(x + 24, y + 110, 70, 40), soft=16)
    for n in range(11):
        angle = n * 2.4
        dx, dy = 92 * math.cos(angle) * (0.45 + n % 3 * 0.27), 62 * math.sin(angle) * (0.5 + n % 2 * 0.4)
        c.curve((x, y + 60), (x + dx / 3, y), (x + dx, y + dy - 30), "#4e7a3d", 5)
    c.poly(
        [
            (x - 40, y + 20),
            (x + 40, y + 20),
            (x + 52, y + 120),
            (x + 30, y + 146),
            (x - 30, y + 146),
            (x - 52, y + 120),
        ],
        "#5fa3ad",
    )
    c.poly([(x - 40, y + 20), (x - 16, y + 20), (x - 22, y + 146), (x - 30, y + 146), (x - 52, y + 120)], "#86c3c9")
    for n in range(11):
        angle = n * 2.4
        fx, fy = x + 92 * math.cos(angle) * (0.45 + n % 3 * 0.27), y - 30 + 62 * math.sin(angle) * (0.5 + n % 2 * 0.4)
        for petal in range(7):
            turn = petal * math.tau / 7 + n
            c.oval(fx + 19 * math.cos(turn), fy + 19 * math.sin(turn), 13, "#ffd23f" if n % 2 else "#ffe27a")
        c.oval(fx, fy, 11, "#d1842a")


def _train(c: Canvas) -> None:
    c.wash("#8fc6e4", "#e8f4ee", (0, 0, WIDTH, 430))
    for x, y, size in ((240, 130, 52), (700, 96, 64), (1010, 190, 44)):
        for dx, dy, r in ((0, 0, 1), (-1, 0.3, 0.7), (1.1, 0.25, 0.8), (2, 0.5, 0.5)):
            c.oval(x + dx * size, y + dy * size, size * r * 1.1, "#ffffff", ry=size * r * 0.6)
    c.wash("#8fc07a", "#5f9e52", (0, 400, WIDTH, HEIGHT))
    for x in range(0, 1200, 70):
        c.oval(x + c.chance.uniform(-20, 20), 402, 40, "#5d8f68", ry=c.chance.uniform(10, 22))
    _mill(c, 880, 400)
    for n, y in enumerate((440, 486, 540)):
        c.poly(
            [(0, y), (WIDTH, y - 16), (WIDTH, y - 16 + 22 + n * 8), (0, y + 16 + n * 8)],
            ("#a3ce84", "#79b266", "#8ec275")[n],
        )
    c.poly([(0, 600), (WIDTH, 556), (WIDTH, 600), (0, 662)], "#7fb7cf")
    c.poly([(0, 612), (WIDTH, 566), (WIDTH, 578), (0, 630)], "#b4dbe6")
    for x, y, s in ((300, 486, 1.0), (430, 520, 1.25), (620, 472, 0.9), (1020, 500, 1.0)):
        _cow(c, x, y, s)
    c.rect((0, 700, WIDTH, 800), "#c9cfd3")
    c.rect((0, 696, WIDTH, 712), "#eef1f2")
    for left, right in ((-30, 62), (1138, 1230)):
        c.rect((left, 0, right, 800), "#d9dee1")
    c.rect((0, -20, WIDTH, 44), "#d9dee1")
    c.rect((62, 44, 72, 700), "#8d979d")
    c.rect((1128, 44, 1138, 700), "#8d979d")
    c.rect((62, 40, 1138, 50), "#8d979d")
    c.poly([(190, 50), (330, 50), (110, 690), (74, 690), (74, 400)], "#ffffff20")
    c.poly([(380, 50), (420, 50), (200, 690), (160, 690)], "#ffffff20")
    c.shadow([(880, 770), (1010, 770), (1010, 790), (880, 790)], soft=10)
    c.poly([(880, 620), (1000, 620), (986, 784), (894, 784)], "#b5483a")
    c.rect((872, 606, 1008, 632), "#f5efe2", radius=8)
    c.rect((906, 680, 974, 730), "#f5efe2", radius=8)


def _mill(c: Canvas, x: float, foot: float) -> None:
    c.poly([(x - 44, foot), (x - 26, foot - 130), (x + 26, foot - 130), (x + 44, foot)], "#6d4c41")
    c.poly([(x - 30, foot - 128), (x, foot - 168), (x + 30, foot - 128)], "#42302b")
    c.rect((x - 56, foot - 46, x + 56, foot - 38), "#efe3cf")
    c.rect((x - 11, foot - 30, x + 11, foot), "#efe3cf")
    for turn in (28, 118, 208, 298):
        dx, dy = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        tip = (x + dx * 118, foot - 136 + dy * 118)
        c.poly(
            [
                (x + dx * 26, foot - 136 + dy * 26),
                tip,
                (tip[0] - dy * 22, tip[1] + dx * 22),
                (x + dx * 26 - dy * 22, foot - 136 + dy * 26 + dx * 22),
            ],
            "#f7efe0",
        )
        c.line([(x, foot - 136), tip], "#3b2a25", 5)
    c.oval(x, foot - 136, 8, "#3b2a25")


def _cow(c: Canvas, x: float, y: float, s: float) -> None:
    for dx in (-34, -22, 22, 34):
        c.rect((x + dx * s - 4 * s, y, x + dx * s + 4 * s, y + 34 * s), "#2b2b2b")
    c.rect((x - 44 * s, y - 30 * s, x + 44 * s, y + 12 * s), "#fdfdf8", radius=14 * s)
    c.oval(x - 14 * s, y - 14 * s, 17 * s, "#26262a", ry=12 * s)
    c.oval(x + 24 * s, y - 4 * s, 13 * s, "#26262a", ry=13 * s)
    c.rect((x - 74 * s, y - 36 * s, x - 42 * s, y - 12 * s), "#26262a", radius=9 * s)
    c.rect((x - 76 * s, y - 24 * s, x - 62 * s, y - 11 * s), "#f0b9ae", radius=6 * s)


def _badge(c: Canvas) -> None:
    c.wash("#2f5d62", "#1d3f47")
    for n in range(-10, 26):
        c.line([(n * 60, 0), (n * 60 + 260, 800)], "#2b565c", 9)
    c.poly([(430, -20), (492, -20), (620, 300), (590, 330)], "#f2b91d")
    c.poly([(770, -20), (708, -20), (580, 300), (610, 330)], "#ffcf45")
    c.rect((578, 262, 622, 336), "#c6ccd0", radius=8)
    box = turned(600, 520, 620, 390, 3)
    c.shadow([(x + 14, y + 24) for x, y in box], soft=22, strength=0.5)
    c.poly(box, PAPER)
    c.poly([*box[:2], *turned(592.6, 380, 620, 110, 3)[2:]], "#e5533d")
    c.text(594, 384, "HELLO, I AM", 42, "#fff6e6", tilt=3, bold=True)
    c.text(600, 530, "Tom", 150, INK, tilt=3, bold=True)
    c.text(606, 652, "asks questions", 56, "#50606c", tilt=3)
    c.oval(600, 352, 17, "#1d3f47")
    c.oval(792, 560, 36, "#ffcf45")
    for x in (780, 804):
        c.oval(x, 552, 4.5, INK)
    c.arc((774, 548, 810, 580), 20, 160, INK, 4)


def _hall(c: Canvas) -> None:
    c.wash("#2a1f3d", "#51355a")
    for x in range(-40, 1300, 150):
        c.rect((x, 0, x + 20, 470), "#3a2a4e")
    c.rect((210, 60, 990, 430), "#191326", radius=12)
    c.wash("#f7d9a3", "#e8a66a", (228, 78, 972, 412))
    c.glow(600, 250, 230, "#fff3d2", strength=0.8, squash=0.6)
    c.text(600, 178, "Overheid aan tafel", 64, "#4a2638", bold=True)
    c.text(600, 242, "#aantafel", 40, "#a8482f")
    c.poly([(100, 500), (1100, 500), (1180, 566), (20, 566)], "#8d5f45")
    c.poly([(20, 566), (1180, 566), (1180, 600), (20, 600)], "#5f3d30")
    c.rect((430, 388, 770, 406), "#c98d52", radius=4)
    for x in (448, 738):
        c.rect((x, 404, x + 14, 506), "#a36c3a")
    for x, coat in ((366, "#35706f"), (600, "#c2503c"), (834, "#3d5491")):
        c.oval(x, 318, 27, "#6e4733" if x == 600 else "#dba27c")
        c.pie((x - 30, 286, x + 30, 346), 180, 360, "#2a1c1a" if x != 834 else "#c9a063")
        c.rect((x - 38, 344, x + 38, 452 if x != 600 else 390), coat, radius=26)
    for x in (366, 834):
        c.rect((x - 46, 440, x + 46, 452), "#c98d52", radius=4)
        c.rect((x - 42, 450, x - 32, 508), "#a36c3a")
        c.rect((x + 32, 450, x + 42, 508), "#a36c3a")
    for x in (520, 646, 700):
        c.rect((x, 370, x + 20, 390), "#fbf7ee", radius=4)
    for lamp in (160, 450, 750, 1040):
        c.poly(
            [
                (lamp - 14, 0),
                (lamp + 14, 0),
                (600 + (lamp - 600) * 0.7 + 110, 540),
                (600 + (lamp - 600) * 0.7 - 110, 540),
            ],
            "#fff2c814",
        )
    for row in range(4):
        y, size = 590 + row * 66, 34 + row * 9
        shade = ("#3c2b4b", "#312341", "#261b35", "#1a1228")[row]
        step = size * 2.5
        for n in range(-1, int(WIDTH / step) + 2):
            seat = n * step + (row % 2) * step / 2 + c.chance.uniform(-9, 9)
            _head(c, seat, y + c.chance.uniform(-6, 6), size, shade)
    c.rect((0, 792, WIDTH, 800), "#140d20")


def _head(c: Canvas, x: float, y: float, size: float, shade: str) -> None:
    style = c.chance.randrange(6)
    c.rect((x - size * 1.15, y + size * 0.75, x + size * 1.15, y + size * 4), shade, radius=size * 0.7)
    c.rect((x - size * 0.28, y + size * 0.4, x + size * 0.28, y + size * 1.2), shade)
    c.oval(x, y, size * 0.72, shade, ry=size * 0.86)
    if style == 0:
        c.oval(x, y - size * 0.95, size * 0.34, shade)
    elif style == 1:
        c.rect((x - size * 0.84, y - size * 0.4, x + size * 0.84, y + size * 1.0), shade, radius=size * 0.5)
    elif style == 2:
        for turn in range(9):
            c.oval(
                x + size * 0.72 * math.cos(turn * 0.4 + 3.0),
                y - size * 0.1 + size * 0.72 * math.sin(turn * 0.4 + 3.0),
                size * 0.3,
                shade,
            )
    elif style == 3:
        c.poly(
            [
                (x - size * 0.8, y - size * 0.2),
                (x, y - size),
                (x + size * 0.8, y - size * 0.2),
                (x + size * 0.95, y + size),
                (x - size * 0.95, y + size),
            ],
            shade,
        )
    c.arc(
        (x - size * 0.72, y - size * 0.86, x + size * 0.72, y + size * 0.86),
        210,
        330,
        "#f2b98045",
        max(1.5, size * 0.06),
    )


def _ticket(c: Canvas) -> None:
    c.wash("#e8dfcf", "#d3c5ae")
    for y in range(0, 800, 80):
        for x in range(0, 1200, 80):
            if (x + y) // 80 % 2:
                c.rect((x, y, x + 80, y + 80), "#ddd1bd")
    c.shadow([(360, 110), (880, 110), (880, 800), (360, 800)], soft=26)
    c.rect((340, 70, 860, 660), "#c83a31", radius=60)
    c.rect((340, 70, 420, 660), "#dc5347", radius=60)
    c.rect((540, 650, 660, 820), "#8f9aa0")
    c.rect((560, 650, 590, 820), "#b7c0c4")
    c.rect((400, 130, 800, 330), "#20262b", radius=24)
    c.text(600, 186, "NU AAN DE BEURT", 32, "#9aa6ad", bold=True)
    c.text(600, 264, "46", 104, "#ff7a52", bold=True)
    c.text(600, 390, "trek een nummer", 44, "#ffe7d6", bold=True)
    c.poly([(560, 424), (640, 424), (600, 456)], "#ffe7d6")
    c.rect((440, 476, 760, 508), "#5e1713", radius=16)
    tongue = [(496, 492), (704, 492), (716, 690), (690, 716), (520, 708), (500, 684)]
    c.shadow([(x + 10, y + 14) for x, y in tongue], soft=12)
    c.poly(tongue, PAPER)
    c.poly([(500, 684), (716, 690), (690, 716), (520, 708)], "#d8d0c0")
    c.text(604, 590, "47", 124, INK, bold=True)
    c.text(604, 660, "er zijn 0 wachtenden", 19, "#6b7680")


def _letters(c: Canvas) -> None:
    c.wash("#7c9a92", "#5d7d78")
    c.poly([(0, 470), (WIDTH, 430), (WIDTH, 800), (0, 800)], "#a9744a")
    for n in range(6):
        y = 500 + n * 58
        c.curve((0, y), (600, y - 40), (WIDTH, y - 30), "#986540", 3)
    c.shadow([(220, 420), (1010, 420), (1060, 750), (190, 750)], soft=30, strength=0.5)
    c.poly([(250, 380), (950, 380), (950, 480), (250, 480)], "#8a3f2f")
    for n in range(26):
        left, tilt = 300 + n * 24 + c.chance.uniform(-6, 6), c.chance.uniform(-9, 9)
        _envelope(
            c, left, 330 + c.chance.uniform(-50, 40), tilt, c.chance.choice((PAPER, "#f2ead8", "#dfe8ec", "#f6efe0"))
        )
    c.poly([(220, 430), (980, 430), (1000, 700), (200, 700)], "#c8644a")
    c.poly([(220, 430), (980, 430), (978, 462), (222, 462)], "#a94e38")
    c.rect((470, 510, 730, 620), PAPER, radius=8)
    c.text(600, 548, "never opened", 36, INK, bold=True)
    c.text(600, 592, "2 years, 9 homes", 25, "#6a7680")
    c.shadow([(60, 690), (250, 640), (290, 750), (90, 790)], soft=12)
    _envelope(c, 170, 706, 14, PAPER)
    c.shadow([(930, 690), (1140, 700), (1130, 800), (930, 790)], soft=12)
    _envelope(c, 1040, 726, -10, "#dfe8ec")


def _envelope(c: Canvas, x: float, y: float, tilt: float, paper: str) -> None:
    c.poly(turned(x + 3, y + 4, 236, 152, tilt), "#3a2a2440")
    c.poly(turned(x, y, 236, 152, tilt), paper)
    a, b, _, _ = turned(x, y, 236, 152, tilt)
    c.line([a, (x, y + 6), b], "#cfc5b2", 2)
    wx, wy = turned(x - 40, y + 26, 0, 0, 0)[0]
    c.poly(turned(wx, wy, 112, 44, tilt), "#9fc3cf")
    for n in (-8, 6):
        c.poly(turned(wx - 10, wy + n, 66, 4, tilt), "#54707c")
    c.poly(turned(x + 88, y - 48, 32, 36, tilt), "#d9583f")


def _chart(c: Canvas) -> None:
    c.wash("#11182b", "#1b2540")
    c.glow(600, 400, 420, "#41598f", strength=0.5, squash=0.7)
    c.rect((130, 70, 1070, 660), "#fdfbf5", radius=10)
    c.text(190, 122, "Calls per 1,000 letters", 46, INK, anchor="lm", bold=True)
    c.text(190, 170, "same decision, shorter letter", 28, "#7a8792", anchor="lm")
    for n in range(5):
        y = 570 - n * 80
        c.rect((190, y, 1010, y + 2), "#e4e0d6")
    values = ((296, "4 pages"), (250, "2 pages"), (194, "1 page"), (146, "6 sentences"))
    for n, (value, label) in enumerate(values):
        x = 240 + n * 195
        colour = "#0f8b8d" if n == 3 else "#c9d3d6"
        c.rect((x, 570 - value, x + 130, 570), colour, radius=8)
        c.rect((x, 555, x + 130, 570), colour)
        c.text(x + 65, 544 - value, str(value // 2), 36, "#0b5f61" if n == 3 else "#7a8792", bold=True)
        c.text(x + 65, 606, label, 28, INK if n == 3 else "#7a8792", bold=n == 3)
    c.curve((400, 236), (770, 222), (882, 336), "#e5533d", 7)
    c.poly([(892, 366), (860, 338), (898, 326)], "#e5533d")
    for n in range(9):
        seat = 40 + n * 144 + c.chance.uniform(-16, 16)
        _head(c, seat, 740 + c.chance.uniform(-12, 14), 58, "#0a0f1d")


def _cat(c: Canvas) -> None:
    c.wash("#f3dcc4", "#e6c3a0")
    c.rect((0, 560, WIDTH, HEIGHT), "#8f6a52")
    c.rect((0, 560, WIDTH, 574), "#a98065")
    c.rect((60, 60, 300, 400), "#fff8ec", radius=8)
    c.wash("#9fd0e0", "#e9f5ef", (76, 76, 284, 384))
    c.rect((176, 76, 184, 384), "#fff8ec")
    c.rect((76, 226, 284, 234), "#fff8ec")
    c.rect((370, 110, 950, 500), "#39424c", radius=22)
    c.wash("#25304a", "#3c4a6e", (392, 132, 928, 478))
    c.rect((430, 170, 760, 380), "#f8ead0", radius=6)
    c.text(595, 230, "The letter", 42, "#5b3443", bold=True)
    c.text(595, 284, "nobody opened", 42, "#5b3443", bold=True)
    c.oval(840, 300, 24, "#6e4733")
    c.pie((812, 268, 868, 326), 180, 360, "#241715")
    c.rect((806, 324, 874, 440), "#d9a441", radius=26)
    c.rect((430, 420, 928, 440), "#8d5f45")
    c.shadow([(270, 600), (1050, 600), (1100, 700), (230, 700)], soft=20)
    c.poly([(330, 500), (990, 500), (1060, 650), (260, 650)], "#c3c9ce")
    c.poly([(370, 516), (950, 516), (994, 606), (326, 606)], "#5b646d")
    c.rect((252, 648, 1068, 664), "#9aa2a8", radius=8)
    _ginger(c)
    c.shadow([(1070, 690), (1170, 690), (1170, 720), (1070, 720)], soft=10)
    c.arc((1120, 560, 1196, 660), -90, 90, "#3f7d8c", 16)
    c.rect((1040, 520, 1156, 710), "#4d93a3", radius=16)
    c.oval(1098, 526, 58, "#33333a", ry=14)
    for x in (1075, 1104):
        c.curve((x, 496), (x + 26, 462), (x, 430), "#fdf3e5", 5)


def _ginger(c: Canvas) -> None:
    orange, stripe, cream = "#e08a3c", "#c46f26", "#fbe6c9"
    c.line(ring(670, 560, 300, 92, start=20, end=150), orange, 48)
    c.oval(700, 540, 240, orange, ry=112)
    for x in (640, 706, 772, 838):
        c.curve((x, 436), (x + 30, 476), (x + 10, 524), stripe, 15)
    for n in range(5):
        tail_x, tail_y = ring(670, 560, 300, 92, start=40, end=130, count=4)[n]
        c.line([(tail_x - 5, tail_y - 20), (tail_x + 3, tail_y + 20)], stripe, 11)
    c.line([(400, 566), (388, 584)], cream, 44)
    for ear in ([(432, 452), (426, 366), (506, 416)], [(560, 412), (622, 362), (622, 448)]):
        c.poly(ear, orange)
        mx, my = sum(p[0] for p in ear) / 3, sum(p[1] for p in ear) / 3
        c.poly([(mx + (x - mx) * 0.5, my + (y - my) * 0.5) for x, y in ear], "#f2b3a0")
    c.oval(526, 500, 116, orange, ry=96)
    for dx in (-32, 0, 32):
        c.line([(526 + dx, 412 + abs(dx) * 0.2), (526 + dx * 0.7, 446)], stripe, 11)
    c.oval(526, 544, 62, cream, ry=42)
    for x in (476, 576):
        c.arc((x - 28, 478, x + 28, 514), 15, 165, INK, 6)
    c.poly([(514, 524), (538, 524), (526, 538)], "#d4736a")
    c.arc((502, 530, 526, 556), 10, 140, INK, 4)
    c.arc((526, 530, 550, 556), 40, 170, INK, 4)
    for side in (-1, 1):
        for dy in (-6, 8, 22):
            c.line([(526 + side * 66, 540 + dy / 2), (526 + side * 150, 530 + dy * 1.4)], "#fff6e6", 2.5)
    c.oval(560, 622, 52, cream, ry=26)
    c.oval(450, 622, 48, orange, ry=25)
    for x, y, size in ((700, 400, 30), (752, 358, 40), (816, 306, 52)):
        c.text(x, y, "z", size, "#fdf3e5", bold=True)


def _cube(c: Canvas) -> None:
    c.wash("#23395b", "#406e8e")
    c.glow(640, 240, 330, "#8ec5d6", strength=0.6)
    for n in range(3):
        path = [(130 + t * 22, 640 - 620 * math.sin(math.pi * (t + n) / 44) * 0.72) for t in range(22)]
        for px, py in path[::3]:
            c.oval(px + n * 14, py + n * 18, 5 - n, "#ffe3b8")
    skins = ("#f1c8a4", "#8a5a3c", "#dba27c", "#5d3b29", "#e9b68f", "#b27a52")
    sleeves = ("#e5533d", "#f2b91d", "#3d8b7d", "#fbf7ee", "#7a5ba6", "#d98e4a", "#2b4b3f")
    for n in range(11):
        x: float = 30 + n * 116 + c.chance.uniform(-18, 18)
        top = c.chance.uniform(470, 620)
        lean = c.chance.uniform(-30, 30) + (640 - x) * 0.06
        skin = skins[n % len(skins)]
        c.line([(x, 860), (x + lean * 0.5, top + 130)], sleeves[n % len(sleeves)], 70)
        c.line([(x + lean * 0.5, top + 120), (x + lean, top + 30)], skin, 42)
        c.oval(x + lean, top + 8, 34, skin, ry=38)
        for finger in range(4):
            fx = x + lean - 26 + finger * 17
            c.line([(fx, top), (fx + (finger - 1.5) * 6, top - 52 + abs(finger - 1.6) * 9)], skin, 14)
        c.line([(x + lean + 26, top + 16), (x + lean + 54, top - 12)], skin, 14)
    c.poly([(640, 110), (790, 176), (650, 250), (500, 180)], "#ffab5e")
    c.poly([(500, 180), (650, 250), (660, 420), (514, 340)], "#f0802a")
    c.poly([(650, 250), (790, 176), (794, 334), (660, 420)], "#d3661a")
    for edge in ([(500, 180), (650, 250), (790, 176)], [(650, 250), (660, 420)]):
        c.line(edge, "#ffc48a", 9)
    c.oval(646, 182, 52, "#4a4f57", ry=24)
    c.oval(646, 178, 42, "#24282e", ry=18)
    for n in range(5):
        c.oval(624 + n * 11, 178, 3, "#7a828c", ry=10 - abs(n - 2) * 2)


def _greenhouse(c: Canvas) -> None:
    c.wash("#cfe9e4", "#eef7ea")
    c.glow(860, 130, 250, "#fff3bf", strength=0.9)
    for n in range(9):
        x = n * 150
        c.oval(x, 420, 130, ("#a8cfae", "#93c19d", "#b9d9b5")[n % 3], ry=90)
    for x in range(0, 1201, 150):
        c.line([(600 + (x - 600) * 0.55, 0), (x, 190), (x, 560)], "#4f7f78", 8)
    for y in (190, 370):
        c.line([(0, y), (WIDTH, y)], "#4f7f78", 7)
    c.line([(0, 88), (WIDTH, 88)], "#4f7f78", 5)
    c.wash("#c9a67d", "#b08a60", (0, 556, WIDTH, HEIGHT))
    for x in (60, 180, 300, 880, 1010, 1140):
        _plant(c, x, 566, c.chance.uniform(0.8, 1.35))
    for n in range(5):
        x = 120 + n * 250
        c.line([(x, 88), (x, 150)], "#3c5f59", 3)
        for leaf in range(9):
            c.oval(x + math.sin(leaf * 1.9) * 28, 156 + leaf * 11, 13, ("#5c9b63", "#79b56f")[leaf % 2], ry=10)
    for y, inset in ((560, 190), (670, 40)):
        c.shadow([(inset, y + 50), (WIDTH - inset, y + 50), (WIDTH - inset, y + 90), (inset, y + 90)], soft=16)
        c.poly([(inset + 70, y), (WIDTH - inset - 70, y), (WIDTH - inset, y + 74), (inset, y + 74)], "#e2b27a")
        c.rect((inset, y + 74, WIDTH - inset, y + 92), "#b9834c")
        for n in range(7):
            px, py, tilt = inset + 150 + n * (WIDTH - 2 * inset - 300) / 6, y + 36, c.chance.uniform(-16, 16)
            c.poly(turned(px, py, 84, 50, tilt), PAPER)
            for k in (-12, -2, 8):
                c.poly(turned(px - 4, py + k, 58, 3.5, tilt), "#e5533d" if k == -2 and n % 2 else "#8f9aa0")
            if n % 2:
                c.line([(px + 30, py + 18), (px + 76, py - 14)], "#d2372b", 7)


def _plant(c: Canvas, x: float, foot: float, s: float) -> None:
    for n in range(9):
        turn = math.radians(-160 + n * 17.5)
        tip = (x + 130 * s * math.cos(turn), foot - 60 * s + 150 * s * math.sin(turn))
        c.curve(
            (x, foot - 40 * s),
            (x + (tip[0] - x) * 0.3, tip[1] - 10),
            tip,
            ("#3f8558", "#5aa267", "#2f6f4e")[n % 3],
            17 * s,
        )
    c.poly(
        [(x - 40 * s, foot - 60 * s), (x + 40 * s, foot - 60 * s), (x + 28 * s, foot + 14), (x - 28 * s, foot + 14)],
        "#c7704b",
    )
    c.rect((x - 46 * s, foot - 72 * s, x + 46 * s, foot - 52 * s), "#d98a63", radius=4)


def _robot(c: Canvas) -> None:
    c.wash("#fdf1d6", "#f6dfae")
    for _ in range(60):
        c.oval(c.chance.uniform(0, WIDTH), c.chance.uniform(0, 600), c.chance.uniform(3, 8), "#f0cf8e")
    c.line([(440, 190), (440, 120)], "#41606b", 10)
    c.oval(440, 108, 24, "#e5533d")
    c.rect((270, 180, 610, 420), "#5d93a3", radius=54)
    c.rect((270, 180, 330, 420), "#79adba", radius=40)
    c.rect((314, 226, 566, 376), "#173038", radius=40)
    for x in (384, 496):
        c.oval(x, 286, 30, "#8ff0e2")
        c.oval(x + 7, 280, 10, "#173038")
    c.arc((396, 296, 484, 356), 20, 160, "#8ff0e2", 9)
    for x in (258, 622):
        c.rect((x - 18, 262, x + 18, 338), "#41606b", radius=12)
    c.rect((398, 418, 482, 456), "#41606b")
    c.rect((232, 452, 648, 720), "#5d93a3", radius=50)
    c.poly([(400, 476), (440, 500), (440, 540), (390, 528)], "#e5533d")
    c.poly([(480, 476), (440, 500), (440, 540), (490, 528)], "#c23f2c")
    c.oval(440, 508, 15, "#ff7a60")
    c.line([(640, 520), (740, 480), (770, 400)], "#41606b", 36)
    c.oval(772, 384, 38, "#79adba")
    for dx in (-26, 0, 26):
        c.line([(772 + dx, 370), (772 + dx * 1.5, 322)], "#79adba", 17)
    c.rect((760, 90, 1140, 270), "#ffffff", radius=44)
    c.poly([(800, 250), (880, 262), (712, 322)], "#ffffff")
    c.text(950, 152, "Ask me why.", 58, INK, bold=True)
    c.text(950, 216, "Or ask for Birgit.", 36, "#5c6b74")
    c.rect((0, 610, WIDTH, 640), "#d59a5b")
    c.wash("#b9783d", "#99602d", (0, 640, WIDTH, HEIGHT))
    for x in range(40, 1200, 140):
        c.rect((x, 664, x + 110, 800), "#a66a34", radius=6)
    c.rect((880, 520, 1090, 612), PAPER, radius=6)
    c.text(985, 566, "No queue", 38, "#0f8b8d", bold=True)
    c.oval(150, 606, 64, "#8f9aa0", ry=12)
    c.pie((96, 544, 204, 654), 180, 360, "#f2b91d")
    c.rect((144, 532, 156, 548), "#8f9aa0", radius=4)


def _whiteboard(c: Canvas) -> None:
    c.wash("#cdd6d9", "#b7c2c6")
    c.shadow([(90, 80), (1130, 80), (1130, 720), (90, 720)], soft=24)
    c.rect((70, 50, 1130, 700), "#9aa5aa", radius=16)
    c.wash("#ffffff", "#f1f5f5", (90, 70, 1110, 680))
    blue, red, green, black = "#2350a8", "#d2372b", "#2c8a57", "#2a2f36"
    c.sketch([(190, 260), (400, 260), (400, 520), (190, 520), (190, 260)], blue, 7)
    for n, length in enumerate((150, 130, 160, 90)):
        c.sketch([(216, 320 + n * 44), (216 + length, 320 + n * 44)], blue, 5)
    c.sketch([(200, 370), (392, 496)], red, 8)
    c.sketch([(390, 366), (206, 500)], red, 8)
    c.sketch([(444, 390), (610, 390)], black, 8)
    c.sketch([(574, 358), (614, 390), (574, 424)], black, 8)
    c.sketch([(680, 390), (790, 290), (900, 390)], green, 8)
    c.sketch([(704, 380), (704, 520), (878, 520), (878, 380)], green, 8)
    c.sketch([(766, 518), (766, 440), (816, 440), (816, 518)], green, 7)
    c.sketch([(856, 346), (856, 300), (882, 300), (882, 370)], green, 6)
    heart = [
        (
            16 * math.sin(t / 6) ** 3,
            -(13 * math.cos(t / 6) - 5 * math.cos(t / 3) - 2 * math.cos(t / 2) - math.cos(t / 1.5)),
        )
        for t in range(39)
    ]
    c.sketch([(1000 + x * 3.6, 400 + y * 3.6) for x, y in heart], red, 8, wobble=1.5)
    c.text(600, 150, "eerst het besluit", 70, black, tilt=2, bold=True)
    c.sketch([(330, 204), (600, 192), (868, 184)], red, 6)
    c.text(520, 610, "dan pas: waarom, wanneer, wie belt u?", 40, blue, tilt=1)
    c.text(512, 346, "6 zinnen", 34, black, tilt=3)
    c.rect((420, 694, 860, 718), "#7d888d", radius=6)
    for x, colour in ((470, red), (580, blue), (690, green)):
        c.rect((x, 676, x + 80, 696), "#f4f6f6", radius=8)
        c.rect((x + 56, 676, x + 84, 696), colour, radius=8)
    c.rect((780, 668, 850, 696), "#3d474d", radius=5)


def _parasol(c: Canvas) -> None:
    c.wash("#36b3e6", "#aee6f5")
    c.oval(1030, 150, 92, "#ffdf3b")
    for n in range(14):
        turn = n * math.tau / 14
        c.line(
            [
                (1030 + 112 * math.cos(turn), 150 + 112 * math.sin(turn)),
                (1030 + 160 * math.cos(turn), 150 + 160 * math.sin(turn)),
            ],
            "#ffdf3b",
            12,
        )
    c.rect((0, 640, WIDTH, HEIGHT), "#f3d38b")
    c.line([(420, 300), (460, 760)], "#8a5a33", 18)
    for n in range(8):
        c.pie((90, 130, 750, 640), 180 + n * 22.5, 202.5 + n * 22.5, "#f0342f" if n % 2 else "#fff6ee")
    c.oval(420, 126, 14, "#8a5a33")
    c.poly(turned(880, 500, 560, 210, 8), "#ffef3a")
    c.text(880, 470, "PARASOLS", 92, "#e01616", tilt=8, bold=True)
    c.text(890, 556, "-80% !!!", 84, "#e01616", tilt=8, bold=True)
    c.text(600, 738, "ALLEEN VANDAAG * today only * ALLEEN VANDAAG", 40, "#b5520b", bold=True)


def _kabaal(c: Canvas) -> None:
    c.wash("#ffd400", "#ffb400")
    for n in range(24):
        turn = n * math.tau / 24
        c.poly(
            [
                (600, 400),
                (600 + 900 * math.cos(turn), 400 + 900 * math.sin(turn)),
                (600 + 900 * math.cos(turn + 0.13), 400 + 900 * math.sin(turn + 0.13)),
            ],
            "#ff8a00",
        )
    c.poly([(180, 330), (180, 470), (330, 500), (330, 300)], "#22252b")
    c.poly([(330, 280), (330, 520), (560, 660), (560, 140)], "#d21f1f")
    c.oval(560, 400, 46, "#8d1111", ry=260)
    c.rect((220, 470, 280, 620), "#22252b", radius=14)
    for n in range(3):
        c.arc((520 - n * 30, 250 - n * 60, 700 + n * 60, 550 + n * 60), -50, 50, "#22252b", 16)
    c.text(930, 610, "KABAAL!", 118, "#22252b", tilt=7, bold=True)


def _soup(c: Canvas) -> None:
    c.wash("#f4e3cd", "#e9cfae", (0, 0, WIDTH, 420))
    for x in range(0, 1200, 120):
        c.poly([(x, 60), (x + 60, 130), (x + 120, 60)], ("#e5533d", "#f2b91d", "#3d8b7d", "#fbf7ee")[x // 120 % 4])
    c.line([(0, 60), (WIDTH, 60)], "#8a5a33", 4)
    c.wash("#c98d52", "#a96d38", (0, 420, WIDTH, HEIGHT))
    c.poly([(160, 420), (1040, 420), (1180, 800), (20, 800)], "#f7f1e6")
    for n in range(9):
        x0, x1 = 160 + n * 110, 20 + n * 145
        if n % 2:
            c.poly([(x0, 420), (x0 + 110, 420), (x1 + 145, 800), (x1, 800)], "#d9e6e2")
    for x, soup, light in ((360, "#e8862e", "#f4aa58"), (770, "#dcb437", "#eed16a")):
        _pan(c, x, 520, soup, light)
    c.line([(820, 400), (980, 190)], "#7c868c", 14)
    c.oval(806, 420, 40, "#99a3a8", ry=22)
    c.shadow(ring(1050, 690, 150, 60), soft=16)
    for n in range(5):
        c.line([(980 + n * 36, 640), (1010 + n * 34, 540 + n % 2 * 26)], ("#c98a3f", "#b67431")[n % 2], 46)
        for cut in range(3):
            c.line([(978 + n * 36 + cut * 9, 614 - cut * 24), (1004 + n * 36 + cut * 9, 606 - cut * 24)], "#efcf94", 4)
    c.poly([(920, 620), (1180, 620), (1150, 730), (950, 730)], "#9a6a3c")
    for n in range(6):
        c.line([(926 + n * 44, 626), (954 + n * 36, 726)], "#7f5429", 5)
    c.line([(920, 622), (1180, 622)], "#b98550", 14)
    for x in (110, 200):
        c.rect((x - 44, 650, x + 44, 720), "#fffdf8", radius=30)
        c.oval(x, 656, 46, "#efe8da", ry=13)


def _pan(c: Canvas, x: float, y: float, soup: str, light: str) -> None:
    c.shadow(ring(x + 16, y + 150, 200, 50), soft=20, strength=0.45)
    for side in (-1, 1):
        c.arc((x + side * 176 - 40, y + 10, x + side * 176 + 40, y + 80), 0, 360, "#2d3a45", 14)
    c.rect((x - 180, y - 50, x + 180, y + 160), "#4d6373", radius=40)
    c.rect((x - 180, y - 50, x - 110, y + 160), "#637b8b", radius=40)
    c.oval(x, y - 50, 180, "#7d95a3", ry=58)
    c.oval(x, y - 46, 164, soup, ry=48)
    c.curve((x - 90, y - 50), (x - 10, y - 84), (x + 60, y - 48), light, 12)
    for n in range(9):
        turn = n * 2.1
        c.oval(x + 100 * math.cos(turn) * (0.3 + n % 3 * 0.3), y - 44 + 28 * math.sin(turn), 7, "#4f8a43", ry=4)
    for dx in (-70, 0, 70):
        c.curve((x + dx, y - 120), (x + dx + 40, y - 180), (x + dx, y - 250), "#fdf6ea", 7)


def _scarf(c: Canvas) -> None:
    c.wash("#e6e2d6", "#cfc8b6")
    for x in range(0, 1200, 100):
        c.rect((x, 0, x + 50, 640), "#e0dbcd")
    c.rect((0, 640, WIDTH, 800), "#a9866a")
    c.rect((0, 628, WIDTH, 646), "#f5f1e6")
    wood, dark = "#b5793f", "#8d5a2b"
    c.shadow([(420, 720), (860, 720), (920, 770), (380, 770)], soft=18)
    for x in (404, 780):
        c.line([(x, 130), (x + 8, 760)], wood, 34)
    c.line([(480, 520), (470, 720)], dark, 28)
    c.line([(724, 520), (736, 720)], dark, 28)
    for y in (160, 250, 340):
        c.line([(404, y), (784, y)], wood if y > 160 else "#c98d52", 36)
    c.poly([(380, 480), (812, 480), (870, 560), (322, 560)], "#c98d52")
    c.rect((322, 560, 870, 584), dark, radius=6)
    blue, light, deep = "#2d5fa6", "#4d82c9", "#204781"
    c.shadow([(490, 150), (760, 150), (760, 560), (490, 640)], soft=16)
    for left, right, length in ((500, 610, 660), (616, 730, 560)):
        c.rect((left, 124, right, length), blue, radius=20)
        for n, y in enumerate(range(170, length - 20, 26)):
            for x in range(left + 10, right - 14, 18):
                c.line([(x, y), (x + 8, y + 10), (x + 16, y)], light if n % 6 < 2 else deep, 3.5)
        for x in range(left + 6, right, 15):
            c.line([(x, length - 8), (x + c.chance.uniform(-5, 5), length + 52)], blue, 6)
    c.rect((496, 112, 734, 168), light, radius=26)
    c.rect((850, 350, 1080, 440), PAPER, radius=6)
    c.text(965, 380, "gevonden", 36, INK, bold=True)
    c.text(965, 416, "bij de Kas", 26, "#6a7680")


def _stickies(c: Canvas) -> None:
    c.wash("#d8b98c", "#c7a473")
    for _ in range(900):
        c.oval(
            c.chance.uniform(0, WIDTH),
            c.chance.uniform(0, HEIGHT),
            c.chance.uniform(1, 3),
            c.chance.choice(("#b58f5c", "#e3c89f", "#a98352")),
        )
    c.rect((0, 0, WIDTH, 22), "#8d5a2b")
    c.rect((0, 778, WIDTH, 800), "#8d5a2b")
    colours = ("#ffe066", "#ff9fb2", "#8fd3f4", "#b8e986", "#ffc27a")
    words = (
        "wachtmuziek",
        "kopie paspoort",
        "v7_NIEUW",
        "hoogachtend",
        "FAX",
        "nummertjes",
        "dient te",
        "bijlage 4b",
        "formulier C",
        "n.v.t.",
        "stempels",
        "vensters",
        "overig, nl.:",
        "afkortingen",
        "pauze 12-13",
    )
    spots = [(column * 232 + 136, row * 246 + 156) for row in range(3) for column in range(5)]
    for n, (column_x, row_y) in enumerate(spots):
        x, y = column_x + c.chance.uniform(-22, 22), row_y + c.chance.uniform(-20, 20)
        tilt = c.chance.uniform(-9, 9)
        size = 236 if words[n] == "FAX" else 196
        colour = colours[(n * 3 + n // 5) % 5]
        c.shadow(turned(x + 8, y + 14, size, size, tilt), soft=9, strength=0.4)
        c.poly(turned(x, y, size, size, tilt), colour)
        if words[n] == "FAX":
            c.text(x, y - 10, "FAX", 84, "#b3261e", tilt=tilt, bold=True)
            c.text(x, y + 66, "ja, nog steeds", 24, INK, tilt=tilt)
        else:
            c.text(x, y - 14, words[n], 26, "#26303a", tilt=tilt, bold=n % 2 == 0)
            c.sketch([(x - 62, y + 30), (x + 20 + 30 * (n % 3), y + 28)], "#26303a", 3)
        c.oval(x + 5, y - size * 0.4 + 5, 12, "#00000040")
        c.oval(x, y - size * 0.4, 12, ("#e5533d", "#2350a8", "#2c8a57")[n % 3])
        c.oval(x - 4, y - size * 0.4 - 4, 4, "#ffffffb0")


def _skyline(c: Canvas) -> None:
    c.wash("#f2a65a", "#ffe2b0", (0, 0, WIDTH, 560))
    c.glow(880, 430, 260, "#fff6d8", strength=0.9)
    c.oval(880, 430, 62, "#fffbe8")
    for x, y, w in ((200, 130, 200), (560, 90, 260), (980, 180, 180)):
        c.oval(x, y, w, "#f8c98b", ry=16)
        c.oval(x + 60, y + 26, w * 0.7, "#fbd7a4", ry=12)
    for n in range(20):
        x, h = n * 64 - 20, c.chance.uniform(60, 120)
        c.rect((x, 560 - h, x + 66, 560), "#c27b5e")
    _crane(c, 1050)
    c.rect((396, 210, 476, 560), "#6a3a48")
    c.poly([(384, 214), (436, 40), (488, 214)], "#54303f")
    c.oval(436, 270, 24, "#f6d9a0")
    c.line([(436, 270), (436, 254)], INK, 4)
    c.line([(436, 270), (447, 275)], INK, 4)
    houses = ("#7d4a4f", "#8f5a4c", "#6a4152", "#a06a52", "#754656")
    for n, x in enumerate(range(-10, 1220, 88)):
        if n in (4, 5):
            continue
        _gable(c, x, 560 - c.chance.uniform(130, 200), houses[n % 5], stepped=n % 3 != 1)
    _gable(c, 480, 400, houses[1], stepped=True)
    _gable(c, 318, 420, houses[4], stepped=False)
    reflection = c.image.crop((0, round(c.image.height * 0.4), c.image.width, round(c.image.height * 0.7)))
    c.image.paste(
        reflection.transpose(Image.Transpose.FLIP_TOP_BOTTOM).point(lambda v: int(v * 0.82)),
        (0, round(c.image.height * 0.7)),
    )
    for _ in range(90):
        left, top = c.chance.uniform(0, WIDTH), c.chance.uniform(566, 800)
        c.rect((left, top, left + (top - 540) * c.chance.uniform(0.1, 0.4), top + 3), "#ffe9c275")
    c.rect((0, 554, WIDTH, 566), "#4f2f3a")
    c.poly([(170, 640), (330, 640), (306, 676), (192, 676)], "#33222c")
    c.line([(246, 640), (246, 540)], "#33222c", 6)
    c.poly([(252, 546), (252, 630), (318, 630)], "#fff4dd")


def _gable(c: Canvas, x: float, top: float, colour: str, *, stepped: bool) -> None:
    c.rect((x, top, x + 84, 560), colour)
    if stepped:
        for n in range(4):
            c.rect((x + n * 11, top - n * 15 - 15, x + 84 - n * 11, top - n * 15 + 1), colour)
    else:
        c.poly([(x, top + 1), (x + 42, top - 56), (x + 84, top + 1)], colour)
    for row in range(int((540 - top) / 44)):
        for column in range(3):
            lit = c.chance.random() < 0.45
            c.rect(
                (x + 10 + column * 25, top + 14 + row * 44, x + 24 + column * 25, top + 40 + row * 44),
                "#ffd98a" if lit else "#4b2d3c",
                radius=2,
            )


def _crane(c: Canvas, x: float) -> None:
    c.line([(x, 560), (x, 140)], "#5b3440", 9)
    c.line([(x - 200, 170), (x + 90, 170)], "#5b3440", 8)
    c.line([(x - 200, 170), (x, 128), (x + 90, 170)], "#5b3440", 4)
    c.line([(x - 150, 170), (x - 150, 300)], "#5b3440", 3)
    c.rect((x - 166, 300, x - 134, 326), "#5b3440", radius=4)


def _street(c: Canvas) -> None:
    c.wash("#8b9094", "#7b8084")
    for _ in range(700):
        c.oval(
            c.chance.uniform(0, WIDTH),
            c.chance.uniform(150, 650),
            c.chance.uniform(1, 2.4),
            c.chance.choice(("#999ea1", "#70757a")),
        )
    for y0, y1 in ((0, 128), (672, 800)):
        c.rect((0, y0, WIDTH, y1), "#b8aea2")
        for row in range(4):
            for n in range(-1, 20):
                x, y = n * 66 + row % 2 * 33, y0 + row * 32
                c.rect(
                    (x + 2, y + 2, x + 63, y + 30),
                    c.chance.choice(("#c4b9ab", "#bcb1a3", "#cbbfb0", "#b5a99b")),
                    radius=3,
                )
    c.rect((0, 128, WIDTH, 142), "#d8d0c5")
    c.rect((0, 658, WIDTH, 672), "#d8d0c5")
    for x in (150, 340, 530):
        _chalk_tree(c, x, 400)
    c.sketch([(690, 520), (900, 520)], "#ffe9c9", 13)
    c.sketch([(690, 480), (900, 480)], "#ffe9c9", 13)
    for x in (712, 878):
        c.sketch([(x, 522), (x, 590)], "#ffe9c9", 11)
    c.sketch(ring(980, 330, 92, 92, count=16), "#ffd84d", 14, wobble=2)
    c.sketch([(x, y) for n in range(9) for x, y in [(940 + n * 9, 290 + (n % 2) * 80)]], "#ffd84d", 9)
    for n in range(12):
        turn = n * math.tau / 12
        c.sketch(
            [
                (980 + 116 * math.cos(turn), 330 + 116 * math.sin(turn)),
                (980 + 168 * math.cos(turn), 330 + 168 * math.sin(turn)),
            ],
            "#ffd84d",
            11,
        )
    c.sketch([(80, 640), (1120, 626)], "#f6f6f2", 7)
    for x, y, colour, tilt in ((640, 250, "#ff9fb2", 30), (690, 276, "#8fd3f4", -14), (612, 290, "#ffd84d", 64)):
        c.poly(turned(x + 4, y + 6, 58, 15, tilt), "#00000050")
        c.poly(turned(x, y, 58, 15, tilt), colour)
    for x, coat, hair in ((250, "#d9553f", "#3b2a20"), (1080, "#3d8b7d", "#d9a441"), (800, "#f2b91d", "#22201f")):
        y = 610 if x != 800 else 200
        c.shadow(ring(x + 12, y + 16, 48, 34), soft=9)
        c.oval(x, y, 46, coat, ry=32)
        c.oval(x, y - 4, 24, hair)


def _chalk_tree(c: Canvas, x: float, y: float) -> None:
    c.sketch([(x - 12, y + 170), (x - 10, y + 60)], "#e8b98a", 11)
    c.sketch([(x + 14, y + 170), (x + 12, y + 60)], "#e8b98a", 11)
    c.sketch(ring(x, y - 20, 82, 92, count=14), "#a9e29b", 13, wobble=7)
    for n in range(7):
        c.sketch([(x - 58 + n * 16, y + 30 - n * 6), (x - 30 + n * 14, y - 70 + n * 3)], "#8fd184", 6)


def _map(c: Canvas) -> None:
    c.wash("#f2ecdd", "#e8dfcb")
    blocks = ("#f7d9a8", "#f3c9b0", "#d9e3b4", "#e6d3e0", "#cfe0dc", "#f6e3b8")
    for row in range(6):
        for column in range(9):
            x, y = column * 140 - 20 + row * 12, row * 140 - 10 - column * 6
            c.poly([(x, y), (x + 122, y - 6), (x + 132, y + 112), (x + 8, y + 122)], c.chance.choice(blocks))
            for _ in range(3):
                hx, hy = x + c.chance.uniform(16, 84), y + c.chance.uniform(12, 78)
                c.rect((hx, hy, hx + c.chance.uniform(16, 34), hy + c.chance.uniform(14, 26)), "#ffffffb0", radius=3)
    c.poly(ring(884, 260, 168, 118), "#a9cf8e")
    for n in range(16):
        turn, reach = n * 2.39, 26 + n * 7
        c.oval(884 + reach * math.cos(turn), 260 + reach * 0.68 * math.sin(turn), 17, ("#7fb36b", "#93c27d")[n % 2])
    c.oval(900, 276, 44, "#8cc7dd", ry=24)
    canal = [(-40, 640), (220, 560), (430, 610), (660, 500), (900, 540), (1240, 430)]
    c.line(canal, "#ffffff", 92)
    c.line(canal, "#64acd0", 70)
    c.line(canal, "#86c3de", 22)
    for x, y, tilt in ((330, 586, -12), (770, 520, -8)):
        c.poly(turned(x, y, 26, 120, tilt), "#fdf8ec")
        c.poly(turned(x - 14, y, 5, 120, tilt), "#b7a98c")
        c.poly(turned(x + 14, y, 5, 120, tilt), "#b7a98c")
    c.text(150, 566, "Vliet", 32, "#2f6d8c", tilt=16)
    c.text(884, 340, "Lindepark", 32, "#3d6b31", bold=True)
    c.sketch([(420, 296), (560, 250), (700, 262)], "#c23f2c", 7, wobble=1)
    c.text(566, 318, "Lindestraat", 38, "#8a2a1c", tilt=4, bold=True)
    for x, y in ((420, 292), (560, 244), (700, 256)):
        c.shadow(ring(x + 24, y + 4, 26, 9), soft=7, strength=0.5)
        c.poly([(x, y), (x - 30, y - 66), (x + 30, y - 66)], "#d2372b")
        c.oval(x, y - 76, 36, "#e5533d")
        c.oval(x, y - 76, 14, "#fff3e6")
    c.oval(1090, 690, 66, "#fffaf0")
    c.poly([(1090, 632), (1108, 690), (1072, 690)], "#d2372b")
    c.poly([(1090, 748), (1108, 690), (1072, 690)], "#8f9aa0")
    c.text(1090, 612, "N", 30, INK, bold=True)


def _laptop(c: Canvas) -> None:
    c.wash("#2a1f3d", "#51355a")
    c.glow(600, 200, 330, "#f4c98c", strength=0.7, squash=0.7)
    c.poly([(60, 400), (1140, 400), (1200, 470), (0, 470)], "#8d5f45")
    c.rect((0, 470, WIDTH, 520), "#5f3d30")
    for x, coat, skin, hair in (
        (360, "#35706f", "#dba27c", "#d8cfc0"),
        (600, "#d9a441", "#6e4733", "#241715"),
        (840, "#3d5491", "#e9b68f", "#8a4a2a"),
    ):
        c.rect((x - 62, 236, x + 62, 420), coat, radius=44)
        c.oval(x, 186, 48, skin, ry=54)
        c.pie((x - 54, 126, x + 54, 236), 180, 360, hair)
        for dx in (-16, 16):
            c.oval(x + dx, 190, 4.5, INK)
        c.arc((x - 18, 196, x + 18, 220), 20, 160, INK, 4)
    c.rect((230, 318, 970, 346), "#c98d52", radius=6)
    for x in (262, 916):
        c.rect((x, 344, x + 22, 440), "#a36c3a")
    for x in (460, 720):
        c.rect((x, 282, x + 34, 320), PAPER, radius=6)
    c.rect((560, 296, 634, 320), "#8f9aa0", radius=4)
    for n in range(6):
        _head(c, 60 + n * 220, 590 + c.chance.uniform(-14, 14), 62, "#1d1429")
    c.shadow([(330, 520), (930, 520), (930, 800), (330, 800)], soft=24)
    c.rect((330, 500, 930, 860), "#20262d", radius=20)
    c.wash("#f6f8f9", "#e6ecef", (350, 520, 910, 800))
    c.rect((350, 520, 910, 560), "#5d93a3")
    for n in range(6):
        y = 580 + n * 40
        c.oval(384, y + 12, 12, ("#e5533d", "#f2b91d", "#3d8b7d")[n % 3])
        c.rect((412, y + 2, 412 + c.chance.uniform(120, 240), y + 11), "#54646e", radius=4)
        c.rect((412, y + 18, 412 + c.chance.uniform(280, 450), y + 25), "#b4bfc5", radius=4)


def _sunset(c: Canvas) -> None:
    c.wash("#41386b", "#f08a4b", (0, 0, WIDTH, 470))
    c.glow(760, 400, 330, "#ffcf6b", strength=0.85)
    c.oval(760, 400, 118, "#ffe08a")
    for x, y, w in ((240, 160, 190), (520, 230, 240), (1000, 140, 170), (960, 280, 200)):
        c.oval(x, y, w, "#c9647060", ry=12)
    c.wash("#f2a25c", "#54407a", (0, 460, WIDTH, 640))
    for n in range(70):
        top = 466 + (n / 70) ** 1.4 * 170
        glint = 760 + c.chance.gauss(0, 60 + (top - 460) * 1.1)
        c.rect((glint - 26, top, glint + c.chance.uniform(10, 50), top + 3.5), "#ffe3a6b0")
    c.rect((0, 456, WIDTH, 464), "#3c2f5c")
    for x in range(0, 560, 44):
        c.rect((x, 430 - x % 3 * 7, x + 30, 460), "#3c2f5c")
    c.poly([(0, 650), (300, 606), (1200, 600), (1200, 800), (0, 800)], "#241c3d")
    for _ in range(190):
        root = c.chance.uniform(0, WIDTH)
        foot = 660 + c.chance.uniform(-46, 60)
        c.line([(root, foot), (root + c.chance.uniform(-12, 16), foot - c.chance.uniform(24, 64))], "#1a1430", 3)
    x, y, dark = 400, 566, "#150f29"
    for wheel in (x, x + 176):
        c.arc((wheel - 62, y - 62, wheel + 62, y + 62), 0, 360, dark, 8)
        c.line([(wheel, y - 60), (wheel, y + 60)], dark, 1.5)
        c.line([(wheel - 60, y), (wheel + 60, y)], dark, 1.5)
    c.line([(x, y), (x + 56, y - 92), (x + 84, y), (x, y)], dark, 8)
    c.line([(x + 56, y - 88), (x + 150, y - 92), (x + 84, y)], dark, 8)
    c.line([(x + 176, y), (x + 146, y - 120), (x + 118, y - 126)], dark, 8)
    c.line([(x + 52, y - 106), (x + 84, y - 206)], dark, 54)
    c.oval(x + 106, y - 262, 31, dark, ry=35)
    c.line([(x + 92, y - 206), (x + 118, y - 160), (x + 136, y - 130)], dark, 19)
    c.line([(x + 58, y - 96), (x + 118, y - 66), (x + 92, y + 16)], dark, 25)
    c.line([(x + 70, y - 226), (x + 10, y - 204), (x - 40, y - 218)], "#c2503c", 15)
    for wing in ((960, 220), (1030, 190), (1080, 244)):
        c.arc((wing[0] - 30, wing[1] - 10, wing[0], wing[1] + 16), 200, 340, dark, 4)
        c.arc((wing[0], wing[1] - 10, wing[0] + 30, wing[1] + 16), 200, 340, dark, 4)


def _fountain(c: Canvas) -> None:
    c.wash("#dcd3c2", "#c5b9a3")
    for row in range(14):
        for n in range(-1, 16):
            x, y = n * 88 + row % 2 * 44, row * 60
            c.rect(
                (x + 2, y + 2, x + 85, y + 57), c.chance.choice(("#d3c8b4", "#cbbfaa", "#d9cfbd", "#c8bca6")), radius=5
            )
    c.shadow(ring(616, 500, 470, 270), soft=28, strength=0.45)
    c.oval(600, 470, 470, "#9c9486", ry=270)
    c.oval(600, 456, 466, "#ece5d6", ry=262)
    c.oval(600, 466, 410, "#1f6f86", ry=218)
    c.oval(600, 480, 400, "#3193a6", ry=204)
    c.oval(600, 500, 340, "#48a9b7", ry=160)
    for n in range(5):
        c.arc((600 - 80 - n * 66, 450 - 34 - n * 28, 600 + 80 + n * 66, 450 + 34 + n * 28), 0, 360, "#9fdde0", 3)
    for side in (-1, 1):
        for n in range(1, 6):
            c.curve(
                (600, 440),
                (600 + side * n * 30, 60 - n * 4 + n * 26),
                (600 + side * n * 56, 470 + (n % 2) * 26),
                "#e6fbfa",
                6,
            )
            c.oval(600 + side * n * 56, 474 + (n % 2) * 26, 17, "#d6f4f3", ry=7)
    c.line([(600, 440), (600, 140)], "#f4ffff", 9)
    for _ in range(70):
        turn = c.chance.uniform(0, math.tau)
        reach = c.chance.uniform(20, 260)
        c.oval(600 + reach * math.cos(turn), 280 + reach * 0.72 * math.sin(turn), c.chance.uniform(2, 5.5), "#f2ffffd0")
    c.oval(600, 452, 44, "#8d8577", ry=18)
    x, y = 860, 560
    c.oval(x, y + 26, 110, "#1f6f8690", ry=20)
    c.poly([(x - 110, y - 26), (x + 110, y - 26), (x + 66, y + 28), (x - 66, y + 28)], PAPER)
    c.poly([(x - 110, y - 26), (x, y - 10), (x - 66, y + 28)], "#e4dccb")
    c.poly([(x - 62, y - 22), (x, y - 112), (x + 62, y - 22)], "#fffdf6")
    c.poly([(x, y - 112), (x + 62, y - 22), (x, y - 18)], "#e9e1d0")
    for n in range(3):
        c.line([(x + 14 + n * 4, y - 60 + n * 14), (x + 30 + n * 8, y - 56 + n * 14)], "#c2503c", 3)


_PAINTERS: Mapping[str, Callable[[Canvas], None]] = {
    "badge": _badge,
    "bikes": _bikes,
    "cat": _cat,
    "chart": _chart,
    "coffee": _coffee,
    "cube": _cube,
    "fountain": _fountain,
    "greenhouse": _greenhouse,
    "hall": _hall,
    "kabaal": _kabaal,
    "laptop": _laptop,
    "letters": _letters,
    "map": _map,
    "parasol": _parasol,
    "robot": _robot,
    "scarf": _scarf,
    "skyline": _skyline,
    "soup": _soup,
    "stickies": _stickies,
    "street": _street,
    "sunset": _sunset,
    "ticket": _ticket,
    "train": _train,
    "whiteboard": _whiteboard,
}
PICTURES = tuple(_PAINTERS)
"""The names that `draw` knows."""
