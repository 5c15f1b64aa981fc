"""The numbers of sources: a reader who begins at the beginning meets 1, then 2."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.report.compose import compose
from server.report.document import Bullets, Heading, Inlines, Note, NoteRef, Paragraph, Part, Said, Strong, Table, Text
from server.report.numbering import in_order
from tests.server.report import sample


def refs(*numbers: int) -> Inlines:
    return tuple(NoteRef(number, f"p. {number}") for number in numbers)


def notes(*numbers: int) -> tuple[Note, ...]:
    """Each says what it is of."""
    return tuple(Note(number=number, inlines=(Text(f"bron {number}"),)) for number in numbers)


def met(node: Any) -> list[tuple[int, str]]:
    """All that points at a source in a document, in the order of reading."""
    if isinstance(node, NoteRef):
        return [(node.number, node.place)]
    if isinstance(node, tuple):
        return [each for inner in node for each in met(inner)]
    if isinstance(node, msgspec.Struct):
        return [each for name in node.__struct_fields__ for each in met(getattr(node, name))]
    return []


def test_sources_are_numbered_as_a_reader_meets_them() -> None:
    said = Said(role="thread", inlines=refs(2), by=refs(5), name="", when="")
    table = Table(refs(1), (refs(7),), ((refs(3), refs(1)),))
    parts = (
        Part(ident="a", blocks=(Heading(1, (Text("Kop"),), "a"), Bullets(((Paragraph(refs(4)),),)), said)),
        Part(ident="b", blocks=(Paragraph((Strong(refs(6)), *refs(4))), table)),
    )

    made, numbered = in_order(parts, notes(1, 2, 3, 4, 5, 6, 7, 8))

    assert met(made) == [(1, "p. 4"), (2, "p. 2"), (3, "p. 5"), (4, "p. 6"), (1, "p. 4"), (5, "p. 1"), (6, "p. 7"),
                         (7, "p. 3"), (5, "p. 1")]  # fmt: skip
    assert [note.number for note in numbered] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [note.inlines[0] for note in numbered] == [Text(f"bron {n}") for n in (4, 2, 5, 6, 1, 7, 3, 8)]


def test_what_is_in_order_stays_the_very_same() -> None:
    parts, sources = (Part(ident="a", blocks=(Paragraph(refs(1, 2)),)),), notes(1, 2, 3)

    made, numbered = in_order(parts, sources)

    assert made is parts
    assert numbered is sources


def test_a_number_without_a_source_stays_what_it_is() -> None:
    made, _ = in_order((Part(ident="a", blocks=(Paragraph(refs(99, 2, 1)),)),), notes(1, 2))

    assert [number for number, _ in met(made)] == [99, 1, 2]


@given(order=st.permutations(range(1, 9)))
def test_every_reference_still_leads_to_its_own_source(order: list[int]) -> None:
    made, numbered = in_order((Part(ident="a", blocks=(Paragraph(refs(*order)),)),), notes(*sorted(order)))

    told = {note.number: note.inlines[0] for note in numbered}
    assert [told[number] for number, _ in met(made)] == [Text(f"bron {number}") for number in order]
    assert [number for number, _ in met(made)] == list(range(1, 9))


@pytest.mark.parametrize("make", [sample.report, sample.draft])
def test_a_report_counts_its_sources_from_the_first_on(make: Any) -> None:
    document = compose(make())

    first = dict.fromkeys(number for number, _ in met(document.parts))

    assert list(first) == list(range(1, len(first) + 1))
    assert [note.number for note in document.notes] == list(range(1, len(document.notes) + 1))
