"""One small pure function for each rule: what did it find? `rules.ORDER` says in which order they are asked."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from server.intake import rules
from server.intake.alike import Alike, closest, same_details
from server.intake.arrival import Arrival
from server.intake.circumstances import Circumstances
from server.intake.homoglyphs import plain, skeleton
from server.intake.lexicon import Tokens, lexicon, says, seems_to_say
from server.intake.links import links, trick
from server.intake.personal import personal_data
from server.intake.text import has_one_of
from server.symposium.values import PHONE, PostBody, Reason, RuleId

_DAY_US = 86_400_000_000
_LONG_NAME = 6
"""A reserved name of this many letters is also found inside a longer one: `fonteinteam`, `m o d e r a t o r`."""
_SERVER = re.compile(r"[@:].*", re.DOTALL)
"""Of a handle, behind the name: `@anna@social.example`, on Matrix `@anna:matrix.example`."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """
    An arrival with all that its rules look at, computed once.

    Args:
        readable: Everything that a hall could read: text, names, warning and alt texts, one per line.
        tokens: The words of `readable` and of the handle.
        alike: The recent posts that say the same, oldest first.
    """

    arrival: Arrival
    body: PostBody
    circumstances: Circumstances
    readable: str
    tokens: Tokens
    match: str
    alike: tuple[Alike, ...]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a rule found. With a `reason` the post is rejected, otherwise held, and with `note` only neither.

    Args:
        what: Which kind of thing, as a code; None where the rule's name says it all.
    """

    what: str | None = None
    reason: Reason | None = None
    note: bool = False


Check = Callable[[Case], tuple[Found, ...]]


def banned(case: Case) -> tuple[Found, ...]:
    """The author may not come back. The author reads a reason that does not say so."""
    return _if(case.circumstances.author_banned, Found(reason=Reason.OFF_TOPIC))


def warning(case: Case) -> tuple[Found, ...]:
    """The author or the source warns of what is in it."""
    sensitive = _if(case.arrival.sensitive, Found(what="sensitive"))
    return sensitive + _if(bool(case.body.warning), Found(what="content-warning"))


def words(case: Case) -> tuple[Found, ...]:
    """Hurtful words: the severe ones are rejected, the others wait."""
    severe, mild = lexicon(case.circumstances.rules.severe), lexicon(case.circumstances.rules.mild)
    if says(case.tokens, severe):
        return (Found(what="severe", reason=Reason.HURTFUL),)
    doubtful = says(case.tokens, mild) or seems_to_say(case.tokens, mild) or seems_to_say(case.tokens, severe)
    return _if(doubtful, Found(what="mild"))


def emergency(case: Case) -> tuple[Found, ...]:
    """It could be read as an alarm: never shown without a person, whoever wrote it."""
    alarm = lexicon(case.circumstances.rules.emergency)
    return _if(says(case.tokens, alarm) or seems_to_say(case.tokens, alarm), Found())


def names(case: Case) -> tuple[Found, ...]:
    """The author's name reads as that of the organisation."""
    if case.circumstances.source_trusted:
        return ()
    taken = _skeletons(case.circumstances.rules.reserved_names)
    handle = _SERVER.sub("", case.body.handle.lstrip("@"))
    return _if(any(_takes(name, taken) for name in (case.body.name, handle)), Found())


@functools.lru_cache(maxsize=64)
def _skeletons(reserved: tuple[str, ...]) -> frozenset[str]:
    return frozenset(skeleton(name) for name in reserved) - {""}


def personal(case: Case) -> tuple[Found, ...]:
    """Telephone numbers, e-mail addresses, IBANs, BSNs."""
    return tuple(Found(what=kind) for kind in personal_data(case.readable))


def link(case: Case) -> tuple[Found, ...]:
    """Links that hide where they go are rejected. Others wait, but from networks only where nobody knows the author."""
    hosts = links(case.readable)
    shorteners = case.circumstances.rules.shorteners
    tricks = dict.fromkeys(found for host in hosts if (found := trick(host, shorteners=shorteners)))
    if tricks:
        return tuple(Found(what=found, reason=Reason.ADVERTISING) for found in tricks)
    known = case.circumstances.author_known and case.arrival.source != PHONE
    return _if(bool(hosts), Found(what="link", note=known or case.circumstances.source_trusted))


