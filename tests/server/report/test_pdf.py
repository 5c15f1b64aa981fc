"""The report on paper: tagged for screen readers, the same on every computer, never stopped by what people wrote."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pypdf
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from server.errors import BadInput
from server.report import pdf as pdf_module
from server.report.compose import compose
from server.report.document import (
    Bar,
    Block,
    Break,
    Bullets,
    Card,
    Chart,
    Code,
    Contents,
    Document,
    Drop,
    Emph,
    Extract,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    Note,
    NoteRef,
    Numbers,
    Paragraph,
    Part,
    Photo,
    Said,
    Separator,
    Span,
    Strong,
    Table,
    Text,
)
from server.report.pdf import pdf, shown
from tests.server.report import sample

pytestmark = pytest.mark.slow

DROP = Drop("gekozen met een ster")
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 476 120" font-family="Inter, Helvetica, sans-serif">'
    '<rect x="0" y="20" width="120" height="60" fill="#00616d"/><text x="4" y="110" font-size="9">{}</text></svg>'
)


def t(text: str) -> Inlines:
    return (Text(text),)


def thread(name: str, when: str, *words: Inline, reply: bool = False, photos: tuple[Photo, ...] = ()) -> Said:
    role: Any = "reply" if reply else "thread"
    return Said(role=role, inlines=words, by=t(f"{name}, {when}"), name=name, when=when, photos=photos)


BOARD = Photo(
    sample.BOARD.blob, "image/jpeg", 640, 400, sample.BOARD.alt, t("Het bord van tafel 6. Foto: Joost Hoekema.")
)
TABLE_PHOTO = Photo(sample.TABLE.blob, "image/webp", 300, 400, "Een tafel met koffie.")
BROKEN = Photo(sample.BROKEN.blob, "image/jpeg", 320, 240, sample.BROKEN.alt)
GONE = Photo(sample.GONE.blob, "image/jpeg", 320, 240, sample.GONE.alt)

LOREM = (
    "De vraag van de dag was eenvoudig en ongemakkelijk. Gemeenten vragen hun inwoners steeds vaker om mee te "
    "denken, en weten steeds beter hoe dat moet. Maar wat gebeurt er met het antwoord? Burgemeester Postma opende met "
    "een bekentenis: van de laatste vier adviezen die haar inwoners schreven, kon ze er twee niet meer terugvinden. "
)

SHORT = Part(
    ident="kort",
    blocks=(
        Heading(1, t("In het kort"), "kort"),
        Paragraph(
            t("Wie om kwart over twaalf de Meerse Zaal binnenkwam, kreeg één verzoek mee: laat je telefoon aan."),
            "lead",
        ),
        Paragraph(t(LOREM)),
        Paragraph(
            (
                Text("Marjolein Verkade liet zien waar het "),
                Emph(t("misgaat")),
                Text(". 1.214 mensen, 163 adviezen. " + LOREM),
            )
        ),
        Heading(2, t("Vijf aanbevelingen"), "aanbevelingen"),
        Bullets(
            (
                (
                    Paragraph(
                        (
                            Strong(t("Zeg vooraf wat je met het advies doet.")),
                            Text(" Leg vast wie antwoordt, en wanneer."),
                        )
                    ),
                ),
                (
                    Paragraph(
                        (Strong(t("Maak het kort.")), Text(" Een advies van tachtig bladzijden heeft geen lezers."))
                    ),
                ),
            ),
            numbered=True,
        ),
        Paragraph((Text("Een druppel ("), DROP, Text(") betekent: een moderator gaf dit bericht een ster.")), "small"),
        Heading(2, t("Het programma"), "programma"),
        Table(
            t("Het programma van de dag"),
            (t("Tijd"), t("Wat"), t("Wie"), t("Waar")),
            (
                (t("12:30"), t("Opening"), t("Ineke Postma"), t("Grote zaal")),
                (t("13:00"), t("Burgerberaad, en dan?"), t("Marjolein Verkade"), t("Grote zaal")),
                (t("14:05"), t("Open data aan de keukentafel"), t("Sjoerd Wiersma, Anna de Vries"), t("Tuinzaal")),
            ),
        ),
        Contents("In dit verslag"),
        Card(
            "HTTPS://FONTEIN.EXAMPLE/LU",
            "Code naar fontein.example/lu",
            t("Dit verslag op je telefoon"),
            (t("fontein.example/LU"),),
        ),
    ),
)
NUMBERS = Part(
    ident="cijfers",
    blocks=(
        Heading(1, t("De dag in cijfers"), "cijfers"),
        Numbers(
            (
                ("386", "berichten op de schermen"),
                ("174", "mensen schreven"),
                ("47", "vragen"),
                ("731", "keer een stuk opgehaald"),
                ("48 s", "tot het scherm, de helft was sneller"),
            )
        ),
        Heading(2, t("De zaal praatte het meest als de spreker stopte"), "top"),
        Paragraph(t("Berichten per kwartier. De top lag om 13:45."), "meta"),
        Chart(
            SVG.format("12:00 Opening 李薇 🎉"),
            "Staafdiagram: 386 berichten, de meeste om 13:45.",
            168.0,
            t("Berichten per kwartier"),
        ),
        Table(
            t("Dezelfde cijfers als tabel"),
            tuple(t(word) for word in ("Vanaf", "12:00", "12:15", "12:30", "12:45", "13:00")),
            (
                tuple(t(word) for word in ("Telefoon", "3", "5", "14", "9", "11")),
                tuple(t(word) for word in ("Netwerken", "1", "2", "5", "5", "5")),
            ),
            numeric=(1, 2, 3, 4, 5),
            small=True,
        ),
    ),
)
ASSEMBLY = Part(
    ident="s-beraad",
    blocks=(
        Bar("13:00 – 14:00", "Grote zaal", "117 berichten · 3 stukken"),
        Heading(
            1,
            t("Burgerberaad, en dan?"),
            "beraad",
            margin=(
                (Strong(t("Marjolein Verkade")),),
                t("onderzoeker participatie, Kenniskring Nabij Bestuur"),
                (Strong(t("Woorden van dit uur")),),
                t("antwoord, eigenaar, loteling, zaterdag, nog niet"),
            ),
        ),
        Paragraph(
            (Text("Elf beraden, 1.214 gelote inwoners, 163 aanbevelingen."), NoteRef(1, "p. 14"), Text(" " + LOREM))
        ),
        Paragraph(t(LOREM + LOREM)),
        Said(
            "pull",
            t("Niet het nee brak het vertrouwen, maar de stilte erna."),
            (DROP, Text(" Noor van Dalen, vanaf de telefoon, 13:36")),
            "Noor van Dalen",
            "telefoon · 13:36",
        ),
        Paragraph(
            (
                Text(LOREM),
                NoteRef(2),
                Text(" En "),
                Link("https://fontein.example/lu?a=1&b=2", t("een adres")),
                Text(", en "),
                Code("code()"),
                Text("."),
            )
        ),
        Extract((Paragraph(t("Bedanken is goed, maar een bedankje is het begin van een antwoord.")),)),
        BOARD,
        Separator(),
        Listing("regel een\n  regel twee"),
        Heading(2, t("De draad"), "draad"),
        Paragraph(t("16 van de 117 berichten van deze sessie, gekozen door de redactie, op volgorde."), "meta"),
        thread(
            "Chidi Okafor",
            "telefoon · 13:07",
            Span(t("What happens to the advice when the coalition changes halfway?"), "en"),
        ),
        thread(
            "M. Verkade",
            "spreker · 13:09",
            Text("Dan begint het antwoord opnieuw. Daarom moet de raad het opdragen, niet het college."),
            reply=True,
        ),
        thread(
            "Hennie Broekstra",
            "telefoon · 13:14",
            Text("Bij ons las de wethouder het advies hardop voor. Dat gaf lucht 👏🏾 "),
            DROP,
        ),
        thread("حنان", "telefoon · 13:22", Span(t("كانت الرسالة صعبة جدًا. نصف الشارع لم يقرأها حتى النهاية."), "ar")),
        thread("李薇", "telefoon · 14:25", Span(t("我妈妈也是星期六上班。谢谢你说出来。"), "zh"), reply=True),
        thread("נעמה", "telefoon · 14:26", Span(t("שלום עולם, ומה עכשיו?"), "he")),
        thread(
            "Yasemin Aydın",
            "Mastodon · 12:33",
            Text("Met zes collega’s in de trein. 🚆👩🏽‍🦽👨‍👩‍👧‍👦 🇳🇱 ❤️"),
            NoteRef(3),
        ),
        thread(
            "Tafel 2",
            "telefoon · 14:33",
            Text("Data.is.pas.open.als.de.buurman.hem.ook.open.krijgt." * 3),
            photos=(BOARD,),
        ),
        thread(
            "Anna de Vries",
            "telefoon · 14:29",
            Text("Twee foto’s, en een kapotte."),
            photos=(TABLE_PHOTO, BROKEN, TABLE_PHOTO, GONE),
        ),
        Heading(
            2,
            t("De stukken van deze sessie"),
            "stukken",
            margin=(t("Samen 214 keer opgehaald."), t("De adressen blijven werken tot november 2031.")),
        ),
        Card(
            "HTTPS://FONTEIN.EXAMPLE/LU/K7",
            "Code naar fontein.example/LU/K7",
            t("Na het beraad. Wat er met 163 adviezen gebeurde"),
            (
                t("Marjolein Verkade en Daan Oosterhof"),
                t("Onderzoek, 34 bladzijden, pdf, 1,2 MB, Nederlands"),
                (Strong(t("fontein.example/LU/K7")), Text(" · 143 keer opgehaald")),
            ),
        ),
        Card(
            "HTTPS://FONTEIN.EXAMPLE/LU/M3",
            "Code naar fontein.example/LU/M3",
            t("Dia’s van de lezing"),
            (t("18 dia’s"),),
        ),
    ),
)
SOURCES = Part(
    ident="bronnen",
    blocks=(
        Heading(1, t("Bronnen"), "bronnen", margin=(t("Adressen zijn gecontroleerd op 19 november 2026."),)),
        Heading(2, t("Aangehaalde berichten"), "aangehaald", label=True),
        Bullets(
            (
                (
                    Paragraph(
                        t(
                            "Joost Hoekema, 12 november 2026, 13:41. Mastodon. https://social.oostermeer.example/@joost/8812/een/heel/lang/adres"
                        ),
                        "small",
                    ),
                ),
            ),
            numbered=True,
        ),
        Heading(
            2, t("Colofon"), "colofon", label=True, margin=((Strong(t("Versies")),), t("0.9 concept, 16 november"))
        ),
        Paragraph(t("Dit verslag is samengesteld uit het dagboek van het symposium."), "small"),
        Listing("9f2c 41d8 0be7 5a13 c6f4 7d20 88e1 b39a\n04c5 e7f6 21ad 930c 5b8e f147 6a02 dd39"),
    ),
)


def document(*parts: Part, **changes: Any) -> Document:
    fields: dict[str, Any] = {
        "title": "De luisterende overheid",
        "kicker": "Verslag van het symposium van donderdag 12 november 2026",
        "subtitle": "Wat 240 mensen zeiden over het burgerberaad, en over wat daarna komt",
        "foot": (
            "Elke straal is een kwartier van de dag: hoe hoger, hoe meer berichten.",
            "Versie 1.0 · 19 november 2026",
        ),
        "lang": "nl",
        "running": ("De luisterende overheid", "Verslag · 12 november 2026"),
        "at": sample.at("14:05", 19),
        "date": "19 november 2026",
        "creator": "De redactie",
        "subject": "Verslag van het symposium van donderdag 12 november 2026",
        "keywords": ("luisteren26",),
        "cover_alt": "Een fontein: de hoogste straal is van 13:45, met 47 berichten.",
        "parts": parts,
        "notes": (
            Note(number=1, inlines=(Text("M. Verkade, "), Emph(t("Na het beraad")), Text(", fontein.example/LU/K7"))),
            Note(number=2, inlines=t("R. Benali, Aanbellen in vijf talen")),
            Note(
                number=3,
                inlines=(
                    Text("Yasemin Aydın, Mastodon, "),
                    Link("https://toet.example/@yaydin/4410", t("https://toet.example/@yaydin/4410")),
                ),
            ),
        ),
        "report": sample.report(),
    }
    return Document(**{**fields, **changes})


WHOLE = document(SHORT, NUMBERS, ASSEMBLY, SOURCES)


# What is in a PDF


def reader(made: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(made))


def root_of(made: bytes) -> Any:
    return reader(made).trailer["/Root"]


def pictures(made: bytes, *, dpi: float = 100) -> list[Image.Image]:
    pages = pypdfium2.PdfDocument(made)
    return [pages[n].render(scale=dpi / 72).to_pil() for n in range(len(pages))]


def seen(made: bytes) -> list[str]:
    """The words on each page, on one line."""
    pages = pypdfium2.PdfDocument(made)
    return [one_line(pages[n].get_textpage().get_text_range()) for n in range(len(pages))]


def one_line(text: str) -> str:
    return " ".join(re.sub(r"[\u200b\ufffe\u00ad]", "", text).split())


def elements(made: bytes) -> Iterator[Any]:
    """The tags, in the order of reading."""
    left = [root_of(made)["/StructTreeRoot"]["/K"]]
    while left:
        node = left.pop().get_object()
        if isinstance(node, list):
            left.extend(reversed(node))
        elif isinstance(node, dict) and "/S" in node:
            yield node
            left.append(node.get("/K", pypdf.generic.ArrayObject()))


def tags(made: bytes) -> list[str]:
    return [element["/S"] for element in elements(made)]


def read_aloud(made: bytes) -> str:
    """What a screen reader says: the words that the tags hold, in their order. Headers and page numbers have no tag."""
    spoken = _marked_words(made)
    pages = {page.indirect_reference.idnum: n for n, page in enumerate(reader(made).pages) if page.indirect_reference}
    said: list[str] = []

    def walk(node: Any, page: int | None) -> None:
        if isinstance(node, int):
            said.append(spoken.get((page or 0, int(node)), ""))
            return
        node = node.get_object()
        if isinstance(node, list):
            for each in node:
                walk(each, page)
        else:
            page = pages[node.raw_get("/Pg").idnum] if "/Pg" in node else page
            if "/MCID" in node:
                said.append(spoken.get((page or 0, int(node["/MCID"])), ""))
            elif "/K" in node:
                walk(node["/K"], page)

    walk(root_of(made)["/StructTreeRoot"]["/K"], None)
    return one_line(" ".join(said))


def _marked_words(made: bytes) -> dict[tuple[int, int], str]:
    """(page, number of the marked content) → its words."""
    pdfium = pypdfium2.raw
    document = pypdfium2.PdfDocument(made)
    words: dict[tuple[int, int], str] = {}
    for n in range(len(document)):
        page = document[n]
        text = page.get_textpage()
        for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            mark = pdfium.FPDFPageObj_GetMarkedContentID(drawn.raw)
            size = pdfium.FPDFTextObj_GetText(drawn.raw, text.raw, None, 0)
            buffer = (pdfium.FPDF_WCHAR * size)()
            pdfium.FPDFTextObj_GetText(drawn.raw, text.raw, buffer, size)
            found = bytes(buffer).decode("utf-16-le").rstrip("\0")
            if mark >= 0:
                words[n, mark] = words.get((n, mark), "") + found
    return words


def part(*blocks: Block, title: str = "Kop") -> Part:
    return Part(ident="p", blocks=(Heading(1, t(title), "p"), *blocks))


def set_(*blocks: Block, **changes: Any) -> bytes:
    """A PDF of one chapter with these blocks."""
    return pdf(document(part(*blocks), **changes), sample.picture)


@pytest.fixture(scope="module")
def whole() -> bytes:
    return pdf(WHOLE, sample.picture)


# What it is


def test_pdf_says_that_it_is_for_all_readers_and_for_the_archive(whole: bytes) -> None:
    metadata = root_of(whole)["/Metadata"].get_data().decode()

    assert re.findall(r"<pdfuaid:part>(.+?)<", metadata) == ["1"]
    assert re.findall(r"<pdfaid:(?:part|conformance)>(.+?)<", metadata) == ["2", "A"]
    assert root_of(whole)["/MarkInfo"]["/Marked"]


def test_pdf_has_its_title_language_and_date_in_its_properties(whole: bytes) -> None:
    metadata = reader(whole).metadata

    assert metadata is not None
    assert (metadata.title, metadata.author) == ("De luisterende overheid", "De redactie")
    assert metadata.subject == "Verslag van het symposium van donderdag 12 november 2026"
    assert str(metadata.creation_date) == "2026-11-19 13:05:00+00:00"
    assert root_of(whole)["/Lang"] == "nl"


def test_words_in_properties_and_descriptions_hold_no_places_to_break() -> None:
    long = "hottentottententententoonstelling" * 3
    made = set_(msgspec.structs.replace(BOARD, alt=long), title=long, subject=long, keywords=(long,))
    metadata = reader(made).metadata

    assert metadata is not None
    assert [metadata.get(key) for key in ("/Title", "/Subject", "/Keywords")] == [long] * 3
    assert figures(made)[1:] == [long]


def test_bookmarks_are_the_headings() -> None:
    made = pdf(
        document(part(Heading(2, t("Een"), "a"), Heading(3, t("Diep"), "b")), part(title="Twee")), sample.picture
    )

    def titles(items: Any) -> list[Any]:
        return [titles(item) if isinstance(item, list) else item.title for item in items]

    assert titles(reader(made).outline) == ["Kop", ["Een", ["Diep"]], "Twee"]


def test_levels_of_headings_are_never_skipped() -> None:
    assert [tag for tag in tags(set_(Heading(3, t("Te diep"), "a"))) if tag.startswith("/H")] == ["/H1", "/H2"]


def test_tags_say_what_everything_is(whole: bytes) -> None:
    found = tags(whole)

    kinds = (
        "/Title",
        "/H1",
        "/H2",
        "/BlockQuote",
        "/Table",
        "/THead",
        "/Caption",
        "/Note",
        "/TOC",
        "/L",
        "/Code",
        "/Link",
    )
    assert {kind for kind in kinds if kind not in found} == set()
    assert found.count("/H1") == 4
    assert found.count("/TH") == 4 + 6


def test_the_same_document_gives_the_same_bytes() -> None:
    assert pdf(WHOLE, sample.picture) == pdf(WHOLE, sample.picture)


def test_another_date_gives_other_bytes() -> None:
    assert set_(at=sample.at("14:05", 19)) != set_(at=sample.at("14:06", 19))


# The order of reading


def test_words_are_read_in_the_order_of_the_document_and_nothing_else_is() -> None:
    made = set_(
        Paragraph(t("Eerste alinea."), "lead"),
        Paragraph(t("Tweede alinea.")),
        Said("pull", t("Uitgelicht."), t("Noor, 13:36"), "Noor", "13:36"),
        Bar("13:00", "Zaal", "3 berichten"),
        Heading(2, t("Sessie"), "s", margin=((Strong(t("Spreker")),), t("Onderzoeker"))),
        Bullets(((Paragraph(t("punt")),), (Paragraph(t("volgend punt")),))),
        thread("Chidi", "telefoon", Text("Vraag?")),
        thread("Anna", "Mastodon", Text("Antwoord."), reply=True),
        Table(t("Tabel"), (t("a"), t("b")), ((t("c"), t("d")),)),
        Numbers((("386", "berichten"),)),
        Listing("code"),
        Card("HTTPS://FONTEIN.EXAMPLE/LU", "Code", t("Stuk"), (t("adres"),)),
        notes=(),
    )

    cover = (
        "Verslag van het symposium van donderdag 12 november 2026 De luisterende overheid Wat 240 mensen zeiden over "
        "het burgerberaad, en over wat daarna komt 12:00 13:00 14:00 15:00 16:00 17:00 Elke straal is een kwartier van "
        "de dag: hoe hoger, hoe meer berichten. Versie 1.0 · 19 november 2026"
    )
    assert read_aloud(made) == (
        f"{cover} Kop Eerste alinea. Tweede alinea. Uitgelicht. Noor, 13:36 13:00 Zaal 3 berichten Sessie Spreker "
        "Onderzoeker • punt • volgend punt Chidi telefoon Vraag? Anna Mastodon Antwoord. Tabel a b c d 386 berichten "
        "code Stuk adres"
    )


def test_headers_and_page_numbers_are_seen_but_not_read(whole: bytes) -> None:
    assert all("Verslag · 12 november 2026" in page for page in seen(whole)[1:])
    assert "Verslag · 12 november 2026" not in read_aloud(whole)


def test_contents_stand_in_the_margin_of_a_short_report_and_in_the_text_of_a_long_one() -> None:
    short = document(part(Paragraph(t("Tekst.")), Contents("In dit verslag")), notes=())
    long = document(
        part(Paragraph(t("Tekst.")), Contents("In dit verslag")), *[part(title="Lang " * 30)] * 40, notes=()
    )

    assert "Kop In dit verslag 2 Kop Tekst." in read_aloud(pdf(short, sample.picture))
    assert "Kop Tekst. In dit verslag 2 Kop" in read_aloud(pdf(long, sample.picture))


# Pictures and their words


def figures(made: bytes) -> list[str]:
    return [element["/Alt"] for element in elements(made) if element["/S"] == "/Figure"]


def test_every_picture_has_its_words() -> None:
    made = set_(BOARD, Chart(SVG.format("x"), "Staafdiagram.", 120), Paragraph((DROP,)))

    assert figures(made) == [
        "Een fontein: de hoogste straal is van 13:45, met 47 berichten.",
        BOARD.alt,
        "Staafdiagram.",
        "gekozen met een ster",
    ]


NAMELESS: dict[str, Block] = {
    "photo": msgspec.structs.replace(BOARD, alt=""),
    "chart": Chart(SVG.format("x"), " ", 120),
    "drop": Paragraph((Drop(""),)),
    "code": Card("HTTPS://FONTEIN.EXAMPLE/LU", "", t("Stuk"), ()),
}


@pytest.mark.parametrize("block", NAMELESS.values(), ids=NAMELESS)
def test_a_picture_without_words_stops_the_report(block: Block) -> None:
    with pytest.raises(BadInput) as caught:
        set_(block)

    assert caught.value.code == "no-alt"


def test_typst_refuses_a_picture_without_words_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.report.pdf._Setting._alt", lambda self, text: text or None)

    assert set_(BOARD)
    with pytest.raises(BadInput, match="alt") as caught:
        set_(NAMELESS["photo"])
    assert caught.value.code == "not-set"


def test_broken_and_lost_pictures_are_left_out() -> None:
    made = set_(thread("Anna", "13:00", Text("Vier foto’s."), photos=(BOARD, BROKEN, TABLE_PHOTO, GONE)), BROKEN, GONE)

    assert figures(made)[1:] == [BOARD.alt, TABLE_PHOTO.alt]
    assert [len(page.images) for page in reader(made).pages] == [0, 2]


def test_a_picture_that_is_cut_off_is_left_out() -> None:
    whole_picture = sample.picture(BOARD.blob)
    assert whole_picture is not None

    def cut(blob: str) -> bytes:
        return whole_picture[: len(whole_picture) // 2]

    assert figures(pdf(document(part(BOARD)), sample.picture))[1:] == [BOARD.alt]
    assert figures(pdf(document(part(BOARD)), cut))[1:] == []


def test_a_chart_that_is_no_drawing_is_told_in_words() -> None:
    assert "In het kort: 386." in seen(set_(Chart("<p>geen svg", "In het kort: 386.", 120)))[1]


def test_codes_are_read_from_the_page() -> None:
    made = set_(Card("https://fontein.example/LU/K7", "Code", t("Stuk"), (t("fontein.example/LU/K7"),)))

    found = zxingcpp.read_barcodes(pictures(made, dpi=150)[1].convert("L"))
    assert [each.text for each in found] == ["HTTPS://FONTEIN.EXAMPLE/LU/K7"]


def test_an_address_that_no_code_can_hold_has_a_card_without_one() -> None:
    made = set_(Card("x" * 4000, "Code", t("Lang stuk"), ()))

    assert figures(made)[1:] == []
    assert "Lang stuk" in seen(made)[1]


def test_the_cover_on_paper_is_white_and_that_on_water_is_not() -> None:
    paper = document(part(), report=sample.report(cover="paper"))

    def corner_of(made: Document) -> Any:
        return pictures(pdf(made, sample.picture), dpi=30)[0].convert("L").getpixel((2, 2))

    assert corner_of(paper) == 255
    assert corner_of(WHOLE) < 60


# What people wrote

EVIL = '#panic("boe") $x$ *b* _i_ #import "x.typ": * #sys.inputs `r` <l> @ref \\ // /* ] } ) " #set page(fill: red)'


def evil_document() -> Document:
    words = t(EVIL)
    return document(
        Part(
            ident="kwaad",
            blocks=(
                Bar(EVIL, EVIL, EVIL),
                Heading(1, words, "a", margin=(words,)),
                Paragraph(
                    (Emph(words), Strong(words), Code(EVIL), Link("https://x.example/", words), Span(words, "en"))
                ),
                Bullets(((Paragraph(words),),)),
                Extract((Paragraph(words),)),
                Listing(EVIL),
                Said("pull", words, words, EVIL, EVIL),
                thread(EVIL, EVIL, *words),
                Chart(SVG.format("x"), EVIL, 120, words),
                Table(words, (words,), ((words,),)),
                Numbers(((EVIL, EVIL),)),
                Card("https://x.example/", EVIL, words, (words,)),
                msgspec.structs.replace(BOARD, alt=EVIL, caption=words),
                Paragraph((NoteRef(1, EVIL),)),
                Contents(EVIL),
            ),
        ),
        title=EVIL,
        kicker=EVIL,
        subtitle=EVIL,
        foot=(EVIL, EVIL),
        running=(EVIL, EVIL),
        creator=EVIL,
        subject=EVIL,
        keywords=(EVIL,),
        cover_alt=EVIL,
        notes=(Note(number=1, inlines=words),),
    )


def test_typst_in_any_field_comes_back_as_words() -> None:
    made = pdf(evil_document(), sample.picture)

    said = re.sub(r"\s", "", read_aloud(made))
    on_cover, in_heading, in_paragraph, in_blocks, in_notes = 5, 2, 5, 22, 3
    assert said.count(re.sub(r"\s", "", EVIL)) == on_cover + in_heading + in_paragraph + in_blocks + in_notes
    assert [one_line(alt) for alt in figures(made)] == [one_line(EVIL)] * 4
    assert reader(made).metadata["/Title"] == EVIL  # type: ignore[index]


def other_templates(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, before: str, after: str) -> None:
    """From now on the template *name* has *after* where *before* stands."""
    shutil.copytree(pdf_module._TEMPLATES, folder / "pdf")
    template = folder / "pdf" / name
    assert before in template.read_text()
    template.write_text(template.read_text().replace(before, after))
    monkeypatch.setattr(pdf_module, "_TEMPLATES", folder / "pdf")


def test_typst_in_a_field_would_run_if_it_were_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set_(Paragraph(t('#panic("boe")')))

    other_templates(monkeypatch, tmp_path, "inline.typ", "[#node]", 'eval(node, mode: "markup")')
    with pytest.raises(BadInput, match="boe"):
        set_(Paragraph(t('#panic("boe")')))


SHOWN = {
    "plain": ("Gewoon – ‘zo’ … é ñ ß", "Gewoon – ‘zo’ … é ñ ß"),
    "greek and cyrillic": ("Ωμέγα Жизнь", "Ωμέγα Жизнь"),
    "arabic": ("مرحبا بالعالم", "مرحبا بالعالم"),
    "hebrew": ("שלום עולם", "שלום עולם"),
    "emoji": ("🎉 👏🏾 🇳🇱 👩🏽‍🦽", "🎉 👏 🇳🇱 👩‍🦽"),
    "chinese": ("您好 world", "□□ world"),
    "half a pair": ("a\ud83db", "a□b"),
    "fancy letters": ("𝗯𝗼𝗹𝗱 ﬁ ① ㎏", "bold fi 1 kg"),
    "spaces": ("a\t b\u2003c\u00a0d", "a b c\u00a0d"),
    "control": ("a\x00\x1bb\u202ec\u2066d", "abcd"),
    "marks": ("e" + "\u0301" * 9, "é\u0301\u0301\u0301"),
    "gender": ("🙋‍♀️ ♀", "🙋\ufe0f ♀"),
}


@pytest.mark.parametrize(("text", "expected"), SHOWN.values(), ids=SHOWN)
def test_shown_keeps_what_the_typefaces_have(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize("text", [pair[0] for pair in SHOWN.values()], ids=SHOWN)
def test_no_character_stops_the_report(text: str) -> None:
    set_(thread(text, text, Text(text)), Heading(2, t(text), "a"), Listing(text), title=text)


@pytest.mark.parametrize(("lang", "told"), [("nl", "□ staat voor"), ("en", "□ stands for")])
def test_what_has_no_typeface_is_seen_as_a_box_and_told_at_the_end(lang: str, told: str) -> None:
    page = seen(set_(Paragraph(t("您好 world")), lang=lang))[-1]

    assert "□□ world" in page
    assert told in page
    assert told not in seen(set_(Paragraph(t("hello world")), lang=lang))[-1]


def test_typst_would_refuse_a_character_without_a_typeface(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_module, "shown", str)
    assert "□ world" in seen(set_(Paragraph(t("您 world"))))[1]

    monkeypatch.setattr(pdf_module, "_UNSHOWN", re.compile("never"))
    with pytest.raises(BadInput, match="could not be displayed"):
        set_(Paragraph(t("您 world")))


def test_words_in_another_language_are_tagged_so() -> None:
    made = set_(thread("Chidi", "13:07", Span(t("مرحبا"), "ar-EG"), Text(" en "), Span(t("Hello"), "en")))
    content = reader(made).pages[1].get_contents()

    assert content is not None
    langs = set(re.findall(rb"/Lang\s?\(([^)]*)\)", content.get_data()))
    langs |= {element["/Lang"].encode() for element in elements(made) if "/Lang" in element}
    assert {b"ar-EG", b"en"} <= langs


def test_right_to_left_words_stand_to_the_right() -> None:
    def ink_of(words: str) -> int:
        """Millimetres from the left to the first ink in the column, on the line of the post."""
        page = pictures(set_(thread("", "", Text(words)), notes=()), dpi=25.4)[1].convert("L").crop((66, 42, 192, 60))
        box = page.point(lambda value: 255 if value < 200 else 0).getbbox()
        assert box is not None
        return box[0]

    assert ink_of("Hallo") < 5
    assert ink_of("مرحبا") > 90


def test_links_lead_to_http_and_mail_only() -> None:
    addresses = ("https://x.example/ü?a=1&b=2", "mailto:a@x.example", "javascript:alert(1)", "file:///etc/passwd", "")
    made = set_(Paragraph(tuple(Link(address, t("hier")) for address in addresses)), notes=())

    annotations = [each.get_object() for each in reader(made).pages[1].get("/Annots", [])]
    assert [each["/A"]["/URI"] for each in annotations if "/A" in each] == [
        "https://x.example/%C3%BC?a=1&b=2",
        "mailto:a@x.example",
    ]


# Footnotes and sources


def test_a_note_stands_on_its_page_and_in_the_list_of_sources() -> None:
    made = pdf(
        document(part(Paragraph((Text("Zin."), NoteRef(2, "p. 14"), NoteRef(2, "p. 14")))), part(title="Bronnen")),
        sample.picture,
    )

    assert "2 R. Benali, Aanbellen in vijf talen, p. 14" in seen(made)[1]
    assert re.findall(r"Bronnen (.*?) M\. Verkade.*? (\d) R\. Benali", seen(made)[-1]) == [("1", "2")]
    assert tags(made).count("/Note") == 1


def test_a_note_that_nobody_knows_is_only_its_number() -> None:
    assert "Zin.99" in seen(set_(Paragraph((Text("Zin."), NoteRef(99)))))[1]


def notes_and_marks(pages: list[str]) -> tuple[list[list[str]], list[list[str]]]:
    """The footnotes of each page, and what points at them there."""
    return [re.findall(r"noot(\d+)x", page) for page in pages], [re.findall(r"zin(\d+)x", page) for page in pages]


def test_footnotes_are_on_the_page_that_points_at_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where typst would rather move the last line of a paragraph than leave it alone."""
    notes = tuple(Note(number=n, inlines=t(f"noot{n}x " + "adres " * (n * 5 % 31))) for n in range(1, 121))
    texts = [
        Paragraph((Text("woord " * (n * 7 % 61) + f"zin{n}x"), NoteRef(n), Text(" woord" * (n * 11 % 53))))
        for n in range(1, 121)
    ]
    made = document(part(*texts), part(title="Bronnenlijst"), notes=notes)

    def in_text() -> list[str]:
        pages = seen(pdf(made, sample.picture))
        return pages[: next(n for n, page in enumerate(pages) if "Bronnenlijst" in page)]

    noted, marked = notes_and_marks(in_text())
    assert len(noted) > 10
    assert noted == marked

    other_templates(monkeypatch, tmp_path, "blocks.typ", "(widow: 0%, orphan: 0%)", "(:)")
    noted, marked = notes_and_marks(in_text())
    assert noted != marked


