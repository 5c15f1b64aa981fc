"""
A script that was made of a real day (`run.py report SLUG --format script`), read again to rehearse with.

The file is somebody's: everything in it is checked before anything is played, and what is wrong is said with its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import msgspec

from server.errors import BadInput
from server.rehearsal.drawing import PICTURES
from server.rehearsal.script import Author, Programme, RehearsalPost, Session, Speaker, Words

VERSION: Final = 1
MAX_BYTES: Final = 128 * 2**20
"""100,000 posts are some 30 MB."""
MAX_POSTS: Final = 200_000
DAY_S: Final = 7 * 24 * 3_600.0

_Short = Annotated[str, msgspec.Meta(max_length=300)]
_Key = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Text = Annotated[str, msgspec.Meta(max_length=20_000)]
_Second = Annotated[float, msgspec.Meta(ge=0, le=DAY_S)]


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What is rehearsed: the programme, the posts in order, and the languages of the symposium."""

    programme: Programme
    posts: tuple[RehearsalPost, ...]
    languages: tuple[str, ...]


_Kept = Mapping[str, object]
"""What the hall asked and was asked: a script has it for who reads it. A rehearsal plays posts."""


class _Post(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    key: _Key
    at_s: _Second
    author: _Key
    text: _Text
    name: _Short = ""
    lang: Annotated[str, msgspec.Meta(max_length=35)] = ""
    phone: bool = False
    picture: _Short = ""
    alt: _Text = ""
    warning: _Short = ""
    reply: Annotated[str, msgspec.Meta(max_length=64)] = ""
    session: Annotated[str, msgspec.Meta(max_length=64)] = ""
    star: bool = False
    pin: bool = False
    question: _Kept | None = None


class _Session(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    id: _Key
    title: _Short
    room: _Short
    from_s: _Second
    until_s: _Second
    speakers: Annotated[tuple[_Short, ...], msgspec.Meta(max_length=100)] = ()
    is_break: bool = False


class _File(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    script: int
    notice: Mapping[str, str]
    title: Annotated[str, msgspec.Meta(max_length=300)]
    hashtag: Annotated[str, msgspec.Meta(max_length=100)]
    languages: Annotated[tuple[_Key, ...], msgspec.Meta(min_length=1, max_length=8)]
    sessions: Annotated[tuple[_Session, ...], msgspec.Meta(max_length=5_000)]
    posts: Annotated[tuple[_Post, ...], msgspec.Meta(max_length=MAX_POSTS)]
    polls: Annotated[tuple[_Kept, ...], msgspec.Meta(max_length=1_000)] = ()


_decode = msgspec.json.Decoder(_File).decode


def read_script(path: Path) -> Recorded:
    """
    The script in *path*.

    Raises:
        BadInput: It cannot be read, is no such script, or has nothing to play; the message says where.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"{path}: it is larger than {MAX_BYTES // 2**20} MB, no script is.", code="no-script")
        data = path.read_bytes()
    except OSError as ex:
        raise BadInput(f"{path}: {ex.strerror or ex}.", code="no-script") from ex
    try:
        file = _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as ex:
        raise BadInput(f"{path}: it is no script to rehearse with: {ex}.", code="no-script") from ex
    problem = _problem(file)
    if problem:
        raise BadInput(f"{path}: {problem}", code="no-script")
    return Recorded(programme=_programme(file), posts=_posts(file), languages=file.languages)


def _problem(file: _File) -> str:
    if file.script != VERSION:
        return f"it is a script of version {file.script}; this Fontein reads version {VERSION}."
    if not file.posts:
        return "it has no posts, so that there is nothing to play."
    before, keys = 0.0, set[str]()
    for number, post in enumerate(file.posts):
        where = f"$.posts[{number}]"
        if post.key in keys:
            return f"{where}.key: {post.key!r} is there twice."
        if post.at_s < before:
            return f"{where}.atS: posts stand in the order of time, and this one is before the one above it."
        if post.picture and post.picture not in PICTURES:
            return f"{where}.picture: there is no drawing {post.picture!r}; there are {', '.join(PICTURES)}."
        if not post.text.strip() and not post.picture:
            return f"{where}.text: it is empty."
        keys.add(post.key)
        before = post.at_s
    if late := next((s for s in file.sessions if s.until_s < s.from_s), None):
        return f"the session {late.id!r} ends before it begins."
    return ""


def _programme(file: _File) -> Programme:
    people = {
        name: f"speaker-{n}" for n, name in enumerate(dict.fromkeys(s for each in file.sessions for s in each.speakers))
    }
    nobody = Words(nl="", en="")
    return Programme(
        title=Words(nl=file.title, en=file.title),
        subtitle=nobody,
        host="",
        venue="",
        hashtag=file.hashtag,
        speakers=tuple(Speaker(id=key, name=name, role=nobody) for name, key in people.items()),
        sessions=tuple(_session(each, people) for each in file.sessions),
    )


def _session(each: _Session, people: Mapping[str, str]) -> Session:
    return Session(
        id=each.id,
        title=Words(nl=each.title, en=each.title),
        room=each.room,
        speakers=tuple(people[name] for name in each.speakers),
        from_s=each.from_s,
        until_s=each.until_s,
        is_break=each.is_break,
    )


def _posts(file: _File) -> tuple[RehearsalPost, ...]:
    known = {each.key for each in file.posts}
    return tuple(
        RehearsalPost(
            key=each.key,
            at_s=each.at_s,
            author=Author(key=each.author, name=each.name, phone=each.phone),
            text=each.text,
            lang=each.lang,
            picture=each.picture or None,
            alt=each.alt,
            warning=each.warning,
            reply=each.reply if each.reply in known else None,
            session=each.session or None,
            star=each.star,
            pin=each.pin,
        )
        for each in file.posts
    )
