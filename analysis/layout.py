"""Which combination of switches stands in which column of the log times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Cells = tuple[frozenset[str], ...]

MAIN_EFFECTS = 2  # the strength that tells every main effect from every other
PAIRS = 4  # the strength that tells every main effect and pair from every other: resolution V


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a run: `columns[j]` holds the swept switches that are on in column j.

    A combination that a block runs n times has n columns; `cells` are the distinct ones, in the order of
    their first column. `strata[j]` numbers the process in which column j is measured: all 0, but for a
    rotating design. `averaging`, shape (cells, columns), gives the mean of each cell: weights over cells
    @ averaging are weights over columns.

    Switches held on throughout are not part of the cells, so that "nothing" and "all" always mean
    nothing and all of what is swept.

    `strength` is that of the cells as an orthogonal array (Rao, 1947), looked for up to 4: among any so many
    switches, each of their combinations is there equally often. A design of resolution R has strength R - 1,
    a full factorial all of its switches (or 4), a design without balance 0.
    """

    factors: tuple[str, ...]
    columns: Cells
    cells: Cells
    strata: tuple[int, ...]
    strength: int
    averaging: FloatArray = field(compare=False, repr=False)
    held: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, combinations: Iterable[Set[str]], factors: Sequence[str], strata: Sequence[int] | None = None
    ) -> Layout:
        """The layout of `combinations` (one per column, in order) over the swept `factors`.

        What a combination holds beyond the factors must be the same in all of them.
        Raises ValueError when it is not, for a repeated factor, for no combination, and for strata that are
        not one per column.
        """
        listed = [frozenset(combination) for combination in combinations]
        swept = frozenset(factors)
        if len(swept) != len(factors):
            raise ValueError(f"a switch is swept twice: {', '.join(factors)}")
        if not listed:
            raise ValueError("no combination to analyse")
        held = listed[0] - swept
        if any(column - swept != held for column in listed):
            changing = frozenset().union(*(column - swept ^ held for column in listed))
            raise ValueError(f"neither swept nor held throughout: {', '.join(sorted(changing))}")
        numbers = (0,) * len(listed) if strata is None else tuple(strata)
        if len(numbers) != len(listed):
            raise ValueError(f"{len(listed)} columns, but {len(numbers)} strata")
        columns = tuple(column & swept for column in listed)
        cells = tuple(dict.fromkeys(columns))
        averaging = _averaging(cells, columns)
        return cls(tuple(factors), columns, cells, numbers, _strength(cells, factors), averaging, held)

    @property
    def is_full_factorial(self) -> bool:
        """Whether every combination of the swept switches has its cell."""
        return len(self.cells) == 1 << len(self.factors)

    def is_orthogonal(self, strength: int) -> bool:
        """Whether any `strength` switches (up to 4; or all, where there are fewer) are balanced: with
        MAIN_EFFECTS every main effect can be told from the others, with PAIRS every interaction too."""
        return self.strength >= min(strength, len(self.factors))

    def cell_index(self, cell: Set[str]) -> int | None:
        """The place of `cell` (swept switches only) among the cells, None where the run has none."""
        wanted = frozenset(cell)
        return self.cells.index(wanted) if wanted in self.cells else None

    def row(self, cell: Set[str]) -> FloatArray | None:
        """Weights, shape (columns,), that give the mean log time of `cell`; None where the run has none."""
        index = self.cell_index(cell)
        return None if index is None else self.averaging[index].copy()

    def signs(self, factor: str) -> FloatArray:
        """+1 for each cell with `factor` on, -1 for each with it off. Shape (cells,)."""
        return np.array([1.0 if factor in cell else -1.0 for cell in self.cells])


def _averaging(cells: Cells, columns: Cells) -> FloatArray:
    place = {cell: index for index, cell in enumerate(cells)}
    averaging = np.zeros((len(cells), len(columns)))
    averaging[[place[column] for column in columns], range(len(columns))] = 1
    averaging /= averaging.sum(axis=1, keepdims=True)
    averaging.flags.writeable = False
    return averaging


def _strength(cells: Cells, factors: Sequence[str]) -> int:
    """Balanced among t switches: the signs of each choice of up to t of them multiply to as many +1 as -1."""
    signs = {factor: np.array([1 if factor in cell else -1 for cell in cells]) for factor in factors}
    for size in range(1, min(PAIRS, len(factors)) + 1):
        for chosen in combinations(factors, size):
            product = np.ones(len(cells), dtype=int)
            for factor in chosen:
                product = product * signs[factor]
            if product.sum():
                return size - 1
    return min(PAIRS, len(factors))