# Pages


def test_posts_are_never_broken_over_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = [thread(f"N{n}", "13:00", Text(f"begin{n}x " + "woord " * (n * 7 % 90) + f"eind{n}x")) for n in range(120)]

    def broken() -> list[int]:
        pages = seen(set_(*posts))
        assert len(pages) > 5
        return [
            n for n in range(120) if [f"begin{n}x" in page for page in pages] != [f"eind{n}x" in page for page in pages]
        ]

    assert broken() == []

    other_templates(monkeypatch, tmp_path, "blocks.typ", "block(breakable: false, width: 100%, body)", "body")
    assert broken() != []


def test_a_post_longer_than_a_page_is_broken_and_whole() -> None:
    pages = seen(set_(thread("N", "13:00", Text(" ".join(f"woord{n}x" for n in range(2000))))))

    assert len(pages) > 3
    assert re.findall(r"woord(\d+)x", " ".join(pages)) == [str(n) for n in range(2000)]


def test_a_table_with_links_in_its_head_may_go_on_over_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    head = ((Link("https://x.example/", t("kop")),), (Text("noot"), NoteRef(1)))
    table = Table((), head, tuple((t(f"een lange rij{n}x"), t("b")) for n in range(150)))
    pages = seen(set_(table))

    assert len(pages) > 3
    assert re.findall(r"rij(\d+)x", " ".join(pages)) == [str(n) for n in range(150)]

    monkeypatch.setattr(pdf_module, "_leads_away", lambda nodes: False)
    with pytest.raises(BadInput, match="links"):
        set_(table)


