"""
A day as a script to rehearse with: what was shown, in its order and at its pace, by invented people.

What is in it: the released posts, their sessions, languages, stars and pins, what the hall asked and how it voted, and
the programme with its titles and times. What is not: names, handles, links, addresses, numbers, photos (a drawn one
stands in for them), post ids and dates. Speakers are invented too: a script is made to be handed on, who spoke is
personal data as well, and nothing that is rehearsed hangs on it. The words themselves remain, and may still tell who
wrote them: `notice` says so in the file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator
from itertools import accumulate
from typing import Final, NamedTuple

import msgspec

from server.report.hall import answer_of, asked_groups, count_of, held_polls, stand_of, told_poll
from server.report.masks import Masks
from server.report.released import Released, released
from server.symposium.bodies import badge_name, paper_body, post_body, programme_body, programme_heading, symposium_body
from server.symposium.programme import begins, ends
from server.symposium.state import State
from server.symposium.values import PHONE, Naming, PostId, SessionKind

VERSION: Final = 1
QUIET_S: Final = 3_600.0
"""A longer silence is cut to this: nobody rehearses a night."""
MAX_TEXT: Final = 500
"""Code points of a phone's post, where the words that stand for something made it longer."""
_BEFORE_S: Final = 1_800.0
"""A session that began so long before the first post is where the script begins."""
_PICTURES: Final = ("coffee", "skyline", "sunset", "street", "hall")
"""Of the rehearsal's own drawings, those that say nothing."""
_ALT: Final = {"nl": "Een tekening, in plaats van een foto.", "en": "A drawing, in place of a photo."}
NOTICE: Final = {
    "nl": (
        "Oefendraaiboek van een echte dag. Namen van schrijvers, sprekers en medewerkers zijn verzonnen; handles, "
        "links, adressen, nummers en foto's zijn weg. Let op: de teksten zijn van echte mensen. Iemand die in een "
        "tekst genoemd wordt, of aan zijn woorden te herkennen is, kan nog te herkennen zijn. Lees het na voor je "
        "het deelt, en deel het niet openbaar."
    ),
    "en": (
        "Rehearsal script of a real day. Names of writers, speakers and staff are invented; handles, links, "
        "addresses, numbers and photos are gone. Mind: the texts are by real people. Somebody who is mentioned in a "
        "text, or can be told by their words, may still be recognised. Read it before you share it, and do not "
        "publish it."
    ),
}


