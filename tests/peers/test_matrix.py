"""The Matrix source and the runner against Synapse, as a real process."""

from __future__ import annotations

import asyncio
import io
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.sources.contract import Condition, Health, Kept, Tools
from server.sources.departures import Handed
from server.sources.manifest import maker, networks
from server.sources.runner import Runner, SourceConfig
from server.symposium.values import BlobId, Picture, SourceId, Status
from tests.house import open_place
from tests.peers.synapse import DOMAIN, PATIENCE_S, Account, Synapse, running_synapse

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.usefixtures("peers")]

ALIAS = f"#zaal:{DOMAIN}"


class _House:
    def __init__(self) -> None:
        self.received: list[Handed] = []
        self.healths: list[Health] = []
        self.cursors: dict[SourceId, str] = {}
        self.pictures: list[tuple[str, object]] = []
        self.shown: list[str] = []

    async def kept_of(self, source: SourceId) -> list[Kept]:
        each = {arrival.native_id: arrival for arrival in self.arrivals}
        return [
            Kept(native_id=id_, uri=found.uri or "", author_id=found.author_id) for id_, found in each.items() if id_
        ]

    async def receive(self, handed: Handed) -> None:
        self.received.append(handed)

    async def bring_in(self, picture: str | bytes, *, kind: str) -> Picture | None:
        self.pictures.append((kind, picture))
        return Picture(blob=BlobId("0" * 64), type="image/webp", width=4, height=3)

    async def load(self, source: SourceId) -> str | None:
        return self.cursors.get(source)

    async def save(self, source: SourceId, cursor: str) -> None:
        self.cursors[source] = cursor

    @property
    def arrivals(self) -> list[Arrival]:
        return [handed for handed in self.received if isinstance(handed, Arrival)]

    @property
    def texts(self) -> list[str]:
        return [arrival.text for arrival in self.arrivals]

    @property
    def departed(self) -> list[str | None]:
        return [handed.native_id for handed in self.received if isinstance(handed, Departure)]

    @property
    def authors_gone(self) -> list[str]:
        return [handed.author_id for handed in self.received if isinstance(handed, AuthorDeparture)]

    def is_well(self) -> bool:
        return bool(self.healths) and self.healths[-1].condition is Condition.OK


class _Hall:
    """Noor owns the room, Bo and Mallory speak in it, and the reader reads along."""

    def __init__(self, synapse: Synapse, people: list[Account], room: str) -> None:
        self.synapse = synapse
        self.reader, self.noor, self.bo, self.mallory = people
        self.room = room


@asynccontextmanager
async def _hall(folder: Path, *, preset: str = "public_chat") -> AsyncIterator[_Hall]:
    async with running_synapse(folder) as synapse:
        people = [await synapse.register(name) for name in ("lezer", "noor", "bo", "mallory")]
        await people[1].ask("PUT", f"/profile/{people[1].user}/displayname", {"displayname": "Noor 🎈"})
        room = await people[1].make_room(preset=preset, room_alias_name="zaal")
        for somebody in people[2:]:
            if preset != "public_chat":
                await people[1].ask("POST", f"/rooms/{room}/invite", {"user_id": somebody.user})
            await somebody.ask("POST", f"/join/{room}", {})
        yield _Hall(synapse, people, room)


@asynccontextmanager
async def _running(hall: _Hall, house: _House, **options: Any) -> AsyncIterator[Runner]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:
        tools = Tools(session=session, now=time.time, rng=random.Random(5))
        runner = Runner(
            make=maker(networks(), tools),
            receive=house.receive,
            bring_in=house.bring_in,
            cursors=house,
            health=lambda source, health: house.healths.append(health),
            on_screens=lambda source: house.shown,
            kept=house.kept_of,
            now=time.time,
            rng=random.Random(5),
        )
        given = {
            "homeserver": hall.synapse.url,
            "token": hall.reader.token,
            "rooms": [ALIAS],
            "tags": ["DemoConf"],
        } | options
        await runner.set_sources([SourceConfig(id=SourceId("matrix-1"), network="matrix", options=given)])
        try:
            yield runner
        finally:
            await runner.close()


async def _until(met: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not met():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.05)


