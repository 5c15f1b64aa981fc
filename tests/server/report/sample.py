"""
A report for tests: an invented day with everything in it that a report can hold. Nobody and no place in it exists.

`report` is the whole, `draft` the same before any author wrote a word, `empty` and `one_post` the smallest ones.
`picture` is the store of its pictures.
"""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from typing import Any

import msgspec
from PIL import Image, ImageDraw

from server.report.model import (
    Band,
    Brake,
    Cover,
    Figure,
    Figures,
    Moderation,
    Note,
    Paper,
    PaperFile,
    Photo,
    Quote,
    Report,
    Row,
    Section,
    Slot,
    Speaker,
    Thread,
    Version,
)
from server.symposium.values import BlobId, Naming, PaperId, PostId, SessionId

ZONE = "Europe/Amsterdam"
MINUTE_US = 60_000_000


def at(clock: str, day: int = 12) -> int:
    """Microseconds of that time on a day of November 2026 in Amsterdam, which is an hour ahead of UTC then."""
    hour, minute = clock.split(":")
    return int(datetime(2026, 11, day, int(hour) - 1, int(minute), tzinfo=UTC).timestamp()) * 1_000_000


def post_id(number: int) -> PostId:
    """The id of the post with this number."""
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    return PostId("sample" + "".join(letters[number >> 5 * place & 31] for place in range(9, -1, -1)))


# Pictures


def _blob(name: str) -> BlobId:
    return BlobId(hashlib.sha256(name.encode()).hexdigest())


BOARD = Photo(
    blob=_blob("board"),
    type="image/jpeg",
    width=640,
    height=400,
    alt="Een wit bord met zes gekleurde briefjes. Bovenaan staat: wat gaat er mis na het advies?",
)
TABLE = Photo(blob=_blob("table"), type="image/webp", width=300, height=400, alt="")
GONE = Photo(blob=_blob("gone"), type="image/jpeg", width=320, height=240, alt="Een volle zaal, van achteren gezien.")
BROKEN = Photo(blob=_blob("broken"), type="image/jpeg", width=320, height=240, alt="Een bos tulpen <in een emmer>.")
_INK = {BOARD.blob: (38, 120, 128), TABLE.blob: (214, 166, 60)}


def picture(blob: BlobId) -> bytes | None:
    """The bytes of a picture of the sample. One is gone, and one is no picture at all."""
    if blob == BROKEN.blob:
        return b"\xff\xd8\xff\xe0 this is not a picture"
    for photo in (BOARD, TABLE):
        if photo.blob == blob:
            return _drawn(photo)
    return None


def _drawn(photo: Photo) -> bytes:
    webp = photo.type == "image/webp"
    size = photo.width, photo.height
    image = Image.new("RGBA", size, (0, 0, 0, 0)) if webp else Image.new("RGB", size, (240, 240, 236))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((30, 30, photo.width - 30, photo.height - 30), radius=24, fill=_INK[photo.blob])
    out = io.BytesIO()
    image.save(out, "WEBP" if webp else "JPEG", quality=80)
    return out.getvalue()


# Posts

_NOTES: list[Note] = []
_NUMBER = iter(range(1, 1000))


def _said(clock: str, author: str, text: str, *, network: str = "phone", day: int = 12, **more: Any) -> Quote:
    post = post_id(next(_NUMBER))
    note = None
    if network != "phone":
        note = len(_NOTES) + 1
        handle = author.split()[0].lower() if author else "iemand"
        address = f"https://{network}.example/@{handle}/{8000 + note}"
        _NOTES.append(Note(number=note, kind="post", what=author, network=network, at=at(clock, day), address=address))
        more = {"handle": f"@{handle}@{network}.example" if author else ""} | more
    fields: dict[str, Any] = {"handle": "", "lang": "nl"} | more
    return Quote(post=post, author=author, network=network, at=at(clock, day), text=text, note=note, **fields)


