"""Keep and forget over HTTP: periods, the legal hold, who is meant, and erasing by address or handle."""

from __future__ import annotations

from typing import Any

import pytest

from server.errors import NotFound
from server.intake.arrival import Arrival
from server.symposium.entries import FrozenFile, ReportFrozen, SourceBody
from server.symposium.outcomes import Done
from server.symposium.state import Post
from server.symposium.values import OPERATOR, BlobId, Decision, SourceId, Status
from tests.house import Answer, Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERIODS = {"rejectedHours": 24, "postsDays": 30, "picturesDays": 30, "auditDays": 90, "devicesDays": 30}
DAY_US = 24 * 3_600_000_000
MASTODON = SourceId("mastodon-1")
WHY = "Een vraag van de rechtbank."


async def toot(place: Place, who: str, text: str, *, n: int = 1, actor: str = "") -> Post:
    """A post of somebody at social.example."""
    arrival = Arrival(
        source=MASTODON,
        network="mastodon",
        author_id=actor or f"https://social.example/users/{who}",
        handle=f"@{who}@social.example",
        name=who.title(),
        native_id=f"social.example/{who}-{n}",
        uri=f"https://social.example/users/{who}/statuses/{n}",
        permalink=f"https://social.example/@{who}/{n}",
        text=text,
    )
    return (await place.hall.node.receive(arrival))[0]


async def facts(place: Place) -> Any:
    return (await place.holder("organiser").get("keeping")).json


async def erase(place: Place, **body: Any) -> Answer:
    return await place.holder("organiser").ask("POST", "erasures", body)


# How long


async def test_facts_say_what_is_kept_until_when(place: Place) -> None:
    await place.arrive()
    rejected = await place.arrive()
    await place.holder("moderator").decide(rejected.id, "reject")
    told = await facts(place)

    assert told["classes"]["posts"] == {"days": 30}
    assert told["due"]["posts"] == told["end"] + 30 * DAY_US
    assert told["due"]["rejected"] == rejected.decided_at + DAY_US
    assert told["endOf"] == "date"
    assert told["kept"]["rejected"] == 1
    assert told["kept"]["posts"] >= 1
    assert told["lapsed"] == dict.fromkeys(("posts", "pictures", "audit", "devices"))
    assert told["hold"] == {"on": False, "reason": "", "at": None, "by": None}
    assert abs(told["now"] - place.house.site.now_us()) < 60_000_000


async def test_periods_are_set_and_told(place: Place) -> None:
    answer = await place.holder("organiser").ask("PUT", "keeping", PERIODS | {"postsDays": 7, "auditDays": None})

    assert answer.status == 200
    assert answer.json["classes"]["posts"] == {"days": 7}
    assert answer.json["due"]["posts"] == answer.json["end"] + 7 * DAY_US
    assert answer.json["due"]["audit"] is None
    await place.holder("organiser").ask("PUT", "keeping", PERIODS)


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"rejectedHours": 0}, "$.rejectedHours"),
        ({"rejectedHours": 745}, "$.rejectedHours"),
        ({"rejectedHours": None}, "$.rejectedHours"),
        ({"postsDays": -1}, "$.postsDays"),
        ({"postsDays": 3_661}, "$.postsDays"),
        ({"auditDays": 1.5}, "$.auditDays"),
        ({"picturesDays": "30"}, "$.picturesDays"),
        ({"weeks": 3}, "$"),
    ],
)
async def test_odd_periods_are_said_to_be_and_change_nothing(place: Place, odd: dict[str, Any], field: str) -> None:
    before = place.seq
    answer = await place.holder("organiser").ask("PUT", "keeping", PERIODS | odd)

    assert (answer.status, answer.code, answer.json["field"]) == (422, "bad-input", field)
    assert place.seq == before


async def test_periods_are_whole(place: Place) -> None:
    answer = await place.holder("organiser").ask("PUT", "keeping", {"postsDays": 3})
    assert (answer.status, answer.code) == (422, "bad-input")


# Legal hold


