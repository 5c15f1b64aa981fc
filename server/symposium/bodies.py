"""What bodies say: read here, and only for views. Where one was redacted, what stands in its place."""

from __future__ import annotations

import msgspec

from server.symposium.entries import (
    AddressBody,
    AnnouncementBody,
    BadgeBody,
    FileBody,
    PaperBody,
    ProgrammeBody,
    RoomBody,
    RulesBody,
    SceneBody,
    ScreenBody,
    SourceBody,
    SymposiumBody,
    ThemeBody,
)
from server.symposium.state import Paired, Paper, PaperFile, Post, Showing, State, WasWording
from server.symposium.values import ActKind, BadgeId, BlobId, NamesBody, PostBody, Scene

DEFAULT_THEME = "fontein"


class ProgrammeHeading(msgspec.Struct, frozen=True, kw_only=True):
    """A programme's words without its sessions: those of thousands need not be made into objects for a room's name."""

    version: str = ""
    zone: str = "Europe/Amsterdam"
    rooms: tuple[RoomBody, ...] = ()


_post = msgspec.json.Decoder(PostBody)
_names = msgspec.json.Decoder(NamesBody)
_symposium = msgspec.json.Decoder(SymposiumBody)
_badge = msgspec.json.Decoder(BadgeBody)
_source = msgspec.json.Decoder(SourceBody)
_rules = msgspec.json.Decoder(RulesBody)
_scene = msgspec.json.Decoder(SceneBody)
_announcement = msgspec.json.Decoder(AnnouncementBody)
_theme = msgspec.json.Decoder(ThemeBody)
_programme = msgspec.json.Decoder(ProgrammeBody)
_heading = msgspec.json.Decoder(ProgrammeHeading)
_address = msgspec.json.Decoder(AddressBody)
_screen = msgspec.json.Decoder(ScreenBody)
_paper = msgspec.json.Decoder(PaperBody)
_file = msgspec.json.Decoder(FileBody)


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of what travels to pages."""


def media_url(slug: str, blob: BlobId) -> str:
    """The address of a picture, on our own host."""
    return f"/{slug}/media/{blob}"


def symposium_body(state: State) -> SymposiumBody:
    """Title, hashtags and date; empty where they were redacted."""
    body = state.bodies.get(state.body)
    return SymposiumBody(title="") if body is None else _symposium.decode(body)


def badge_name(state: State, badge: BadgeId | None) -> str | None:
    """Whose badge it is; None for nobody and where it was redacted; `operator` for the server's own terminal."""
    if badge is None:
        return None
    known = state.badges.get(badge)
    if known is None:
        return str(badge)
    body = state.bodies.get(known.body)
    return None if body is None else _badge.decode(body).name


def source_body(state: State, seq: int) -> SourceBody:
    """A source's name and options; empty where they were redacted."""
    body = state.bodies.get(seq)
    return SourceBody() if body is None else _source.decode(body)


def post_body(state: State, post: Post) -> PostBody | None:
    """
    What a post says at its newest revision, without pictures that lapsed; None where it was redacted.

    A copy that is its author's now has the ids and the time of edit of its original.
    """
    raw = state.bodies.get(post.body)
    if raw is None:
        return None
    body = _post.decode(raw)
    if (names := names_body(state, post)) is not None:
        body = msgspec.structs.replace(
            body, native_id=names.native_id, uri=names.uri, author_id=names.author_id, edited=names.edited
        )
    return msgspec.structs.replace(body, avatar=None, media=(), emojis=()) if post.bare else body


def names_body(state: State, post: Post) -> NamesBody | None:
    """What the original of a copy is called, where that came in and the words are still the copy's; else None."""
    seq = state.claimed.get(post.id)
    raw = None if seq is None else state.bodies.get(seq)
    return None if raw is None else _names.decode(raw)


def rules_body(state: State) -> RulesBody | None:
    """What intake's rules look for; None where nobody set them, and where it was redacted."""
    body = None if state.rules is None else state.bodies.get(state.rules.body)
    return None if body is None else _rules.decode(body)


def slide(state: State, showing: Showing) -> SceneBody:
    """The words of a slide; empty for other scenes, and where they were redacted."""
    body = state.bodies.get(showing.seq) if showing.scene is Scene.TEXT else None
    return SceneBody() if body is None else _scene.decode(body)


def announcement_body(state: State) -> AnnouncementBody | None:
    """What the organisation says; None where it says nothing, and where it was redacted."""
    body = None if state.announcement is None else state.bodies.get(state.announcement.body)
    return None if body is None else _announcement.decode(body)


def theme_body(state: State) -> ThemeBody:
    """The theme and what was chosen in it; the house's own where nobody chose, and where it was redacted."""
    body = None if state.theme is None else state.bodies.get(state.theme.body)
    return ThemeBody(theme=DEFAULT_THEME) if body is None else _theme.decode(body)


def programme_body(state: State) -> ProgrammeBody | None:
    """The words of the programme; None where there is none, and where they were redacted."""
    body = None if state.programme is None else state.bodies.get(state.programme.body)
    return None if body is None else _programme.decode(body)


def programme_heading(state: State) -> ProgrammeHeading:
    """Version, zone and rooms of the programme; empty where there is none, and where it was redacted."""
    body = None if state.programme is None else state.bodies.get(state.programme.body)
    return ProgrammeHeading() if body is None else _heading.decode(body)


def followed_address(state: State) -> str | None:
    """The address that is looked at for a newer programme; None for none."""
    body = None if state.followed is None else state.bodies.get(state.followed.body)
    return None if body is None else _address.decode(body).url


def screen_name(state: State, paired: Paired) -> str:
    """How staff call a screen; empty where that was redacted."""
    body = state.bodies.get(paired.body)
    return "" if body is None else _screen.decode(body).name


def paper_body(state: State, paper: Paper) -> PaperBody:
    """The words of a paper; empty where they were redacted."""
    body = state.bodies.get(paper.body)
    return PaperBody(title="") if body is None else _paper.decode(body)


def file_name(state: State, file: PaperFile) -> str:
    """What a file was called where it came from; empty where that was redacted."""
    body = state.bodies.get(file.seq)
    return "" if body is None else _file.decode(body).name


def logos(state: State) -> set[BlobId]:
    """The logos of the theme that holds, and of those that an undo would bring back."""
    before = (act.before for act in state.acts.values() if act.kind is ActKind.THEME)
    wordings = (state.theme, *(was.wording for was in before if isinstance(was, WasWording)))
    bodies = (state.bodies.get(each.body) for each in wordings if each is not None)
    found = (_theme.decode(body).logo for body in bodies if body is not None)
    return {logo for logo in found if logo is not None}
