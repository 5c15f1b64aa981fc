"""Walls as chance has them: posts of any script, length and shape, on all screens, in every theme and layout."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from server.intake.text import clean, grapheme_ends, is_blank
from server.web.pages import MAX_GRAPHEMES
from tests.browser.lone_wall import post_item, theme_item, view_of
from tests.browser.strangers import every_string

Card = TypeVar("Card")

SIZES = (
    (1920, 1080), (3840, 2160), (1080, 1920), (1024, 768), (3440, 1440), (1280, 720), (1366, 768), (1920, 1200),
    (2160, 3840), (1400, 1050), (2560, 1080), (1280, 1024), (5120, 1440), (768, 1366),
)  # fmt: skip
MAX_ANNOUNCEMENT = 280
LAYOUTS = ("fountain", "columns", "single", "lower-third")
SLIDE_LAYOUTS = ("fountain", "columns", "single")
"""Without the lower third, which has no slides."""
OF_POSTS = ("spotlight", "playlist", "fountain")
"""Scenes that show posts where there are any."""
SCENES = ("fountain",) * 6 + ("spotlight", "spotlight", "playlist", "text", "title", "join")
PROGRAMME_SCENES = ("programme", "programme", "day", "session", "session", "paper", "papers")
DAY_SCENES = (*PROGRAMME_SCENES, "fountain", "safe")
"""'safe' stands for a stop, whatever scene was on."""
POST_COUNTS = (0, 1, 2, 3, 5, 9, 14, 14, 18)
SCREEN = "here"
"""The name of the wall that looks at these views (`?screen=`)."""

_SENTENCES = {
    "nl": "wie beslist er als de computer twijfelt daar wil ik vandaag een antwoord op publiek geld hoort bij publieke "
    "code gemeente toegankelijkheidsverklaring zorgvuldigheid vrijwilligersorganisaties mooi zaal dankjewel #proefdag",
    "de": "Donaudampfschifffahrtsgesellschaft heute im Saal wird über Verwaltungsdigitalisierung gesprochen und ja",
    "en": "could the slides be shared afterwards asking for the whole row behind me please and thank you so much",
    "ar": "شكرا على العرض الرائع تعلمت الكثير اليوم من يقرر عندما تشك الآلة مرحبا بالجميع في هذه القاعة الكبيرة",
    "he": "שלום לכולם באולם הגדול הזה תודה רבה על ההרצאה המרתקת מי מחליט כשהמחשב מהסס",
    "vi": "Tiếng Việt có nhiều dấu ẩ ế ộ ữ cảm ơn mọi người rất nhiều",
    "hi": "नमस्ते इस बड़े हॉल में आपका स्वागत है धन्यवाद",
}
_WORDS = {lang: sentence.split() for lang, sentence in _SENTENCES.items()}
_RUNS = {
    "zh": "大家好欢迎来到这个大厅今天我们讨论的是人工智能与政府服务之间的关系。谁来决定？",
    "th": "สวัสดีทุกคนในห้องโถงใหญ่แห่งนี้ยินดีต้อนรับสู่การประชุมของเรา",
    "ja": "会場の皆さん、こんにちは。コンピューターが迷ったとき、誰が決めるのでしょうか。",
}
_EMOJI = ("😀", "👏", "👩\u200d👩\u200d👧\u200d👦", "🇳🇱", "❤️", "🏳️\u200d🌈", "👍🏽", "🎉")
_LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikantin"
_NAMES = (
    "", "", "Bo", "Marijke Verbeek", "Fatima el Idrissi", "ليلى بنت عبد الله", "שרה", "王小明", "สมชาย ใจดี", "🦄🦄🦄",
    "Jan-Willem van der Oudekerk tot Sint-Maartensdijk", "W" * 40, "Iemand Anders Met Een Heel Lange Naam Erbij",
)  # fmt: skip
_PHOTO = "data:image/gif;base64,R0lGODlhAQABAIAAAAB/fwAAACwAAAAAAQABAAACAkQBADs="
_SHAPES = ((1600, 1200), (1200, 1600), (1000, 1000), (4000, 300), (300, 4000), (320, 240), (1, 1), (2048, 1365), (0, 0))
_TITLES = (
    "Proefdag", "Publiek geld, publieke code", "Wie beslist er als de computer twijfelt? Een dag over menselijke maat",
    "Toegankelijkheidsverklaringsbijeenkomst", "يوم تجريبي", "测试日", "Het symposium " * 7,
)  # fmt: skip
_SAID = (
    None,
    None,
    None,
    "De lunch staat klaar.",
    "Zaal 2 gaat om 14.00 uur verder.\nNeem je jas mee.",
    "Let op! " * 34,
)
_DAY = int(dt.datetime(2026, 11, 12, 8, tzinfo=dt.UTC).timestamp() * 1_000_000)
"""Nine o'clock in Amsterdam, in µs."""
_MINUTE = 60_000_000
_CHECKS = ({}, {"nl": "ijsvogel", "en": "kingfisher"}, {"nl": "korenbloemblauw", "en": "cornflower blue"})
_ROOM_NAMES = (
    "Grote zaal", "Tuinzaal", "1.04", "Foyer", "Vergaderzaal Burgemeester van der Oudekerk tot Sint-Maartensdijk",
    "القاعة الكبيرة", "大会议室", "Z",
)  # fmt: skip
_NOW = (
    None,
    None,
    {"title": "Opening", "room": "Grote zaal"},
    {"title": "Wie beslist? Over de menselijke maat " * 2, "room": ""},
)