def _thread(quote: Quote, *replies: Quote) -> Thread:
    return Thread(quote=quote, replies=replies)


SILENCE = _said("13:36", "Noor van Dalen", "Niet het nee brak het vertrouwen, maar de stilte erna.", starred=True)
TABLE_SIX = _said(
    "13:41",
    "Joost Hoekema",
    "Onze tafel is eruit: zeg vooraf wat je met het advies doet. #luisteren26",
    network="mastodon",
    starred=True,
    alike=6,
    photos=(BOARD,),
)
DOORBELL = _said("14:22", "Ömer Yıldız", "Mijn moeder wilde wel, maar niet op zaterdag. Dan staat ze in de winkel.")
SOUP = _said(
    "16:31", "een raadslid 🙋‍♀️", "Als raadslid: wij hoorden pas van dit beraad toen het klaar was.", starred=True
)

_OPENING = (
    _thread(
        _said(
            "12:33",
            "Yasemin Aydın",
            "Met zes collega’s in de trein gezeten. We zijn er! 🚆👩🏽‍🦽👨‍👩‍👧‍👦",
            network="mastodon",
        )
    ),
    _thread(
        _said("12:41", "", "Twee van de vier adviezen kwijt. Dat je dat durft te zeggen op een podium.", starred=True),
        _said("12:43", "B. S.", "Bij ons weet niemand of ze kwijt zijn."),
    ),
)
_ASSEMBLY = (
    _thread(
        _said("13:07", "Chidi Okafor", "What happens to the advice when the coalition changes halfway?", lang="en"),
        _said("13:09", "Marjolein Verkade", "Dan begint het antwoord opnieuw. Daarom moet de raad het opdragen."),
    ),
    _thread(
        _said(
            "13:14",
            "Hennie Broekstra",
            "Bij ons las de wethouder het advies hardop voor. Dat gaf lucht 👏🏾",
            starred=True,
        ),
        _said("13:16", "B. S.", "Hoelang duurde dat?"),
        _said("13:17", "Hennie Broekstra", "Veertig minuten.\nEn toen applaus."),
    ),
    _thread(_said("13:22", "حنان", "كانت الرسالة صعبة جدًا. نصف الشارع لم يقرأها حتى النهاية.", lang="ar")),
    _thread(_said("13:25", "", "Ik werd geloot en dacht dat het reclame was.")),
    _thread(SILENCE),
    _thread(
        TABLE_SIX,
        _said("13:43", "Wim ter Horst", "En wie het doet. Een advies zonder naam is van niemand.", network="bluesky"),
    ),
)
_ABSENT = (
    _thread(DOORBELL, _said("14:25", "李薇", "我妈妈也是星期六上班。谢谢你说出来。", lang="zh")),
    _thread(_said("14:31", "", "", network="instagram", link_only=True, lang=None)),
    _thread(
        _said(
            "14:40",
            "Fatima El Amrani",
            "Kijk niet alleen wie er zit. Kijk wie er nooit een brief openmaakt, en ga daar langs.",
            warning="schulden",
            starred=True,
        )
    ),
)
_DATA = (
    _thread(
        _said(
            "14:20",
            "Devdaan <b>",
            "Doet deze muur *vet*, _cursief_, <script>alert('x')</script>, [hier](javascript:alert(1)),"
            " #set page(fill: red), $x_1^2$, \\textbf{tex}, {{ jinja }}, | a | b |, `code` & 100%?",
        )
    ),
    _thread(
        _said("14:29", "Anna de Vries", "=SOM(A1:A9) werkt niet op een keukentafel.", photos=(TABLE, BROKEN)),
        _said(
            "14:33",
            "Tafel 2",
            "Data.is.pas.open.als.de.buurman.hem.ook.open.krijgt." * 3,
            photos=(GONE,),
        ),
    ),
)
_NEIGHBOUR = (
    _thread(_said("15:24", "Bart-Jan Scholten", "De wijkagent weet wie er ziek is. Het loket weet alleen het nummer.")),
    _thread(_said("15:37", "Rosalie Maduro", "Un bisiña no ta puntra number. Danki Ruben!", lang="pap", starred=True)),
)
_WATER = (
    _thread(
        _said(
            "15:19",
            "Ellen Brady",
            "They asked the farmers before the flood, not after it.",
            lang="en",
            network="matrix",
        )
    ),
)
_DEBATE = (
    _thread(SOUP, _said("16:33", "Lotte Hazenberg", "Die neem ik mee naar de tafel.")),
    _thread(
        _said("16:38", "R. B.", "Tip: stuur de lotelingen elke maand één regel. Ook als er niets is.", starred=True)
    ),
)
_AFTER = (
    _thread(
        _said(
            "17:48",
            "Pieter-Bas Kuiper",
            "In de trein terug het raadsstuk aangepast: per punt ja, nee of nog niet.",
            network="mastodon",
            starred=True,
        )
    ),
    _thread(
        _said("09:02", "Sjoerd Wiersma", "De keukentafelset staat online.", network="bluesky", day=13),
        _said(
            "09:40",
            "Noor van Dalen",
            "Meteen geprobeerd. De kaart bracht het gesprek op gang.",
            day=13,
            network="mastodon",
        ),
    ),
    _thread(
        _said(
            "16:31", "Ineke Postma", "Beide verdwenen adviezen zijn terecht.", network="mastodon", day=18, starred=True
        )
    ),
)
_LOOSE = (_thread(_said("11:52", "De receptie", "Welkom! Jassen links, koffie rechts, stilteruimte boven.")),)

