"""
Where people stand, by how they voted.

As Polis publishes it: agree is 1, disagree -1 and pass 0, a vote that is missing counts as the mean of its statement,
and the directions are what principal component analysis finds. Who voted on few statements would stand near the middle
for that alone; so each place is stretched by the root of (statements / votes).

Other than there, the groups are looked for in as many directions as say more than chance does (two to four) and not
always in two: four groups of which each goes its own way need three, and fall over each other in two. The map shows the
first two.

Source: Small, Bjorkegren, Erkkilä, Shaw, Megill, "Polis: Scaling Deliberation by Mapping High Dimensional Opinion
Spaces", Recerca 26(2), 2021. Directions above chance: Horn, "A rationale and test for the number of factors in factor
analysis", Psychometrika 30, 1965.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

NONE: Final = 0
AGREE: Final = 1
DISAGREE: Final = 2
PASS: Final = 3
"""As `Poll.votes` holds them."""

Votes = npt.NDArray[np.int8]
"""A row for each person, a column for each statement."""
People = npt.NDArray[np.float64]
"""How many people each row stands for."""
Places = npt.NDArray[np.float64]
"""A row for each row of votes, a column for each direction."""
Array = npt.NDArray[np.float64]
_VALUE: Final = np.array([0.0, 1.0, -1.0, 0.0])


class Space(NamedTuple):
    """
    Directions in which people differ, those in which they differ most first.

    Attributes:
        apart: How far each vote is from the mean of its statement; 0 where it is missing.
        stretch: By row, for what is missing.
        axes: A column for each direction.
        strength: How much people differ in each.
    """

    apart: Array
    stretch: Array
    axes: Array
    strength: Array

    def places(self, directions: int) -> Places:
        """Where each row stands, in so many directions."""
        found: Places = (self.apart @ self.axes[:, :directions]) * self.stretch[:, np.newaxis]
        return found


def space(votes: Votes, people: People) -> Space:
    """The directions of these votes; the same for the same rows in the same order."""
    voted = votes != NONE
    values = _VALUE[votes]
    mean = (people @ values) / np.maximum(people @ voted, 1.0)
    apart = np.where(voted, values - mean, 0.0)
    strength, axes = np.linalg.eigh((apart * people[:, np.newaxis]).T @ apart)
    stretch = np.sqrt(votes.shape[1] / np.maximum(voted.sum(axis=1), 1))
    return Space(apart, stretch, _turned(axes[:, ::-1]), strength[::-1])


def _turned(axes: Array) -> Array:
    """A direction and its opposite are the same one: the largest part is above zero."""
    largest = np.abs(axes).argmax(axis=0)
    turned: Array = axes * np.where(axes[largest, range(axes.shape[1])] < 0, -1.0, 1.0)
    return turned


def shuffled(votes: Votes, chance: np.random.Generator) -> Votes:
    """
    The same votes on each statement, by the same people, but each by another: what they had in common is gone.

    Who voted on what stays, so groups that come of that alone are seen for what they are.
    """
    mixed = votes.copy()
    for statement in mixed.T:
        voted = np.flatnonzero(statement)
        statement[voted] = statement[chance.permutation(voted)]
    return mixed
