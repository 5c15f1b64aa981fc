"""
The three documents that a symposium's settings write: the text for the register of processing (GDPR, Article 30), the
beginning of a DPIA (Article 35), and the notice for the hall (Articles 12 to 14).

The texts stand in `texts`; here is what they ask: which lines count, and what fills their gaps.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

from server.report.compile import compile_report
from server.report.document import (
    Block,
    Blocks,
    Bullets,
    Card,
    Document,
    Paragraph,
    Strong,
    Text,
)
from server.report.duties.facts import Facts, Lang, Network, Source
from server.report.duties.sheets import FOLDER, parts, sheet
from server.report.words import Words, capital
from server.report.words import words as report_words
from server.symposium.state import State
from server.symposium.values import Kept, Policy

MAKER: Final = "Fontein"
_WRITE_HERE: Final = "…" * 14
"""Room for a name, where the server does not know it and the sheet hangs on a wall."""


class Kind(StrEnum):
    """Which document."""

    REGISTER = "register"
    DPIA = "dpia"
    NOTICE = "notice"


def document(kind: Kind, facts: Facts, lang: Lang) -> Document:
    """
    One document in one language. It has no drawing on its cover.

    The same facts always make an equal document: its date is that of the last entry.
    """
    return _Wording(facts, lang).document(kind)


def file_stem(kind: Kind, facts: Facts, lang: Lang) -> str:
    """What its file is called, without the dot: `open-dag-register`."""
    return f"{facts.slug}-{sheet(kind.value, lang).around['name']}"


@cache
def _words(lang: Lang) -> Words:
    own = json.loads((FOLDER / lang / "words.json").read_text(encoding="utf-8"))
    return Words(lang, {**report_words(lang).entries, **own})


class _Wording:
    """What the facts say in one language."""

    def __init__(self, facts: Facts, lang: Lang) -> None:
        self.facts = facts
        self.lang = lang
        self.words = _words(lang)
        self.networks = {network.id: network for network in facts.setting.networks}

    def document(self, kind: Kind) -> Document:
        facts, text = self.facts, sheet(kind.value, self.lang)
        gaps = {**self.gaps(), "retention": self._retention()}
        chapters, _ = parts(text.body, flags=self.flags(), gaps=gaps, question=text.around["question"])
        made = self._made()
        return Document(
            title=text.around.get("poster", facts.title),
            kicker=text.around["kicker"],
            subtitle=text.around.get("subtitle", ""),
            foot=(f"{facts.title} · {made}",) if "poster" not in text.around else (),
            lang=self.lang,
            running=(facts.title, text.around["running"]),
            at=facts.at,
            date=self.words.plain_date(facts.at, facts.zone),
            creator=MAKER,
            subject=f"{text.around['running']}: {facts.title}",
            keywords=facts.hashtags,
            cover_alt="",
            parts=chapters,
            notes=(),
            report=compile_report(State(slug=facts.slug, at=facts.at)),
        )

    # Flags

    def flags(self) -> frozenset[str]:
        """What holds here."""
        facts, setting, keeping = self.facts, self.facts.setting, self.facts.keeping
        days = (keeping.posts_days, keeping.pictures_days, keeping.audit_days, keeping.devices_days)
        holds = {
            "networks": bool(facts.brought),
            "organisation": bool(setting.organisation),
            "blank": not setting.organisation,
            "contact": bool(setting.contact),
            "hold": facts.hold is not None,
            "forever": None in days,
            "secure": setting.secure,
            "archives": setting.archives,
            "scanner": setting.scanner,
            "programme": bool(facts.sessions),
            "papers": bool(facts.papers),
            "asks": facts.asks,
            "reacts": facts.reacts,
            "photos": not facts.sessions or facts.unpictured < facts.sessions,
            "photo-rule": "photos" not in facts.rules_off,
            "personal-rule": "personal-data" not in facts.rules_off,
            "unpictured": bool(facts.unpictured),
            "open-door": facts.policy is not Policy.EVERYTHING_WAITS,
            "abroad": bool(self._abroad()),
            "link-only": any(network.link_only for network in self._known()),
            "posts-end": keeping.posts_days is not None,
            "pictures-end": keeping.pictures_days is not None,
            "pictures-apart": keeping.pictures_days != keeping.posts_days,
        }
        return frozenset(name for name, is_so in holds.items() if is_so)

    def _known(self) -> Iterator[Network]:
        return (self.networks[network] for network in self.facts.brought if network in self.networks)

    # Gaps

    def gaps(self) -> dict[str, str | Blocks]:
        """Everything that a text may ask for, but the table of periods, which has gaps itself."""
        facts, setting, words = self.facts, self.facts.setting, self.words
        *first, last = [f"#{tag}" for tag in self._tags()] or [words["hashtag.none"]]
        hashtags = f"{', '.join(first)} {words['or']} {last}" if first else last
        return {
            "title": facts.title,
            "held": words.say("held", date=self._held()) if facts.date else "",
            "made": self._made(),
            "organisation": setting.organisation,
            "contact": _plain_address(setting.contact),
            "organiser_line": self._organiser(),
            "consent": setting.consent.get(self.lang, ""),
            "brought": words.listed([self._network(network) for network in facts.brought]),
            "abroad": words.listed(self._abroad()),
            "hashtags": hashtags,
            "tags": f" ({hashtags})" if self._tags() else "",
            "policy": words[f"policy.{facts.policy.value}"],
            "policy_short": words[f"policy-short.{facts.policy.value}"],
            "naming": words[f"naming.{facts.naming.value}"],
            "scale": self._scale(),
            "staff": self._staff(),
            "unpictured": words.count("parts", facts.unpictured),
            "notice_place": f"{_plain_address(setting.notice)}." if setting.notice else words["place.none"],
            "notice_short": _plain_address(setting.notice) or words["place.short"],
            "rejected": words.count("hours", facts.keeping.rejected_hours),
            "rejected_due": "" if facts.hold is None else words["due.hold"],
            "hold_at": words.plain_date(facts.hold_at, facts.zone) if facts.hold is not None else "",
            "hold_reason": facts.hold or "",
            "ends": self._ends(),
            "sources": (Bullets(tuple(self._sources())),),
            "code": tuple(self._code()),
            **self._periods(),
        }

    def _retention(self) -> Blocks:
        """The table of periods, which two documents share."""
        found, _ = parts(
            "# –\n" + sheet("retention", self.lang).body, flags=self.flags(), gaps=self.gaps(), question=""
        )
        return found[0].blocks[1:]

    def _made(self) -> str:
        at, zone = self.facts.at, self.facts.zone
        return self.words.say("made", date=self.words.plain_date(at, zone), time=self.words.time(at, zone))

    def _held(self) -> str:
        try:
            return self.words.plain_day(date.fromisoformat(self.facts.date))
        except ValueError:
            return self.facts.date

    def _organiser(self) -> str:
        setting, words = self.facts.setting, self.words
        told = [setting.organisation or f"{words['organiser.blank']} {_WRITE_HERE}"]
        if setting.contact:
            told.append(words.say("organiser.contact", contact=_plain_address(setting.contact)))
        return " ".join(line if line.endswith((".", "!", "…", ">")) else f"{line}." for line in told)

    def _tags(self) -> tuple[str, ...]:
        """The hashtags that are listened to; where none are, the symposium's own."""
        heard = dict.fromkeys(tag for source in self.facts.sources if source.on for tag in source.tags)
        return tuple(heard) or self.facts.hashtags

    def _network(self, network: str) -> str:
        known = self.networks.get(network)
        return known.name if known else self.words.network(network)

    def _abroad(self) -> list[str]:
        """The networks from which personal data go out of the European Economic Area, each with where to."""
        known = [network for network in self._known() if network.abroad]
        return [f"{network.name} ({self._countries(network)})" for network in known]

    def _countries(self, network: Network) -> str:
        names = ((code, f"country.{code}") for code in network.abroad)
        return self.words.listed([self.words[name] if name in self.words.entries else code for code, name in names])

    def _scale(self) -> str:
        if not self.facts.posts:
            return self.words["scale.none"]
        authors = self.words.count("scale.authors", self.facts.authors)
        return self.words.count("scale", self.facts.posts, authors=authors)

    def _staff(self) -> str:
        staff = self.facts.staff
        told = [self.words.count(f"role.{role.value}", n) for role, n in sorted(staff.items()) if n]
        counted = self.words.count("staff.count", sum(staff.values()), told=self.words.listed(told)) if told else ""
        return self.words["staff"] + counted

    # Periods

    def _periods(self) -> dict[str, str]:
        keeping = self.facts.keeping
        days = {
            Kept.POSTS: keeping.posts_days,
            Kept.PICTURES: keeping.pictures_days,
            Kept.AUDIT: keeping.audit_days,
            Kept.DEVICES: keeping.devices_days,
        }
        return {
            f"{kind.value}_{name}": told
            for kind, n in days.items()
            for name, told in (
                ("until", self._lasting("until", n)),
                ("after", self._lasting("after", n)),
                ("due", self._due(kind)),
            )
        }

    def _lasting(self, form: str, days: int | None) -> str:
        if days is None:
            return self.words[f"{form}.erased"]
        return self.words.count(f"{form}.days", days) if days else self.words[f"{form}.end"]

    def _due(self, kind: Kept) -> str:
        facts, words = self.facts, self.words
        if kind in facts.lapsed:
            return words.say("due.gone", date=words.plain_date(facts.lapsed[kind], facts.zone))
        if facts.hold is not None:
            return words["due.hold"]
        at = facts.setting.due.get(kind)
        return words.say("due", date=words.plain_date(at, facts.zone)) if at else ""

    def _ends(self) -> str:
        end = self.facts.setting.end
        if end is None:
            return self.words["ends.unknown"]
        # The end of a day is the midnight after it: that day is what one says.
        return self.words.say("ends", date=self.words.plain_date(end - 1, self.facts.zone))

    # Where it comes from

    def _sources(self) -> Iterator[Blocks]:
        words = self.words
        yield _named(words["source.phone"], words["source.phone.text"])
        for source in self.facts.sources:
            yield _named(f"{self._network(source.network)}.", *self._source(source))
        for network in self.facts.brought:
            if network not in {source.network for source in self.facts.sources}:
                yield _named(f"{self._network(network)}.", words["source.removed"])

    def _source(self, source: Source) -> Iterator[str]:
        words, known = self.words, self.networks.get(source.network)
        if known is not None:
            yield known.summary.get(self.lang, "")
        if source.places:
            yield words.say("source.places", places=words.listed(source.places))
        if source.tags:
            yield words.say("source.tags", tags=words.listed([f"#{tag}" for tag in source.tags]))
        if not source.on:
            yield words["source.off"]
        if known is not None and known.link_only:
            yield words["source.link"]
        if known is not None and known.abroad:
            yield words.say("source.abroad", country=self._countries(known))
        if known is None or not known.own:
            yield words["source.stranger"]

    def _code(self) -> Iterator[Block]:
        address = self.facts.setting.notice
        if address:
            read = _plain_address(address)
            yield Card(
                address=f"{address}?of={self.facts.slug}",
                code_alt=self.words.say("code.alt", address=read),
                title=(Text(self.words["code.title"]),),
                lines=((Text(read),),),
            )


def _named(name: str, *sentences: str) -> Blocks:
    return (Paragraph((Strong((Text(capital(name)),)), Text(" " + " ".join(filter(None, sentences))))),)


def _plain_address(address: str) -> str:
    """An address as people read it: without what stands before its first name."""
    for prefix in ("mailto:", "https://", "http://"):
        address = address.removeprefix(prefix)
    return address
