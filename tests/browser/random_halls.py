"""Questions and polls as chance has them: of any script, length and number, in every state that a hall can be in."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

from server.asking import MAX_END, MAX_OPTION, MAX_TITLE
from server.symposium.hall_facts import ENOUGH
from server.symposium.polls import MAX_OPTIONS
from tests.browser.lone_wall import view_of
from tests.browser.random_walls import Deck, Group, Walls, cut

NOW: Final = 1_794_484_800_000_000
"""Some noon, in µs."""
_S: Final = 1_000_000
_CHOICES: Final = ("single", "several", "quiz", "ranking", "statements")
KINDS: Final = (*_CHOICES, "scale", "number", "words")
STATES: Final = ("asked", "live", "closed", "few", "again")
"""Of a poll: open and nothing told, open with its result, closed, closed with too few votes, asked a second time."""
QUESTIONS: Final = (0, 1, 2, 5, 12)
CARDS: Final = (
    *(("question", stand) for stand in ("open", "on-stage", "answered", "later")),
    *(("questions", str(count)) for count in QUESTIONS),
    *((kind, state) for kind in KINDS for state in STATES),
    ("statements", "map"),
)
_WORD: Final = "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikantin"
_CHECKS: Final[Sequence[Mapping[str, str]]] = ({}, {"nl": "ijsvogel", "en": "kingfisher"})


class Halls:
    """Makes views of the hall's scenes; each card of `CARDS` comes once in a round."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.walls = Walls(chance)
        self.cards = Deck(chance, CARDS)
        self.sizes = Deck(chance, ("plain", "plain", "any", "any", "most"))

    def view(self, group: Group) -> dict[str, Any]:
        """A view of the next card. `card` and `size` in it are for the test that looks at it."""
        what, state = self.cards.deal()
        size = self.sizes.deal()
        if what == "question":
            scene, hall = {"scene": "question", "post": "q0"}, self._asked(self._question(0, size, state))
        elif what == "questions":
            asked = (self._question(n, size, "open") for n in range(int(state)))
            scene, hall = {"scene": "questions"}, self._asked(*asked)
        else:
            scene, hall = {"scene": "poll", "poll": "p"}, self._polled(what, state, size)
        around = {**group.around, "symposium": {**group.around["symposium"], "languages": self._languages()}}
        return view_of(
            [], theme=group.theme, scene={**scene, "screens": {}}, **around, **hall, check=self.chance.choice(_CHECKS),
            hall={"questions": True, "reactions": True, "follows": False},
            clockMs=NOW / 1_000 + self.chance.random() * 1e6, card=f"{what} {state}", size=size,
        )  # fmt: skip

    def _languages(self) -> list[str]:
        return self.chance.choice((["nl"], ["nl", "en"], ["en", "nl"]))

    # Questions

    def _question(self, number: int, size: str, stand: str) -> dict[str, Any]:
        chance = self.chance
        lang, text = ("nl", self._plain(60)) if size == "plain" else self.walls.text()
        answer = {"name": self._name(), "text": self._line(size, 400)} if stand == "answered" else None
        return {
            "post": f"q{number}", "text": self._line(size, 500) if size == "most" else text, "lang": lang,
            "name": self._name(), "to": self._name(), "session": None, "merged": 0, "stand": stand,
            "asked": NOW - chance.randint(0, 3_000) * _S, "changed": NOW - 60 * _S,
            "answer": answer if chance.random() < 0.8 else None,
            "votes": chance.choice((0, 1, 2, 9, 38, 412, 1_234, 98_765)),
        }  # fmt: skip

    @staticmethod
    def _asked(*questions: dict[str, Any]) -> dict[str, Any]:
        votes = {f"votes:{each['post']}": each.pop("votes") for each in questions}
        return votes | {f"question:{each['post']}": each for each in questions}

    def _name(self) -> str:
        return self.chance.choice(
            ("", "", "Bo", "Fatima El Amrani", "ليلى بنت عبد الله", "王小明", "W" * 40, "N " * 30)
        ).strip()

    # Polls

    def _polled(self, kind: str, state: str, size: str) -> dict[str, Any]:
        chance = self.chance
        count = {"plain": chance.randint(2, 8), "any": chance.randint(2, MAX_OPTIONS), "most": MAX_OPTIONS}[size]
        if kind == "statements" and size == "most":
            count = 100
        if state == "map":
            count = max(5, count)
        low, high = self._bounds(kind)
        is_open = state in ("asked", "live")
        timed = is_open and chance.random() < 0.5
        ends = chance.choice((0, 2)) if kind == "scale" else 0
        poll = {
            "id": "p", "kind": kind, "title": self._both(size, MAX_TITLE, plain=70),
            "options": [self._both(size, MAX_OPTION, plain=24) for _ in range(count)] if kind in _CHOICES else [],
            "ends": [self._both(size, MAX_END, plain=20) for _ in range(ends)],
            "most": chance.randint(1, count), "low": low, "high": high, "seconds": 60 if timed else 0,
            "right": chance.randrange(count) if kind == "quiz" and not is_open else None,
            "binding": chance.random() < 0.3, "reveal": "live" if state == "live" else "closed", "session": None,
            "again": "before" if state == "again" else None, "withSession": False,
            "opening": 5, "opened": NOW - 99 * _S,
            "endsAt": NOW + chance.randint(0, 59) * _S if timed else None,
            "closed": 0 if is_open else NOW - chance.randint(1, 90) * _S,
        }  # fmt: skip
        made = {"poll:p": poll, "tally:p": self._tally(poll, state, size)}
        if state == "again":
            made |= {"poll:before": {**poll, "id": "before", "again": None, "closed": NOW - 999 * _S}}
            made |= {"tally:before": self._tally(poll, "closed", size)}
        return made | ({"opinions": self._opinions(count)} if state == "map" else {})

    def _bounds(self, kind: str) -> tuple[int, int]:
        if kind == "scale":
            low = self.chance.choice((-5, 0, 1, 1))
            return low, low + self.chance.randint(1, 10)
        return (self.chance.choice((-1_000_000_000, 0, 0)), self.chance.choice((10, 1_000, 1_000_000_000)))

    def _tally(self, poll: Mapping[str, Any], state: str, size: str) -> dict[str, Any]:
        chance = self.chance
        n = chance.randint(0, ENOUGH - 1) if state == "few" else chance.choice((5, 9, 143, 1_880, 10_000))
        if state == "asked":
            return {"n": n, "result": None}
        result: dict[str, Any] = {"n": n, "few": state == "few", "counts": [], "middle": None, "bins": [], "words": []}
        if state != "few":
            result |= self._result(poll, n, size)
        return {"n": n, "result": result}

    def _result(self, poll: Mapping[str, Any], n: int, size: str) -> dict[str, Any]:
        chance = self.chance
        options, kind = len(poll["options"]), poll["kind"]
        if kind == "number":
            step = max(1, (poll["high"] - poll["low"] + 1) // 10)
            starts = list(range(poll["low"], poll["high"] + 1, step))[: chance.randint(1, 10)]
            bins = [
                {"low": start, "high": min(poll["high"], start + step - 1), "n": chance.randint(0, n)}
                for start in starts
            ]
            return {"counts": [n], "middle": chance.randint(poll["low"], poll["high"]), "bins": bins}
        if kind == "words":
            said = {
                self._line(size, chance.choice((6, 12, 12, 20, 60, 400))): 0
                for _ in range(chance.choice((1, 4, 20, 60)))
            }
            words = sorted(((word, chance.choice((1, 1, 2, 5, 40))) for word in said), key=lambda each: -each[1])
            return {"counts": [n], "words": words}
        if kind == "several":
            return {"counts": [chance.randint(0, n) for _ in range(options)]}
        if kind == "ranking":
            return {"counts": [chance.randint(0, n * (options - 1)) for _ in range(options)]}
        width = {"statements": 3 * options, "scale": poll["high"] - poll["low"] + 1}.get(kind, options)
        counts = [0] * width
        for _ in range(min(n, 400)):
            counts[min(width - 1, int(chance.random() ** 2 * width))] += 1
        return {"counts": counts}

    def _opinions(self, statements: int) -> dict[str, Any]:
        chance = self.chance

        def typical() -> dict[str, Any]:
            return {
                "statement": chance.randrange(statements), "side": chance.choice(("agree", "disagree")),
                "n": 20, "of": 24, "othersN": 9, "othersOf": 60,
            }  # fmt: skip

        groups = [
            {
                "n": chance.randint(5, 900), "x": chance.uniform(-1, 1), "y": chance.uniform(-1, 1),
                "wide": chance.uniform(0.02, 0.9), "high": chance.uniform(0.01, 0.5), "turn": chance.uniform(-4, 4),
                "typical": [typical() for _ in range(chance.randint(0, 3))],
            }
            for _ in range(chance.randint(2, 5))
        ]  # fmt: skip
        sides = [{"statement": n, "side": "agree"} for n in range(chance.randint(0, min(5, statements)))]
        counted = {"n": 40, "agree": 30, "disagree": 5}
        told = [{"statement": n, "hall": counted, "groups": [counted] * len(groups)} for n in range(statements)]
        return {
            "n": 200, "placed": 180, "missing": None, "clear": True, "fit": 0.6, "chance": 0.3, "groups": groups,
            "statements": told, "unites": sides, "divides": list(range(chance.randint(0, min(5, statements)))),
        }  # fmt: skip

    # Words

    def _both(self, size: str, most: int, *, plain: int) -> dict[str, str]:
        """In one language or in two."""
        langs = self.chance.choice((("nl",), ("en",), ("nl", "en"), ("nl", "en")))
        return {lang: self._plain(plain) if size == "plain" else self._line(size, most) for lang in langs}

    def _plain(self, most: int) -> str:
        return cut(" ".join(self.walls._some("nl", most)), most).strip() or "Ja"

    def _line(self, size: str, most: int) -> str:
        """One line of 1 to *most* graphemes; at the *size* 'most' as many as may be."""
        chance = self.chance
        if chance.random() < 0.12:
            return cut(chance.choice((_WORD, f"Over de {_WORD} en wat daarna kwam", "W" * 60)), most)
        length = most if size == "most" else chance.choice((3, 12, 25, 40, 60, most))
        text = " ".join(self.walls.text()[1].split())
        while size == "most" and len(text) < most:
            text += " " + " ".join(self.walls.text()[1].split())
        return cut(text, min(length, most)).strip() or "Ja"
