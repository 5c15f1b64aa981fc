from __future__ import annotations

import asyncio

import pytest

from server.sources.bluesky import waiting
from server.sources.bluesky.frames import PostKey
from server.sources.bluesky.waiting import Asking, AskList, Authors, Known, Outbox
from server.sources.contract import AuthorGone, Condition, Delete, Event, Health, NetworkPost, Upsert

ANNA, BRAM = "did:plc:anna", "did:plc:bram"
HEALTH = Health(condition=Condition.OK)


def _asking(name: str, *, did: str = ANNA, hold: int = 1, due: float = 0.0, edited: int | None = None) -> Asking:
    return Asking(key=PostKey(did, name), cid="bafy", edited=edited, hold=hold, due=due)


def _upsert(name: str) -> Upsert:
    return Upsert(post=NetworkPost(native_id=name, uri=name, author_id=ANNA, text=name))


# Posts to be asked for


def test_list_gives_what_is_due_oldest_first() -> None:
    asks = AskList(Authors())
    for name, due in (("a", 5.0), ("b", 1.0), ("c", 2.0), ("d", 2.0)):
        asks.add(_asking(name, due=due))

    assert [asking.key.rkey for asking in asks.due(2.0, 2)] == ["b", "c"]
    assert asks.next_due() == 1.0


def test_list_that_is_full_takes_only_news_of_what_it_has() -> None:
    asks = AskList(Authors(), most=2)

    added = [asks.add(_asking(name)) for name in ("a", "b", "c", "b")]

    assert (added, len(asks)) == ([True, True, False, True], 2)


def test_news_of_a_post_keeps_its_place_and_its_latest_edit() -> None:
    asks = AskList(Authors())
    first = _asking("a", hold=5, edited=70)
    newest = _asking("a", hold=9, edited=60)
    asks.add(first)
    asks.add(newest)

    assert (asks.has(first), asks.has(newest)) == (False, True)
    assert (newest.hold, newest.edited) == (5, 70)


def test_list_holds_the_cursor_back_for_all_but_the_one_that_is_told() -> None:
    asks = AskList(Authors())
    oldest = _asking("a", hold=3)
    for asking in (oldest, _asking("b", hold=7)):
        asks.add(asking)

    assert (asks.hold(None), asks.hold(oldest)) == (3, 7)


# Whom we know


def test_authors_are_those_of_whom_there_is_something_in_hand() -> None:
    authors = Authors()
    known, asks = Known(authors), AskList(authors)
    asks.add(_asking("a"))
    asks.add(_asking("a"))
    known.met(PostKey(ANNA, "a"))
    known.met(PostKey(ANNA, "a"), "bafy")
    known.met(PostKey(BRAM, "b"))
    asks.drop(f"{ANNA}/a")
    asks.drop(f"{ANNA}/a")
    assert sorted(authors) == [ANNA, BRAM]

    known.forget(PostKey(ANNA, "a"))
    known.forget(PostKey(ANNA, "a"))

    assert (list(authors), known.cid(PostKey(ANNA, "a"))) == ([BRAM], "")


def test_everything_of_an_author_goes_together() -> None:
    authors = Authors()
    known, asks = Known(authors), AskList(authors)
    for did in (ANNA, BRAM):
        known.met(PostKey(did, "a"))
        asks.add(_asking("b", did=did))

    asks.drop_author(ANNA)

    assert [known.forget_author(did) for did in (ANNA, ANNA, "did:plc:nobody")] == [True, False, False]
    assert list(authors) == [BRAM]


def test_memory_of_posts_is_bounded_and_the_oldest_goes_first() -> None:
    authors = Authors()
    known = Known(authors, most=3)
    for name in ("a", "b", "c", "a", "d"):
        known.met(PostKey(f"did:plc:{name}", name))

    assert [known.has(PostKey(f"did:plc:{name}", name)) for name in "abcd"] == [True, False, True, True]
    assert len(authors) == 3


# Events


async def test_deletes_overtake_and_bring_no_new_cursor() -> None:
    outbox = Outbox("begin")
    gone, left = Delete(native_id="a"), AuthorGone(author_id=ANNA)
    await outbox.put(_upsert("a"), "1")
    await outbox.put(_upsert("b"), "2")
    await outbox.hurry(gone)
    taken = [await outbox.take(), await outbox.take()]
    await outbox.hurry(left)
    taken += [await outbox.take(), await outbox.take()]

    assert taken == [(gone, "begin"), (_upsert("a"), "1"), (left, "1"), (_upsert("b"), "2")]


async def test_health_is_offered_only_while_nothing_waits() -> None:
    outbox = Outbox(None)
    for cursor in ("1", "2"):
        await outbox.offer(HEALTH, cursor)
    await outbox.put(_upsert("a"), "3")

    taken: list[tuple[Event, str | None]] = [await outbox.take(), await outbox.take()]

    assert taken == [(HEALTH, "1"), (_upsert("a"), "3")]


async def test_posts_wait_for_room_and_deletes_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MAX_UNTAKEN", 1)
    outbox = Outbox(None)
    await outbox.put(_upsert("a"), "1")
    putting = asyncio.create_task(outbox.put(_upsert("b"), "2"))
    await outbox.hurry(Delete(native_id="c"))
    await asyncio.sleep(0)
    assert not putting.done()

    taken = [(await outbox.take())[1] for _ in range(2)]
    await putting

    assert taken == [None, "1"]
