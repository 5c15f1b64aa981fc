"""What the studio is told, and that whatever an author does in it changes the one post that they did it to."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from server.report.compile import AUTO_QUOTES
from server.report.draft_facts import SectionFacts, draft_facts, moved, section_posts, settled
from server.symposium import entries
from server.symposium.values import Choice, Decision, PostId
from tests.server.report.test_compile import Told
from tests.server.symposium.day import AUTHOR, OPENING

MANY = AUTO_QUOTES + 6

STEPS = st.lists(
    st.tuples(st.sampled_from(["choice", "pull"]), st.integers(0, MANY - 1), st.sampled_from([Choice.IN, Choice.OUT])),
    max_size=8,
)


class Desk(Told):
    """Many posts in one session, some with a star, and what the studio does with them."""

    def __init__(self, *, stars: int = 5) -> None:
        super().__init__()
        letters = "abcdefghijklmnopqrstuvwxyz"
        self.posts = [self.say(letters[n], 10 + n, session=OPENING) for n in range(MANY)]
        for post in self.posts[:stars]:
            self.decide(Decision.STAR, post)

    def facts(self) -> SectionFacts:
        return next(each for each in draft_facts(self.state).sections if each.id == OPENING)

    def settle(self, post: PostId, *, pull: bool) -> None:
        """As `server/web/studio.py` does it."""
        open_ones = settled(self.state, [post], pull=pull)
        for choice, some in ((Choice.IN, open_ones.taken), (Choice.OUT, open_ones.left)):
            if some:
                self.quotes(*some, **{"pull" if pull else "choice": choice})

    def step(self, what: str, post: PostId, choice: Choice) -> None:
        self.quotes(post, **{what: choice})


def with_and_without(before: tuple[str, ...], post: str, choice: Choice) -> set[str]:
    return {*before, post} if choice is Choice.IN else set(before) - {post}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_each_step_changes_one_post_whatever_came_before(steps: list[tuple[str, int, Choice]]) -> None:
    day = Desk()
    for what, number, choice in steps:
        post, before = day.posts[number], day.facts()
        day.settle(post, pull=what == "pull")
        assert (day.facts().chosen, day.facts().pulls) == (before.chosen, before.pulls)  # to say aloud changes nothing

        day.step(what, post, choice)

        after = day.facts()
        if what == "pull":
            assert set(after.pulls) == with_and_without(before.pulls, post, choice)
            assert after.chosen == before.chosen
        else:
            assert set(after.chosen) == with_and_without(before.chosen, post, choice)


def test_without_saying_it_aloud_a_step_changes_another_post_too() -> None:
    """The negative control."""
    day = Desk()
    before = day.facts()
    day.step("choice", PostId(before.chosen[0]), Choice.OUT)
    assert set(day.facts().chosen) != with_and_without(before.chosen, before.chosen[0], Choice.OUT)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_move_puts_one_post_behind_another_and_leaves_the_rest_in_order(data: st.DataObject) -> None:
    day = Desk()
    for _ in range(data.draw(st.integers(1, 4))):
        before = day.facts().chosen
        post = data.draw(st.sampled_from(before))
        after = data.draw(st.sampled_from([None, *before]))
        order = moved(day.state, OPENING, PostId(post), None if after is None else PostId(after))
        assert order is not None
        assert set(order) == set(day.posts)  # the others too, so that what is chosen later has a place

        day.put(entries.QuotesOrdered(by=AUTHOR, section=OPENING, posts=order))

        now = list(day.facts().chosen)
        if after == post:
            assert tuple(now) == before
            continue
        assert now.index(post) == (0 if after is None else now.index(after) + 1)
        assert [each for each in now if each != post] == [each for each in before if each != post]


def test_a_move_of_or_behind_what_is_not_in_the_thread_is_none() -> None:
    day = Desk()
    out = next(post for post in day.posts if post not in day.facts().chosen)
    inside = PostId(day.facts().chosen[0])
    assert moved(day.state, OPENING, out, None) is None
    assert moved(day.state, OPENING, inside, out) is None


def test_an_answer_stands_below_what_it_answers() -> None:
    day = Told()
    top = day.say("a", 12, session=OPENING, native_id="one")
    reply = day.say("b", 14, session=OPENING, native_id="two", reply_to="one")
    (facts,) = [each for each in draft_facts(day.state).sections if each.id == OPENING]
    assert facts.chosen == (top, reply)
    assert facts.answers == {reply: top}


def test_words_of_a_network_that_lets_nobody_keep_them_are_marked() -> None:
    day = Told()
    day.say("a", 12, session=OPENING)
    (post,) = section_posts(day.state, OPENING, link_only=[next(iter(day.state.posts.values())).network])
    assert post.link
    (post,) = section_posts(day.state, OPENING)
    assert not post.link


@pytest.mark.parametrize("what", ["star", "move", "hide", "erase"])
def test_mark_is_another_when_a_post_is(what: str) -> None:
    day = Desk(stars=0)
    before, post = day.facts().mark, PostId(day.facts().chosen[0])
    assert day.facts().mark == before
    if what == "star":
        day.decide(Decision.STAR, post)
    elif what == "move":
        day.move(post, to=None)
    elif what == "hide":
        day.decide(Decision.HIDE, post)
    else:
        day.erase(post)
    assert day.facts().mark != before


def test_chosen_post_that_went_has_neither_words_nor_name_and_one_that_nobody_chose_is_not_told() -> None:
    day = Desk()
    chosen, other = day.posts[0], day.posts[-1]
    day.quotes(chosen, choice=Choice.IN)
    day.erase(chosen, other)
    gone = [post for post in section_posts(day.state, OPENING) if post.end is not None]
    assert [(post.id, post.text, post.name, post.initials) for post in gone] == [(chosen, "", "", "")]
