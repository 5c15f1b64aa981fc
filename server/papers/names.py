"""Names of files that go out, made by us; a stranger's own is only ever shown, to staff."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote

MAX_NAME: Final = 80
_UNSAFE = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|%;,\'`$&~^{}\[\]#!@=+]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.I)
"""Names that Windows keeps for devices. Source: Microsoft, Naming Files, Paths, and Namespaces."""


def file_name(title: str, *, extension: str, lang: str = "", code: str = "") -> str:
    """
    A name for a file of the paper *title*: letters and digits of any script, blanks, hyphens, dots inside.

    At most about a hundred characters; never empty, hidden, a device, or with a second extension that could run.
    """
    text = unicodedata.normalize("NFC", title)
    text = "".join(sign if unicodedata.category(sign)[0] in "LMNP" or sign == " " else " " for sign in text)
    plain = _UNSAFE.sub(" ", text).replace(".", " ")
    stem = " ".join(plain.split())[:MAX_NAME].strip(" -_") or "paper"
    if _RESERVED.fullmatch(stem):
        stem = f"paper {stem}"
    parts = [code, stem, lang]
    return " ".join(part for part in parts if part) + f".{extension}"


def attachment(name: str) -> str:
    """
    The value of Content-Disposition that has a browser save the answer as *name*.

    Source: RFC 6266, 4.3 and appendix D; RFC 8187 for `filename*`.
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "", ascii_name).strip(" .") or "paper"
    if plain.startswith(name.rpartition(".")[2]):  # nothing was left of the stem
        plain = f"paper.{plain}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def unique(names: list[str]) -> list[str]:
    """The same names, with a number behind those that were there before, case ignored."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        times = seen[name.lower()] = seen.get(name.lower(), 0) + 1
        stem, _, extension = name.rpartition(".")
        made.append(name if times == 1 else f"{stem} ({times}).{extension}")
    return made
