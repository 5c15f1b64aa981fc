"""The organiser's page, where posts come from: choosing, trying, adding, changing and removing a network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from server.live.audience import Audience
from server.symposium.views import source_body
from server.web.limits import Buckets
from server.web.sources import health_facts
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import Visits, said
from tests.house import SLUG, Place, eventually

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE_SIZE = {"width": 390, "height": 844}
CANARY = "canary-of-a-network"

MANIFEST = """
id = "{id}"
name = "{name}"
version = "1"
homepage = "https://network.example/"
[summary]
nl = "Berichten van een proefnetwerk."
en = "Posts of a network for tests."
[facts]
live = true
deletes = "{deletes}"
third_country = "{country}"
cost = {{ nl = "Niets.", en = "Nothing." }}
needs = {{ nl = "Een sleutel van de beheerder.", en = "A key from the administrator." }}
"""
OPTION = """
[[options]]
name = "{name}"
type = "{type}"
label = {{ nl = "{nl}", en = "{en}" }}
help = {{ nl = "Uitleg bij {nl}.", en = "Help with {en}." }}
"""
CHOICES = """
choices = [
    { value = "tagged", label = { nl = "Alleen met een hashtag", en = "Only with a hashtag" } },
    { value = "all", label = { nl = "Alle berichten", en = "All posts" } },
]
default = "tagged"
"""
EVERY_TYPE = (
    OPTION.format(name="server", type="text", nl="Server", en="Server") + "required = true\n"
    + OPTION.format(name="key", type="secret", nl="Sleutel", en="Key") + "required = true\n"
    + OPTION.format(name="tags", type="words", nl="Hashtags", en="Hashtags") + "required = true\n"
    + OPTION.format(name="which", type="choice", nl="Welke berichten", en="Which posts") + CHOICES
    + OPTION.format(name="allowed", type="agreement", nl="Wij mogen dit", en="We may do this")
    + OPTION.format(name="rooms", type="words", nl="Kamers", en="Rooms")
    + OPTION.format(name="codes", type="secrets", nl="Codes", en="Codes") + 'of = "rooms"\n'
    + OPTION.format(name="replies", type="switch", nl="Ook antwoorden", en="Replies too")
    + OPTION.format(name="pause", type="seconds", nl="Wacht", en="Wait") + "default = 10\nleast = 5\nmost = 60\n"
    + OPTION.format(name="since", type="moment", nl="Vanaf", en="From")
)  # fmt: skip
FOUND = """
from server.errors import BadInput
from server.sources.contract import Condition, Finding, Health, NetworkPost, Trial
from pathlib import Path
import asyncio, time

REPAIRED = Path(__file__).with_name("repaired")

class Source:
    network = "{id}"
    def __init__(self, source, options):
        self.id, self.options = source, options
    async def events(self, cursor):
        while self.options.get("server") == "ziek.example" and not REPAIRED.exists():
            yield Health(condition=Condition.NEEDS_ATTENTION, what="token-refused", where="ziek.example:443"), cursor
            await asyncio.sleep(3600)
        while True:
            yield Health(condition=Condition.OK, counts={{"posts": 3}}), cursor
            await asyncio.sleep(60)
    async def recheck(self, native_ids):
        return ()
    async def check(self):
        if self.options.get("server") == "stil.example":
            return Trial(findings=(Finding(where="stil.example", what="unreachable"),))
        if self.options.get("server") == "leden.example":
            return Trial(findings=(Finding(where="leden.example", what="needs-token"),))
        found = tuple(self.post(n) for n in (3, 1, 2))
        slow = Finding(where="b.example", what="too-slow")
        return Trial(findings=(Finding(where="a.example", streams=True, posts=found), slow))
    def post(self, n):
        created = int((time.time() - n * 240) * 1e6)
        ids = {{"native_id": str(n), "uri": f"x:{{n}}", "author_id": "a"}}
        return NetworkPost(**ids, name=f"Anna {{n}}", text=f"Bericht {{n}} #proefdag", created=created)

def create(source, options, tools):
    if options.get("server") == "fout.example":
        raise BadInput("server: 'fout.example' is no server; write it as a.example", field="server")
    return Source(source, options)
