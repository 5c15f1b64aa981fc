"""The source against relays on loopback that behave as the NIPs say and worse, in virtual time."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from server.sources.backoff import SourceUnavailable
from server.sources.contract import AuthorGone, Condition, Delete, Event, Finding, Kept, Upsert
from server.sources.nostr import client, parse, source
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall
from tests.server.sources.nostr.relay import (
    ANNA,
    BRAM,
    EVIL,
    Json,
    NostrRelay,
    Person,
    hear,
    listening,
    source_for,
    texts,
)

pytestmark = pytest.mark.slow

MINUTE = 60
HOUR = 3600
Scene = Callable[[NostrRelay, Hall], Awaitable[None]]


def heard(scene: Scene, **options: Any) -> Hall:
    """What a hall hears of *scene* at one relay, and of the minute after it."""

    async def scenario() -> Hall:
        async with NostrRelay().serving() as relay, listening(relay, **options) as hall:
            await asyncio.sleep(1)
            await scene(relay, hall)
            await asyncio.sleep(MINUTE)
        return hall

    return virtual.run(scenario())


def test_note_comes_at_once_with_its_authors_name_and_picture() -> None:
    async def scene(relay: NostrRelay, hall: Hall) -> None:
        await relay.publish(ANNA.profile(display_name="Anna 🎈", picture="https://a.example/a.png"))
        await relay.publish(ANNA.note())
        await asyncio.sleep(0.1)
        assert texts(hall) == ["Volle zaal"]

    hall = heard(scene)

    post = hall.posts[0]
    assert (post.name, post.avatar_url) == ("Anna 🎈", "https://a.example/a.png")
    assert hall.conditions == [("ok", "")]
    assert hall.healths[-1].counts["posts"] == 1


def test_author_without_a_name_goes_by_a_key() -> None:
    async def scene(relay: NostrRelay, _: Hall) -> None:
        await relay.publish(ANNA.note())

    post = heard(scene).posts[0]

    assert post.name == post.handle
    assert post.handle.startswith("npub1")


def test_note_does_not_wait_long_for_a_name() -> None:
    async def scene(relay: NostrRelay, hall: Hall) -> None:
        relay.mute = {"who"}
        await relay.publish(ANNA.note())
        await asyncio.sleep(source.PROFILE_S + 0.1)
        assert texts(hall) == ["Volle zaal"]

    heard(scene)


def test_name_is_asked_once_for_each_author() -> None:
    async def scenario() -> list[list[Json]]:
        async with NostrRelay().serving() as relay, listening(relay):
            await asyncio.sleep(1)
            await relay.publish(ANNA.profile())
            for number in range(5):
                await relay.publish(ANNA.note(str(number)))
                await asyncio.sleep(5)
            return relay.questions("who")

    assert len(virtual.run(scenario())) == 1


def test_stored_notes_come_oldest_first() -> None:
    async def scenario() -> Hall:
        async with NostrRelay().serving() as relay:
            for number in range(20):
                await relay.publish(ANNA.note(str(number), ago_s=1000 - number))
            return await hear(relay, seconds=5)

    assert texts(virtual.run(scenario())) == [str(number) for number in range(20)]


def _many_in_small_pages() -> Hall:
    async def scenario() -> Hall:
        async with NostrRelay(most=5).serving() as relay:
            for number in range(23):
                await relay.publish(ANNA.note(str(number), ago_s=1000 - number))
            return await hear(relay, seconds=30)

    return virtual.run(scenario())


def test_relay_that_gives_little_at_once_is_asked_again() -> None:
    assert texts(_many_in_small_pages()) == [str(number) for number in range(23)]


def test_second_with_more_notes_than_a_relay_gives_hides_no_earlier_ones() -> None:
    async def scenario() -> Hall:
        async with NostrRelay(most=3).serving() as relay:
            await relay.publish(*(ANNA.note(f"ouder {number}", ago_s=20 + number) for number in range(4)))
            await relay.publish(*(ANNA.note(f"tegelijk {number}", ago_s=10) for number in range(5)))
            return await hear(relay, seconds=30)

    seen = texts(virtual.run(scenario()))

    assert seen[:4] == ["ouder 3", "ouder 2", "ouder 1", "ouder 0"]
    assert len(seen) == 4 + 3, "what a relay does not give, nobody can ask for"


def test_without_asking_again_the_oldest_would_be_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(source, "MAX_PAGES", 0)

    assert texts(_many_in_small_pages()) == [str(number) for number in range(18, 23)]


def test_first_start_takes_the_last_hour() -> None:
    async def scenario() -> Hall:
        async with NostrRelay().serving() as relay:
            await relay.publish(ANNA.note("oud", ago_s=2 * HOUR), ANNA.note("nieuw", ago_s=HOUR - MINUTE))
            return await hear(relay, seconds=5)

    assert texts(virtual.run(scenario())) == ["nieuw"]


def test_first_start_begins_where_the_organiser_wants_it() -> None:
    async def scenario() -> Hall:
        async with NostrRelay().serving() as relay:
            await relay.publish(ANNA.note("oud", ago_s=2 * HOUR), ANNA.note("nieuw", ago_s=HOUR - MINUTE))
            return await hear(relay, seconds=5, since="2026-11-21T17:00:00+00:00")

    assert texts(virtual.run(scenario())) == ["oud", "nieuw"]


def test_hashtag_is_asked_in_every_spelling_and_compared_folded() -> None:
    async def scenario() -> tuple[Hall, list[Any]]:
        async with NostrRelay().serving() as relay:
            for tag in ("café", "cafe", "Café"):
                await relay.publish(ANNA.note(tag, tag=tag))
            hall = await hear(relay, seconds=5, tags=["#Café"])
            return hall, relay.questions("notes")[0][0]["#t"]

    hall, asked = virtual.run(scenario())

    assert asked == ["cafe", "café", "Café"]
    assert len(hall.posts) == 3


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(lambda: ANNA.note(tag="iets"), id="another-hashtag"),
        pytest.param(lambda: ANNA.note(ago_s=-HOUR), id="from-the-future"),
        pytest.param(lambda: ANNA.note(ago_s=3 * HOUR), id="from-long-ago"),
        pytest.param(lambda: ANNA.note("", ["expiration", "1000000000"]), id="expired"),
        pytest.param(lambda: ANNA.signed(6, "", [["t", "democonf"]]), id="repost"),
        pytest.param(lambda: ANNA.signed(1, " \n", [["t", "democonf"]]), id="empty"),
    ],
)
def test_relay_that_sends_what_was_not_asked_is_not_believed(note: Callable[[], Json]) -> None:
    async def scene(relay: NostrRelay, _: Hall) -> None:
        await relay.say(json.dumps(["EVENT", "notes", note()]))
        await relay.publish(ANNA.note("wel"))

    assert texts(heard(scene)) == ["wel"]


def test_note_that_its_author_lets_expire_says_when() -> None:
    until = int(virtual.START) + 600

    async def scene(relay: NostrRelay, _: Hall) -> None:
        await relay.publish(ANNA.note("even", ["expiration", str(until)]))

    assert [post.expires for post in heard(scene).posts] == [until * 1_000_000]


# Forgery


def _altered() -> Json:
    """Genuine, and then another text: the signature is still the author's over the id."""
    return ANNA.note("echt") | {"content": "vals #democonf"}


