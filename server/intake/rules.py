"""The rules of a symposium as data: which are looked at, in which order, and with which words and numbers."""

from __future__ import annotations

import msgspec

from server.errors import BadInput
from server.intake import words
from server.symposium.values import RuleId

BANNED = RuleId("banned")
WARNING = RuleId("warning")
WORDS = RuleId("words")
EMERGENCY = RuleId("emergency")
NAMES = RuleId("names")
PERSONAL_DATA = RuleId("personal-data")
LINKS = RuleId("links")
PHOTOS = RuleId("photos")
RATE = RuleId("rate")
FLOOD = RuleId("flood")
REPEAT = RuleId("repeat")
ALIKE = RuleId("alike")
BOT = RuleId("bot")
NEW_ACCOUNT = RuleId("new-account")
LANGUAGE = RuleId("language")
HASHTAG = RuleId("hashtag")
POLICY = RuleId("policy")
"""Not in `ORDER`: it speaks last, always."""
UNSIGNED = RuleId("unsigned")
"""Not in `ORDER` either: it speaks before the policy, always."""

ORDER = (
    BANNED,
    WARNING,
    WORDS,
    EMERGENCY,
    NAMES,
    PERSONAL_DATA,
    LINKS,
    PHOTOS,
    RATE,
    FLOOD,
    REPEAT,
    ALIKE,
    BOT,
    NEW_ACCOUNT,
    LANGUAGE,
    HASHTAG,
)
"""Bans and what endangers people come first: of two rules that agree, the desk names the first."""

ALWAYS = frozenset({BANNED, EMERGENCY})
"""What no symposium can switch off."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a symposium's rules look for. Words, as in `words.py`, in lower case or not.

    Args:
        order: The rules that are looked at, in this order. Left out is switched off, but never those in `ALWAYS`.
        reserved_names: Names that nobody may take; see `title_names`.
        shorteners: Hosts, in lower case.
        languages: The symposium's, as BCP 47 primary tags. Empty: every language.
        posts_per_minute: What one author may send before the next one waits.
        alike_percent: From here on two texts say the same.
        alike_length: Shorter texts, in code points of match text, are never near-duplicates: "Ja!" is said by many.
        flood_posts: So many earlier posts alike, by
        flood_authors: so many authors, make a flood.
        new_account_days: An account of a network that was younger when it wrote is new.
        window_hours: Networks' posts from longer before the symposium are not taken in; see `span.takes_from`.
        brake_posts_per_minute: From more arrivals than this on the brake looks at them; see `brake.py`. Of these, so
        brake_new_percent: many by authors whom nobody knows, or so
        brake_alike_percent: many that say what was said before, trip it.

    Raises:
        BadInput: an unknown rule, one twice, or one of `ALWAYS` left out; `field` is `$.order`.
    """

    order: tuple[RuleId, ...] = ORDER
    severe: tuple[str, ...] = words.SEVERE
    mild: tuple[str, ...] = words.MILD
    emergency: tuple[str, ...] = words.EMERGENCY
    reserved_names: tuple[str, ...] = words.RESERVED_NAMES
    shorteners: tuple[str, ...] = words.SHORTENERS
    languages: tuple[str, ...] = ("nl", "en")
    posts_per_minute: int = 6
    alike_percent: int = 88
    alike_length: int = 12
    flood_posts: int = 4
    flood_authors: int = 3
    new_account_days: int = 7
    window_hours: int = 24 * 7
    brake_posts_per_minute: int = 30
    brake_new_percent: int = 70
    brake_alike_percent: int = 50

    def __post_init__(self) -> None:
        named = set(self.order)
        if unknown := named - set(ORDER):
            raise BadInput(
                f"There is no rule {sorted(unknown)[0]!r}; the rules are {', '.join(ORDER)}.", field="$.order"
            )
        if missing := ALWAYS - named:
            raise BadInput(f"The rule {sorted(missing)[0]!r} cannot be switched off; add it.", field="$.order")
        if len(named) < len(self.order):
            raise BadInput("A rule is in the order twice; name each rule once.", field="$.order")


def title_names(title: str) -> tuple[str, ...]:
    """The names that a symposium's title reserves: the whole of it, and its words of six letters or more."""
    long_words = tuple(word for word in title.split() if len(word.strip(".,:;!?()'\"")) >= 6)
    return tuple(dict.fromkeys((title, *long_words)))
