"""The networks that a symposium listens to, by the API. Nothing here leaves the computer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house import SLUG, Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

CANARY = "canary-token-of-a-network"


def new(**options: Any) -> dict[str, Any]:
    """A source that listens to a closed port of this computer."""
    return {"network": "mastodon", "options": {"servers": ["http://127.0.0.1:1"], "tags": ["#Proef"], **options}}


async def test_source_is_added_switched_and_removed(place: Place) -> None:
    organiser = place.holder("organiser")

    added = await organiser.ask("POST", "sources", new(token=CANARY))
    source = added.json["id"]
    (listed,) = (await place.holder("moderator").get("sources")).json["sources"]
    switched = await place.holder("moderator").ask("PATCH", f"sources/{source}", {"on": False})
    off = (await organiser.get("sources")).json["sources"][0]["on"]
    removed = await organiser.ask("DELETE", f"sources/{source}")

    assert (added.status, source) == (201, "mastodon-1")
    assert listed["options"] == {"servers": ["http://127.0.0.1:1"], "tags": ["Proef"], "token": True}
    assert (listed["network"], listed["on"]) == ("mastodon", True)
    assert (switched.status, off, removed.status) == (200, False, 200)
    assert (await organiser.get("sources")).json == {"sources": []}


async def test_token_of_a_network_is_never_shown_or_journalled(place: Place) -> None:
    organiser = place.holder("organiser")
    source = (await organiser.ask("POST", "sources", new(token=CANARY))).json["id"]

    listed = (await organiser.get("sources")).body
    folder = place.house.config.folder

    assert CANARY.encode() not in listed
    assert [p.name for p in folder.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()] == ["secrets.toml"]
    await organiser.ask("DELETE", f"sources/{source}")
    assert CANARY not in (folder / "secrets.toml").read_text()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (new() | {"network": "mars"}, "$.network"),
        (new(servers=[]), "$.options.servers"),
        (new(servers=[f"s{n}.example" for n in range(6)]), "$.options.servers"),
        (new(servers=["["]), "$.options.servers"),
        (new(servers=["https://[::1"]), "$.options.servers"),
        (new(servers=["mastodon.example:99999"]), "$.options.servers"),
        (new(servers=["mastodon.example:port"]), "$.options.servers"),
        (new(servers=["mastodon.example/path"]), "$.options.servers"),
        (new(servers=["user@mastodon.example"]), "$.options.servers"),
        (new(servers=["mastodon.example?x"]), "$.options.servers"),
        (new(servers=["mastodon.example#x"]), "$.options.servers"),
        (new(servers=["file:///etc/passwd"]), "$.options.servers"),
        (new(servers=["mas todon.example"]), "$.options.servers"),
        (new(servers=["mastodon.example\u202e"]), "$.options.servers"),
        (new(servers=["a" * 300]), "$.options.servers"),
        (new(servers="mastodon.example"), "$.options.servers"),
        (new(tags=[]), "$.options.tags"),
        (new(tags=[f"t{n}" for n in range(9)]), "$.options.tags"),
        (new(tags=["a" * 101]), "$.options.tags"),
        (new(token="a" * 501), "$.options.token"),
        (new(token="a\nb"), "$.options.token"),
        (new(token="é"), "$.options.token"),
        (new(more=1), "$.options"),
    ],
)
@pytest.mark.parametrize("path", ["sources", "sources/trials"])
async def test_source_that_cannot_be_is_refused(place: Place, path: str, body: dict[str, Any], field: str) -> None:
    before = place.seq

    answer = await place.holder("organiser").ask("POST", path, body)

    assert (answer.status, answer.json["field"]) == (422, field)
    assert place.seq == before


async def test_trial_of_a_server_that_is_not_there_says_so_and_keeps_nothing(place: Place) -> None:
    before = place.seq

    answer = await place.holder("organiser").ask("POST", "sources/trials", new())

    assert answer.status == 200
    assert set(answer.json) == {"ok", "found", "problem", "servers"}
    assert (answer.json["ok"], answer.json["found"]) == (False, [])
    assert place.seq == before


async def test_sources_are_bounded(place: Place) -> None:
    organiser = place.holder("organiser")

    answers = [await organiser.ask("POST", "sources", new()) for _ in range(21)]

    assert [a.status for a in answers] == [201] * 20 + [422]
    assert answers[-1].code == "too-many-sources"
    for answer in answers[:-1]:
        await organiser.ask("DELETE", f"sources/{answer.json['id']}")


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"on": True}), ("DELETE", None)])
async def test_source_that_is_not_there_is_404(place: Place, method: str, body: object) -> None:
    answer = await place.holder("organiser").ask(method, "sources/mastodon-99", body)

    assert (answer.status, answer.code) == (404, "unknown")
    assert SLUG in place.house.site.halls
