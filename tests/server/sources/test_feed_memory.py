"""What a feed's items were and where they went: edits, lost hashtags and deletes, also over a restart and a move."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.backoff import SourceUnavailable
from server.sources.contract import Delete, Kept, NetworkPost, PictureRef, Remembers
from server.sources.feed import door, memory, parse
from server.sources.feed.items import Feed, Item
from server.sources.feed.memory import Memory, Trace, key_of, taken_out, words_of
from tests.server.sources import virtual
from tests.server.sources.feed_site import Site, goes_to, listening, rss, source_for
from tests.server.sources.mastodon.hall import Hall
from tests.server.sources.mastodon.upstream import answers

MINUTE = 60
LOOK = 6 * MINUTE
"""In which a feed is looked at once more."""


def dated(*items: str, home: str = "") -> str:
    """
    A feed with an item for each of `"3 drie"`: its guid and its hour come first, then its text.

    Args:
        home: Comes before the guid.
    """
    told = ""
    for item in items:
        hour, _, text = item.partition(" ")
        told += _item(f"{home}{hour}", int(hour), f"<title>{text}</title>")
    return _feed(told)


def _item(guid: str, hour: int, inside: str) -> str:
    at = format_datetime(datetime(2026, 11, 21, hour, tzinfo=UTC))
    return f"<item><guid>{guid}</guid>{inside}<pubDate>{at}</pubDate></item>"


def _feed(items: str) -> str:
    return f'<rss version="2.0"><channel><title>Blog</title>{items}</channel></rss>'


async def heard(
    site: Site,
    *others: Site,
    kept: Iterable[str] = (),
    cursor: str | None = None,
    seconds: float = MINUTE,
    **options: Any,
) -> Hall:
    """What is heard, mostly in one look, from *cursor* on, by a source that is told of *kept*: guids."""
    async with source_for(site.address, *(other.address for other in others), **options) as source:
        assert isinstance(source, Remembers)
        names = (guid if guid.startswith("https://") else f"{site.address}#{guid}" for guid in kept)
        source.remember(Kept(native_id=name, uri="", author_id="") for name in names)
        hall = Hall(source)
        task = asyncio.create_task(hall.listen(cursor))
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.wait({task})
    return hall


def after_restart(before: str, after: str, *, kept: Iterable[str] = (), lost: bool = False, **options: Any) -> Hall:
    """What is heard of a feed that changed while the house was closed; *lost*: the cursor was not kept."""

    async def scenario() -> Hall:
        async with Site(before).serving() as site:
            cursor = (await heard(site, **options)).cursor
            site.feed = after
            return await heard(site, kept=kept, cursor=None if lost else cursor, **options)

    return virtual.run(scenario())


# Edits


def test_edit_is_known_as_one_after_a_restart() -> None:
    hall = after_restart(rss("1 een", "2 twee"), rss("1 een", "2 twee, verbeterd"))

    assert [(post.text, post.edited is not None) for post in hall.posts] == [("2 twee, verbeterd", True)]


def test_without_its_cursor_the_house_finds_the_edit_out() -> None:
    """Its words are not known then: so it is not called an edit, which a house would take for news."""
    hall = after_restart(rss("1 een", "2 twee"), rss("1 een", "2 twee, verbeterd"), kept=["1", "2"], lost=True)

    assert [(post.text, post.edited) for post in hall.posts] == [("2 twee, verbeterd", None), ("1 een", None)]


@pytest.mark.parametrize(
    ("kept", "lost", "told"),
    [
        pytest.param((), False, ["1 oeps"], id="by-its-cursor"),
        pytest.param(["1"], True, ["1 oeps"], id="by-what-the-house-has"),
        pytest.param((), True, [], id="the-control-nobody-knows"),
    ],
)
def test_item_that_lost_its_hashtag_while_we_were_off_is_told(kept: list[str], lost: bool, told: list[str]) -> None:
    hall = after_restart(
        rss("1 een #demo", "2 niets"), rss("1 oeps", "2 nog niets"), kept=kept, lost=lost, tags=["demo"]
    )

    assert hall.texts == told


def test_other_wishes_have_the_whole_feed_read_again() -> None:
    """It did not change, so that a server would answer "nothing new" for ever."""

    async def scenario() -> tuple[Hall, list[int]]:
        async with Site(rss("1 een #demo", "2 twee #dag")).serving() as site:
            cursor = (await heard(site, tags=["demo"])).cursor
            return await heard(site, cursor=cursor, tags=["demo", "dag"]), site.statuses

    hall, statuses = virtual.run(scenario())

    assert (hall.texts, statuses) == (["2 twee #dag"], [200, 200])


def test_one_who_wants_no_names_gets_what_came_before_without_them() -> None:
    item = "<item><guid>1</guid><title>een</title><author>Anna</author></item>"
    feed = f"<rss><channel><title>Blog</title>{item}</channel></rss>"

    async def scenario() -> Hall:
        async with Site(feed).serving() as site:
            return await heard(site, cursor=(await heard(site)).cursor, hide_names=True)

    hall = virtual.run(scenario())

    assert [(post.name, post.edited is not None) for post in hall.posts] == [("Blog", True)]


@given(st.text(max_size=40), st.text(max_size=40))
def test_words_differ_exactly_where_a_reader_sees_it(one: str, other: str) -> None:
    def said(text: str, **more: Any) -> str:
        return words_of(NetworkPost(native_id="1", uri="1", author_id="a", text=text, **more))

    assert (said(one) == said(other)) == (one == other)
    assert len({said(one), said(one, name="Anna"), said(one, warning="x"), said(one, sensitive=True)}) == 4
    assert said(one, media=(PictureRef(url="https://a.example/1", alt="kat"),)) != said(one)
    assert said(one, permalink="https://a.example/1", edited=7) == said(one)


def test_cursor_has_no_words() -> None:
    async def scenario() -> str:
        async with Site(dated("3 geheim", "2 Anna")).serving() as site:
            return (await heard(site)).cursor or ""

    cursor = virtual.run(scenario())

    assert len(json.loads(next(iter(json.loads(cursor).values())))["items"]) == 2
    assert "geheim" not in cursor
    assert "Anna" not in cursor


# What was taken out


async def _in_turn(*feeds: str, unchanged: int = 0, **options: Any) -> Hall:
    """Of a site that has one of *feeds* at each look, and the last some more times."""
    async with Site(feeds[0]).serving() as site, listening(site.address, **options) as hall:
        for feed in feeds:
            site.feed = feed
            await asyncio.sleep(LOOK)
        await asyncio.sleep(unchanged * LOOK)
    return hall


FULL = dated("9 negen", "8 acht", "7 zeven")
HOLE = dated("9 negen", "7 zeven")
LATE = dated("8 acht", "7 zeven")


@pytest.mark.parametrize(
    ("feeds", "unchanged", "gone"),
    [
        pytest.param([FULL, HOLE], 0, [], id="one-look-may-be-a-mistake"),
        pytest.param([FULL, HOLE], 1, ["8"], id="two-looks-are-not"),
        pytest.param([FULL, HOLE, HOLE + " "], 0, ["8"], id="also-where-the-server-never-says-unchanged"),
        pytest.param([FULL, HOLE, FULL], 1, [], id="it-was-a-mistake"),
        pytest.param([FULL, dated("9 negen", "8 acht")], 1, [], id="the-oldest-made-room"),
        pytest.param([FULL, LATE], 1, [], id="the-newest-may-be-late"),
        pytest.param([FULL, LATE, dated("10 tien", "8 acht", "7 zeven")], 1, ["9"], id="until-newer-ones-are-there"),
        pytest.param([FULL, LATE, FULL, LATE], 1, [], id="servers-that-differ"),
        pytest.param([FULL, dated("7 zeven", "9 negen")], 1, [], id="no-order"),
        pytest.param([dated("8 acht", "9 negen", "7 zeven"), HOLE], 1, [], id="no-order-before"),
        pytest.param([FULL, rss("9 negen", "7 zeven")], 1, [], id="no-dates"),
        pytest.param([rss("9 negen", "8 acht", "7 zeven"), HOLE], 1, [], id="it-had-no-date"),
        pytest.param([FULL, dated()], 1, [], id="empty"),
    ],
)
def test_item_is_gone_where_its_neighbours_are_still_there(feeds: list[str], unchanged: int, gone: list[str]) -> None:
    hall = virtual.run(_in_turn(*feeds, unchanged=unchanged))

    assert [(each.native_id or "").rpartition("#")[2] for each in hall.departed if isinstance(each, Delete)] == gone
    assert hall.conditions[0] == ("ok", "")


@pytest.mark.parametrize(("kept", "gone"), [(["8"], 1), ((), 0)], ids=["kept", "the-control-nobody-knows-its-name"])
def test_item_that_was_taken_out_while_we_were_off_goes(kept: list[str], gone: int) -> None:
    async def scenario() -> tuple[Hall, str]:
        async with Site(FULL).serving() as site:
            cursor = (await heard(site)).cursor
            site.feed = HOLE
            cursor = (await heard(site, kept=kept, cursor=cursor)).cursor
            return await heard(site, kept=kept, cursor=cursor), site.address

    hall, address = virtual.run(scenario())

    assert hall.departed == [Delete(native_id=f"{address}#8", uri=f"{address}#8")] * gone


ITEMS = st.lists(st.integers(1, 30), unique=True, max_size=30).map(lambda dates: sorted(dates, reverse=True))


@given(ITEMS, ITEMS)
def test_nothing_is_gone_that_is_there_or_could_have_made_room(before: list[int], now: list[int]) -> None:
    traces = {str(at): Trace(words="x", at=at, missed=True) for at in before}
    reach = (now[-1], now[0]) if len(now) > 1 else None

    gone, left = taken_out(traces, {str(at) for at in now}, reach)

    absent = {at for at in before if at not in now} if reach else set()
    assert {*map(int, gone)} == {at for at in absent if now[-1] < at < now[0]}
    assert {*map(int, left)} == {at for at in absent if at > now[0]}


def test_what_may_still_turn_out_to_be_gone_is_bounded() -> None:
    _, left = taken_out({str(at): Trace(words="x", at=at) for at in range(10, 500)}, (), (1, 2))

    assert len(left) == memory.MAX_LEFT


@pytest.mark.parametrize(
    ("dates", "reach"),
    [
        ([3, 2, 2, 1], (1, 3)),
        ([3], None),
        ([], None),
        ([1, 2], None),
        ([3, None, 1], None),
        ([3, "unreadable", 1], None),
    ],
)
def test_reach_is_of_a_feed_in_order(dates: list[Any], reach: tuple[int, int] | None) -> None:
    items = [BadInput("?") if at == "unreadable" else Item(guid=str(at), published=at) for at in dates]

    assert parse.reach(Feed(items=tuple(items))) == reach


def test_two_feeds_do_not_take_over_each_others_items() -> None:
    before, post = Memory(), NetworkPost(native_id="1", uri="1", author_id="a", text="een")
    assert before.news(post, feed="a", now_us=1) == post
    changed = NetworkPost(native_id="1", uri="1", author_id="a", text="anders")

    assert before.news(changed, feed="b", now_us=2) is None
    assert before.traces([post], feed="b") == {}
    again = Memory()
    again.resume("a", before.traces([post], feed="a"))
    assert again.news(changed, feed="b", now_us=2) is None
    assert again.news(post, feed="a", now_us=2) is None
    assert again.let_go(key_of("1"), feed="a") == "", "a cursor has no names"


# What was taken out of one of two feeds

BLOG = "https://b.example/"


def blog(*hours: int, **words: str) -> str:
    """A feed with what the blog had at *hours*; *words* are other ones than usual, as `at_8="..."`."""
    return dated(*(f"{hour} {words.get(f'at_{hour}', f'uur {hour}')}" for hour in hours), home=BLOG)


def gone(hall: Hall) -> list[str]:
    return [(each.native_id or "").removeprefix(BLOG) for each in hall.departed if isinstance(each, Delete)]


def _of_two(*turns: tuple[str, str], **main_headers: str) -> Hall:
    """What is heard of a feed of a tag and of all, that are so for four looks in each of *turns*."""

    async def scenario() -> Hall:
        async with Site(turns[0][0]).serving() as tagged, Site(turns[0][1]).serving() as main:
            main.headers = main_headers
            async with listening(tagged.address, main.address) as hall:
                for tagged.feed, main.feed in turns:
                    await asyncio.sleep(4 * LOOK)
        return hall

    return virtual.run(scenario())


ALL, WITHOUT_8 = blog(9, 8, 7), blog(9, 7)


@pytest.mark.parametrize(
    ("turns", "left"),
    [
        pytest.param([(ALL, ALL), (WITHOUT_8, ALL)], [], id="it-lost-a-tag"),
        pytest.param([(ALL, ALL), (WITHOUT_8, WITHOUT_8)], ["8"], id="out-of-both"),
        pytest.param([(ALL, blog(9, 7)), (WITHOUT_8, blog(9, 7))], ["8"], id="the-control-it-was-in-one"),
        pytest.param([(ALL, ALL), (WITHOUT_8, ALL), (WITHOUT_8, WITHOUT_8)], ["8"], id="out-of-the-other-later"),
        pytest.param([(ALL, ALL), (WITHOUT_8, ALL), (WITHOUT_8, blog(10, 9))], [], id="made-room-in-the-other-later"),
        pytest.param([(ALL, ALL), (WITHOUT_8, ALL), (ALL, ALL)], [], id="it-has-its-tag-again"),
    ],
)
def test_item_is_gone_when_it_is_in_no_feed_of_the_source(turns: list[tuple[str, str]], left: list[str]) -> None:
    hall = _of_two(*turns)

    assert gone(hall) == left
    assert hall.conditions == [("ok", "")]


def test_feed_that_has_an_item_alone_may_change_it() -> None:
    hall = _of_two((ALL, ALL), (WITHOUT_8, ALL), (WITHOUT_8, blog(9, 8, 7, at_8="verbeterd")))

    assert (hall.texts[-1], hall.posts[-1].edited is not None) == ("verbeterd", True)


def test_item_out_of_both_is_gone_also_where_the_other_is_looked_at_later() -> None:
    hall = _of_two((ALL, ALL), *[(WITHOUT_8, WITHOUT_8)] * 3, **{"Cache-Control": "max-age=3600"})

    assert gone(hall) == ["8"]


@pytest.mark.parametrize(("main", "left"), [(ALL, []), (WITHOUT_8, ["8"])], ids=["it-lost-a-tag", "the-control"])
@pytest.mark.parametrize("trouble", [(), (answers(503),) * 2], ids=["well", "the-other-is-ill-at-first"])
def test_what_the_other_feed_has_is_known_after_a_restart(main: str, left: list[str], trouble: Any) -> None:
    """Also where its server says that nothing changed, and nothing is gone before it was seen."""

    async def scenario() -> Hall:
        async with Site(ALL).serving() as tagged, Site(main).serving() as other:
            cursor = (await heard(tagged, other)).cursor or ""
            tagged.feed = WITHOUT_8
            missed = (await heard(tagged, cursor=cursor)).cursor or ""
            other.misbehave = [*trouble]
            both, kept = json.dumps(json.loads(cursor) | json.loads(missed)), [f"{BLOG}{hour}" for hour in (7, 8, 9)]
            return await heard(tagged, other, cursor=both, kept=kept, seconds=5 * LOOK)

    assert gone(virtual.run(scenario())) == left


def test_nothing_is_gone_while_another_feed_was_never_seen() -> None:
    async def scenario() -> tuple[list[str], list[str]]:
        async with Site(ALL).serving() as tagged, Site(WITHOUT_8).serving() as other:
            other.at["/feed"] = answers(503)
            async with listening(tagged.address, other.address) as hall:
                await asyncio.sleep(LOOK)
                tagged.feed = WITHOUT_8
                await asyncio.sleep(4 * LOOK)
                before = gone(hall)
                other.at.clear()
                await asyncio.sleep(4 * LOOK)
            return before, gone(hall)

    assert virtual.run(scenario()) == ([], ["8"]), "and then it is"


@pytest.mark.parametrize("seen", [True, False], ids=["it-was-there-before", "it-never-was"])
@pytest.mark.parametrize(
    ("status", "minutes", "left"),
    [(410, 20, ["8"]), (401, 20, ["8"]), (404, 20, []), (404, 150, ["8"]), (503, 20, []), (503, 150, ["8"])],
)
def test_feed_that_is_dead_holds_back_nothing(status: int, minutes: int, left: list[str], seen: bool) -> None:
    """At once where it is gone for good; else after an hour, since it may only be ill."""

    async def scenario() -> Hall:
        async with Site(ALL).serving() as tagged, Site(ALL).serving() as other:
            other.misbehave = [answers(503)]  # so that the other one is the first
            if not seen:
                other.at["/feed"] = answers(status)
            async with listening(tagged.address, other.address) as hall:
                await asyncio.sleep(LOOK)
                other.at["/feed"] = answers(status)
                tagged.feed = WITHOUT_8
                await asyncio.sleep(minutes * MINUTE)
            return hall

    assert gone(virtual.run(scenario())) == left


def test_what_a_dead_feed_told_is_taken_over_by_the_one_that_has_it() -> None:
    """Which edits it, and may take it out."""

    async def scenario() -> Hall:
        async with Site(ALL).serving() as tagged, Site(ALL).serving() as other:
            tagged.misbehave = [answers(503)]  # so that the other one tells of all
            async with listening(tagged.address, other.address) as hall:
                await asyncio.sleep(LOOK)
                other.at["/feed"] = answers(410)
                await asyncio.sleep(2 * LOOK)
                tagged.feed = blog(9, 8, 7, at_7="verbeterd")
                await asyncio.sleep(LOOK)
                tagged.feed = blog(9, 7, at_7="verbeterd")
                await asyncio.sleep(3 * LOOK)
            return hall

    hall = virtual.run(scenario())

    assert (hall.texts[-1], gone(hall)) == ("verbeterd", ["8"])


@pytest.mark.parametrize("has_it", [True, False], ids=["it-lost-a-tag", "the-control"])
def test_nothing_is_gone_because_our_own_line_was_down(has_it: bool) -> None:
    """Both feeds are away for hours; then one is there at once, and the other a little later."""

    async def scenario() -> Hall:
        async with Site(ALL).serving() as tagged, Site(ALL).serving() as other:
            async with listening(tagged.address, other.address) as hall:
                await asyncio.sleep(LOOK)
                tagged.feed = WITHOUT_8
                await asyncio.sleep(LOOK)
                for site in (tagged, other):
                    site.at["/feed"] = answers(503)
                other.feed = ALL if has_it else WITHOUT_8
                await asyncio.sleep(180 * MINUTE)
                tagged.at.clear()
                await asyncio.sleep(LOOK)
                other.at.clear()
                await asyncio.sleep(5 * LOOK)
            return hall

    assert gone(virtual.run(scenario())) == ([] if has_it else ["8"])


@pytest.mark.parametrize("has_it", [True, False])
def test_feed_that_comes_back_from_the_dead_is_read_whole(has_it: bool) -> None:
    """Its server says that nothing changed, and what it has still counts."""

    async def scenario() -> Hall:
        async with Site(ALL).serving() as tagged, Site(ALL if has_it else WITHOUT_8).serving() as other:
            async with listening(tagged.address, other.address) as hall:
                await asyncio.sleep(LOOK)
                other.at["/feed"] = answers(404)
                await asyncio.sleep(150 * MINUTE)
                other.at.clear()
                await asyncio.sleep(2 * LOOK)
                tagged.feed = WITHOUT_8
                await asyncio.sleep(5 * LOOK)
            return hall

    assert gone(virtual.run(scenario())) == ([] if has_it else ["8"])


def test_what_waits_for_another_feed_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.sources.feed.source.MAX_LEFT", 2)

    async def scenario() -> str:
        async with Site(blog(*range(20, 0, -1))).serving() as tagged, Site().serving() as other:
            other.at["/feed"] = answers(503)
            async with listening(tagged.address, other.address) as hall:
                await asyncio.sleep(LOOK)
                for left in ([20, 19, 18, 15, 1], [20, 18, 1], [20, 1], [20, 1]):
                    tagged.feed = blog(*left)
                    await asyncio.sleep(2 * LOOK)
            return hall.cursor or ""

    (position,) = json.loads(virtual.run(scenario())).values()

    assert len(json.loads(position)["items"]) == 4, "two that are there, two that wait"


# What a stranger calls as another's


def planet(*items: tuple[str, str, int, str]) -> str:
    """A feed of many: for each item its guid, page, hour and author, who is also its text."""
    return _feed(
        "".join(
            _item(guid, hour, f"<link>{link}</link><title>Van {author}</title><author>{author}</author>")
            for guid, link, hour, author in items
        )
    )


TOP, OLD = ("https://top.example/1", "", 11, "Top"), ("https://old.example/1", "", 7, "Oud")
ANNA = ("https://anna.example/?p=1", "https://anna.example/een", 9, "Anna")
SAME_GUID = (ANNA[0], "https://stranger.example/een", 10, "Vreemd")
SAME = (*ANNA[:2], 10, "Vreemd")
WITH_ANNA, WITHOUT = planet(TOP, ANNA, OLD), planet(TOP, OLD)
TWICE = planet(TOP, SAME_GUID, ANNA, OLD)


@pytest.mark.parametrize(
    ("feeds", "left"),
    [
        pytest.param([WITH_ANNA, TWICE, TWICE + " "], [], id="a-stranger-has-her-guid"),
        pytest.param([WITH_ANNA, TWICE, TWICE + " ", WITH_ANNA], [SAME_GUID[1]], id="and-not-any-more"),
        pytest.param([WITH_ANNA, WITHOUT], [ANNA[0]], id="the-control-she-took-it-out"),
    ],
)
def test_guid_that_a_stranger_has_too_takes_nothing_out(feeds: list[str], left: list[str]) -> None:
    hall = virtual.run(_in_turn(*feeds, unchanged=2))

    assert [each.native_id for each in hall.departed if isinstance(each, Delete)] == left


@pytest.mark.parametrize(
    ("feeds", "texts"),
    [
        pytest.param([WITH_ANNA, planet(TOP, SAME, ANNA, OLD), WITH_ANNA], ["Van Anna"], id="neither-is-an-edit"),
        pytest.param([planet(TOP, SAME, ANNA, OLD)], ["Van Vreemd"], id="who-has-none-gets-the-newest"),
        pytest.param(
            [WITH_ANNA, planet(TOP, (*ANNA[:2], 10, "Anna B."), OLD)], ["Van Anna", "Van Anna B."], id="alone"
        ),
    ],
)
def test_two_who_claim_one_item_do_not_change_it(feeds: list[str], texts: list[str]) -> None:
    hall = virtual.run(_in_turn(*feeds, unchanged=2))

    assert [post.text for post in hall.posts if post.native_id == ANNA[0]] == texts
    assert hall.departed == []


# Moved


async def _moved(site: Site) -> str | None:
    """The cursor of one who followed a move to `/nieuw`."""
    site.at["/feed"] = goes_to("/nieuw", 301)
    return (await heard(site)).cursor


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(answers(404), id="not-there"),
        pytest.param(answers(410), id="gone"),
        pytest.param(answers(401), id="closed"),
        pytest.param(answers(500), id="ill"),
        pytest.param(answers(body="<!doctype html>Dit domein is te koop", kind="text/html"), id="for-sale"),
        pytest.param(goes_to("http://127.0.0.1:1/x"), id="moved-to-where-we-do-not-go"),
    ],
)
def test_feed_that_is_not_to_be_had_where_it_moved_is_asked_for_where_it_was(trouble: Any) -> None:
    async def scenario() -> tuple[Hall, list[str], list[str]]:
        async with Site(rss("1 een")).serving() as site:
            cursor = await _moved(site)
            site.at = {"/nieuw": trouble}
            site.feed = rss("2 twee", "1 een")
            site.requests.clear()
            async with listening(site.address, cursor=cursor) as hall:
                await asyncio.sleep(LOOK)
            return hall, [path for _, path in site.requests], hall.texts

    hall, paths, texts = virtual.run(scenario())

    assert (texts, hall.conditions) == (["2 twee"], [("ok", "")])
    assert paths == ["/nieuw", "/feed", "/feed"], "and there it is from now on"


@pytest.mark.parametrize("status", [403, 429], ids=["403", "429"])
def test_feed_that_only_wants_rest_where_it_moved_gets_it(status: int) -> None:
    async def scenario() -> tuple[Hall, list[str]]:
        async with Site(rss("1 een")).serving() as site:
            cursor = await _moved(site)
            site.at = {"/nieuw": answers(status)}
            site.requests.clear()
            return await heard(site, cursor=cursor), [path for _, path in site.requests]

    hall, paths = virtual.run(scenario())

    assert (hall.healths[-1].condition.value, paths) == ("waiting", ["/nieuw"])


def test_feed_that_is_nowhere_says_what_is_wrong_where_the_organiser_said() -> None:
    async def scenario() -> Hall:
        async with Site(rss("1 een")).serving() as site:
            cursor = await _moved(site)
            site.at = {"/nieuw": answers(500), "/feed": answers(410)}
            return await heard(site, cursor=cursor)

    assert virtual.run(scenario()).conditions == [("needs-attention", "gone")]


def test_login_page_that_catches_all_for_good_is_no_new_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hotel's network says 301 to everything: once we are through, the feed is where it always was."""
    monkeypatch.setattr(door, "is_public_address", lambda address: True)
    monkeypatch.setattr(door, "PORTS", range(65536))

    async def scenario() -> tuple[Hall, int]:
        async with Site(rss("1 een")).serving() as site, Site("<html>Log in").serving() as portal:
            site.at["/feed"] = goes_to(portal.address, 301)
            async with listening(site.address) as hall:
                await asyncio.sleep(MINUTE)
                site.at.clear()
                await asyncio.sleep(10 * MINUTE)
                portal.requests.clear()
                await asyncio.sleep(10 * MINUTE)
            return hall, len(portal.requests)

    hall, asked = virtual.run(scenario())

    assert (hall.texts, hall.conditions, asked) == (["1 een"], [("waiting", "web-page"), ("ok", "")], 0)