def test_the_head_of_a_table_is_repeated_on_every_page() -> None:
    pages = seen(
        set_(Table((), (t("Kolom"), t("B")), tuple((t("een lange rij"), t("b")) for n in range(150))), notes=())
    )

    assert [page.count("Kolom") for page in pages] == [0, 1, 1, 1, 1]


def rows(count: int, words: str = "Een sessie met een titel") -> Table:
    return Table(t("Het programma"), (t("Tijd"), t("Wat")), tuple((t(f"rij{n}x"), t(words)) for n in range(count)))


def filled(lines: int) -> Paragraph:
    """So many lines of the page."""
    return Paragraph(tuple(node for _ in range(lines) for node in (Text("regel"), Break())), "small")


@pytest.mark.parametrize(("table", "is_kept"), [(rows(10), True), (rows(30), False), (rows(10, "woord " * 60), False)])
def test_a_short_table_stands_on_one_page(table: Table, *, is_kept: bool) -> None:
    pages = seen(set_(filled(42), table))

    assert len({n for n, page in enumerate(pages) if re.search(r"rij\dx", page)}) == (1 if is_kept else 2)


def test_what_leads_to_a_chart_stays_with_it() -> None:
    chart = Chart(SVG.format("x"), "Een grafiek.", 168.0)
    blocks = (filled(34), Heading(2, t("Vondst"), "v"), Paragraph(t("Zo zit het.")), chart)

    pages = seen(set_(*blocks))

    assert [n for n, page in enumerate(pages) if "Vondst" in page] == [
        n for n, page in enumerate(pages) if "Zo zit het." in page
    ]
    assert figures_on(set_(*blocks)) == [n for n, page in enumerate(pages) if "Vondst" in page]