def photos(case: Case) -> tuple[Found, ...]:
    """Nobody has seen the photo yet."""
    return _if(bool(case.body.media) and not case.circumstances.source_trusted, Found(what="photo"))


def rate(case: Case) -> tuple[Found, ...]:
    """Too many posts in a minute."""
    circumstances = case.circumstances
    return _if(circumstances.author_posts_last_minute >= circumstances.rules.posts_per_minute, Found(what="many-posts"))


def flood(case: Case) -> tuple[Found, ...]:
    """Many authors say the same: a campaign, or a hijack."""
    limits = case.circumstances.rules
    authors = {each.recent.author for each in case.alike}
    many = len(case.alike) >= limits.flood_posts and len(authors) >= limits.flood_authors
    return _if(many, Found(what="many-alike"))


def repeat(case: Case) -> tuple[Found, ...]:
    """The author says it again. With another number or letter it may be a next remark, and waits."""
    own = closest([each for each in case.alike if each.recent.author == case.circumstances.author])
    if own is None:
        return ()
    if same_details(case.match, own.recent.match):
        return (Found(what="own-post", reason=Reason.DUPLICATE),)
    return (Found(what="own-post"),)


def alike(case: Case) -> tuple[Found, ...]:
    """Somebody else said it already."""
    others = [each for each in case.alike if each.recent.author != case.circumstances.author]
    return _if(bool(others), Found(what="near-duplicate"))


def bot(case: Case) -> tuple[Found, ...]:
    """The source says that the author is an automaton."""
    return _if(case.arrival.bot and not case.circumstances.source_trusted, Found())


def new_account(case: Case) -> tuple[Found, ...]:
    """The account was made just before: spam as a rule, now and then somebody who came for this day."""
    since, wrote = case.arrival.author_since, case.arrival.created
    known = case.circumstances.author_known or case.circumstances.source_trusted
    if since is None or wrote is None or known:
        return ()
    return _if(wrote - since < case.circumstances.rules.new_account_days * _DAY_US, Found())


def language(case: Case) -> tuple[Found, ...]:
    """Another language than the symposium's: said to the desk, and no reason to wait."""
    spoken = {each.lower().partition("-")[0] for each in case.circumstances.rules.languages}
    written = (case.body.lang or "").lower().partition("-")[0]
    return _if(bool(spoken and written) and written not in spoken, Found(what="other-language", note=True))


def hashtag(case: Case) -> tuple[Found, ...]:
    """
    A network's post whose text does not have the symposium's hashtag: said to the desk, and no reason to wait.

    It is one where the author took the hashtag out of the post: they may not want to be here any more.
    """
    if not _has_none(case):
        return ()
    return (Found(what="hashtag-removed") if lost_hashtag(case) else Found(what="no-hashtag", note=True),)


def lost_hashtag(case: Case) -> bool:
    """Whether it is an edit that took the symposium's hashtag out of the text."""
    return case.circumstances.had_hashtag and _has_none(case)


def _has_none(case: Case) -> bool:
    wanted = case.circumstances.hashtags
    return case.arrival.source != PHONE and bool(wanted) and not has_one_of(wanted, case.body.text)


CHECKS: Mapping[RuleId, Check] = MappingProxyType(
    {
        rules.BANNED: banned,
        rules.WARNING: warning,
        rules.WORDS: words,
        rules.EMERGENCY: emergency,
        rules.NAMES: names,
        rules.PERSONAL_DATA: personal,
        rules.LINKS: link,
        rules.PHOTOS: photos,
        rules.RATE: rate,
        rules.FLOOD: flood,
        rules.REPEAT: repeat,
        rules.ALIKE: alike,
        rules.BOT: bot,
        rules.NEW_ACCOUNT: new_account,
        rules.LANGUAGE: language,
        rules.HASHTAG: hashtag,
    }
)


def _if(found: bool, what: Found) -> tuple[Found, ...]:
    return (what,) if found else ()


def _takes(name: str, taken: frozenset[str]) -> bool:
    whole = skeleton(name)
    parts = {skeleton(part) for part in _parts(name)} | {whole}
    return not parts.isdisjoint(taken) or any(each in whole for each in taken if len(each) >= _LONG_NAME)


def _parts(name: str) -> list[str]:
    """The words of *name*; also those of its plain form, where a compatibility character hides a space or bracket."""
    spaced = "".join(letter if letter.isalnum() or letter in "|!@$€" else " " for letter in name)
    return spaced.split() + plain(spaced).split()
