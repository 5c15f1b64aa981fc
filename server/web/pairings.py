"""Screens that wait for somebody of the staff: each shows a short code until one types it in. In memory."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from server.symposium.codes import ALPHABET
from server.symposium.values import ScreenId

PAIRING_S = 600.0
MAX_PAIRINGS = 100
CODE_LENGTH = 4
"""Of 20 letters: 160,000 codes. A code opens nothing: it only tells staff which screen they mean."""


@dataclass(kw_only=True)
class Pairing:
    """A screen that shows *code* until `until_s`, on the clock of its `Pairings`."""

    code: str
    screen: ScreenId
    until_s: float
    paired: bool = False


class Pairings:
    """
    The screens of one symposium that wait, the newest `MAX_PAIRINGS`, each for ten minutes.

    Args:
        now_s: A clock that never goes back, in seconds.
        letter: Picks a letter of the alphabet that nobody can foresee.
    """

    def __init__(
        self,
        now_s: Callable[[], float] = time.monotonic,
        letter: Callable[[], str] = lambda: secrets.choice(ALPHABET),
    ) -> None:
        self._now_s = now_s
        self._letter = letter
        self._open: OrderedDict[str, Pairing] = OrderedDict()

    def begin(self, screen: ScreenId) -> Pairing:
        """A code for *screen*: while it waits the same one, so that nobody types one that has just changed."""
        self._sweep()
        known = next((each for each in self._open.values() if each.screen == screen and not each.paired), None)
        if known is not None:
            return known
        pairing = Pairing(code=self._new_code(), screen=screen, until_s=self._now_s() + PAIRING_S)
        self._open[pairing.code] = pairing
        while len(self._open) > MAX_PAIRINGS:
            self._open.popitem(last=False)
        return pairing

    def get(self, code: str) -> Pairing | None:
        """The screen that shows *code*, however it was typed; None when its time is over, or there never was one."""
        self._sweep()
        return self._open.get(normal(code))

    def left_s(self, pairing: Pairing) -> float:
        """For how many seconds its code still counts."""
        return max(0.0, pairing.until_s - self._now_s())

    def _new_code(self) -> str:
        while True:
            code = "".join(self._letter() for _ in range(CODE_LENGTH))
            if code not in self._open:
                return code

    def _sweep(self) -> None:
        now_s = self._now_s()
        for code in [code for code, pairing in self._open.items() if pairing.until_s <= now_s]:
            del self._open[code]


def normal(code: str) -> str:
    """A code as a person typed it: without spaces and dashes, in capitals."""
    return "".join(each for each in code.upper() if each not in " -\t")