async def test_hold_is_told_with_its_reason_and_ended(place: Place) -> None:
    organiser = place.holder("organiser")
    held = await organiser.ask("PUT", "hold", {"on": True, "reason": WHY})

    assert held.json["hold"]["on"] is True
    assert (held.json["hold"]["reason"], held.json["hold"]["by"]) == (WHY, "Badge organiser")
    assert (await place.holder("moderator").get("keeping")).json["hold"]["reason"] == WHY
    ended = await organiser.ask("PUT", "hold", {"on": False})
    assert ended.json["hold"] == {"on": False, "reason": "", "at": None, "by": None}


@pytest.mark.parametrize("reason", ["", "te kort", "x" * 501])
async def test_hold_wants_a_reason(place: Place, reason: str) -> None:
    answer = await place.holder("organiser").ask("PUT", "hold", {"on": True, "reason": reason})
    assert (answer.status, answer.code, answer.json["field"]) == (422, "no-reason-given", "$.reason")


async def test_while_it_lasts_a_report_keeps_its_bytes_and_then_loses_them(place: Place) -> None:
    node = place.hall.node
    post = await toot(place, "held", "In het verslag.")
    await node.decide(OPERATOR, Decision.SHOW, [(post.id, post.revision)])
    number = len(node.state.draft.versions) + 1
    files = (FrozenFile("html", BlobId("a" * 64), 10),)
    head = ReportFrozen(by=OPERATOR, number=number, through=place.seq, sha256="a" * 64, files=files, posts=(post.id,))
    assert isinstance(await node.submit(head), Done)
    await place.holder("organiser").ask("PUT", "hold", {"on": True, "reason": WHY})

    answer = await erase(place, handle="@held@social.example", network="mastodon")
    assert answer.json["versions"] == [number]
    assert node.state.draft.versions[number - 1].files == files
    assert (await facts(place))["held"] == 1

    assert (await place.holder("organiser").ask("PUT", "hold", {"on": False})).json["held"] == 0
    assert node.state.draft.versions[number - 1].files == ()


# Who is meant


async def test_author_is_found_with_what_would_go(place: Place) -> None:
    first = await toot(place, "anna", "Meer bomen!")
    await toot(place, "anna", "En bankjes.", n=2)
    answer = await place.holder("organiser").get("authors?q=%40Anna%40social.example")

    assert answer.json["who"] == "anna@social.example"
    assert (answer.json["out"], answer.json["more"]) == (False, False)
    (anna,) = answer.json["authors"]
    assert (anna["network"], anna["name"], anna["handle"]) == ("mastodon", "Anna", "@anna@social.example")
    assert (anna["posts"], anna["shown"], anna["by"], anna["versions"]) == (2, 0, "identity", [])
    assert anna["said"]["text"] == "En bankjes."
    by_address = await place.holder("organiser").get("authors?q=https://social.example/@anna/1")
    assert by_address.json["authors"][0]["post"] == first.id
    assert by_address.json["authors"][0]["by"] == "post"


@pytest.mark.parametrize("query", ["", "?q=", "?q=a", "?q=%20a%20", "?q=" + "x" * 2_049])
async def test_search_wants_something_to_go_by(place: Place, query: str) -> None:
    answer = await place.holder("organiser").get(f"authors{query}")
    assert (answer.status, answer.code, answer.json["field"]) == (422, "bad-input", "q")


# Erasing


@pytest.mark.parametrize(
    "whose",
    [
        {"handle": "@Bea@social.example", "network": "mastodon"},
        {"handle": "bea@social.example"},
        {"address": "https://social.example/@bea"},
        {"address": "https://social.example/users/bea"},
        {"address": "https://social.example/@bea/1"},
    ],
)
async def test_author_goes_by_handle_or_address_and_stays_out(
    place: Place, whose: dict[str, str], request: pytest.FixtureRequest
) -> None:
    who = f"bea{sum(request.node.name.encode()) % 997}"
    whose = {key: value.replace("bea", who).replace("Bea", who.title()) for key, value in whose.items()}
    mine, other = await toot(place, who, "Wis mij."), await toot(place, f"{who}trix", "Mij niet.")

    answer = await erase(place, **whose)

    assert answer.json["erased"] == [mine.id]
    assert answer.json["suppressed"] is True
    assert place.hall.node.state.posts[mine.id].status is Status.ERASED
    assert place.hall.node.state.posts[other.id].status is not Status.ERASED
    with pytest.raises(NotFound):
        await toot(place, who, "Daar ben ik weer.", n=2)
    with pytest.raises(NotFound):  # also when the server calls them by another address from now on
        await toot(place, who, "Onder een ander adres.", n=3, actor=f"https://social.example/ap/users/{who}")
    assert (await toot(place, f"{who}trix", "Ik mag nog.", n=2)).status is not Status.ERASED


