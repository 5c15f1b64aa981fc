"""Short codes: two or three characters that lead to a room, a session or a paper. Given once, kept for ever."""

from __future__ import annotations

from server.symposium.state import State

ALPHABET = "CDFHJKMNPRTVWXY34679"
"""No two that look or sound alike, and no vowels: no code is a word."""

_SHORT = len(ALPHABET) ** 2
_LONG = len(ALPHABET) ** 3
MAX_CODES = _SHORT + _LONG
_STRIDE = 137
"""Coprime to the number of codes, so that neighbours do not look alike: a slip of the finger leads nowhere, mostly."""


def give(state: State, thing: str) -> None:
    """See to it that *thing* (`room:`, `session:` or `paper:` with its id) has a code; past `MAX_CODES` it has none."""
    if thing in state.codes_of or len(state.codes) >= MAX_CODES:
        return
    code = code_of_number(len(state.codes))
    state.codes[code] = thing
    state.codes_of[thing] = code


def code_of_number(number: int) -> str:
    """The code that is given after *number* others: all of two characters first."""
    if number < _SHORT:
        return _spell(number * _STRIDE % _SHORT, 2)
    return _spell((number - _SHORT) * _STRIDE % _LONG, 3)


def _spell(number: int, length: int) -> str:
    base = len(ALPHABET)
    return "".join(ALPHABET[number // base**place % base] for place in reversed(range(length)))
