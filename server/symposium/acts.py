"""
What was done to the whole symposium: remembered for history, and taken back.

An act can be taken back as long as nothing newer stands on the same thing. Acts with words of staff (rules, scenes,
announcements, themes) go one step back: the words before the ones that hold now are kept, older ones are overwritten.
So each body belongs to one place: what holds now, or the `before` of the act that replaced it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from server.symposium import counting, drafts
from server.symposium.entries import ActUndone, Record
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.people import CHAIRS, ORGANISERS, REPORTERS, STAFF, refusal
from server.symposium.state import (
    Act,
    Showing,
    State,
    Switch,
    Was,
    WasBlock,
    WasDirection,
    WasHall,
    WasMerged,
    WasOn,
    WasOnStage,
    WasOrder,
    WasPaper,
    WasPicks,
    WasPolicy,
    WasProgramme,
    WasQuestion,
    WasReport,
    WasScene,
    WasSessions,
    WasShifts,
    WasStanding,
    WasWording,
    Wording,
)
from server.symposium.values import ActKind, BadgeId, PostId, Role, Scene, ScreenId, SessionId

MAX_SCREENS = 64
"""How many screens may show something of their own."""
_ORGANISERS_ONLY = frozenset({ActKind.PROGRAMME, ActKind.FOLLOW})
OF_THE_REPORT = frozenset({ActKind.REPORT, ActKind.REPORT_TEXT, ActKind.QUOTES, ActKind.QUOTE_ORDER})
"""What the report's authors do: in their own history, not among what moderators did."""
MAX_SCENE_POSTS = 200
"""How many posts the scenes of all screens may name together: they are all in the wall's view."""


def remember(
    state: State,
    record: Record,
    by: BadgeId | None,
    kind: ActKind,
    *,
    before: Was | None,
    detail: str = "",
    screen: ScreenId | None = None,
    post: PostId | None = None,
    posts: tuple[PostId, ...] = (),
    of: str | None = None,
) -> tuple[int, ...]:
    """
    Note what is about to be done. *before* belongs to the act from here on; None: undo cannot take it back.

    Args:
        of: The room or paper that it was done to, where acts on others do not stand in each other's way.

    Returns:
        The seqs of the bodies that nobody needs any more.
    """
    thing = thing_of(kind, screen if of is None else of)
    act = Act(
        seq=record.seq,
        at=record.at,
        by=by,
        kind=kind,
        detail=detail,
        screen=screen,
        post=post,
        posts=posts,
        thing=thing,
        before=before,
        earlier=state.last_acts.get(thing, 0),
    )
    free = _lapse(state, thing)
    state.acts[record.seq] = act
    if thing:
        state.last_acts[thing] = record.seq
    return free


def thing_of(kind: ActKind, of: str | None) -> str:
    """
    What an act of this kind changes: the brake the policy, a scene one screen's or all.

    Empty where each act stands by itself: posts can be moved back whatever was done to others.
    """
    if kind in (ActKind.MOVED, ActKind.QUOTES, ActKind.QUESTIONS_MERGED, ActKind.VOTES):
        return ""
    if kind is ActKind.BRAKE:
        return ActKind.POLICY.value
    return kind.value if of is None else f"{kind.value}:{of}"


def _lapse(state: State, thing: str) -> tuple[int, ...]:
    """What changed *thing* last cannot be taken back any more where words would be needed: they go."""
    free: list[int] = []
    for each in _things_in(state, thing):
        act = state.acts[state.last_acts[each]]
        if isinstance(act.before, WasScene | WasWording | WasProgramme | WasStanding):
            free.extend(_bodies(act.before))
            act.before = None
        if each != thing:
            del state.last_acts[each]
    return forget(state, free)


def _things_in(state: State, thing: str) -> list[str]:
    """*thing* and, for the scene of all screens, those of single ones: where something was done to them."""
    if thing != ActKind.SCENE.value:
        return [thing] if thing in state.last_acts else []
    return [each for each in state.last_acts if each == thing or each.startswith(f"{thing}:")]


def act_undone(state: State, record: Record, head: ActUndone) -> Outcome:
    act = state.acts.get(head.seq)
    if refused := refusal(state, record.seq, head.by, STAFF if act is None else _who_may(act)):
        return refused
    if act is None:
        return Refused(seq=record.seq, code="cannot-undo")
    if act.undone is not None:
        return Refused(seq=record.seq, code="already-undone", by=act.undone_by)
    if (newer := _newer(state, act)) is not None:
        return Refused(seq=record.seq, code="decided-since", by=newer.by, at=newer.at)
    if act.before is None:
        return Refused(seq=record.seq, code="cannot-undo")
    if isinstance(act.before, WasScene) and are_too_many(*_scenes_with(state, act, act.before)):
        return Refused(seq=record.seq, code="too-many-scenes")
    free = _restore(state, record, head.by, act, act.before)
    act.undone, act.undone_by, act.before = record.seq, head.by, None
    if act.earlier:
        state.last_acts[act.thing] = act.earlier
    else:
        state.last_acts.pop(act.thing, None)
    return Done(seq=record.seq, redact=free)


def _who_may(act: Act) -> frozenset[Role]:
    """Who may not do it may not take it back."""
    if act.kind in OF_THE_REPORT:
        return REPORTERS
    if act.kind is ActKind.QUESTION_STAND:
        return CHAIRS
    return ORGANISERS if act.kind in _ORGANISERS_ONLY else STAFF


def can_undo(state: State, act: Act) -> bool:
    """Whether staff may take *act* back now."""
    return act.before is not None and _newer(state, act) is None


