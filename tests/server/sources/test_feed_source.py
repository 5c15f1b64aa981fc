"""The source against websites on loopback that behave, misbehave, move and go, in virtual time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
import pytest
from yarl import URL

from server.errors import BadInput
from server.sources.backoff import Cause
from server.sources.contract import Finding
from server.sources.feed import door, memory, options
from server.sources.feed.client import Moved
from server.sources.feed.options import parse_options
from server.sources.manifest import BUILT_IN, read_manifest
from tests.server.sources import virtual
from tests.server.sources.feed_site import MASTODON, Site, goes_to, house, listening, rss, source_for
from tests.server.sources.mastodon import upstream as up
from tests.server.sources.mastodon.hall import Hall
from tests.server.sources.mastodon.upstream import Behaviour, answers, gaps
from tests.server.sources.test_feed_memory import dated

MINUTE = 60
HOUR = 3600


async def _hear(site: Site, seconds: float, **options: Any) -> Hall:
    async with listening(site.address, **options) as hall:
        await asyncio.sleep(seconds)
    return hall


# At its pace


def test_items_come_oldest_first_and_only_once() -> None:
    async def scenario() -> tuple[Hall, list[int], list[float]]:
        async with Site(rss("2 twee", "1 een")).serving() as site, listening(site.address) as hall:
            await asyncio.sleep(12 * MINUTE)
            site.feed = rss("3 drie", "2 twee", "1 een")
            await asyncio.sleep(10 * MINUTE)
            return hall, site.statuses, gaps([at for at, _ in site.requests])

    hall, statuses, between = virtual.run(scenario())

    assert hall.texts == ["1 een", "2 twee", "3 drie"]
    assert statuses[:4] == [200, 304, 304, 200], "nothing is sent again that did not change"
    assert all(300 <= gap <= 331 for gap in between)
    assert hall.conditions == [("ok", "")]
    assert hall.healths[-1].counts == {"feeds": 1, "feeds-ok": 1, "posts": 3, "unreadable": 0}


@pytest.mark.parametrize(
    ("headers", "channel", "least_s"),
    [
        pytest.param({}, "", 300, id="nothing-said"),
        pytest.param({"Cache-Control": "public, max-age=900"}, "", 900, id="max-age"),
        pytest.param({"Cache-Control": "max-age=900", "Age": "200"}, "", 700, id="max-age-less-age"),
        pytest.param({"Cache-Control": "max-age=10"}, "", 300, id="shorter-than-ours"),
        pytest.param({"Cache-Control": "s-maxage=900"}, "", 300, id="for-proxies-only"),
        pytest.param({}, "<ttl>20</ttl>", 1200, id="ttl"),
        pytest.param({"Cache-Control": "max-age=999999"}, "<ttl>9999</ttl>", 3600, id="at-most-an-hour"),
    ],
)
def test_feed_may_ask_for_rest(headers: dict[str, str], channel: str, least_s: float) -> None:
    async def scenario() -> list[float]:
        site = Site(rss("1 een", channel=channel))
        site.headers = headers
        async with site.serving():
            await _hear(site, 2.5 * least_s)
            return gaps([at for at, _ in site.requests])

    between = virtual.run(scenario())

    assert len(between) == 2
    assert all(least_s - 1 <= gap <= least_s * 1.1 + 1 for gap in between)


def test_changed_item_is_an_edit_and_one_that_vanished_is_nothing() -> None:
    async def scenario() -> Hall:
        async with Site(dated("3 drie", "2 twee", "1 een")).serving() as site, listening(site.address) as hall:
            await asyncio.sleep(MINUTE)
            site.feed = dated("3 drie, verbeterd", "2 twee")
            await asyncio.sleep(20 * MINUTE)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["een", "twee", "drie", "drie, verbeterd"]
    assert [post.edited is None for post in hall.posts] == [True, True, True, False]
    assert hall.posts[3].uri == hall.posts[2].uri
    assert hall.departed == []


def test_edit_that_takes_the_hashtag_away_is_told_all_the_same() -> None:
    async def scenario() -> Hall:
        async with (
            Site(rss("1 een #demo", "2 iets anders")).serving() as site,
            listening(site.address, tags=["demo"]) as hall,
        ):
            await asyncio.sleep(MINUTE)
            site.feed = rss("1 oeps, sorry", "2 nog iets anders")
            await asyncio.sleep(10 * MINUTE)
            return hall

    assert virtual.run(scenario()).texts == ["1 een #demo", "1 oeps, sorry"]


def test_guid_that_is_no_address_is_no_link() -> None:
    assert [post.permalink for post in virtual.run(_with_site(rss("1 een"))).posts] == [None]


def test_word_of_the_feed_that_all_has_changed_is_not_taken() -> None:
    """Video channels do so whenever somebody looks at a video."""
    entry = "<entry><id>urn:x:1</id><title>Een</title><updated>{}</updated></entry>"
    feed = '<feed xmlns="http://www.w3.org/2005/Atom">' + entry + "</feed>"

    async def scenario() -> Hall:
        site = Site(feed.format("2026-11-21T19:00:00Z"))
        async with site.serving(), listening(site.address) as hall:
            await asyncio.sleep(MINUTE)
            site.feed = feed.format("2026-11-21T19:30:00Z")
            await asyncio.sleep(10 * MINUTE)
            return hall

    assert virtual.run(scenario()).texts == ["Een"]


def test_two_feeds_with_one_item_do_not_dispute_its_words() -> None:
    item = "<rss><channel><item><guid>https://b.example/1</guid><title>{}</title></item></channel></rss>"

    async def scenario() -> Hall:
        async with (
            Site(item.format("lang")).serving() as one,
            Site(item.format("kort")).serving() as other,
            listening(one.address, other.address) as hall,
        ):
            await asyncio.sleep(30 * MINUTE)
            return hall

    assert len(virtual.run(scenario()).texts) == 1


def test_after_a_restart_only_what_is_new_comes() -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with Site(rss("1 een")).serving() as site:
            before = await _hear(site, MINUTE)
            async with listening(site.address, cursor=before.cursor) as after:
                await asyncio.sleep(MINUTE)
                site.feed = rss("2 twee")
                await asyncio.sleep(10 * MINUTE)
            return before, after

    before, after = virtual.run(scenario())

    assert (before.texts, after.texts) == (["1 een"], ["2 twee"])


def test_cursor_comes_with_the_last_post_and_not_before() -> None:
    hall = virtual.run(_with_site(rss("3 drie", "2 twee", "1 een")))

    assert [reached is None for _, _, reached in hall.seen[:4]] == [True, True, False, False]


async def _with_site(feed: str, seconds: float = MINUTE, **options: Any) -> Hall:
    async with Site(feed).serving() as site:
        return await _hear(site, seconds, **options)


@pytest.mark.parametrize("cursor", ["nonsense", "[1]", '{"x": 1}', "{}", '{"http://x": "nonsense"}'])
def test_cursor_that_cannot_be_read_means_the_beginning(cursor: str) -> None:
    assert virtual.run(_with_site(rss("1 een"), cursor=cursor)).texts == ["1 een"]


def test_position_of_a_feed_that_cannot_be_read_means_its_beginning() -> None:
    async def scenario() -> Hall:
        async with Site(rss("1 een")).serving() as site:
            return await _hear(site, MINUTE, cursor=msgspec.json.encode({site.address: "nonsense"}).decode())

    assert virtual.run(scenario()).texts == ["1 een"]


def test_memory_of_items_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was forgotten comes again, and is found to be known further on."""
    monkeypatch.setattr(memory, "MAX_KNOWN", 2)

    async def scenario() -> Hall:
        async with Site(rss("3 drie", "2 twee", "1 een")).serving() as site, listening(site.address) as hall:
            await asyncio.sleep(MINUTE)
            site.feed += " "
            await asyncio.sleep(10 * MINUTE)
            return hall

    assert len(virtual.run(scenario()).texts) > 3