# Papers

_PAPERS = (
    Paper(
        paper=PaperId("paperaaaaaaaaaaa"),
        form="paper",
        title="Na het beraad. Wat er met 163 adviezen gebeurde",
        authors=("Marjolein Verkade", "Daan Oosterhof"),
        abstract="Wij volgden elf beraden, van de loting tot een jaar na het advies.",
        address="fontein.example/lu/K7",
        link="",
        files=(
            PaperFile(lang="nl", type="application/pdf", size=1_234_567, pages=34),
            PaperFile(lang="en", type="application/pdf", size=1_198_000, pages=33),
        ),
        fetched=143,
        note=0,
    ),
    Paper(
        paper=PaperId("paperbbbbbbbbbbb"),
        form="slides",
        title="Burgerberaad, en dan? & <meer>",
        authors=("Marjolein Verkade",),
        abstract="",
        address="fontein.example/lu/M3",
        link="",
        files=(PaperFile(lang="nl", type="application/vnd.oasis.opendocument.presentation", size=3_400_000, pages=18),),
        fetched=89,
        note=0,
    ),
    Paper(
        paper=PaperId("paperccccccccccc"),
        form="handout",
        title="Tien vragen vóór de loting",
        authors=(),
        abstract="",
        address="fontein.example/lu/R9",
        link="",
        files=(PaperFile(lang="", type="text/plain", size=812, pages=None),),
        fetched=1,
        note=0,
    ),
    Paper(
        paper=PaperId("paperddddddddddd"),
        form="link",
        title="De keukentafelset",
        authors=("Sjoerd Wiersma", "Anna de Vries", "Li Wei", "Ellen Brady"),
        abstract="",
        address="fontein.example/lu/T4",
        link="https://keukentafel.example/set?taal=nl&kaart=1",
        files=(),
        fetched=0,
        note=0,
    ),
)
PAPERS = tuple(msgspec.structs.replace(paper, note=len(_NOTES) + n) for n, paper in enumerate(_PAPERS, start=1))
NOTES = (
    *_NOTES,
    *(
        Note(number=paper.note, kind="paper", what=paper.title, network="", at=0, address=paper.address)
        for paper in PAPERS
    ),
)

