"""Badges, links and the operator's work: making symposia, from the browser and for the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from qr.words import check_words
from server.symposium import views
from server.symposium.entries import ProgrammeBody, Slot
from server.symposium.values import OPERATOR, SessionId
from tests.house import SLUG, Place, open_place

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_made_badge_works_and_its_link_hides_the_token_in_the_fragment(place: Place) -> None:
    answer = await place.holder("organiser").ask("POST", "badges", {"role": "moderator", "name": " Sanne  "})

    made = answer.json
    assert answer.status == 201
    assert set(made) == {"id", "role", "name", "session", "token", "link"}
    assert made["link"] == f"{place.house.site.base_url}/{SLUG}/desk#k={made['token']}"
    assert (await place.visitor(made["token"]).get("me")).json == {
        "id": made["id"],
        "role": "moderator",
        "name": "Sanne",
    }


async def test_token_is_seen_once_and_kept_nowhere(place: Place, tmp_path: Path) -> None:
    token = (await place.holder("organiser").ask("POST", "badges", {"role": "screen", "name": "Zaal"})).json["token"]

    listed = (await place.holder("organiser").get("badges")).body
    on_disk = [p for p in Path(place.house.config.data).rglob("*") if p.is_file() and token.encode() in p.read_bytes()]

    assert token.encode() not in listed
    assert on_disk == []


async def test_list_tells_which_badge_is_mine(place: Place) -> None:
    listed = (await place.holder("organiser").get("badges")).json["badges"]

    (mine,) = [b for b in listed if b["current"]]
    assert set(mine) == {"id", "role", "name", "made", "revoked", "current", "thisRun", "session"}
    assert (mine["role"], mine["name"], mine["revoked"]) == ("organiser", "Badge organiser", None)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"role": "king", "name": "X"}, "bad-input"),
        ({"role": "moderator", "name": ""}, "name"),
        ({"role": "moderator", "name": "\u202e\u200b"}, "name"),
        ({"role": "moderator", "name": "a" * 61}, "name"),
        ({"role": "moderator"}, "bad-input"),
        ({"role": "moderator", "name": "X", "token": "mine"}, "bad-input"),
        ({"role": "speaker", "name": "X"}, "no-session"),
        ({"role": "speaker", "name": "X", "session": "none-such"}, "no-session"),
        ({"role": "speaker", "name": "X", "session": ""}, "bad-input"),
        ({"role": "moderator", "name": "X", "session": "talk"}, "no-session"),
    ],
)
async def test_badge_that_cannot_be_is_refused(place: Place, body: dict[str, str], code: str) -> None:
    answer = await place.holder("organiser").ask("POST", "badges", body)

    assert (answer.status, answer.code) == (422, code)


async def test_revoking_twice_or_nothing(place: Place) -> None:
    organiser = place.holder("organiser")
    badge, _ = await place.badge("screen")

    answers = [await organiser.ask("DELETE", f"badges/{b}") for b in (badge, badge, "nosuchbadge", "operator")]

    assert [a.status for a in answers] == [200, 200, 404, 404]


async def test_links_hold_no_secret(place: Place) -> None:
    answer = await place.visitor().get("links")

    base = place.house.site.base_url
    assert answer.json == {
        "join": {
            "url": f"{base}/{SLUG}",
            "short": f"{base.partition('://')[2]}/pd",
            "qr": f"/{SLUG}/qr.svg",
            "check": check_words(SLUG.encode()),
        },
        "links": {"wall": f"{base}/{SLUG}/wall", "text": f"{base}/{SLUG}/text"},
    }


async def test_symposium_tells_what_anybody_may_know(place: Place) -> None:
    answer = await place.visitor().get(f"/v1/symposia/{SLUG}")

    assert set(answer.json) == {"symposium", "join"}
    assert answer.json["symposium"]["slug"] == SLUG


# The operator


@pytest.fixture
def operator_token(place: Place) -> str:
    return place.house.site.operator_token


async def test_operator_makes_a_symposium(place: Place, operator_token: str) -> None:
    form = {"title": "Zorg & Techniek 2026", "hashtags": ["#ZorgTech", "zorgtech"], "date": "2026-11-12", "short": "ZT"}

    answer = await place.visitor(operator_token).ask("POST", "/v1/symposia", form)

    made = answer.json
    assert answer.status == 201
    assert set(made) == {"slug", "links", "badges"}
    assert made["slug"] == "zorg-techniek-2026"
    assert set(made["badges"]) == {"organiser", "moderator", "author", "screen"}
    assert set(made["links"]) == {"join", "organiser", "moderator", "author", "screen", "stage", "wall"}
    facts = (await place.visitor().get("/v1/symposia/zorg-techniek-2026")).json["symposium"]
    assert facts == {
        "slug": "zorg-techniek-2026",
        "title": "Zorg & Techniek 2026",
        "hashtags": ["ZorgTech"],
        "languages": ["nl", "en"],
        "date": "2026-11-12",
        "short": "ZT",
        "open": True,
        "listens": False,
    }
    assert {s["slug"] for s in (await place.visitor(operator_token).get("/v1/operator")).json["symposia"]} >= {SLUG}
    assert (await place.visitor().get("/zt/desk")).headers["Location"] == "/zorg-techniek-2026/desk"


@pytest.mark.parametrize(("last", "until"), [("2026-11-14", "2026-11-14"), ("2026-11-12", ""), ("", "")])
async def test_a_symposium_may_last_days(place: Place, operator_token: str, last: str, until: str) -> None:
    slug = f"dagen-{last or 'een'}"
    form = {"title": "Drie dagen", "slug": slug, "date": "2026-11-12", "until": last}
    assert (await place.visitor(operator_token).ask("POST", "/v1/symposia", form)).status == 201
    body = views.symposium_body(place.house.site.halls[slug].node.state)
    assert (body.date, body.until) == ("2026-11-12", until)


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"title": ""}, 422, "title", "$.title"),
        ({"title": "\u200b\u2060"}, 422, "title", "$.title"),
        ({"title": "a" * 101}, 422, "title", "$.title"),
        ({"title": None}, 422, "bad-input", "$.title"),
        ({"slug": "new"}, 422, "slug", "$.slug"),
        ({"slug": "metrics"}, 422, "slug", "$.slug"),
        ({"slug": "abc"}, 422, "slug", "$.slug"),
        ({"slug": "../etc"}, 422, "slug", "$.slug"),
        ({"slug": "Hoofdletters"}, 422, "slug", "$.slug"),
        ({"slug": "-streepje"}, 422, "slug", "$.slug"),
        ({"slug": "a" * 41}, 422, "slug", "$.slug"),
        ({"slug": SLUG}, 409, "slug-taken", None),
        ({"short": "A"}, 422, "short", "$.short"),
        ({"short": "ABCDEF"}, 422, "short", "$.short"),
        ({"short": "A1"}, 422, "short", "$.short"),
        ({"short": "pd"}, 409, "short-taken", None),
        ({"short": "NEW"}, 409, "short-taken", None),
        ({"date": "12-11-2026"}, 422, "date", "$.date"),
        ({"date": "2026-02-30"}, 422, "date", "$.date"),
        ({"date": "2026-11-12", "until": "14 november"}, 422, "date", "$.until"),
        ({"date": "2026-11-12", "until": "2026-11-11"}, 422, "date", "$.until"),
        ({"date": "2026-11-12", "until": "2028-11-12"}, 422, "date", "$.until"),
        ({"date": "9999-12-31", "until": "2026-11-12"}, 422, "date", "$.until"),
        ({"hashtags": ["a b"]}, 422, "hashtag", "$.hashtags"),
        ({"hashtags": [f"tag{n}" for n in range(9)]}, 422, "hashtag", "$.hashtags"),
        ({"hashtags": "tag"}, 422, "bad-input", "$.hashtags"),
        ({"languages": ["de"]}, 422, "languages", "$.languages"),
        ({"languages": []}, 422, "languages", "$.languages"),
        ({"policy": "rules-decide"}, 422, "bad-input", "$"),
    ],
)
async def test_symposium_that_cannot_be_is_refused(
    place: Place, operator_token: str, change: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    before = list(place.house.site.halls)

    answer = await place.visitor(operator_token).ask("POST", "/v1/symposia", {"title": "Een dag"} | change)

    assert (answer.status, answer.code, answer.json.get("field")) == (status, code, field)
    assert list(place.house.site.halls) == before


async def test_title_that_makes_no_address_gets_one(place: Place, operator_token: str) -> None:
    operator = place.visitor(operator_token)

    slugs = [
        (await operator.ask("POST", "/v1/symposia", {"title": title})).json["slug"]
        for title in ("日本", "日本", "New", "ABC", "Één dag!", "a" * 100)
    ]

    assert len(set(slugs)) == len(slugs)
    assert all(0 < len(slug) <= 40 for slug in slugs)


@pytest.mark.parametrize(
    ("title", "slugs"),
    [
        pytest.param(
            "Dichtbij de inwoner en verder van de overheid",
            ["dichtbij-de-inwoner-en-verder-van-de", "dichtbij-de-inwoner-en-verder-van-de-2"],
            id="at a word's end",
        ),
        pytest.param(
            "Veertig tekens is een heel goed adres ja en meer",
            ["veertig-tekens-is-een-heel-goed-adres-ja", "veertig-tekens-is-een-heel-goed-adres-2"],
            id="a word that just fits, and room for a number",
        ),
        pytest.param("x" * 99, ["x" * 40, "x" * 38 + "-2"], id="one long word"),
    ],
)
async def test_address_of_a_long_title_ends_with_a_word_and_can_be_reached(
    place: Place, operator_token: str, title: str, slugs: list[str]
) -> None:
    operator = place.visitor(operator_token)

    made = [(await operator.ask("POST", "/v1/symposia", {"title": title})).json["slug"] for _ in slugs]

    assert made == slugs
    assert [(await place.visitor().get(f"/{slug}")).status for slug in made] == [200, 200]


async def test_symposia_made_at_once_share_no_address(place: Place, operator_token: str) -> None:
    operator = place.visitor(operator_token)
    form = {"title": "Tegelijk", "slug": "tegelijk-gemaakt", "short": "TG"}

    answers = await asyncio.gather(*(operator.ask("POST", "/v1/symposia", form) for _ in range(5)))

    assert sorted(a.status for a in answers) == [201, 409, 409, 409, 409]


async def test_symposia_made_at_once_share_no_short_address(place: Place, operator_token: str) -> None:
    operator = place.visitor(operator_token)

    answers = await asyncio.gather(
        *(operator.ask("POST", "/v1/symposia", {"title": f"Samen {n}", "short": "SM"}) for n in range(5))
    )

    assert sorted(a.status for a in answers) == [201, 409, 409, 409, 409]


async def test_operator_makes_a_badge(place: Place, operator_token: str) -> None:
    answer = await place.visitor(operator_token).ask(
        "POST", f"/v1/operator/symposia/{SLUG}/badges", {"role": "author", "name": "Verslag"}
    )

    assert answer.status == 201
    assert set(answer.json) == {"id", "role", "token", "link"}
    assert (await place.visitor(answer.json["token"]).get("me")).json["role"] == "author"


async def test_operator_link_is_of_one_run(tmp_path: Path) -> None:
    async with open_place(tmp_path) as place:
        browser = place.visitor()
        token = place.house.site.operator_token
        await browser.ask("PUT", "/v1/operator", {"token": token})
        assert (await browser.get("/v1/operator")).status == 200

    async with open_place(tmp_path) as place:
        assert (await place.visitor(token).get("/v1/operator")).status == 401
        browser = place.visitor(cookies=browser.cookies)
        assert (await browser.get("/v1/operator")).status == 401
        assert (await browser.ask("PUT", "/v1/operator", {"token": token})).status == 401


# The scan test


async def test_scan_test_turns_green_when_a_phone_arrives(place: Place) -> None:
    organiser = place.holder("organiser")
    test = (await organiser.ask("POST", "/v1/scan-tests")).json
    before = (await organiser.get(f"/v1/scan-tests/{test['code']}")).json

    page = await place.visitor().get(f"/scan/{test['code']}")

    after = (await organiser.get(f"/v1/scan-tests/{test['code']}")).json
    assert set(test) == {"code", "url", "qr", "loopback"}
    assert test["loopback"] is True
    assert before == {"arrived": False, "at": None}
    assert page.status == 200
    assert after["arrived"] is True


@pytest.mark.parametrize("path", ["/scan/nothing", "/scan/nothing/qr.svg", "/v1/scan-tests/nothing"])
async def test_scan_test_that_is_not_there_is_404(place: Place, path: str) -> None:
    assert (await place.visitor().get(path)).status == 404


async def test_scan_tests_are_bounded(place: Place) -> None:
    organiser = place.holder("organiser")

    for _ in range(120):
        await organiser.ask("POST", "/v1/scan-tests")

    assert len(place.house.site.scans) == 100


async def test_speakers_badge_is_for_its_session(place: Place) -> None:
    node = place.hall.node
    slot = Slot(session=SessionId("talk"), room=None, start=0, end=1)
    await node.shelf.set_programme(OPERATOR, ProgrammeBody(), (slot,), base=0)
    body = {"role": "speaker", "name": "Noor", "session": "talk"}

    made = await place.holder("organiser").ask("POST", "badges", body)
    operator = place.visitor(place.house.site.operator_token)
    by_operator = await operator.ask("POST", f"/v1/operator/symposia/{SLUG}/badges", body)
    without = await operator.ask("POST", f"/v1/operator/symposia/{SLUG}/badges", {"role": "speaker", "name": "Noor"})

    assert made.json["link"] == f"{place.house.site.base_url}/{SLUG}/shelf#k={made.json['token']}"
    assert [node.state.badges[each.json["id"]].session for each in (made, by_operator)] == ["talk", "talk"]
    assert (without.status, without.code) == (422, "no-session")
