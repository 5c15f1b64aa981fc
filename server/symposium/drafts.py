"""The draft of the report: how what was done to it is taken back, and what an erasure takes from its versions."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from server.symposium.state import Block, Pick, State, Version, WasBlock, WasOrder, WasPicks, WasReport
from server.symposium.values import PostId


def bodies_of(block: Block | None) -> set[int]:
    """The seqs that hold the texts of *block*."""
    if block is None:
        return set()
    return {text.body for text in (block.text, *block.aside) if text is not None}


def put(state: State, picks: Iterable[tuple[PostId, Pick | None]], seq: int) -> None:
    """Say this of posts; None for nothing."""
    for post, pick in picks:
        if pick is None:
            state.draft.picks.pop(post, None)
        else:
            state.draft.picks[post] = pick
    state.draft.seq = seq


def restore_block(state: State, seq: int, before: WasBlock) -> tuple[int, ...]:
    """Put a text back as it was. Returns the seqs of the bodies that nobody needs any more."""
    draft = state.draft
    gone = bodies_of(draft.blocks.get(before.id)) - bodies_of(before.block) - frozen_texts(state)
    if before.block is None:
        draft.blocks.pop(before.id, None)
    else:
        draft.blocks[before.id] = before.block
    draft.seq = seq
    return tuple(sorted(gone))


def restore_picks(state: State, seq: int, before: WasPicks) -> None:
    """Back to what was said of these posts, where nobody has said something else since."""
    back = ((post, was) for post, was, made in before.picks if state.draft.picks.get(post) == made)
    put(state, list(back), seq)


def restore_order(state: State, seq: int, before: WasOrder) -> None:
    """Back to the order that was."""
    if before.posts is None:
        state.draft.order.pop(before.section, None)
    else:
        state.draft.order[before.section] = before.posts
    state.draft.seq = seq


def restore_settings(state: State, seq: int, before: WasReport) -> None:
    """Back to how the report named people, its language and its cover."""
    draft = state.draft
    draft.naming, draft.lang, draft.cover, draft.seq = before.naming, before.lang, before.cover, seq


def frozen_posts(state: State) -> frozenset[PostId]:
    """The posts whose words are in a version that still has its bytes."""
    return frozenset().union(*(version.posts for version in state.draft.versions))


def frozen_texts(state: State) -> frozenset[int]:
    """The seqs of the texts that the newest version was made of: it may have to be made again without somebody."""
    versions = state.draft.versions
    return versions[-1].texts if versions else frozenset()


def take_from_versions(state: State, posts: Iterable[PostId]) -> None:
    """
    The bytes of each version that holds one of *posts* go; its number, date and hash stay listed.

    While a legal hold lasts they stay too, until it ends.
    """
    draft, ended = state.draft, frozenset(posts)
    if not ended or not draft.versions:
        return
    draft.versions = tuple(
        version
        if version.gone or version.posts.isdisjoint(ended)
        else _without_bytes(version, state)
        if state.hold is None
        else msgspec.structs.replace(version, held=version.held or state.seq)
        for version in draft.versions
    )


def let_go(state: State) -> None:
    """A legal hold ended: the versions that it kept lose their bytes."""
    draft = state.draft
    draft.versions = tuple(_without_bytes(each, state) if each.held else each for each in draft.versions)


def _without_bytes(version: Version, state: State) -> Version:
    return msgspec.structs.replace(version, gone=state.seq, gone_at=state.at, held=0, files=(), posts=frozenset())
