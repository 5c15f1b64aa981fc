"""Pictures and codes: who gets them, for how long, and what an erasure leaves of them: nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import SLUG, Place, Visitor, open_place

pytestmark = pytest.mark.asyncio(loop_scope="module")

Draw = Callable[..., bytes]


async def _with_picture(phone: Visitor, picture: bytes, text: str = "Kijk") -> tuple[str, str]:
    """A post with a picture: its id, and the picture's address."""
    blob = (await phone.upload(picture)).json["id"]
    post = (await phone.post(text, media=[{"id": blob, "alt": "Een plaat"}])).json["id"]
    return post, f"/{SLUG}/media/{blob}"


async def test_picture_is_public_only_while_the_wall_shows_it(place: Place, drawn: Draw) -> None:
    post, address = await _with_picture(place.visitor(), drawn())
    desk, anybody = place.holder("moderator"), place.visitor()
    seen = {}

    seen["held"] = ((await anybody.get(address)).status, (await desk.get(address)).status)
    for decision in ("show", "hide", "show", "reject"):
        await desk.decide(post, decision)
        await (place.settled() if decision == "show" else asyncio.sleep(0))
        seen[decision] = ((await anybody.get(address)).status, (await desk.get(address)).status)

    assert seen == {"held": (404, 200), "show": (200, 200), "hide": (404, 200), "reject": (404, 200)}


@pytest.mark.parametrize("role", ["screen", "speaker", "author"])
async def test_picture_that_waits_is_for_moderators_only(place: Place, drawn: Draw, role: str) -> None:
    _, address = await _with_picture(place.visitor(), drawn())

    assert (await place.holder(role).get(address)).status == 404


async def test_picture_is_gone_from_the_public_during_a_stop(place: Place, drawn: Draw) -> None:
    post, address = await _with_picture(place.visitor(), drawn())
    desk = place.holder("moderator")
    await desk.decide(post, "show")

    await desk.ask("PUT", "stop", {"on": True})
    during = (await place.visitor().get(address)).status
    await desk.ask("PUT", "stop", {"on": False})
    await place.settled()

    assert (during, (await place.visitor().get(address)).status) == (404, 200)


async def test_picture_may_be_kept_but_is_always_asked_for_again(place: Place, drawn: Draw) -> None:
    post, address = await _with_picture(place.visitor(), drawn())
    desk = place.holder("moderator")
    await desk.decide(post, "show")
    await place.settled()
    first = await place.visitor().get(address)

    again = await place.visitor().get(address, headers={"If-None-Match": first.headers["ETag"]})
    await desk.decide(post, "hide")
    hidden = await place.visitor().get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Content-Type"] in ("image/jpeg", "image/webp", "image/png")
    assert "sandbox" in first.headers["Content-Security-Policy"]
    assert (again.status, again.body) == (304, b"")
    assert hidden.status == 404, "who knows the ETag learns nothing any more"


async def test_picture_of_another_symposium_is_not_here(place: Place, drawn: Draw) -> None:
    _, address = await _with_picture(place.visitor(), drawn())
    other = await place.symposium("dag-van-een-ander")
    organiser = place.visitor(other["badges"]["organiser"])

    statuses = [(await organiser.get(a)).status for a in (address, address.replace(SLUG, "dag-van-een-ander"))]

    assert statuses == [404, 404]


async def test_erasure_leaves_nothing_on_the_disk(tmp_path: Path, drawn: Draw) -> None:
    """Text, alt text, name and picture are gone from every file: at once, and after a restart."""
    canary = "Kanarie-in-de-kolenmijn-8f3a"
    async with open_place(tmp_path) as place:
        phone = place.visitor()
        picture = (await phone.upload(drawn(size=(900, 600)))).json["id"]
        media = [{"id": picture, "alt": f"{canary} alt"}]
        post = (await phone.post(f"{canary} tekst", name=f"{canary} naam", media=media)).json["id"]
        await place.holder("moderator").decide(post, "show")
        before = _files_with(tmp_path, canary.encode())
        blobs_before = _blobs(tmp_path)

        answer = await place.holder("organiser").ask("POST", "erasures", {"posts": [post]})

        assert answer.json["erased"] == [post]
        assert _files_with(tmp_path, canary.encode()) == []
        assert _blobs(tmp_path) == []
        assert (await place.holder("organiser").get(f"/{SLUG}/media/{picture}")).status == 404
        assert canary.encode() not in (await place.holder("organiser").get("history")).body
    assert before != [], "control: the text was there to be found"
    assert len(blobs_before) == 2, "control: the picture and its small one were there"

    async with open_place(tmp_path) as place:
        assert place.hall.node.state.posts[post].status == "erased"
        assert _files_with(tmp_path, canary.encode()) == []


async def test_erasure_keeps_a_picture_that_another_post_names(place: Place, drawn: Draw) -> None:
    picture = drawn()
    mine, address = await _with_picture(place.visitor(), picture, "Van mij")
    theirs, same = await _with_picture(place.visitor(), picture, "Van een ander")
    await place.holder("moderator").decide(theirs, "show")
    await place.settled()

    await place.holder("organiser").ask("POST", "erasures", {"posts": [mine]})

    assert address == same
    assert (await place.visitor().get(address)).status == 200


def _files_with(folder: Path, canary: bytes) -> list[str]:
    return [p.name for p in sorted(folder.rglob("*")) if p.is_file() and canary in p.read_bytes()]


def _blobs(folder: Path) -> list[Path]:
    return [p for p in (folder / SLUG / "blobs").rglob("*") if p.is_file() and len(p.name) >= 60]


# Codes


async def test_no_code_ever_points_to_loopback(place: Place) -> None:
    answer = await place.visitor().get(f"/{SLUG}/qr.svg")

    assert answer.status == 200
    assert b"No address for" in answer.body


async def test_code_is_made_of_our_own_links_only(place: Place) -> None:
    desk = place.holder("moderator")
    base = place.house.site.base_url

    answers = {
        text: (await desk.ask("POST", "qr", {"text": text})).status
        for text in (f"{base}/x", f"{base}.evil.example/", f"{base}@evil.example", "https://evil.example", base, "",
                     f"{base}/" + "a" * 500)
    }  # fmt: skip

    assert list(answers.values()) == [200, 422, 422, 422, 422, 422, 422]


async def test_code_of_a_secret_link_says_it_nowhere_in_words(place: Place) -> None:
    text = f"{place.house.site.base_url}/{SLUG}/desk#k=canary"

    answer = await place.holder("moderator").ask("POST", "qr", {"text": text})

    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert b"canary" not in answer.body


async def test_join_code_of_a_public_address_holds_it(tmp_path: Path) -> None:
    async with open_place(tmp_path, public_url="https://fontein.example") as place:
        answer = await place.visitor().get(f"/{SLUG}/qr.svg")

    assert b"<title>HTTPS://FONTEIN.EXAMPLE/PD</title>" in answer.body