async def test_whoever_never_came_is_kept_out(place: Place) -> None:
    before = (await facts(place))["suppressed"]
    answer = await erase(place, address="https://social.example/@cleo")

    assert (answer.status, answer.json["erased"], answer.json["suppressed"]) == (200, [], True)
    assert (await facts(place))["suppressed"] > before
    assert (await place.holder("organiser").get("authors?q=cleo@social.example")).json["out"] is True
    with pytest.raises(NotFound):
        await toot(place, "cleo", "Hallo?")
    assert (await toot(place, "clea", "Hallo!")).status is Status.HELD


async def test_author_of_a_post_goes_and_their_handle_stays_out(place: Place) -> None:
    post = await toot(place, "eva", "Wis mij.")
    assert (await erase(place, authorOf=post.id)).json["erased"] == [post.id]
    with pytest.raises(NotFound):
        await toot(place, "eva", "Terug.", n=2, actor="https://social.example/ap/users/5")


async def test_posts_alone_go_alone(place: Place) -> None:
    one, two = await toot(place, "fay", "Weg."), await toot(place, "fay", "Blijft.", n=2)
    answer = await erase(place, posts=[one.id])

    assert (answer.json["erased"], answer.json["suppressed"]) == ([one.id], False)
    assert place.hall.node.state.posts[two.id].status is not Status.ERASED
    assert (await toot(place, "fay", "En verder.", n=3)).status is Status.HELD


async def test_phone_goes_and_may_come_back(place: Place) -> None:
    post = await place.arrive("Wis mij.", device="phone-x")
    assert (await erase(place, authorOf=post.id)).json == {
        "seq": place.seq, "erased": [post.id], "suppressed": False, "versions": [],
    }  # fmt: skip
    assert (await place.arrive("Weer ik.", device="phone-x")).status is Status.HELD


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad-input"),
        ({"handle": "Anna"}, "no-handle"),
        ({"handle": "zomaar iemand", "network": "mastodon"}, "no-handle"),
        ({"address": "x"}, "bad-input"),
        ({"address": "mooi weer vandaag"}, "no-handle"),
        ({"adres": "https://social.example/@anna"}, "bad-input"),
    ],
)
async def test_nobody_in_particular_is_erased_by_nobody(place: Place, body: dict[str, Any], code: str) -> None:
    gina = await toot(place, "gina", "Ik heet Anna.")
    answer = await erase(place, **body)
    assert (answer.status, answer.code, gina.status) == (422, code, Status.HELD)


async def test_unknown_post_is_said_to_be(place: Place) -> None:
    answer = await erase(place, authorOf="aaaaaaaaaaaaaaaa")
    assert answer.status == 404


async def test_address_keeps_somebody_out_at_a_network_of_a_plug_in_too(place: Place) -> None:
    outcome = await place.hall.node.set_source(OPERATOR, SourceId("krant-1"), "krant", SourceBody(), on=True)
    assert isinstance(outcome, Done)
    await erase(place, address="https://krant.example/@ina")
    arrival = Arrival(
        source=SourceId("krant-1"), network="krant", author_id="77", handle="@ina@krant.example",
        native_id="krant/1", text="Hallo",
    )  # fmt: skip
    with pytest.raises(NotFound):
        await place.hall.node.receive(arrival)


async def test_page_explains_itself_to_whoever_has_no_badge(place: Place) -> None:
    answer = await place.visitor().get("/proefdag/keep", headers={"Accept": "text/html", "Accept-Language": "nl"})
    assert answer.status == 200
    assert "Deze pagina is voor de organisator." in answer.body.decode()