# Sessions


def _figures(*pairs: tuple[str, int]) -> tuple[Figure, ...]:
    return tuple(Figure(name, n) for name, n in pairs)


_VERKADE = Speaker("Marjolein Verkade", "onderzoeker participatie, Kenniskring Nabij Bestuur")
_POSTMA = Speaker("Ineke Postma", "burgemeester van Oostermeer")
_ALKEMA = Speaker("Ruben Alkema", "wijkteam Oostermeer-Noord")
_WIERSMA = Speaker("Sjoerd Wiersma", "")

SECTIONS = (
    Section(
        id="opening",
        title="Opening",
        room="Grote zaal",
        start=at("12:30"),
        end=at("12:55"),
        lang="nl",
        speakers=(_POSTMA,),
        abstract="Waarom deze dag, en waarom nu.",
        posts=33,
        authors=29,
        words=_figures(("adviezen", 9), ("trein", 4)),
        thread=_OPENING,
    ),
    Section(
        id="assembly",
        title="Burgerberaad, en dan?",
        subtitle="Wat er met 163 adviezen gebeurde",
        room="Grote zaal",
        start=at("13:00"),
        end=at("14:00"),
        lang="nl",
        hashtag="beraad",
        speakers=(_VERKADE,),
        abstract="Elf burgerberaden, 163 adviezen. Een jaar later vroegen we wat ervan geworden was.",
        posts=117,
        authors=43,
        words=_figures(("antwoord", 41), ("eigenaar", 22), ("loting", 17), ("zaterdag", 12), ("nog niet", 9)),
        pulls=(SILENCE,),
        thread=_ASSEMBLY,
        papers=PAPERS[:2],
    ),
    Section(
        id="absent",
        title="Wie was er niet bij?",
        room="Grote zaal",
        start=at("14:05"),
        end=at("14:50"),
        lang="nl",
        speakers=(Speaker("Rachida Benali", "opbouwwerker"),),
        posts=49,
        authors=31,
        words=_figures(("brief", 14), ("winkel", 8), ("aanbellen", 7)),
        pulls=(DOORBELL,),
        thread=_ABSENT,
        papers=PAPERS[2:3],
    ),
    Section(
        id="data",
        title="Open data aan de keukentafel",
        room="Tuinzaal",
        start=at("14:05"),
        end=at("14:50"),
        lang="nl",
        speakers=(_WIERSMA,),
        abstract="Neem een vraag mee. We zoeken samen het antwoord in de cijfers van de gemeente.",
        posts=31,
        authors=12,
        words=_figures(("kaart", 11), ("buurman", 6)),
        thread=_DATA,
        papers=PAPERS[3:],
    ),
    Section(
        id="coffee",
        title="Koffie en thee",
        kind="break",
        room="Foyer",
        start=at("14:50"),
        end=at("15:10"),
        posts=21,
        authors=17,
    ),
    Section(
        id="neighbour",
        title="De gemeente als buur",
        room="Grote zaal",
        start=at("15:10"),
        end=at("15:50"),
        lang="nl",
        speakers=(_ALKEMA, Speaker("Hennie Broekstra", "wijkagent")),
        abstract="Hoe een wijkteam eerst buur werd en toen pas loket.",
        posts=44,
        authors=28,
        words=_figures(
            ("wijkagent", 13),
        ),
        thread=_NEIGHBOUR,
    ),
    Section(
        id="water",
        title="What the water board heard",
        subtitle="Listening before the flood",
        room="Tuinzaal",
        start=at("15:10"),
        end=at("15:50"),
        lang="en",
        hashtag="heard",
        speakers=(
            Speaker("Chidi Okafor", "hydrologist"),
            Speaker("李薇", "Delta Lab"),
            Speaker("Ellen Brady", "farmer"),
        ),
        abstract="A water board asked the farmers first.",
        posts=1,
        authors=1,
        thread=_WATER,
    ),
    Section(
        id="debate",
        title="Slotdebat",
        kind="other",
        room="Grote zaal",
        start=at("16:00"),
        end=at("16:45"),
        lang="nl",
        speakers=(
            Speaker("Lotte Hazenberg", "dagvoorzitter"),
            _POSTMA,
            _VERKADE,
            _ALKEMA,
            _WIERSMA,
        ),
        posts=79,
        authors=52,
        words=_figures(("raad", 31), ("omweg", 12), ("maandregel", 8)),
        pulls=(SOUP,),
        thread=_DEBATE,
    ),
)
LOOSE = Section(id="loose", title="", posts=11, authors=9, thread=_LOOSE)
AFTER = Section(
    id="after",
    title="",
    posts=26,
    authors=14,
    words=_figures(("raadsstuk", 6), ("maandregel", 5)),
    thread=_AFTER,
)
PROGRAMME = tuple(
    sorted(
        (
            Row(
                session=SessionId(section.id),
                start=section.start,
                end=section.end,
                title=section.title,
                speakers=tuple(speaker.name for speaker in section.speakers),
                room=section.room,
                kind=section.kind,
                posts=section.posts,
            )
            for section in SECTIONS
        ),
        key=lambda row: row.start,
    )
)

