"""What moderators do: decide, amend, undo, block, look back. Staff only; the law checks every badge again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import UNSET, UnsetType

from server.errors import BadInput, Conflict, FonteinError, NotAllowed, NotFound
from server.symposium import views
from server.symposium.acts import OF_THE_REPORT
from server.symposium.outcomes import Broken, Changed, Done, Outcome, Refused
from server.symposium.state import Post, State
from server.symposium.values import Decision, PostId, Reason, Status
from server.web.auth import DESK_ROLES, REPORT_ROLES, badge_of, need
from server.web.bodies import Number, answer, read_json
from server.web.problems import Unauthorised, WithFacts
from server.web.site import Hall, hall_of

MAX_BULK = 500
MAX_LIST = 500
_LISTED = (Status.SHOWN, Status.HELD, Status.REJECTED, Status.HIDDEN)


class NewDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision on one revision. `seen` is the position of the decider's view."""

    revision: Number
    decision: Decision
    seen: Number | None = None
    reason: Reason | None = None


class BulkPost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    revision: Number


class NewDecisions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One decision on many posts: one entry, one undo."""

    posts: tuple[BulkPost, ...]
    decision: Decision
    seen: Number | None = None
    reason: Reason | None = None


class NewAmendment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What staff changes of one revision: an alt text for each picture, the session. What is left out stays."""

    revision: Number
    alts: tuple[str, ...] | None = None
    session: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | UnsetType | None = UNSET


class NewUndo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    seq: Number


class NewBan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`post`: one of the author's; `earlier`: also what they posted before."""

    post: str
    earlier: bool = False


async def decide(request: web.Request) -> web.Response:
    """`POST …/posts/{id}/decisions`."""
    hall = hall_of(request)
    badge = need(request, hall, DESK_ROLES)
    new = await read_json(request, NewDecision)
    post = PostId(request.match_info["post"])
    if post not in hall.node.state.posts:
        raise NotFound(f"There is no post {post[:32]}.", code="unknown")
    outcome = await hall.node.decide(badge.id, new.decision, [(post, new.revision)], seen=new.seen, reason=new.reason)
    done = carried_out(hall.node.state, outcome)
    now = hall.node.state.posts[post]
    was = _was(hall.node.state, done.changed[0]) if done.changed else None
    return answer({"seq": done.seq, "id": post, "status": now.status, "revision": now.revision, "was": was})


def _was(state: State, change: Changed) -> dict[str, Any]:
    return {"status": change.before, "by": views.badge_name(state, change.by), "at": change.at or None}


async def decide_many(request: web.Request) -> web.Response:
    """`POST …/decisions`."""
    hall = hall_of(request)
    badge = need(request, hall, DESK_ROLES)
    new = await read_json(request, NewDecisions)
    if not 1 <= len(new.posts) <= MAX_BULK:
        raise BadInput(f"Choose 1 to {MAX_BULK} posts.", field="$.posts")
    unique = {PostId(p.id): p.revision for p in new.posts}
    outcome = await hall.node.decide(badge.id, new.decision, list(unique.items()), seen=new.seen, reason=new.reason)
    done = carried_out(hall.node.state, outcome)
    passed = {p.post: p.code for p in done.passed}
    refused = [{"id": post, "code": code} for post, code in passed.items()]
    return answer({"seq": done.seq, "done": [p for p in unique if p not in passed], "refused": refused})


async def amend(request: web.Request) -> web.Response:
    """`PATCH …/posts/{id}`."""
    hall = hall_of(request)
    badge = need(request, hall, DESK_ROLES)
    new = await read_json(request, NewAmendment)
    post = PostId(request.match_info["post"])
    outcome = await hall.node.amend(badge.id, post, new.revision, alts=new.alts, session=new.session)
    done = carried_out(hall.node.state, outcome)
    now = hall.node.state.posts[post]
    return answer({"seq": done.seq, "id": post, "revision": now.revision, "status": now.status})


async def undo(request: web.Request) -> web.Response:
    """`POST …/undos`."""
    hall = hall_of(request)
    badge = need(request, hall, DESK_ROLES | REPORT_ROLES)
    new = await read_json(request, NewUndo)
    act = hall.node.state.acts.get(new.seq)
    need(request, hall, REPORT_ROLES if act is not None and act.kind in OF_THE_REPORT else DESK_ROLES)
    done = carried_out(hall.node.state, await hall.node.undo(badge.id, new.seq))
    posts = [{"id": c.post, "status": c.after} for c in done.changed]
    return answer({"seq": done.seq, "undone": new.seq, "posts": posts})


async def ban(request: web.Request) -> web.Response:
    """`POST …/bans`."""
    hall = hall_of(request)
    badge = need(request, hall, DESK_ROLES)
    new = await read_json(request, NewBan)
    done = carried_out(hall.node.state, await hall.node.ban(badge.id, PostId(new.post), earlier=new.earlier))
    return answer({"seq": done.seq, "hidden": len(done.changed)})


