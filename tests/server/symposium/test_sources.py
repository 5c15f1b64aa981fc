"""Which networks a symposium listens to."""

from __future__ import annotations

import pytest

from server.symposium import entries
from server.symposium.entries import SourceBody
from server.symposium.outcomes import Done
from server.symposium.values import OPERATOR, PHONE, SourceId
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


def test_a_source_that_ends_by_itself_needs_no_badge_and_can_be_switched_on_again() -> None:
    day = Day()
    made = day.state.sources[MASTODON].made

    day.put(entries.SourceSwitched(by=None, source=MASTODON, on=False))
    ended = day.state.sources[MASTODON]
    was = (ended.on, ended.ended, ended.turned, ended.changed, ended.by)
    at, seq = day.state.at, day.seq
    day.put(entries.SourceSwitched(by=ANNA, source=MASTODON, on=True))

    again = day.state.sources[MASTODON]
    assert was == (False, at, made, seq, OPERATOR)
    assert (again.on, again.ended, again.turned, again.made) == (True, 0, day.state.at, made)


def test_nothing_begins_by_itself() -> None:
    """The control: with a badge the same entry does switch it on."""
    day = Day()
    day.put(entries.SourceSwitched(by=ANNA, source=MASTODON, on=False))
    assert code_of(day.put(entries.SourceSwitched(by=None, source=MASTODON, on=True))) == "no-badge"
    assert not day.state.sources[MASTODON].on
    day.put(entries.SourceSwitched(by=ANNA, source=MASTODON, on=True))
    assert day.state.sources[MASTODON].on


def test_what_is_off_or_gone_does_not_end() -> None:
    day = Day()
    day.put(entries.SourceSwitched(by=ANNA, source=MASTODON, on=False))
    assert code_of(day.put(entries.SourceSwitched(by=None, source=MASTODON, on=False))) == "unknown"
    assert code_of(day.put(entries.SourceSwitched(by=None, source=UNKNOWN, on=False))) == "unknown"
    assert day.state.sources[MASTODON].ended == 0


def test_a_source_that_is_set_anew_was_made_when_it_was_made() -> None:
    day = Day()
    made = day.state.sources[MASTODON].made
    day.put(entries.SourceSet(by=ORGANISER, source=MASTODON, network="mastodon", on=True), SourceBody(name="Other"))
    source = day.state.sources[MASTODON]
    assert (source.made, source.turned) == (made, day.state.at)


@pytest.mark.parametrize("days", [0, 3, 366, None])
def test_an_organiser_says_how_long_is_listened(days: int | None) -> None:
    day = Day()
    assert day.state.listening_days == 3
    day.put(entries.ListeningSet(by=ORGANISER, days=days))
    assert day.state.listening_days == days


@pytest.mark.parametrize("days", [-1, 367])
def test_a_period_that_cannot_be_is_refused(days: int) -> None:
    day = Day()
    assert code_of(day.put(entries.ListeningSet(by=ORGANISER, days=days))) == "bad-period"
    assert day.state.listening_days == 3
