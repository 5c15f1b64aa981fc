"""Short addresses: scanned or typed, they lead to the phone's page, a room, a session or a paper."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from server.symposium.entries import PaperBody, ProgrammeBody, RoomBody, SessionBody, Slot
from server.symposium.values import OPERATOR, Form, PaperId, RoomId, SessionId
from tests.house import SLUG, Place, open_place

pytestmark = pytest.mark.asyncio(loop_scope="module")

HALL, OPENING, PAPER = RoomId("hall"), SessionId("opening"), PaperId("a" * 16)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def planned(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A house with a room, a session and a paper, that has a public address."""
    async with open_place(tmp_path_factory.mktemp("house"), public_url="https://fontein.example") as place:
        shelf = place.house.site.hall(SLUG).node.shelf
        body = ProgrammeBody(
            rooms=(RoomBody(id=HALL, name="Zaal"),), sessions=(SessionBody(id=OPENING, title="Opening"),)
        )
        await shelf.set_programme(OPERATOR, body, [Slot(OPENING, HALL, 0, 60_000_000)], base=0)
        await shelf.set_paper(OPERATOR, PAPER, PaperBody(title="Stuk"), session=OPENING, form=Form.PAPER, embargo=False)
        yield place


def code_of(place: Place, thing: str) -> str:
    return place.house.site.hall(SLUG).node.state.codes_of[thing]


@pytest.mark.parametrize("path", ["/pd", "/PD", "/Pd"])
async def test_the_phones_page_comes_at_once(planned: Place, path: str) -> None:
    answer = await planned.visitor().get(path)
    assert (answer.status, f'action="/{SLUG}"'.encode() in answer.body) == (200, True)


async def test_unknown_ones_say_so(planned: Place) -> None:
    for path in ("/QQ", "/QQ/CC", "/pd/ZZZ", "/pd/zz"):
        assert (await planned.visitor().get(path)).status == 404, path


@pytest.mark.parametrize(
    ("thing", "to"),
    [
        ("room:hall", f"/{SLUG}?room=hall"),
        ("session:opening", f"/{SLUG}?session=opening"),
        (f"paper:{PAPER}", f"/{SLUG}/papers/{PAPER}"),
    ],
)
async def test_codes_lead_on_whatever_their_case(planned: Place, thing: str, to: str) -> None:
    code = code_of(planned, thing)
    for path in (f"/PD/{code}", f"/pd/{code.lower()}"):
        answer = await planned.visitor().get(path)
        assert (answer.status, answer.headers["Location"]) == (302, to)


async def test_only_what_was_scanned_is_counted(planned: Place) -> None:
    """A code is in capitals; who types does not shout."""
    room = planned.house.site.hall(SLUG)
    code = code_of(planned, "room:hall")
    assert room.papers is not None
    room.papers.tally.take()

    for path in ("/PD", "/pd", f"/PD/{code}", f"/PD/{code}", f"/PD/{code.lower()}"):
        await planned.visitor().get(path)

    assert {(each.subject, each.n) for each in room.papers.tally.take()} == {("", 1), (code, 2)}


async def test_a_code_is_of_the_short_address_in_capitals(planned: Place) -> None:
    code = code_of(planned, f"paper:{PAPER}")
    answer = await planned.visitor().get(f"/{SLUG}/qr.svg?code={code.lower()}")
    assert f"<title>HTTPS://FONTEIN.EXAMPLE/PD/{code}</title>".encode() in answer.body
    assert (await planned.visitor().get(f"/{SLUG}/qr.svg?code=ZZ")).status == 404
