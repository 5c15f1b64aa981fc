"""The networks that a symposium listens to, by the API. Nothing here leaves the computer."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from server.errors import StorageFull
from server.intake.arrival import Arrival
from server.sources.manifest import BUILT_IN, networks
from server.web import sources as web_sources
from server.web.limits import Buckets
from server.web.pages import catalogue
from tests.house import SLUG, Answer, Place

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
    assert (added.json["told"], added.json["address"], listed["address"]) == ({}, None, None)
    assert (switched.status, off, removed.status) == (200, False, 200)
    assert (await organiser.get("sources")).json == {"sources": []}


def leaks(place: Place, log: str, *answers: Answer) -> list[str]:
    """Where the canary got out: in answers, in the log, in files of the data folder."""
    files = [p for p in place.house.config.folder.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()]
    told = [f"answer {a.status}" for a in answers if CANARY.encode() in a.body]
    return [p.name for p in files] + told + (["log"] if CANARY in log else [])


async def test_token_of_a_network_is_never_shown_logged_or_kept_as_it_is(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    organiser = place.holder("organiser")
    tokens = {SERVER: CANARY}

    tried = await organiser.ask("POST", "sources/trials", new(tokens=tokens))
    added = await organiser.ask("POST", "sources", new(tokens=tokens))
    listed = await organiser.get("sources")
    changed = await organiser.ask("PUT", f"sources/{added.json['id']}", {"options": new()["options"]})
    refused = await organiser.ask("POST", "sources", new(tokens=tokens, poll_interval_s=0))
    page = await organiser.get(f"/{SLUG}/organise")
    kept = place.house.site.keyring.secrets(SLUG, added.json["id"])

    assert [a.status for a in (tried, added, listed, changed, refused, page)] == [200, 201, 200, 200, 422, 200]
    assert kept == {"tokens": tokens}
    assert leaks(place, caplog.text, tried, added, listed, changed, refused, page) == []
    await organiser.ask("DELETE", f"sources/{added.json['id']}")


async def test_a_token_that_gets_out_is_found(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """The negative control of the test above: a leak of each kind."""
    file = place.house.config.folder / "leak.txt"
    file.write_text(f"token = {CANARY}")
    logging.getLogger("server").warning("with %s", CANARY)
    answer = await place.holder("organiser").ask("POST", "sources", new(**{CANARY: 1}))

    assert leaks(place, caplog.text, answer) == ["leak.txt", "answer 422", "log"]
    file.unlink()


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
    assert set(answer.json) == {"ok", "count", "found", "problem", "servers", "facts", "estimate"}
    assert answer.json["estimate"] is None, "it asks no money"
    assert (answer.json["ok"], answer.json["count"], answer.json["found"]) == (False, 0, [])
    assert answer.json["facts"]["deletes"] == "live"
    assert place.seq == before


COSTS = """
from server.sources.contract import Finding, Trial
from server.sources.costs import Estimate


class Source:
    network = "{network}"

    async def check(self):
        return Trial(findings=(Finding(where="toll.example"),))
{estimate}

def create(source, options, tools):
    return Source()
"""
ESTIMATE = """
    def estimate(self):
        return Estimate(posts_per_day=1, cents_per_day=2, most_cents_per_day=100, trial_cents=15)
"""


async def test_trial_that_costs_money_is_not_done_again_and_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by who presses the button on and on, nor by a script with an organiser's token."""
    now_s, organiser = 1_000_000.0, place.holder("organiser")
    monkeypatch.setattr(place.house.site, "buckets", Buckets(lambda: now_s))
    plug_in(place, "toll", COSTS.format(network="toll", estimate=ESTIMATE))
    plug_in(place, "free", COSTS.format(network="free", estimate=""))

    async def tried(network: str = "toll", secret: str = CANARY) -> Answer:
        options = {"rooms": ["hal"], "secret": secret}
        return await organiser.ask("POST", "sources/trials", {"network": network, "options": options})

    answers = [await tried() for _ in range(3)]
    another, free = await tried(secret="another-token"), [await tried("free") for _ in range(4)]
    now_s += 60
    later = [await tried(), await tried(secret=f" {CANARY} ")]
    all_day = []
    for _ in range(180):
        now_s += 60
        all_day.append((await tried()).status)

    assert [a.status for a in answers] == [200, 200, 429]
    assert (answers[2].code, answers[2].headers["Retry-After"]) == ("tried-just-now", "60")
    assert answers[0].json["estimate"]["trialCents"] == 15
    assert (another.status, [a.status for a in free]) == (200, [200] * 4), "the control: what costs nobody anything"
    assert [a.status for a in later] == [200, 429]
    assert all_day.count(200) == 10 - 3 + 1, "one comes back in two hours and a half"
    assert set(all_day) == {200, 429}