def _signed_by_another() -> Json:
    """An id that is right, under the name of somebody who did not sign it."""
    note = ANNA.note("vals")
    return note | {"sig": EVIL.note("vals")["sig"]}


@pytest.mark.parametrize("forged", [_altered, _signed_by_another])
def test_forged_note_is_left_out_and_told_once(forged: Callable[[], Json], caplog: pytest.LogCaptureFixture) -> None:
    async def scene(relay: NostrRelay, _: Hall) -> None:
        for _ in range(3):
            await relay.publish(forged())
        await relay.publish(ANNA.note("wel"))

    hall = heard(scene)

    assert texts(hall) == ["wel"]
    assert hall.healths[-1].counts["forged"] == 3
    assert len([record for record in caplog.records if "forged" in record.message]) == 1


@pytest.mark.parametrize(
    ("check", "forged"), [("has_own_id", _altered), ("is_signed", _signed_by_another)], ids=["id", "signature"]
)
def test_without_the_check_it_would_come_in(
    check: str, forged: Callable[[], Json], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The negative controls of the test above: each check stops what the other lets through."""
    monkeypatch.setattr(parse, check, lambda _: True)

    with pytest.raises(AssertionError, match="vals"):
        test_forged_note_is_left_out_and_told_once(forged, caplog)


def test_forged_copy_does_not_keep_the_genuine_note_out() -> None:
    async def scene(relay: NostrRelay, _: Hall) -> None:
        genuine = ANNA.note("echt")
        await relay.publish(genuine | {"content": "vals #democonf"}, genuine)

    assert texts(heard(scene)) == ["echt"]


def test_forged_profile_gives_nobody_another_name() -> None:
    async def scene(relay: NostrRelay, _: Hall) -> None:
        await relay.publish(ANNA.profile() | {"content": '{"name":"Minister"}'}, ANNA.note())

    assert "Minister" not in heard(scene).posts[0].name


# Deletes


def test_author_deletes_a_note() -> None:
    async def scene(relay: NostrRelay, hall: Hall) -> None:
        note = ANNA.note()
        await relay.publish(note)
        await asyncio.sleep(5)
        await relay.publish(ANNA.deletion(note))
        await asyncio.sleep(0.1)
        assert hall.departed == [Delete(native_id=ANNA.native(note))]

    heard(scene)


def _deleted_by_another() -> None:
    async def scene(relay: NostrRelay, hall: Hall) -> None:
        note = ANNA.note()
        await relay.publish(note, EVIL.note("ook hier"))
        await asyncio.sleep(5)
        await relay.say(json.dumps(["EVENT", "gone", EVIL.deletion(note)]))
        await asyncio.sleep(5)
        assert hall.departed == [], "it names nothing of ours"

    assert len(heard(scene).posts) == 2


def test_nobody_deletes_a_note_of_somebody_else() -> None:
    _deleted_by_another()


def test_were_authors_no_part_of_a_notes_name_anybody_could(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(parse, "native_id", lambda pubkey, event_id: event_id)

    with pytest.raises(AssertionError):
        _deleted_by_another()


def test_deletion_is_heard_at_any_relay() -> None:
    async def scenario() -> tuple[Hall, str]:
        async with NostrRelay().serving() as one, NostrRelay().serving() as two:
            async with listening(one, two) as hall:
                await asyncio.sleep(1)
                note = ANNA.note()
                await one.publish(note)
                await asyncio.sleep(1)
                await two.publish(note)
                await asyncio.sleep(5)
                await two.publish(ANNA.deletion(note))
                await asyncio.sleep(1)
            return hall, ANNA.native(note)

    hall, native_id = virtual.run(scenario())

    assert hall.departed == [Delete(native_id=native_id)]


def test_deletion_while_the_connection_was_lost_is_heard_after_it() -> None:
    async def scene(relay: NostrRelay, hall: Hall) -> None:
        note = ANNA.note()
        await relay.publish(note)
        await asyncio.sleep(5)
        relay.events.append(ANNA.deletion(note))
        await relay.drop()
        await asyncio.sleep(30)
        assert hall.departed == [Delete(native_id=ANNA.native(note))]

    heard(scene)


def _kept(hall: Hall) -> list[Kept]:
    """What a house has that took in all."""
    return [Kept(native_id=post.native_id, uri=post.uri, author_id=post.author_id) for post in hall.posts]


async def _after_a_restart(*, remembers: bool) -> tuple[Hall, str]:
    """Anna and Bram wrote; hours later, while we are away, Anna deletes her note and Bram vanishes."""
    async with NostrRelay().serving() as relay:
        async with listening(relay) as before:
            await asyncio.sleep(1)
            await relay.publish(note := ANNA.note("een"), BRAM.note("twee"))
            await asyncio.sleep(3 * HOUR)
            await relay.publish(EVIL.note("drie"))
            await asyncio.sleep(5)
        await asyncio.sleep(HOUR)
        await relay.publish(ANNA.deletion(note), BRAM.vanishing())
        async with listening(relay, cursor=before.cursor, kept=_kept(before) if remembers else ()) as after:
            await asyncio.sleep(30)
            return after, ANNA.native(note)


def test_restart_forgets_no_deletion_and_no_author() -> None:
    """Of notes that wait, which nobody looks at again."""
    hall, native = virtual.run(_after_a_restart(remembers=True))

    gone = AuthorGone(author_id=parse.author_id(BRAM.pubkey))
    assert sorted(hall.departed, key=repr) == [gone, Delete(native_id=native)]


def test_restart_without_a_memory_forgets_them() -> None:
    """The negative control of the test above."""
    hall, _ = virtual.run(_after_a_restart(remembers=False))

    assert hall.departed == []


def test_of_many_writers_the_newest_are_asked_after_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_AUTHORS", 2)

    async def scenario() -> list[list[Json]]:
        natives = [f"{person.pubkey}/{at:064x}" for at, person in enumerate((BRAM, ANNA, EVIL, BRAM))]
        kept = [Kept(native_id=native, uri="", author_id="") for native in ["", "x/y", "é" * 64, *natives]]
        async with NostrRelay().serving() as relay, listening(relay, kept=kept):
            await asyncio.sleep(10)
            return relay.questions("gone")

    assert [asked["authors"] for (asked,) in virtual.run(scenario())] == [[EVIL.pubkey, BRAM.pubkey]]


def test_deletions_of_who_wrote_nothing_for_us_are_not_even_checked() -> None:
    """A stranger can sign as many as they like."""

    async def scene(relay: NostrRelay, _: Hall) -> None:
        await relay.publish(ANNA.note())
        await asyncio.sleep(5)
        for number in range(30):
            strange = EVIL.deletion(EVIL.note(str(number)), ANNA.note("een"))
            await relay.say(json.dumps(["EVENT", "gone", strange | ({"sig": "0" * 128} if number % 2 else {})]))
        await relay.say(json.dumps(["EVENT", "gone", EVIL.vanishing()]))

    hall = heard(scene)

    assert (hall.departed, hall.healths[-1].counts["forged"], hall.conditions) == ([], 0, [("ok", "")])


def test_endless_deletions_of_a_writer_reach_the_house_once_for_each_note() -> None:
    """Who wrote one note for us could name a hundred others in each of a thousand deletions."""

    async def scene(relay: NostrRelay, hall: Hall) -> None:
        notes = [EVIL.note("een"), EVIL.note("twee")]
        await relay.publish(*notes)
        await asyncio.sleep(5)
        for number in range(20):
            others = [{"id": f"{number * 90 + at:064x}"} for at in range(90)]
            await relay.publish(EVIL.deletion(*notes, *others))
            await relay.publish(EVIL.vanishing(ago_s=number))
        await asyncio.sleep(5)
        gone = [AuthorGone(author_id=hall.posts[0].author_id), *(Delete(native_id=EVIL.native(note)) for note in notes)]
        assert sorted(hall.departed, key=repr) == sorted(gone, key=repr)

    heard(scene)


def test_deletion_of_very_many_notes_is_of_each() -> None:
    async def scene(relay: NostrRelay, hall: Hall) -> None:
        note = ANNA.note()
        await relay.publish(note)
        await asyncio.sleep(5)
        await relay.publish(ANNA.deletion(*({"id": f"{number:064x}"} for number in range(600)), note))
        await asyncio.sleep(5)
        assert hall.departed == [Delete(native_id=ANNA.native(note))]

    heard(scene)


def _note_of_a_sorry_author(monkeypatch: pytest.MonkeyPatch) -> Hall:
    """Anna takes back a note that comes later; in between Evil takes back more than anybody remembers."""
    monkeypatch.setattr(source, "MAX_KNOWN", 400)

    async def scene(relay: NostrRelay, _: Hall) -> None:
        gone = ANNA.note("spijt")
        await relay.publish(ANNA.note("een"), EVIL.note("twee"))
        await asyncio.sleep(5)
        await relay.publish(ANNA.deletion(gone))
        await relay.publish(EVIL.deletion(*({"id": f"{number:064x}"} for number in range(600))))
        await relay.publish(gone)

    return heard(scene)


def test_deletion_of_very_many_notes_makes_us_forget_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sorted(texts(_note_of_a_sorry_author(monkeypatch))) == ["een", "twee"]


def test_were_all_of_them_remembered_it_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(source, "MAX_FOREIGN", 600)

    assert "spijt" in texts(_note_of_a_sorry_author(monkeypatch))


def test_note_that_comes_after_its_deletion_stays_out() -> None:
    """Another relay may still have it."""

    async def scene(relay: NostrRelay, hall: Hall) -> None:
        gone = ANNA.note("spijt")
        await relay.publish(ANNA.note("een"))
        await asyncio.sleep(5)
        await relay.publish(ANNA.deletion(gone), gone, ANNA.note("twee"))

    hall = heard(scene)

    assert (texts(hall), hall.departed) == (["een", "twee"], [])


def test_deletion_that_came_before_its_author_mattered_is_heard_when_it_does() -> None:
    async def scene(relay: NostrRelay, hall: Hall) -> None:
        note = ANNA.note()
        await relay.publish(deletion := ANNA.deletion(note))
        await relay.say(json.dumps(["EVENT", "gone", deletion]))
        await relay.publish(note)
        await asyncio.sleep(10)
        assert hall.departed == [Delete(native_id=ANNA.native(note))]

    heard(scene)


def test_author_who_vanishes_is_gone() -> None:
    async def scene(relay: NostrRelay, _: Hall) -> None:
        await relay.publish(ANNA.note(), BRAM.note())
        await asyncio.sleep(5)
        await relay.say(json.dumps(["EVENT", "gone", BRAM.vanishing(ago_s=2 * HOUR)]))
        await relay.publish(BRAM.vanishing("wss://other.example"), ANNA.vanishing())

    hall = heard(scene)

    assert hall.departed == [AuthorGone(author_id=hall.posts[0].author_id)]


def _rechecked(*events: Json, of: list[str], relays: int = 2, down: int = 0) -> tuple[Event, ...]:
    async def scenario() -> tuple[Event, ...]:
        async with NostrRelay().serving() as one, NostrRelay().serving() as two:
            await one.publish(*events)
            both = [one, two][:relays]
            for relay in both[:down]:
                relay.refuses = {"stored": "error: not today"}
            return await source_for(*both).recheck(of)

    return virtual.run(scenario())


def _notes_and_deletions() -> tuple[list[str], list[Json]]:
    async def made() -> tuple[list[str], list[Json]]:
        first, second, third = ANNA.note("een"), ANNA.note("twee"), BRAM.note("drie")
        natives = [ANNA.native(first), ANNA.native(second), BRAM.native(third)]
        return natives, [ANNA.deletion(first), ANNA.deletion(third)]

    return virtual.run(made())


def test_looking_again_finds_what_was_deleted_by_its_author() -> None:
    natives, deletions = _notes_and_deletions()

    assert _rechecked(*deletions, of=natives) == (Delete(native_id=natives[0]),)


@pytest.mark.parametrize("looks_again", [True, False])
def test_note_that_came_by_its_address_is_known_once_it_was_looked_at(looks_again: bool) -> None:
    async def scene(relay: NostrRelay, hall: Hall) -> None:
        note = ANNA.note(tag="anders")
        await relay.publish(note)
        await asyncio.sleep(5)
        if looks_again:
            assert await hall.source.recheck([ANNA.native(note), "x/y"]) == ()
        await relay.publish(BRAM.note())  # something happens, and the listener looks about it
        await asyncio.sleep(5)
        await relay.publish(ANNA.deletion(note))
        await asyncio.sleep(5)
        assert hall.departed == ([Delete(native_id=ANNA.native(note))] if looks_again else [])

    heard(scene)


def test_looking_again_gives_every_note_its_turn_whichever_one_somebody_looks_for() -> None:
    async def scenario() -> tuple[Event, ...]:
        async with NostrRelay().serving() as relay:
            notes = [ANNA.note(str(number)) for number in range(source.RECHECK_AT_ONCE + 50)]
            ids = [ANNA.native(note) for note in notes]
            await relay.publish(ANNA.deletion(notes[-1]))
            looking = source_for(relay)
            await looking.recheck(ids)
            await looking.recheck(ids[:1])
            return await looking.recheck(ids)

    (deleted,) = virtual.run(scenario())
    assert isinstance(deleted, Delete)


def test_looking_again_at_nothing_asks_nothing() -> None:
    assert _rechecked(of=[]) == ()


def test_looking_again_goes_on_without_a_relay_that_does_not_answer() -> None:
    natives, deletions = _notes_and_deletions()

    assert _rechecked(*deletions, of=natives, relays=1) == (Delete(native_id=natives[0]),)
    assert _rechecked(*deletions, of=natives, down=1) == ()
    with pytest.raises(SourceUnavailable):
        _rechecked(*deletions, of=natives, down=2)


def _expiring(ago_s: int) -> tuple[Json, str]:
    """A note that expired so long ago, or will in as long, and its name here."""

    async def made() -> tuple[Json, str]:
        note = ANNA.note("even", ["expiration", str(int(virtual.START) - ago_s)], ago_s=HOUR)
        return note, ANNA.native(note)

    return virtual.run(made())


def test_looking_again_finds_what_has_expired_since() -> None:
    note, native = _expiring(ago_s=MINUTE)

    assert _rechecked(note, of=[native]) == (Delete(native_id=native),)
    assert _rechecked(note, of=[native.replace("0", "1")]) == (), "of what was asked"


def test_looking_again_says_once_when_a_note_will_expire() -> None:
    """The house has forgotten that at a restart."""
    note, native = _expiring(ago_s=-HOUR)

    async def scenario() -> list[tuple[Event, ...]]:
        async with NostrRelay().serving() as relay:
            await relay.publish(note, ANNA.note("blijft"))
            looking = source_for(relay)
            return [await looking.recheck([native]) for _ in range(2)]

    (once,), again = virtual.run(scenario())

    assert isinstance(once, Upsert)
    assert (once.post.native_id, once.post.text, once.post.expires) == (
        native,
        "even #democonf",
        int(virtual.START + HOUR) * 1_000_000,
    )
    assert again == ()


# Several relays


def test_one_note_at_two_relays_comes_once() -> None:
    async def scenario() -> Hall:
        async with NostrRelay().serving() as one, NostrRelay().serving() as two:
            await one.publish(note := ANNA.note("overal"))
            await two.publish(note, ANNA.note("hier", ago_s=5))
            async with listening(one, two) as hall:
                await asyncio.sleep(5)
                await two.publish(live := ANNA.note("live"))
                await one.publish(live)
                await asyncio.sleep(5)
            return hall

    assert sorted(texts(virtual.run(scenario()))) == ["hier", "live", "overal"]


def test_relay_that_wants_members_is_named_and_the_others_go_on() -> None:
    async def scenario() -> tuple[Hall, NostrRelay]:
        async with NostrRelay().serving() as closed, NostrRelay().serving() as open_:
            closed.greets = ['["AUTH","uitdaging"]']
            closed.refuses = {"notes": "auth-required: only for members"}
            async with listening(closed, open_) as hall:
                await open_.publish(ANNA.note())
                await asyncio.sleep(30 * MINUTE)
            return hall, closed

    hall, closed = virtual.run(scenario())

    assert texts(hall) == ["Volle zaal"]
    health = hall.healths[-1]
    assert (health.condition.value, health.what, health.where) == ("needs-attention", "auth-required", closed.name)
    assert health.counts["relays-ok"] == 1
    assert len(closed.connections) == 1


def test_note_that_waits_at_a_relay_that_drops_is_not_lost() -> None:
    """It was read, so another relay's copy of it means nothing any more."""

    async def scenario() -> Hall:
        async with NostrRelay().serving() as one, NostrRelay().serving() as two:
            one.mute = {"notes", "who"}
            note = ANNA.note()
            await one.publish(note)
            async with listening(one, two) as hall:
                await asyncio.sleep(1)
                await two.publish(note)
                await asyncio.sleep(1)
                one.events.clear()
                await one.drop()
                await asyncio.sleep(MINUTE)
            return hall

    assert texts(virtual.run(scenario())) == ["Volle zaal"]


def _hangs_up(after: str, *, nth: int = 1) -> list[str]:
    """What is heard of a relay that has three notes and goes at its *nth* answer to *after*; and of what follows."""

    async def scenario() -> Hall:
        async with NostrRelay().serving() as relay:
            await relay.publish(*(ANNA.note(str(number), ago_s=100 - number) for number in range(3)))
            relay.hangs_up_after = {after: nth}
            hall = await hear(relay, seconds=3 * MINUTE)
            assert len(relay.connections) == 2
            return hall

    return texts(virtual.run(scenario()))


@pytest.mark.parametrize(("after", "nth"), [("notes", 1), ("more", 1), ("more", 2), ("who", 1), ("gone", 1)])
def test_relay_that_hangs_up_when_it_answered_loses_nothing(after: str, nth: int) -> None:
    """What it said is read after it went: we find that only when we say something ourselves."""
    assert _hangs_up(after, nth=nth) == ["0", "1", "2"]


def test_what_was_about_to_go_on_is_not_lost_when_a_relay_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anna is known, so her note can go on at once; then Bram's name is asked for, of nobody."""
    monkeypatch.setattr(source, "MAX_PAGES", 0)

    async def scene(relay: NostrRelay, _: Hall) -> None:
        await relay.publish(ANNA.profile(), ANNA.note("een"))
        await asyncio.sleep(MINUTE)
        relay.events += [ANNA.note("twee", ago_s=20), BRAM.note("drie", ago_s=10)]
        relay.hangs_up_after = {"notes": 1}
        await relay.drop()
        await asyncio.sleep(MINUTE)

    assert texts(heard(scene)) == ["een", "twee", "drie"]


def test_without_handing_on_what_waits_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the tests above."""
    monkeypatch.setattr(source._Hearing, "left", lambda _: [])

    with pytest.raises(AssertionError):
        test_note_that_waits_at_a_relay_that_drops_is_not_lost()
    with pytest.raises(AssertionError):
        test_relay_that_hangs_up_when_it_answered_loses_nothing("who", 1)
    with pytest.raises(AssertionError):
        test_what_was_about_to_go_on_is_not_lost_when_a_relay_hangs_up(monkeypatch)


# Nothing is lost


def test_lost_connection_loses_nothing_and_doubles_nothing() -> None:
    async def scene(relay: NostrRelay, _: Hall) -> None:
        for number in range(6):
            await relay.publish(ANNA.note(f"{number}a"))
            await relay.drop()
            relay.events.append(ANNA.note(f"{number}b", ago_s=60))
            await asyncio.sleep(100)

    hall = heard(scene)

    assert sorted(texts(hall)) == sorted(f"{number}{letter}" for number in range(6) for letter in "ab")


def test_cursor_brings_what_was_written_while_the_source_was_off() -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with NostrRelay().serving() as relay:
            async with listening(relay) as first:
                await relay.publish(ANNA.note("voor"))
                await asyncio.sleep(3 * HOUR)
                await relay.publish(ANNA.note("net voor"))
                await asyncio.sleep(5)
            late = ANNA.note("laat aangekomen", ago_s=10 * MINUTE)
            await asyncio.sleep(3 * HOUR)
            await relay.publish(late, ANNA.note("na", ago_s=2 * HOUR))
            return first, await hear(relay, seconds=5, cursor=first.cursor)

    first, second = virtual.run(scenario())

    assert texts(first) == ["voor", "net voor"]
    assert texts(second) == ["laat aangekomen", "net voor", "na"], "a double is found by others, a loss by nobody"


def test_note_from_tomorrow_does_not_move_the_cursor_there() -> None:
    async def scene(relay: NostrRelay, _: Hall) -> None:
        await relay.publish(ANNA.note(ago_s=-600))

    hall = heard(scene)

    assert list(json.loads(hall.cursor or "").values()) == [int(virtual.START) + 1]


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"a":"b"}', "\ud800"])
def test_unreadable_cursor_means_the_beginning(cursor: str) -> None:
    async def scenario() -> Hall:
        async with NostrRelay().serving() as relay:
            await relay.publish(ANNA.note())
            return await hear(relay, seconds=5, cursor=cursor)

    assert texts(virtual.run(scenario())) == ["Volle zaal"]


# Trouble


@pytest.mark.parametrize(
    ("words", "what", "least_s"),
    [
        ("rate-limited: slow down there chief", "limited", 60),
        ("error: could not connect to the database", "unexpected-answer", 5),
        ("unsupported: filter contains unknown elements", "unexpected-answer", 5),
        ("nonsense", "unexpected-answer", 5),
    ],
)
def test_relay_that_ends_the_subscription_is_asked_again_later(words: str, what: str, least_s: float) -> None:
    async def scenario() -> tuple[Hall, list[float]]:
        async with NostrRelay().serving() as relay:
            relay.refuses = {"notes": words}
            async with listening(relay) as hall:
                await asyncio.sleep(1)
                relay.refuses = {}
                await relay.publish(ANNA.note())
                await asyncio.sleep(5 * MINUTE)
            return hall, relay.connections

    hall, connections = virtual.run(scenario())

    assert texts(hall) == ["Volle zaal"]
    assert hall.conditions == [("waiting", what), ("ok", "")]
    assert connections[1] - connections[0] >= least_s


@pytest.mark.parametrize("words", ["blocked: not you", "restricted: pay first"])
def test_relay_that_does_not_want_us_is_left_alone(words: str) -> None:
    async def scenario() -> tuple[Hall, int]:
        async with NostrRelay().serving() as relay:
            relay.refuses = {"notes": words}
            hall = await hear(relay, seconds=30 * MINUTE)
            return hall, len(relay.connections)

    hall, connections = virtual.run(scenario())

    assert hall.conditions == [("needs-attention", "refused")]
    assert connections == 1


def test_relay_that_never_says_that_it_sent_all_is_heard_all_the_same() -> None:
    async def scenario() -> Hall:
        async with NostrRelay().serving() as relay:
            relay.mute = {"notes", "who"}
            await relay.publish(ANNA.note("voor"))
            async with listening(relay) as hall:
                await asyncio.sleep(20)
                await relay.publish(ANNA.note("na"))
                await asyncio.sleep(20)
            return hall

    assert texts(virtual.run(scenario())) == ["voor", "na"]


def test_names_and_deletions_that_are_refused_do_not_hold_up_notes() -> None:
    async def scene(relay: NostrRelay, _: Hall) -> None:
        relay.refuses = {"who": "error: no", "gone": "error: no"}
        await relay.publish(ANNA.note())

    hall = heard(scene)

    assert texts(hall) == ["Volle zaal"]
    assert hall.conditions == [("ok", "")]


def test_nonsense_does_not_hold_up_notes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def scene(relay: NostrRelay, _: Hall) -> None:
        await relay.say(b"\x00\x01", "nonsense", "{}", "[]", '["EVENT","notes",{"id":7}]', '["NOTICE","hallo\\n"]')
        await relay.say('["EVENT"]', '["OK","x",true,""]', '["EOSE","weet ik niet"]', "[" * 100_000)
        await relay.publish(ANNA.note())

    hall = heard(scene)

    assert texts(hall) == ["Volle zaal"]
    assert hall.healths[-1].counts["unreadable"] == 7
    assert len([record for record in caplog.records if "cannot be read" in record.message]) == 1
    assert any("says: 'hallo\\n'" in record.message for record in caplog.records)


def test_frame_that_is_too_large_costs_the_connection_only() -> None:
    async def scene(relay: NostrRelay, _: Hall) -> None:
        await relay.say("x" * 1_100_000)
        await asyncio.sleep(5)
        await relay.publish(ANNA.note())

    hall = heard(scene)

    assert texts(hall) == ["Volle zaal"]
    assert hall.conditions[-1] == ("ok", "")


def test_source_never_hammers_a_relay_that_drops() -> None:
    async def scenario() -> int:
        async with NostrRelay().serving() as relay:

            async def drop_all() -> None:
                while True:
                    await relay.drop()
                    await asyncio.sleep(0.5)

            async with listening(relay):
                dropping = asyncio.create_task(drop_all())
                await asyncio.sleep(30 * MINUTE)
                dropping.cancel()
            return len(relay.connections)

    assert 20 <= virtual.run(scenario()) <= 150


def test_quiet_relay_is_said_to_be_well_every_minute() -> None:
    async def scenario() -> Hall:
        async with NostrRelay().serving() as relay:
            return await hear(relay, seconds=10 * MINUTE)

    assert len(virtual.run(scenario()).healths) == 10


def _lying(*, stays_s: float = 2 * MINUTE) -> tuple[Hall, int]:
    """A relay that sends a hundred forged notes to whoever comes, and what is heard beside it."""

    async def scenario() -> tuple[Hall, int]:
        async with NostrRelay().serving() as liar, NostrRelay().serving() as honest:
            forged = [ANNA.note(str(number)) | {"sig": EVIL.note("x")["sig"]} for number in range(100)]
            liar.greets = [json.dumps(["EVENT", "notes", each]) for each in forged]
            async with listening(liar, honest) as hall:
                await honest.publish(ANNA.note("echt"))
                await asyncio.sleep(stays_s)
            return hall, len(liar.connections)

    return virtual.run(scenario())


def test_relay_that_forges_is_hung_up_on_and_named() -> None:
    hall, connections = _lying()

    assert texts(hall) == ["echt"]
    health = hall.healths[-1]
    assert (health.condition, health.what, health.counts["relays-ok"]) == (Condition.WAITING, "forged", 1)
    assert health.counts["forged"] == 20 * connections
    assert 2 <= connections <= 6, "after 5, 10, 20 seconds and so on"


def test_without_a_limit_all_it_forges_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(client, "MAX_FORGED", 1000)

    hall, connections = _lying()

    assert (hall.healths[-1].counts["forged"], connections) == (100, 1)


def _flooded(rate: int) -> float:
    """Seconds that it takes to hear a note behind 4 MB of chatter."""

    async def scenario() -> float:
        async with NostrRelay().serving() as relay, listening(relay) as hall:
            await asyncio.sleep(1)
            began = asyncio.get_running_loop().time()
            for _ in range(100):
                await relay.say(json.dumps(["NOTICE", "x" * 40_000]))
            await relay.publish(ANNA.note())
            while not hall.posts:  # noqa: ASYNC110 -- a hall tells nobody what it hears.
                await asyncio.sleep(0.1)
            assert hall.conditions == [("ok", "")]
            return asyncio.get_running_loop().time() - began

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "BURST_BYTES", 2_000_000)
        patch.setattr(client, "RATE_BYTES_S", rate)
        return virtual.run(scenario())


def test_flood_is_read_at_our_pace_and_what_is_behind_it_comes_all_the_same() -> None:
    assert 20 <= _flooded(100_000) <= 30


def test_without_a_pace_it_would_have_all_our_time() -> None:
    """The negative control of the test above."""
    assert _flooded(10**12) <= 10


def test_small_frames_cost_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BURST_BYTES", 100 * client.LEAST_FRAME_BYTES)

    async def scenario() -> float:
        pace, began = client.Pace(), virtual.now()
        for _ in range(200):
            await pace.ready()
            pace.took(1)
        return virtual.now() - began

    assert virtual.run(scenario()) == pytest.approx(client.BURST_BYTES / client.RATE_BYTES_S, rel=0.02)


def _trial_at_a_relay_without_end() -> tuple[int, float]:
    """How many notes are found, and in how many seconds."""

    async def scenario() -> tuple[int, float]:
        async with NostrRelay().serving() as relay:
            relay.mute = {"stored"}
            await relay.publish(*(ANNA.note(str(number), ago_s=number) for number in range(4)))
            began = virtual.now()
            (finding,) = (await source_for(relay).check()).findings
            return len(finding.posts), virtual.now() - began

    return virtual.run(scenario())


@pytest.mark.parametrize(("limit", "most"), [("MAX_STORED_EVENTS", 3), ("MAX_STORED_CHARS", 60)])
def test_relay_that_tells_too_much_is_not_listened_to_any_longer(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(client, limit, most)

    found, took_s = _trial_at_a_relay_without_end()

    assert (found, round(took_s)) == (3, client.STORED_S), "for the name of the author only"


def test_without_a_limit_it_is_listened_to_till_the_end() -> None:
    """The negative control of the test above."""
    found, took_s = _trial_at_a_relay_without_end()

    assert (found, round(took_s)) == (4, 2 * client.STORED_S)


def test_stored_notes_that_are_too_much_together_go_on_as_far_as_they_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_STORED_CHARS", 2000)

    async def scenario() -> Hall:
        async with NostrRelay(most=5).serving() as relay:
            await relay.publish(*(ANNA.note(f"{number} " + "x" * 400, ago_s=1000 - number) for number in range(30)))
            async with listening(relay) as hall:
                await asyncio.sleep(30)
                await relay.publish(ANNA.note("live"))
                await asyncio.sleep(5)
            return hall

    assert [text.split()[0] for text in texts(virtual.run(scenario()))] == ["25", "26", "27", "28", "29", "live"]


def test_flood_of_strangers_comes_whole() -> None:
    async def scene(relay: NostrRelay, _: Hall) -> None:
        strangers = [Person(str(number)) for number in range(300)]
        await relay.publish(*(stranger.profile() for stranger in strangers))
        await relay.publish(*(stranger.note(stranger.name) for stranger in strangers))

    hall = heard(scene)

    assert sorted(map(int, texts(hall))) == list(range(300))
    assert [post.name for post in hall.posts] == texts(hall)


# A trial


def test_trial_shows_what_each_relay_has() -> None:
    async def scenario() -> tuple[Finding, ...]:
        async with NostrRelay().serving() as open_, NostrRelay().serving() as closed:
            closed.refuses = {"stored": "auth-required: only for members"}
            await open_.publish(ANNA.profile(), *(ANNA.note(str(number), ago_s=10 - number) for number in range(7)))
            return (await source_for(open_, closed).check()).findings

    good, bad = virtual.run(scenario())

    assert (good.what, good.streams) == ("", True)
    assert [(post.name, post.text) for post in good.posts] == [("anna", f"{n} #democonf") for n in (6, 5, 4, 3, 2)]
    assert (bad.what, bad.streams, bad.posts) == ("auth-required", False, ())


def test_trial_of_a_relay_that_is_not_there_says_so() -> None:
    async def scenario() -> tuple[Finding, ...]:
        async with NostrRelay().serving() as relay:
            gone = source_for(relay)
        return (await gone.check()).findings

    (finding,) = virtual.run(scenario())

    assert finding.what == "unreachable"
