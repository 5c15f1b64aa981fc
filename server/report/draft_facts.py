"""The draft of the report, as its authors' page is told: texts, choices, and what each section has because of them."""

from __future__ import annotations

import msgspec

from server.report.compile import compile_report
from server.report.measure import block_text
from server.report.model import Section
from server.symposium.bodies import badge_name
from server.symposium.state import Block, BlockText, State


class _Facts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of what is told."""


class TextFacts(_Facts, frozen=True):
    """A text; `seq` is its entry, which the next one names as its `base`."""

    seq: int
    at: int
    by: str
    text: str


class BlockFacts(_Facts, frozen=True):
    """What stands in a place, None for nothing; `beside` was written meanwhile by somebody else."""

    text: TextFacts | None
    beside: tuple[TextFacts, ...]


class PickFacts(_Facts, frozen=True):
    """What was said of a post; see `entries.QuotesSet`."""

    choice: str
    pull: str
    names: str | None
    into: str | None


class SectionFacts(_Facts, frozen=True):
    """A section, with its chosen posts in their order and its pull quotes."""

    id: str
    title: str
    start: int
    posts: int
    chosen: tuple[str, ...]
    pulls: tuple[str, ...]


class VersionFacts(_Facts, frozen=True):
    """A version that does not change; `gone` when an erasure took its bytes."""

    number: int
    at: int
    by: str
    sha256: str
    gone: bool


class DraftFacts(_Facts, frozen=True):
    """The draft. `seq` is its last change."""

    seq: int
    names: str
    lang: str
    cover: str
    texts: dict[str, BlockFacts]
    picks: dict[str, PickFacts]
    sections: tuple[SectionFacts, ...]
    versions: tuple[VersionFacts, ...]


def draft_facts(state: State) -> DraftFacts:
    draft = state.draft
    return DraftFacts(
        seq=draft.seq,
        names=draft.naming.value,
        lang=draft.lang,
        cover=draft.cover.value,
        texts={str(place): _block(state, block) for place, block in draft.blocks.items()},
        picks={
            str(post): PickFacts(
                choice=pick.choice.value,
                pull=pick.pull.value,
                names=None if pick.naming is None else pick.naming.value,
                into=pick.into,
            )
            for post, pick in draft.picks.items()
        },
        sections=tuple(_section(each) for each in compile_report(state).all_sections()),
        versions=tuple(
            VersionFacts(
                number=each.number,
                at=each.at,
                by=badge_name(state, each.by) or "",
                sha256=each.sha256,
                gone=bool(each.gone),
            )
            for each in draft.versions
        ),
    )


def _block(state: State, block: Block) -> BlockFacts:
    return BlockFacts(
        text=None if block.text is None else _text(state, block.text),
        beside=tuple(_text(state, each) for each in block.aside),
    )


def _text(state: State, text: BlockText) -> TextFacts:
    body = state.bodies.get(text.body)
    return TextFacts(
        seq=text.body, at=text.at, by=badge_name(state, text.by) or "", text="" if body is None else block_text(body)
    )


def _section(section: Section) -> SectionFacts:
    return SectionFacts(
        id=section.id,
        title=section.title,
        start=section.start,
        posts=section.posts,
        chosen=tuple(quote.post for thread in section.thread for quote in (thread.quote, *thread.replies)),
        pulls=tuple(quote.post for quote in section.pulls),
    )
