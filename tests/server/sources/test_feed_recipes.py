"""Feeds as well-known software writes them: each recipe of the README, with a sample of the shape that it documents."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from yarl import URL

from server.sources.contract import NetworkPost, PictureRef
from server.sources.feed.parse import Dropped, Wanted, parse_items, read_feed
from tests.server.sources.feed_site import (
    DISCOURSE,
    FLICKR,
    JSON_FEED,
    MASTODON,
    REDDIT,
    SAMPLES,
    WORDPRESS,
    YOUTUBE,
)

NOW_US = int(datetime(2026, 11, 21, 20, tzinfo=UTC).timestamp()) * 1_000_000


def posts(
    sample: str,
    address: str = "https://feeds.example/x",
    *,
    hide_names: bool = False,
    tags: frozenset[str] = frozenset(),
) -> list[NetworkPost]:
    feed = read_feed(sample.encode(), address=address)
    wanted = Wanted(hide_names=hide_names, tags=tags)
    found = parse_items(feed, address=URL(address), wanted=wanted, now_us=NOW_US)
    return [each for each in found if isinstance(each, NetworkPost)]


def us(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[misc, arg-type]  # six integers


def test_mastodon_tag_names_its_authors_by_their_links() -> None:
    bob, anna = posts(MASTODON)

    assert anna == NetworkPost(
        native_id="https://toot.example/@anna/115600123400000000",
        uri="https://toot.example/@anna/115600123400000000",
        permalink="https://toot.example/@anna/115600123400000000",
        author_id="https://toot.example/@anna",
        name="anna",
        handle="@anna@toot.example",
        text="Volle zaal #DemoConf",
        created=us(2026, 11, 21, 19, 40),
        media=(PictureRef(url="https://social.example.nl/m.jpg", alt="Zaal vol mensen"),),
        tags=("DemoConf",),
    )
    assert (bob.handle, bob.author_id) == ("@bob@elders.example", "https://social.example.nl/@bob@elders.example")


def test_mastodon_tag_keeps_content_warnings_and_what_is_sensitive() -> None:
    bob, anna = posts(MASTODON)

    assert (bob.warning, bob.text, bob.sensitive) == ("een grap over spinnen", "Acht poten #DemoConf", True)
    assert (anna.warning, anna.sensitive) == ("", False)


def test_strong_first_line_of_other_software_is_no_content_warning() -> None:
    bob, _ = posts(MASTODON.replace("<generator>Mastodon v4.5.2</generator>", "<generator>Anders</generator>"))

    assert (bob.warning, bob.text.partition("\n")[0]) == ("", "Inhoudswaarschuwing:een grap over spinnen")


def test_youtube_channel_shows_titles_and_stills() -> None:
    (video,) = posts(YOUTUBE)

    assert video == NetworkPost(
        native_id="yt:video:abcDEF12345",
        uri="yt:video:abcDEF12345",
        permalink="https://www.youtube.com/watch?v=abcDEF12345",
        author_id="https://www.youtube.com/channel/UCdemo",
        name="Zaal Een",
        text="Opening van de dag\n\nDe eerste spreker.\nMet vragen uit de zaal.",
        created=us(2026, 11, 21, 8),
        media=(PictureRef(url="https://i2.ytimg.com/vi/abcDEF12345/hqdefault.jpg", width=480, height=360),),
    )


def test_flickr_brings_the_large_photo_and_its_tags() -> None:
    (photo,) = posts(FLICKR)

    assert photo.media == (PictureRef(url="https://live.staticflickr.com/1/54_b.jpg"),)
    assert (photo.name, photo.author_id, photo.tags) == ("Anna", "https://www.flickr.com/people/anna/", ("democonf",))
    assert photo.text.startswith("De grote zaal\n\nAnna (https://www.flickr.com/people/anna/) posted a photo:")


def test_reddit_ids_are_the_feeds_own() -> None:
    (question,) = posts(REDDIT, "https://www.reddit.com/r/democonf/new.rss")

    assert question.native_id == "https://www.reddit.com/r/democonf/new.rss#t3_1abcde"
    assert (question.name, question.author_id) == ("/u/anna", "https://www.reddit.com/user/anna")
    assert question.text.startswith("Een vraag\n\nWaar is de koffie?")


def test_wordpress_shows_title_and_summary_with_the_pictures_of_the_whole() -> None:
    (article,) = posts(WORDPRESS)

    assert article == NetworkPost(
        native_id="https://blog.example/?p=42",
        uri="https://blog.example/?p=42",
        permalink="https://blog.example/2026/11/leerden/",
        author_id="https://feeds.example/x#author:Anna de Vries",
        name="Anna de Vries",
        text="Wat we leerden & wat niet\n\nEen kort begin […]",
        lang="nl-NL",
        created=us(2026, 11, 21, 12),
        media=(PictureRef(url="https://blog.example/foto.jpg", alt="Twee sprekers", width=1024, height=768),),
        tags=("Verslag", "DemoConf"),
    )


def test_discourse_topic_comes_without_its_smileys() -> None:
    (topic,) = posts(DISCOURSE)

    assert (topic.name, topic.text, topic.media) == ("@anna", "Wie rijdt er mee?\n\nNog twee plaatsen.", ())
    assert topic.native_id == "https://feeds.example/x#forum.example-topic-42"


def test_json_feed_takes_its_author_where_an_item_has_none() -> None:
    note, welcome = posts(JSON_FEED)

    assert note == NetworkPost(
        native_id="https://notes.example/2",
        uri="https://notes.example/2",
        permalink="https://notes.example/2",
        author_id="https://notes.example/anna",
        name="Anna",
        avatar_url="https://feeds.example/anna.png",
        text="Koffie om drie uur\nbij <de> deur",
        lang="nl",
        created=us(2026, 11, 21, 14),
        media=(PictureRef(url="https://notes.example/k.jpg", alt="Een kan koffie"),),
        tags=("DemoConf",),
    )
    assert (welcome.native_id, welcome.name, welcome.text) == ("https://feeds.example/x#1", "Bob", "Welkom")


@pytest.mark.parametrize("sample", SAMPLES)
def test_names_can_be_held_back(sample: str) -> None:
    feed = read_feed(sample.encode(), address="https://feeds.example/x")

    for post in posts(sample, hide_names=True):
        assert (post.name, post.handle, post.author_id) == (feed.title, "", "https://feeds.example/x")
        assert post.permalink is None or "@" not in post.permalink
    assert {post.name for post in posts(sample)} - {feed.title} or sample is YOUTUBE, "there were names to hold back"


@pytest.mark.parametrize(("tag", "count"), [("democonf", 1), ("koffie", 0)])
def test_only_items_with_a_wanted_tag_come_in(tag: str, count: int) -> None:
    assert len(posts(WORDPRESS, tags=frozenset({tag}))) == count


def test_tag_in_the_text_counts_too() -> None:
    sample = DISCOURSE.replace("Nog twee plaatsen.", "Nog twee plaatsen #DémoConf")

    assert len(posts(sample, tags=frozenset({"democonf"}))) == 1
    assert posts(DISCOURSE, tags=frozenset({"democonf"})) == []


def test_item_that_is_not_wanted_says_why() -> None:
    feed = read_feed(DISCOURSE.encode(), address="https://forum.example/tag/democonf.rss")
    address = URL("https://forum.example/tag/democonf.rss")

    other = parse_items(feed, address=address, wanted=Wanted(tags=frozenset({"x"})), now_us=NOW_US)
    early = parse_items(feed, address=address, wanted=Wanted(since_us=NOW_US), now_us=NOW_US)

    assert [each.why.value for each in (*other, *early) if isinstance(each, Dropped)] == ["other-tag", "too-early"]
