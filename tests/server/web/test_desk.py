"""What moderators may count on: decisions, bulk, undo, bans, erasures, lists and history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from server.symposium.values import PostId
from tests.house import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_decision_shows_a_post_and_says_what_was(place: Place) -> None:
    post = await place.arrive()

    answer = await place.holder("moderator").decide(post.id, "show")

    assert answer.status == 200
    assert answer.json == {
        "seq": place.seq,
        "id": post.id,
        "status": "shown",
        "revision": 1,
        "was": {"status": "held", "by": None, "at": None},
    }


@pytest.mark.parametrize(
    ("decisions", "status"),
    [
        (["hold"], "held"),
        (["reject"], "rejected"),
        (["hide"], "held"),
        (["show", "hide"], "hidden"),
        (["show", "reject"], "rejected"),
        (["show", "hold"], "held"),
        (["reject", "show"], "shown"),
        (["show", "pin", "star", "unpin", "unstar"], "shown"),
    ],
    ids=" ".join,
)
async def test_decisions_follow_the_table(place: Place, decisions: list[str], status: str) -> None:
    post = await place.arrive()
    desk = place.holder("moderator")

    answers = [await desk.decide(post.id, decision) for decision in decisions]

    assert [a.status for a in answers] == [200] * len(decisions)
    assert answers[-1].json["status"] == status


async def test_reject_tells_its_author_the_reason(place: Place) -> None:
    phone = place.visitor()
    post = (await phone.post("Koop nu!")).json["id"]

    await place.holder("moderator").decide(post, "reject", reason="advertising")

    own = (await phone.get("own")).json["posts"][0]
    assert (own["status"], own["reason"]) == ("rejected", "advertising")
    assert own["decidedAt"] is not None


async def test_decision_on_an_old_view_is_refused_with_the_post_as_it_is(place: Place) -> None:
    post = await place.arrive("Wie is het eerst?")
    seen = place.seq
    await place.holder("organiser").decide(post.id, "reject", seen=seen)

    answer = await place.holder("moderator").decide(post.id, "show", seen=seen)

    problem = answer.json
    assert (answer.status, answer.code) == (409, "decided-since")
    assert (problem["by"], problem["post"]["status"]) == ("Badge organiser", "rejected")
    assert problem["post"]["text"] == "Wie is het eerst?"
    assert problem["at"] == post.decided_at


async def test_restriction_on_an_old_view_is_carried_out_all_the_same(place: Place) -> None:
    post = await place.arrive()
    seen = place.seq
    await place.holder("organiser").decide(post.id, "show", seen=seen)

    answer = await place.holder("moderator").decide(post.id, "hide", seen=seen)

    assert (answer.status, answer.json["status"]) == (200, "hidden")
    assert answer.json["was"]["by"] == "Badge organiser"


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        pytest.param({"revision": 2, "decision": "show"}, 409, "stale-revision", None, id="revision-to-come"),
        pytest.param({"revision": 1, "decision": "pin"}, 409, "not-shown", None, id="pin-what-waits"),
        pytest.param({"revision": 1, "decision": "explode"}, 422, "bad-input", "$.decision", id="unknown-decision"),
        pytest.param({"revision": -1, "decision": "show"}, 422, "bad-input", "$.revision", id="negative"),
        pytest.param({"revision": 10**23, "decision": "show"}, 422, "bad-input", "$.revision", id="ten-to-the-23rd"),
        pytest.param({"revision": "1", "decision": "show"}, 422, "bad-input", "$.revision", id="text"),
        pytest.param({"revision": 1.0, "decision": "show"}, 422, "bad-input", "$.revision", id="float"),
        pytest.param({"revision": 1, "decision": "show", "seen": 10**23}, 422, "bad-input", "$.seen", id="seen-far"),
        pytest.param(
            {"revision": 1, "decision": "reject", "reason": "ugly"}, 422, "bad-input", "$.reason", id="reason"
        ),
        pytest.param({"decision": "show"}, 422, "bad-input", "$", id="no-revision"),
    ],
)
async def test_decision_that_cannot_be_carried_out_changes_nothing(
    place: Place, body: dict[str, object], status: int, code: str, field: str | None
) -> None:
    post = await place.arrive()

    answer = await place.holder("moderator").ask("POST", f"posts/{post.id}/decisions", body)

    assert (answer.status, answer.code, answer.json.get("field")) == (status, code, field)
    assert post.status == "held"


@pytest.mark.parametrize("post", ["nosuchpostnosuch", "%00", "a" * 300, "%F0%9F%98%80"])
async def test_decision_on_a_post_that_is_not_there_is_404(place: Place, post: str) -> None:
    answer = await place.holder("moderator").decide(post, "show")

    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_two_moderators_at_once_are_never_both_obeyed(place: Place) -> None:
    post = await place.arrive()
    seen = place.seq
    desks = [place.holder("moderator"), place.holder("organiser")]

    answers = await asyncio.gather(*(d.decide(post.id, "show", seen=seen) for d in desks))

    codes = sorted(a.code or "done" for a in answers)
    assert codes == ["decided-since", "done"]


# Many at once


async def test_bulk_says_which_were_done_and_which_not(place: Place) -> None:
    good, gone = await place.arrive(), await place.arrive()
    await place.holder("organiser").ask("POST", "erasures", {"posts": [gone.id]})
    body = {
        "decision": "show",
        "posts": [
            {"id": good.id, "revision": 1},
            {"id": gone.id, "revision": 1},
            {"id": "nosuchpostnosuch", "revision": 1},
        ],
    }

    answer = await place.holder("moderator").ask("POST", "decisions", body)

    assert answer.status == 200
    assert answer.json == {
        "seq": place.seq,
        "done": [good.id],
        "refused": [{"id": gone.id, "code": "final"}, {"id": "nosuchpostnosuch", "code": "unknown"}],
    }


@pytest.mark.parametrize(
    ("posts", "status"),
    [
        pytest.param([], 422, id="none"),
        pytest.param([{"id": f"{n:016}", "revision": 1} for n in range(501)], 422, id="501"),
        pytest.param([{"id": "nosuchpostnosuch", "revision": 10**23}], 422, id="ten-to-the-23rd"),
        pytest.param([{"id": "nosuchpostnosuch", "revision": 1}], 404, id="only-unknown"),
        pytest.param([{"id": 7, "revision": 1}], 422, id="number"),
    ],
)
async def test_bulk_that_cannot_be_is_refused(place: Place, posts: list[object], status: int) -> None:
    answer = await place.holder("moderator").ask("POST", "decisions", {"decision": "show", "posts": posts})

    assert answer.status == status


async def test_bulk_is_one_undo(place: Place) -> None:
    posts = [await place.arrive() for _ in range(3)]
    desk = place.holder("moderator")
    body = {"decision": "reject", "posts": [{"id": p.id, "revision": 1} for p in posts]}
    seq = (await desk.ask("POST", "decisions", body)).json["seq"]

    answer = await desk.ask("POST", "undos", {"seq": seq})

    assert answer.json["posts"] == [{"id": p.id, "status": "held"} for p in posts]
    assert answer.json["undone"] == seq


# Undo


async def test_undo_twice_is_refused(place: Place) -> None:
    post = await place.arrive()
    desk = place.holder("moderator")
    seq = (await desk.decide(post.id, "reject")).json["seq"]
    await desk.ask("POST", "undos", {"seq": seq})

    answer = await desk.ask("POST", "undos", {"seq": seq})

    assert (answer.status, answer.code) == (409, "already-undone")


@pytest.mark.parametrize(
    ("seq", "status"), [(0, 409), (1, 409), (2**53 - 1, 409), (10**23, 422), (-1, 422), ("1", 422), (None, 422)]
)
async def test_undo_of_what_was_no_decision_is_refused(place: Place, seq: object, status: int) -> None:
    before = len(place.hall.node.state.made)

    answer = await place.holder("moderator").ask("POST", "undos", {"seq": seq})

    assert answer.status == status
    assert len(place.hall.node.state.made) == before


# Bans


async def test_ban_hides_what_its_author_showed(place: Place) -> None:
    device = "device-of-a-bully"
    shown, waiting = await place.arrive(device=device), await place.arrive(device=device)
    desk = place.holder("moderator")
    await desk.decide(shown.id, "show")

    answer = await desk.ask("POST", "bans", {"post": shown.id, "earlier": True})

    assert (answer.status, answer.json["hidden"]) == (200, 2)
    assert (shown.status, waiting.status) == ("hidden", "rejected")


async def test_ban_by_an_unknown_post_is_404(place: Place) -> None:
    answer = await place.holder("moderator").ask("POST", "bans", {"post": "nosuchpostnosuch", "earlier": True})

    assert answer.status == 404


# Erasures


async def test_erasure_of_an_author_takes_all_of_theirs(place: Place) -> None:
    device = "device-of-a-regretter"
    posts = [await place.arrive(device=device) for _ in range(3)]

    answer = await place.holder("organiser").ask("POST", "erasures", {"authorOf": posts[0].id})

    assert (answer.json["seq"], answer.json["erased"]) == (place.seq, [p.id for p in posts])
    assert {p.status for p in posts} == {"erased"}


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"posts": ["nosuchpostnosuch"]}, 404), ({"authorOf": "nosuchpostnosuch"}, 404), ({"all": True}, 422)],
)
async def test_erasure_of_nothing_is_refused(place: Place, body: dict[str, object], status: int) -> None:
    answer = await place.holder("organiser").ask("POST", "erasures", body)

    assert answer.status == status


# Looking


async def test_list_pages_through_everything_once(place: Place) -> None:
    wanted = [(await place.show()).id for _ in range(5)]
    desk = place.holder("moderator")
    found: list[str] = []
    after: str | None = None
    while True:
        query = "posts?limit=2" + (f"&after={after}" if after else "")
        page = (await desk.get(query)).json
        found += [p["id"] for p in page["posts"]]
        after = page["next"]
        if after is None:
            break

    assert found == list(place.hall.node.state.shown)
    assert set(wanted) <= set(found)


async def test_list_without_a_badge_has_only_what_the_screens_have(place: Place) -> None:
    shown, held = await place.show(), await place.arrive()

    public = (await place.visitor().get("posts?limit=500")).json["posts"]
    staff = (await place.holder("moderator").get("posts?status=held&limit=500")).json["posts"]

    ids = [p["id"] for p in public]
    assert shown.id in ids
    assert held.id not in ids
    assert not {"why", "authorKey", "place", "decidedBy"} & set(public[-1])
    assert held.id in [p["id"] for p in staff]
    assert next(p for p in staff if p["id"] == held.id)["why"]["rule"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("status=erased", 422),
        ("status=nonsense", 422),
        ("limit=0", 422),
        ("limit=501", 422),
        ("limit=-1", 422),
        ("limit=1e3", 422),
        ("limit=²", 422),
        ("limit=٣", 422),
        ("limit=" + "9" * 5000, 422),
        ("after=nosuchpostnosuch", 200),
        ("session=%00", 200),
        ("status=%ff%fe", 422),
    ],
)
async def test_list_with_a_strange_question_never_fails(place: Place, query: str, status: int) -> None:
    answer = await place.holder("moderator").get(f"posts?{query}")

    assert answer.status == status


async def test_history_tells_who_decided_what(place: Place) -> None:
    post = await place.arrive("Een mooie zin")
    seq = (await place.holder("moderator").decide(post.id, "reject")).json["seq"]

    answer = await place.holder("organiser").get("history?limit=1")

    (entry,) = answer.json["entries"]
    assert entry | {"at": 0} == {
        "seq": seq,
        "at": 0,
        "by": "Badge moderator",
        "what": "decided",
        "decision": "reject",
        "detail": "",
        "reason": None,
        "screen": None,
        "posts": [post.id],
        "undone": False,
        "canUndo": True,
        "name": "",
        "text": "Een mooie zin",
    }
    assert answer.json["next"] == seq


async def test_history_tells_what_was_done_to_the_screens(place: Place) -> None:
    seq = (await place.holder("moderator").ask("POST", "scene", {"scene": "join", "screen": "s1"})).json["seq"]
    (entry,) = (await place.holder("moderator").get("history?limit=1")).json["entries"]
    told = {key: entry[key] for key in ("seq", "what", "detail", "screen", "canUndo")}
    assert told == {"seq": seq, "what": "scene", "detail": "join", "screen": "s1", "canUndo": True}
    assert (await place.holder("moderator").ask("POST", "undos", {"seq": seq})).status == 200


# Amending


async def test_alt_text_and_session_of_what_is_shown_change_in_place(place: Place, drawn: Callable[..., bytes]) -> None:
    phone, desk = place.visitor(), place.holder("moderator")
    photo = (await phone.upload(drawn())).json["id"]
    post = (await phone.post("Kijk", media=[{"id": photo, "alt": ""}])).json["id"]
    await desk.decide(post, "show")
    await desk.decide(post, "pin")

    answer = await desk.ask("PATCH", f"posts/{post}", {"revision": 1, "alts": ["Een fiets"], "session": "s2"})

    assert answer.json == {"seq": place.seq, "id": post, "revision": 2, "status": "shown"}
    (shown,) = [p for p in (await place.visitor().get("posts?limit=500")).json["posts"] if p["id"] == post]
    assert ([m["alt"] for m in shown["media"]], shown["session"], shown["pinned"]) == (["Een fiets"], "s2", True)


async def test_an_amendment_that_changes_nothing_makes_no_revision(place: Place) -> None:
    post = await place.arrive()
    before = place.seq
    answer = await place.holder("moderator").ask("PATCH", f"posts/{post.id}", {"revision": 1, "session": None})
    assert (answer.status, answer.json["revision"], place.seq) == (200, 1, before)


async def test_what_is_left_out_of_an_amendment_stays(place: Place) -> None:
    post, desk = await place.arrive(), place.holder("moderator")
    await desk.ask("PATCH", f"posts/{post.id}", {"revision": 1, "session": "s1"})
    await desk.ask("PATCH", f"posts/{post.id}", {"revision": 2, "alts": []})
    assert place.hall.node.state.posts[post.id].session == "s1"
    await desk.ask("PATCH", f"posts/{post.id}", {"revision": 2, "session": None})
    assert place.hall.node.state.posts[post.id].session is None


@pytest.mark.parametrize(
    ("new", "status", "code"),
    [
        ({"revision": 2, "session": "s"}, 409, "stale-revision"),
        ({"revision": 1, "alts": ["Een fiets"]}, 422, "bad-input"),
        ({"revision": 1, "session": ""}, 422, "bad-input"),
        ({"revision": 1, "text": "Iets anders"}, 422, "bad-input"),
    ],
)
async def test_an_amendment_that_cannot_be_is_refused(place: Place, new: Any, status: int, code: str) -> None:
    post = await place.arrive()
    before = place.seq
    answer = await place.holder("moderator").ask("PATCH", f"posts/{post.id}", new)
    assert (answer.status, answer.code, place.seq) == (status, code, before)


async def test_what_is_gone_cannot_be_amended(place: Place) -> None:
    desk = place.holder("moderator")
    assert (await desk.ask("PATCH", "posts/nobody", {"revision": 1})).status == 404
    phone = place.visitor()
    post = (await phone.post("Toch maar niet")).json["id"]
    await phone.ask("DELETE", f"posts/{post}")
    answer = await desk.ask("PATCH", f"posts/{post}", {"revision": 1, "session": "s"})
    assert (answer.status, answer.code) == (409, "final")


async def test_history_pages_through_everything_once(place: Place) -> None:
    for _ in range(3):
        await place.show()
    desk = place.holder("moderator")
    found: list[int] = []
    before = ""
    while True:
        page = (await desk.get(f"history?limit=2{before}")).json
        found += [e["seq"] for e in page["entries"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"

    state = place.hall.node.state
    assert found == sorted([*state.made, *state.acts], reverse=True)


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=" + "9" * 40, "limit=no", "before=²"])
async def test_history_with_a_strange_question_is_refused(place: Place, query: str) -> None:
    answer = await place.holder("moderator").get(f"history?{query}")

    assert answer.status == 422


async def test_edited_post_is_refused_on_the_revision_that_was_read(place: Place) -> None:
    """The desk approved revision 1 while its author changed it: nobody may show what nobody read."""
    from server.intake.arrival import Arrival
    from server.symposium.entries import SourceBody
    from server.symposium.values import OPERATOR, SourceId

    node = place.hall.node
    source = SourceId("mastodon-9")
    await node.set_source(OPERATOR, source, "mastodon", SourceBody(), on=True)
    first = Arrival(source=source, network="mastodon", author_id="a@b", text="Netjes", native_id="b/1")
    post, _ = await node.receive(first)
    edited = Arrival(source=source, network="mastodon", author_id="a@b", text="Niet netjes", native_id="b/1", edited=2)
    await node.receive(edited)

    answer = await place.holder("moderator").decide(post.id, "show", revision=1)

    assert (answer.status, answer.code) == (409, "stale-revision")
    assert answer.json["post"]["text"] == "Niet netjes"
    assert (await place.holder("moderator").decide(PostId(post.id), "show", revision=2)).status == 200
