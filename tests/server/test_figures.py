"""Which screens were heard: live, quiet, forgotten, and never more than the bound."""

from __future__ import annotations

from server.figures import FORGOTTEN_S, QUIET_S, Heard


class Clock:
    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def test_screen_is_live_then_quiet_then_forgotten() -> None:
    clock = Clock()
    heard = Heard(clock)
    heard.note("a")
    counts = [heard.counts()]
    for age_s in (QUIET_S, QUIET_S + 1, FORGOTTEN_S + 1):
        clock.now_s = 1_000.0 + age_s
        counts.append(heard.counts())

    assert counts == [(1, 0), (1, 0), (0, 1), (0, 0)]


def test_screen_that_is_heard_again_is_live() -> None:
    clock = Clock()
    heard = Heard(clock)
    heard.note("a")
    clock.now_s += QUIET_S + 1
    heard.note("b")
    assert heard.counts() == (1, 1)

    heard.note("a")

    assert heard.counts() == (2, 0)


def test_strangers_names_cost_a_bounded_room() -> None:
    heard = Heard(Clock())
    for n in range(1_000):
        heard.note(f"screen-{n}")

    assert heard.counts() == (200, 0)
