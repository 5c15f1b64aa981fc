"""What phones may count on: `POST …/posts`, `…/media`, `…/own`, `DELETE …/posts/{id}`, and the form."""

from __future__ import annotations

import asyncio
import io
import json
import re
import uuid
from collections import Counter
from collections.abc import Callable

import pytest
from PIL import Image

from server.symposium.values import DeviceId
from tests.house import SLUG, Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

PENDING_CAP = 5
BURST = 6
"""Posts that one device may send at once: `limits.POSTS`."""


async def test_post_answers_201_with_what_the_phone_needs(place: Place) -> None:
    answer = await place.visitor().post("Goed verhaal!", name="Anneke")

    body = answer.json
    assert answer.status == 201
    assert set(body) == {"id", "revision", "status", "receipt"}
    assert re.fullmatch("[a-z2-7]{16}", body["id"])
    assert (body["revision"], body["status"]) == (1, "held")


async def test_post_of_an_unknown_phone_gets_a_device_that_owns_it(place: Place) -> None:
    phone = place.visitor()

    post = (await phone.post("Mijn eerste")).json["id"]

    own = (await phone.get("own")).json["posts"]
    assert [p["id"] for p in own] == [post]
    assert own[0] | {"received": 0} == {
        "id": post,
        "revision": 1,
        "status": "held",
        "onScreen": False,
        "reason": None,
        "text": "Mijn eerste",
        "name": "",
        "media": [],
        "received": 0,
        "decidedAt": None,
        "endedAt": None,
        "question": False,
        "poll": None,
        "to": "",
    }
    assert (await place.visitor().get("own")).json == {"posts": [], "votes": {}, "wanted": []}


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        pytest.param({"text": "", "consent": True}, 422, "empty", "$.text", id="empty"),
        pytest.param({"text": " \u200b\n ", "consent": True}, 422, "empty", "$.text", id="nothing-to-see"),
        pytest.param({"text": "a" * 501, "consent": True}, 422, "too-long", "$.text", id="too-long"),
        pytest.param({"text": "Ja", "consent": False}, 422, "consent", "$.consent", id="no-consent"),
        pytest.param({"text": "Ja"}, 422, "bad-input", "$", id="consent-missing"),
        pytest.param({"text": "Ja", "consent": "yes"}, 422, "bad-input", "$.consent", id="consent-as-text"),
        pytest.param({"text": 5, "consent": True}, 422, "bad-input", "$.text", id="text-as-number"),
        pytest.param({"text": "Ja", "consent": True, "admin": 1}, 422, "bad-input", "$", id="unknown-field"),
        pytest.param({"text": "Ja", "consent": True, "session": "x" * 65}, 422, "bad-input", "$.session", id="session"),
        pytest.param(
            {"text": "Ja", "consent": True, "media": [{"id": "0" * 64}]},
            422,
            "unknown-picture",
            "$.media[0].id",
            id="somebody-elses-picture",
        ),
        pytest.param(
            {"text": "Ja", "consent": True, "media": [{"id": "x"}] * 5},
            422,
            "too-many-photos",
            "$.media",
            id="five-pictures",
        ),
    ],
)
async def test_post_that_cannot_be_one_is_refused(
    place: Place, body: dict[str, object], status: int, code: str, field: str
) -> None:
    before = place.seq

    answer = await place.visitor().ask("POST", "posts", body)

    assert (answer.status, answer.code, answer.json.get("field")) == (status, code, field)
    assert place.seq == before


async def test_post_keeps_hostile_characters_harmless(place: Place) -> None:
    text = "<script>alert(1)</script> \u202egnp.exe\x00\x07 &amp; {{7*7}}"
    phone = place.visitor()

    await phone.post(text)

    kept = (await phone.get("own")).json["posts"][0]["text"]
    assert kept == "<script>alert(1)</script> gnp.exe &amp; {{7*7}}"