"""


def plug_in(folder: Path, id_: str, name: str, options: str, *, deletes: str, country: str) -> None:
    place = folder / "plugins" / id_
    place.mkdir(parents=True)
    manifest = MANIFEST.format(id=id_, name=name, deletes=deletes, country=country)
    (place / "manifest.toml").write_text(manifest + options)
    (place / "__init__.py").write_text(FOUND.format(id=id_))


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def _networks(place: Place) -> None:
    folder = place.house.config.folder
    plug_in(folder, "anything", "Alleskunner", EVERY_TYPE, deletes="none", country="US")


async def organise(place: Place, visits: Visits, **options: Any) -> Page:
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/organise#k={place.tokens['organiser']}", **options)
    await page.wait_for_selector("#sources .network-card")
    return page


async def fill(page: Page) -> None:
    await page.click('[data-network="anything"]')
    await page.fill("#source-server", "a.example")
    await page.fill("#source-key", CANARY)
    await page.check("#source-allowed")


async def removed(place: Place) -> None:
    organiser = place.holder("organiser")
    for source in (await organiser.get("sources")).json["sources"]:
        await organiser.ask("DELETE", f"sources/{source['id']}")


def only(place: Place) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The one source there is: its id, options and secrets."""
    (source,) = place.hall.node.state.sources.values()
    options = source_body(place.hall.node.state, source.body).options
    return source.id, dict(options), place.house.site.keyring.secrets(SLUG, source.id)


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_network_says_what_it_is_before_anything_is_filled_in(place: Place, visits: Visits, lang: str) -> None:
    page = await organise(place, visits, locale=lang)
    card = page.locator(".network-card", has=page.locator('[data-network="anything"]'))

    told = {
        "nl": ["Meteen: ja", "Wissen werkt door: nee", "Buiten de EU: Verenigde Staten", "Kosten: niets"],
        "en": ["At once: yes", "Deletes reach us: no", "Outside the EU: United States", "Cost: nothing"],
    }[lang]
    await expect(card.locator(".chip")).to_have_text(told)
    await expect(card.locator(".chip.warn")).to_have_count(2)
    await expect(card).to_contain_text("sleutel van de beheerder" if lang == "nl" else "key from the administrator")
    await expect(page.locator("#sources form")).to_have_count(0)
    await page.click('[data-network="anything"]')
    await expect(page.locator(".network-facts")).to_contain_text(
        said("organise", "organise.network.deletes.none", lang)
    )


