"""
What the hall asks and is asked, as keyed values for each audience's view.

Votes come by the thousand: these values are looked at only now and then, by whoever keeps the rhythm, and stay the same
objects until something changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import nlargest
from typing import Any

from server.symposium.bodies import Wire
from server.symposium.facts import is_told, on_screen
from server.symposium.hall_facts import (
    LiveQuestion,
    QuestionFacts,
    TallyFacts,
    live_poll,
    question_facts,
    tally_facts,
)
from server.symposium.polls import is_open
from server.symposium.state import Poll, State
from server.symposium.values import PollId, Stand

STAFF_QUESTIONS = 400
PHONE_QUESTIONS = 30
WALL_QUESTIONS = 12
"""The most wanted, and as many of the newest: a question without votes is not buried."""
ANSWERED = 10
CLOSED_POLLS = 5
"""How many of the last ones everybody is told of."""

Items = dict[str, Any]
_LIVE_FIELDS = LiveQuestion.__struct_fields__


class HallFacts(Wire, frozen=True):
    """What phones may do, and whether screens show by themselves what the hall is asked."""

    questions: bool
    reactions: bool
    follows: bool


class HallPages:
    """
    The values of this moment, kept from look to look.

    `wall` and `phone` are for everybody: only what is on the screens, and results that anybody may see. `staff` is for
    those who lead: drafts and every result, still nothing that was not approved.
    """

    def __init__(self) -> None:
        self.wall: Items = {}
        self.phone: Items = {}
        self.staff: Items = {}
        self._known: dict[str, Any] = {}
        self._version: tuple[Any, ...] = ()
        self._tallies: dict[tuple[PollId, bool], tuple[tuple[Any, ...], TallyFacts]] = {}

    def look(self, state: State) -> None:
        """Bring the values up to *state*, which is not kept; next to free where nothing of theirs changed."""
        version = version_of(state)
        if version == self._version:
            return
        self._version = version
        self._take(state)

    def _take(self, state: State) -> None:
        hall = HallFacts(questions=state.hall.questions, reactions=state.hall.reactions, follows=state.hall.follows)
        always = {"hall": hall}
        plain = question_facts(state)
        named = question_facts(state, names_merged=True) if any(each.merged for each in plain) else plain
        public = _public_polls(state)
        polls = dict(self._polls(state, public, sees_all=False))
        self.wall = self._same({**always, **_questions(_some(plain, WALL_QUESTIONS)), **polls}, "")
        self.phone = self._same({**always, **_questions(_some(plain, PHONE_QUESTIONS)), **polls}, "")
        polls = dict(self._polls(state, state.polls, sees_all=True))
        self.staff = self._same({**always, **_questions(named[:STAFF_QUESTIONS]), **polls}, "staff ")
        kept = {*self.wall, *self.phone, *(f"staff {key}" for key in self.staff)}
        self._known = {key: value for key, value in self._known.items() if key in kept}

    def _polls(self, state: State, ids: Iterable[PollId], *, sees_all: bool) -> Iterator[tuple[str, Any]]:
        for id_ in ids:
            yield f"poll:{id_}", live_poll(state, id_)
            if state.polls[id_].opened:
                yield f"tally:{id_}", self._tally(state, id_, sees_all=sees_all)

    def _tally(self, state: State, id_: PollId, *, sees_all: bool) -> TallyFacts:
        """What is counted; of a poll that did not change as it was."""
        poll = state.polls[id_]
        version = (poll.seq, *(_answers(state, poll) if poll.words else ()))
        known = self._tallies.get((id_, sees_all))
        if known is None or known[0] != version:
            known = self._tallies[id_, sees_all] = version, tally_facts(state, id_, sees_all=sees_all)
        return known[1]

    def _same(self, items: Items, prefix: str) -> Items:
        """*items*, each the object of the look before where nothing changed in it."""
        for key, value in items.items():
            known = self._known.get(prefix + key)
            if known == value:
                items[key] = known
            else:
                self._known[prefix + key] = value
        return items


def _questions(questions: Iterable[QuestionFacts]) -> Items:
    items: Items = {}
    for each in questions:
        items[f"question:{each.post}"] = LiveQuestion(**{name: getattr(each, name) for name in _LIVE_FIELDS})
        items[f"votes:{each.post}"] = each.votes
    return items


def _some(questions: list[QuestionFacts], n: int) -> list[QuestionFacts]:
    """Of those that wait the *n* most wanted and the *n* newest, what is on stage, and what was answered last."""
    waiting = [each for each in questions if each.stand in (Stand.OPEN.value, Stand.LATER.value)]
    answered = [each for each in questions if each.stand == Stand.ANSWERED.value]
    chosen = {each.post for each in questions if each.stand == Stand.ON_STAGE.value}
    chosen.update(each.post for each in waiting[:n])
    chosen.update(each.post for each in nlargest(n, waiting, key=lambda each: each.asked))
    chosen.update(each.post for each in nlargest(ANSWERED, answered, key=lambda each: each.changed))
    return [each for each in questions if each.post in chosen]


def _public_polls(state: State) -> list[PollId]:
    """Those that are open, were closed last or stand in a scene, and what they are compared with."""
    opened = {id_: poll for id_, poll in state.polls.items() if poll.opened}
    last = nlargest(CLOSED_POLLS, opened, key=lambda id_: opened[id_].closed_at)
    scenes = (showing.poll for showing in (state.scene, *state.screens.values()))
    named = {*last, *scenes, *(id_ for id_, poll in opened.items() if is_open(poll))}
    named.update([poll.form.again for id_, poll in opened.items() if id_ in named])
    return [id_ for id_ in opened if id_ in named]


def version_of(state: State) -> tuple[Any, ...]:
    """Another one whenever a value may be another one."""
    posts = map(state.posts.__getitem__, state.questions)
    return (
        state.hall,
        state.questions_seq,
        state.polls_seq,
        state.lapsed_seq,
        tuple(showing.poll for showing in (state.scene, *state.screens.values())),
        tuple((post.body, post.session, on_screen(state, post)) for post in posts),
        tuple(each for poll in state.polls.values() if poll.words for each in _answers(state, poll)),
    )


def _answers(state: State, poll: Poll) -> Iterator[Any]:
    """How the answers in words stand: what is counted of them."""
    yield state.lapsed_seq
    for post in map(state.posts.__getitem__, poll.words.values()):
        yield post.body
        yield post.status
        yield is_told(state, post)