def test_options_choose_what_comes_in() -> None:
    with_tags = virtual.run(_with_site(MASTODON, tags=["DémoConf"]))
    other = virtual.run(_with_site(MASTODON, tags=["iets"]))
    early = virtual.run(_with_site(MASTODON, since="2026-11-21T19:35:00Z"))
    nameless = virtual.run(_with_site(MASTODON, hide_names=True))

    assert [len(hall.posts) for hall in (with_tags, other, early)] == [2, 0, 1]
    assert {(post.name, post.handle) for post in nameless.posts} == {("#DemoConf", "")}
    assert {post.handle for post in with_tags.posts} == {"@anna@toot.example", "@bob@elders.example"}


# In trouble

LOOP = goes_to("/feed", 302)
TROUBLES: list[Any] = [
    pytest.param(up.later("Retry-After", lambda: "900"), "limited", 900, id="429"),
    pytest.param(answers(503, headers={"Retry-After": "1200"}), "server-error", 1200, id="503-retry-after"),
    pytest.param(answers(500), "server-error", 5, id="500"),
    pytest.param(answers(403), "refused", 60, id="403"),
    pytest.param(up.later("Retry-After", lambda: "900", 403), "refused", 900, id="403-retry-after"),
    pytest.param(answers(304), "unexpected-answer", 5, id="304-unasked"),
    pytest.param(answers(404), "not-there", 5, id="404"),
    pytest.param(answers(418), "unexpected-answer", 5, id="418"),
    pytest.param(answers(body="<html>Log in to the hotel's Wi-Fi", kind="text/html"), "web-page", 5, id="login-page"),
    pytest.param(answers(body="<rss><channel><item>"), "not-a-feed", 5, id="cut-short"),
    pytest.param(answers(body=b"\x00\xff" * 1000), "not-a-feed", 5, id="garbage"),
    pytest.param(answers(body="<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>"), "unsafe-xml", 5, id="entities"),
    pytest.param(answers(body="[" * 500_000), "not-a-feed", 5, id="deep"),
    pytest.param(answers(body=b"a" * (5 * 2**20 + 1)), "too-large", 5, id="huge"),
    pytest.param(up.bomb, "too-large", 5, id="gzip-bomb"),
    pytest.param(up.truncated, "unreachable", 0, id="truncated"),
    pytest.param(up.drips, "too-slow", 20, id="drips"),
    pytest.param(LOOP, "redirected", 5, id="redirect-loop"),
    pytest.param(goes_to("http://127.0.0.1:1/x", 302), "redirected", 5, id="another-host-for-now"),
    pytest.param(goes_to("ftp://files.example/x"), "redirected", 5, id="another-scheme"),
    pytest.param(goes_to("https://user:pw@127.0.0.1/x"), "redirected", 5, id="redirect-with-a-password"),
    pytest.param(goes_to(""), "redirected", 5, id="redirect-to-nowhere"),
    pytest.param(goes_to("http://["), "redirected", 5, id="redirect-to-nonsense"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("trouble", "what", "least_s"), TROUBLES)
def test_feed_in_trouble_waits_says_so_and_loses_nothing(trouble: Behaviour, what: str, least_s: float) -> None:
    async def scenario() -> tuple[Hall, Site]:
        async with Site(rss("1 een")).serving() as site:
            site.misbehave = [trouble] * (4 if trouble is LOOP else 1)
            return await _hear(site, least_s * 1.2 + 5 * MINUTE), site

    hall, site = virtual.run(scenario())

    assert hall.texts == ["1 een"]
    assert hall.conditions == [("waiting", what), ("ok", "")]
    assert hall.healths[0].where == site.where
    assert max(gaps([at for at, _ in site.requests])) >= least_s


@pytest.mark.slow
@pytest.mark.parametrize("trouble", [each.values[0] for each in TROUBLES], ids=[each.id for each in TROUBLES])
def test_feed_that_stays_bad_is_not_hammered(trouble: Behaviour) -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Site().serving() as site:
            site.at["/feed"] = trouble
            hall = await _hear(site, HOUR)
            return hall, len(site.requests)

    hall, requests = virtual.run(scenario())

    assert hall.posts == []
    # Lost connections at most every 60 s with full jitter, each asked twice: about 240.
    assert 2 <= requests <= 400


@pytest.mark.parametrize(("status", "what"), [(410, "gone"), (401, "refused")])
def test_feed_that_is_gone_or_closed_stops_and_says_so(status: int, what: str) -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Site(rss("1 een")).serving() as site:
            site.at["/feed"] = answers(status)
            return await _hear(site, 2 * HOUR), len(site.requests)

    hall, requests = virtual.run(scenario())

    assert hall.conditions == [("needs-attention", what)]
    assert requests == 1


def test_feed_in_trouble_does_not_hold_up_the_others() -> None:
    async def scenario() -> tuple[Hall, Site]:
        async with Site(rss("1 een")).serving() as good, Site().serving() as bad:
            bad.at["/feed"] = answers(410)
            async with listening(bad.address, good.address) as hall:
                await asyncio.sleep(MINUTE)
                good.feed = rss("2 twee")
                await asyncio.sleep(10 * MINUTE)
            return hall, bad

    hall, bad = virtual.run(scenario())

    assert hall.texts == ["1 een", "2 twee"]
    last = hall.healths[-1]
    assert (last.condition, last.what, last.where) == ("needs-attention", "gone", bad.where)
    assert (last.counts["feeds"], last.counts["feeds-ok"]) == (2, 1)


def test_broken_items_cost_only_themselves_and_are_told_now_and_then(caplog: pytest.LogCaptureFixture) -> None:
    feed = msgspec.json.encode(
        {"version": "https://jsonfeed.org/version/1.1", "items": [*range(60), {"id": "a", "content_text": "heel"}]}
    ).decode()

    async def scenario() -> Hall:
        async with Site(feed).serving() as site, listening(site.address) as hall:
            await asyncio.sleep(MINUTE)
            site.feed += " "
            await asyncio.sleep(10 * MINUTE)
            return hall

    with caplog.at_level(logging.WARNING, "server.sources.feed"):
        hall = virtual.run(scenario())

    assert hall.texts == ["heel"]
    assert hall.healths[-1].counts["unreadable"] == 120
    told = [record.args for record in caplog.records if isinstance(record.args, tuple)]
    assert [(args[0], args[3]) for args in told] == [("feed-1", "$.items[0]"), ("feed-1", "$.items[40]")]


def test_fault_of_ours_is_raised_for_the_runner_to_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("server.sources.feed.parse.read_feed", fails)

    async def scenario() -> None:
        async with Site("x").serving() as site, source_for(site.address) as source:
            async for _ in source.events(None):
                pass

    with pytest.raises(ZeroDivisionError):
        virtual.run(scenario())


# On the move


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_on_the_same_host_is_followed(status: int) -> None:
    async def scenario() -> tuple[list[str], list[str], list[int]]:
        async with Site(rss("1 een")).serving() as site:
            site.at["/feed"] = goes_to("/atom?lang=nl", status)
            hall = await _hear(site, 6 * MINUTE)
            return hall.texts, [path for _, path in site.requests], site.statuses

    texts, paths, statuses = virtual.run(scenario())

    assert texts == ["1 een"]
    if status in (301, 308):
        assert (paths, statuses) == (["/feed", "/atom?lang=nl", "/atom?lang=nl"], [status, 200, 304])
    else:
        assert (paths, statuses) == (["/feed", "/atom?lang=nl"] * 2, [status, 200, status, 304])


def test_move_is_remembered_over_a_restart() -> None:
    async def scenario() -> list[str]:
        async with Site(rss("1 een")).serving() as site:
            site.at["/feed"] = goes_to("/nieuw", 301)
            before = await _hear(site, MINUTE)
            site.requests.clear()
            async with listening(site.address, cursor=before.cursor):
                await asyncio.sleep(MINUTE)
            return [path for _, path in site.requests]

    assert virtual.run(scenario()) == ["/nieuw"]


@asynccontextmanager
async def _two_sites() -> AsyncIterator[tuple[Site, Site]]:
    """One that has moved for good to another."""
    async with Site().serving() as old, Site(rss("1 een")).serving() as new:
        old.at["/feed"] = goes_to(f"{new.origin}/feed?key=geheim")
        yield old, new


def test_move_to_another_host_is_not_followed_where_that_is_private(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger's redirect would make us ask within the venue's network."""

    async def scenario() -> tuple[Hall, int, str]:
        async with _two_sites() as (old, new):
            hall = await _hear(old, HOUR)
            return hall, len(new.requests), new.address

    hall, requests, address = virtual.run(scenario())

    assert (hall.texts, requests) == ([], 0)
    assert hall.conditions == [("waiting", "moved")]
    assert hall.healths[-1].where == address, "without what is asked: there may be a key in it"

    monkeypatch.setattr(door, "_checked_socket", None)
    hall, requests, _ = virtual.run(scenario())
    assert (hall.texts, requests > 0) == (["1 een"], True), "the control: without the check it is asked"


def test_move_to_another_public_host_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "is_public_address", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(door, "PORTS", range(65536))

    async def scenario() -> tuple[Hall, list[str], list[str], list[int]]:
        async with _two_sites() as (old, new):
            first = await _hear(old, MINUTE)
            async with listening(old.address, cursor=first.cursor):
                await asyncio.sleep(10 * MINUTE)
            return first, [path for _, path in old.requests], [path for _, path in new.requests], new.statuses

    hall, old, new, statuses = virtual.run(scenario())

    assert hall.texts == ["1 een"]
    assert hall.conditions == [("ok", "")]
    assert old == ["/feed"], "asked once"
    assert new == ["/feed?key=geheim"] * 3
    assert statuses == [200, 304, 304]


def test_name_that_resolves_to_something_private_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each socket is checked, so it does not matter what the name is or was."""
    asked: list[str] = []

    def is_public(address: str) -> bool:
        asked.append(address)
        return False

    monkeypatch.setattr(door, "is_public_address", is_public)
    monkeypatch.setattr(door, "PORTS", range(65536))

    async def scenario() -> Hall:
        async with Site().serving() as old, Site(rss("1 een")).serving() as new:
            old.at["/feed"] = goes_to(new.address.replace("127.0.0.1", "localhost"))
            return await _hear(old, MINUTE)

    hall = virtual.run(scenario())

    assert hall.conditions == [("waiting", "moved")]
    assert "127.0.0.1" in asked


@pytest.mark.parametrize(("scheme", "cause"), [("https", Cause.REFUSED), ("http", Cause.LIMITED)])
def test_move_inwards_is_believed_only_of_whom_we_know(scheme: str, cause: Cause) -> None:
    """Without https it may be the login page of a hotel, which is over when somebody has logged in."""
    moved = Moved("x", to="http://10.0.0.1/", teller=URL(f"{scheme}://blog.example/feed"))

    assert (moved.code, moved.cause) == ("moved", cause)


# On trial


def test_trial_shows_each_feed_with_its_newest_posts() -> None:
    async def scenario() -> tuple[tuple[Finding, ...], list[str]]:
        async with Site(rss(*(f"{n} bericht" for n in range(9)))).serving() as good, Site().serving() as bad:
            bad.at["/feed"] = answers(410)
            async with source_for(good.address, bad.address) as source:
                trial = await source.check()
            assert trial.works
            return trial.findings, [good.where, bad.where]

    (good, bad), where = virtual.run(scenario())

    assert [good.where, bad.where] == where
    assert (good.what, good.streams, [post.text for post in good.posts]) == (
        "",
        False,
        [f"{n} bericht" for n in range(5)],
    )
    assert (bad.what, bad.posts) == ("gone", ())


def test_trial_of_a_web_page_names_its_feed() -> None:
    page = '<!doctype html><link rel="alternate" type="application/rss+xml" href="/feed.xml">'

    async def scenario() -> tuple[Finding, str]:
        async with Site(page).serving() as site, source_for(site.address) as source:
            (finding,) = (await source.check()).findings
            return finding, site.origin

    finding, origin = virtual.run(scenario())

    assert (finding.what, finding.where) == ("feed-elsewhere", f"{origin}/feed.xml")


def test_feed_cannot_be_asked_again_for_a_post() -> None:
    async def scenario() -> tuple[Any, ...]:
        async with Site(rss("1 een")).serving() as site, source_for(site.address) as source:
            return await source.recheck(["x"])

    assert virtual.run(scenario()) == ()


# Options


def test_manifest_names_the_options_that_the_code_reads() -> None:
    told = {option.name: option for option in read_manifest(BUILT_IN / "feed").options}
    read = {field.name: field for field in msgspec.structs.fields(options._Given)}

    assert set(told) == set(read)
    assert {name for name, option in told.items() if option.required} == {
        name for name, field in read.items() if field.required
    }
    assert (told["addresses"].most, told["tags"].most) == (options.MAX_ADDRESSES, options.MAX_TAGS)
    interval = told["poll_interval_s"]
    assert (interval.least, interval.most, interval.default) == (
        options.MIN_POLL_S,
        options.MAX_POLL_S,
        options.DEFAULT_POLL_S,
    )


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://blog.example/feed?a=1", "https://blog.example/feed?a=1"),
        ("  blog.example/feed#top ", "https://blog.example/feed"),
        ("feed://blog.example/x", "https://blog.example/x"),
        ("feed:http://blog.example/x", "http://blog.example/x"),
        ("http://192.168.1.5:8080/x", "http://192.168.1.5:8080/x"),
    ],
)
def test_address_is_mended(given: str, address: str) -> None:
    assert [str(each) for each in parse_options({"addresses": [given]}).addresses] == [address]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "addresses"),
        ({"addresses": []}, "addresses"),
        ({"addresses": [f"https://b.example/{n}" for n in range(11)]}, "addresses"),
        ({"addresses": ["ftp://b.example/x"]}, "addresses"),
        ({"addresses": ["https://anna:pw@b.example/x"]}, "addresses"),
        ({"addresses": ["https://[/"]}, "addresses"),
        ({"addresses": ["javascript:alert(1)"]}, "addresses"),
        ({"addresses": [7]}, "addresses"),
        ({"addresses": ["b.example"], "tags": ["!!"]}, "tags"),
        ({"addresses": ["b.example"], "poll_interval_s": 59}, "poll_interval_s"),
        ({"addresses": ["b.example"], "hide_names": "ja"}, "hide_names"),
        ({"addresses": ["b.example"], "since": "gisteren"}, "since"),
        ({"addresses": ["b.example"], "colour": "red"}, None),
    ],
)
def test_option_that_is_wrong_is_named(wrong: dict[str, Any], field: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        parse_options(wrong)

    assert (caught.value.code, caught.value.field if field else None) == ("bad-option", field)


def test_session_for_other_hosts_takes_no_proxy_and_no_cookies() -> None:
    async def scenario() -> tuple[bool, type]:
        async with aiohttp.ClientSession() as session, door.Guarded(house(session)) as guarded:
            made = guarded.tools.session
            return made.trust_env, type(made.cookie_jar)

    assert virtual.run(scenario()) == (False, aiohttp.DummyCookieJar)
