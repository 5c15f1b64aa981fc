"""
No unapproved bytes on a screen: random days against the oracle, and its seeded bugs that it must find.

The bugs are the negative control: a machine that finds none of them would prove nothing by passing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import get_state_machine_test

from server.symposium import acts, decisions, entries, facts, law, posts, scenes, sources, views
from server.symposium.entries import Record
from server.symposium.outcomes import Done, Outcome
from server.symposium.state import Made, Post, State, Switch
from server.symposium.values import Status
from tests.conftest import Scale
from tests.oracle.machine import LawMachine

pytestmark = pytest.mark.slow

Patch = Callable[[pytest.MonkeyPatch], None]


_ROUND = 20
_ROUNDS = 150
"""3,000 days for each bug, in short rounds: of a long one hypothesis makes the first fifty days small, with no bugs."""


def run(*, days: int, phases: tuple[Phase, ...], which: int | None = None) -> None:
    """Play *days* random days of up to 40 entries; the same ones each time with *which*."""
    play = get_state_machine_test(
        LawMachine,
        settings=settings(
            max_examples=days,
            stateful_step_count=40,
            phases=phases,
            database=None,
            derandomize=which is not None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    if which is not None:
        seed(which)(play)
    play()


def test_nothing_is_on_a_screen_that_the_oracle_does_not_allow(scale: Scale) -> None:
    run(days=scale(3_000, 60), phases=(Phase.generate, Phase.shrink))


class Bug(NamedTuple):
    """One mistake that somebody could make in the law or its views."""

    name: str
    seed: Patch
    first: int = 0
    """The round to begin with: one in which it shows."""


def _handler(kind: type[entries.Head], change: Callable[[Any], Any]) -> Patch:
    """Put *change* of its handler in the place of the handler of *kind*."""
    return lambda patch: patch.setitem(law._HANDLERS, kind, change(law._HANDLERS[kind]))


def _replaced(where: Any, name: str, change: Callable[[Any], Any]) -> Patch:
    return lambda patch: patch.setattr(where, name, change(getattr(where, name)))


def _show_ignores_revision(refusal_of: Any) -> Any:
    def lax(state: State, target: Any, decision: Any, seen: int | None) -> str | None:
        code: str | None = refusal_of(state, target, decision, seen)
        return None if code == "stale-revision" else code

    return lax


def _show_ignores_seen(refusal_of: Any) -> Any:
    return lambda state, target, decision, seen: refusal_of(state, target, decision, None)


def _final_is_not(refusal_of: Any) -> Any:
    def lax(*args: Any) -> str | None:
        code: str | None = refusal_of(*args)
        return None if code == "final" else code

    return lax


def _edit_keeps_status(edited: Any) -> Any:
    def lax(state: State, record: Record, head: Any) -> Outcome:
        post_id = posts.by_keys(state, head.keys)
        before = None if post_id is None else state.posts[post_id].status
        outcome: Outcome = edited(state, record, head)
        if isinstance(outcome, Done) and post_id is not None and before is not None:
            posts.move(state, state.posts[post_id], before, record.seq)
        return outcome

    return lax


def _edit_keeps_revision(edited: Any) -> Any:
    def lax(state: State, record: Record, head: Any) -> Outcome:
        outcome: Outcome = edited(state, record, head)
        if isinstance(outcome, Done):
            state.posts[outcome.changed[0].post].revision -= 1
        return outcome

    return lax


def _edit_is_ignored(edited: Any) -> Any:
    return lambda state, record, head: Done(seq=record.seq)


def _undo_ignores(code: str) -> Callable[[Any], Any]:
    def change(undo_refusal: Any) -> Any:
        def lax(*args: Any) -> str | None:
            refused: str | None = undo_refusal(*args)
            return None if refused == code else refused

        return lax

    return change


def _restart_forgets(forget: Callable[[State], None]) -> Callable[[Any], Any]:
    def change(replay: Any) -> Any:
        def lax(records: Iterable[Record]) -> State:
            state: State = replay(records)
            forget(state)
            return state

        return lax

    return change


def _forget_stop(state: State) -> None:
    state.stop = Switch()


def _forget_bans(state: State) -> None:
    for author in state.authors.values():
        author.banned = None


def _wall_also_shows(status: Status) -> Callable[[Any], Any]:
    def change(wall_posts: Any) -> Any:
        def lax(state: State) -> Iterator[Post]:
            yield from wall_posts(state)
            yield from (p for p in state.posts.values() if p.status is status)

        return lax

    return change


def _unstopped(on_screen: Any) -> Any:
    return lambda state, post: post.released is not None


def _nobody_is_banned(stricter: Any) -> Any:
    def lax(state: State, head: Any) -> Any:
        author = state.authors.get(head.author)
        if author is None or author.banned is None:
            return stricter(state, head)
        banned, author.banned = author.banned, None
        verdict = stricter(state, head)
        author.banned = banned
        return verdict

    return lax


def _advice_is_law(stricter: Any) -> Any:
    return lambda state, head: head.verdict


def _seen_is_ignored(stricter: Any) -> Any:
    def lax(state: State, head: Any) -> Any:
        verdict = stricter(state, head)
        return head.verdict if getattr(verdict, "rule", None) == posts.OVERTAKEN else verdict

    return lax


def _rules_are_ignored(stricter: Any) -> Any:
    def lax(state: State, head: Any) -> Any:
        since, state.rules_seq = state.rules_seq, 0
        verdict = stricter(state, head)
        state.rules_seq = since
        return verdict

    return lax


def _amendment_shows(amended: Any) -> Any:
    def lax(state: State, record: Record, head: Any) -> Outcome:
        outcome: Outcome = amended(state, record, head)
        if isinstance(outcome, Done):
            posts.move(state, state.posts[head.post], Status.SHOWN, record.seq)
        return outcome

    return lax


def _amendment_ignores_revision(amended: Any) -> Any:
    def lax(state: State, record: Record, head: Any) -> Outcome:
        post = state.posts.get(head.post)
        revision = head.revision if post is None else post.revision
        outcome: Outcome = amended(state, record, msgspec.structs.replace(head, revision=revision))
        return outcome

    return lax


def _anything_is_on_screen(on_screen: Any) -> Any:
    return lambda state, post: True


def _any_scene_is_fit(refusal: Any) -> Any:
    return lambda state, seq, head: None


def _single_screens_stay(scene_set: Any) -> Any:
    def lax(state: State, record: Record, head: Any) -> Outcome:
        before = state.screens
        outcome: Outcome = scene_set(state, record, head)
        if isinstance(outcome, Done) and head.screen is None:
            state.screens = before
        return outcome

    return lax


def _nothing_is_newer(newer: Any) -> Any:
    return lambda state, act: None


def _knows_nothing(by_keys: Any) -> Any:
    return lambda state, keys: None


def _no_request_is_known(known_request: Any) -> Any:
    return lambda state, head: None


def _nobody_is_erased(arrival_refusal: Any) -> Any:
    def lax(state: State, head: Any) -> str | None:
        code: str | None = arrival_refusal(state, head)
        return None if code == "erased-author" else code

    return lax


def _nothing_happens(handler: Any) -> Any:
    return lambda state, record, head: Done(seq=record.seq)


def _nothing_ends(ended: Any) -> Any:
    return lambda record, source, head: Done(seq=record.seq)


def _time_starts(ended: Any) -> Any:
    def lax(record: Record, source: Any, head: Any) -> Outcome:
        if source is None or not head.on:
            outcome: Outcome = ended(record, source, head)
            return outcome
        source.on, source.changed = True, record.seq
        return Done(seq=record.seq)

    return lax


def _turned_is_forgotten(switched: Any) -> Any:
    def lax(state: State, record: Record, head: Any) -> Outcome:
        source = state.sources.get(head.source)
        turned = 0 if source is None else source.turned
        outcome: Outcome = switched(state, record, head)
        if source is not None:
            source.turned = turned
        return outcome

    return lax


def _only_the_status_moves(move: Any) -> Any:
    """Withdrawn, but its place among what is on the screens is forgotten."""

    def lax(state: State, post: Post, after: Status, seq: int) -> None:
        if after is Status.WITHDRAWN:
            post.status = after
        else:
            move(state, post, after, seq)

    return lax


def _marks_stay(mark: Any) -> Any:
    def lax(state: State, post: Post, *, pinned: bool, starred: bool) -> None:
        mark(state, post, pinned=pinned or post.pinned, starred=starred)

    return lax


def _anybody_may(refusal: Any) -> Any:
    return lambda state, seq, by, roles: None


def _revoked_may(refusal: Any) -> Any:
    def lax(state: State, seq: int, by: Any, roles: Any) -> Any:
        badge = state.badges.get(by)
        if badge is None or badge.revoked is None:
            return refusal(state, seq, by, roles)
        return None if badge.role in roles else refusal(state, seq, by, roles)

    return lax


def _ban_lifts_all(lift_ban: Any) -> Any:
    def lax(state: State, made: Made) -> None:
        if made.author is not None:
            state.authors[made.author].banned = None

    return lax


BUGS = (
    Bug("show ignores the revision", _replaced(decisions, "refusal_of", _show_ignores_revision), 2),
    Bug("show ignores what the decider had seen", _replaced(decisions, "refusal_of", _show_ignores_seen), 1),
    Bug("what is final can be shown", _replaced(decisions, "refusal_of", _final_is_not)),
    Bug("an edit keeps its status", _handler(entries.PostEdited, _edit_keeps_status)),
    Bug("an edit keeps its revision", _handler(entries.PostEdited, _edit_keeps_revision)),
    Bug("an edit is ignored", _handler(entries.PostEdited, _edit_is_ignored)),
    Bug("undo ignores a ban", _replaced(decisions, "_undo_refusal", _undo_ignores("author-banned")), 8),
    Bug("undo ignores an edit", _replaced(decisions, "_undo_refusal", _undo_ignores("stale-revision"))),
    Bug("undo ignores who decided since", _replaced(decisions, "_undo_refusal", _undo_ignores("decided-since"))),
    Bug("undo of one ban lifts them all", _replaced(decisions, "_lift_ban", _ban_lifts_all), 1),
    Bug("a restart forgets the stop", _replaced(law, "replay", _restart_forgets(_forget_stop))),
    Bug("a restart forgets bans", _replaced(law, "replay", _restart_forgets(_forget_bans))),
    Bug("the wall shows what is held", _replaced(views, "wall_posts", _wall_also_shows(Status.HELD))),
    Bug("the wall shows what is hidden", _replaced(views, "wall_posts", _wall_also_shows(Status.HIDDEN))),
    Bug("the pause is ignored", _replaced(views, "on_screen", _unstopped)),
    Bug("the stop is ignored", _handler(entries.Stopped, _nothing_happens)),
    Bug("a ban does not make a verdict stricter", _replaced(posts, "stricter", _nobody_is_banned), 1),
    Bug("a verdict is the last word", _replaced(posts, "stricter", _advice_is_law)),
    Bug("a change of policy after the verdict is ignored", _replaced(posts, "stricter", _seen_is_ignored)),
    Bug("known addresses are not known", _replaced(posts, "by_keys", _knows_nothing)),
    Bug("a request sent twice is two posts", _replaced(posts, "known_request", _no_request_is_known)),
    Bug("who was erased comes back", _replaced(posts, "arrival_refusal", _nobody_is_erased)),
    Bug("what is withdrawn stays on the screens", _replaced(posts, "move", _only_the_status_moves)),
    Bug("a deletion at the source is ignored", _handler(entries.PostDeparted, _nothing_happens)),
    Bug("time ends no source", _replaced(sources, "_ended", _nothing_ends)),
    Bug("time starts a source", _replaced(sources, "_ended", _time_starts)),
    Bug("who switches a source on after its end is overruled", _handler(entries.SourceSwitched, _turned_is_forgotten)),
    Bug("when sources end is ignored", _handler(entries.ListeningSet, _nothing_happens), 2),
    Bug("a legal hold keeps nothing", _handler(entries.HoldSet, _nothing_happens), 6),
    Bug("what lapses stays on the screens", _handler(entries.Lapsed, _nothing_happens), 17),
    Bug("pins outlive the screens", _replaced(posts, "mark", _marks_stay)),
    Bug("a change of rules after the verdict is ignored", _replaced(posts, "stricter", _rules_are_ignored), 4),
    Bug("the brake is ignored", _handler(entries.BrakeTripped, _nothing_happens), 5),
    Bug("an amendment shows what waits", _handler(entries.PostAmended, _amendment_shows)),
    Bug("an amendment ignores the revision", _handler(entries.PostAmended, _amendment_ignores_revision), 2),
    Bug("an amendment is ignored", _handler(entries.PostAmended, _nothing_happens)),
    Bug("a scene names what is not on the screens", _replaced(facts, "on_screen", _anything_is_on_screen), 1),
    Bug("a spotlight takes any post", _replaced(scenes, "_refusal", _any_scene_is_fit)),
    Bug("the scene of all leaves single screens alone", _handler(entries.SceneSet, _single_screens_stay), 4),
    Bug("undo of an act ignores a newer one", _replaced(acts, "_newer", _nothing_is_newer), 5),
    Bug("undo of an act is ignored", _handler(entries.ActUndone, _nothing_happens)),
    Bug("anybody may take an act back", _replaced(acts, "refusal", _anybody_may), 3),
    Bug("anybody may decide", _replaced(decisions, "refusal", _anybody_may)),
    Bug("a revoked badge may still decide", _replaced(decisions, "refusal", _revoked_may), 1),
)


def _play_rounds(first: int) -> None:
    for which in range(first, first + _ROUNDS):
        run(days=_ROUND, phases=(Phase.generate,), which=which)


@pytest.mark.parametrize("bug", BUGS, ids=[bug.name for bug in BUGS])
def test_a_seeded_bug_is_found(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.seed(monkeypatch)

    with pytest.raises((AssertionError, KeyError)):
        _play_rounds(bug.first)
