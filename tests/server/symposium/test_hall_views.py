"""What each audience is told of questions and polls, as the values of its view."""

from __future__ import annotations

import random

import msgspec
import pytest

from server.symposium import entries
from server.symposium.entries import AnswerBody, PollForm
from server.symposium.hall_views import ANSWERED, CLOSED_POLLS, PHONE_QUESTIONS, WALL_QUESTIONS, HallPages
from server.symposium.values import PollId, PollKind, PostBody, PostId, Reveal, Scene, Stand, VoterKey
from tests.server.symposium.day import ANNA, HOLD, OPENING, ORGANISER, PANEL, SHOW, Day
from tests.server.symposium.test_polls import POLL, SINGLE, WORDS, Polling
from tests.server.symposium.test_questions import ONE, THREE, TWO, Asking


def pages(day: Day) -> HallPages:
    made = HallPages()
    made.look(day.state)
    return made


class TestQuestions:
    def test_the_votes_stand_beside_each(self) -> None:
        day = Asking()
        day.vote(TWO, "a")
        told = pages(day).wall
        assert (told[f"votes:{ONE}"], told[f"votes:{TWO}"]) == (1, 2)
        assert "votes" not in msgspec.to_builtins(told[f"question:{TWO}"])

    def test_only_those_who_lead_are_told_what_is_counted_under_one(self) -> None:
        day = Asking()
        day.merge(ONE, TWO)
        told = pages(day)
        assert [each.post for each in told.staff[f"question:{ONE}"].under] == [TWO]
        assert told.phone[f"question:{ONE}"].under == ()
        assert told.phone[f"question:{ONE}"].merged == 1
        assert f"question:{TWO}" not in told.staff

    @pytest.mark.parametrize("who", ["wall", "phone", "staff"])
    def test_nobody_is_told_what_waits(self, who: str) -> None:
        day = Asking()
        day.arrive("waits", verdict=HOLD, question=True, voter=VoterKey("v"))
        assert "question:waits" not in getattr(pages(day), who)
        day.decide("show", "waits")
        assert "question:waits" in getattr(pages(day), who), "control: it is told once it is approved"

    def test_a_new_one_without_votes_is_not_buried(self) -> None:
        day = Day()
        for n in range(100):
            day.arrive(f"q{n}", author=f"writer-{n}", verdict=SHOW, question=True)
        for n in range(60):
            day.put(entries.QuestionVoted(post=PostId(f"q{n}"), voter=VoterKey("a")))
        told = pages(day)
        for items, most in ((told.phone, PHONE_QUESTIONS), (told.wall, WALL_QUESTIONS)):
            shown = [key.removeprefix("votes:") for key in items if key.startswith("votes:")]
            assert shown == [*(f"q{n}" for n in range(most)), *(f"q{n}" for n in range(100 - most, 100))]
        assert sum(key.startswith("question:") for key in told.staff) == 100

    def test_what_is_on_stage_and_what_was_answered_last_is_always_told(self) -> None:
        day = Day()
        for n in range(100):
            day.arrive(f"q{n}", author=f"writer-{n}", verdict=SHOW, question=True)
        for n in range(40, 60):
            day.put(entries.QuestionStood(by=ANNA, post=PostId(f"q{n}"), stand=Stand.ANSWERED))
        day.put(entries.QuestionStood(by=ANNA, post=PostId("q60"), stand=Stand.ON_STAGE))
        told = pages(day).wall
        assert told["question:q60"].stand == "on-stage"
        answered = [key for key in told if key.startswith("question:") and told[key].stand == "answered"]
        assert answered == [f"question:q{n}" for n in range(60 - ANSWERED, 60)]

    def test_stop_takes_all_of_them(self) -> None:
        day = Asking()
        day.stop()
        assert set(pages(day).phone) == {"hall"}


class TestPolls:
    def test_a_draft_is_for_those_who_lead(self) -> None:
        day = Polling()
        day.draft(SINGLE)
        told = pages(day)
        assert f"poll:{POLL}" in told.staff
        assert f"tally:{POLL}" not in told.staff
        assert f"poll:{POLL}" not in told.wall
        day.open()
        assert f"poll:{POLL}" in pages(day).wall, "control: it is told once it is open"

    @pytest.mark.parametrize(("reveal", "told"), [(Reveal.LIVE, True), (Reveal.VOTED, False), (Reveal.CLOSED, False)])
    def test_a_result_is_for_everybody_when_it_may_be(self, reveal: Reveal, told: bool) -> None:
        day = Polling()
        day.hold(msgspec.structs.replace(SINGLE, reveal=reveal))
        for n in range(6):
            day.vote(f"v{n}", 1)
        before = pages(day)
        day.close()
        tallies = before.phone[f"tally:{POLL}"], before.staff[f"tally:{POLL}"], pages(day).phone[f"tally:{POLL}"]
        assert [each.n for each in tallies] == [6, 6, 6]
        assert [each.result is not None for each in tallies] == [told, True, True]

    def test_everybody_is_told_of_the_last_ones_of_those_in_scenes_and_of_what_they_repeat(self) -> None:
        day = Polling()
        ids = [PollId(f"p{n}") for n in range(12)]
        for n, id_ in enumerate(ids):
            form = PollForm(kind=PollKind.SINGLE, options=2, again=ids[2] if n == 11 else None)
            day.hold(form, id_)
            day.close(id_)
        day.put(entries.SceneSet(by=ANNA, scene=Scene.POLL, poll=ids[5]))
        told = {key for key in pages(day).wall if key.startswith("poll:")}
        assert told == {f"poll:{id_}" for id_ in (*ids[-CLOSED_POLLS:], ids[5], ids[2])}
        assert sum(key.startswith("poll:") for key in pages(day).staff) == 12


