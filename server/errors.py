"""
The errors that some caller tells apart. None of them knows HTTP: `server/web/problems.py` maps them to a status.

    FonteinError
    ├── BadInput            what came in cannot be used: `field` says where, `code` which rule
    ├── NotAllowed          there is a badge or device, but it may not do this
    ├── NotFound            no such symposium, post, badge, …
    ├── Conflict            the world has moved on: an old revision, somebody else decided, a key used again
    ├── TooMany             a limit was met; `retry_after_s` says when to come back
    ├── Unavailable         not now, nothing lost; `retry_after_s` says when to come back
    └── StorageFull         no room left to promise anything; `retry_after_s` says when to come back
"""

from __future__ import annotations


class FonteinError(Exception):
    """
    Base of every error that Fontein raises on purpose.

    Args:
        message: What, which and what to do, in one or two sentences of English.
        code: A short kebab-case word that callers and pages can tell apart; the default is the class's own.
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return self.message


class BadInput(FonteinError):
    """What came in cannot be used. `field` is the path of the offending value, as `$.text`, or None."""

    code = "bad-input"

    def __init__(self, message: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(message, code=code)
        self.field = field


class NotAllowed(FonteinError):
    """There is a badge or a device, but it may not do this."""

    code = "not-allowed"


class NotFound(FonteinError):
    """There is no such thing, or this badge may not know of it."""

    code = "not-found"


class Gone(FonteinError):
    """It was here, and is not kept any more."""

    code = "gone"


class Conflict(FonteinError):
    """The world has moved on since the caller looked."""

    code = "conflict"


class TooMany(FonteinError):
    """A limit was met. Come back after `retry_after_s` seconds."""

    code = "too-many"

    def __init__(self, message: str, *, retry_after_s: int, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after_s = retry_after_s


class Unavailable(FonteinError):
    """Not now; nothing was promised and nothing was lost. Come back after `retry_after_s` seconds."""

    code = "unavailable"

    def __init__(self, message: str, *, retry_after_s: int, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after_s = retry_after_s


class StorageFull(Unavailable):
    """The disk has no room left to keep a promise."""

    code = "storage-full"