async def test_source_that_is_added_has_no_posts_of_one_that_was_removed(place: Place) -> None:
    organiser = place.holder("organiser")
    irc = {"network": "irc", "options": {"server": "127.0.0.1:1", "channels": "#zaal", "which": "all", "tls": False}}
    first = (await organiser.ask("POST", "sources", irc)).json["id"]
    arrival = Arrival(source=first, network="irc", native_id="1", author_id="anna", text="Van de eerste bron")
    post, _ = await place.hall.node.receive(arrival)
    (before,) = (await organiser.get("sources")).json["sources"]
    await organiser.ask("DELETE", f"sources/{first}")

    second = (await organiser.ask("POST", "sources", irc)).json["id"]

    (listed,) = (await organiser.get("sources")).json["sources"]
    assert (before["found"], before["newest"]) == (1, post.received)
    assert (second, listed["found"], listed["newest"]) == (first, 0, None)
    await organiser.ask("DELETE", f"sources/{second}")


async def test_sources_are_bounded(place: Place) -> None:
    organiser = place.holder("organiser")

    answers = [await organiser.ask("POST", "sources", new()) for _ in range(21)]

    assert [a.status for a in answers] == [201] * 20 + [422]
    assert answers[-1].code == "too-many-sources"
    for answer in answers[:-1]:
        await organiser.ask("DELETE", f"sources/{answer.json['id']}")


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"on": True}), ("DELETE", None), ("PUT", {"options": {}})])
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
[facts]
live = false
deletes = "none"
third_country = "US"
cost = { nl = "Niets.", en = "Nothing." }
needs = { nl = "Een spiegel.", en = "A mirror." }
push = false
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


SECRET = """
[[options]]
name = "secret"
type = "secret"
label = { nl = "Geheim", en = "Secret" }
help = { nl = "Mag leeg.", en = "May stay empty." }
"""
RETURNS = "def create(source, options, tools):\n    return options\n"


def plug_in(place: Place, name: str, code: str = RETURNS, *, push: bool = False) -> None:
    folder = place.house.config.folder / "plugins" / name
    folder.mkdir(parents=True)
    text = PLUGIN.replace('"mirror"', f'"{name}"') + SECRET
    (folder / "manifest.toml").write_text(text.replace("push = false", "push = true") if push else text)
    (folder / "__init__.py").write_text(code)


async def test_what_is_chosen_tells_which_facts_are_otherwise(place: Place) -> None:
    listed = (await place.holder("organiser").get("sources/networks")).json["networks"]
    (webhook,) = (each for each in listed if each["id"] == "webhook")
    (profile,) = (each for each in webhook["options"] if each["name"] == "profile")

    facts = {choice["value"]: choice["facts"] for choice in profile["choices"]}

    assert facts["standard"] == {}
    assert (facts["whatsapp"]["thirdCountry"], facts["whatsapp"]["deletes"]) == ("US", "none")
    assert set(facts["whatsapp"]) <= set(webhook["facts"])


async def test_plug_in_is_listed_with_its_options_and_can_be_added(place: Place) -> None:
    organiser = place.holder("organiser")
    plug_in(place, "mirror")
    broken = place.house.config.folder / "plugins" / "broken"
    broken.mkdir()
    (broken / "manifest.toml").write_text("id = ")

    networks = {n["id"]: n for n in (await organiser.get("sources/networks")).json["networks"]}
    options = {"rooms": ["hal", "zaal"], "keys": {"hal": CANARY}}
    added = await organiser.ask("POST", "sources", {"network": "mirror", "options": options})
    (listed,) = (await organiser.get("sources")).json["sources"]
    empty = await organiser.ask("POST", "sources", {"network": "mirror", "options": {}})

    assert {"mastodon", "mirror"} <= set(networks)
    assert "broken" not in networks, "what cannot be read is left out"
    assert networks["mirror"]["facts"] == {
        "live": False,
        "deletes": "none",
        "thirdCountry": "US",
        "cost": {"nl": "Niets.", "en": "Nothing."},
        "needs": {"nl": "Een spiegel.", "en": "A mirror."},
        "push": False,
    }
    assert [(o["name"], o["type"], o["of"], o["label"]["nl"]) for o in networks["mirror"]["options"]] == [
        ("rooms", "words", "", "Kamers"),
        ("keys", "secrets", "rooms", "Sleutels"),
        ("secret", "secret", "", "Geheim"),
    ]
    assert (added.status, added.json["id"]) == (201, "mirror-1")
    assert (listed["name"], listed["options"]) == ("hal, zaal", {"rooms": ["hal", "zaal"], "keys": ["hal"]})
    assert (empty.status, empty.json["field"]) == (422, "$.options.rooms")
    await organiser.ask("DELETE", "sources/mirror-1")


