"""Nostr's keys and notes have 64 hexadecimal digits; people know them as `npub1…` and `note1…`. Pure."""

from __future__ import annotations

from typing import Literal

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def written(kind: Literal["npub", "note"], hexadecimal: str) -> str:
    """
    A key or the id of a note, as people pass it on.

    Source: NIP-19.
    """
    return bech32(kind, bytes.fromhex(hexadecimal))


def bech32(kind: str, data: bytes) -> str:
    """
    *data* in letters, with what it is before it and a check sum behind it.

    Source: BIP 173.
    """
    fives = _in_fives(data)
    head = [*(ord(letter) >> 5 for letter in kind), 0, *(ord(letter) & 31 for letter in kind)]
    checked = _checksum([*head, *fives, 0, 0, 0, 0, 0, 0]) ^ 1
    check = [checked >> 5 * (5 - at) & 31 for at in range(6)]
    return f"{kind}1{''.join(_LETTERS[five] for five in [*fives, *check])}"


def _in_fives(data: bytes) -> list[int]:
    """The bits of *data* in groups of five, with zeros behind the last."""
    bits = "".join(f"{byte:08b}" for byte in data)
    return [int(bits[at : at + 5].ljust(5, "0"), 2) for at in range(0, len(bits), 5)]


def _checksum(fives: list[int]) -> int:
    found = 1
    for five in fives:
        top = found >> 25
        found = (found & 0x1FFFFFF) << 5 ^ five
        for at, term in enumerate(_GENERATOR):
            found ^= term if top >> at & 1 else 0
    return found
