"""What staff set for all: scenes, announcement, theme, policy; as the pages are told."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

from server.symposium.bodies import Wire, announcement_body, badge_name, media_url, slide, theme_body
from server.symposium.entries import ThemeBody
from server.symposium.state import Post, Showing, State
from server.symposium.values import ROOM_PLACE, PostId, SessionId

QUEUE_WINDOW = 2_000
"""How many of the queue are looked at to find the fairest ones, who say the same, and who wait since the brake."""


class ScreenScene(Wire, frozen=True):
    """
    What a screen shows. `post` and `posts` name only what is on the screens; `title` and `text` are a slide's.

    `session`, `paper` and `poll` name only what there is: a title card without one is of what is on stage in its room.
    """

    scene: str
    post: PostId | None
    posts: tuple[PostId, ...]
    title: str
    text: str
    session: str | None
    paper: str | None
    poll: str | None


class SceneFacts(ScreenScene, frozen=True):
    """What all screens show, and in `screens` and `rooms` those that show something of their own, screens first."""

    screens: dict[str, ScreenScene]
    rooms: dict[str, ScreenScene]


class AnnouncementFacts(Wire, frozen=True, omit_defaults=True):
    """What the organisation says; `text` is null when it says nothing. `by` on desk and stage only."""

    text: str | None
    at: int = 0
    by: str | None = None


class ThemeFacts(Wire, frozen=True):
    """
    How the screens look: the theme that is worn, with a value for each of its options.

    `css` and `logo` are addresses on our own host; `logo` is null where there is none.
    """

    name: str
    mode: str
    css: str
    layout: str
    logo: str | None
    options: dict[str, str | int | bool]


class BrakeFacts(Wire, frozen=True):
    """Why everything waits: what the node saw in the minute before, what the policy was, and how many wait since."""

    at: int
    was: str
    posts_per_minute: int
    new_percent: int
    alike_percent: int
    held: int


class PolicyFacts(Wire, frozen=True):
    policy: str
    brake: BrakeFacts | None


class ThemeLook(NamedTuple):
    """
    What a theme's folder knows: the address of its CSS, and its layout.

    `name`, `mode` and `options` tell what is worn: a theme may be gone, and options have defaults. None: as chosen.
    """

    css: str
    layout: str
    name: str | None = None
    mode: str | None = None
    options: dict[str, str | int | bool] | None = None


Themes = Callable[[str, int, ThemeBody], ThemeLook]
"""From slug, the seq of the theme's entry (0 for none) and what was chosen, to how it looks. Must be pure."""


def plain_theme(slug: str, seq: int, body: ThemeBody) -> ThemeLook:
    """Where nobody knows the themes: the fountain."""
    return ThemeLook(css=f"/{slug}/theme.css?v={seq}", layout="fountain")


def on_screen(state: State, post: Post) -> bool:
    """
    Whether the wall may have this post now: released, not stopped, and not released during a pause. An answer to a poll
    stands with the poll.
    """
    return post.poll is None and is_told(state, post)


def is_told(state: State, post: Post) -> bool:
    """Whether anybody may read this post now: released, not stopped, and not released during a pause."""
    return post.released is not None and not state.stop.on and not (state.pause.on and post.released > state.pause.seq)


def scene_facts(state: State) -> SceneFacts:
    places = {str(place): ScreenScene(**_scene(state, showing)) for place, showing in state.screens.items()}
    return SceneFacts(
        **_scene(state, state.scene),
        screens={place: scene for place, scene in places.items() if not place.startswith(ROOM_PLACE)},
        rooms={
            place.removeprefix(ROOM_PLACE): scene for place, scene in places.items() if place.startswith(ROOM_PLACE)
        },
    )


def _scene(state: State, showing: Showing) -> dict[str, Any]:
    """A scene as it can be shown now: what has left the screens is not named."""
    words = slide(state, showing)
    post = showing.post
    return {
        "scene": showing.scene.value,
        "post": post if post is not None and on_screen(state, state.posts[post]) else None,
        "posts": tuple(p for p in showing.posts if on_screen(state, state.posts[p])),
        "title": words.title,
        "text": words.text,
        "session": showing.session if _has_session(state, showing.session) else None,
        "paper": showing.paper if showing.paper in state.papers else None,
        "poll": showing.poll if showing.poll in state.polls and state.polls[showing.poll].opened else None,
    }


def _has_session(state: State, session: SessionId | None) -> bool:
    return state.programme is not None and session in state.programme.slots


def announcement_facts(state: State, *, names: bool) -> AnnouncementFacts:
    wording, body = state.announcement, announcement_body(state)
    if wording is None or body is None:
        return AnnouncementFacts(text=None)
    return AnnouncementFacts(text=body.text, at=wording.at, by=badge_name(state, wording.by) if names else None)


def theme_facts(state: State, themes: Themes) -> ThemeFacts:
    body = theme_body(state)
    look = themes(state.slug, 0 if state.theme is None else state.theme.body, body)
    return ThemeFacts(
        name=body.theme if look.name is None else look.name,
        mode=body.mode if look.mode is None else look.mode,
        css=look.css,
        layout=look.layout,
        logo=None if body.logo is None else media_url(state.slug, body.logo),
        options=body.options if look.options is None else look.options,
    )


def policy_facts(state: State) -> PolicyFacts:
    """Who decides. How many wait since the brake is counted among the newest `QUEUE_WINDOW` of the queue."""
    brake = state.brake
    if brake is None:
        return PolicyFacts(policy=state.policy.value, brake=None)
    newest = (state.posts[p] for p in islice(reversed(state.held), QUEUE_WINDOW))
    return PolicyFacts(
        policy=state.policy.value,
        brake=BrakeFacts(
            at=brake.at,
            was=brake.was.value,
            posts_per_minute=brake.posts_per_minute,
            new_percent=brake.new_percent,
            alike_percent=brake.alike_percent,
            held=sum(post.arrived > brake.seq for post in newest),
        ),
    )