def figures_on(made: bytes) -> list[int]:
    """The pages with something drawn on them, but for the cover."""
    inked = [sum(image.convert("L").histogram()[:120]) for image in pictures(made, dpi=40)]
    return [n for n, ink in enumerate(inked) if n and ink > 1_500]


def test_a_section_with_a_small_chart_and_the_words_after_it_stand_beside_each_other() -> None:
    chart = Chart(SVG.format("x"), "Een grafiek.", 80.0)
    left, right = (Heading(2, t("Links"), "l"), chart), (Heading(2, t("Rechts"), "r"), Paragraph(t("Woorden.")))

    assert heights(set_(*left, *right), "Links", "Rechts") == pytest.approx([0, 0], abs=1)
    below = heights(set_(*left, *right, rows(3)), "Links", "Rechts")
    assert below[1] < below[0], "the words go on with a table"
    assert "Links x Rechts Woorden." in one_line(read_aloud(set_(*left, *right)))


def heights(made: bytes, *texts: str) -> list[float]:
    """How high each stands on the last page, in points, less the height of the first."""
    pages = pypdfium2.PdfDocument(made)
    page = pages[len(pages) - 1].get_textpage()
    found = [page.search(text).get_next() for text in texts]
    tops = [page.get_charbox(index)[3] for index, _ in found]
    return [top - tops[0] for top in tops]