def test_what_did_not_change_stays_the_same_object() -> None:
    day = Polling()
    day.arrive("q", verdict=SHOW, question=True)
    day.hold(SINGLE)
    made = HallPages()
    made.look(day.state)
    before = dict(made.wall)
    day.vote("a", 1)
    made.look(day.state)
    changed = [key for key, value in made.wall.items() if value is not before[key]]
    assert changed == [f"tally:{POLL}"]


def test_nobody_who_voted_is_in_it() -> None:
    day = Asking()
    day.vote(THREE, "voter-who-must-not-be-told")
    assert b"voter-who" in msgspec.json.encode(day.state), "control: it is there to be told"
    told = pages(day)
    for items in (told.wall, told.phone, told.staff):
        assert b"voter-who" not in msgspec.json.encode(items)


def test_words_that_wait_for_the_end_of_a_pause_come_then() -> None:
    day, kept = Polling(), HallPages()
    day.hold(msgspec.structs.replace(WORDS, reveal=Reveal.LIVE))
    for n in range(6):
        if n == 5:
            day.pause()
        day.arrive(
            f"w{n}", author=f"a{n}", verdict=SHOW, poll=POLL, voter=VoterKey(f"v{n}"), body=PostBody(salt="", text="ja")
        )
    kept.look(day.state)
    assert kept.wall[f"tally:{POLL}"].result.words == (("ja", 5),)
    day.pause(on=False)
    kept.look(day.state)
    assert kept.wall[f"tally:{POLL}"].result.words == (("ja", 6),)


class Hectic(Polling):
    """A hall in which anything happens to questions and polls."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.rng = random.Random(seed)
        for n in range(6):
            self.arrive(f"q{n}", verdict=SHOW, question=True, voter=VoterKey(f"v{n}"))
        self.polls = (POLL, PollId("words"))
        self.hold(msgspec.structs.replace(SINGLE, session=OPENING))
        self.hold(msgspec.structs.replace(WORDS, session=PANEL, reveal=Reveal.LIVE), self.polls[1])
        for n in range(8):
            body = PostBody(salt="", text="ja")
            self.arrive(f"a{n}", author=f"w{n}", verdict=SHOW, poll=self.polls[1], voter=VoterKey(f"w{n}"), body=body)

    def happen(self) -> None:
        rng, n = self.rng, len(self.records)
        one, other = (PostId(f"q{rng.randrange(6)}") for _ in range(2))
        poll, voter = rng.choice(self.polls), VoterKey(f"v{rng.randrange(9)}")
        answer = f"w{n}"
        rng.choice(
            (
                lambda: self.put(entries.QuestionVoted(post=one, voter=voter, on=rng.random() < 0.7)),
                lambda: self.put(entries.QuestionsMerged(by=ANNA, into=one, posts=(other,))),
                lambda: self.put(entries.QuestionsSplit(by=ANNA, posts=(one,))),
                lambda: self.put(entries.QuestionStood(by=ANNA, post=one, stand=rng.choice(list(Stand)))),
                lambda: self.put(
                    entries.QuestionStood(by=ANNA, post=one, stand=Stand.ANSWERED, words=True), AnswerBody(text=answer)
                ),
                lambda: self.put(entries.QuestionSet(by=ANNA, post=one, on=rng.random() < 0.7)),
                lambda: self.undo_act(rng.choice([*self.state.acts, 1])),
                lambda: self.decide(rng.choice(("hide", "show")), one),
                lambda: self.move(one, to=None),
                lambda: self.stop(on=rng.random() < 0.5),
                lambda: self.pause(on=rng.random() < 0.5),
                lambda: self.vote(voter, rng.randrange(3)),
                lambda: self.put(
                    entries.VotesSetAside(by=ANNA, poll=POLL, voters=(voter,), on=rng.random() < 0.5),
                    entries.ReasonBody(reason="Een robot."),
                ),
                lambda: self.open(poll),
                lambda: self.close(poll),
                lambda: self.arrive(
                    answer,
                    author=voter,
                    verdict=rng.choice((SHOW, HOLD)),
                    poll=self.polls[1],
                    voter=voter,
                    body=PostBody(salt="", text=rng.choice(("ja", "nee"))),
                ),
                lambda: self.decide(rng.choice(("hide", "show")), rng.choice([*self.state.posts])),
                lambda: self.put(entries.SceneSet(by=ANNA, scene=Scene.POLL, poll=poll)),
                lambda: self.put(entries.HallSet(by=ANNA, reactions=rng.random() < 0.5)),
                lambda: self.put(entries.Erased(by=ORGANISER, posts=(rng.choice([*self.state.posts]),))),
            )
        )()


@pytest.mark.parametrize("seed", range(12))
def test_what_is_kept_from_look_to_look_is_what_a_new_look_says(seed: int) -> None:
    """Whatever happens: nothing that a change touched is left as it was."""
    day, kept = Hectic(seed), HallPages()
    for _ in range(250):
        day.happen()
        kept.look(day.state)
        fresh = pages(day)
        assert (kept.wall, kept.phone, kept.staff) == (fresh.wall, fresh.phone, fresh.staff)
