"""What the screens show: all of them, or one by itself."""

from __future__ import annotations

from collections.abc import Iterator

from server.symposium.acts import are_too_many, posts_of, remember
from server.symposium.entries import Record, SceneSet
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.people import STAFF, refusal
from server.symposium.state import Showing, State, WasScene
from server.symposium.values import ROOM_PLACE, SHOWN, ActKind, PostId, RoomId, Scene, ScreenId

MAX_PLAYLIST = 50
_OF_ONE_POST = frozenset({Scene.SPOTLIGHT, Scene.QUESTION})
_OF_POSTS = _OF_ONE_POST | {Scene.PLAYLIST}

Scenes = tuple[Showing, dict[ScreenId, Showing]]
"""What all screens show, and those that show something of their own."""


def scene_set(state: State, record: Record, head: SceneSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    if (refused := _refusal(state, record.seq, head)) is not None:
        return refused
    scenes = _with(state, record.seq, head)
    if are_too_many(*scenes):
        return Refused(seq=record.seq, code="too-many-scenes")
    detail = "" if head.scene is None else head.scene.value
    post = head.post if head.scene in _OF_ONE_POST else None
    place = _place(head)
    before = _before(state, place)
    free = remember(state, record, head.by, ActKind.SCENE, before=before, detail=detail, screen=place, post=post)
    state.scene, state.screens = scenes
    return Done(seq=record.seq, redact=free)


def _refusal(state: State, seq: int, head: SceneSet) -> Refused | None:
    if head.scene is None:
        return Refused(seq=seq, code="unknown") if _place(head) is None else None
    if not _names_are_known(state, head):
        return Refused(seq=seq, code="unknown")
    if head.scene is Scene.QUESTION and head.post is not None and head.post not in state.questions:
        return Refused(seq=seq, code="unknown", post=head.post)
    if head.scene is Scene.QUESTION and head.post is None:
        return None
    if head.scene not in _OF_POSTS:
        return None
    named: tuple[PostId | None, ...] = head.posts if head.scene is Scene.PLAYLIST else (head.post,)
    if len(named) > MAX_PLAYLIST:
        return Refused(seq=seq, code="too-many-scenes")
    for each in named:
        post = None if each is None else state.posts.get(each)
        if post is None:
            return Refused(seq=seq, code="unknown")
        if post.status is not SHOWN or post.poll is not None:
            return Refused(seq=seq, code="not-shown", post=post.id, by=post.decided_by, at=post.decided_at)
    return None if named else Refused(seq=seq, code="unknown")


def _place(head: SceneSet) -> ScreenId | None:
    """Where: a screen, a room (no screen's name begins like one's), or None for all."""
    return head.screen if head.room is None else room_place(head.room)


def room_place(room: RoomId) -> ScreenId:
    """Where the scene of a room stands among those of the screens."""
    return ScreenId(f"{ROOM_PLACE}{room}")


def _names_are_known(state: State, head: SceneSet) -> bool:
    programme = state.programme
    if head.room is not None and (programme is None or head.room not in programme.rooms or head.screen is not None):
        return False
    if head.screen is not None and head.screen.startswith(ROOM_PLACE):
        return False
    if head.session is not None and (programme is None or head.session not in programme.slots):
        return False
    if head.scene is Scene.POLL and head.poll is not None and head.poll not in state.polls:
        return False
    return head.paper in state.papers if head.scene is Scene.PAPER else True


def _with(state: State, seq: int, head: SceneSet) -> Scenes:
    """The scenes as *head* would have them."""
    place = _place(head)
    if head.scene is None:
        return state.scene, {screen: each for screen, each in state.screens.items() if screen != place}
    showing = Showing(
        scene=head.scene,
        seq=seq,
        post=head.post if head.scene in _OF_ONE_POST else None,
        posts=tuple(dict.fromkeys(head.posts)) if head.scene is Scene.PLAYLIST else (),
        session=head.session if head.scene in (Scene.SESSION, Scene.PAPERS) else None,
        paper=head.paper if head.scene is Scene.PAPER else None,
        poll=head.poll if head.scene is Scene.POLL else None,
    )
    if place is None:
        return showing, {}
    return state.scene, {**state.screens, place: showing}


def _before(state: State, screen: ScreenId | None) -> WasScene:
    if screen is None:
        return WasScene(state.scene, state.screens)
    return WasScene(state.screens.get(screen))


def scene_posts(state: State) -> Iterator[PostId]:
    """The posts that scenes name; some may have left the screens since."""
    for showing in (state.scene, *state.screens.values()):
        yield from posts_of(showing)