async def test_post_of_ten_thousand_emoji_is_too_long(place: Place) -> None:
    body = json.dumps({"text": "😀" * 10_000, "consent": True}, ensure_ascii=False).encode()

    answer = await place.visitor().ask("POST", "posts", data=body, headers={"Content-Type": "application/json"})

    assert (answer.status, answer.code) == (422, "too-long")


async def test_post_counts_what_a_reader_counts(place: Place) -> None:
    """Five hundred brown thumbs are five hundred signs, though each is two code points and eight bytes."""
    body = json.dumps({"text": "👍🏽" * 500, "consent": True}, ensure_ascii=False).encode()

    answer = await place.visitor().ask("POST", "posts", data=body, headers={"Content-Type": "application/json"})

    assert answer.status == 201


async def test_repeated_key_with_the_same_body_gets_the_same_answer(place: Place) -> None:
    phone, key = place.visitor(), str(uuid.uuid4())
    first = await phone.post("Een keer", key=key)

    again = [await phone.post("Een keer", key=key) for _ in range(BURST + 2)]

    assert {(a.status, a.body) for a in again} == {(first.status, first.body)}
    assert len((await phone.get("own")).json["posts"]) == 1


async def test_repeated_key_costs_no_entry(place: Place) -> None:
    phone, key = place.visitor(), str(uuid.uuid4())
    await phone.post("Een keer", key=key)
    before = place.seq

    await phone.post("Een keer", key=key)

    assert place.seq == before


async def test_repeated_key_with_another_body_is_refused(place: Place) -> None:
    """Source: the IETF draft on the Idempotency-Key header: a key used again for something else is 422."""
    phone, key = place.visitor(), str(uuid.uuid4())
    await phone.post("Een keer", key=key)

    answer = await phone.post("Iets anders", key=key)

    assert (answer.status, answer.code) == (422, "request-reused")


async def test_key_of_one_phone_says_nothing_of_anothers(place: Place) -> None:
    key = str(uuid.uuid4())
    mine, theirs = place.visitor(), place.visitor()

    answers = [await mine.post("Van mij", key=key), await theirs.post("Van hen", key=key)]

    assert [a.status for a in answers] == [201, 201]
    assert answers[0].json["id"] != answers[1].json["id"]


async def test_twenty_posts_at_once_with_one_key_make_exactly_one(place: Place) -> None:
    phone, key = place.visitor(), str(uuid.uuid4())
    await phone.get(f"/{SLUG}")  # the page gives the device its cookie

    answers = await asyncio.gather(*(phone.post("Een keer", key=key) for _ in range(20)))

    statuses = Counter(a.status for a in answers)
    assert statuses[201] >= 1
    assert set(statuses) <= {201, 409, 429}
    assert len({a.json["id"] for a in answers if a.status == 201}) == 1
    assert len((await phone.get("own")).json["posts"]) == 1


@pytest.mark.parametrize("key", ["short", "x" * 201])
async def test_key_that_cannot_be_one_is_refused(place: Place, key: str) -> None:
    answer = await place.visitor().post("Ja", key=key)

    assert (answer.status, answer.code, answer.json["field"]) == (422, "bad-key", "Idempotency-Key")


async def test_key_of_a_post_with_a_picture_is_answered_after_the_upload_was_forgotten(
    place: Place, drawn: Callable[..., bytes]
) -> None:
    """As after a restart: the phone never heard its 201, and its picture waits for no post any more."""
    phone, key = place.visitor(), str(uuid.uuid4())
    picture = (await phone.upload(drawn())).json["id"]
    first = await phone.post("Kijk", key=key, media=[{"id": picture, "alt": "Een plaat"}])
    place.hall.uploads.clear()

    again = await phone.post("Kijk", key=key, media=[{"id": picture, "alt": "Een plaat"}])

    assert (again.status, again.body) == (201, first.body)


# Limits


