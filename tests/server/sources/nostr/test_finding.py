"""One note by its address, at relays on loopback, in virtual time."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import NotFound
from server.sources.backoff import SourceUnavailable
from server.sources.contract import NetworkPost
from server.sources.nostr import names
from server.sources.nostr.finding import event_at
from server.whereabouts import CanFind
from tests.server.sources import virtual
from tests.server.sources.nostr.relay import ANNA, EVIL, Json, NostrRelay, source_for

ID = "5c83da77af1dec6d7289834998ad7aafbd9e2191396d75ec3cc27f5a77226f36"


def _nevent(event_id: str) -> str:
    """With a relay that it names first, as some programs write it."""
    relay = b"wss://relay.example"
    return names.bech32("nevent", bytes([1, len(relay)]) + relay + bytes([0, 32]) + bytes.fromhex(event_id))


@pytest.mark.parametrize(
    "address",
    [
        names.written("note", ID),
        f"nostr:{names.written('note', ID)}",
        _nevent(ID),
        f"nostr:{_nevent(ID)}",
        f"https://njump.me/{_nevent(ID)}",
        f"https://primal.net/e/{names.written('note', ID)}",
        f"https://primal.net/e/{ID}",
        f"https://snort.social/{_nevent(ID).upper()}/",
        f"  {ID.upper()}\n",
        f"nostr:{ID}",
        f"https://mostr.pub/objects/{ID}",
    ],
)
def test_every_address_of_a_note_says_which_it_is(address: str) -> None:
    assert event_at(address) == ID


@given(st.binary(min_size=32, max_size=32))
def test_any_id_is_read_back_from_what_people_pass_on(event_id: bytes) -> None:
    written = names.written("note", event_id.hex())

    assert [event_at(written), event_at(_nevent(event_id.hex()))] == [event_id.hex()] * 2


@given(st.text(max_size=100) | st.text("note1nevent1qpzry9x8gf2tvdw0s3jn54khce6mua7l:/.", max_size=200))
def test_any_text_is_an_address_or_none(text: str) -> None:
    found = event_at(text)

    assert found is None or len(bytes.fromhex(found)) == 32


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nostr:",
        names.written("npub", ID),
        "https://social.example/@anna/112233",
        ID[:-1],
        f"{ID}/x",
        "note1é",
        f"{ID}0",
    ],
)
def test_address_of_something_else_is_of_no_note(address: str) -> None:
    assert event_at(address) is None


async def _found(*events: Json, at: str, down: int = 0, relays: int = 2) -> NetworkPost | None:
    """What is found where the last relay has these."""
    async with NostrRelay().serving() as empty, NostrRelay().serving() as full:
        await full.publish(*events)
        asked = [empty, full][-relays:]
        for relay in asked[:down]:
            relay.refuses = {"stored": "error: not today"}
        source = source_for(*asked)
        assert isinstance(source, CanFind)
        return await source.find(at)


def test_note_is_found_with_its_authors_newest_name_whatever_its_hashtags() -> None:
    async def scenario() -> NetworkPost | None:
        note = ANNA.note("lang geleden", tag="anders", ago_s=400 * 86_400)
        old = ANNA.signed(0, '{"name":"Anneke"}', [], ago_s=500 * 86_400)
        return await _found(note, ANNA.profile(), old, EVIL.profile(), at=names.written("note", note["id"]))

    post = virtual.run(scenario())

    assert post is not None
    assert (post.text, post.name, post.tags) == ("lang geleden #anders", "anna", ("anders",))


def test_address_of_another_network_is_no_question_for_a_relay() -> None:
    async def scenario() -> tuple[NetworkPost | None, int]:
        async with NostrRelay().serving() as relay:
            source = source_for(relay)
            assert isinstance(source, CanFind)
            return await source.find("https://social.example/@anna/112233"), len(relay.connections)

    assert virtual.run(scenario()) == (None, 0)


def test_note_that_no_relay_has_is_not_found() -> None:
    assert virtual.run(_found(at=ID)) is None


def test_only_notes_are_found() -> None:
    async def scenario() -> NetworkPost | None:
        return await _found(repost := ANNA.signed(6, "x", []), at=repost["id"])

    assert virtual.run(scenario()) is None


def test_forged_note_is_not_found() -> None:
    async def scenario() -> NetworkPost | None:
        return await _found((note := ANNA.note()) | {"content": "vals"}, at=note["id"])

    assert virtual.run(scenario()) is None


@pytest.mark.parametrize("deleted_by", [ANNA, EVIL])
def test_note_that_its_own_author_deleted_is_not_found(deleted_by: object) -> None:
    async def scenario() -> NetworkPost | None:
        note = ANNA.note()
        assert deleted_by in (ANNA, EVIL)
        deletion = (ANNA if deleted_by is ANNA else EVIL).deletion(note)
        return await _found(note, deletion, at=note["id"])

    assert (virtual.run(scenario()) is None) == (deleted_by is ANNA)


def test_answer_of_an_author_to_their_own_note_does_not_delete_it() -> None:
    async def scenario() -> NetworkPost | None:
        note = ANNA.note()
        return await _found(note, ANNA.note("en nog iets", ["e", note["id"]]), at=note["id"])

    assert virtual.run(scenario()) is not None


def test_note_that_has_expired_is_not_given() -> None:
    async def scenario() -> NetworkPost | None:
        return await _found(note := ANNA.note("even", ["expiration", "1000000000"]), at=note["id"])

    with pytest.raises(NotFound) as refused:
        virtual.run(scenario())
    assert refused.value.code == "expired"


@pytest.mark.parametrize(("relays", "down", "found"), [(2, 1, True), (2, 2, False), (1, 1, False)])
def test_relay_in_trouble_is_no_answer_while_another_can_say(relays: int, down: int, found: bool) -> None:
    async def scenario() -> NetworkPost | None:
        return await _found(note := ANNA.note(), at=note["id"], relays=relays, down=down)

    if found:
        assert virtual.run(scenario()) is not None
    else:
        with pytest.raises(SourceUnavailable):
            virtual.run(scenario())


def _at_a_relay_without_end() -> NetworkPost | None:
    async def scenario() -> NetworkPost | None:
        async with NostrRelay().serving() as relay, asyncio.timeout(10):
            relay.mute = {"stored"}
            await relay.publish(note := ANNA.note(), ANNA.profile())
            source = source_for(relay)
            assert isinstance(source, CanFind)
            return await source.find(note["id"])

    return virtual.run(scenario())


def test_relay_that_never_says_that_it_is_all_has_the_note_all_the_same() -> None:
    post = _at_a_relay_without_end()

    assert post is not None
    assert post.name == "anna"


def test_relay_that_is_too_late_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.sources.nostr.finding.ANSWER_S", 9.0)

    with pytest.raises(SourceUnavailable) as trouble:
        _at_a_relay_without_end()
    assert trouble.value.code == "too-slow"


def test_deletions_of_strangers_do_not_hide_that_of_the_author() -> None:
    """Anybody can publish as many as they like, and a relay gives only the newest."""

    async def scenario() -> tuple[NetworkPost | None, int]:
        async with NostrRelay(most=20).serving() as relay:
            note = ANNA.note(ago_s=60)
            await relay.publish(note, ANNA.deletion(note, ago_s=50))
            await relay.publish(*(EVIL.deletion(note, ago_s=ago_s) for ago_s in range(relay.most)))
            source = source_for(relay)
            assert isinstance(source, CanFind)
            return await source.find(note["id"]), len(await source.recheck([ANNA.native(note)]))

    assert virtual.run(scenario()) == (None, 1)