def carried_out(state: State, outcome: Outcome) -> Done:
    """
    The outcome, if it was carried out.

    Raises:
        Unauthorised, NotAllowed, NotFound, WithFacts (of a Conflict): Why it was not.
    """
    match outcome:
        case Done():
            return outcome
        case Refused():
            raise _refusal(state, outcome)
        case Broken():
            raise Conflict("This could not be carried out.", code="broken")
        case _:
            raise Conflict("This was done before.", code="repeated")


_SENTENCES = {
    "final": "Its author took this post back, or it is gone.",
    "stale-revision": "This post was changed since you read it.",
    "decided-since": "Somebody else decided on this since you read it.",
    "not-shown": "Only what is on the screens can be pinned, starred or put in a scene.",
    "too-many-scenes": "The screens show too many scenes or posts of their own already.",
    "too-many-texts": "Eight texts stand beside this one; bring them together first.",
    "too-many-quotes": "That are too many posts at once.",
    "too-many-sessions": "A programme has at most 5,000 sessions in 200 rooms.",
    "too-many-screens": "At most 64 screens can be paired; let go of one first.",
    "too-many-papers": "The shelf is full: at most 2,000 papers fit.",
    "too-many-files": "A paper has at most 20 files, all versions together; drop an old one first.",
    "answered": "This question was answered since.",
    "too-many-questions": "At most 5,000 posts can be questions, and 200 are counted as one at a time.",
    "too-many-polls": "A symposium has at most 200 polls.",
    "bad-poll": "No poll can be held like this.",
    "poll-open": "Another poll is open here; close that one first.",
    "poll-opened": "This poll was opened once, so that it does not change any more. Make a new draft.",
    "too-many-codes": "A poll has at most 5,000 codes.",
    "too-many-votes": "That are too many votes at once.",
    "already-undone": "This was undone already.",
    "cannot-undo": "This cannot be undone.",
    "author-banned": "Its author was blocked since.",
}


def _refusal(state: State, refused: Refused) -> FonteinError:
    match refused.code:
        case "no-badge":
            return Unauthorised("Your badge was withdrawn. Ask the organiser for a new link.")
        case "not-allowed":
            return NotAllowed("Your badge may not do this.", code="role")
        case "unknown":
            return NotFound("There is no such thing.", code="unknown")
    conflict = Conflict(_SENTENCES.get(refused.code, "This cannot be done now."), code=refused.code)
    post = None if refused.post is None else state.posts.get(refused.post)
    now = None if post is None else views.desk_post(state, post)
    return WithFacts(conflict, post=now, by=views.badge_name(state, refused.by), at=refused.at or None)


# Looking


async def posts(request: web.Request) -> web.Response:
    """`GET …/posts?status=&session=&after=&limit=`: oldest first. Without a badge only what is on the screens."""
    hall = hall_of(request)
    badge = badge_of(request, hall)
    staff = badge is not None and badge.role in DESK_ROLES
    status = _status(request.query.get("status", "shown"))
    if status is not Status.SHOWN:
        need(request, hall, DESK_ROLES)  # without a badge one reads what is on the screens
    limit = _limit(request.query.get("limit", "100"))
    after = request.query.get("after")
    found = _listed(hall, status, session=request.query.get("session"), public=not staff)
    page = _after(found, after)
    some = page[: limit + 1]
    state = hall.node.state
    wire = [views.desk_post(state, p) if staff else views.wire_post(state, p) for p in some[:limit]]
    following = some[limit - 1].id if len(some) > limit else None
    return answer({"posts": [w for w in wire if w is not None], "next": following})


def _listed(hall: Hall, status: Status, *, session: str | None, public: bool) -> list[Post]:
    state = hall.node.state
    ids = {
        Status.SHOWN: state.shown,
        Status.HELD: state.held,
        Status.REJECTED: state.rejected,
        Status.HIDDEN: state.hidden,
    }[status]
    found = [state.posts[p] for p in ids]
    if session is not None:
        found = [p for p in found if p.session == session]
    return [p for p in found if views.on_screen(state, p)] if public else found


def _after(found: Sequence[Post], after: str | None) -> list[Post]:
    """What follows the post *after*; from the start when it is not in the list any more and cannot be placed."""
    if after is None:
        return list(found)
    at = next((n for n, post in enumerate(found) if post.id == after), None)
    return list(found) if at is None else list(found[at + 1 :])


def _status(name: str) -> Status:
    if name not in {s.value for s in _LISTED}:
        raise BadInput(f"status is one of {', '.join(_LISTED)}.", field="status")
    return Status(name)


def _limit(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > 6 or not 1 <= int(text) <= MAX_LIST:
        raise BadInput(f"limit is a number from 1 to {MAX_LIST}.", field="limit")
    return int(text)


async def history(request: web.Request) -> web.Response:
    """`GET …/history?before=&limit=`: what was decided, newest first."""
    hall = hall_of(request)
    need(request, hall, DESK_ROLES)
    limit = _limit(request.query.get("limit", "50"))
    before = request.query.get("before", str(2**53))
    if not before.isdecimal() or len(before) > 17:
        raise BadInput("before is the seq of an entry.", field="before")
    state = hall.node.state
    some = list(islice(views.history(state, before=int(before)), limit + 1))
    entries = [views.decision_facts(state, m) for m in some[:limit]]
    return answer({"entries": entries, "next": entries[-1].seq if len(some) > limit else None})