# Figures

_QUARTERS = (
    *((3, 1), (5, 2), (14, 5), (9, 5), (11, 5), (16, 7), (22, 9), (34, 13), (14, 8), (12, 6)),
    *((10, 5), (8, 4), (6, 3), (11, 6), (14, 7), (17, 8), (16, 8), (20, 10), (14, 8), (5, 5)),
)
SLOTS = tuple(
    Slot(at("12:00") + n * 15 * MINUTE_US, phones, networks) for n, (phones, networks) in enumerate(_QUARTERS)
)
BANDS = tuple(
    Band(
        start=section.start,
        end=section.end,
        title=section.title,
        kind=section.kind,
        row=1 if section.room == "Tuinzaal" else 0,
    )
    for section in SECTIONS
)
FIGURES = Figures(
    posts=412,
    authors=174,
    shown_p50_s=48,
    shown_p95_s=125,
    fetched=233,
    scanned=501,
    slot_s=900,
    slots=SLOTS,
    bands=BANDS,
    peaks=(7, 6, 17),
    clear=True,
    talk=58,
    networks=_figures(("phone", 263), ("mastodon", 82), ("bluesky", 49), ("matrix", 14), ("instagram", 4)),
    languages=_figures(("nl", 370), ("en", 29), ("tr", 5), ("ar", 4), ("zh", 2), ("pap", 2)),
    hashtags=_figures(("democratie", 31), ("heldertaal", 9), ("نقاش", 2)),
    words=_figures(("antwoord", 61), ("raad", 44), ("loting", 38), ("vertrouwen", 27), ("brief", 19), ("kaart", 16)),
)
MODERATION = Moderation(
    came=481,
    shown=412,
    not_shown=_figures(
        ("advertising", 27), ("off-topic", 11), ("personal-data", 8), ("hurtful", 6), ("duplicate", 3), ("no-reason", 2)
    ),
    waiting=1,
    withdrawn=7,
    gone=2,
    merged=6,
    erased=2,
    policy="known-pass",
    people=("Anouk Terpstra", "Tjeerd Wolters", "Willemijn Bos"),
    brakes=(
        Brake(start=at("13:40"), posts_per_minute=61, new_percent=79, alike_percent=88),
        Brake(start=at("16:12"), posts_per_minute=34, new_percent=50, alike_percent=0),
    ),
    stops=(at("13:41"),),
)

# The author's words

