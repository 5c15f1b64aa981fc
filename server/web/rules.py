"""The rules of intake: read, changed, and tried dry on the newest posts. Staff only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec
from aiohttp import web
from msgspec import UNSET, UnsetType

from server.intake.dry_run import Tried, hits
from server.intake.rules import ALWAYS, ORDER, Rules
from server.intake.settings import NUMBERS, WORDS, changed
from server.symposium import views
from server.symposium.state import State
from server.symposium.values import PostId, Show, Verdict
from server.web.auth import DESK_ROLES, need
from server.web.bodies import Number, answer, read_json
from server.web.desk import carried_out
from server.web.site import Hall, hall_of

COUNTED_POSTS = 10_000
"""Among how many of the newest posts a rule's hits are counted."""

_EXCERPT = 280


class NewNumbers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The numbers of the rules; those left out stay."""

    posts_per_minute: Number | UnsetType = UNSET
    alike_percent: Number | UnsetType = UNSET
    alike_length: Number | UnsetType = UNSET
    flood_posts: Number | UnsetType = UNSET
    flood_authors: Number | UnsetType = UNSET
    new_account_days: Number | UnsetType = UNSET
    window_hours: Number | UnsetType = UNSET
    brake_posts_per_minute: Number | UnsetType = UNSET
    brake_new_percent: Number | UnsetType = UNSET
    brake_alike_percent: Number | UnsetType = UNSET


class NewWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The words of the rules, each list whole; those left out stay."""

    severe: tuple[str, ...] | UnsetType = UNSET
    mild: tuple[str, ...] | UnsetType = UNSET
    emergency: tuple[str, ...] | UnsetType = UNSET
    reserved_names: tuple[str, ...] | UnsetType = UNSET
    shorteners: tuple[str, ...] | UnsetType = UNSET


class NewRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be otherwise. `order`: the rules that are on, as they are asked."""

    order: tuple[str, ...] | UnsetType = UNSET
    numbers: NewNumbers = NewNumbers()
    words: NewWords = NewWords()


class NewDryRun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    rules: NewRules


async def rules(request: web.Request) -> web.Response:
    """`GET …/rules`."""
    hall = hall_of(request)
    need(request, hall, DESK_ROLES)
    return answer(_facts(hall))


async def put_rules(request: web.Request) -> web.Response:
    """`PUT …/rules`: from here on, also for what is judged at this moment."""
    hall = hall_of(request)
    badge = need(request, hall, DESK_ROLES)
    new = _changed(hall.node.rules(), await read_json(request, NewRules))
    done = carried_out(hall.node.state, await hall.node.set_rules(badge.id, new))
    return answer({"seq": done.seq, **_facts(hall)})


async def dry_run(request: web.Request) -> web.Response:
    """`POST …/rules/dry-runs`: what would be otherwise. Nothing is kept."""
    hall = hall_of(request)
    need(request, hall, DESK_ROLES)
    new = _changed(hall.node.rules(), (await read_json(request, NewDryRun)).rules)
    was, now = await hall.node.dry_run(hall.node.rules(), new)
    return answer(
        {
            "posts": len(now),
            "changed": list(_differences(hall.node.state, was, now)),
            "hits": hits([each.notes for each in now]),
        }
    )


def _changed(base: Rules, new: NewRules) -> Rules:
    settings = {"order": new.order, **msgspec.structs.asdict(new.numbers), **msgspec.structs.asdict(new.words)}
    return changed(base, {name: value for name, value in settings.items() if value is not UNSET})


def _facts(hall: Hall) -> dict[str, Any]:
    state, now = hall.node.state, hall.node.rules()
    counted = [post.notes for post in islice(reversed(state.posts.values()), COUNTED_POSTS)]
    found = hits(counted)
    off = [rule for rule in ORDER if rule not in now.order]
    return {
        "order": [
            {"id": rule, "on": rule in now.order, "always": rule in ALWAYS, "hits": found.get(rule, 0)}
            for rule in (*now.order, *off)
        ],
        "numbers": {
            _wire_name(NewNumbers, name): {"value": getattr(now, name), "least": least, "most": most}
            for name, (least, most) in NUMBERS.items()
        },
        "words": {_wire_name(NewWords, name): getattr(now, name) for name in WORDS},
        "posts": len(counted),
        "changed": _last_change(state),
    }


def _wire_name(form: type[msgspec.Struct], name: str) -> str:
    return form.__struct_encode_fields__[form.__struct_fields__.index(name)]


def _last_change(state: State) -> dict[str, Any] | None:
    if state.rules is None:
        return None
    return {"at": state.rules.at, "by": views.badge_name(state, state.rules.by)}


def _differences(state: State, was: Sequence[Tried], now: Sequence[Tried]) -> Iterator[dict[str, Any]]:
    """The posts of which something else would have become, newest first."""
    before = {each.post: each.verdict for each in was}
    for each in reversed(now):
        verdict = before.get(each.post)
        if verdict is not None and verdict != each.verdict:
            yield {**_post(state, each.post), "was": _verdict(verdict), "now": _verdict(each.verdict)}


def _post(state: State, post: PostId) -> dict[str, Any]:
    body = views.post_body(state, state.posts[post])
    return {"id": post, "name": "" if body is None else body.name, "text": "" if body is None else body.text[:_EXCERPT]}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    found = None if isinstance(verdict, Show) else verdict.found
    return {"verdict": verdict.__struct_config__.tag, "rule": verdict.rule, "found": found}
