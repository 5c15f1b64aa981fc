"""
Files of design tokens, read. Pure.

The three shapes in which they are published:

- JSON, nested: Style Dictionary (`value`) and Design Tokens Format Module 2025.10 (`$value`), as `tokens.json`;
- JSON, flat: a list of tokens with their `path` (`list.json`), or one object of names (`variables.json`);
- CSS with custom properties (`theme.css`, `variables.css`, `root.css`).

References (`{utrecht.color.blue.35}`, `var(--utrecht-color-blue-35)`) are followed. Names are compared without regard
to case and punctuation, since `utrechtDocumentColor`, `utrecht-document-color` and `utrecht.document.color` are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from server.errors import BadInput
from server.themes.colour import Colour, parse_css

MAX_BYTES = 4 * 1024 * 1024
"""The largest that we know, Utrecht's `tokens.json`, has 1.4 MB."""

MAX_TOKENS = 50_000
MAX_DEPTH = 32
"""Of nesting, and of references in a row."""

_MAX_VALUE = 400


class BadTokens(BadInput):
    """This file of design tokens cannot be used; the message says what is wrong with it, and where."""

    code = "bad-tokens"


def read_tokens(data: bytes) -> Tokens:
    """
    The tokens of a published file.

    Raises:
        BadTokens: It is too large, or cannot be read; the message says where.
    """
    if len(data) > MAX_BYTES:
        raise BadTokens(f"The file has more than {MAX_BYTES // 2**20} MiB.", code="too-large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as ex:
        raise BadTokens(f"The file is not UTF-8: byte {ex.start} cannot be read.") from ex
    start = text.lstrip()[:1]
    tokens = _read_json(text) if start in ("{", "[") else _read_css(text)
    if not tokens:
        raise BadTokens(
            "There are no design tokens in this file; it should be JSON of tokens, or CSS with --custom-properties."
        )
    return Tokens(tokens)


def _read_json(text: str) -> dict[str, Any]:
    try:
        parsed = msgspec.json.decode(text)
    except msgspec.DecodeError as ex:
        raise BadTokens(f"This is not JSON: {_at(str(ex), text)}") from ex
    except RecursionError as ex:
        raise BadTokens(f"The tokens are nested deeper than {MAX_DEPTH} levels.") from ex
    if isinstance(parsed, list):
        return _from_list(parsed)
    found: dict[str, Any] = {}
    for path, value in _walk(parsed, ()):
        found["-".join(path)] = value
        if len(found) > MAX_TOKENS:
            raise BadTokens(f"There are more than {MAX_TOKENS} tokens in this file.")
    return found


_BYTE = re.compile(r"\(byte (\d+)\)", re.ASCII)


def _at(message: str, text: str) -> str:
    """The decoder's sentence, with line and column instead of a number of bytes."""
    found = _BYTE.search(message)
    if found is None:
        last = text.count("\n") + 1
        return f"{message}, line {last}"
    before = text.encode("utf-8")[: int(found[1])].decode("utf-8", "ignore")
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return f"{_BYTE.sub('', message).strip()}, line {line}, column {column}"


def _walk(node: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Tokens of a nested file; also plain names with plain values, as flat files have them."""
    if len(path) > MAX_DEPTH:
        raise BadTokens(f"The tokens are nested deeper than {MAX_DEPTH} levels, at {'.'.join(path[:4])}.")
    for key in ("$value", "value"):
        if key in node and path and not _is_group(node[key]):
            yield path, node[key]
            return
    for name, value in node.items():
        if isinstance(value, Mapping):
            yield from _walk(value, (*path, name))
        elif isinstance(value, str | int | float) and not name.startswith("$"):
            yield (*path, name), value


def _is_group(value: object) -> bool:
    """A group of tokens that happens to be called `value`, and not a token's value."""
    return isinstance(value, Mapping) and any(isinstance(each, Mapping) and "value" in each for each in value.values())


def _from_list(parsed: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, token in enumerate(parsed[: MAX_TOKENS + 1]):
        path = token.get("path") if isinstance(token, Mapping) else None
        if not isinstance(path, list) or not all(isinstance(part, str) for part in path):
            raise BadTokens(f"Token {number + 1} of the list has no path; each needs a path and a value.")
        found["-".join(path)] = token.get("value", token.get("$value"))
    if len(parsed) > MAX_TOKENS:
        raise BadTokens(f"There are more than {MAX_TOKENS} tokens in this file.")
    return found


_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DECLARATION = re.compile(r"--([\w-]{1,200})\s*:\s*([^;]*)", re.ASCII)


def _read_css(text: str) -> dict[str, Any]:
    """
    The custom properties of every plain rule; those in `@media` and other conditions are of no wall, and left out.

    A name that comes twice counts as it was first said outside any condition.
    """
    bare = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    if "/*" in bare:
        raise BadTokens(f"A comment is never closed, line {bare[: bare.index('/*')].count(chr(10)) + 1}.")
    found: dict[str, Any] = {}
    for name, value in _declarations(bare):
        found.setdefault(name, value)
        if len(found) > MAX_TOKENS:
            raise BadTokens(f"There are more than {MAX_TOKENS} tokens in this file.")
    return found


def _declarations(bare: str) -> Iterator[tuple[str, str]]:
    for block in _plain_blocks(bare):
        for found in _DECLARATION.finditer(block):
            yield found[1], found[2].strip()


def _plain_blocks(bare: str) -> Iterator[str]:
    """What stands in rules that always count. Raises where a brace is missing."""
    depth, start, line = 0, 0, 1
    opened: list[tuple[str, int]] = []
    for found in re.finditer(r"[{}\n]", bare):
        sign, at = found[0], found.start()
        if sign == "\n":
            line += 1
        elif sign == "{":
            opened.append((bare[start:at].strip(), line))
            depth, start = depth + 1, at + 1
        elif not opened:
            raise BadTokens(f'There is a "}}" too many, line {line}.')
        else:
            if not any(head.startswith("@") and not head.startswith("@layer") for head, _ in opened):
                yield bare[start:at]
            opened.pop()
            depth, start = depth - 1, at + 1
    if opened:
        raise BadTokens(f'The "{{" of line {opened[-1][1]} is never closed.')


class Tokens:
    """Tokens by name, as written; `colour` and `text` follow references."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {_dashed(name): value for name, value in values.items()}
        self._alike: dict[str, Any] = {}
        for name, value in self._values.items():
            self._alike.setdefault(plain(name), value)

    def __len__(self) -> int:
        return len(self._values)

    def text(self, name: str) -> str | None:
        """A token's value as text, with references followed; None where it has none, or they go in a circle."""
        return self._text(self._get(name), 0)

    def colour(self, name: str) -> Colour | None:
        """A token that is an opaque colour."""
        value = self._get(name)
        if isinstance(value, Mapping):
            value = _from_parts(value)
        text = self._text(value, 0)
        found = None if text is None else parse_css(text)
        return found if found is not None and found.alpha == 255 else None

    def first(self, names: tuple[str, ...]) -> tuple[str, Colour] | None:
        """The first of *names* that is a colour."""
        found = ((name, self.colour(name)) for name in names)
        return next(((name, colour) for name, colour in found if colour is not None), None)

    def _get(self, name: str) -> object:
        """By its exact name where it is there: `tint-1-1` and `tint-11` are two tokens."""
        exact = self._values.get(_dashed(name))
        return self._alike.get(plain(name)) if exact is None else exact

    def _text(self, value: object, depth: int) -> str | None:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            value = ", ".join(value)  # a font family of the Design Tokens Format Module
        if not isinstance(value, str) or len(value) > _MAX_VALUE or depth > MAX_DEPTH:
            return None
        reference = _REFERENCE.fullmatch(value.strip())
        if reference is None:
            return value.strip()
        wanted = self._get(reference[1] or reference[2])
        if wanted is None:
            return self._text(reference[3], depth + 1)
        if isinstance(wanted, Mapping):
            return _from_parts(wanted)
        return self._text(wanted, depth + 1)


_REFERENCE = re.compile(
    r"\{([^{}]{1,200})\}|var\(\s*--([\w-]{1,200})\s*(?:,\s*(.{1,200}?)\s*)?\)", re.ASCII | re.DOTALL
)
_SIGNS = re.compile(r"[^a-z0-9]+", re.ASCII)


def plain(name: str) -> str:
    """A name without case and punctuation."""
    return _SIGNS.sub("", name.lower())


def _dashed(name: str) -> str:
    return name.strip().lower().removesuffix(".value").removesuffix(".$value").replace(".", "-")


def _from_parts(value: Mapping[str, Any]) -> str | None:
    """A colour as the Design Tokens Format Module 2025.10 writes it: sRGB components, or its `hex`."""
    parts = value.get("components")
    is_srgb = value.get("colorSpace") == "srgb" and isinstance(parts, list) and len(parts) == 3
    if is_srgb and all(isinstance(each, int | float) for each in parts or ()):
        red, green, blue = (round(255 * min(1.0, max(0.0, each))) for each in parts or ())
        return f"rgb({red} {green} {blue} / {value.get('alpha', 1)})"
    text = value.get("hex")
    return text if isinstance(text, str) else None