# Where is my post?

PAGES = (
    "<rss><channel>"
    "<item><guid isPermaLink='false'>7</guid><link>https://blog.example/zeven/</link><title>zeven</title></item>"
    "<item><guid>https://blog.example/acht#deel-2</guid><title>acht</title></item>"
    "</channel></rss>"
)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("https://blog.example/zeven/", "zeven"),
        ("http://www.blog.example/zeven?utm_source=x", "zeven"),
        ("https://blog.example/acht#deel-2", "acht"),
        ("https://blog.example/acht", None),
        ("https://blog.example/negen", None),
        ("zomaar een woord", None),
    ],
)
def test_item_is_found_by_its_page_whatever_its_hashtags(address: str, text: str | None) -> None:
    async def scenario() -> Any:
        async with Site(PAGES).serving() as site, source_for(site.address, tags=["iets"]) as source:
            return await source.find(address)  # type: ignore[attr-defined]

    found = virtual.run(scenario())

    assert (None if found is None else found.text) == text


def test_item_is_found_though_another_feed_is_ill() -> None:
    async def scenario() -> tuple[str, str]:
        async with Site(PAGES).serving() as site, Site().serving() as bad:
            bad.at["/feed"] = answers(503)
            async with source_for(bad.address, site.address) as source:
                found = await source.find("https://blog.example/zeven")  # type: ignore[attr-defined]
                with pytest.raises(SourceUnavailable) as caught:
                    await source.find("https://blog.example/negen")  # type: ignore[attr-defined]
            return found.text, caught.value.code

    assert virtual.run(scenario()) == ("zeven", "server-error"), "in doubt nobody says that it is not there"
