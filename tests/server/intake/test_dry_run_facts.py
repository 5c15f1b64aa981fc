"""Rules tried dry find what they would have found, whatever rules the posts came in under."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.intake.arrival import Arrival
from server.intake.dry_run import Sample, dry_run, hits
from server.intake.rules import ALWAYS, ORDER, Rules
from server.intake.text import match_text
from server.intake.verdict import Circumstances, Judgement, Recent, judge
from server.symposium.values import AuthorKey, Policy, PollId, PostBody, PostId, SourceId

DAY = 86_400_000_000
NOW = 1_795_215_600_000_000
HASHTAGS = ("dag",)
SALT = "0" * 32

Came = tuple[Arrival, AuthorKey, bool]
"""What came, whose it is, and whether it is an edit of something with the hashtag."""


def arrival(**more: Any) -> Arrival:
    given = {"source": SourceId("drive-1"), "network": "drive", "author_id": "anna", "text": "Goed gezegd! #dag"}
    return Arrival(**{**given, "created": NOW, **more})


def without(*off: str, **more: Any) -> Rules:
    return Rules(order=tuple(rule for rule in ORDER if rule not in off), **more)


def taken_in(came: list[Came], rules: Rules) -> tuple[list[Judgement], list[Sample]]:
    """What *rules* find in what comes in, one after the other, and what is kept of it."""
    judgements: list[Judgement] = []
    samples: list[Sample] = []
    recent: list[Recent] = []
    for number, (each, author, had_hashtag) in enumerate(came):
        received = NOW + number * 20_000_000
        circumstances = Circumstances(
            policy=Policy.RULES_DECIDE,
            author=author,
            recent=tuple(recent),
            author_posts_last_minute=sum(s.author == author and s.received > received - 60_000_000 for s in samples),
            hashtags=HASHTAGS,
            had_hashtag=had_hashtag,
            rules=rules,
        )
        judgement = judge(each, circumstances, salt=SALT)
        post, body = PostId(f"p{number}"), msgspec.json.decode(msgspec.json.encode(judgement.body), type=PostBody)
        judgements.append(judgement)
        samples.append(
            Sample(
                post=post,
                source=each.source,
                network=each.network,
                author=author,
                author_known=False,
                author_banned=False,
                received=received,
                notes=judgement.notes,
                body=body,
                poll=each.poll,
            )
        )
        recent.append(Recent(post=post, match=match_text(body.text), author=author))
    return judgements, samples


def tried_and_found(came: list[Came], *, under: Rules, now: Rules) -> tuple[list[object], list[object]]:
    """What a dry run says of what came in under other rules; and what these find themselves."""
    _, samples = taken_in(came, under)
    judgements, _ = taken_in(came, now)
    tried = dry_run(samples, now, policy=Policy.RULES_DECIDE, hashtags=HASHTAGS)
    return [(each.verdict, each.notes) for each in tried], [(each.verdict, each.notes) for each in judgements]


ANNA = AuthorKey("anna")
orders = st.sets(st.sampled_from(sorted(set(ORDER) - ALWAYS))).map(lambda off: without(*off))
any_rules = st.builds(
    lambda rules, days, posts: msgspec.structs.replace(rules, new_account_days=days, posts_per_minute=posts),
    orders, st.sampled_from([1, 7, 30, 365]), st.integers(1, 6),
)  # fmt: skip
texts = st.sampled_from(
    ["Goed gezegd over water #dag", "Goed gezegd over water #dag!", "bel 06 12 34 56 78", "Wat een sukkel", "Ja!",
     "zie https://example.org/x", "Brand in de zaal", "Een heel andere opmerking over de bus"]
)  # fmt: skip
ages = st.one_of(st.none(), st.integers(-2 * DAY, 400 * DAY))
arrivals = st.builds(
    lambda text, warning, sensitive, bot, age, is_dated, waits, poll: arrival(
        text=text, warning=warning, sensitive=sensitive, bot=bot, waits=waits, poll=poll,
        author_since=None if age is None else NOW - age, created=NOW if is_dated else None,
    ),
    texts, st.sampled_from(["", "eten"]), st.booleans(), st.booleans(), ages, st.booleans(), st.booleans(),
    st.sampled_from([None, None, PollId("poll")]),
)  # fmt: skip
came_in = st.lists(st.tuples(arrivals, st.sampled_from([ANNA, AuthorKey("bram")]), st.booleans()), max_size=8)


@given(came=came_in, under=any_rules, now=any_rules)
def test_it_finds_what_it_would_have_found(came: list[Came], under: Rules, now: Rules) -> None:
    tried, found = tried_and_found(came, under=under, now=now)
    assert tried == found


@pytest.mark.parametrize(
    ("rule", "came"),
    [
        ("bot", arrival(bot=True)),
        ("warning", arrival(sensitive=True)),
        ("new-account", arrival(author_since=NOW - 2 * DAY)),
        ("hashtag", arrival(text="Goed gezegd!")),
    ],
)
def test_a_rule_that_was_off_finds_it_when_it_is_tried(rule: str, came: Arrival) -> None:
    """And it looks nowhere as if it had found it then."""
    edit = (came, ANNA, True)
    judgements, samples = taken_in([edit], without(rule))
    assert hits([judgements[0].notes]) == {}
    tried = dry_run(samples, Rules(), policy=Policy.RULES_DECIDE, hashtags=HASHTAGS)
    assert [each.verdict.rule for each in tried] == [rule]


def test_an_account_that_was_not_new_is_when_more_days_count() -> None:
    came: list[Came] = [(arrival(author_since=NOW - 20 * DAY), ANNA, False)]
    tried, found = tried_and_found(came, under=Rules(new_account_days=1), now=Rules(new_account_days=30))
    assert tried == found
    assert "new-account" in found[0][1]  # type: ignore[index]


def test_of_an_old_account_nothing_is_kept() -> None:
    judgements, _ = taken_in([(arrival(author_since=NOW - 365 * DAY), ANNA, False)], Rules())
    assert judgements[0].notes == ()


def test_two_equal_answers_to_a_poll_are_no_repeat_in_a_trial_either() -> None:
    answers: list[Came] = [(arrival(text="Windmolens op zee", poll=PollId("p")), ANNA, False)] * 2
    tried, found = tried_and_found(answers, under=Rules(), now=Rules())
    assert tried == found