async def test_flood_of_one_phone_never_passes_the_pending_cap(place: Place) -> None:
    phone = place.visitor()

    with place.no_refill():
        answers = [await phone.post(f"Nummer {n}") for n in range(30)]

    statuses = [a.status for a in answers]
    refusals = [a for a in answers if a.status != 201]
    assert statuses == [201] * PENDING_CAP + [429] * 25
    assert refusals[0].code == "pending-cap"
    assert {a.code for a in refusals} == {"pending-cap", "rate"}
    assert all(int(a.headers["Retry-After"]) == a.json["retryAfter"] >= 1 for a in refusals)
    assert len((await phone.get("own")).json["posts"]) == PENDING_CAP


@pytest.mark.slow
async def test_five_hundred_phones_behind_one_address_are_all_let_in(place: Place) -> None:
    """Trust A9: a hall is one address. No phone is refused for its neighbours."""
    waiting = len(place.hall.node.state.held)

    answers = await asyncio.gather(*(place.visitor().post(f"Hallo van telefoon {n}") for n in range(500)))

    assert Counter(a.status for a in answers) == {201: 500}
    assert len(place.hall.node.state.held) == waiting + 500


# Pictures


async def test_picture_is_encoded_anew_and_can_be_posted(place: Place, drawn: Callable[..., bytes]) -> None:
    phone, original = place.visitor(), drawn(size=(1_000, 700))

    uploaded = await phone.upload(original)
    posted = await phone.post("Kijk", media=[{"id": uploaded.json["id"], "alt": "Een plaat"}])

    assert uploaded.status == 201
    assert set(uploaded.json) == {"id", "width", "height"}
    assert (uploaded.json["width"], uploaded.json["height"]) == (1_000, 700)
    assert posted.status == 201
    body = place.hall.node.state.bodies[place.hall.node.state.posts[posted.json["id"]].body]
    assert uploaded.json["id"].encode() in body


async def test_picture_of_another_phone_cannot_be_posted(place: Place, drawn: Callable[..., bytes]) -> None:
    picture = (await place.visitor().upload(drawn())).json["id"]

    answer = await place.visitor().post("Kijk", media=[{"id": picture, "alt": ""}])

    assert (answer.status, answer.code) == (422, "unknown-picture")


# Withdrawing


async def test_own_post_is_withdrawn_by_its_phone(place: Place) -> None:
    phone = place.visitor()
    post = (await phone.post("Toch niet")).json["id"]

    answer = await phone.ask("DELETE", f"posts/{post}")

    assert (answer.status, answer.json) == (200, {"id": post, "status": "withdrawn"})
    assert (await phone.ask("DELETE", f"posts/{post}")).status == 200, "once more says the same"


async def test_post_is_withdrawn_with_its_receipt(place: Place) -> None:
    made = (await place.visitor().post("Toch niet")).json

    answer = await place.visitor().ask("DELETE", f"posts/{made['id']}", headers={"Fontein-Receipt": made["receipt"]})

    assert (answer.status, answer.json["status"]) == (200, "withdrawn")


@pytest.mark.parametrize("receipt", [None, "", "wrong", "a" * 500], ids=["none", "empty", "wrong", "long"])
async def test_post_of_somebody_else_cannot_be_withdrawn(place: Place, receipt: str | None) -> None:
    post = await place.arrive()
    stranger = place.visitor()
    await stranger.post("Ik ben een ander")
    headers = {} if receipt is None else {"Fontein-Receipt": receipt}
    before = place.seq

    answer = await stranger.ask("DELETE", f"posts/{post.id}", headers=headers)

    assert (answer.status, answer.code) == (404, "not-yours")
    assert (place.seq, post.status) == (before, "held")


async def test_receipt_of_one_post_fits_no_other(place: Place) -> None:
    receipt = (await place.visitor().post("Mijn bericht")).json["receipt"]
    other = await place.arrive()

    answer = await place.visitor().ask("DELETE", f"posts/{other.id}", headers={"Fontein-Receipt": receipt})

    assert (answer.status, other.status) == (404, "held")