def _newer(state: State, act: Act) -> Act | None:
    """The newest act that stands on the same thing since."""
    if not act.thing:
        return None
    things = [*_things_in(state, act.thing), act.kind.value]  # the scene of all screens is newer than one's before it
    newest = max(state.last_acts.get(each, 0) for each in things)
    return state.acts[newest] if newest > act.seq else None


def are_too_many(everywhere: Showing, screens: dict[ScreenId, Showing]) -> bool:
    """Whether these scenes are more than the wall's view should hold."""
    named = {post for showing in (everywhere, *screens.values()) for post in posts_of(showing)}
    return len(screens) > MAX_SCREENS or len(named) > MAX_SCENE_POSTS


def posts_of(showing: Showing) -> tuple[PostId, ...]:
    """The posts that a scene names."""
    return showing.posts if showing.post is None else (showing.post, *showing.posts)


def _scenes_with(state: State, act: Act, before: WasScene) -> tuple[Showing, dict[ScreenId, Showing]]:
    """The scenes as they would be with *act* taken back."""
    if act.screen is None:
        return before.showing or state.scene, before.screens
    screens = {screen: showing for screen, showing in state.screens.items() if screen != act.screen}
    if before.showing is not None:
        screens[act.screen] = before.showing
    return state.scene, screens


def _restore(state: State, record: Record, by: BadgeId, act: Act, before: Was) -> tuple[int, ...]:
    """Put back what was. Returns the seqs of the bodies that nobody needs any more."""
    match before:
        case WasOn(on=on):
            switch: Switch = state.stop if act.kind is ActKind.STOP else state.pause
            switch.on, switch.at, switch.seq, switch.by = on, record.at, record.seq, by
            return ()
        case WasPolicy(policy=policy, brake=brake):
            state.policy, state.policy_seq, state.brake = policy, record.seq, brake
            return ()
        case WasScene():
            gone = state.scene if act.screen is None else state.screens.get(act.screen)
            state.scene, state.screens = _scenes_with(state, act, before)
            return () if gone is None else forget(state, bodies_of_scene(gone))
        case WasWording(wording=wording):
            return _restore_words(state, record, act, wording)
        case WasPaper(paper=paper):
            state.papers[paper.id], state.shelf_seq = paper, record.seq
            return ()
        case WasSessions(sessions=sessions, to=to):
            _restore_sessions(state, sessions, to)
            return ()
        case WasReport():
            drafts.restore_settings(state, record.seq, before)
            return ()
        case WasBlock():
            return forget(state, drafts.restore_block(state, record.seq, before))
        case WasPicks():
            drafts.restore_picks(state, record.seq, before)
            return ()
        case WasOrder():
            drafts.restore_order(state, record.seq, before)
            return ()
        case WasQuestion():
            counting.restore_question(state, record.seq, before)
            return ()
        case WasStanding():
            return counting.restore_standing(state, record.seq, before)
        case WasMerged():
            counting.restore_merged(state, record.seq, before)
            return ()
        case WasHall(hall=hall):
            state.hall = hall
            return ()
        case WasProgramme() | WasShifts() | WasOnStage() | WasDirection():
            return _restore_programme(state, record, before)
        case _:
            assert_never(before)


def _restore_sessions(
    state: State, sessions: tuple[tuple[PostId, SessionId | None], ...], to: SessionId | None
) -> None:
    """Back to where they were, those that nobody has moved on since."""
    for post, session in sessions:
        if state.posts[post].session == to:
            state.posts[post].session = session


def _restore_programme(
    state: State, record: Record, before: WasProgramme | WasShifts | WasOnStage | WasDirection
) -> tuple[int, ...]:
    state.programme_seq = record.seq
    match before:
        case WasProgramme(programme=programme, shifts=shifts, on_stage=on_stage):
            gone, state.programme = state.programme, programme
            state.shifts, state.on_stage = shifts, on_stage
            return () if gone is None else forget(state, (gone.body,))
        case WasShifts(shifts=shifts):
            slots = {} if state.programme is None else state.programme.slots
            state.shifts = {session: minutes for session, minutes in shifts.items() if session in slots}
        case WasOnStage(room=room, on_stage=was):
            rest = {each: on for each, on in state.on_stage.items() if each != room}
            state.on_stage = rest if was is None else {**rest, room: was}
        case WasDirection(direction=direction):
            state.direction = direction
        case _:
            assert_never(before)
    return ()


def _restore_words(state: State, record: Record, act: Act, wording: Wording | None) -> tuple[int, ...]:
    if act.kind is ActKind.RULES:
        gone, state.rules, state.rules_seq = state.rules, wording, record.seq
    elif act.kind is ActKind.ANNOUNCEMENT:
        gone, state.announcement = state.announcement, wording
    elif act.kind is ActKind.FOLLOW:
        gone, state.followed = state.followed, wording
    else:
        gone, state.theme = state.theme, wording
    return forget(state, () if gone is None else (gone.body,))


def _bodies(before: WasScene | WasWording | WasProgramme | WasStanding) -> tuple[int, ...]:
    if isinstance(before, WasStanding):
        return counting.bodies_before(before)
    if isinstance(before, WasWording):
        return () if before.wording is None else (before.wording.body,)
    if isinstance(before, WasProgramme):
        return () if before.programme is None else (before.programme.body,)
    showings = (before.showing, *before.screens.values())
    return tuple(seq for showing in showings if showing is not None for seq in bodies_of_scene(showing))


def bodies_of_scene(showing: Showing) -> tuple[int, ...]:
    """The seq of the body that holds a slide's words."""
    return (showing.seq,) if showing.scene is Scene.TEXT else ()


def forget(state: State, seqs: Iterable[int]) -> tuple[int, ...]:
    """Drop these bodies from the state; they are to be overwritten in the journal too."""
    gone = tuple(seqs)
    for seq in gone:
        state.bodies.pop(seq, None)
    return gone