async def _wear(somebody: Account, room: str, address: str) -> None:
    """Synapse tells the room of a new face when it comes to it."""
    await somebody.ask("PUT", f"/profile/{somebody.user}/avatar_url", {"avatar_url": address})
    deadline = time.monotonic() + PATIENCE_S
    while "avatar_url" not in await somebody.ask("GET", f"/rooms/{room}/state/m.room.member/{somebody.user}"):
        assert time.monotonic() < deadline, "the room was not told"
        await asyncio.sleep(0.1)


async def test_messages_edits_redactions_and_bans_come_live(tmp_path: Path) -> None:
    async with _hall(tmp_path) as hall:
        house = _House()
        await hall.noor.say(hall.room, "Voor het begin #DemoConf")
        await hall.noor.say(hall.room, "Niet voor hier")
        async with _running(hall, house):
            await _until(house.is_well, "it did not get in")
            said = await hall.bo.say(hall.room, "Overvolle zaal bij #DemoConf")
            await _until(lambda: len(house.arrivals) == 2, "the live message did not arrive")
            await hall.mallory.edit(hall.room, said, "Gekaapt #DemoConf")
            await hall.bo.edit(hall.room, said, "Heel volle zaal bij #DemoConf")
            await _until(lambda: len(house.arrivals) == 3, "the edit did not arrive")
            await hall.bo.redact(hall.room, said)
            await _until(lambda: bool(house.departed), "the redaction did not arrive")
            await hall.mallory.say(hall.room, "Koop nu #DemoConf")
            ban = {"user_id": hall.mallory.user}
            await hall.noor.ask("POST", f"/rooms/{hall.room}/ban", ban)
            await _until(lambda: bool(house.authors_gone), "the ban did not arrive")

    assert house.texts == [
        "Voor het begin #DemoConf",
        "Overvolle zaal bij #DemoConf",
        "Heel volle zaal bij #DemoConf",
        "Koop nu #DemoConf",
    ]
    assert [arrival.name for arrival in house.arrivals] == ["Noor 🎈", "bo", "bo", "mallory"]
    assert house.departed == [f"{hall.room}/{said}"]
    assert house.authors_gone == [hall.mallory.user]


async def test_message_reads_as_before_when_its_edit_is_taken_back(tmp_path: Path) -> None:
    async with _hall(tmp_path) as hall:
        house = _House()
        async with _running(hall, house):
            await _until(house.is_well, "it did not get in")
            said = await hall.bo.say(hall.room, "oud #DemoConf")
            edit = await hall.bo.edit(hall.room, said, "nieuw #DemoConf")
            await _until(lambda: len(house.arrivals) == 2, "the edit did not arrive")
            await hall.bo.redact(hall.room, edit)
            await _until(lambda: len(house.arrivals) == 3, "nothing changed")

    assert house.texts == ["oud #DemoConf", "nieuw #DemoConf", "oud #DemoConf"]
    assert house.departed == []


async def test_picture_comes_through_the_door_that_asks_who_we_are(tmp_path: Path) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(photo, "PNG")
    async with _hall(tmp_path) as hall:
        house = _House()
        async with _running(hall, house):
            await _until(house.is_well, "it did not get in")
            address = await hall.bo.upload(photo.getvalue())
            await _wear(hall.bo, hall.room, address)
            content = {
                "msgtype": "m.image",
                "url": address,
                "filename": "zaal.png",
                "body": "Volle zaal #DemoConf",
                "info": {"w": 40, "h": 30, "mimetype": "image/png", "size": len(photo.getvalue())},
            }
            await hall.bo.send(hall.room, "m.room.message", content)
            await _until(lambda: len(house.arrivals) == 1, "the picture did not arrive")

    (arrival,) = house.arrivals
    assert (arrival.text, [each.alt for each in arrival.media]) == ("Volle zaal #DemoConf", ["Volle zaal #DemoConf"])
    assert ("photo", photo.getvalue()) in house.pictures
    assert arrival.avatar is not None


