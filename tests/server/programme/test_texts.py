"""HTML and Markdown become plain text; what is a break, and which language a word means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.programme.imported import Warnings
from server.programme.texts import MAX_ABSTRACT, Writer, kind_of, language, web_address
from server.symposium.values import SessionKind


@pytest.fixture
def writer() -> Writer:
    return Writer(Warnings())


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**Vet** en *schuin* en `code`", "Vet en schuin en code"),
        ("__Vet__ en _schuin_, maar snake_case_blijft", "Vet en schuin, maar snake_case_blijft"),
        ("[Doen](https://x.example/a_b_c)!", "Doen (https://x.example/a_b_c)!"),
        ("![Een kaart](https://x.example/a.png) erbij", "Een kaart erbij"),
        ("# Kop\n\n> gezegd\n\n* een\n+ twee\n- drie", "Kop\n\ngezegd\n\n- een\n- twee\n- drie"),
        ("```js\nlet x;\n```", "let x;"),
        ("2 * 3 * 4 = 24", "2 * 3 * 4 = 24"),
        ("R&amp;D &lt;b&gt;", "R&D <b>"),
        ("AT&T blijft", "AT&T blijft"),
        ("<p>Een</p><p>Twee<br>Drie</p><script>alert(1)</script>", "Een\n\nTwee\nDrie"),
        ("1 < 2 en 3 > 2", "1 < 2 en 3 > 2"),
        ("a\r\n\r\n\r\n\r\nb\u202e", "a\n\nb"),
    ],
)
def test_markup_becomes_plain_text(writer: Writer, text: str, plain: str) -> None:
    assert writer.lines(text, most=MAX_ABSTRACT) == plain


@pytest.mark.parametrize("text", [None, 3, [], {}])
def test_what_is_no_text_is_empty(writer: Writer, text: object) -> None:
    assert (writer.line(text, most=10), writer.lines(text, most=10)) == ("", "")


@given(st.text(max_size=300))
def test_line_is_one_line_and_no_longer_than_it_may_be(text: str) -> None:
    line = Writer(Warnings()).line(text, most=20)
    assert "\n" not in line
    assert len(line) <= 20 * 8 + 1, "eight code points for a grapheme, and the ellipsis"


@pytest.mark.parametrize("sign", ["[", "*", "_", "`", "<", "[a](", "<p ", "**a", "&lt;", "![", "\\"])
def test_a_long_row_of_one_sign_is_read_in_a_moment(writer: Writer, sign: str) -> None:
    """No pattern may look back over the whole row at each of its signs; a slow one would take minutes here."""
    writer.lines(sign * 20_000, most=MAX_ABSTRACT)


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("nl", "nl"), ("NL", "nl"), ("nl_NL", "nl-NL"), ("en-GB", "en-GB"), ("de-formal", "de"),
        ("zh-Hant-TW", "zh-Hant-TW"), ("Nederlands", "nl"), ("English", "en"), ("Engels", "en"), ("Fries", "fy"),
        ("", ""), ("?", ""), ("tweetalig", ""), (None, ""), (4, ""),
    ],
)  # fmt: skip
def test_language(word: object, tag: str) -> None:
    assert language(word) == tag


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Pauze", SessionKind.BREAK), ("Koffiepauze", SessionKind.BREAK), ("Lunch", SessionKind.BREAK),
        ("Koffie en registratie", SessionKind.BREAK), ("Borrel in de tuin", SessionKind.BREAK),
        ("Coffee break", SessionKind.BREAK), ("Lunch break", SessionKind.BREAK), ("Inloop met thee", SessionKind.BREAK),
        ("Welcome reception", SessionKind.BREAK), ("Break", SessionKind.BREAK), ("Netwerkborrel", SessionKind.BREAK),
        ("Breaking the web", SessionKind.TALK), ("Theebladeren lezen", SessionKind.TALK), ("Opening", SessionKind.TALK),
        ("Lunch en de toekomst van het eten in onze steden", SessionKind.TALK),
    ],
)  # fmt: skip
def test_break_is_known_by_its_title(title: str, kind: SessionKind) -> None:
    assert kind_of(type_="", track="", title=title, has_speakers=False) is kind


@pytest.mark.parametrize(
    ("type_", "track", "has_speakers", "kind"),
    [
        ("Pauze", "", False, SessionKind.BREAK),
        ("", "Breaks", False, SessionKind.BREAK),
        ("Pauze", "", True, SessionKind.TALK),
        ("Social event", "", False, SessionKind.OTHER),
        ("Lezing", "", False, SessionKind.TALK),
    ],
)
def test_break_is_known_by_its_type_and_nobody_speaks_in_one(
    type_: str, track: str, has_speakers: bool, kind: SessionKind
) -> None:
    assert kind_of(type_=type_, track=track, title="Iets", has_speakers=has_speakers) is kind


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://x.example/a?b=c#d", "https://x.example/a?b=c#d"),
        (" http://x.example ", "http://x.example"),
        ("ftp://x.example", ""),
        ("https://", ""),
        ("https://x.example/" + "a" * 600, ""),
        ('https://x.example/"onclick', ""),
        ("https://x.example/\u0000", ""),
    ],
)
def test_web_address(address: str, found: str) -> None:
    assert web_address(address) == found