_AUTHOR = {
    "nl": {
        "opening": "Wie om kwart over twaalf de Grote zaal binnenkwam, kreeg één verzoek mee: laat je telefoon aan.",
        "summary": (
            "De vraag van de dag was eenvoudig en ongemakkelijk: wat gebeurt er met het antwoord?\n\n"
            "Burgemeester Postma opende met een bekentenis. Van de laatste **vier adviezen** kon ze er twee niet"
            " terugvinden.[^p:k7 p. 14]"
        ),
        "recommendations": (
            "1. **Zeg vooraf wat je met het advies doet.** Leg vast wie antwoordt.\n"
            "2. **Antwoord per punt:** ja, nee of nog niet.\n"
            "3. **Maak het kort.** Een advies van tachtig bladzijden heeft geen lezers."
        ),
        "closing": "Met dank aan iedereen die zijn telefoon aan liet staan.",
        "assembly": (
            "Elf beraden, 1.214 gelote inwoners, 163 aanbevelingen.\n"
            "Marjolein Verkade zette de getallen op één dia.\n\n"
            "Het waren er 58.[^p:k7 p. 14] Ze gaf drie dingen mee:\n\n"
            "- spreek het antwoord af *voordat* de loting begint;\n"
            "- maak één ambtenaar eigenaar, met uren;\n"
            "- antwoord per punt.\n\n"
            f"> {{{{post {SILENCE.post}}}}}\n\n"
            "# Een kop van de schrijver\n\n"
            "> Bedanken is het begin van een antwoord.\n\n"
            "| woord | keer |\n|---|---:|\n| ja | 58 |\n| nee | 12 |\n\n"
            f"{{{{post {TABLE_SIX.post}}}}}\n\n"
            "{{post nergensnergens22}}\n\n"
            "Meer op [de site](https://kenniskring.example/beraad), niet op [deze](javascript:alert(1))."
            " ![Een bord](https://elders.example/bord.png) <em>niet schuin</em> & klaar.\n\n"
            "---\n\n```\n1 + 1 = 2\n```"
        ),
    },
    "en": {
        "opening": "Whoever walked in at a quarter past twelve was asked one thing: keep your phone on.",
        "summary": (
            "The question of the day was simple and awkward: what happens to the answer?\n\n"
            "Mayor Postma opened with a confession. Of the last **four** pieces of advice she could no longer find"
            " two.[^p:k7 p. 14]"
        ),
        "recommendations": (
            "1. **Say beforehand what you will do with the advice.** Write down who answers.\n"
            "2. **Answer point by point:** yes, no or not yet.\n"
            "3. **Keep it short.** Nobody reads eighty pages."
        ),
        "closing": "With thanks to everybody who kept their phone on.",
        "assembly": (
            "Eleven assemblies, 1,214 people drawn by lot, 163 recommendations.\n"
            "Marjolein Verkade put the numbers on one slide.\n\n"
            "There were 58.[^p:k7 p. 14] She left three things behind:\n\n"
            "- agree on the answer *before* the draw;\n"
            "- give one official the hours;\n"
            "- answer point by point.\n\n"
            f"> {{{{post {SILENCE.post}}}}}\n\n"
            "# A heading of the author\n\n"
            "> Thanking people is the start of an answer.\n\n"
            "| word | times |\n|---|---:|\n| yes | 58 |\n| no | 12 |\n\n"
            f"{{{{post {TABLE_SIX.post}}}}}\n\n"
            "{{post nowherenowhere22}}\n\n"
            "More on [the site](https://kenniskring.example/beraad), not on [this one](javascript:alert(1))."
            " ![A board](https://elsewhere.example/board.png) <em>not slanted</em> & done.\n\n"
            "---\n\n```\n1 + 1 = 2\n```"
        ),
    },
}


