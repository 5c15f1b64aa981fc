"""
The numbers of sources, in the order in which a reader meets them.

The compiler numbers posts and papers as it finds them; what an author wrote, and a quote that stands elsewhere, changes
that order. Only a whole document knows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec

from server.report.document import Note, NoteRef, Part


def in_order(parts: tuple[Part, ...], notes: tuple[Note, ...]) -> tuple[tuple[Part, ...], tuple[Note, ...]]:
    """*parts* and *notes* with numbers from 1 in the order of reading; notes that nothing points at come last."""
    known = {note.number for note in notes}
    met = dict.fromkeys(number for number in _numbers(parts) if number in known)
    numbers = {number: place for place, number in enumerate([*met, *sorted(known - met.keys())], start=1)}
    if all(number == place for number, place in numbers.items()):
        return parts, notes
    renumbered = (msgspec.structs.replace(note, number=numbers[note.number]) for note in notes)
    return cast(tuple[Part, ...], _with(parts, numbers)), tuple(sorted(renumbered, key=lambda note: note.number))


def _numbers(node: Any) -> Iterator[int]:
    """Of all that is in *node*: the fields of a node are in the order of reading."""
    match node:
        case NoteRef():
            yield node.number
        case tuple():
            for each in node:
                yield from _numbers(each)
        case msgspec.Struct():
            for name in node.__struct_fields__:
                yield from _numbers(getattr(node, name))


def _with(node: Any, numbers: Mapping[int, int]) -> Any:
    """*node* with other numbers; the very same where none is in it."""
    match node:
        case NoteRef():
            return msgspec.structs.replace(node, number=numbers.get(node.number, node.number))
        case tuple():
            made = tuple(_with(each, numbers) for each in node)
            return made if any(one is not other for one, other in zip(made, node, strict=True)) else node
        case msgspec.Struct():
            fields = {name: getattr(node, name) for name in node.__struct_fields__}
            changed = {name: new for name, old in fields.items() if (new := _with(old, numbers)) is not old}
            return msgspec.structs.replace(node, **changed) if changed else node
        case _:
            return node
