"""The privacy papers: that they say what is set, in both languages alike, and nothing that is not so."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any, cast

import msgspec
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.report.document import Bullets, Document, Heading, Paragraph, Strong, Table, Text
from server.report.duties import Facts, Kind, Lang, Network, Setting, document, facts_of
from server.report.duties.child import FORMATS, Job, made
from server.report.duties.facts import Source
from server.report.duties.sheets import FOLDER, chosen, flags_in, gaps_in, parts, sheet
from server.report.exports import Format
from server.symposium.entries import (
    BadgeMade,
    HallSet,
    HoldSet,
    KeepingSet,
    PolicySet,
    ReasonBody,
    Record,
    RulesBody,
    RulesSet,
    SourceBody,
    SourceSet,
    SymposiumBody,
    SymposiumMade,
    encode_body,
)
from server.symposium.law import replay
from server.symposium.state import Keeping, State
from server.symposium.values import OPERATOR, BadgeId, Kept, Naming, Policy, Role, SourceId

DAY_US = 86_400_000_000
END = 1_794_524_400_000_000
"""The end of 12 November 2026 in Amsterdam."""
LANGUAGES: tuple[Lang, ...] = ("nl", "en")
MASTODON = Network(
    id="mastodon", name="Mastodon", own=True, summary={"nl": "Openbare berichten.", "en": "Public posts."}
)
CONSENT: dict[Lang, str] = {"nl": "Als je op Verstuur tikt, mag het.", "en": "When you tap Send, we may."}

FULL = Facts(
    slug="dichtbij-2026",
    title="Dichtbij: het *burgerberaad* <b>in de wijk</b>",
    date="2026-11-12",
    hashtags=("dichtbij26",),
    languages=("nl", "en"),
    zone="Europe/Amsterdam",
    at=END - 5 * DAY_US,
    setting=Setting(
        organisation="Gemeente Voorbeeldstad",
        contact="mailto:privacy@voorbeeldstad.example",
        home="https://fontein.example/dichtbij-2026",
        notice="https://fontein.example/privacy",
        secure=True,
        archives=True,
        scanner=True,
        consent=CONSENT,
        networks=(MASTODON,),
        end=END,
        due={kind: END + days * DAY_US for kind, days in zip(Kept, (30, 31, 90, 7), strict=True)},
    ),
    sources=(Source(network="mastodon", name="", on=True, places=("social.example",), tags=("dichtbij26", "beraad")),),
    brought=("mastodon",),
    policy=Policy.EVERYTHING_WAITS,
    rules_off=frozenset(),
    sessions=9,
    unpictured=2,
    speakers=6,
    papers=4,
    naming=Naming.INITIALS,
    keeping=Keeping(pictures_days=31, devices_days=7),
    lapsed={},
    hold=None,
    hold_at=0,
    staff={Role.ORGANISER: 1, Role.MODERATOR: 2},
    posts=214,
    authors=97,
    asks=True,
    reacts=True,
    versions=1,
)
BARE = msgspec.structs.replace(
    FULL,
    title="Proef",
    date="",
    hashtags=(),
    setting=Setting(consent=CONSENT),
    sources=(),
    brought=(),
    policy=Policy.RULES_DECIDE,
    rules_off=frozenset({"photos", "personal-data"}),
    sessions=0,
    unpictured=0,
    papers=0,
    naming=Naming.ANONYMOUS,
    keeping=Keeping(rejected_hours=1, posts_days=None, pictures_days=0, audit_days=1),
    lapsed={Kept.AUDIT: END},
    hold="Er loopt een onderzoek naar een klacht.",
    hold_at=END,
    staff={},
    asks=False,
    reacts=False,
    posts=0,
)


def said(document: Document) -> str:
    """Every word, a line for each block."""
    return "\n".join(_words(block) for part in document.parts for block in part.blocks)


def _words(node: Any) -> str:
    if isinstance(node, Text):
        return node.text
    if isinstance(node, tuple):
        separator = "\n" if node and isinstance(node[0], (Paragraph, tuple)) else ""
        return separator.join(_words(each) for each in node)
    if isinstance(node, Table):
        return "\n".join(" | ".join(_words(cell) for cell in row) for row in (node.head, *node.rows))
    if isinstance(node, msgspec.Struct):
        return "\n".join(filter(None, (_words(getattr(node, name)) for name in node.__struct_fields__)))
    return ""


def questions(document: Document) -> list[str]:
    """What the organiser is asked to fill in: its mark."""
    found = []
    for part in document.parts:
        for block in part.blocks:
            if isinstance(block, Bullets):
                for (paragraph,) in block.items:
                    first = cast("Paragraph", paragraph).inlines[0]
                    if isinstance(first, Strong) and re.match(r"(In te vullen|To fill in) \d", _words(first)):
                        found.append(_words(first))
    return found


def plain(text: str) -> str:
    """As one line."""
    return " ".join(text.split())


# Both languages


_MARKS = re.compile(r"([#+|-]*)\s*((?:\[!?[a-z-]+\]\s*)*)([#|]*)\s*(\?\?)?")
"""What a line begins with: heading, item, row, flags, question."""


@pytest.mark.parametrize("kind", ["register", "dpia", "notice", "retention"])
def test_both_languages_ask_the_same_and_leave_the_same_gaps(kind: str) -> None:
    shapes = []
    for lang in LANGUAGES:
        around, body = sheet(kind, lang)
        told = [(_MARKS.findall(line)[0], line.count(" | ")) for line in body.splitlines()]
        shapes.append((set(around), flags_in(body), gaps_in(body), told))
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("name", ["words", "access"])
def test_both_languages_have_the_same_words(name: str) -> None:
    dutch, english = (
        msgspec.json.decode((FOLDER / lang / f"{name}.json").read_bytes(), type=dict[str, str | dict[str, str]])
        for lang in LANGUAGES
    )
    assert list(dutch) == list(english)
    for key, words in dutch.items():
        assert gaps_in(str(words)) == gaps_in(str(english[key])), key


@pytest.mark.parametrize("facts", [FULL, BARE], ids=["full", "bare"])
@pytest.mark.parametrize("kind", Kind)
def test_both_languages_have_the_same_headings_and_questions(kind: Kind, facts: Facts) -> None:
    dutch, english = (document(kind, facts, lang) for lang in LANGUAGES)
    shapes = [
        [(type(block), getattr(block, "level", 0), len(getattr(block, "margin", ()))) for block in part.blocks]
        for part in (*dutch.parts, *english.parts)
    ]
    assert shapes[: len(dutch.parts)] == shapes[len(dutch.parts) :]
    assert len(questions(dutch)) == len(questions(english)) > 0


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_questions_are_numbered_and_counted(kind: Kind, lang: Lang) -> None:
    told = document(kind, FULL, lang)
    marks = questions(told)
    assert [int(re.findall(r"\d+", mark)[0]) for mark in marks] == list(range(1, len(marks) + 1))
    if kind is not Kind.NOTICE:
        assert f" {len(marks)} " in plain(said(told)) or f" {len(marks)}." in plain(said(told))


@pytest.mark.parametrize("facts", [FULL, BARE], ids=["full", "bare"])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_no_gap_and_no_flag_is_left(kind: Kind, lang: Lang, facts: Facts) -> None:
    words = said(document(kind, facts, lang))
    assert not re.search(r"\{\w+\}|\[!?[a-z-]+\]|\?\?|\|$", words.replace(facts.title, ""), re.MULTILINE)
    assert "  " not in words


# What they say


PERIODS = {
    "nl": ["24 uur", "tot 30 dagen", "tot 31 dagen", "tot 7 dagen", "tot 90 dagen", "13 december 2026"],
    "en": ["24 hours", "until 30 days", "until 31 days", "until 7 days", "until 90 days", "13 December 2026"],
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.REGISTER, Kind.DPIA])
def test_periods_are_those_that_are_set(kind: Kind, lang: Lang) -> None:
    words = said(document(kind, FULL, lang))
    assert [period for period in PERIODS[lang] if period not in words] == []
    assert ("geen einde", "has no end")[lang == "en"] not in words


@pytest.mark.parametrize(
    ("lang", "wanted"),
    [
        (
            "nl",
            [
                "1 uur",
                "er is geen einde ingesteld",
                "zodra",
                "tot 1 dag na",
                "bewaarplicht",
                "onderzoek naar een klacht",
            ],
        ),
        (
            "en",
            ["1 hour", "no end is set", "as soon as", "until 1 day after", "legal hold", "onderzoek naar een klacht"],
        ),
    ],
)
def test_other_periods_and_a_hold_are_told(lang: Lang, wanted: list[str]) -> None:
    words = "\n".join(said(document(kind, BARE, lang)) for kind in Kind)
    assert [each for each in wanted if each not in words] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_reason_of_a_hold_is_not_on_the_wall(lang: Lang) -> None:
    assert "klacht" not in said(document(Kind.NOTICE, BARE, lang))
    assert "klacht" in said(document(Kind.REGISTER, BARE, lang))


ABOUT_NETWORKS = {
    "nl": ("Mastodon", "Artikel 14", "social.example"),
    "en": ("Mastodon", "Article 14", "social.example"),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_networks_are_named_where_there_are_any(kind: Kind, lang: Lang) -> None:
    assert "Mastodon" in said(document(kind, FULL, lang))
    assert "Mastodon" not in said(document(kind, BARE, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_no_longer_listened_to_is_still_told(lang: Lang) -> None:
    gone = msgspec.structs.replace(FULL, sources=())
    assert ("weggehaald", "was removed")[lang == "en"] in said(document(Kind.REGISTER, gone, lang))


ABROAD = {
    "nl": ["Sky (Verenigde Staten en XK)", "Er gaan persoonsgegevens naar: Verenigde Staten en XK"],
    "en": ["Sky (United States and XK)", "Personal data go to: United States and XK"],
}
"""A country that we have no name for is told by its code."""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_network_abroad_is_told_with_its_country_and_asked_about(lang: Lang) -> None:
    """In the register, where its sources are told too; its name in the others. The control: without it, not a word."""
    sky = Network(id="sky", name="Sky", own=True, summary={"nl": "x", "en": "x"}, abroad=("US", "XK"))
    setting = msgspec.structs.replace(FULL.setting, networks=(MASTODON, sky))
    sources = (*FULL.sources, Source(network="sky", name="", on=True, places=(), tags=()))
    facts = msgspec.structs.replace(FULL, setting=setting, brought=("mastodon", "sky"), sources=sources)
    register, plainly = document(Kind.REGISTER, facts, lang), document(Kind.REGISTER, FULL, lang)

    assert [each for each in ABROAD[lang] if each not in said(register)] == []
    assert [kind for kind in Kind if ABROAD[lang][0] not in said(document(kind, facts, lang))] == []
    assert len(questions(register)) == len(questions(plainly)) + 1
    assert "XK" not in said(plainly)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_network_of_a_stranger_is_asked_about(lang: Lang) -> None:
    stranger = Source(network="zaalnet", name="", on=True, places=(), tags=())
    words = said(document(Kind.REGISTER, msgspec.structs.replace(FULL, sources=(stranger,)), lang))
    assert ("hoort niet bij Fontein", "does not belong to Fontein")[lang == "en"] in words


SETTINGS: dict[str, tuple[dict[str, Any], dict[Lang, str]]] = {
    "policy": ({"policy": Policy.RULES_DECIDE}, {"nl": "Regels beslissen", "en": "Rules decide"}),
    "names": ({"naming": Naming.FULL}, {"nl": "met de naam die zij invulden", "en": "by the name that they filled in"}),
    "photos": (
        {"rules_off": frozenset({"photos"})},
        {"nl": "elke foto op een mens wacht, staat nu uit", "en": "every photo waits for a person is switched off"},
    ),
    "personal": (
        {"rules_off": frozenset({"personal-data"})},
        {"nl": "telefoonnummer of mailadres laat wachten, staat nu uit", "en": "or mail address wait is switched off"},
    ),
    "http": (
        {"setting": msgspec.structs.replace(FULL.setting, secure=False)},
        {"nl": "niet versleuteld", "en": "not encrypted"},
    ),
    "copies": (
        {"setting": msgspec.structs.replace(FULL.setting, archives=False)},
        {"nl": "Er is nu geen kopie.", "en": "There is no copy now."},
    ),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("setting", SETTINGS)
def test_dpia_tells_of_a_setting(setting: str, lang: Lang) -> None:
    change, words = SETTINGS[setting]
    assert words[lang] in plain(said(document(Kind.DPIA, msgspec.structs.replace(FULL, **change), lang)))
    assert words[lang] not in plain(said(document(Kind.DPIA, FULL, lang)))


ARTICLES = ("5", "6", "7", "9", "13", "14", "15", "16", "17", "21", "22", "26", "28", "30", "32", "33", "37", "44")
DPIA_ARTICLES = ("5", "6", "7", "8", "9", "14", "17", "21", "22", "32", "35", "36")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("kind", "articles"), [(Kind.REGISTER, ARTICLES), (Kind.DPIA, DPIA_ARTICLES)])
def test_articles_are_cited(kind: Kind, articles: tuple[str, ...], lang: Lang) -> None:
    cited = re.findall(r"(?i)arti(?:kel(?:en)?|cles?) ([\d\w, ()]+)", said(document(kind, FULL, lang)))
    numbers = set(re.findall(r"\b\d+\b", " ".join(cited)))
    assert [article for article in articles if article not in numbers] == []


def test_register_has_each_point_of_article_30() -> None:
    margin = said(document(Kind.REGISTER, FULL, "en"))
    assert [point for point in "abcdefg" if f"Article 30(1)({point})" not in margin] == []


SLIDE_TITLE, SLIDE_TEXT = 120, 500
"""What a slide of the stage has room for, in characters."""


@pytest.mark.parametrize("facts", [FULL, BARE], ids=["full", "bare"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_text_for_a_slide_fits_a_slide(lang: Lang, facts: Facts) -> None:
    _, texts = document(Kind.NOTICE, facts, lang).parts
    place = next(n for n, block in enumerate(texts.blocks) if isinstance(block, Heading) and len(block.margin) == 1)
    title, text = (_words(block) for block in texts.blocks[place + 1 : place + 3])
    assert len(title) <= SLIDE_TITLE
    assert 80 < len(text) <= SLIDE_TEXT


# Words of others


@pytest.mark.slow
@given(title=st.text(max_size=60), organisation=st.text(max_size=60), reason=st.text(max_size=60))
def test_what_people_filled_in_is_never_markdown(title: str, organisation: str, reason: str) -> None:
    def shape(title: str, organisation: str, reason: str) -> list[Any]:
        setting = msgspec.structs.replace(BARE.setting, organisation=organisation)
        facts = msgspec.structs.replace(BARE, title=title, setting=setting, hold=reason)
        return _shape(document(Kind.REGISTER, facts, "nl"))

    assert shape(f"*{title}* [x](https://a.example)", f"_{organisation}_", f"# {reason}") == shape("T", "O", "R")


def _shape(told: Document) -> list[Any]:
    return [_kinds(block) for part in told.parts for block in part.blocks]


def _kinds(node: Any) -> Any:
    if isinstance(node, tuple):
        return [_kinds(each) for each in node]
    fields = (getattr(node, name) for name in getattr(node, "__struct_fields__", ()))
    return [type(node).__name__, *(_kinds(each) for each in fields if isinstance(each, tuple | msgspec.Struct))]


def test_a_gap_that_nobody_fills_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        parts("# T\n\n{nothing}", flags=frozenset(), gaps={}, question="")


@pytest.mark.parametrize(
    ("flags", "wanted"),
    [
        ((), "# A\n## C\nz"),
        (("one",), "# A\n- x\n## B\ny\n### deep\n\n## C\nz"),
        (("two",), "# A\n## C\nz"),
        (("one", "two"), "# A\n- x\nboth\n## B\ny\n### deep\n\n## C\nz"),
    ],
)
def test_flags_choose_lines_and_what_lies_below_a_heading(flags: tuple[str, ...], wanted: str) -> None:
    body = "# A\n- [one] x\n[one][two] both\n[one] ## B\ny\n### deep\n\n## C\nz"
    assert chosen(body, frozenset(flags)) == wanted


# Out of a state


def _state(*entries: tuple[Any, bytes | None]) -> State:
    first = (
        SymposiumMade(slug="proef", short="PR", languages=("nl",)),
        encode_body(SymposiumBody(title="Proef", date="2026-11-12")),
    )
    return replay(Record(n, 1_000_000 * n, head, body) for n, (head, body) in enumerate((first, *entries), 1))


def test_facts_are_those_of_the_settings() -> None:
    source = SourceBody(
        name="M", options={"servers": ("a.example", "b.example"), "tags": ("x",), "poll_interval_s": 10}
    )
    state = _state(
        (SourceSet(by=OPERATOR, source=SourceId("m-1"), network="mastodon", on=True), encode_body(source)),
        (PolicySet(by=OPERATOR, policy=Policy.KNOWN_PASS), None),
        (RulesSet(by=OPERATOR), encode_body(RulesBody(rules={"order": ("banned", "emergency", "photos")}))),
        (BadgeMade(by=OPERATOR, badge=BadgeId("a"), role=Role.MODERATOR, token_hash="x"), b'{"name":"M"}'),
        (BadgeMade(by=OPERATOR, badge=BadgeId("b"), role=Role.SCREEN, token_hash="y"), b'{"name":"S"}'),
        (KeepingSet(by=OPERATOR, posts_days=None, audit_days=10), None),
        (HoldSet(by=OPERATOR, on=True), encode_body(ReasonBody(reason="Een klacht wordt onderzocht."))),
    )
    facts = facts_of(state, Setting())
    assert facts.sources == (
        Source(network="mastodon", name="M", on=True, places=("a.example", "b.example"), tags=("x",)),
    )
    assert (facts.policy, facts.rules_off) == (Policy.KNOWN_PASS, frozenset({"personal-data"}))
    assert facts.staff == {Role.MODERATOR: 1}
    assert (facts.keeping.posts_days, facts.keeping.audit_days) == (None, 10)
    assert (facts.hold, facts.title, facts.brought) == ("Een klacht wordt onderzocht.", "Proef", ("mastodon",))


def test_nothing_set_yet_is_told_too() -> None:
    for kind in Kind:
        for lang in LANGUAGES:
            told = said(document(kind, facts_of(_state(), Setting(consent=CONSENT)), lang))
            assert "Proef" in told


# As files


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("papers")


def _file(kind: Kind, lang: Lang, format_: Format, facts: Facts = FULL) -> bytes:
    return made(Job(kind=kind, lang=lang, format=format_, facts=facts, to=""))


@pytest.mark.slow
@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("kind", Kind)
def test_each_format_holds_the_words_and_the_same_bytes_again(kind: Kind, format_: Format) -> None:
    content = _file(kind, "nl", format_)
    assert content == _file(kind, "nl", format_)
    words = _text_of(content, format_)
    wanted = ["Dichtbij", "In te vullen 1.", "In te vullen 38." if kind is Kind.DPIA else "Gemeente Voorbeeldstad"]
    assert [each for each in wanted if each not in words] == []


def _text_of(content: bytes, format_: Format) -> str:
    if format_ is Format.PDF:
        return " ".join(_pages(content))
    if format_ in (Format.ODT, Format.DOCX):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read("content.xml" if format_ is Format.ODT else "word/document.xml")
    return plain(re.sub(r"<[^>]+>", "", content.decode()))


def _pages(content: bytes) -> list[str]:
    return [plain(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "facts",
    [
        FULL,
        BARE,
        msgspec.structs.replace(
            FULL,
            title="Een lange titel over van alles en nog wat " * 4,
            setting=msgspec.structs.replace(FULL.setting, organisation="Stichting tot nut van iedereen " * 6),
            hashtags=("lange", "hashtags"),
        ),
    ],
    ids=["full", "bare", "long"],
)
def test_notice_is_one_sheet_and_one_of_texts(lang: Lang, facts: Facts) -> None:
    sheet_, *texts = _pages(_file(Kind.NOTICE, lang, Format.PDF, facts))
    heading = ("Teksten om te gebruiken", "Texts to use")[lang == "en"]
    assert ("Autoriteit Persoonsgegevens", "data protection authority")[lang == "en"] in sheet_
    assert heading not in sheet_
    assert heading in texts[0]


@pytest.mark.slow
def test_pages_and_papers_have_no_drawing_of_a_day() -> None:
    page = _file(Kind.REGISTER, "nl", Format.HTML).decode()
    assert 'class="cover paper plain"' in page
    assert "<img" not in page
    assert "![" not in _file(Kind.REGISTER, "nl", Format.MD).decode()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_votes_are_told_of_only_where_the_hall_may_vote(kind: Kind, lang: Lang) -> None:
    key = {"nl": r"\b(stemmen|stemt|stem)\b", "en": r"\b(votes?|voted|voting)\b"}[lang]
    quiet = msgspec.structs.replace(FULL, asks=False, reacts=False)

    told, untold = (said(document(kind, facts, lang)) for facts in (FULL, quiet))

    assert re.search(key, told, re.IGNORECASE)
    assert not re.search(key, untold, re.IGNORECASE)


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        ((), (True, False)),
        ((HallSet(by=OPERATOR, questions=False),), (False, False)),
        ((HallSet(by=OPERATOR, questions=False, reactions=True),), (False, True)),
    ],
    ids=["as it is made", "nobody asks", "only reactions"],
)
def test_what_the_hall_may_do_is_read_from_the_state(heads: tuple[HallSet, ...], expected: tuple[bool, bool]) -> None:
    facts = facts_of(_state(*((head, None) for head in heads)), Setting())
    assert (facts.asks, facts.reacts) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SCREEN])
def test_every_role_of_a_person_has_a_name(role: Role, lang: Lang) -> None:
    facts = msgspec.structs.replace(FULL, staff={role: 37})
    assert "37 " in said(document(Kind.REGISTER, facts, lang))
