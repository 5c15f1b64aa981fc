"""The networks that a symposium listens to, by the API. Nothing here leaves the computer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house import SLUG, Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

CANARY = "canary-token-of-a-network"
SERVER, OTHER = "http://127.0.0.1:1", "http://127.0.0.1:2"


def new(**options: Any) -> dict[str, Any]:
    """A source that listens to a closed port of this computer."""
    return {"network": "mastodon", "options": {"servers": [SERVER], "tags": ["#Proef"], **options}}


async def test_source_is_added_switched_and_removed(place: Place) -> None:
    organiser = place.holder("organiser")

    added = await organiser.ask("POST", "sources", new(tokens={SERVER: CANARY}))
    source = added.json["id"]
    (listed,) = (await place.holder("moderator").get("sources")).json["sources"]
    switched = await place.holder("moderator").ask("PATCH", f"sources/{source}", {"on": False})
    off = (await organiser.get("sources")).json["sources"][0]["on"]
    removed = await organiser.ask("DELETE", f"sources/{source}")

    assert (added.status, source) == (201, "mastodon-1")
    assert listed["options"] == {"servers": [SERVER], "tags": ["Proef"], "tokens": [SERVER]}
    assert (listed["network"], listed["on"]) == ("mastodon", True)
    assert (switched.status, off, removed.status) == (200, False, 200)
    assert (await organiser.get("sources")).json == {"sources": []}


async def test_token_of_a_network_is_never_shown_or_journalled(place: Place) -> None:
    organiser = place.holder("organiser")
    source = (await organiser.ask("POST", "sources", new(tokens={SERVER: CANARY}))).json["id"]

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
        (new(servers=[f"s{n}.example" for n in range(11)]), "$.options.servers"),
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
        (new(tags=[f"t{n}" for n in range(17)]), "$.options.tags"),
        (new(tags=["a" * 201]), "$.options.tags"),
        (new(tokens={SERVER: "a" * 501}), "$.options.tokens"),
        (new(tokens={SERVER: "a\nb"}), "$.options.tokens"),
        (new(tokens={SERVER: "é"}), "$.options.tokens"),
        (new(tokens={SERVER: 5}), "$.options.tokens"),
        (new(tokens={OTHER: "a"}), "$.options.tokens"),
        (new(tokens="a"), "$.options.tokens"),
        (new(poll_interval_s="10"), "$.options.poll_interval_s"),
        (new(poll_interval_s=True), "$.options.poll_interval_s"),
        (new(poll_interval_s=9), "$.options.poll_interval_s"),
        (new(poll_interval_s=601), "$.options.poll_interval_s"),
        (new(since="yesterday"), "$.options.since"),
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


async def test_each_server_gets_its_own_token_and_no_other(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, object]] = []
    make = place.house.site.make_source

    def noting(network: str, options: dict[str, object]) -> object:
        given.append(options)
        return make(network, options)

    monkeypatch.setattr(place.house.site, "make_source", noting)
    tokens = {SERVER: CANARY, OTHER: "another"}

    added = await place.holder("organiser").ask("POST", "sources", new(servers=[SERVER, OTHER], tokens=tokens))

    source = added.json["id"]
    assert given[0]["tokens"] == tokens
    assert place.house.site.keyring.secrets(SLUG, source) == {"tokens": tokens}
    (listed,) = (await place.holder("moderator").get("sources")).json["sources"]
    assert listed["options"]["tokens"] == [SERVER, OTHER]
    await place.holder("organiser").ask("DELETE", f"sources/{source}")
    assert place.house.site.keyring.secrets(SLUG, source) == {}


PLUGIN = """
id = "mirror"
name = "Mirror"
version = "1"
homepage = "https://mirror.example/"
[summary]
nl = "Zegt na."
en = "Says again."
[[options]]
name = "rooms"
type = "words"
required = true
label = { nl = "Kamers", en = "Rooms" }
help = { nl = "Welke?", en = "Which?" }
[[options]]
name = "keys"
type = "secrets"
of = "rooms"
label = { nl = "Sleutels", en = "Keys" }
help = { nl = "Mag leeg.", en = "May stay empty." }
"""


def plug_in(place: Place, name: str, code: str) -> None:
    folder = place.house.config.folder / "plugins" / name
    folder.mkdir(parents=True)
    (folder / "manifest.toml").write_text(PLUGIN.replace('"mirror"', f'"{name}"'))
    (folder / "__init__.py").write_text(code)


async def test_plug_in_is_listed_with_its_options_and_can_be_added(place: Place) -> None:
    organiser = place.holder("organiser")
    plug_in(place, "mirror", "def create(source, options, tools):\n    return options\n")
    broken = place.house.config.folder / "plugins" / "broken"
    broken.mkdir()
    (broken / "manifest.toml").write_text("id = ")

    networks = {n["id"]: n for n in (await organiser.get("sources/networks")).json["networks"]}
    options = {"rooms": ["hal", "zaal"], "keys": {"hal": CANARY}}
    added = await organiser.ask("POST", "sources", {"network": "mirror", "options": options})
    (listed,) = (await organiser.get("sources")).json["sources"]
    empty = await organiser.ask("POST", "sources", {"network": "mirror", "options": {}})

    assert set(networks) == {"mastodon", "mirror"}, "what cannot be read is left out"
    assert [(o["name"], o["type"], o["of"], o["label"]["nl"]) for o in networks["mirror"]["options"]] == [
        ("rooms", "words", "", "Kamers"),
        ("keys", "secrets", "rooms", "Sleutels"),
    ]
    assert (added.status, added.json) == (201, {"id": "mirror-1"})
    assert (listed["name"], listed["options"]) == ("hal, zaal", {"rooms": ["hal", "zaal"], "keys": ["hal"]})
    assert (empty.status, empty.json["field"]) == (422, "$.options.rooms")
    await organiser.ask("DELETE", "sources/mirror-1")


async def test_networks_are_for_the_organiser(place: Place) -> None:
    assert (await place.holder("moderator").get("sources/networks")).status == 403
    assert (await place.visitor().get("sources/networks")).status == 401
