"""Printed codes: seen once, on cards that phones and people can read."""

from __future__ import annotations

import io

import pypdf
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
import pytest_asyncio
import zxingcpp

from server.errors import TooMany
from server.symposium.polls import MAX_CODES
from server.symposium.values import PollId
from server.web.ballots import MAX_PRINTED
from server.web.codes import Press
from tests.house import SLUG, Place
from tests.server.web.asked import SINGLE, draft, phones, vote

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

BASE = "https://fontein.example"


@pytest_asyncio.fixture(loop_scope="module")
async def binding(place: Place) -> str:
    place.house.site.base_url = BASE
    return await draft(place, SINGLE | {"binding": True})


def codes_of(place: Place, poll: str) -> int:
    return len(place.hall.node.state.polls[PollId(poll)].codes)


async def test_codes_are_given_once_as_people_type_them(place: Place, binding: str) -> None:
    answer = await place.holder("moderator").ask("POST", f"polls/{binding}/codes", {"count": 40})
    codes = [each["code"] for each in answer.json["codes"]]

    assert (answer.status, len(set(codes)), codes_of(place, binding)) == (201, 40, 40)
    assert all(len(code) == 11 and code[5] == "-" for code in codes)
    plain = codes[0].replace("-", "")
    assert answer.json["codes"][0]["link"] == f"{BASE}/{SLUG}#vote={binding}&code={plain}"
    later = [(await place.holder("organiser").get(path)).body for path in ("polls", f"polls/{binding}", "history")]
    assert not any(plain.encode() in each or codes[0].encode() in each for each in later)


@pytest.mark.parametrize("langs", [["nl", "en"], ["en"]], ids=str)
async def test_each_card_s_code_is_read_again_and_stands_beside_it(
    place: Place, binding: str, langs: list[str]
) -> None:
    body = {"count": 12, "langs": langs}
    answer = await place.holder("organiser").ask("POST", f"polls/{binding}/codes?format=pdf", body)
    assert answer.status == 201, answer
    pages = pypdf.PdfReader(io.BytesIO(answer.body)).pages
    text = " ".join(page.extract_text() for page in pages).replace("\u2011", "-")
    pictures = [page.render(scale=4).to_pil() for page in pypdfium2.PdfDocument(answer.body)]
    links = {found.text for picture in pictures for found in zxingcpp.read_barcodes(picture)}

    assert (len(pages), len(links), codes_of(place, binding)) == (2, 12, 12)
    for link in links:
        address, _, code = link.partition("&code=")
        assert address == f"{BASE}/{SLUG}#vote={binding}"
        assert f"{code[:5]}-{code[5:]}" in text
    assert ("Doen we het?" if langs[0] == "nl" else "Do we do it?") in text.replace("\n", " ")
    assert f"fontein.example/{SLUG}" in text


async def test_a_printed_code_votes(place: Place, binding: str) -> None:
    answer = await place.holder("organiser").ask("POST", f"polls/{binding}/codes?format=pdf", {"count": 1})
    (page,) = pypdfium2.PdfDocument(answer.body)
    (found,) = zxingcpp.read_barcodes(page.render(scale=4).to_pil())
    await place.holder("moderator").ask("POST", f"polls/{binding}/openings")
    opening = place.hall.node.state.polls[PollId(binding)].opened
    one, two = await phones(place, 2)
    code = found.text.partition("&code=")[2]

    used = await vote(one, binding, opening, [1], code=code, key="eerste-keer")
    again = await vote(two, binding, opening, [0], code=code, key="tweede-keer")
    await place.holder("moderator").ask("POST", f"polls/{binding}/closings")

    assert (used.status, again.status, again.code) == (201, 409, "code-used")


@pytest.mark.parametrize(
    ("query", "count", "status", "code"),
    [
        ("", 0, 422, "too-many-codes"),
        ("", MAX_CODES + 1, 422, "too-many-codes"),
        ("?format=pdf", MAX_PRINTED + 1, 422, "too-many-codes"),
        ("?format=docx", 1, 422, "bad-input"),
    ],
)
async def test_a_print_that_cannot_be_makes_no_codes(
    place: Place, binding: str, query: str, count: int, status: int, code: str
) -> None:
    answer = await place.holder("moderator").ask("POST", f"polls/{binding}/codes{query}", {"count": count})

    assert (answer.status, answer.code, codes_of(place, binding)) == (status, code, 0)


async def test_a_poll_has_so_many_codes_and_no_more(place: Place, binding: str) -> None:
    stage = place.holder("moderator")
    await stage.ask("POST", f"polls/{binding}/codes", {"count": MAX_CODES})

    more = await stage.ask("POST", f"polls/{binding}/codes", {"count": 1})

    assert (more.status, more.code, codes_of(place, binding)) == (409, "too-many-codes", MAX_CODES)


async def test_a_poll_for_all_phones_has_no_codes(place: Place) -> None:
    made = await draft(place)

    answer = await place.holder("moderator").ask("POST", f"polls/{made}/codes", {"count": 1})

    assert (answer.status, answer.code) == (409, "not-binding")


async def test_no_card_leads_to_the_phone_itself(place: Place, binding: str) -> None:
    place.house.site.base_url = "http://127.0.0.1:8000"

    answer = await place.holder("moderator").ask("POST", f"polls/{binding}/codes?format=pdf", {"count": 1})

    assert (answer.status, answer.code, codes_of(place, binding)) == (409, "no-address", 0)


async def test_a_busy_press_makes_no_codes_that_nobody_sees(
    place: Place, binding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: Press) -> None:
        raise TooMany("busy", retry_after_s=5, code="busy")

    monkeypatch.setattr(Press, "check_room", busy)
    answer = await place.holder("moderator").ask("POST", f"polls/{binding}/codes?format=pdf", {"count": 1})

    assert (answer.status, answer.code, codes_of(place, binding)) == (429, "busy", 0)
