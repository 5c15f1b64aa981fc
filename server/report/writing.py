"""What all writers share."""

from __future__ import annotations

from collections.abc import Callable

from server.symposium.values import BlobId

Blobs = Callable[[BlobId], bytes | None]
"""The bytes of a picture; None when it is gone, and is left out."""
