"""Personal data: found where it is, and no false alarm where it is not."""

from __future__ import annotations

import pytest

from server.intake.personal import personal_data


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("bel 06-12345678", ("phone-number",), id="mobile"),
        pytest.param("bel 06 12 34 56 78!", ("phone-number",), id="mobile-spaced"),
        pytest.param("+31 6 1234 5678", ("phone-number",), id="international"),
        pytest.param("+31 (0)20 123 4567", ("phone-number",), id="international-with-zero"),
        pytest.param("0031612345678", ("phone-number",), id="double-zero"),
        pytest.param("020-1234567", ("phone-number",), id="land-line"),
        pytest.param("(0570) 12 34 56", ("phone-number",), id="area-in-brackets"),
        pytest.param("０６１２３４５６７８", ("phone-number",), id="full-width"),
        pytest.param("٠٦١٢٣٤٥٦٧٨", ("phone-number",), id="arabic-digits"),
        pytest.param("mail anna.de-vries+x@post.voorbeeld.nl", ("email",), id="e-mail"),
        pytest.param("NL91ABNA0417164300", ("iban",), id="iban"),
        pytest.param("op nl91 abna 0417 1643 00 graag", ("iban",), id="iban-in-a-sentence"),
        pytest.param("BE68 5390 0754 7034", ("iban",), id="iban-belgian"),
        pytest.param("DE89370400440532013000", ("iban",), id="iban-german"),
        pytest.param("mijn bsn is 111222333", ("bsn",), id="bsn"),
        pytest.param("1112.22.333", ("bsn",), id="bsn-with-dots"),
        pytest.param("111 222 333", ("bsn",), id="bsn-spaced"),
        pytest.param("06-12345678 of a@b.nl", ("phone-number", "email"), id="two-kinds"),
    ],
)
def test_personal_data_finds(text: str, kinds: tuple[str, ...]) -> None:
    assert personal_data(text) == kinds


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("NL91ABNA0417164301", id="iban-with-a-wrong-checksum"),
        pytest.param("ZZ91ABNA0417164300", id="iban-of-no-country"),
        pytest.param("111222334", id="nine-digits-that-fail-the-test"),
        pytest.param("000000000", id="zeros"),
        pytest.param("van 2024-2025 en 01-02-2026 10:30", id="dates"),
        pytest.param("om 09:30, 10:15 en 11:00", id="times"),
        pytest.param("bel 112 of 0900-8844", id="short-numbers"),
        pytest.param("€ 1.234.567,89", id="money"),
        pytest.param("123.456.789,00 euro", id="money-of-nine-digits"),
        pytest.param("ISBN 978-90-274-3964-2", id="isbn"),
        pytest.param("doi 10.1000/0612345678", id="doi"),
        pytest.param("@anna@social.example", id="mention"),
        pytest.param("3,14159265358979", id="pi"),
    ],
)
def test_personal_data_lets_pass(text: str) -> None:
    assert personal_data(text) == ()
