"""The one table from error to HTTP status, and the one shape in which an error leaves: `application/problem+json`."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from aiohttp import web

from server.blobs.images import NotAPicture
from server.errors import (
    BadInput,
    Conflict,
    FonteinError,
    Gone,
    NotAllowed,
    NotFound,
    StorageFull,
    TooMany,
    Unavailable,
)
from server.journal.contract import JournalBroken

_log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

_STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (StorageFull, 507, "No room left"),
    (Unavailable, 503, "Not now"),
    (JournalBroken, 503, "Not now"),
    (TooMany, 429, "Too many"),
    (NotFound, 404, "Not found"),
    (Gone, 410, "Gone"),
    (Conflict, 409, "Conflict"),
    (NotAllowed, 403, "Not allowed"),
    (NotAPicture, 415, "Not a picture"),
    (BadInput, 422, "Cannot be used"),
)
"""The first that fits counts."""

_BAD_INPUT_STATUS = {
    "not-json": 400,
    "bad-request": 400,
    "bad-host": 400,
    "too-large": 413,
    "media-type": 415,
    "encoding": 415,
    "slow": 408,
    "cut-off": 400,
    "tus-version": 412,
    "zip-too-large": 413,
    "papers-full": 413,
    "websocket": 426,
    "not-a-websocket": 426,
    "request-reused": 422,
}


class Unauthorised(FonteinError):
    """No badge, or one that is worth nothing any more."""

    code = "no-badge"


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Source: RFC 9457. `code` is short and stable; `retry_after` in seconds; `extra` what a page needs to go on."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    retry_after: int | None = None
    post: Any = None
    by: str | None = None
    at: int | None = None
    findings: Any = None


class WithFacts(FonteinError):
    """
    An error together with what a page needs to go on: the post as it stands now, and who decided when; or what was
    found wrong.
    """

    def __init__(
        self,
        error: FonteinError,
        *,
        post: Any = None,
        by: str | None = None,
        at: int | None = None,
        findings: Any = None,
    ) -> None:
        super().__init__(error.message, code=error.code)
        self.error, self.post, self.by, self.at, self.findings = error, post, by, at, findings


def problem_of(error: Exception) -> Problem:
    """How *error* leaves the house. What nobody foresaw says nothing about itself; the log knows."""
    if isinstance(error, WithFacts):
        facts = {"post": error.post, "by": error.by, "at": error.at, "findings": error.findings}
        return msgspec.structs.replace(problem_of(error.error), **facts)
    if isinstance(error, Unauthorised):
        return Problem(title="No badge", status=401, detail=error.message, code=error.code)
    for kind, status, title in _STATUS:
        if isinstance(error, kind):
            return _problem(error, status, title)
    if isinstance(error, web.HTTPException):
        return _http_problem(error)
    _log.error("unforeseen error", exc_info=error)
    return Problem(
        title="Not now",
        status=503,
        detail="Something went wrong here that we did not foresee. Try again in a moment.",
        code="unforeseen",
        retry_after=5,
    )


def _problem(error: Exception, status: int, title: str) -> Problem:
    code = str(getattr(error, "code", "error"))
    if isinstance(error, BadInput | Conflict):
        status = _BAD_INPUT_STATUS.get(code, status)
    return Problem(
        title=title,
        status=status,
        detail=str(error),
        code=code,
        field=getattr(error, "field", None),
        retry_after=getattr(error, "retry_after_s", 60 if status in (503, 507) else None),
    )


def _http_problem(error: web.HTTPException) -> Problem:
    status = error.status if error.status < 500 else 503
    codes = {404: "not-found", 405: "method", 413: "too-large", 400: "bad-request", 426: "websocket"}
    return Problem(
        title=error.reason,
        status=status,
        detail=error.reason,
        code=codes.get(status, "http"),
        retry_after=5 if status == 503 else None,
    )


def response_of(problem: Problem) -> web.Response:
    """The problem document as an answer, with `Retry-After` where it says when to come back."""
    headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    return web.Response(
        body=msgspec.json.encode(problem), status=problem.status, content_type=CONTENT_TYPE, headers=headers
    )