class ScriptPost(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """A post. `at_s` is since the beginning; `phone`: it came from a phone of the hall, else from a network."""

    key: str
    at_s: float
    author: str
    text: str
    name: str = ""
    lang: str = ""
    phone: bool = False
    picture: str = ""
    alt: str = ""
    warning: str = ""
    reply: str = ""
    session: str = ""
    star: bool = False
    pin: bool = False
    question: ScriptQuestion | None = None


class ScriptQuestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """
    That a post is a question of the hall: how many people wanted to know, and what became of it.

    `to` and `answered_by` are invented names; `under` is the key of the question that it is counted under.
    """

    votes: int = 0
    stand: str = ""
    stood_s: float = 0.0
    to: str = ""
    answered_by: str = ""
    answer: str = ""
    under: str = ""


class ScriptPoll(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """
    A poll, in seconds since the beginning; `title`, `options` and `ends` by language. `counts` and `words` are what
    came out, as `ReleasedPoll` has it.
    """

    id: str
    kind: str
    title: dict[str, str]
    from_s: float
    until_s: float
    options: tuple[dict[str, str], ...] = ()
    ends: tuple[dict[str, str], ...] = ()
    most: int = 1
    low: int = 0
    high: int = 0
    right: int | None = None
    binding: bool = False
    session: str = ""
    again: str = ""
    voters: int = 0
    counts: tuple[int, ...] = ()
    words: tuple[tuple[str, int], ...] = ()


class ScriptSession(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """A session, in seconds since the beginning; `speakers` are invented."""

    id: str
    title: str
    room: str
    from_s: float
    until_s: float
    speakers: tuple[str, ...] = ()
    is_break: bool = False


class Heading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Everything but the posts."""

    script: int
    notice: dict[str, str]
    title: str
    hashtag: str
    languages: tuple[str, ...]
    sessions: tuple[ScriptSession, ...]
    polls: tuple[ScriptPoll, ...] = ()


class _Axis:
    """From µs to seconds since the beginning, without the nights."""

    def __init__(self, moments: list[int], begin: int) -> None:
        self._knots = [(begin, 0.0)]
        for at in moments:
            before, so_far = self._knots[-1]
            if at > before:
                self._knots.append((at, so_far + min(QUIET_S, (at - before) / 1e6)))

    def seconds(self, at: int) -> float:
        """When *at* is; 0 for what was before."""
        place = bisect_right(self._knots, at, key=lambda knot: knot[0]) - 1
        if place < 0:
            return 0.0
        before, so_far = self._knots[place]
        most = self._knots[place + 1][1] if place + 1 < len(self._knots) else so_far + QUIET_S
        return round(min(most, so_far + (at - before) / 1e6), 1)


class _Row(NamedTuple):
    post: Released
    at: int
    author: str


def script(state: State, *, link_only: Collection[str]) -> Iterator[bytes]:
    """
    The script as JSON, in pieces: a line for the heading, and one for each post, in the order of release.

    Args:
        link_only: The networks whose manifest says `export = "link"`: their words may not be handed on, so that their
            posts are left out.
    """
    masks = _masks(state)
    rows = _rows(state, link_only)
    axis = _Axis([row.at for row in rows], _begin(state, rows))
    keys = {row.post.id: f"post-{number:05}" for number, row in enumerate(rows)}
    authors: dict[str, str] = {}
    heading = msgspec.json.encode(_heading(state, masks, axis))
    yield heading[:-1] + b',"posts":[\n'
    replies = _replies(state, keys)
    questions = dict(_questions(state, masks, axis, keys))
    for number, row in enumerate(rows):
        author = authors.setdefault(row.author, f"author-{len(authors) + 1}")
        made = _post(row, masks, at_s=axis.seconds(row.at), key=keys[row.post.id], author=author, number=number)
        made = msgspec.structs.replace(
            made,
            reply=replies.get(row.post.id, ""),
            pin=state.posts[row.post.id].pinned,
            question=questions.get(row.post.id),
        )
        yield msgspec.json.encode(made) + (b",\n" if number + 1 < len(rows) else b"\n")
    yield b"]}\n"


def _rows(state: State, link_only: Collection[str]) -> list[_Row]:
    """What stands, in the order of release; each when it came in, and never before the one before it."""
    known = {each.id: each for each in released(state, link_only=link_only, naming=Naming.FULL)}
    posts = [state.posts[each] for each in state.shown if each in known and known[each].export == "full"]
    moments = accumulate((post.received for post in posts), max)
    return [_Row(known[post.id], at, post.author) for post, at in zip(posts, moments, strict=True)]


def _begin(state: State, rows: list[_Row]) -> int:
    """The first post, or the beginning of the session just before it."""
    if not rows:
        return 0
    first = rows[0].at
    slots = () if state.programme is None else state.programme.slots.values()
    near = (begins(state, slot) for slot in slots)
    return min((first, *(at for at in near if first - _BEFORE_S * 1e6 <= at <= first)))


def _masks(state: State) -> Masks:
    """Everybody who is known: who wrote, spoke, or worked at the desk."""
    bodies = [body for post in state.posts.values() if (body := post_body(state, post)) is not None]
    programme = programme_body(state)
    speakers = () if programme is None else (s.name for session in programme.sessions for s in session.speakers)
    papers = (name for paper in state.papers.values() for name in paper_body(state, paper).authors)
    staff = (badge_name(state, badge) or "" for badge in state.badges)
    answers = (answer.name for group in asked_groups(state) if (answer := answer_of(state, group)) is not None)
    asked = (body.to for body in bodies if body.to)
    names = (*(body.name for body in bodies), *speakers, *papers, *staff, *answers, *asked)
    return Masks(names, ((body.handle, body.name) for body in bodies if body.handle))


def _heading(state: State, masks: Masks, axis: _Axis) -> Heading:
    body, lang = symposium_body(state), state.languages[0]
    return Heading(
        script=VERSION,
        notice=NOTICE,
        title=masks.text(body.title, lang),
        hashtag=next(iter(body.hashtags), ""),
        languages=state.languages,
        sessions=tuple(_sessions(state, masks, axis)),
        polls=tuple(_polls(state, masks, axis)),
    )


def _sessions(state: State, masks: Masks, axis: _Axis) -> Iterator[ScriptSession]:
    body, programme = programme_body(state), state.programme
    if body is None or programme is None:
        return
    words = {session.id: session for session in body.sessions}
    rooms = {room.id: room.name for room in programme_heading(state).rooms}
    for slot in sorted(programme.slots.values(), key=lambda slot: slot.start):
        from_s, until_s = axis.seconds(begins(state, slot)), axis.seconds(ends(state, slot))
        said = words.get(slot.session)
        if said is None or until_s <= from_s:
            continue  # it was over before the first post, or began after the last
        yield ScriptSession(
            id=slot.session,
            title=masks.text(said.title, said.lang),
            room="" if slot.room is None else masks.text(rooms.get(slot.room, ""), said.lang),
            from_s=from_s,
            until_s=until_s,
            speakers=tuple(name for speaker in said.speakers if (name := masks.name(speaker.name))),
            is_break=slot.kind is SessionKind.BREAK,
        )


def _questions(
    state: State, masks: Masks, axis: _Axis, keys: dict[PostId, str]
) -> Iterator[tuple[PostId, ScriptQuestion]]:
    """By post, that it is a question of the hall; of those that are in the script."""
    for group in asked_groups(state):
        if group.post not in keys:
            continue
        body, answer, question = (
            post_body(state, state.posts[group.post]),
            answer_of(state, group),
            stand_of(state, group),
        )
        lang = "" if body is None else body.lang or ""
        yield (
            group.post,
            ScriptQuestion(
                votes=count_of(state, group)[0],
                stand=question.stand.value,
                stood_s=axis.seconds(question.changed) if question.changed else 0.0,
                to="" if body is None else masks.name(body.to),
                answered_by="" if answer is None else masks.name(answer.name),
                answer="" if answer is None else masks.text(answer.text, lang),
            ),
        )
        yield from ((post, ScriptQuestion(under=keys[group.post])) for post in group.seen[1:] if post in keys)


def _polls(state: State, masks: Masks, axis: _Axis) -> Iterator[ScriptPoll]:
    """The polls that were held, with what came out."""

    def masked(said: dict[str, str]) -> dict[str, str]:
        return {lang: masks.text(words, lang) for lang, words in said.items()}

    for number, id_ in enumerate(held_polls(state), start=1):
        form, poll = state.polls[id_].form, told_poll(state, id_, again=False)
        told = poll.told
        yield ScriptPoll(
            id=f"poll-{number}",
            kind=poll.kind,
            title=masked(poll.title),
            from_s=axis.seconds(poll.opened),
            until_s=axis.seconds(poll.closed or state.at),
            options=tuple(map(masked, poll.options)),
            ends=tuple(map(masked, poll.ends)),
            most=poll.most,
            low=poll.low,
            high=poll.high,
            right=poll.right,
            binding=poll.binding,
            session=form.session or "",
            again=next((f"poll-{n}" for n, each in enumerate(held_polls(state), start=1) if each == form.again), ""),
            voters=poll.n,
            counts=poll.counts if told else (),
            words=tuple((masks.text(word.name), word.n) for word in poll.words) if told else (),
        )


def _post(row: _Row, masks: Masks, *, at_s: float, key: str, author: str, number: int) -> ScriptPost:
    post = row.post
    lang = "en" if (post.lang or "").startswith("en") else "nl"
    phone = post.network == PHONE
    text = masks.text(post.text, lang)
    if phone and len(text) > max(MAX_TEXT, len(post.text)):
        text = text[: MAX_TEXT - 1].rsplit(" ", 1)[0] + "…"
    return ScriptPost(
        key=key,
        at_s=at_s,
        author=author,
        name=masks.name(post.name),
        text=text,
        lang=post.lang or "",
        phone=phone,
        picture=_PICTURES[number % len(_PICTURES)] if post.photos else "",
        alt=_ALT[lang] if post.photos else "",
        warning=masks.text(post.warning, lang),
        session=post.session or "",
        star=post.starred,
    )


def _replies(state: State, keys: dict[PostId, str]) -> dict[PostId, str]:
    """By post, the key of the one that it answers, where that is in the script too."""
    by_native: dict[tuple[str, str], str] = {}
    answers: list[tuple[PostId, tuple[str, str]]] = []
    for post_id in keys:
        post = state.posts[post_id]
        body = post_body(state, post)
        if body is None:
            continue
        if body.native_id:
            by_native[(post.network, body.native_id)] = keys[post_id]
        if body.reply_to:
            answers.append((post_id, (post.network, body.reply_to)))
    return {post: by_native[to] for post, to in answers if to in by_native}