async def test_trial_says_what_it_found_and_adding_keeps_every_option(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    await fill(page)
    await expect(page.locator("#source-tags")).to_have_value("#proefdag")
    await page.get_by_text("Alle berichten", exact=True).click()
    await page.click("#sources summary")
    await page.fill("#source-rooms", "hal\nzaal")
    await page.locator("#source-rooms").blur()
    await page.fill("#source-codes-1", "code van de zaal")
    await page.check("#source-replies")
    await page.fill("#source-since", "2026-11-21T09:00")

    await page.keyboard.press("Enter")
    trial = page.locator(".trial")
    await expect(trial).to_contain_text("3 berichten gevonden, het nieuwste 4 minuten geleden.")
    await expect(trial).to_contain_text(
        "Meteen: ja · Wissen werkt door: nee · Buiten de EU: Verenigde Staten · Kosten: niets"
    )
    await expect(trial).to_contain_text("a.example: werkt, berichten komen meteen")
    await expect(trial.locator(".found-name")).to_have_text(["Anna 1", "Anna 2", "Anna 3"])
    assert place.hall.node.state.sources == {}, "nothing of a trial is kept"
    await trial.get_by_role("button").click()

    await expect(page.locator(".said")).to_contain_text("Alleskunner is toegevoegd.")
    _, options, secrets = only(place)
    assert secrets == {"key": CANARY, "codes": {"zaal": "code van de zaal"}}
    since = await page.evaluate("new Date('2026-11-21T09:00').getTime()")
    assert time_of(str(options.pop("since"))) == since
    assert options == {
        "server": "a.example",
        "tags": ("proefdag",),
        "which": "all",
        "allowed": True,
        "rooms": ("hal", "zaal"),
        "replies": True,
        "pause": 10,
    }
    assert CANARY not in await page.content()
    await removed(place)


def time_of(moment: str) -> float:
    """Milliseconds since 1970."""
    return datetime.fromisoformat(moment).timestamp() * 1000


@pytest.mark.parametrize(
    ("undo", "missing"),
    [("#source-server", "Server"), ("#source-key", "Sleutel"), ("#source-tags", "Hashtags"), ("", "Wij mogen dit")],
)
async def test_what_is_missing_is_named_and_gets_the_focus(
    place: Place, visits: Visits, undo: str, missing: str
) -> None:
    page = await organise(place, visits)
    await fill(page)
    await (page.fill(undo, "") if undo else page.uncheck("#source-allowed"))

    await page.click("#sources form [type=submit]")

    await expect(page.locator("#source-error")).to_have_text(said("organise", "organise.sources.missing", what=missing))
    await expect(page.locator(undo or "#source-allowed")).to_be_focused()


@pytest.mark.parametrize(("lang", "more"), [("nl", ""), ("en", "'fout.example' is no server; write it as a.example")])
async def test_refusal_stands_at_its_field_and_leaves_what_was_typed(
    place: Place, visits: Visits, lang: str, more: str
) -> None:
    page = await organise(place, visits, locale=lang)
    await fill(page)
    await page.fill("#source-server", "fout.example")

    await page.click("#sources form [type=submit]")

    wrong = said("organise", "organise.sources.wrong-word", lang, what="Server", word="fout.example")
    field = page.locator(".field", has=page.locator("#source-server"))
    await expect(field.locator("#source-error")).to_have_text(wrong + more)
    await expect(field.locator("#source-error")).to_be_in_viewport()
    await expect(page.locator("#source-server")).to_be_focused()
    await expect(page.locator("#source-server")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#source-server")).to_have_attribute(
        "aria-describedby", "source-error source-server-hint"
    )
    await expect(page.locator("#source-server")).to_have_value("fout.example")
    await expect(page.locator("#source-key")).to_have_value(CANARY)


async def test_number_out_of_its_bounds_says_which_they_are(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    await fill(page)
    await page.click("#sources form summary")
    await page.fill("#source-pause", "3")

    await page.click("#sources form [type=submit]")

    bounds = said("organise", "organise.sources.between", what="Wacht", least=5, most=60)
    await expect(page.locator("#source-error")).to_have_text(bounds)
    await expect(page.locator("#source-pause")).to_be_focused()


async def test_secret_that_only_the_provider_has_is_asked_for_and_not_called_wrong(
    place: Place, visits: Visits
) -> None:
    page = await organise(place, visits)
    await page.click('[data-network="webhook"]')
    await page.select_option("#source-profile", "twilio")

    await page.click("#sources form [type=submit]")

    await expect(page.locator("#source-error")).to_have_text(
        said("organise", "organise.sources.missing", what="Geheim")
    )
    await expect(page.locator("#source-secret")).to_be_focused()


async def test_field_that_means_something_with_one_choice_alone_stands_there_alone(
    place: Place, visits: Visits
) -> None:
    await removed(place)
    page = await organise(place, visits)
    await page.click('[data-network="webhook"]')
    field = page.locator("#source-verify_token")
    await expect(field).to_be_hidden()

    await page.select_option("#source-profile", "whatsapp")
    await expect(field).to_be_visible()
    await page.fill("#source-secret", CANARY)
    await page.click("#sources form [type=submit]")
    missing = said("organise", "organise.sources.missing", what="Verificatiecode")
    await expect(page.locator("#source-error")).to_have_text(missing)
    await expect(field).to_be_focused()
    await page.fill("#source-verify_token", CANARY)

    await page.select_option("#source-profile", "bearer")
    await expect(field).to_be_hidden()
    await page.click("#sources form [type=submit]")
    await expect(page.locator("#sources .said")).to_have_text(
        said("organise", "organise.sources.added", name="Webhook")
    )
    assert only(place)[2] == {"secret": CANARY}
    await removed(place)


async def test_trial_that_costs_money_says_when_it_may_be_done_again_and_lets_it_be_added(
    place: Place, visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.sources.Estimates", object)  # Here every network asks money.
    monkeypatch.setattr("server.web.sources._estimate", lambda _: None)
    monkeypatch.setattr(place.house.site, "buckets", Buckets())
    page = await organise(place, visits)
    await fill(page)
    for _ in range(2):
        await page.click("#sources form [type=submit]")
        await expect(page.locator(".trial button")).to_have_text(said("organise", "organise.sources.add-it"))

    await page.click("#sources form [type=submit]")

    words = said("organise", "organise.sources.tried-just-now", at="XX:XX").partition("XX:XX")
    await expect(page.locator(".trial")).to_contain_text(words[0])
    await expect(page.locator(".trial")).to_contain_text(words[2])
    await expect(page.locator(".trial button")).to_have_text(said("organise", "organise.sources.add-anyway"))
    await page.locator(".trial button").click()
    await eventually(lambda: bool(place.hall.node.state.sources))
    await removed(place)
    await removed(place)


async def test_trial_that_fails_says_why_and_lets_it_be_added(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    await fill(page)
    await page.fill("#source-server", "stil.example")

    await page.click("#sources form [type=submit]")

    await expect(page.locator(".trial")).to_contain_text(said("organise", "health.what.unreachable"))
    await expect(page.locator(".trial button")).to_have_text(said("organise", "organise.sources.add-anyway"))


async def test_trial_is_gone_when_something_else_is_filled_in(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    await fill(page)
    await page.click("#sources form [type=submit]")
    await page.wait_for_selector(".trial .found")

    await page.fill("#source-tags", "#ander")

    await expect(page.locator(".trial")).to_be_empty()


async def test_trial_that_wants_a_secret_shows_where_it_goes(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    await fill(page)
    await page.click("#sources summary")
    await page.fill("#source-rooms", "hal")
    await page.locator("#source-rooms").blur()
    await page.click("#sources summary")
    await expect(page.locator("#source-codes-0")).to_be_hidden()
    await page.fill("#source-server", "leden.example")

    await page.click("#sources form [type=submit]")

    await expect(page.locator(".trial")).to_contain_text("deze server laat alleen leden lezen; vul een token in")
    await expect(page.locator("#source-codes-0")).to_be_visible()


async def test_source_is_changed_without_its_secret_and_paused_and_removed(place: Place, visits: Visits) -> None:
    options = {"server": "a.example", "key": CANARY, "tags": ["proefdag"], "which": "all", "allowed": True}
    added = await place.holder("organiser").ask("POST", "sources", {"network": "anything", "options": options})
    assert added.status == 201, added
    page = await organise(place, visits)
    row = page.locator("#sources .line.source")
    await expect(row).to_contain_text("#proefdag · a.example")
    await expect(row).to_contain_text("nog geen bericht")

    await expect(page.get_by_role("link", name=said("organise", "organise.sources.stops"))).to_be_visible()

    await row.get_by_role("button", name="Wijzig").click()
    await expect(page.locator("#source-server")).to_have_value("a.example")
    await expect(page.locator("#source-key")).to_have_value("")
    await page.fill("#source-tags", "#ander")
    await page.click("#sources form [type=submit]")
    await page.locator(".trial button").click()
    await expect(row).to_contain_text("#ander · a.example")
    _, kept, secrets = only(place)
    assert (kept["tags"], kept["which"], secrets) == (("ander",), "all", {"key": CANARY})
    await expect(row.get_by_role("button", name="Wijzig")).to_be_focused()

    await row.get_by_role("switch").click()
    await expect(row).to_contain_text(said("organise", "health.off"))
    await row.get_by_role("button", name="Verwijder").click()
    await expect(page.locator("dialog[open]")).to_contain_text("#ander · a.example")
    await page.locator("dialog [value=remove]").click()
    await expect(row).to_have_count(0)
    await expect(page.locator("#sources .said")).to_have_text("Alleskunner is verwijderd.")
    await expect(page.get_by_role("link", name=said("organise", "organise.sources.stops"))).to_be_hidden()
    await expect(page.get_by_role("link", name=said("organise", "organise.sources.where"))).to_be_focused()
    assert place.hall.node.state.sources == {}


async def test_secret_is_asked_again_where_it_would_go_to_another_server(place: Place, visits: Visits) -> None:
    options = {"server": "a.example", "key": CANARY, "tags": ["proefdag"], "allowed": True}
    await place.holder("organiser").ask("POST", "sources", {"network": "anything", "options": options})
    page = await organise(place, visits)
    await page.locator("#sources .line.source").get_by_role("button", name="Wijzig").click()
    await page.fill("#source-server", "evil.example")

    await page.click("#sources form [type=submit]")

    again = said("organise", "organise.sources.secret-again", what="Sleutel")
    await expect(page.locator("#source-error")).to_have_text(again)
    await expect(page.locator("#source-key")).to_be_focused()
    await removed(place)


async def test_network_that_comes_to_us_gets_its_address_and_secret_once(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    await page.click('[data-network="webhook"]')
    await page.click("#sources form [type=submit]")

    told = page.locator(".told")
    await expect(told.locator("code")).to_have_count(2)
    source, _, secrets = only(place)
    address = f"{place.house.site.base_url}/v1/symposia/{SLUG}/hooks/{source}"
    await expect(told.locator("code")).to_have_text([address, secrets["secret"]])
    await expect(told.get_by_role("heading")).to_be_focused()
    await told.get_by_role("button", name=said("organise", "organise.sources.told-done")).click()
    assert secrets["secret"] not in await page.content(), "it was told once"

    row = page.locator("#sources .line.source")
    await row.get_by_role("button", name="Wijzig").click()
    await expect(page.locator("#sources code")).to_have_text(address)
    await page.get_by_label(said("organise", "organise.sources.secret-anew")).check()
    await page.click("#sources form [type=submit]")
    await expect(told.locator("code")).to_have_count(2)
    _, _, anew = only(place)
    first, before = anew["secret"].split()
    await expect(told.locator("code").last).to_have_text(first)
    assert before.startswith(f"{secrets['secret']};until="), "the one before it stays good for a while"
    await removed(place)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("width", [320, 360, 1024])
async def test_sources_pass_axe_and_fit(place: Place, visits: Visits, lang: str, width: int) -> None:
    page = await organise(place, visits, locale=lang, bypass_csp=True, viewport={"width": width, "height": 800})
    found = await looked_at(page)
    await fill(page)
    await page.click("#sources summary")
    await page.click("#sources form [type=submit]")
    await page.wait_for_selector(".trial .found")
    found += await looked_at(page)
    await page.locator(".trial button").click()
    await page.wait_for_selector("#sources .line.source")
    await page.click('[data-network="webhook"]')
    await page.click("#sources form [type=submit]")
    await page.wait_for_selector(".told")

    assert [*found, *await looked_at(page)] == []
    await removed(place)


async def looked_at(page: Page) -> list[str]:
    """What is wrong with the page as it is, in light and dark."""
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = await axe(page, {"type": "tag", "values": TAGS})
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += await axe(page, {"type": "rule", "values": ["color-contrast"]})
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found if wide <= 0 else [*found, f"{wide} px too wide"]


async def test_network_is_chosen_tried_and_left_with_keys_alone(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    choose = page.locator('[data-network="anything"]')
    await choose.focus()

    await page.keyboard.press("Enter")
    await expect(page.locator("#source-server")).to_be_focused()
    await page.keyboard.type("a.example")
    await page.keyboard.press("Enter")
    await expect(page.locator("#source-key")).to_be_focused()
    await page.keyboard.type(CANARY)
    await page.keyboard.press("Enter")
    await expect(page.locator("#source-allowed")).to_be_focused()
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".trial .found")
    await expect(page.locator(".trial h4")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.locator(".trial button")).to_be_focused()
    await page.get_by_role("button", name=said("organise", "organise.sources.others")).focus()
    await page.keyboard.press("Enter")
    await expect(choose).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.locator("#source-server")).to_have_value("a.example")
    await expect(page.locator("#source-key")).to_have_value(CANARY)


@pytest.mark.parametrize("width", [390, 1280])
async def test_what_was_chosen_is_in_sight_from_its_name_on(place: Place, visits: Visits, width: int) -> None:
    page = await organise(place, visits, viewport={"width": width, "height": 800})

    await page.click('[data-network="mastodon"]')

    await expect(page.locator("#sources form h3")).to_be_in_viewport(ratio=1)
    await expect(page.locator("#source-servers")).to_be_in_viewport(ratio=1)
    await expect(page.locator("#source-servers")).to_be_focused()


ILL = {
    "server": "ziek.example",
    "key": CANARY,
    "tags": ["proefdag"],
    "which": "all",
    "allowed": True,
    "replies": False,
    "pause": 10,
}
"""All that its form would send: saving it as it is changes nothing."""


@pytest_asyncio.fixture(loop_scope="session")
async def ill(place: Place) -> AsyncIterator[Path]:
    """A source that was refused, and the file that says that somebody repaired it there."""
    repaired = place.house.config.folder / "plugins" / "anything" / "repaired"
    assert (
        await place.holder("organiser").ask("POST", "sources", {"network": "anything", "options": ILL})
    ).status == 201
    yield repaired
    repaired.unlink(missing_ok=True)
    await removed(place)


async def test_source_that_was_repaired_elsewhere_begins_again_at_a_press(
    place: Place, visits: Visits, ill: Path
) -> None:
    page = await organise(place, visits)
    row = page.locator("#sources .line.source")
    await expect(row).to_contain_text("heeft hulp nodig: het token of de sleutel is geweigerd (ziek.example)")
    ill.touch()

    await row.get_by_role("button", name="Probeer opnieuw").click()

    await expect(row).to_contain_text("werkt · nog geen bericht")
    await expect(page.locator("#sources .said")).to_have_text("Alleskunner begint opnieuw.")
    await expect(row.get_by_role("button", name="Wijzig")).to_be_focused()
    (source,) = place.hall.node.state.sources.values()
    assert source.on


async def test_source_that_was_refused_begins_again_when_it_is_saved_as_it_was(
    place: Place, visits: Visits, ill: Path
) -> None:
    page = await organise(place, visits)
    row = page.locator("#sources .line.source")
    await expect(row).to_contain_text("heeft hulp nodig")
    ill.touch()

    await row.get_by_role("button", name="Wijzig").click()
    await page.click("#sources form [type=submit]")
    await page.locator(".trial button").click()

    await expect(row).to_contain_text("werkt · nog geen bericht")


@pytest.mark.parametrize(("role", "lang"), [("organiser", "nl"), ("moderator", "en")])
async def test_stage_says_which_server_it_is_and_who_can_help(
    place: Place, visits: Visits, ill: Path, role: str, lang: str
) -> None:
    visits.witness.own.add(place.url)
    stage = await visits.open(
        f"{place.url}/{SLUG}/stage#k={place.tokens[role]}", locale=lang, bypass_csp=True, viewport=PHONE_SIZE
    )
    part = stage.locator("#sources-part")
    trouble = said("stage", "health.what.token-refused", lang)
    await expect(part.locator(".line.bad")).to_contain_text(
        f"{said('stage', 'health.needs-attention', lang, what=trouble)} (ziek.example)"
    )
    assert await looked_at(stage) == []

    if role == "moderator":
        await expect(part).to_contain_text(said("stage", "stage.sources-ask", lang))
        return
    await part.get_by_role("link", name=said("stage", "stage.sources-set-up", lang)).click()
    await expect(stage.locator("#sources-title")).to_be_in_viewport()
    await expect(stage.locator("#sources .line.source.bad")).to_be_visible()


async def test_desk_says_that_a_network_needs_help_until_somebody_knows(
    place: Place, visits: Visits, ill: Path
) -> None:
    visits.witness.own.add(place.url)
    desk = await visits.open(f"{place.url}/{SLUG}/desk#k={place.tokens['moderator']}", bypass_csp=True)
    notice = desk.locator("#notices .banner")
    await expect(notice).to_contain_text("1 netwerk heeft hulp nodig: Alleskunner.")
    assert await looked_at(desk) == []

    await notice.get_by_role("button").click()
    await expect(notice).to_have_count(0)
    (source,) = place.hall.node.state.sources
    told = health_facts(place.hall.health[source])
    place.hall.hub.channel(Audience.DESK).pulse("source", source, told, ttl_s=30)
    place.hall.hub.channel(Audience.DESK).pulse("source", "matrix-7", told, ttl_s=30)

    await expect(notice).to_contain_text("1 netwerk heeft hulp nodig: Matrix.")


async def test_what_could_not_be_done_is_said_where_it_was_tried(place: Place, visits: Visits, ill: Path) -> None:
    page = await organise(place, visits)
    row = page.locator("#sources .line.source")
    await expect(row).to_contain_text("heeft hulp nodig")
    await removed(place)

    await row.get_by_role("switch").click()

    await expect(page.locator("#sources .said.error")).to_be_in_viewport()
    await expect(page.locator("#notices")).to_be_empty()


async def test_problem_of_no_field_is_said_at_the_form(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    await fill(page)
    await page.context.set_offline(True)

    await page.click("#sources form [type=submit]")

    await expect(page.locator("#source-error")).to_have_text(said("organise", "fault.offline"))
    await expect(page.locator("#source-error")).to_be_in_viewport()
    await expect(page.locator("#sources form [type=submit]")).to_be_focused()


async def test_cm_gets_an_address_with_the_secret_in_it(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    await page.click('[data-network="webhook"]')
    await page.select_option("#source-profile", "cm")
    await page.click("#sources form [type=submit]")
    await page.wait_for_selector(".told")

    source, _, secrets = only(place)
    hook = f"{place.house.site.base_url}/v1/symposia/{SLUG}/hooks/{source}"
    told = page.locator(".told")
    await expect(told.locator("code")).to_have_text(f"{hook}?token={quote(secrets['secret'], safe='')}")
    await expect(told).to_contain_text("Dit adres werkt alleen op deze computer.")
    await told.get_by_role("button", name=said("organise", "organise.sources.told-done")).click()

    await page.locator("#sources .line.source").get_by_role("button", name="Wijzig").click()
    hint = page.locator("#source-secret-hint")
    await expect(hint).to_have_text(said("organise", "organise.sources.secret-kept"))
    await removed(place)


async def test_who_brings_a_message_decides_where_it_is_kept_and_the_page_says_so(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    card = page.locator(".network-card", has=page.locator('[data-network="webhook"]'))
    await expect(card.locator(".chip", has_text="Buiten de EU")).to_have_text("Buiten de EU: hangt af van je keuze")
    await expect(card.locator(".chip", has_text="Kosten")).to_have_text("Kosten: hangt af van je keuze")

    await page.click('[data-network="webhook"]')
    facts = page.locator(".network-facts")
    await expect(facts).not_to_contain_text("Verenigde Staten")
    await page.select_option("#source-profile", "whatsapp")
    await expect(facts).to_contain_text("Ja, er gaan gegevens naar: Verenigde Staten.")
    await page.select_option("#source-profile", "bird")
    await expect(facts).to_contain_text("een Nederlands bedrijf")
    await expect(facts).not_to_contain_text("Verenigde Staten")


async def test_who_names_the_servers_decides_in_which_country_they_stand_and_the_page_says_so(
    place: Place, visits: Visits
) -> None:
    page = await organise(place, visits)
    card = page.locator(".network-card", has=page.locator('[data-network="matrix"]'))
    await expect(card.locator(".chip", has_text="Buiten de EU")).to_have_text("Buiten de EU: hangt af van de server")

    await page.click('[data-network="matrix"]')

    about = page.locator("#sources .network-facts div", has_text="Buiten de EU")
    await expect(about.locator("dd")).to_have_text(said("organise", "organise.network.outside.server"))


@pytest.mark.parametrize("width", [320, 1440])
async def test_page_says_in_one_line_who_needs_help_and_leads_to_a_missing_post(
    place: Place, visits: Visits, width: int
) -> None:
    organiser = place.holder("organiser")
    options = {"server": "a.example", "key": CANARY, "tags": ["proef"], "allowed": True}
    for _ in range(2):
        assert (await organiser.ask("POST", "sources", {"network": "anything", "options": options})).status == 201
    first, second = place.hall.node.state.sources
    await eventually(lambda: place.hall.health.get(second) is not None and place.hall.health.get(first) is not None)
    await organiser.ask("PATCH", f"sources/{second}", {"on": False})

    page = await organise(place, visits, viewport={"width": width, "height": 800})
    await expect(page.locator(".in-all")).to_have_text("1 netwerk werkt.")
    await expect(page.locator(".line.source").first).to_contain_text("werkt · nog geen bericht")
    await expect(page.locator(".line.source").last).to_contain_text("uit")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    await page.click(f"text={said('organise', 'organise.sources.where')}")
    await expect(page.locator("dialog[open]")).to_contain_text(said("desk", "desk.where.title"))
    await removed(place)
