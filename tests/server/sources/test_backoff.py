from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.sources.backoff import Backoff, Cause, SourceUnavailable, asked_to_wait

NOW = 1_795_291_200.0  # 2026-11-21T20:00:00Z


class _NoJitter(random.Random):
    """The longest of a full jitter, and nothing on top of what was asked."""

    def uniform(self, a: float, b: float) -> float:
        return 0.0 if b == pytest.approx(0.1) else b


def _waits(cause: Cause, times: int, *, asked_s: float | None = None) -> list[float | None]:
    backoff = Backoff(_NoJitter())
    trouble = SourceUnavailable("", code="x", cause=cause, asked_s=asked_s)
    return [backoff.failed(trouble, now=0.0) for _ in range(times)]


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        pytest.param(Cause.LIMITED, [60, 120, 240, 480, 900, 900], id="429"),
        pytest.param(Cause.SERVER, [5, 10, 20, 40, 80, 160, 320, 320], id="5xx"),
        pytest.param(Cause.DROPPED, [0, 1, 2, 4, 8, 16, 32, 60, 60], id="connection-lost"),
        pytest.param(Cause.REFUSED, [None, None], id="401-403"),
    ],
)
def test_backoff_follows_the_table(cause: Cause, expected: list[float | None]) -> None:
    assert _waits(cause, len(expected)) == expected


@pytest.mark.parametrize(
    ("cause", "asked_s", "expected"),
    [
        pytest.param(Cause.LIMITED, 17.0, 17, id="asked"),
        pytest.param(Cause.SERVER, 17.0, 17, id="asked-with-503"),
        pytest.param(Cause.LIMITED, 0.0, 1, id="never-at-once"),
        pytest.param(Cause.LIMITED, 1e9, 3600, id="an-hour-at-most"),
        pytest.param(Cause.REFUSED, 17.0, None, id="a-refusal-stays-one"),
    ],
)
def test_backoff_obeys_what_a_server_asks(cause: Cause, asked_s: float, expected: float | None) -> None:
    assert _waits(cause, 1, asked_s=asked_s) == [expected]


@pytest.mark.parametrize("cause", [Cause.LIMITED, Cause.SERVER])
@pytest.mark.parametrize(
    ("asked_s", "expected"),
    [
        pytest.param(0.0, [1, 2, 4, 8, 16, 32, 60, 60], id="nothing"),
        pytest.param(-3600.0, [1, 2, 4, 8, 16, 32, 60, 60], id="its-clock-is-behind-ours"),
        pytest.param(20.0, [20, 20, 20, 20, 20, 32, 60, 60], id="too-little"),
        pytest.param(90.0, [90] * 8, id="enough"),
    ],
)
def test_server_that_says_no_again_and_again_is_asked_less(
    cause: Cause, asked_s: float, expected: list[float | None]
) -> None:
    assert _waits(cause, len(expected), asked_s=asked_s) == expected


def test_backoff_starts_anew_after_a_minute_of_health() -> None:
    backoff, trouble = Backoff(_NoJitter()), SourceUnavailable("", code="x", cause=Cause.SERVER)
    backoff.failed(trouble, now=0)
    backoff.worked(now=10)
    backoff.worked(now=60)

    assert backoff.failed(trouble, now=70) == 5


def test_backoff_goes_on_doubling_when_health_was_short() -> None:
    backoff, trouble = Backoff(_NoJitter()), SourceUnavailable("", code="x", cause=Cause.SERVER)
    backoff.failed(trouble, now=0)
    backoff.worked(now=10)

    assert backoff.failed(trouble, now=69) == 10


@given(st.randoms(use_true_random=False), st.sampled_from([Cause.LIMITED, Cause.SERVER]), st.floats(1, 3600))
def test_backoff_never_comes_back_earlier_than_asked(rng: random.Random, cause: Cause, asked_s: float) -> None:
    wait_s = Backoff(rng).failed(SourceUnavailable("", code="x", cause=cause, asked_s=asked_s), now=0)

    assert wait_s is not None
    assert asked_s <= wait_s <= asked_s * 1.1


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"Retry-After": "30"}, 30, id="seconds"),
        pytest.param({"retry-after": " 30 "}, 30, id="any-case"),
        pytest.param({"Retry-After": "Sat, 21 Nov 2026 20:01:30 GMT"}, 90, id="http-date"),
        pytest.param({"Retry-After": "Sat, 21 Nov 2026 19:00:00 GMT"}, 0, id="past"),
        pytest.param({"X-RateLimit-Reset": "2026-11-21T20:05:00.123456Z"}, 300.123456, id="mastodon-iso"),
        pytest.param({"X-Ratelimit-Reset": "2026-11-21T21:05:00+01:00"}, 300, id="other-zone"),
        pytest.param({"x-rate-limit-reset": "1795291260"}, 60, id="x-unix-seconds"),
        pytest.param({"X-RateLimit-Reset": "1795291260"}, 60, id="unix-seconds"),
        pytest.param({"RateLimit-Reset": "12"}, 12, id="draft"),
        pytest.param({"Retry-After": "30", "X-RateLimit-Reset": "2026-11-21T20:05:00Z"}, 30, id="retry-after-first"),
        pytest.param({"Retry-After": "soon", "RateLimit-Reset": "12"}, 12, id="nonsense-then-sense"),
        pytest.param({"Retry-After": "nan"}, None, id="nan"),
        pytest.param({"Retry-After": "inf"}, None, id="infinite"),
        pytest.param({"Retry-After": ""}, None, id="empty"),
        pytest.param({}, None, id="silent"),
    ],
)
def test_asked_to_wait_reads_every_spelling(headers: dict[str, str], expected: float | None) -> None:
    assert asked_to_wait(headers, now=NOW) == (None if expected is None else pytest.approx(expected))


@given(st.text(max_size=40))
def test_asked_to_wait_survives_anything(value: str) -> None:
    seconds = asked_to_wait({"Retry-After": value}, now=NOW)

    assert seconds is None or seconds >= 0