async def test_photo_of_a_room_is_seen_at_the_desk_and_goes_with_its_message(tmp_path: Path) -> None:
    """Through the whole house: the secret from its keyring, the photo through its gate."""
    photo = io.BytesIO()
    Image.new("RGB", (400, 300), "navy").save(photo, "PNG")
    async with _hall(tmp_path) as hall, open_place(tmp_path / "data") as place:
        options = {"homeserver": hall.synapse.url, "rooms": [ALIAS], "which": "tagged", "tags": ["DemoConf"]}
        body = {"network": "matrix", "options": {**options, "token": hall.reader.token}}
        organiser, moderator = place.holder("organiser"), place.holder("moderator")
        tried = await organiser.ask("POST", "sources/trials", body)
        assert (tried.status, tried.json["ok"]) == (200, True), tried
        added = await organiser.ask("POST", "sources", body)
        assert added.status == 201, added
        address = await hall.bo.upload(photo.getvalue())
        content = {"msgtype": "m.image", "url": address, "filename": "zaal.png", "body": "Volle zaal #DemoConf"}
        said = await hall.bo.send(hall.room, "m.room.message", content)
        posts = place.hall.node.state.posts
        await _until(lambda: bool(posts), "the message did not arrive")
        (shown,) = (await moderator.get("posts?status=held")).json["posts"]
        picture = await moderator.get(shown["media"][0]["url"])
        await hall.bo.redact(hall.room, said)
        await _until(lambda: [post.status for post in posts.values()] == [Status.GONE], "it did not go")

    assert (shown["text"], shown["media"][0]["alt"], shown["media"][0]["width"]) == (
        "Volle zaal #DemoConf",
        "Volle zaal #DemoConf",
        400,
    )
    assert (picture.status, picture.headers["Content-Type"].partition("/")[0]) == (200, "image")
    assert hall.reader.token not in str(place.hall.node.state.sources)


async def test_messages_of_a_break_come_after_a_restart(tmp_path: Path) -> None:
    async with _hall(tmp_path) as hall:
        house = _House()
        said = await hall.noor.say(hall.room, "begin #DemoConf")
        async with _running(hall, house):
            await _until(lambda: bool(house.cursors) and bool(house.arrivals), "no cursor was saved")
        for number in range(170):
            await hall.bo.say(hall.room, f"{number} #DemoConf")
        await hall.noor.edit(hall.room, said, "veranderd")
        async with _running(hall, house):
            await _until(lambda: "veranderd" in house.texts, "not all of them arrived")

    assert house.texts == ["begin #DemoConf", *(f"{number} #DemoConf" for number in range(170)), "veranderd"]


async def test_what_is_taken_back_during_and_after_a_break_goes(tmp_path: Path) -> None:
    async with _hall(tmp_path) as hall:
        house = _House()
        async with _running(hall, house):
            await _until(house.is_well, "it did not get in")
            said = [await hall.bo.say(hall.room, f"{name} #DemoConf") for name in ("weg", "oud")]
            edit = await hall.bo.edit(hall.room, said[1], "nieuw #DemoConf")
            await _until(lambda: "nieuw #DemoConf" in house.texts, "the edit did not arrive")
            await _until(lambda: edit in "".join(house.cursors.values()), "it was not written down")
        await hall.bo.redact(hall.room, said[0])
        for number in range(120):
            await hall.noor.say(hall.room, f"{number}")
        house.healths.clear()
        async with _running(hall, house):
            await _until(lambda: bool(house.departed), "the redaction of the break did not arrive")
            await hall.bo.redact(hall.room, edit)
            await _until(lambda: house.texts[-1] == "oud #DemoConf", "the edit stands")

    assert set(house.departed) == {f"{hall.room}/{said[0]}"}


async def test_nobody_closes_a_room_or_takes_away_what_is_not_theirs(tmp_path: Path) -> None:
    """Noor lets everybody send every kind of state, as some rooms do."""
    async with _hall(tmp_path) as hall:
        levels = await hall.noor.ask("GET", f"/rooms/{hall.room}/state/m.room.power_levels")
        await hall.noor.ask(
            "PUT", f"/rooms/{hall.room}/state/m.room.power_levels", {**levels, "state_default": 0, "events": {}}
        )
        house = _House()
        async with _running(hall, house):
            await _until(house.is_well, "it did not get in")
            for kind in ("m.room.encryption", "m.room.tombstone"):
                path = f"/rooms/{hall.room}/state/{kind}/{hall.mallory.user}"
                await hall.mallory.ask("PUT", path, {"algorithm": "m.megolm.v1.aes-sha2", "replacement_room": "!a:b"})
            await hall.bo.say(hall.room, "Gewoon door #DemoConf")
            await _until(lambda: house.texts == ["Gewoon door #DemoConf"], "the message did not arrive")

    assert house.healths[-1].condition is Condition.OK


