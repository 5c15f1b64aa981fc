"""A hook tells how it goes; it fetches nothing."""

from __future__ import annotations

import asyncio
import random
from contextlib import aclosing

import aiohttp
import pytest

from server.errors import BadInput
from server.sources.contract import Condition, Event, Health, Tools
from server.sources.manifest import BUILT_IN, facts_of, load, read_manifest
from server.sources.webhook import heard
from server.sources.webhook.heard import heard_of
from server.sources.webhook.options import NUMBERED, Profile, new_secret, parse_options, rotated
from server.sources.webhook.source import WebhookSource
from server.symposium.values import SourceId

HOOK = SourceId("webhook-1")


def made(secret: str) -> WebhookSource:
    return WebhookSource(HOOK, parse_options({"profile": "standard", "secret": secret}))


def health(event: Event) -> Health:
    assert isinstance(event, Health)
    return event


async def test_counts_what_came_in_and_tells_at_once() -> None:
    secret = new_secret()
    door = heard_of(HOOK, parse_options({"profile": "standard", "secret": secret}).secrets)

    async with aclosing(made(secret).events("5")) as events:
        first, cursor = await anext(events)
        door.note(posts=1)
        door.refuse("bad-signature")
        async with asyncio.timeout(5):
            later, _ = await anext(events)

    assert (cursor, health(first).condition, dict(health(first).counts)) == (
        "5", Condition.OK, {"posts": 0, "refused": 0, "leftOut": 0},
    )  # fmt: skip
    assert (health(later).condition, dict(health(later).counts)) == (
        Condition.OK, {"posts": 1, "refused": 1, "leftOut": 0},
    )  # fmt: skip


async def test_only_wrong_signatures_need_attention() -> None:
    """One good one shows that the secret is right: the others are strangers then."""
    secret = new_secret()
    door = heard_of(HOOK, parse_options({"profile": "standard", "secret": secret}).secrets)

    async with aclosing(made(secret).events(None)) as events:
        await anext(events)
        door.refuse("bad-signature")
        wrong, _ = await anext(events)
        door.note()
        right, _ = await anext(events)

    assert (health(wrong).condition, health(wrong).what) == (Condition.NEEDS_ATTENTION, "bad-signature")
    assert (health(right).condition, health(right).what) == (Condition.OK, "")


@pytest.mark.parametrize(
    ("why", "what"),
    [
        pytest.param("bad-signature", "bad-signature", id="another-secret"),
        pytest.param("stale-signature", "stale-signature", id="another-clock"),
        pytest.param("", "", id="not-signed"),
    ],
)
async def test_stranger_calls_nobody_to_a_hook(why: str, what: str) -> None:
    """Whoever knows the address can send anything: it is counted, and that is all."""
    source = made(secret := new_secret())

    heard_of(HOOK, parse_options({"profile": "standard", "secret": secret}).secrets).refuse(why)
    async with aclosing(source.events(None)) as events:
        event, _ = await anext(events)

    assert (health(event).what, health(event).counts["refused"]) == (what, 1)
    assert health(event).condition is (Condition.NEEDS_ATTENTION if what else Condition.OK)


async def test_hook_without_a_secret_needs_attention() -> None:
    async with aclosing(made("").events(None)) as events:
        event, _ = await anext(events)

    assert (health(event).condition, health(event).what) == (Condition.NEEDS_ATTENTION, "no-secret")


async def test_there_is_nothing_to_look_at() -> None:
    source = made(new_secret())

    assert (await source.check()).works
    assert await source.recheck(["webhook-1/1"]) == ()


def test_counts_go_on_when_the_secret_changes_and_belong_to_one_hook() -> None:
    old = new_secret()
    new = rotated(old, new_secret(), 0)
    secrets = [parse_options({"profile": "standard", "secret": each}).secrets for each in (old, new, new_secret())]
    before = heard_of(HOOK, secrets[0])

    assert heard_of(HOOK, secrets[1]) is before
    assert heard_of(HOOK, secrets[1][:1]) is before
    assert heard_of(HOOK, secrets[2]) is not before
    assert heard_of(SourceId("webhook-2"), secrets[0]) is not before


def test_what_was_heard_is_bounded() -> None:
    for _ in range(heard._MAX + 10):
        heard_of(HOOK, parse_options({"profile": "standard", "secret": new_secret()}).secrets)

    assert len(heard._heard) == heard._MAX


# Its folder


def test_manifest_offers_each_profile_that_there_is() -> None:
    manifest = read_manifest(BUILT_IN / "webhook")

    (profile,) = (option for option in manifest.options if option.name == "profile")
    assert {choice.value for choice in profile.choices} == set(Profile)
    assert manifest.facts.push
    for choice in profile.choices:
        assert all(choice.label[lang] for lang in ("nl", "en"))


@pytest.mark.parametrize("profile", Profile)
def test_each_profile_says_where_its_messages_are_kept(profile: Profile) -> None:
    facts = facts_of(read_manifest(BUILT_IN / "webhook"), {"profile": profile.value})

    abroad = {Profile.WHATSAPP: "US", Profile.TWILIO: "US"}
    assert facts.third_country == abroad.get(profile, "")
    assert facts.deletes == ("none" if profile in NUMBERED else "live")
    assert (facts.push, facts.live) == (True, True)


async def test_folder_makes_a_source_or_says_what_is_wrong() -> None:
    create = load(BUILT_IN / "webhook")
    async with aiohttp.ClientSession() as session:
        tools = Tools(session=session, now=lambda: 0.0, rng=random.Random(5))

        source = create(HOOK, {"profile": "standard", "secret": new_secret()}, tools)
        with pytest.raises(BadInput):
            create(HOOK, {"profile": "twilio"}, tools)

    assert (source.id, source.network) == (HOOK, "webhook")
