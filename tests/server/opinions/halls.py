"""Made-up halls that vote on statements, with groups that are known or with none; and how alike two cuts are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from server.opinions.space import AGREE, DISAGREE, NONE, PASS, Votes

Groups = npt.NDArray[np.intp]


class Hall(NamedTuple):
    """Votes, and who is really in which group."""

    votes: Votes
    groups: Groups


def hall(seed: int, people: int, statements: int, groups: int, *, sure: float = 0.9, part: float = 0.5) -> Hall:
    """
    Groups with a mind of their own.

    As in published sets of such votes: a group mostly says the same, on three of ten statements everybody is of one
    mind, some pass or think otherwise, and each saw a part of the statements only.

    Args:
        sure: How many of a hundredth vote as their group does; half of the others pass.
        part: What part of the statements each voted on.
    """
    chance = np.random.default_rng(seed)
    profile = np.where(chance.random((groups, statements)) < 0.5, AGREE, DISAGREE)
    shared = chance.random(statements) < 0.3
    profile[:, shared] = profile[0, shared]
    of = np.sort(chance.permutation(np.arange(people) % groups))
    mood = chance.random((people, statements))
    mine = profile[of]
    otherwise = AGREE + DISAGREE - mine
    votes = np.where(mood < sure, mine, np.where(mood < (1 + sure) / 2, PASS, otherwise))
    return Hall(_partly(votes, part, chance), of)


def noise(seed: int, people: int, statements: int, *, part: float = 0.5) -> Votes:
    """Everybody votes by themselves; some statements are loved, others are not."""
    chance = np.random.default_rng(seed)
    liked = chance.uniform(0.15, 0.85, statements)
    mood = chance.random((people, statements))
    return _partly(np.where(mood < 0.9 * liked, AGREE, np.where(mood < 0.9, DISAGREE, PASS)), part, chance)


def _partly(votes: npt.NDArray[np.intp], part: float, chance: np.random.Generator) -> Votes:
    return np.where(chance.random(votes.shape) < part, votes, NONE).astype(np.int8)


def adjusted_rand(one: Groups, other: Groups) -> float:
    """
    How alike two cuts of the same people are: 1 for the same, about 0 for what chance comes to.

    Of all pairs of people, how many are together in both; less what chance gives, over the most that there could be.

    Source: Hubert and Arabie, "Comparing partitions", Journal of Classification 2, 1985.
    """
    table = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(table, (one, other), 1)
    both, mine, its = (_pairs(each) for each in (table, table.sum(axis=1), table.sum(axis=0)))
    by_chance = mine * its / _pairs(np.array([len(one)]))
    most = (mine + its) / 2
    return 1.0 if most == by_chance else (both - by_chance) / (most - by_chance)


def _pairs(sizes: npt.NDArray[np.float64]) -> float:
    return float((sizes * (sizes - 1) / 2).sum())