@dataclass(frozen=True)
class Group:
    """Walls that share a screen, a theme and what stands around the cards."""

    width: int
    height: int
    theme: Mapping[str, Any]
    around: Mapping[str, Any]

    def __str__(self) -> str:
        worn = self.theme
        return f"{self.width}x{self.height} {worn['name']} {worn['mode']} {worn['layout']} {worn['options']}"


class Deck(Generic[Card]):
    """Deals in rounds: chance decides the order, and each card comes once before any comes again."""

    def __init__(self, chance: random.Random, cards: Sequence[Card]) -> None:
        self._chance = chance
        self._cards = cards
        self._left: list[Card] = []

    def deal(self) -> Card:
        self._left = self._left or self._chance.sample(self._cards, len(self._cards))
        return self._left.pop()


def groups(
    chance: random.Random,
    slug: str,
    modes: Mapping[str, Sequence[str]],
    count: int,
    *,
    layouts: Sequence[str] = LAYOUTS,
) -> Iterator[Group]:
    """*count* of them; every theme in every layout of *layouts* comes once in a round. *modes* of each theme."""
    deck = Deck(chance, [(theme, layout) for theme in modes for layout in layouts])
    for _ in range(count):
        theme, layout = deck.deal()
        width, height = chance.choice(SIZES)
        item = theme_item(
            slug, theme, chance.choice(modes[theme]), layout, options=_options(chance), logo=_logo(chance)
        )
        # A page of announcement in type for the deepest hall leaves no room for anything: the organiser sees that.
        is_large = "room-depth-m" in item["options"]
        yield Group(width, height, item, _around(chance, most=100 if is_large else MAX_ANNOUNCEMENT))


def _options(chance: random.Random) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if chance.random() < 0.3:
        options["cards"] = chance.randint(3, 8)
    if chance.random() < 0.3:
        options["columns"] = chance.randint(2, 6)
    if chance.random() < 0.25:
        options |= {"room-depth-m": chance.randint(5, 40), "picture-height-cm": chance.randint(150, 500)}
    if chance.random() < 0.2:
        options["lines"] = True
    if chance.random() < 0.1:
        options["join"] = False
    return options


def _logo(chance: random.Random) -> str | None:
    """None, or one of some shape."""
    if chance.random() < 0.7:
        return None
    width, height = chance.choice(((600, 60), (100, 100), (40, 400)))
    return (
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
        f"width='{width}' height='{height}'%3E%3Crect width='100%25' height='100%25'/%3E%3C/svg%3E"
    )


def _around(chance: random.Random, *, most: int) -> dict[str, Any]:
    """What stands around the cards; an announcement of *most* graphemes."""
    said = chance.choice([text and cut(text, most) for text in _SAID])
    symposium = {
        "slug": "proefdag",
        "title": chance.choice(_TITLES).strip()[:100],
        "hashtags": ["proefdag", "publiekecode"][: chance.randint(0, 2)],
        "languages": ["nl", "en"],
        "date": "2026-11-12",
        "short": "PD",
        "open": True,
        "listens": chance.random() < 0.5,
    }
    return {
        "symposium": symposium,
        "announcement": {"text": said, "at": 1},
        "now": chance.choice(_NOW) or {},
        "stop": {"on": False},
        "pause": {"on": False},
    }