async def test_erased_post_cannot_be_withdrawn_and_says_what_it_is(place: Place) -> None:
    phone = place.visitor()
    post = (await phone.post("Weg ermee")).json["id"]
    await place.holder("organiser").ask("POST", "erasures", {"posts": [post]})

    answer = await phone.ask("DELETE", f"posts/{post}")

    assert (answer.status, answer.json) == (200, {"id": post, "status": "erased"})


# A banned author is never told


async def test_banned_author_still_reads_held(place: Place) -> None:
    phone = place.visitor()
    first = (await phone.post("Flauwekul")).json["id"]
    await place.holder("moderator").ask("POST", "bans", {"post": first, "earlier": True})

    answer = await phone.post("Nog meer flauwekul")

    assert (answer.status, answer.json["status"]) == (201, "held")
    assert [p["status"] for p in (await phone.get("own")).json["posts"]] == ["held", "held"]


# Without JavaScript


async def test_form_posts_and_leads_back_to_the_page(place: Place) -> None:
    phone = place.visitor()
    await phone.get(f"/{SLUG}")

    answer = await phone.ask("POST", f"/{SLUG}", data={"text": "Zonder script", "name": "", "consent": "true"})

    assert (answer.status, answer.headers["Location"]) == (303, f"/{SLUG}?sent=1#mine")
    assert [p["text"] for p in (await phone.get("own")).json["posts"]] == ["Zonder script"]


async def test_form_without_a_cookie_gets_a_device(place: Place) -> None:
    phone = place.visitor()

    answer = await phone.ask("POST", f"/{SLUG}", data={"text": "Zonder koekje", "consent": "true"})

    assert answer.status == 303
    assert len((await phone.get("own")).json["posts"]) == 1


@pytest.mark.parametrize("fields", [{"text": "", "consent": "true"}, {"text": "Ja"}], ids=["empty", "no-consent"])
async def test_form_that_fails_is_a_page_again(place: Place, fields: dict[str, str]) -> None:
    answer = await place.visitor().ask("POST", f"/{SLUG}", data=fields)

    assert answer.status == 422
    assert answer.headers["Content-Type"].startswith("text/html")


async def test_form_sent_twice_from_one_page_posts_once_and_other_words_are_another_post(place: Place) -> None:
    phone = place.visitor()
    body = (await phone.get(f"/{SLUG}")).body.decode()
    found = re.search(r'name="key" value="([0-9a-f]{16})"', body)
    assert found is not None
    fields = {"name": "", "consent": "true", "key": found[1]}

    for words in ("Twee keer getikt", "Twee keer getikt", "Daarna terug, en iets anders"):
        answer = await phone.ask("POST", f"/{SLUG}", data={**fields, "text": words})
        assert answer.status == 303

    own = (await phone.get("own")).json["posts"]
    assert [post["text"] for post in own] == ["Daarna terug, en iets anders", "Twee keer getikt"]


async def test_form_tells_who_sends_too_much_when_to_come_back(place: Place) -> None:
    phone = place.visitor()
    answers = [
        await phone.ask("POST", f"/{SLUG}", data={"text": f"Nummer {n}", "name": "Oma", "consent": "true"})
        for n in range(6)
    ]

    assert [answer.status for answer in answers] == [303] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    page = answers[-1].body.decode()
    assert ">Nummer 5</textarea>" in page
    assert 'value="Oma"' in page


async def test_own_posts_stand_in_the_page_that_the_form_leads_to_and_in_no_other(place: Place) -> None:
    phone = place.visitor()
    await phone.ask("POST", f"/{SLUG}", data={"text": "<b>Van mij</b>", "consent": "true"})

    pages = {query: (await phone.get(f"/{SLUG}{query}")) for query in ("", "?own=1", "?sent=1")}

    assert {query: "&lt;b&gt;Van mij" in page.body.decode() for query, page in pages.items()} == {
        "": False,
        "?own=1": True,
        "?sent=1": True,
    }
    assert {query: "Fontein-Shell" in page.headers for query, page in pages.items()} == {
        "": True,
        "?own=1": False,
        "?sent=1": False,
    }
    assert "Van mij</b>" not in (await place.visitor().get(f"/{SLUG}?own=1")).body.decode()


