"""
The law against the oracle: a state machine of random days, with restarts and a screen that comes and goes.

After every single entry: what the wall's view holds is exactly what the oracle says may be on the screens.
"""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec import structs

from server.live.record import difference
from server.symposium import law
from server.symposium.bodies import rules_body
from server.symposium.outcomes import Broken, Done, Outcome
from server.symposium.state import State
from server.symposium.values import Policy
from server.symposium.views import WallBook, WirePost
from tests.oracle.history import History, Look, Slide, Standing
from tests.oracle.play import MASTODON, SCREENS, Play


def posts_of(items: dict[str, Any]) -> dict[str, Look]:
    """The posts of a wall's view."""
    posts = (value for value in items.values() if isinstance(value, WirePost))
    return {p.id: Look(p.revision, p.text, p.author.name, p.pinned, p.starred) for p in posts}


def slide_of(facts: Any) -> Slide:
    """What the view of a screen says that it shows."""
    return Slide(facts.scene, facts.posts if facts.post is None else (facts.post, *facts.posts), facts.text)


def canonical(state: State) -> bytes:
    """The state in bytes: two states with the same bytes are the same, in their orders too. Sets have none: sorted."""
    versions = tuple(
        structs.replace(each, posts=tuple(sorted(each.posts)), texts=tuple(sorted(each.texts)))
        for each in state.draft.versions
    )
    return msgspec.json.encode(structs.replace(state, draft=structs.replace(state.draft, versions=versions)))


class LawMachine(RuleBasedStateMachine):
    """A node with one screen. Each rule is one entry, or something that happens to the node or the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play()
        self.history = History()
        self.state = State()
        self.book = WallBook()
        self.screen: dict[str, Any] = {}
        self.outcome: Outcome | None = None

    @initialize(policy=st.sampled_from(Policy))
    def opens(self, policy: Policy) -> None:
        self.play = Play(policy)
        self._go()

    def _go(self) -> None:
        """Apply what is new, and tell the oracle and the screen."""
        for record in self.play.records[len(self.history) :]:
            before = canonical(self.state)
            self.outcome = law.apply(self.state, record)
            self.history.tell((record,))
            if not isinstance(self.outcome, Done):
                self._check_unchanged(before)
        self._look()

    def _check_unchanged(self, before: bytes) -> None:
        """Whatever is not carried out leaves everything as it was, but the clock."""
        assert not isinstance(self.outcome, Broken), self.outcome
        was = msgspec.json.decode(before, type=State)
        was.seq, was.at = self.state.seq, self.state.at
        assert canonical(self.state) == canonical(was), self.outcome

    def _look(self) -> None:
        """The screen gets what changed in the view."""
        old = self.book.items
        self.book.look(self.state)
        for change in difference(old, self.book.items):
            if change[0] == "put":
                self.screen[change[1]] = change[2]
            else:
                del self.screen[change[1]]

    # What happens

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        """One entry more. With a rule for each kind all would be as frequent, and most days nearly without posts."""
        self.play.go_on(data.draw)
        self._go()

    @precondition(lambda self: self.state.seq % 2 == 0)
    @rule()
    def node_restarts(self) -> None:
        """It reads its journal again: the state must be the same, to the order of its queue."""
        before = canonical(self.state)
        self.state, self.book = law.replay(self.play.records), WallBook()
        self.book.look(self.state)
        self.screen = dict(self.book.items)
        assert canonical(self.state) == before

    @precondition(lambda self: self.state.seq % 4 == 1)
    @rule()
    def screen_reconnects(self) -> None:
        """It takes a snapshot, from a node that has just started."""
        book = WallBook()
        book.look(self.state)
        assert book.items == self.screen
        self.screen = dict(book.items)

    # What must be true after every entry

    @invariant()
    def screen_has_what_the_oracle_allows(self) -> None:
        assert posts_of(self.screen) == self.history.screen(len(self.history))

    @invariant()
    def nothing_is_shown_that_nobody_released(self) -> None:
        for value in self.screen.values():
            if isinstance(value, WirePost):
                digest = self.state.posts[value.id].digest
                assert self.history.was_ever_released(value.id, value.revision, digest, len(self.history)), value

    @invariant()
    def scenes_are_what_the_oracle_says(self) -> None:
        """And name no post that is not on the screens."""
        n = len(self.history)
        facts, allowed = self.screen["scene"], self.history.screen(n)

        def shown(slide: Slide) -> Slide:
            return slide._replace(posts=tuple(p for p in slide.posts if p in allowed))

        assert slide_of(facts) == shown(self.history.scene(n))
        own = {screen: self.history.own_scene(screen, n) for screen in SCREENS}
        assert {screen: slide_of(each) for screen, each in facts.screens.items()} == {
            screen: shown(each) for screen, each in own.items() if each is not None
        }

    @invariant()
    def what_staff_set_is_what_the_oracle_says(self) -> None:
        n = len(self.history)
        assert (self.state.policy.value, self.state.policy_seq) == self.history.policy(n)
        assert (self.state.brake is not None) == self.history.brakes(n)
        assert self.screen["announcement"].text == self.history.announcement(n)
        assert self.screen["theme"].name == self.history.theme(n)
        rules = rules_body(self.state)
        assert (None if rules is None else msgspec.to_builtins(rules)) == self.history.rules(n)
        assert (self.state.hold is not None) == self.history.holds(n)

    @invariant()
    def what_is_listened_to_is_what_the_oracle_says(self) -> None:
        n, known = len(self.history), self.state.sources.get(MASTODON)
        told = None if known is None else (known.on, known.changed, known.turned, known.ended)
        assert (told, self.state.listening_days) == (self.history.source(MASTODON, n), self.history.listening(n))

    @invariant()
    def every_post_stands_as_the_oracle_says(self) -> None:
        n = len(self.history)
        assert {
            p.id: Standing(p.status.value, p.revision, p.decided, p.reason, p.pinned, p.starred)
            for p in self.state.posts.values()
        } == {post: self.history.stands(post, n) for post in self.history.posts(n)}

    @invariant()
    def who_is_banned_and_erased_is_who_the_oracle_says(self) -> None:
        n = len(self.history)
        for key, author in self.state.authors.items():
            assert (author.banned is not None, author.erased) == self.history.standing(key, n)

    @invariant()
    def the_indexes_agree_with_the_posts(self) -> None:
        state = self.state
        for index, status in (
            (state.held, "held"),
            (state.shown, "shown"),
            (state.hidden, "hidden"),
            (state.rejected, "rejected"),
        ):
            assert set(index) == {p.id for p in state.posts.values() if p.status == status}
        assert set(state.pinned) == {p.id for p in state.posts.values() if p.pinned}
        assert set(state.starred) == {p.id for p in state.posts.values() if p.starred}
        held = [p.device for p in state.posts.values() if p.status == "held" and p.device is not None]
        assert state.pending == {device: held.count(device) for device in held}
