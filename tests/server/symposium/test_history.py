"""What staff did, as the desk is told."""

from __future__ import annotations

from server.symposium import history
from server.symposium.values import Policy, Reason
from server.symposium.views import DeskBook, StageBook
from tests.server.symposium.day import BRAM, SHOW, Day


def a_day() -> Day:
    day = Day()
    day.arrive("p", verdict=SHOW)
    day.decide("hide")
    day.stop(by=BRAM)
    day.undo_act()
    day.scene("spotlight", "nobody")  # refused: not in the history
    day.scene("join", screen="left")
    day.brake()
    day.ban()
    day.amend()
    return day


def told(day: Day, *, before: int | None = None) -> list[tuple[str, str, str, str]]:
    lines = (history.decision_facts(day.state, each) for each in history.history(day.state, before=before))
    return [(line.by, line.what, line.decision, line.detail) for line in lines]


def test_decisions_and_acts_in_one_line_newest_first() -> None:
    assert told(a_day()) == [
        ("Anna", "amended", "", "2"),
        ("Anna", "banned", "ban", ""),
        ("", "brake", "", Policy.RULES_DECIDE),
        ("Anna", "scene", "", "join"),
        ("Bram", "stop", "", "on"),
        ("Anna", "decided", "hide", ""),
    ]


def test_before_an_entry() -> None:
    day = a_day()
    seqs = [each.seq for each in history.history(day.state)]
    for number, seq in enumerate(seqs):
        assert told(day, before=seq) == told(day)[number + 1 :]


def test_it_says_what_can_be_taken_back_now() -> None:
    day = a_day()
    can = {each.seq: history.decision_facts(day.state, each).can_undo for each in history.history(day.state)}
    whats = {
        history.decision_facts(day.state, day.state.acts[seq]).what: can[seq] for seq in can if seq in day.state.acts
    }
    assert whats == {"amended": False, "brake": True, "scene": True, "stop": False}


def test_an_act_on_a_post_says_which() -> None:
    day = a_day()
    newest = history.decision_facts(day.state, next(history.history(day.state)))
    assert (newest.posts, newest.text, newest.screen) == (("p",), "p says p-2", None)
    scene = next(act for act in day.state.acts.values() if act.kind == "scene")
    assert history.decision_facts(day.state, scene).screen == "left"


def test_desk_and_stage_have_the_newest_and_learn_when_one_cannot_be_taken_back_any_more() -> None:
    day = Day()
    books = (DeskBook(), StageBook())
    day.set_theme("a")
    theme = day.seq
    for book in books:
        book.look(day.state)
        assert book.items[f"last:{theme}"].can_undo
    day.set_theme("b")
    for book in books:
        book.look(day.state)
        assert not book.items[f"last:{theme}"].can_undo
        assert len([key for key in book.items if key.startswith("last:")]) == 2

    for number in range(history.LAST_DECISIONS):
        day.set_theme(str(number))
    for book in books:
        book.look(day.state)
        assert len([key for key in book.items if key.startswith("last:")]) == history.LAST_DECISIONS


def test_a_rejection_says_why() -> None:
    day = Day()
    day.arrive("p")
    day.decide("reject", reason=Reason.ADVERTISING)
    newest = history.decision_facts(day.state, next(history.history(day.state)))
    assert (newest.decision, newest.reason) == ("reject", "advertising")


def test_a_ban_that_took_nothing_away_names_its_author_by_their_newest_post() -> None:
    day = Day()
    day.arrive("p")
    day.ban(earlier=False)
    newest = history.decision_facts(day.state, next(history.history(day.state)))
    assert (newest.decision, newest.posts, newest.text) == ("ban", (), "p says p-1")
