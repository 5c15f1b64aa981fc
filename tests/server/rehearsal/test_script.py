"""The rehearsal day as it is written: enough of everything, and nothing that should not be in a hall."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import pytest
from rapidfuzz.fuzz import ratio

from server.rehearsal import PICTURES, Kind, RehearsalPost, Ruling, evening, posts, programme
from server.rehearsal.script import EVENING_GAP_S, cast
from server.symposium.values import Reason

DAY = posts()
BY_KEY = {post.key: post for post in DAY}
MOST_CHARACTERS = 500


def likeness(one: str, other: str) -> float:
    return ratio(one.casefold(), other.casefold()) / 100


def test_day_has_some_two_hundred_posts_over_twenty_five_minutes() -> None:
    assert 200 <= len(DAY) <= 260
    assert [post.at_s for post in DAY] == sorted(post.at_s for post in DAY)
    assert 1480 <= DAY[-1].at_s <= 1510


def test_day_has_twenty_five_posts_before_the_doors_open() -> None:
    assert sum(post.at_s == 0 for post in DAY) == 25


def test_day_is_in_dutch_and_english_with_one_post_in_five_other_languages() -> None:
    langs = Counter(post.lang for post in DAY)

    assert langs["nl"] >= 0.40 * len(DAY)
    assert langs["en"] >= 0.25 * len(DAY)
    assert {lang: n for lang, n in langs.items() if lang not in ("nl", "en")} == {
        "fy": 1,
        "tr": 1,
        "ar": 1,
        "uk": 1,
        "pap": 1,
    }


@pytest.mark.parametrize(
    ("least", "what"),
    [
        pytest.param(25, [p for p in DAY if p.kind is Kind.QUESTION], id="questions"),
        pytest.param(12, [p for p in DAY if p.kind is Kind.SPAM], id="spam"),
        pytest.param(12, [p for p in DAY if p.kind is Kind.HIJACK], id="hijack"),
        pytest.param(7, [p for p in DAY if p.near], id="near-duplicates"),
        pytest.param(20, [p for p in DAY if p.picture], id="pictures"),
        pytest.param(4, [p for p in DAY if p.ruling is Ruling.LEAVE], id="left for a person"),
        pytest.param(5, [p for p in DAY if not p.author.name], id="without a name"),
        pytest.param(20, [p for p in DAY if len(p.text) < 50], id="short"),
        pytest.param(1, [p for p in DAY if len(p.text) > 300], id="long"),
        pytest.param(1, [p for p in DAY if p.slip], id="slips that are undone"),
        pytest.param(1, [p for p in DAY if p.pin], id="pinned"),
        pytest.param(15, [p for p in DAY if p.star], id="starred"),
    ],
)
def test_day_has_enough_of(least: int, what: list[RehearsalPost]) -> None:
    assert len(what) >= least


def test_spam_comes_at_six_minutes_and_hijack_at_twelve() -> None:
    spam = [post.at_s for post in DAY if post.kind is Kind.SPAM]
    hijack = [post.at_s for post in DAY if post.kind is Kind.HIJACK]

    assert [at_s for at_s in spam if not 340 <= at_s <= 400] == []
    assert [at_s for at_s in hijack if not 700 <= at_s <= 785] == []


def test_spam_and_hijack_are_never_to_be_shown_and_have_a_reason() -> None:
    hostile = [post for post in DAY if post.kind in (Kind.SPAM, Kind.HIJACK)]

    assert {post.ruling for post in hostile} == {Ruling.REJECT}
    assert {post.reason for post in hostile} <= {Reason.ADVERTISING, Reason.HURTFUL, Reason.OFF_TOPIC}


def test_each_rejection_has_a_reason_and_nothing_else_has() -> None:
    assert [p.key for p in DAY if (p.reason is not None) is not (p.ruling is Ruling.REJECT)] == []


def test_near_duplicates_look_like_an_earlier_post_and_other_posts_do_not() -> None:
    honest = [p for p in DAY if p.kind in (Kind.REMARK, Kind.QUESTION)]
    alike = {p.key for a, p in itertools.combinations(honest, 2) if likeness(a.text, p.text) > 0.8}

    assert alike == {p.key for p in DAY if p.near}
    assert [p.key for p in DAY if p.near and BY_KEY[p.near].at_s > p.at_s] == []


def test_replies_answer_an_earlier_post() -> None:
    replies = [p for p in DAY if p.reply]

    assert replies
    assert [p.key for p in replies if BY_KEY[str(p.reply)].at_s > p.at_s or BY_KEY[str(p.reply)].key >= p.key] == []


def test_every_picture_is_known_described_and_used() -> None:
    shown = [post for post in DAY if post.picture]

    assert {post.picture for post in shown} == set(PICTURES)
    assert [post.key for post in shown if len(post.alt) < 30 and post.kind not in (Kind.SPAM, Kind.HIJACK)] == []
    assert [post.key for post in shown if not post.alt] == []
    assert [post.key for post in DAY if post.alt and not post.picture] == []


def test_no_text_is_longer_than_a_phone_may_send() -> None:
    """500 graphemes; a text has at least as many code points, which are easier to count."""
    every = itertools.chain(DAY, evening(after_s=0))

    assert [post.key for post in every if not 1 <= len(post.text) <= MOST_CHARACTERS] == []


def test_a_third_of_the_cast_writes_from_mastodon_at_invented_hosts() -> None:
    handles = [author.handle for author in cast().values() if author.handle]

    assert len(cast()) >= 70
    assert 0.3 <= len(handles) / len(cast()) <= 0.4
    assert [handle for handle in handles if not re.fullmatch(r"@[a-z0-9]+@[a-z]+\.example", handle)] == []
    assert len(set(handles)) == len(handles)


def test_everybody_in_the_cast_writes() -> None:
    assert set(cast()) - {post.author.key for post in DAY} == set()


def test_posts_from_a_network_carry_the_hashtag_by_which_they_are_found() -> None:
    tag = f"#{programme().hashtag}"

    assert [post.key for post in DAY if post.author.handle and tag not in post.text] == []


def test_links_lead_nowhere() -> None:
    hosts = {host for post in DAY for host in re.findall(r"\b[a-z-]+\.[a-z]{2,}\b(?!@)", post.text)}

    assert {host for host in hosts if not host.endswith(".example")} <= {"document.title"}


def test_same_seed_gives_the_same_day_and_another_seed_moves_it() -> None:
    other = posts(2)

    assert posts(1) == DAY
    assert [post.text for post in other] == [post.text for post in DAY]
    assert [post.at_s for post in other] != [post.at_s for post in DAY]


def test_programme_has_three_speakers_and_sessions_that_posts_refer_to() -> None:
    day = programme()

    assert len(day.speakers) == 3
    assert len(day.sessions) == 7
    assert len(day.rooms) == 4
    assert {p.session for p in DAY if p.session} == {session.id for session in day.sessions}
    assert {who for session in day.sessions for who in session.speakers} == {speaker.id for speaker in day.speakers}


def test_evening_goes_on_for_hours_and_ends() -> None:
    calm = list(evening(after_s=1500))
    gaps = [later.at_s - earlier.at_s for earlier, later in itertools.pairwise(calm)]

    assert 6 * 3600 <= calm[-1].at_s <= 9 * 3600
    assert [gap for gap in gaps if not EVENING_GAP_S[0] - 0.1 <= gap <= EVENING_GAP_S[1] + 0.1] == []


def test_evening_repeats_nothing_for_two_hours_and_never_a_whole_post() -> None:
    calm = list(evening(after_s=0))
    first = [post for post in calm if post.at_s < 2 * 3600]

    assert len({post.text for post in calm}) == len(calm)
    assert [(a.text, b.text) for a, b in itertools.combinations(first, 2) if likeness(a.text, b.text) > 0.8] == []


def test_evening_is_only_told_by_people_in_a_language_that_they_wrote_today() -> None:
    wrote = {(post.author.key, post.lang) for post in DAY if post.kind in (Kind.REMARK, Kind.QUESTION)}

    assert {(post.author.key, post.lang) for post in evening(after_s=0)} <= wrote
