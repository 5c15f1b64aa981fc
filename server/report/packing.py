"""A zip that is given out while it is made: the same members make the same bytes, wherever and whenever."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec

_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can tell. Members have no time of their own: a clock would change the bytes."""
_UNIX: Final = 3
_PLAIN_FILE: Final = 0o100644 << 16


class Member(msgspec.Struct, frozen=True):
    """A file in the zip: `size` in bytes, before compression."""

    name: str
    size: int
    sha256: str


class _Window(io.BytesIO):
    """The end of a file: what was taken from it is final and gone, places count from the file's beginning."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = 0

    def tell(self) -> int:
        return self._taken + super().tell()

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        start = self._taken if whence == io.SEEK_SET else 0
        return self._taken + super().seek(place - start, whence)

    def take(self) -> bytes:
        data = self.getvalue()
        self._taken += len(data)
        super().seek(0)
        self.truncate()
        return data


class Package:
    """
    A zip, a member at a time. In memory is one member, compressed, and the list of all of them.

    A member's header is written when its size is known, so that readers need no data descriptors: OpenDocument wants
    its first member to be found without.
    """

    def __init__(self) -> None:
        self._window = _Window()
        self._zip = ZipFile(self._window, "w")
        self.members: list[Member] = []

    def add(self, name: str, chunks: Iterable[bytes], *, stored: bool = False) -> bytes:
        """
        The next bytes of the zip, up to and with this member.

        Args:
            name: Made by us, with `/`: a stranger's name must never get here.
            stored: Leave it as it is: pictures are compressed already.
        """
        info = ZipInfo(name, _LONG_AGO)
        info.compress_type = ZIP_STORED if stored else ZIP_DEFLATED
        info.create_system = _UNIX
        info.external_attr = _PLAIN_FILE
        size, digest = 0, hashlib.sha256()
        with self._zip.open(info, "w") as member:
            for chunk in chunks:
                size += len(chunk)
                digest.update(chunk)
                member.write(chunk)
        self.members.append(Member(name, size, digest.hexdigest()))
        return self._window.take()

    def end(self) -> bytes:
        """The last bytes: the list of what is in it."""
        self._zip.close()
        return self._window.take()
