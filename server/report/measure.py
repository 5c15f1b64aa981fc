"""The day in figures: when the hall said how much, and from where."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from server.report.model import Band, Figure, Figures, Slot
from server.symposium import entries
from server.symposium.entries import BlockBody
from server.symposium.values import SessionId, SessionKind

_HOUR_US: Final = 3_600_000_000
_SHORT_US: Final = 2 * _HOUR_US
_LONG_US: Final = 48 * _HOUR_US
_MARGIN_US: Final = 2 * _HOUR_US
"""What came longer before the first session than this says nothing about the day."""
_MOST_SLOTS: Final = 400
_PEAKS: Final = 3
_CLEAR: Final = 1.5

Planned = tuple[entries.Slot, int, int]
"""A session, and when it really began and ended, in µs."""

_block = msgspec.json.Decoder(BlockBody)


class Moment(NamedTuple):
    """When something was said (µs), and whether from a phone."""

    at: int
    phone: bool


def block_text(body: bytes) -> str:
    """The words of a text of the report."""
    return _block.decode(body).text


def known_zone(zone: str) -> str:
    """*zone* where this computer knows it, else UTC: an odd time zone stops no report."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return "UTC"
    return zone


def language(tag: str | None) -> str:
    """The language of a BCP 47 tag: `nl` of `nl-BE`."""
    return (tag or "").split("-")[0].lower()


def end_of_day(day: str, zone: str) -> int | None:
    """Midnight after the ISO 8601 *day* in *zone*, in µs; None where that is no day."""
    try:
        after = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    midnight = datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(zone))
    return int(midnight.timestamp()) * 1_000_000


def figures(
    moments: Sequence[Moment],
    planned: Sequence[Planned],
    titles: Mapping[SessionId, str],
    *,
    zone: str,
    posts: int,
    authors: int,
    waits: Sequence[int],
    fetched: int,
    scanned: int,
    networks: Counter[str],
    languages: Counter[str],
    hashtags: Counter[str],
    words: tuple[Figure, ...],
) -> Figures:
    """
    Args:
        moments: Of everything that was said during the symposium, by time.
        planned: The programme, by time.
        titles: Of its sessions.
        waits: Seconds that each post waited for the screens.
    """
    start, end = _span(moments, planned)
    slot_s = 300 if end - start <= _SHORT_US else 900 if end - start <= _LONG_US else 3_600
    slots = _slots(moments, start, end, slot_s, zone)
    peaks = _peaks(slots)
    ranked = sorted(waits)
    return Figures(
        posts=posts,
        authors=authors,
        shown_p50_s=_at_share(ranked, 0.5),
        shown_p95_s=_at_share(ranked, 0.95),
        fetched=fetched,
        scanned=scanned,
        slot_s=slot_s,
        slots=slots,
        bands=_bands(planned, titles),
        peaks=peaks,
        clear=_is_clear(slots, peaks),
        talk=_talk_percent(moments, planned),
        networks=_most(networks),
        languages=_most(languages),
        hashtags=_most(hashtags)[:12],
        words=words,
    )


def _most(counts: Counter[str]) -> tuple[Figure, ...]:
    return tuple(Figure(name, n) for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _at_share(ranked: Sequence[int], share: float) -> int | None:
    """The nearest-rank percentile; None of nothing."""
    return ranked[max(0, -(-int(share * 100) * len(ranked) // 100) - 1)] if ranked else None


def _span(moments: Sequence[Moment], planned: Sequence[Planned]) -> tuple[int, int]:
    """From when to when the day is drawn, in µs: the programme with what was said around it."""
    if planned:
        first, last = min(begin for _, begin, _ in planned), max(end for _, _, end in planned)
        first = min([first, *(m.at for m in moments if m.at >= first - _MARGIN_US)])
        return first, max([last, *(m.at for m in moments if m.at <= last + _MARGIN_US)])
    return (moments[0].at, moments[-1].at + 1) if moments else (0, 0)


def _slots(moments: Sequence[Moment], start: int, end: int, slot_s: int, zone: str) -> tuple[Slot, ...]:
    """The columns from *start* to *end*, on the clock's own quarters or hours; the newest `_MOST_SLOTS`."""
    if end <= start:
        return ()
    width = slot_s * 1_000_000
    offset = datetime.fromtimestamp(start // 1_000_000, ZoneInfo(zone)).utcoffset() or timedelta()
    shift = int(offset.total_seconds()) * 1_000_000
    first = (start + shift) // width * width - shift
    count = -(-(end - first) // width)
    first += max(0, count - _MOST_SLOTS) * width
    phones, networks = Counter[int](), Counter[int]()
    for moment in moments:
        (phones if moment.phone else networks)[(moment.at - first) // width] += 1
    return tuple(Slot(first + n * width, phones[n], networks[n]) for n in range(min(count, _MOST_SLOTS)))


def _peaks(slots: Sequence[Slot]) -> tuple[int, ...]:
    ranked = sorted((-slot.n, place) for place, slot in enumerate(slots) if slot.n)
    return tuple(place for _, place in ranked[:_PEAKS])


def _is_clear(slots: Sequence[Slot], peaks: Sequence[int]) -> bool:
    if not peaks:
        return False
    return len(peaks) == 1 or slots[peaks[0]].n >= _CLEAR * slots[peaks[1]].n


def _bands(planned: Sequence[Planned], titles: Mapping[SessionId, str]) -> tuple[Band, ...]:
    """The sessions under the axis; one that runs beside another stands in the second row."""
    bands: list[Band] = []
    free = 0
    for slot, begin, end in planned:
        row = 0 if begin >= free else 1
        if row == 0:
            free = end
        bands.append(Band(start=begin, end=end, title=titles.get(slot.session, ""), kind=slot.kind.value, row=row))
    return tuple(bands)


def _talk_percent(moments: Sequence[Moment], planned: Sequence[Planned]) -> int | None:
    """How many of 100 posts came while somebody spoke."""
    talks: list[tuple[int, int]] = []
    for slot, begin, end in planned:  # by time, so that what runs beside another joins the one before
        spoken_until = end - slot.questions_s * 1_000_000
        if slot.kind is not SessionKind.TALK:
            continue
        if talks and begin <= talks[-1][1]:
            talks[-1] = (talks[-1][0], max(talks[-1][1], spoken_until))
        else:
            talks.append((begin, spoken_until))
    if not talks or not moments:
        return None
    begins = [begin for begin, _ in talks]
    during = sum(
        (place := bisect_right(begins, moment.at)) > 0 and moment.at < talks[place - 1][1] for moment in moments
    )
    return round(100 * during / len(moments))