class Walls:
    """Makes walls, and remembers what it numbered. Scenes and numbers of posts come in rounds: none is left to luck."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.made = 0
        self.scenes = Deck(chance, SCENES)
        self.days = Deck(chance, DAY_SCENES)
        self.counts = Deck(chance, POST_COUNTS)
        self.strings = [text for text in map(clean, every_string()) if not is_blank(text)]

    def day(self, group: Group) -> dict[str, Any]:
        """A view of a programme scene, or what a programme makes of a fountain or a stop. No posts where it is one."""
        chance = self.chance
        sessions, rooms = self._sessions()
        now = _DAY + chance.randint(-60, 11 * 60) * _MINUTE
        session = chance.choice(sessions)["id"]
        papers = [self._paper(session) for _ in range(chance.choice((1, 1, 2, 3, 4, 5, 6, 9)))]
        dealt = self.days.deal()
        papers[0]["open"] |= dealt == "papers"  # Without one to fetch there is no such scene.
        chosen = chance.choice(PROGRAMME_SCENES) if dealt == "safe" else dealt
        scene = {"scene": chosen, "session": session, "paper": papers[0]["id"]}
        paired = (
            {"name": "Links", "room": chance.choice(rooms)["id"], "stage": chance.random() < 0.5} if rooms else None
        )
        self.made += 1
        item = {
            "seq": self.made, "version": "1", "zone": "Europe/Amsterdam", "rooms": rooms,
            "shifts": {each["id"]: chance.choice((-5, 3, 6, 45, 125)) for each in sessions if chance.random() < 0.3},
            "onStage": {}, "count": len(sessions), "known": True,
        }  # fmt: skip
        return view_of(
            [self.post() for _ in range(3)] if scene["scene"] == "fountain" else [],
            theme=group.theme, scene=scene, **{**group.around, "stop": {"on": dealt == "safe"}}, programme=item,
            fetched={**item, "sessions": sessions}, clockMs=now / 1_000, direction={"stageSafe": True, "papersS": 300},
            shelf={"seq": 1, "count": len(papers), "papers": papers}, check=chance.choice(_CHECKS),
            screens={SCREEN: paired} if paired and chance.random() < 0.5 else {},
        )  # fmt: skip

    def _sessions(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        chance = self.chance
        count = chance.choice((0, 1, 2, 3, 8))
        names = chance.sample(_ROOM_NAMES, min(count, len(_ROOM_NAMES)))
        rooms = [{"id": f"r{n}", "name": names[n % len(names)], "code": f"R{n + 2}"} for n in range(count)]
        sessions = []
        for number in range(chance.choice((1, 2, 4, 8, 15, 40))):
            start = _DAY + chance.randint(0, 40) * 15 * _MINUTE
            sessions.append(
                {
                    "id": f"s{number}", "title": self.title(),
                    "subtitle": self.title() if chance.random() < 0.2 else "",
                    "speakers": [{"name": chance.choice(_NAMES) or "Bo", "about": self.text()[1][:60]}
                                 for _ in range(chance.choice((0, 1, 1, 1, 2, 3, 12)))],
                    "room": chance.choice(rooms)["id"] if rooms and chance.random() < 0.9 else None,
                    "start": start, "end": start + chance.choice((5, 15, 45, 60, 120)) * _MINUTE,
                    "kind": chance.choice(("talk", "talk", "talk", "break", "other")), "questionsS": 600, "lang": "",
                    "track": "", "hashtag": "", "noPhotos": chance.random() < 0.2, "papers": 0,
                    "code": f"S{number % 7}",
                }
            )  # fmt: skip
        return sessions, rooms

    def _paper(self, session: str) -> dict[str, Any]:
        chance = self.chance
        self.made += 1
        file = {"id": 1, "lang": "nl", "type": "application/pdf", "pages": chance.randint(1, 400), "size": 1_214_000}
        return {
            "id": f"d{self.made}", "code": "K7", "session": session, "form": chance.choice(("paper", "slides", "link")),
            "title": self.title(),
            "authors": [chance.choice(_NAMES) or "Bo" for _ in range(chance.choice((0, 1, 2, 9)))],
            "open": chance.random() < 0.9, "opensAt": _DAY + 3_600_000_000, "files": [file][: chance.randint(0, 1)],
            "link": "https://voorbeeld.nl/een/lang/adres", "preview": None,
        }  # fmt: skip

    def title(self) -> str:
        """Of a session or a paper: one line, 1 to 300 graphemes."""
        chance = self.chance
        if chance.random() < 0.1:
            return chance.choice((_LONG_WORD, f"Over de {_LONG_WORD} en wat daarna kwam", "W" * 60))
        return cut(" ".join(self.text()[1].split()), chance.choice((12, 30, 30, 45, 60, 60, 90, 140, 300)))

    def view(self, group: Group) -> dict[str, Any]:
        """A view with 0 to 18 posts."""
        posts = [self.post() for _ in range(self.counts.deal())]
        return view_of(posts, theme=group.theme, scene=self._scene(posts), **group.around)

    def post(self) -> dict[str, Any]:
        """Any post that intake may let through."""
        chance = self.chance
        self.made += 1
        media = self._media()
        lang, text = self.text(least=0 if media else 1)
        author = {"name": chance.choice(_NAMES), "handle": "", "avatar": None, "color": self.made % 12}
        if chance.random() < 0.2:
            author |= {"handle": "@iemand.met.een.lang.handvat@voorbeeld.social"}
        return post_item(
            f"p{self.made}", text, lang=lang, author=author, media=media, released=self.made,
            source=chance.choice(("phone", "mastodon")), pinned=chance.random() < 0.08, starred=chance.random() < 0.15,
            warning=chance.choice(("knipperend licht", self.text()[1][:80])) if chance.random() < 0.08 else None,
        )  # fmt: skip

    def text(self, *, least: int = 1) -> tuple[str | None, str]:
        """A language, and a text of *least* to 500 graphemes."""
        chance = self.chance
        length = chance.choice((least, 3, 12, 25, 40, 40, 60, 60, 80, 110, 140, chance.randint(1, 280), 500))
        kind = chance.random()
        if length == 0:
            return None, ""
        if kind < 0.15:
            lang, text = None, chance.choice(self.strings)
        elif kind < 0.2:
            lang, text = None, "".join(chance.choice(_EMOJI) for _ in range(length))
        elif kind < 0.34:
            lang = chance.choice(list(_RUNS))
            text = _RUNS[lang] * (length // len(_RUNS[lang]) + 1)
        elif kind < 0.4:
            lang, text = "nl", " ".join([*self._some("nl", length // 3), _LONG_WORD, *self._some("nl", length // 3)])
        else:
            lang = chance.choice(list(_WORDS))
            text = chance.choice((*" " * 11, "\n")).join(self._some(lang, length))
        text = cut(clean(text), MAX_GRAPHEMES if kind < 0.15 else length)
        return (lang, text) if not is_blank(text) else ("nl", "Ja")

    def _some(self, lang: str, graphemes: int) -> list[str]:
        return [self.chance.choice(_WORDS[lang]) for _ in range(max(1, graphemes // 5))]

    def _media(self) -> list[dict[str, Any]]:
        chance = self.chance
        count = chance.choice((0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5))
        return [self._photo(*chance.choice(_SHAPES)) for _ in range(count)]

    def _photo(self, width: int, height: int) -> dict[str, Any]:
        alt = self.chance.choice(("", "", "Een zaal vol mensen", self.text()[1]))
        return {"url": _PHOTO, "alt": alt, "width": width, "height": height}

    def _scene(self, posts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        scene = self.scenes.deal()
        ids = [post["id"] for post in posts]
        return {
            "scene": scene,
            "post": ids[0] if scene == "spotlight" and ids else None,
            "posts": ids[:5] if scene == "playlist" else [],
            "title": _of_lines(cut(self.text()[1], 120), 1) if scene == "text" else "",
            "text": _of_lines(self.text()[1], 6) if scene == "text" and self.chance.random() < 0.7 else "",
            "screens": {},
        }


def cut(text: str, graphemes: int) -> str:
    """The first *graphemes* of *text*."""
    for number, end in enumerate(grapheme_ends(text), 1):
        if number == graphemes:
            return text[:end]
    return text


def _of_lines(text: str, most: int) -> str:
    """An organiser sees what a slide looks like; a ladder of single words is left to strangers."""
    lines = text.split("\n")
    return "\n".join([*lines[: most - 1], " ".join(lines[most - 1 :])])