def test_a_chapter_begins_on_a_page_of_which_most_is_free_and_a_short_one_on_less() -> None:
    def pages_of(lines: int, ident: str) -> list[int]:
        second = Part(ident=ident, blocks=(Heading(1, t("Tweede"), "tweede"), Paragraph(t("Woorden."))))
        pages = seen(pdf(document(part(filled(lines)), second), sample.picture))
        return [n for n, page in enumerate(pages) if "Tweede" in page]

    assert [pages_of(lines, "s-1") for lines in (4, 30)] == [[1], [2]]
    assert [pages_of(lines, "closing") for lines in (4, 24, 46)] == [[1], [1], [2]]


def test_long_lists_of_figures_stand_beside_each_other_in_the_order_of_reading() -> None:
    rows = tuple((t(f"r{n}x"), t(str(n))) for n in range(200))
    made = set_(Table(t("Cijfers"), (t("Vanaf"), t("Aantal")), rows, numeric=(1,), small=True), notes=())

    assert len(seen(made)) == 3
    assert re.findall(r"r(\d+)x", read_aloud(made)) == [str(n) for n in range(200)]


@pytest.mark.parametrize(
    "word", ["W" * 3000, "https://x.example/" + "pad/" * 400, "👏" * 500], ids=["word", "address", "emoji"]
)
def test_nothing_runs_off_the_page(word: str) -> None:
    made = set_(
        thread(word[:90], word[:60], Text(word)),
        Paragraph(t(word)),
        Heading(2, t(word[:200]), "a", margin=(t(word[:200]),)),
        Table((), (t(word[:40]), t("b")), ((t(word[:300]), t("d")),)),
        Listing(word),
        title=word[:200],
        subtitle=word[:300],
        running=(word[:200], word[:80]),
    )

    for page in pictures(made, dpi=50)[1:]:
        grey = page.convert("L")
        edges = [grey.crop((0, 0, 20, grey.height)), grey.crop((grey.width - 20, 0, grey.width, grey.height))]
        assert [edge.getextrema()[0] for edge in edges] == [255, 255]


