"""Which networks a symposium listens to."""

from __future__ import annotations

from server.symposium import entries
from server.symposium.entries import SourceBody
from server.symposium.outcomes import Done
from server.symposium.values import PHONE, SourceId
from tests.server.symposium.day import ANNA, MASTODON, ORGANISER, SHOW, Day, code_of

SET_AT = 10
UNKNOWN = SourceId("unknown")


def test_a_source_is_set_anew_and_its_old_options_are_forgotten() -> None:
    day = Day()
    assert day.state.sources[MASTODON].body == SET_AT

    head = entries.SourceSet(by=ORGANISER, source=MASTODON, network="mastodon", on=False)
    outcome = day.put(head, SourceBody(name="Other"))

    assert outcome == Done(seq=day.seq, redact=(SET_AT,))
    source = day.state.sources[MASTODON]
    assert (source.on, source.body, source.changed, source.by) == (False, day.seq, day.seq, ORGANISER)
    assert day.body(SET_AT) is None


def test_phones_are_no_configured_source() -> None:
    day = Day()
    head = entries.SourceSet(by=ORGANISER, source=PHONE, network="mastodon", on=True)
    assert code_of(day.put(head, SourceBody(name="x"))) == "made-before"
    assert PHONE not in day.state.sources
    assert day.body(day.seq) is None


def test_a_source_is_switched() -> None:
    day = Day()
    day.put(entries.SourceSwitched(by=ANNA, source=MASTODON, on=False))
    source = day.state.sources[MASTODON]
    assert (source.on, source.changed, source.by, source.body) == (False, day.seq, ANNA, SET_AT)


def test_a_removed_source_leaves_what_it_brought() -> None:
    day = Day()
    day.arrive(verdict=SHOW)

    outcome = day.put(entries.SourceRemoved(by=ORGANISER, source=MASTODON))

    assert outcome == Done(seq=day.seq, redact=(SET_AT,))
    assert (day.state.sources, day.body(SET_AT)) == ({}, None)
    assert day.status() == "shown"


def test_what_is_not_there_is_not_switched_or_removed() -> None:
    day = Day()
    assert code_of(day.put(entries.SourceSwitched(by=ANNA, source=UNKNOWN, on=True))) == "unknown"
    assert code_of(day.put(entries.SourceRemoved(by=ORGANISER, source=UNKNOWN))) == "unknown"