async def test_networks_are_for_the_organiser(place: Place) -> None:
    assert (await place.holder("moderator").get("sources/networks")).status == 403
    assert (await place.visitor().get("sources/networks")).status == 401


# Changing a source


@asynccontextmanager
async def added(place: Place, body: dict[str, Any]) -> AsyncIterator[tuple[str, Answer]]:
    """A source for the time of a test."""
    answer = await place.holder("organiser").ask("POST", "sources", body)
    assert answer.status == 201, answer
    yield answer.json["id"], answer
    await place.holder("organiser").ask("DELETE", f"sources/{answer.json['id']}")


async def test_source_is_changed_without_its_secrets_being_filled_in_again(place: Place) -> None:
    organiser = place.holder("organiser")
    async with added(place, new(tokens={SERVER: CANARY})) as (source, _):
        await organiser.ask("PATCH", f"sources/{source}", {"on": False})
        options = new(servers=[SERVER, OTHER], tags=["ander"])["options"]

        changed = await organiser.ask("PUT", f"sources/{source}", {"options": options, "name": "De dag"})

        (listed,) = (await organiser.get("sources")).json["sources"]
        assert (changed.status, changed.json["told"]) == (200, {})
        assert (listed["name"], listed["on"]) == ("De dag", False), "on or off as it was"
        assert listed["options"] == {"servers": [SERVER, OTHER], "tags": ["ander"], "tokens": [SERVER]}
        assert place.house.site.keyring.secrets(SLUG, source) == {"tokens": {SERVER: CANARY}}


async def test_change_that_cannot_be_leaves_everything_as_it_was(place: Place) -> None:
    organiser = place.holder("organiser")
    async with added(place, new(tokens={SERVER: CANARY})) as (source, _):
        before = (await organiser.get("sources")).body

        answer = await organiser.ask(
            "PUT", f"sources/{source}", {"options": new(tags=[], tokens={SERVER: "b"})["options"]}
        )

        assert (answer.status, answer.json["field"]) == (422, "$.options.tags")
        assert (await organiser.get("sources")).body == before
        assert place.house.site.keyring.secrets(SLUG, source) == {"tokens": {SERVER: CANARY}}


async def test_secrets_stay_as_they_were_when_the_journal_refuses(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    organiser = place.holder("organiser")
    async with added(place, new(tokens={SERVER: CANARY})) as (source, _):

        async def full(*_: object, **__: object) -> None:
            raise StorageFull("full", retry_after_s=5)

        with monkeypatch.context() as patched:
            patched.setattr(place.hall.node, "set_source", full)
            change = {"options": new(tokens={SERVER: "ander"})["options"]}
            answer = await organiser.ask("PUT", f"sources/{source}", change)

        assert answer.status == 507
        assert place.house.site.keyring.secrets(SLUG, source) == {"tokens": {SERVER: CANARY}}
        assert (await organiser.ask("PUT", f"sources/{source}", change)).status == 200, "control: else it is changed"
        assert place.house.site.keyring.secrets(SLUG, source) == {"tokens": {SERVER: "ander"}}


async def test_trial_of_a_change_uses_the_secrets_that_stay(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, object]] = []
    make = place.house.site.make_source

    def noting(network: str, options: dict[str, object]) -> object:
        given.append(options)
        return make(network, options)

    async with added(place, new(tokens={SERVER: CANARY})) as (source, _):
        monkeypatch.setattr(place.house.site, "make_source", noting)
        organiser = place.holder("organiser")

        with_them = await organiser.ask("POST", "sources/trials", new() | {"source": source})
        without = await organiser.ask("POST", "sources/trials", new())
        nobody = await organiser.ask("POST", "sources/trials", new() | {"source": "mastodon-99"})

        assert [each.get("tokens") for each in given] == [{SERVER: CANARY}, None]
        assert (with_them.status, without.status, nobody.status) == (200, 200, 404)


# Networks that come to us