def test_margin_notes_never_touch_what_follows() -> None:
    """A note longer than its text pushes down the next post, which has its name in the margin."""
    notes = tuple(t(f"regel{n}x") for n in range(20))
    made = set_(
        Heading(2, t("Kort"), "k", margin=notes), Paragraph(t("Eén zin.")), thread("Naamx", "13:00", Text("Bericht."))
    )

    page = pypdfium2.PdfDocument(made)[1]
    text = page.get_textpage()

    def bottom_of(word: str) -> float:
        index, _ = text.search(word).get_next()
        return float(text.get_charbox(index)[1])

    assert bottom_of("regel19x") > bottom_of("Naamx")


# All kinds of reports


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("which", ["report", "draft", "empty", "one_post"])
def test_every_report_can_be_set(which: str, lang: str) -> None:
    made = compose(getattr(sample, which)(lang))

    data = pdf(made, sample.picture)
    chapters = [item.title for item in reader(data).outline if not isinstance(item, list)]
    assert len(chapters) == len(made.parts)
    assert root_of(data)["/Lang"] == lang


words_of_people = st.text(max_size=60)
inlines_of_people = st.recursive(
    st.builds(Text, words_of_people) | st.just(Break()) | st.builds(NoteRef, st.integers(0, 5), words_of_people),
    lambda inner: st.builds(
        lambda kind, within: kind(within), st.sampled_from([Emph, Strong, Span]), st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
many_inlines = st.lists(inlines_of_people, max_size=4).map(tuple)
blocks_of_people = st.recursive(
    st.builds(Paragraph, many_inlines)
    | st.builds(Listing, words_of_people)
    | st.builds(
        Heading,
        st.integers(1, 3),
        many_inlines,
        st.just("x"),
        st.booleans(),
        st.lists(many_inlines, max_size=2).map(tuple),
    )
    | st.builds(
        Said, st.sampled_from(["pull", "thread", "reply"]), many_inlines, many_inlines, words_of_people, words_of_people
    )
    | st.builds(Chart, words_of_people, st.just("alt"), st.floats(1, 400))
    | st.builds(
        Table,
        many_inlines,
        st.lists(many_inlines, max_size=4).map(tuple),
        st.lists(st.lists(many_inlines, max_size=4).map(tuple), max_size=12).map(tuple),
        st.just((1,)),
    )
    | st.builds(Numbers, st.lists(st.tuples(words_of_people, words_of_people), max_size=7).map(tuple))
    | st.builds(Bar, words_of_people, words_of_people, words_of_people)
    | st.builds(Card, words_of_people, st.just("alt"), many_inlines, st.lists(many_inlines, max_size=3).map(tuple))
    | st.sampled_from([Separator(), Contents("Inhoud"), BOARD, BROKEN]),
    lambda inner: (
        st.builds(Extract, st.lists(inner, max_size=2).map(tuple))
        | st.builds(Bullets, st.lists(st.lists(inner, max_size=2).map(tuple), max_size=3).map(tuple), st.booleans())
    ),
    max_leaves=8,
)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(blocks=st.lists(blocks_of_people, max_size=6), title=words_of_people)
def test_any_document_can_be_set(blocks: list[Block], title: str) -> None:
    made = document(Part(ident="p", blocks=tuple(blocks)), title=title, running=(title, title), subtitle=title)

    assert pdf(made, sample.picture).startswith(b"%PDF")


def test_deep_nesting_is_set_as_plain_words() -> None:
    deep: Block = Paragraph(t("diepste"))
    words: Inlines = t("binnenste")
    for _ in range(200):
        deep = Extract((deep,))
        words = (Emph(words),)
    pages = seen(set_(deep, Paragraph(words)))

    assert "diepste" in pages[1]
    assert "binnenste" in pages[1]


@pytest.mark.slow
def test_five_thousand_quotes_are_all_there() -> None:
    posts = [thread(f"N{n}", "13:00", Text(f"Bericht {n}x: {LOREM[:90]}")) for n in range(5000)]
    chapters = [part(*posts[start : start + 100], title=f"Sessie {start}") for start in range(0, 5000, 100)]
    pages = seen(pdf(document(*chapters), sample.picture))

    assert re.findall(r"Bericht (\d+)x", " ".join(pages)) == [str(n) for n in range(5000)]
