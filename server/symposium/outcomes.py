"""What became of an entry. A refusal is an outcome, not an error: nothing changed, and the caller is told why."""

from __future__ import annotations

import msgspec

from server.symposium.values import BadgeId, PostId, Status


class Changed(msgspec.Struct, frozen=True, gc=False):
    """What an entry did to one post. `by` and `at` tell the decision that it overrode, if a person had made one."""

    post: PostId
    before: Status | None
    after: Status
    revision: int
    by: BadgeId | None = None
    at: int = 0


class Passed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One post of a bulk entry that was left as it was, and why (a `Refused` code)."""

    post: PostId
    code: str


class Done(msgspec.Struct, frozen=True, gc=False):
    """
    Carried out. `changed` may be empty: it was so already.

    `redact` lists the seqs whose bodies nobody may need any more: the node overwrites them in the journal.
    """

    seq: int
    changed: tuple[Changed, ...] = ()
    passed: tuple[Passed, ...] = ()
    redact: tuple[int, ...] = ()


class Repeated(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The same thing came in before (same request, uri or source id): the first one's outcome holds."""

    seq: int
    post: PostId
    redact: tuple[int, ...] = ()


class Refused(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    Not carried out; nothing changed.

    Codes: `no-badge`, `not-allowed`, `unknown`, `final`, `stale-revision`, `decided-since`, `not-shown`,
    `author-banned`, `request-reused`, `pending-cap`, `erased-author`, `not-yours`, `already-undone`, `cannot-undo`,
    `made-before`, `too-many-scenes`, `already-waits`, `too-many-sessions`, `too-many-screens`, `too-many-papers`,
    `too-many-files`, `too-many-texts`, `too-many-quotes`, `too-many-versions`, `bad-period`,
    `legal-hold`, `too-many-questions`, `answered`, `too-many-polls`, `bad-poll`, `poll-open`, `poll-opened`,
    `poll-closed`, `poll-changed`, `bad-answer`, `no-code`, `code-used`, `too-many-codes`, `too-many-votes`, `not-due`.
    `by` and `at` tell who decided since, where that is the reason.
    `redact` names the entry itself when it had a body: what was not taken in is not kept.
    """

    seq: int
    code: str
    post: PostId | None = None
    by: BadgeId | None = None
    at: int = 0
    redact: tuple[int, ...] = ()


class Broken(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The law met something that it does not understand; nothing changed."""

    seq: int
    error: str
    redact: tuple[int, ...] = ()


Outcome = Done | Repeated | Refused | Broken
