"""Personal data in running text: telephone numbers, e-mail addresses, IBANs and what looks like a BSN."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from server.intake.homoglyphs import compatible

_SEPARATORS = r"[ ()./\u2010-\u2014-]{0,3}"
_PHONE = re.compile(
    rf"(?<![\w/#])(?:\+|00)[1-9](?:{_SEPARATORS}[0-9]){{7,13}}(?!\w)"
    rf"|(?<![\w+/#.])\(?0[1-9](?:{_SEPARATORS}[0-9]){{8}}(?!\w)"
)
_DATE = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1(?:19|20)[0-9]{2}\b")
_EMAIL = re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?=[ .-]?[A-Za-z0-9])")
_NINE_DIGITS = re.compile(
    r"(?<![\w.,/+-])(?:[0-9]{4}([ .]?)[0-9]{2}\1[0-9]{3}|[0-9]{3}([ .])[0-9]{3}\2[0-9]{3})(?![\w/]|[.,-][0-9])"
)

_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24,
    "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21,
    "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30,
    "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "XK": 20,
}  # fmt: skip
"""Source: the IBAN registry of SWIFT, ISO 13616."""


def personal_data(text: str) -> tuple[str, ...]:
    """
    Which kinds of personal data stand in *text*: `phone-number`, `email`, `iban`, `bsn`, in this order.

    IBANs and BSNs count when their checksum is right. One in eleven numbers of nine digits passes for a BSN by chance.
    """
    flat = _ascii_digits(compatible(text))
    ibans = tuple(number for number in _ibans(flat) if _is_iban(number))
    for number in ibans:
        # Its groups of digits would pass for a telephone number.
        flat = flat.replace(number, " ")
    kinds = (
        ("phone-number", _has_phone(flat)),
        ("email", _EMAIL.search(flat) is not None),
        ("iban", bool(ibans)),
        ("bsn", any(_is_bsn(re.sub(r"[ .]", "", found[0])) for found in _NINE_DIGITS.finditer(flat))),
    )
    return tuple(kind for kind, found in kinds if found)


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)


def _has_phone(text: str) -> bool:
    return any(not _DATE.match(found[0]) for found in _PHONE.finditer(text))


def _ibans(text: str) -> Iterator[str]:
    """What begins as an IBAN, as written, as long as that country's are."""
    for start in _IBAN_START.finditer(text):
        missing = _IBAN_LENGTHS.get(start[0][:2].upper(), 0)
        end = start.start()
        while missing and end < len(text) and (text[end].isalnum() or text[end] in " .-"):
            missing -= text[end].isalnum()
            end += 1
        if not missing:
            yield text[start.start() : end]


def _is_iban(written: str) -> bool:
    """Source: ISO 13616, ISO/IEC 7064 MOD 97-10."""
    number = re.sub(r"[ .-]", "", written).upper()
    if not (number and number.isascii()):
        return False
    return int("".join(str(int(letter, 36)) for letter in number[4:] + number[:4])) % 97 == 1


def _is_bsn(digits: str) -> bool:
    """Source: the "elfproef" of the Dutch citizen service number, with −1 for the last digit."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
    return total % 11 == 0 and int(digits) > 0