async def test_secret_that_nobody_gave_is_made_and_told_once(place: Place) -> None:
    plug_in(place, "doorbell", push=True)
    organiser = place.holder("organiser")
    async with added(place, {"network": "doorbell", "options": {"rooms": ["hal"]}}) as (source, answer):
        secret = answer.json["told"]["secret"]
        listed = await organiser.get("sources")
        (row,) = listed.json["sources"]

        assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
        assert answer.json["address"] == f"{place.house.site.base_url}/v1/symposia/{SLUG}/hooks/{source}"
        assert (row["address"], row["options"]["secret"]) == (answer.json["address"], True)
        assert secret.encode() not in listed.body
        assert place.house.site.keyring.secrets(SLUG, source) == {"secret": secret}

        kept = await organiser.ask("PUT", f"sources/{source}", {"options": {"rooms": ["zaal"]}})
        anew = await organiser.ask("PUT", f"sources/{source}", {"options": {"rooms": ["zaal"], "secret": ""}})
        assert kept.json["told"] == {}
        assert anew.json["told"]["secret"] not in ("", secret)
        assert place.house.site.keyring.secrets(SLUG, source) == {"secret": anew.json["told"]["secret"]}


async def test_secret_that_was_given_is_not_told(place: Place) -> None:
    plug_in(place, "knocker", push=True)

    async with added(place, {"network": "knocker", "options": {"rooms": ["hal"], "secret": CANARY}}) as (
        source,
        answer,
    ):
        assert answer.json["told"] == {}
        assert place.house.site.keyring.secrets(SLUG, source) == {"secret": CANARY}


async def test_no_secret_is_made_for_a_network_that_we_look_at(place: Place) -> None:
    plug_in(place, "window")

    async with added(place, {"network": "window", "options": {"rooms": ["hal"]}}) as (source, answer):
        assert (answer.json["told"], answer.json["address"]) == ({}, None)
        assert place.house.site.keyring.secrets(SLUG, source) == {}


# Plug-ins that go wrong


CREATE_FAILS = "def create(source, options, tools):\n    raise {error}(options['secret'])\n"
CHECK_FAILS = """
class Source:
    id = network = "x"
    async def check(self):
        {does}
    def events(self, cursor):
        raise RuntimeError
    async def recheck(self, ids):
        return ()
def create(source, options, tools):
    it = Source()
    it.secret = options["secret"]
    return it
"""


@pytest.mark.parametrize("error", ["ValueError", "__import__('server.errors').errors.BadInput"])
async def test_plug_in_that_repeats_a_secret_when_it_is_made_is_not_quoted(
    place: Place, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    caplog.set_level(logging.DEBUG)
    name = f"parrot{len(error)}"
    plug_in(place, name, CREATE_FAILS.format(error=error))

    answer = await place.holder("organiser").ask(
        "POST", "sources", {"network": name, "options": {"rooms": ["hal"], "secret": CANARY}}
    )

    assert (answer.status, answer.json["field"]) == (422, "$.options")
    assert leaks(place, caplog.text, answer) == []


@pytest.mark.parametrize(
    ("does", "problem"),
    [
        ("raise ValueError(self.secret)", "failed"),
        ("import asyncio; await asyncio.Event().wait()", "too-slow"),
        (
            "import server.sources.backoff as b; raise b.SourceUnavailable('', code='refused', cause=b.Cause.REFUSED)",
            "refused",
        ),
    ],
    ids=["raises", "hangs", "unavailable"],
)
async def test_trial_of_a_plug_in_that_goes_wrong_is_a_finding(
    place: Place, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, does: str, problem: str
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(web_sources, "TRIAL_S", 0.05)
    name = problem.replace("-", "")
    plug_in(place, name, CHECK_FAILS.format(does=does))

    answer = await place.holder("organiser").ask(
        "POST", "sources/trials", {"network": name, "options": {"rooms": ["hal"], "secret": CANARY}}
    )

    assert (answer.status, answer.json["ok"], answer.json["problem"]) == (200, False, problem)
    assert leaks(place, caplog.text, answer) == []


# Words


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_each_network_has_a_name_for_its_posts(lang: str) -> None:
    names = catalogue(lang, "common")

    assert [network for network in networks() if f"source.{network}" not in names] == []
    assert "source.mars" not in names, "control: what is not there is not found"


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("surface", ["organise", "stage"])
async def test_what_every_network_may_meet_is_said_in_words(lang: str, surface: str) -> None:
    """What the house itself says of a source; the codes of one network are looked at in its own tests."""
    code = "".join(path.read_text() for path in (BUILT_IN / "http.py", BUILT_IN / "sockets.py", BUILT_IN / "runner.py"))
    codes = set(re.findall(r'(?:_refuse|_trouble)\([^"\n]*"([a-z-]+)"|what="([a-z-]+)"', code))
    words = catalogue(lang, surface)

    said = {one or other for one, other in codes}
    assert {"unreachable", "failed"} <= said, "control: codes are found"
    assert [each for each in sorted(said) if f"health.what.{each}" not in words] == []
