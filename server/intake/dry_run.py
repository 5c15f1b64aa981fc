"""Rules tried dry: what would have become of the newest posts under other rules?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from server.errors import BadInput
from server.intake.arrival import Arrival
from server.intake.circumstances import Circumstances, Recent
from server.intake.facts import DAY_US, FACT, read
from server.intake.rules import UNSIGNED, Rules
from server.intake.text import match_text
from server.intake.verdict import judge
from server.symposium.values import AuthorKey, Policy, PollId, PostBody, PostId, SourceId, Verdict

_MINUTE_US = 60_000_000
_SALT = "0" * 32


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A post that came in. `received` in µs; `notes` are of then: what rules found, and what others would ask."""

    post: PostId
    source: SourceId
    network: str
    author: AuthorKey
    author_known: bool
    author_banned: bool
    received: int
    notes: tuple[str, ...]
    body: PostBody
    poll: PollId | None = None


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules say of one post, and all that they found."""

    post: PostId
    verdict: Verdict
    notes: tuple[str, ...]


def dry_run(samples: Sequence[Sample], rules: Rules, *, policy: Policy, hashtags: tuple[str, ...]) -> tuple[Tried, ...]:
    """
    Ask *rules* about *samples*, oldest first, each among those before it.

    As they came, also with what only their source told: see `facts.py`. Whether an author is known or banned is as of
    now.
    """
    tried: list[Tried] = []
    recent: list[Recent] = []
    for number, sample in enumerate(samples):
        circumstances = Circumstances(
            policy=policy,
            author=sample.author,
            author_known=sample.author_known,
            author_banned=sample.author_banned,
            recent=recent,
            author_posts_last_minute=_posts_last_minute(samples[:number], sample),
            hashtags=hashtags,
            had_hashtag=read(sample.notes).lost_hashtag,
            rules=rules,
        )
        try:
            judgement = judge(_arrival(sample), circumstances, salt=_SALT)
        except BadInput:  # e.g. a phone's post with an alt text that staff made longer than phones may
            continue
        tried.append(Tried(post=sample.post, verdict=judgement.verdict, notes=judgement.notes))
        recent.append(Recent(post=sample.post, match=match_text(sample.body.text), author=sample.author))
    return tuple(tried)


def hits(notes: Sequence[Sequence[str]]) -> dict[str, int]:
    """In how many posts each rule found something, by all that was found in each."""
    return dict(Counter(rule for each in notes for rule in {note.partition(":")[0] for note in each} - {FACT}))


def _posts_last_minute(earlier: Sequence[Sample], sample: Sample) -> int:
    since = sample.received - _MINUTE_US
    return sum(each.author == sample.author and each.received > since for each in earlier)


def _arrival(sample: Sample) -> Arrival:
    body, facts = sample.body, read(sample.notes)
    return Arrival(
        source=sample.source,
        network=sample.network,
        author_id=sample.author,
        text=body.text,
        name=body.name,
        handle=body.handle,
        avatar=body.avatar,
        media=body.media,
        emojis=body.emojis,
        lang=body.lang,
        warning=body.warning,
        sensitive=facts.sensitive,
        bot=facts.bot,
        author_since=_made(body.created, facts.account_days),
        created=body.created,
        poll=sample.poll,
        waits=UNSIGNED in sample.notes,
    )


def _made(created: int | None, account_days: int | None) -> int | None:
    return None if created is None or account_days is None else created - account_days * DAY_US
