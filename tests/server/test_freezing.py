"""Versions of the report: frozen whole, refused when the world moved on, and made again without who is erased."""

from __future__ import annotations

import asyncio
import hashlib
import io
import sys
import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from server import freezing as module
from server.freezing import Freezing
from server.intake.arrival import Arrival, Departure
from server.report.exports import VERSION_FORMATS
from server.reporting import WORK, Reporting
from server.symposium.entries import AnyHead, ReportFrozen, SourceBody
from server.symposium.outcomes import Done, Outcome
from server.symposium.state import Post
from server.symposium.values import OPERATOR, BadgeId, Decision, DeviceId, SourceId
from tests.house import SLUG, Answer, Place, eventually, open_place

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]

STAYS = "Water hoort van iedereen te zijn, ook na vandaag."
GOES = "Mijn buurvrouw Zwaantje kreeg geen antwoord op haar brief."
MASTODON = SourceId("mastodon-1")


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "house") as opened:
        yield opened


class Author:
    """Somebody who makes the report of a house's symposium."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.by = place.holder("author")

    async def write(self, text: str, where: str = "summary", *, base: int = 0) -> int:
        answer = await self.by.ask("PUT", f"report/texts/{where}", {"text": text, "base": base})
        assert answer.status == 200, answer
        return int(answer.json["seq"])

    async def choose(self, *posts: Post) -> None:
        body = {"posts": [post.id for post in posts], "choice": "in"}
        assert (await self.by.ask("POST", "report/quotes", body)).status == 200

    async def freeze(self, *formats: str, number: int | None = None, **more: Any) -> Answer:
        draft = self.place.hall.node.state.draft
        number = len(draft.versions) + 1 if number is None else number
        body = {"number": number, "seq": draft.seq, "formats": formats or ("html",), **more}
        return await self.by.ask("POST", "report/versions", body)

    async def versions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.by.get("report/versions")).json["versions"]
        return found

    async def fetch(self, number: int, format_: str = "html") -> Answer:
        return await self.by.get(f"report/versions/{number}/{format_}")

    async def check(self, method: str = "GET") -> dict[str, dict[str, Any]]:
        answer = await self.by.ask(method, "report/checks")
        assert answer.status == 200, answer
        return {each["code"]: each for each in answer.json["checks"]}


@pytest_asyncio.fixture
async def author(place: Place) -> Author:
    return Author(place)


def folder(place: Place) -> Path:
    return place.house.config.folder / SLUG


def blobs(place: Place) -> set[str]:
    return set(place.hall.store.ids())


def on_disk(place: Place, words: str) -> list[str]:
    """The files of the symposium that hold *words*, also inside of what is packed."""
    found = []
    for path in folder(place).rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                data += b"".join(packed.read(name) for name in packed.namelist())
        if words.encode() in data:
            found.append(str(path.relative_to(folder(place))))
    return found


# Freezing


async def test_version_is_its_files_and_a_line_that_names_them(place: Place, author: Author) -> None:
    await author.choose(await place.show(STAYS))
    await author.write("Kort: het was een goede dag.")

    answer = await author.freeze(*VERSION_FORMATS)

    assert answer.status == 201, answer
    (listed,) = await author.versions()
    assert answer.json == listed
    assert (listed["number"], listed["by"], listed["gone"], listed["goneAt"]) == (1, "Badge author", False, None)
    assert [each["format"] for each in listed["files"]] == list(VERSION_FORMATS)
    for each in listed["files"]:
        file = await author.fetch(1, each["format"])
        assert file.status == 200
        assert len(file.body) == each["size"]
        assert hashlib.sha256(file.body).hexdigest() == each["sha256"]
        assert f'filename="{each["name"]}"' in file.headers["Content-Disposition"]
        assert "sandbox" in file.headers["Content-Security-Policy"]
    assert listed["sha256"] == listed["files"][0]["sha256"]
    page = (await author.fetch(1)).body.decode()
    assert STAYS in page
    assert "een goede dag" in page
    assert not list((folder(place) / WORK).iterdir())


async def test_version_does_not_change_when_the_draft_does(place: Place, author: Author) -> None:
    base = await author.write("Eerst dit.")
    await author.freeze()
    first = (await author.fetch(1)).body
    await author.write("Nu dat.", base=base)
    assert (await author.freeze()).status == 201
    assert (await author.fetch(1)).body == first
    assert b"Nu dat." in (await author.fetch(2)).body
    assert [each["number"] for each in await author.versions()] == [2, 1]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"number": 2}, 409, "decided-since"),
        ({"seq": 0}, 409, "decided-since"),
        ({"formats": ["jsonl"]}, 404, "no-format"),
        ({"formats": ["exe"]}, 422, "bad-input"),
        ({"number": 0}, 422, "bad-input"),
    ],
)
async def test_what_cannot_be_frozen_is_said(
    place: Place, author: Author, body: dict[str, Any], status: int, code: str
) -> None:
    await author.write("Kort.")
    before = blobs(place)
    answer = await author.freeze(**body)
    assert (answer.status, answer.code) == (status, code), answer
    assert await author.versions() == []
    assert blobs(place) == before


async def test_of_two_who_freeze_at_once_the_second_is_told(place: Place, author: Author) -> None:
    await author.write("Kort.")
    answers = await asyncio.gather(author.freeze("md"), author.freeze("md"), author.freeze("md"))
    assert sorted(answer.status for answer in answers) == [201, 409, 409]
    assert {answer.code for answer in answers} == {None, "decided-since"}
    (listed,) = await author.versions()
    assert blobs(place) == {each["sha256"] for each in listed["files"]}


async def test_what_a_colleague_writes_meanwhile_is_in_no_version(place: Place, author: Author) -> None:
    """The law says so; without its rule the words of the colleague would be missing, and nobody would know."""
    await author.write("Kort.")
    gate = held_back(place)
    freezing = asyncio.create_task(author.freeze())
    await gate.reached()
    await author.write("Van een collega.", "closing")
    gate.open()
    answer = await freezing
    assert (answer.status, answer.code) == (409, "decided-since")
    assert (await author.versions(), blobs(place)) == ([], set())


async def test_badge_that_is_withdrawn_meanwhile_freezes_nothing(place: Place, author: Author) -> None:
    await author.write("Kort.")
    gate = held_back(place)
    freezing = asyncio.create_task(author.freeze())
    await gate.reached()
    badge = place.hall.node.badge_of(place.tokens["author"])
    assert badge is not None
    await place.hall.node.revoke_badge(OPERATOR, BadgeId(badge.id))
    gate.open()
    answer = await freezing
    assert (answer.status, answer.code) == (401, "no-badge")
    assert blobs(place) == set()


async def test_caller_who_goes_away_finds_the_version_later(place: Place, author: Author) -> None:
    await author.write("Kort.")
    gate = held_back(place)
    freezing = asyncio.create_task(author.freeze())
    await gate.reached()
    freezing.cancel()
    gate.open()
    await eventually(lambda: place.hall.node.state.draft.versions, within_s=20)
    assert (await author.fetch(1)).status == 200


# What stops it


async def test_checks_name_what_is_to_be_mended(place: Place, author: Author) -> None:
    first = await author.write("Kort.")
    await author.write("Ook kort.", base=first + 1_000)  # on top of another text: beside it
    found = await author.check()
    assert found["beside"] == {"code": "beside", "level": "stops", "n": 1, "places": ["summary"]}
    assert found["no-posts"]["level"] == "warns"

    answer = await author.freeze()
    assert (answer.status, answer.code) == (409, "beside")
    assert answer.json["findings"] == [found["beside"]]

    settled = place.hall.node.state.draft.seq
    body = {"text": "Samen.", "base": first, "settles": [settled]}
    assert (await author.by.ask("PUT", "report/texts/summary", body)).status == 200
    assert (await author.freeze()).status == 201, "control: it was that which stopped it"


async def test_chosen_post_that_went_is_told_and_stops_nothing(place: Place, author: Author) -> None:
    post = await place.show(GOES)
    await author.choose(post)
    await author.write(f"Kort.\n\n{{{{post {post.id}}}}}")
    assert "gone" not in await author.check()
    await place.hall.node.withdraw(post.id, device=None)
    assert (await author.check())["gone"]["posts"] == [post.id]
    assert (await author.freeze()).status == 201
    assert GOES.encode() not in (await author.fetch(1)).body


async def listened(place: Place) -> Post:
    """A post from a network, on the screens."""
    node = place.hall.node
    await node.set_source(OPERATOR, MASTODON, "mastodon", SourceBody(options={"servers": (), "tags": ()}), on=False)
    post, _ = await node.receive(
        Arrival(source=MASTODON, network="mastodon", author_id="@z@x.example", native_id="x.example/1", text=GOES)
    )
    outcome = await node.decide(OPERATOR, Decision.SHOW, [(post.id, post.revision)])
    assert isinstance(outcome, Done)
    return post


async def test_sources_are_asked_before_a_version_is_frozen(place: Place, author: Author) -> None:
    post = await listened(place)
    await author.choose(post)
    asked: list[tuple[str, list[str]]] = []

    async def answers(source: SourceId, ids: Sequence[str]) -> bool:
        asked.append((source, list(ids)))
        await place.hall.node.depart(Departure(source=MASTODON, network="mastodon", native_id="x.example/1"))
        return True

    freezing = place.hall.freezing
    assert freezing is not None
    freezing.ask = answers
    answer = await author.freeze()
    assert asked == [(MASTODON, ["x.example/1"])]
    assert (answer.status, answer.code) == (409, "gone")
    assert "source-unreachable" not in await author.check("POST")
    assert (await author.freeze()).status == 201
    assert GOES.encode() not in (await author.fetch(1)).body


async def test_source_that_cannot_be_asked_is_told(place: Place, author: Author) -> None:
    post = await listened(place)
    await author.choose(post)
    found = await author.check("POST")  # it is switched off: nobody listens there
    assert found["source-unreachable"] == {
        "code": "source-unreachable",
        "level": "warns",
        "n": 1,
        "posts": [post.id],
    }
    assert (await author.freeze()).status == 201


async def test_two_who_ask_at_once_ask_the_sources_once(place: Place, author: Author) -> None:
    await author.choose(await listened(place))
    asked = 0

    async def answers(source: SourceId, ids: Sequence[str]) -> bool:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        return True

    freezing = place.hall.freezing
    assert freezing is not None
    freezing.ask = answers
    await asyncio.gather(*(freezing.look_again() for _ in range(3)))
    assert asked == 1
    await author.check("POST")
    assert asked == 2


async def test_source_that_answers_late_or_breaks_is_not_waited_for(
    place: Place, author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = await listened(place)
    await author.choose(post)
    freezing = place.hall.freezing
    assert freezing is not None

    async def breaks(source: SourceId, ids: Sequence[str]) -> bool:
        raise RuntimeError("a network's code that is wrong")

    async def sleeps(source: SourceId, ids: Sequence[str]) -> bool:
        await asyncio.sleep(3_600)
        return True

    monkeypatch.setattr(module, "ASK_S", 0.05)
    for ask in (breaks, sleeps):
        freezing.ask = ask
        assert (await author.check("POST"))["source-unreachable"]["posts"] == [post.id]


async def test_disk_without_room_keeps_nothing_of_a_version(place: Place, author: Author) -> None:
    await author.write("Kort.")
    child = 'print(\'{"type":"failure","code":"x","message":"No space left on device","full":true}\')'
    freezing = place.hall.freezing
    assert freezing is not None
    true, freezing._reports = (
        freezing._reports,
        Reporting(command=(sys.executable, "-c", f"import sys; sys.stdin.buffer.read(); {child}")),
    )
    answer = await author.freeze()
    assert (answer.status, answer.code) == (507, "storage-full")
    assert (await author.versions(), blobs(place)) == ([], set())
    assert not list((folder(place) / WORK).iterdir())
    freezing._reports = true
    assert (await author.freeze()).status == 201


# Erasure


class Gate:
    """Holds back the entry of a version: its files are made, and not named yet."""

    def __init__(self, reports: Reporting) -> None:
        self._reports, self._run = reports, reports._run
        self._reached, self._open = asyncio.Event(), asyncio.Event()
        reports._run = self._held  # type: ignore[method-assign]

    async def _held(self, job: bytes, work: Path) -> Any:
        said = await self._run(job, work)
        self._reached.set()
        await self._open.wait()
        return said

    async def reached(self) -> None:
        async with asyncio.timeout(20):
            await self._reached.wait()

    def open(self) -> None:
        self._reports._run = self._run  # type: ignore[method-assign]
        self._open.set()


def held_back(place: Place) -> Gate:
    return Gate(place.house.site.reports)


async def erase(place: Place, post: Post) -> None:
    answer = await place.holder("organiser").ask("POST", "erasures", {"authorOf": post.id})
    assert answer.status == 200, answer


async def test_erasure_while_a_version_is_made_refuses_it(place: Place, author: Author) -> None:
    stays, goes = await place.show(STAYS), await place.show(GOES)
    await author.choose(stays, goes)
    gate = held_back(place)
    freezing = asyncio.create_task(author.freeze("html", "odt"))
    await gate.reached()
    await erase(place, goes)
    gate.open()

    answer = await freezing

    assert (answer.status, answer.code) == (409, "stale-revision")
    assert (await author.versions(), blobs(place)) == ([], set())
    assert on_disk(place, "Zwaantje") == []
    assert (await author.freeze("html", "odt")).status == 201
    assert STAYS.encode() in (await author.fetch(1)).body


async def test_erasure_takes_the_bytes_and_the_version_comes_again_without_them(place: Place, author: Author) -> None:
    stays, goes = await place.show(STAYS), await place.show(GOES)
    await author.choose(stays, goes)
    text = f"Kort. Lees vooral dit:\n\n{{{{post {goes.id}}}}}\n\nDat was het."
    base = await author.write(text)
    frozen = (await author.freeze("html", "odt", "md")).json
    assert on_disk(place, "Zwaantje"), "control: the words stand in files of the version"
    base = await author.write("Heel anders.", base=base)

    await erase(place, goes)

    assert on_disk(place, "Zwaantje") == []
    assert (await author.fetch(1)).code == "version-gone"
    await eventually(lambda: len(place.hall.node.state.draft.versions) == 2, within_s=30)
    again, first = await author.versions()
    gone = {"gone": True, "files": [], "goneAt": first["goneAt"]}
    assert first == {**frozen, **gone}
    assert first["goneAt"] > frozen["at"]
    assert (again["number"], again["by"], again["gone"]) == (2, "operator", False)
    assert [each["format"] for each in again["files"]] == ["html", "odt", "md"]
    page = (await author.fetch(2)).body.decode()
    assert STAYS in page
    assert "Lees vooral dit" in page
    assert "Heel anders" not in page
    assert on_disk(place, "Zwaantje") == []
    assert not list((folder(place) / WORK).iterdir())
    assert blobs(place) == {each["sha256"] for each in again["files"]}


async def test_text_that_was_changed_since_stands_there_as_it_was(place: Place, author: Author) -> None:
    """Of a text the last forty steps are kept, and what the newest version was made of."""
    goes = await place.show(GOES)
    await author.choose(goes)
    base = await author.write("Versie nul.")
    await author.write("Het einde.", "closing")
    await author.freeze()
    for n in range(45):
        base = await author.write(f"Versie {n}.", base=base)
    await erase(place, goes)
    await eventually(lambda: len(place.hall.node.state.draft.versions) == 2, within_s=30)
    page = (await author.fetch(2)).body.decode()
    assert "Het einde." in page
    assert "Versie nul." in page
    assert "Versie 44." not in page


async def test_post_that_its_author_takes_back_leaves_the_version_too(place: Place, author: Author) -> None:
    goes = await place.arrive(GOES, device="phone-of-her")
    await place.holder("moderator").decide(goes.id, "show")
    await author.choose(goes)
    await author.freeze()
    await place.hall.node.withdraw(goes.id, device=DeviceId("phone-of-her"))
    await eventually(lambda: len(place.hall.node.state.draft.versions) == 2, within_s=30)
    assert GOES.encode() not in (await author.fetch(2)).body
    assert on_disk(place, "Zwaantje") == []


@pytest.mark.parametrize("protected", [True, False])
async def test_file_that_two_versions_share_is_not_deleted_while_the_second_is_named(
    place: Place, author: Author, monkeypatch: pytest.MonkeyPatch, protected: bool
) -> None:
    """The figures of both are the same bytes. With the protection off the second version lacks them."""
    stays, goes = await place.show(STAYS), await place.show(GOES)
    await author.choose(stays, goes)
    await author.freeze("html", "figures-csv")
    await author.by.ask("POST", "report/quotes", {"posts": [goes.id], "choice": "out"})
    if not protected:
        monkeypatch.setattr(Freezing, "waiting", lambda _: set())
    node, reached, gate = place.hall.node, asyncio.Event(), asyncio.Event()
    true = node.submit

    async def held(head: AnyHead, body: bytes | None = None, *, urgent: bool = False) -> Outcome:
        if isinstance(head, ReportFrozen):
            reached.set()
            await gate.wait()
        return await true(head, body, urgent=urgent)

    monkeypatch.setattr(node, "submit", held)
    freezing = asyncio.create_task(author.freeze("html", "figures-csv"))
    async with asyncio.timeout(20):
        await reached.wait()
    await erase(place, goes)
    gate.set()

    answer = await freezing

    assert answer.status == 201, answer
    assert (await author.fetch(2)).status == 200
    assert ((await author.fetch(2, "figures-csv")).status == 200) == protected


async def test_version_of_somebody_else_keeps_its_bytes(place: Place, author: Author) -> None:
    stays, goes = await place.show(STAYS), await place.show(GOES)
    await author.by.ask("POST", "report/quotes", {"posts": [goes.id], "choice": "out"})
    await author.choose(stays)
    await author.freeze()
    await erase(place, goes)
    assert (await author.fetch(1)).status == 200
    assert len(await author.versions()) == 1


async def test_nothing_is_made_again_while_a_legal_hold_lasts(place: Place, author: Author) -> None:
    goes = await place.show(GOES)
    await author.choose(goes)
    await author.freeze()
    organiser = place.holder("organiser")
    held = await organiser.ask("PUT", "hold", {"on": True, "reason": "Een rechter heeft erom gevraagd."})
    assert held.status == 200, held
    await erase(place, goes)
    (listed,) = await author.versions()
    assert (listed["gone"], listed["held"]) == (False, True)
    assert GOES.encode() in (await author.fetch(1)).body

    await organiser.ask("PUT", "hold", {"on": False, "reason": "De zaak is voorbij, het mag weg."})

    await eventually(lambda: len(place.hall.node.state.draft.versions) == 2, within_s=30)
    assert (await author.fetch(1)).code == "version-gone"
    await eventually(lambda: on_disk(place, "Zwaantje") == [])


async def test_what_an_end_of_the_server_left_undone_is_done_at_its_start(tmp_path: Path) -> None:
    async with open_place(tmp_path) as place:
        author = Author(place)
        goes = await place.show(GOES)
        await author.choose(goes)
        await author.freeze()
        gate = held_back(place)
        await erase(place, goes)
        await gate.reached()
    async with open_place(tmp_path) as place:
        await eventually(lambda: len(place.hall.node.state.draft.versions) == 2, within_s=30)
        author = Author(place)
        assert (await author.fetch(2)).status == 200
        again, first = await author.versions()
        assert 0 < first["goneAt"] < again["at"]
        assert on_disk(place, "Zwaantje") == []
        assert not list((folder(place) / WORK).iterdir())
