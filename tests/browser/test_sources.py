"""The organiser's page, where posts come from: choosing, trying, adding, changing and removing a network."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from server.symposium.views import source_body
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import Visits, said
from tests.house import SLUG, Place, eventually

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

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
import asyncio, time

class Source:
    network = "{id}"
    def __init__(self, source, options):
        self.id, self.options = source, options
    async def events(self, cursor):
        while True:
            yield Health(condition=Condition.OK, counts={{"posts": 3}}), cursor
            await asyncio.sleep(60)
    async def recheck(self, native_ids):
        return ()
    async def check(self):
        if self.options.get("server") == "stil.example":
            return Trial(findings=(Finding(where="stil.example", what="unreachable"),))
        found = tuple(self.post(n) for n in (3, 1, 2))
        slow = Finding(where="b.example", what="too-slow")
        return Trial(findings=(Finding(where="a.example", streams=True, posts=found), slow))
    def post(self, n):
        created = int((time.time() - n * 240) * 1e6)
        ids = {{"native_id": str(n), "uri": f"x:{{n}}", "author_id": "a"}}
        return NetworkPost(**ids, name=f"Anna {{n}}", text=f"Bericht {{n}} #proefdag", created=created)

def create(source, options, tools):
    if options.get("server") == "fout.example":
        raise BadInput("server: no such place", field="server")
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
        "nl": ["Meteen: ja", "Wissen: nee", "Buiten de EU: Verenigde Staten", "Kosten: niets"],
        "en": ["At once: yes", "Deletes: no", "Outside the EU: United States", "Cost: nothing"],
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
    await expect(trial).to_contain_text("Meteen: ja · Wissen: nee · Buiten de EU: Verenigde Staten · Kosten: niets")
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


async def test_refusal_names_the_field_and_leaves_what_was_typed(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    await fill(page)
    await page.fill("#source-server", "fout.example")

    await page.click("#sources form [type=submit]")

    wrong = said("organise", "organise.sources.wrong-field", what="Server")
    await expect(page.locator("#source-error")).to_contain_text(wrong)
    await expect(page.locator("#source-server")).to_be_focused()
    await expect(page.locator("#source-server")).to_have_value("fout.example")
    await expect(page.locator("#source-key")).to_have_value(CANARY)


async def test_trial_that_fails_says_why_and_lets_it_be_added(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    await fill(page)
    await page.fill("#source-server", "stil.example")

    await page.click("#sources form [type=submit]")

    await expect(page.locator(".trial")).to_contain_text(said("organise", "health.what.unreachable"))
    await expect(page.locator(".trial button")).to_have_text(said("organise", "organise.sources.add-anyway"))


async def test_source_is_changed_without_its_secret_and_paused_and_removed(place: Place, visits: Visits) -> None:
    options = {"server": "a.example", "key": CANARY, "tags": ["proefdag"], "which": "all", "allowed": True}
    added = await place.holder("organiser").ask("POST", "sources", {"network": "anything", "options": options})
    assert added.status == 201, added
    page = await organise(place, visits)
    row = page.locator("#sources .line.source")
    await expect(row).to_contain_text("#proefdag · a.example")
    await expect(row).to_contain_text("nog geen bericht")

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
    await page.locator("dialog [value=remove]").click()
    await expect(row).to_have_count(0)
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
    await page.get_by_role("button", name=said("organise", "organise.sources.others")).focus()
    await page.keyboard.press("Enter")
    await expect(choose).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.locator("#source-server")).to_have_value("a.example")
    await expect(page.locator("#source-key")).to_have_value(CANARY)


async def test_who_brings_a_message_decides_where_it_is_kept_and_the_page_says_so(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    card = page.locator(".network-card", has=page.locator('[data-network="webhook"]'))
    await expect(card.locator(".chip", has_text="Buiten de EU")).to_have_text("Buiten de EU: hangt af van je keuze")

    await page.click('[data-network="webhook"]')
    facts = page.locator(".network-facts")
    await expect(facts).not_to_contain_text("Verenigde Staten")
    await page.select_option("#source-profile", "whatsapp")
    await expect(facts).to_contain_text("Ja, er gaan gegevens naar: Verenigde Staten.")
    await page.select_option("#source-profile", "bird")
    await expect(facts).to_contain_text("een Nederlands bedrijf")
    await expect(facts).not_to_contain_text("Verenigde Staten")


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