async def test_message_is_found_by_its_link_and_comes_in(tmp_path: Path) -> None:
    """Through the whole house, as a moderator who pastes it."""
    async with _hall(tmp_path) as hall, open_place(tmp_path / "data") as place:
        said = await hall.noor.say(hall.room, "Zonder hashtag")
        options = {"homeserver": hall.synapse.url, "rooms": [ALIAS], "which": "tagged", "tags": ["DemoConf"]}
        body = {"network": "matrix", "options": {**options, "token": hall.reader.token}}
        assert (await place.holder("organiser").ask("POST", "sources", body)).status == 201
        moderator = place.holder("moderator")
        await _until(lambda: bool(place.hall.node.state.sources), "there is no source")
        await hall.reader.ask("POST", f"/join/{hall.room}", {})
        address = f"https://matrix.to/#/{hall.room}/{said}?via={DOMAIN}"
        asked = await moderator.ask("POST", "whereabouts", {"address": address})
        taken = await moderator.ask("POST", "whereabouts", {"address": address, "take": True})

    assert (asked.status, asked.json["found"]["name"], asked.json["found"]["text"]) == (
        200,
        "Noor 🎈",
        "Zonder hashtag",
    )
    assert (taken.status, taken.json["where"]) == (200, "waiting")


async def test_message_that_has_gone_is_found_by_looking_again(tmp_path: Path) -> None:
    async with _hall(tmp_path) as hall:
        house = _House()
        said = [await hall.noor.say(hall.room, f"{name} #DemoConf") for name in "abc"]
        async with _running(hall, house):
            await _until(lambda: len(house.arrivals) == 3, "the messages did not arrive")
        house.healths.clear()
        await hall.noor.redact(hall.room, said[0])
        await hall.noor.edit(hall.room, said[1], "B #DemoConf")
        async with _running(hall, house) as runner:
            await _until(house.is_well, "it did not start")
            house.received.clear()
            assert await runner.look_again(SourceId("matrix-1"), [f"{hall.room}/{id_}" for id_ in said])

    assert set(house.departed) == {f"{hall.room}/{said[0]}"}, "the sync may have told it too"


async def test_private_room_is_entered_once_it_invites_us(tmp_path: Path) -> None:
    async with _hall(tmp_path, preset="private_chat") as hall:
        house = _House()
        async with _running(hall, house):
            await _until(lambda: any(each.what == "not-invited" for each in house.healths), "it said nothing")
            await hall.noor.ask("POST", f"/rooms/{hall.room}/invite", {"user_id": hall.reader.user})
            await _until(house.is_well, "it did not get in")
            await hall.noor.say(hall.room, "Binnen #DemoConf")
            await _until(lambda: bool(house.arrivals), "the message did not arrive")
            await hall.noor.ask("POST", f"/rooms/{hall.room}/kick", {"user_id": hall.reader.user})
            await _until(lambda: house.healths[-1].what == "not-in-room", "it did not notice")

    assert house.texts == ["Binnen #DemoConf"]


async def test_room_that_is_upgraded_is_followed(tmp_path: Path) -> None:
    async with _hall(tmp_path) as hall:
        house = _House()
        async with _running(hall, house):
            await _until(house.is_well, "it did not get in")
            moved = await hall.noor.ask("POST", f"/rooms/{hall.room}/upgrade", {"new_version": "11"})
            await _until(lambda: house.healths[-1].what == "room-moved", "it did not notice")
            await _until(house.is_well, "it did not follow")
            await hall.noor.say(moved["replacement_room"], "Verhuisd #DemoConf")
            await _until(lambda: house.texts == ["Verhuisd #DemoConf"], "the message did not arrive")


async def test_encrypted_room_and_wrong_token_are_told(tmp_path: Path) -> None:
    async with _hall(tmp_path) as hall:
        state = {"algorithm": "m.megolm.v1.aes-sha2"}
        await hall.noor.ask("PUT", f"/rooms/{hall.room}/state/m.room.encryption", state)
        closed, refused = _House(), _House()
        async with _running(hall, closed):
            await _until(lambda: any(each.what == "encrypted" for each in closed.healths), "it said nothing")
        async with _running(hall, refused, token="wrong"):
            await _until(lambda: any(each.what == "token-refused" for each in refused.healths), "it said nothing")

    assert closed.healths[-1].condition is refused.healths[-1].condition is Condition.NEEDS_ATTENTION