async def test_form_withdraws_own_post_only(place: Place) -> None:
    phone, stranger = place.visitor(), place.visitor()
    await stranger.get(f"/{SLUG}")
    await phone.ask("POST", f"/{SLUG}", data={"text": "Toch niet", "consent": "true"})
    post = (await phone.get("own")).json["posts"][0]["id"]

    theirs = await stranger.ask("POST", f"/{SLUG}", data={"withdraw": post})
    before = (await phone.get("own")).json["posts"][0]["status"]
    own = await phone.ask("POST", f"/{SLUG}", data={"withdraw": post})

    assert (theirs.status, before) == (303, "held")
    assert (own.status, own.headers["Location"]) == (303, f"/{SLUG}?own=1#mine")
    assert (await phone.get("own")).json["posts"][0]["status"] == "withdrawn"


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example"])
async def test_form_of_another_site_is_refused(place: Place, origin: str | None) -> None:
    before = place.seq

    answer = await place.visitor(origin=origin).ask("POST", f"/{SLUG}", data={"text": "CSRF", "consent": "true"})

    assert (answer.status, answer.code) == (403, "origin")
    assert place.seq == before


async def test_device_that_was_forged_is_nobody(place: Place) -> None:
    device, value = place.house.site.keyring.new_device()
    name = f"fontein-device-{place.hall.node.epoch}"
    await place.arrive("Van dit toestel", device=device)
    forged = f"{device}.{'a' * 26}"

    real = await place.visitor(cookies={name: value}).get("own")
    fake = await place.visitor(cookies={name: forged}).get("own")

    assert len(real.json["posts"]) == 1
    assert fake.json == {"posts": [], "votes": {}, "wanted": []}
    assert DeviceId(device) in place.hall.node.state.devices


@pytest.mark.parametrize(("lang", "short"), [("nl", "Meedoen"), ("en", "Join")])
async def test_manifest_names_the_symposium_and_icons_that_are_there(place: Place, lang: str, short: str) -> None:
    answer = await place.visitor().get(f"/{SLUG}/manifest.webmanifest?lang={lang}")

    facts = answer.json
    assert answer.headers["Content-Type"].startswith("application/manifest+json")
    assert (facts["lang"], facts["start_url"], facts["display"]) == (lang, f"/{SLUG}", "standalone")
    assert facts["short_name"] in (short, facts["name"])
    for icon in facts["icons"]:
        picture = Image.open(io.BytesIO((await place.visitor().get(icon["src"])).body)).convert("RGBA")
        width = picture.width
        assert f"{width}x{picture.height}" == icon["sizes"]
        # The sign's own colours: water in its stem, and paper around.
        for y, colour in ((width // 2, (0x00, 0x61, 0x6D)), (width // 40, (0xF4, 0xF6, 0xF6))):
            seen = picture.getpixel((width // 2, y))
            assert isinstance(seen, tuple)
            assert all(abs(a - b) <= 2 for a, b in zip(seen, colour, strict=False)), (icon, y, seen)


async def test_text_page_has_the_posts_in_it_for_who_has_no_script_and_else_not(place: Place) -> None:
    await place.show("<i>Voor iedereen</i>")
    await place.arrive("Nog niet bekeken")

    plain = await place.visitor().get(f"/{SLUG}/text?plain=1")
    usual = await place.visitor().get(f"/{SLUG}/text")

    assert b"&lt;i&gt;Voor iedereen" in plain.body
    assert b"Nog niet bekeken" not in plain.body
    assert b"Voor iedereen" not in usual.body
    assert "Fontein-Shell" in usual.headers
    assert "Fontein-Shell" not in plain.headers
