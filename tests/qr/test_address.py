"""Short addresses in capitals, and every other address as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.address import CODE_ALPHABET, capitals, is_short, modules_saved
from qr.codes import _ALPHANUMERIC, PRINT, Level


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://fontein.example/LU", "HTTPS://FONTEIN.EXAMPLE/LU"),
        ("https://fontein.example/LU/F7", "HTTPS://FONTEIN.EXAMPLE/LU/F7"),
        ("https://fontein.example/LU/PAPERS", "HTTPS://FONTEIN.EXAMPLE/LU/PAPERS"),
        ("https://Fontein.example:8443/LUST2/F7K", "HTTPS://FONTEIN.EXAMPLE:8443/LUST2/F7K"),
        ("http://192.168.1.20:8080/LU/F7", "HTTP://192.168.1.20:8080/LU/F7"),
        ("https://xn--bcher-kva.example/LU", "HTTPS://XN--BCHER-KVA.EXAMPLE/LU"),
    ],
)
def test_a_short_address_is_encoded_in_capitals(url: str, text: str) -> None:
    assert capitals(url) == text
    assert set(text.encode()) <= _ALPHANUMERIC
    assert capitals(text) == text or not is_short(text)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://fontein.example/lustrum", id="a slug"),
        pytest.param("https://fontein.example/lu", id="a slug that is as short"),
        pytest.param("https://fontein.example/LU/f7", id="a code that we did not write"),
        pytest.param("https://fontein.example/LU/A1", id="letters that no code has"),
        pytest.param("https://fontein.example/LU/F7KM", id="too long for a code"),
        pytest.param("https://fontein.example/LU/PAPER", id="another word"),
        pytest.param("https://fontein.example/LU/papers", id="a page of the symposium lu"),
        pytest.param("https://fontein.example/L", id="too short"),
        pytest.param("https://fontein.example/LUSTRA", id="too long"),
        pytest.param("https://fontein.example/LU/F7?lang=nl", id="a query"),
        pytest.param("https://fontein.example/LU#k=Geheim", id="a token"),
        pytest.param("https://fontein.example/lustrum/desk#k=Geheim", id="a role's link"),
        pytest.param("https://ann@fontein.example/LU", id="a name before the host"),
        pytest.param("https://[::1]:8080/LU", id="brackets are not in the alphabet"),
        pytest.param("https://bücher.example/LU", id="letters are not in the alphabet"),
        pytest.param("ftp://fontein.example/LU", id="another scheme"),
        pytest.param("https://fontein.example/LU\n", id="one character more"),
        pytest.param("", id="nothing"),
    ],
)
def test_every_other_address_stays_as_it_is(url: str) -> None:
    assert capitals(url) == url


@pytest.mark.slow
@given(st.text())
def test_a_path_is_never_changed(text: str) -> None:
    url = f"https://fontein.example/{text}"

    assert capitals(url).partition("/")[2].partition("/")[2].partition("/")[2] == text


def test_capitals_make_the_code_smaller_and_say_by_how_much() -> None:
    assert modules_saved("https://fontein.example/LU/F7") == 4
    assert modules_saved("https://fontein.example/LU/F7", level=PRINT) == 4
    assert modules_saved("https://f.nl/LU", level=Level.L) == 0
    assert modules_saved("https://fontein.example/lustrum/papers/abc") == 0


def test_codes_spell_nothing_and_look_like_nothing_else() -> None:
    assert len(set(CODE_ALPHABET)) == len(CODE_ALPHABET) == 20
    assert not set(CODE_ALPHABET) & set("AEIOU")
    assert not set(CODE_ALPHABET) & set("0O1IL5S2Z8BGQ")
