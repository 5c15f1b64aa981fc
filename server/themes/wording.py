"""How the problems of themes are told: what, where, and what there is instead. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from typing import TypeGuard

from server.errors import BadInput

NAME = re.compile(r"[a-z][a-z0-9-]{0,29}", re.ASCII)
"""A theme's name, which is its folder's too; also an option's and a choice's."""


Words = dict[str, str]
"""The same text in Dutch (`nl`) and English (`en`)."""


class BadTheme(BadInput):
    """A theme cannot be used; the message has one line for each problem, each with its file."""

    code = "bad-theme"

    def __init__(self, problems: Collection[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def is_int(value: object) -> TypeGuard[int]:
    """Whether *value* is a whole number; yes and no are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def listed(names: Iterable[str]) -> str:
    """What there is."""
    return ", ".join(name or '""' for name in names)


def instead(name: object, names: Collection[str]) -> str:
    """What *name* may have meant, and what there is."""
    near = difflib.get_close_matches(str(name), names, n=1, cutoff=0.6)
    return f'(did you mean "{near[0]}"?); there are: {listed(names)}' if near else f"; there are: {listed(names)}"


def shown(value: object) -> str:
    """A stranger's text in one of our lines."""
    text = str(value)[:40]
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def tame(name: str) -> str:
    """A name that would do, near to *name*."""
    return re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-")[:30] or "mijn-thema"
