"""Rules tried dry."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from server.intake.arrival import Arrival
from server.intake.dry_run import Sample, dry_run, hits
from server.intake.rules import ORDER, Rules
from server.intake.verdict import Circumstances, Recent, judge
from server.symposium.values import (
    PHONE,
    AuthorKey,
    BlobId,
    Hold,
    Picture,
    Policy,
    PostBody,
    PostId,
    Show,
    SourceId,
)

RULES = Rules()


def sample(number: int, text: str = "Een heel eigen opmerking", **more: Any) -> Sample:
    body = PostBody(salt="", text=text, media=more.pop("media", ()), warning=more.pop("warning", ""))
    given = {
        "source": PHONE, "network": "phone", "author": AuthorKey("ada"), "author_known": False, "author_banned": False,
        "received": number * 60_000_000, "notes": (), **more,
    }  # fmt: skip
    return Sample(post=PostId(f"p{number}"), body=body, **given)


def verdicts(*samples: Sample, rules: Rules = RULES) -> list[str]:
    tried = dry_run(samples, rules, policy=Policy.RULES_DECIDE, hashtags=())
    return [each.verdict.rule for each in tried]


def test_it_says_what_intake_would_have_said() -> None:
    """Of a day of different posts: the same as when they came in one by one."""
    texts = ("Hallo allemaal, goedemorgen", "bel 06 12 34 56 78", "zie https://example.org/x", "Wat een sukkel", "Ja!")
    samples = [sample(number, text, author=AuthorKey(str(number))) for number, text in enumerate(texts)]
    recent: list[Recent] = []
    expected = []
    for each in samples:
        arrival = Arrival(source=PHONE, network="phone", author_id="x", text=each.body.text)
        judgement = judge(
            arrival, Circumstances(policy=Policy.RULES_DECIDE, author=each.author, recent=recent), salt="0" * 32
        )
        recent.append(Recent(post=each.post, match=judgement.match, author=each.author))
        expected.append((judgement.verdict, judgement.notes))

    tried = dry_run(samples, RULES, policy=Policy.RULES_DECIDE, hashtags=())

    assert [(each.verdict, each.notes) for each in tried] == expected
    assert len({type(verdict) for verdict, _ in expected}) > 1


def test_another_list_of_words_takes_another_post() -> None:
    assert verdicts(sample(1, "De kropsla is op")) == ["policy"]
    assert verdicts(sample(1, "De kropsla is op"), rules=Rules(mild=("kropsla",))) == ["words"]


def test_a_rule_that_is_off_finds_nothing() -> None:
    off = Rules(order=tuple(rule for rule in ORDER if rule != "personal-data"))
    assert verdicts(sample(1, "bel 06 12 34 56 78")) == ["personal-data"]
    assert verdicts(sample(1, "bel 06 12 34 56 78"), rules=off) == ["policy"]


def test_each_is_looked_at_among_those_before_it() -> None:
    same = "Dit is precies dezelfde tekst"
    assert verdicts(sample(1, same), sample(2, same, author=AuthorKey("grace"))) == ["policy", "alike"]


def test_the_rate_of_then_counts() -> None:
    quick = [sample(0, f"{number} {'abcdefgh'[number] * 9}", received=number) for number in range(3)]
    assert verdicts(*quick, rules=Rules(posts_per_minute=2)) == ["policy", "policy", "rate"]
    assert verdicts(*quick) == ["policy"] * 3


@pytest.mark.parametrize(("note", "rule"), [("bot", "bot"), ("warning:sensitive", "warning")])
def test_what_nobody_kept_is_taken_from_the_notes_of_then(note: str, rule: str) -> None:
    assert verdicts(sample(1, notes=(note,))) == [rule]
    assert verdicts(sample(1)) == ["policy"]


def test_known_and_banned_authors() -> None:
    assert verdicts(sample(1, author_banned=True)) == ["banned"]
    tried = dry_run(
        [sample(1, author_known=True), sample(9, "Totaal iets anders")], RULES, policy=Policy.KNOWN_PASS, hashtags=()
    )
    assert [type(each.verdict) for each in tried] == [Show, Hold]


def test_what_can_be_no_post_any_more_is_left_out() -> None:
    long_alt = Picture(blob=BlobId("b" * 64), type="image/jpeg", width=1, height=1, alt="a" * 301)
    tried = dry_run([sample(1, media=(long_alt,)), sample(2)], RULES, policy=Policy.RULES_DECIDE, hashtags=())
    assert [each.post for each in tried] == ["p2"]


def test_hits_count_posts_not_findings() -> None:
    assert hits([("links:link", "links:punycode", "bot"), ("links:link",), ()]) == {"links": 2, "bot": 1}


def test_a_new_account_is_known_by_the_note_of_then() -> None:
    new = sample(1, source=SourceId("mastodon-1"), network="mastodon", notes=("new-account",))
    new = msgspec.structs.replace(new, body=msgspec.structs.replace(new.body, created=1))
    known = msgspec.structs.replace(new, author_known=True)
    noteless = msgspec.structs.replace(new, notes=())
    assert [verdicts(each) for each in (new, known, noteless)] == [["new-account"], ["policy"], ["policy"]]


def test_what_nothing_proved_and_what_lost_its_hashtag_waits_in_a_trial_too() -> None:
    """With the control: the same posts without the notes of then."""
    posts = [
        sample(1, "Een eerste opmerking", source=SourceId("w"), network="webhook", notes=("unsigned",)),
        sample(2, "Iets anders, van een kiosk", source=SourceId("w"), network="webhook"),
        sample(3, "En dan nog de koffie", source=SourceId("m"), network="mastodon", notes=("hashtag:hashtag-removed",)),
        sample(4, "Over de bus naar huis", source=SourceId("m"), network="mastodon"),
    ]
    tried = dry_run(posts, RULES, policy=Policy.RULES_DECIDE, hashtags=("dag",))
    assert [each.verdict.rule for each in tried] == ["unsigned", "policy", "hashtag", "policy"]
