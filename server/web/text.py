"""The wall as a list, for who cannot see it: kept live by `wall/text`, or as it stands now, without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from aiohttp import web

from server.symposium import views
from server.symposium.hall_facts import live_poll
from server.symposium.values import Stand
from server.web.bodies import encode
from server.web.pages import catalogue, keep, page_language, render
from server.web.polls import tally_of
from server.web.questions import questions_now
from server.web.site import Hall, hall_of
from server.web.text_polls import PollWords, Words, poll_words

MAX_POSTS: Final = 50
MAX_CLOSED: Final = 5
"""Polls whose result is told, the last ones."""


async def text(request: web.Request) -> web.Response:
    """`/{slug}/text`. With `?plain=1`, for those without JavaScript, all of it stands in the page."""
    hall = hall_of(request)
    if request.query.get("plain") != "1":
        return keep(request, render(request, "text", hall=hall, extra={"posts": None}))
    lang = page_language(request, hall)
    words = Words(lang, catalogue(lang, "text"))
    stopped = hall.node.state.stop.on
    asked = {"questions": _on_stage(hall, words), "polls": () if stopped else tuple(_polls(hall, words))}
    return render(request, "text", hall=hall, extra={"posts": _posts(hall)}, shown={"asked": asked})


def _posts(hall: Hall) -> list[dict[str, Any]]:
    """The newest posts of the screens, as everybody may see them."""
    state = hall.node.state
    wire = (views.wire_post(state, post) for post in islice(views.wall_posts(state), MAX_POSTS))
    found: list[dict[str, Any]] = json.loads(encode([post for post in wire if post is not None]))
    return found


def _on_stage(hall: Hall, words: Words) -> list[dict[str, Any]]:
    """The questions that are asked now, in each room one; the last one first."""
    found = [each for each in questions_now(hall) if each.stand == Stand.ON_STAGE]
    return [
        {
            "text": each.text,
            "lang": each.lang,
            "name": each.name,
            "to": words.say("text.question.to", name=each.to) if each.to else "",
            "votes": words.say("text.question.votes", n=each.votes) if each.votes > 1 else "",
        }
        for each in sorted(found, key=lambda each: -each.changed)
    ]


def _polls(hall: Hall, words: Words) -> Iterator[PollWords]:
    """Those that are open, the newest first, then the results of the last ones."""
    opened = [(id_, poll) for id_, poll in hall.node.state.polls.items() if poll.opened]
    open_ = sorted((each for each in opened if not each[1].closed_at), key=lambda each: -each[1].opened_at)
    closed = sorted((each for each in opened if each[1].closed_at), key=lambda each: -each[1].closed_at)
    for id_, _ in (*open_, *closed[:MAX_CLOSED]):
        yield poll_words(live_poll(hall.node.state, id_), tally_of(hall, id_), words)
