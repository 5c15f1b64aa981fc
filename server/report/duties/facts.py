"""
What a symposium's settings say about personal data: read once from the state and the server, told by the documents.

Nothing here is of one person, but for the organisation and what the organiser wrote as the reason of a legal hold.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, Literal

import msgspec

from server.symposium.bodies import programme_body, programme_heading, rules_body, source_body, symposium_body
from server.symposium.entries import ReasonBody
from server.symposium.state import Keeping, State
from server.symposium.values import PHONE, Kept, Naming, Policy, Role

Lang = Literal["nl", "en"]
Text = dict[Lang, str]

_WATCHED: Final = frozenset({"photos", "personal-data"})
"""The rules that the documents name: posts with pictures, or with a telephone number, wait for a person."""


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """
    A network, as its folder says; `own` when it comes with Fontein, so that the documents know what it does.

    `link_only` where its terms let nobody keep the words of posts. `abroad`: to which countries outside the European
    Economic Area personal data go, the way its sources are set; ISO 3166 codes, as `US`.
    """

    id: str
    name: str
    summary: Text
    link_only: bool = False
    own: bool = False
    abroad: tuple[str, ...] = ()


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """
    What only the server knows.

    Args:
        organisation, contact: As the server was told; empty where it was not.
        home: The address of the symposium, as `https://host/slug`; empty where nobody else can reach it.
        notice: The address of the page that says what is kept; empty in the same case.
        secure: Pages come over HTTPS.
        archives: Archives are made in a second place.
        scanner: Papers are looked at by a virus scanner.
        consent: The sentence beside the button that sends a post.
        networks: All that this server knows.
        end: When the symposium ends and periods begin, µs; None where nobody can tell yet.
        due: When each kind goes, µs; a kind that is not there, or None, goes at no known moment.
    """

    organisation: str = ""
    contact: str = ""
    home: str = ""
    notice: str = ""
    secure: bool = False
    archives: bool = False
    scanner: bool = False
    consent: Text = {}
    networks: tuple[Network, ...] = ()
    end: int | None = None
    due: dict[Kept, int | None] = {}


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What is listened to: `places` are its servers or feeds, `tags` its hashtags."""

    network: str
    name: str
    on: bool
    places: tuple[str, ...]
    tags: tuple[str, ...]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """
    Everything that the documents tell.

    Args:
        at: The last entry, µs: the date of the documents.
        brought: Networks that posts came from, with those that are listened to now; never phones.
        rules_off: Of the rules `photos` and `personal-data` those that the organiser switched off.
        sessions: Of the programme; in `unpictured` of them nobody may be pictured.
        lapsed: When (µs) time last took what there was of a kind.
        hold: The reason of the legal hold that lasts, None for none; `hold_at` since when.
        staff: Live badges of people, by role.
        asks: The hall may ask, or was asked something in a poll. `reacts`: it may react, or did.
        versions: Frozen reports that still have their bytes.
    """

    slug: str
    title: str
    date: str
    hashtags: tuple[str, ...]
    languages: tuple[str, ...]
    zone: str
    at: int
    setting: Setting
    sources: tuple[Source, ...]
    brought: tuple[str, ...]
    policy: Policy
    rules_off: frozenset[str]
    sessions: int
    unpictured: int
    speakers: int
    papers: int
    naming: Naming
    keeping: Keeping
    lapsed: dict[Kept, int]
    hold: str | None
    hold_at: int
    staff: dict[Role, int]
    posts: int
    authors: int
    asks: bool
    reacts: bool
    versions: int


def facts_of(state: State, setting: Setting) -> Facts:
    """Read them. Looks once at the head of every post: some tens of milliseconds for a hundred thousand."""
    said = symposium_body(state)
    words = programme_body(state)
    slots = () if state.programme is None else tuple(state.programme.slots.values())
    sources = tuple(_sources(state))
    brought = Counter(post.network for post in state.posts.values() if post.network != PHONE)
    return Facts(
        slug=state.slug,
        title=said.title or state.slug,
        date=said.date,
        hashtags=said.hashtags,
        languages=state.languages,
        zone=programme_heading(state).zone,
        at=state.at,
        setting=setting,
        sources=sources,
        brought=tuple(sorted({*brought, *(source.network for source in sources)})),
        policy=state.policy,
        rules_off=_rules_off(state),
        sessions=len(slots),
        unpictured=sum(slot.no_record for slot in slots),
        speakers=sum(len(session.speakers) for session in words.sessions) if words else 0,
        papers=len(state.papers),
        naming=state.draft.naming,
        keeping=state.keeping,
        lapsed=dict(state.lapsed),
        hold=_hold(state),
        hold_at=0 if state.hold is None else state.hold.at,
        staff=Counter(
            badge.role
            for badge in state.badges.values()
            if badge.revoked is None and badge.run is None and badge.role is not Role.SCREEN
        ),
        posts=len(state.posts),
        authors=len(state.authors),
        asks=state.hall.questions or bool(state.questions or state.polls),
        reacts=state.hall.reactions or bool(state.reactions),
        versions=sum(bool(version.files) for version in state.draft.versions),
    )


def _sources(state: State) -> list[Source]:
    found = []
    for source in state.sources.values():
        body = source_body(state, source.body)
        lists = {name: value for name, value in body.options.items() if isinstance(value, tuple)}
        tags = lists.pop("tags", ())
        places = tuple(word for name, words in sorted(lists.items()) for word in words)
        found.append(Source(network=source.network, name=body.name, on=source.on, places=places, tags=tags))
    return found


def _rules_off(state: State) -> frozenset[str]:
    body = rules_body(state)
    order = None if body is None else body.rules.get("order")
    return _WATCHED - set(order) if isinstance(order, tuple) else frozenset()


def _hold(state: State) -> str | None:
    if state.hold is None:
        return None
    body = state.bodies.get(state.hold.body)
    return "" if body is None else msgspec.json.decode(body, type=ReasonBody).reason