def report(lang: str = "nl", **changes: Any) -> Report:
    """
    The whole day, with an author's words; those and the headings are in *lang*, the posts as they came.

    Args:
        changes: Fields of `Report` to replace.
    """
    author = _AUTHOR[lang]
    whole = Report(
        slug="luisteren26",
        title="De luisterende overheid",
        hashtags=("luisteren26",),
        date="2026-11-12",
        lang=lang,
        home="https://fontein.example/luisteren26",
        short="fontein.example/lu",
        zone=ZONE,
        at=at("14:05", 19),
        ident="urn:uuid:5f1a7c1e-9b0e-5c55-8a51-3a0f6f2c7d10",
        naming=Naming.FULL,
        cover="water",
        opening=author["opening"],
        summary=author["summary"],
        recommendations=author["recommendations"],
        closing=author["closing"],
        places=("Grote zaal", "Tuinzaal", "Foyer"),
        programme=PROGRAMME,
        figures=FIGURES,
        sections=tuple(
            msgspec.structs.replace(section, text=author["assembly"]) if section.id == "assembly" else section
            for section in SECTIONS
        ),
        loose=LOOSE,
        after=AFTER,
        moderation=MODERATION,
        notes=NOTES,
        versions=(
            Version(number=1, at=at("10:00", 16), sha256=hashlib.sha256(b"1").hexdigest(), gone=True),
            Version(number=2, at=at("14:05", 19), sha256=hashlib.sha256(b"2").hexdigest(), gone=False),
        ),
        number=2,
        cited={quote.post: quote for quote in (SILENCE, TABLE_SIX)},
    )
    return msgspec.structs.replace(whole, **changes)


def draft(lang: str = "nl", **changes: Any) -> Report:
    """The same day before any author wrote a word: all that is read was composed."""
    silent: dict[str, Any] = {
        "opening": "",
        "summary": "",
        "recommendations": "",
        "closing": "",
        "sections": SECTIONS,
        "versions": (),
        "number": 0,
        "cited": {},
    }
    return report(lang, **silent | changes)


def empty(lang: str = "nl", *, cover: Cover = "water") -> Report:
    """A symposium to which nothing happened yet: no programme, no post, no version, no address."""
    return Report(
        slug="leeg",
        title="Leeg",
        hashtags=(),
        date="",
        lang=lang,
        home="",
        short="",
        zone="UTC",
        at=at("12:00"),
        ident="urn:uuid:00000000-0000-5000-8000-000000000000",
        naming=Naming.ANONYMOUS,
        cover=cover,
        opening="",
        summary="",
        recommendations="",
        closing="",
        places=(),
        programme=(),
        figures=Figures(
            posts=0,
            authors=0,
            shown_p50_s=None,
            shown_p95_s=None,
            fetched=0,
            scanned=0,
            slot_s=900,
            slots=(),
            bands=(),
            peaks=(),
            clear=False,
            talk=None,
            networks=(),
            languages=(),
            hashtags=(),
            words=(),
        ),
        sections=(),
        loose=None,
        after=None,
        moderation=Moderation(
            came=0,
            shown=0,
            not_shown=(),
            waiting=0,
            withdrawn=0,
            gone=0,
            merged=0,
            erased=0,
            policy="everything-waits",
            people=(),
            brakes=(),
            stops=(),
        ),
        notes=(),
        versions=(),
    )


def one_post(lang: str = "nl") -> Report:
    """One post of one nameless person, of no session."""
    quote = msgspec.structs.replace(SILENCE, author="", starred=False)
    bare = empty(lang)
    return msgspec.structs.replace(
        bare,
        title="Eén bericht",
        hashtags=("een",),
        figures=msgspec.structs.replace(
            bare.figures,
            posts=1,
            authors=1,
            shown_p50_s=1,
            shown_p95_s=1,
            slot_s=300,
            slots=(Slot(at("13:35"), 1, 0),),
            peaks=(0,),
            networks=_figures(("phone", 1)),
            languages=_figures(("nl", 1)),
        ),
        loose=Section(id="loose", title="", posts=1, authors=1, thread=(_thread(quote),)),
        moderation=msgspec.structs.replace(bare.moderation, came=1, shown=1),
    )
