"""When the symposium is, when its sources end, and from when on their posts count."""

from __future__ import annotations

import msgspec
import pytest

from server import span
from server.symposium import entries
from server.symposium.entries import Slot, SourceBody, SymposiumBody
from server.symposium.values import SourceId
from tests.server.symposium.day import ANNA, MASTODON, MINUTE, ORGANISER, SLOTS, Day

DAY, HOUR = 86_400_000_000, 3_600_000_000
MIDNIGHT = 1_795_215_600_000_000
"""Of 21 November 2026, in Amsterdam."""
LAST = 130 * MINUTE


def dated(date: str = "2026-11-21", *, days: int | None = 3) -> Day:
    day = Day()
    day.put(entries.SymposiumChanged(by=ORGANISER), SymposiumBody(title="De dag", date=date))
    day.put(entries.ListeningSet(by=ORGANISER, days=days))
    return day


def test_it_begins_at_the_midnight_before_its_day_or_with_its_first_session() -> None:
    day = dated()
    assert span.begin_of(day.state) == MIDNIGHT
    day.programme()
    assert span.begin_of(day.state) == 10 * MINUTE


@pytest.mark.parametrize("date", ["", "morgen", "2026-13-01"])
def test_without_a_day_nothing_begins_or_ends(date: str) -> None:
    day = dated(date)
    state = day.state
    assert (span.begin_of(state), span.end_of(state), span.listens_until(state)) == (None, None, None)
    assert list(span.over(state, 2**60)) == []
    assert span.takes_from(None, state.sources[MASTODON], hours=1) is None


@pytest.mark.parametrize(("days", "until"), [(0, MIDNIGHT + DAY), (3, MIDNIGHT + 4 * DAY), (None, None)])
def test_sources_end_so_many_days_after_it(days: int | None, until: int | None) -> None:
    assert span.listens_until(dated(days=days).state) == until


def later(by_us: int) -> tuple[Slot, ...]:
    return tuple(msgspec.structs.replace(slot, start=slot.start + by_us, end=slot.end + by_us) for slot in SLOTS)


class TestSeveralDays:
    """21 to 23 November. The organiser's own dates rule, with a programme that is half filled in, and with none."""

    def days(self, *, until: str = "2026-11-23") -> Day:
        day = Day()
        day.put(entries.SymposiumChanged(by=ORGANISER), SymposiumBody(title="T", date="2026-11-21", until=until))
        day.put(entries.ListeningSet(by=ORGANISER, days=0))
        return day

    def test_without_a_programme_they_end_with_the_last_day(self) -> None:
        state = self.days().state
        assert (span.begin_of(state), span.listens_until(state)) == (MIDNIGHT, MIDNIGHT + 3 * DAY)
        assert list(span.over(state, MIDNIGHT + 3 * DAY - 1)) == []
        assert list(span.over(state, MIDNIGHT + 3 * DAY)) == [MASTODON]

    @pytest.mark.parametrize("until", ["", "morgen"])
    def test_without_a_last_day_they_end_with_the_only_one(self, until: str) -> None:
        """The control."""
        assert span.listens_until(self.days(until=until).state) == MIDNIGHT + DAY

    def test_a_programme_of_one_of_the_days_shortens_nothing(self) -> None:
        """Sessions of long before: an old version, or another year's."""
        day = self.days()
        day.programme()
        assert (span.begin_of(day.state), span.end_of(day.state)) == (10 * MINUTE, MIDNIGHT + 3 * DAY)

    def test_a_programme_that_begins_later_opens_nothing_later(self) -> None:
        day = self.days()
        day.programme(later(MIDNIGHT + DAY))
        assert span.begin_of(day.state) == MIDNIGHT

    def test_a_session_after_the_last_day_counts_too(self) -> None:
        day = self.days()
        day.programme(later(MIDNIGHT + 5 * DAY))
        assert span.end_of(day.state) == MIDNIGHT + 5 * DAY + LAST


def test_a_source_is_over_at_the_moment_and_not_before() -> None:
    state = dated(days=0).state
    assert list(span.over(state, MIDNIGHT + DAY - 1)) == []
    assert list(span.over(state, MIDNIGHT + DAY)) == [MASTODON]


def test_a_day_after_which_no_clock_goes_on_has_no_end() -> None:
    assert span.end_of(dated("9999-12-31").state) is None


def test_a_source_is_never_over_where_somebody_said_so() -> None:
    assert list(span.over(dated(days=None).state, 2**60)) == []


def test_what_somebody_switched_on_since_goes_on() -> None:
    """With a programme that was over before: a wrong date, or a person who knows better than a date."""
    day = Day()
    day.programme()
    day.put(entries.ListeningSet(by=ORGANISER, days=0))
    while day.state.at < LAST:
        day.put(entries.ListeningSet(by=ORGANISER, days=0))
    assert list(span.over(day.state, LAST)) == [MASTODON]

    day.put(entries.SourceSwitched(by=None, source=MASTODON, on=False))
    off = list(span.over(day.state, LAST))
    day.put(entries.SourceSwitched(by=ANNA, source=MASTODON, on=True))
    day.put(entries.SourceSet(by=ORGANISER, source=SourceId("m-2"), network="mastodon", on=True), SourceBody())

    assert (off, list(span.over(day.state, day.state.at + DAY - MINUTE))) == ([], [])


@pytest.mark.parametrize(("days", "goes_on"), [(0, DAY), (1, DAY), (3, 3 * DAY), (None, None)])
def test_what_somebody_switched_on_afterwards_goes_on_for_as_long_again(days: int | None, goes_on: int | None) -> None:
    """A day at least. Who switches it on once more gets as long once more; without an end, nothing ends."""
    day = Day()
    day.programme()
    day.put(entries.ListeningSet(by=ORGANISER, days=days))
    turned = day.state.sources[MASTODON].turned = LAST + 4 * DAY
    if goes_on is None:
        assert list(span.over(day.state, 2**60)) == []
        return
    assert list(span.over(day.state, turned + goes_on - 1)) == []
    assert list(span.over(day.state, turned + goes_on)) == [MASTODON]


def test_posts_count_from_some_hours_before_it_or_before_the_source_was_added() -> None:
    source = dated().state.sources[MASTODON]
    assert span.takes_from(MIDNIGHT, source, hours=24) == source.made - 24 * HOUR
    assert span.takes_from(source.made - DAY, source, hours=24) == source.made - 2 * DAY


def test_another_programme_or_date_is_another_version() -> None:
    day = dated()
    before = span.version(day.state)
    day.arrive()
    same = span.version(day.state)
    day.programme()
    assert (before == same, span.version(day.state) == same) == (True, False)
