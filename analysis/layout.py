"""Which combination of switches stands in which column of the log times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Cells = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a run: `cells[j]` holds the swept switches that are on in column j.

    Switches held on throughout are not part of the cells, so that "nothing" and "all" always mean
    nothing and all of what is swept.
    """

    factors: tuple[str, ...]
    cells: Cells
    held: frozenset[str] = frozenset()

    @classmethod
    def of(cls, combinations: Iterable[Set[str]], factors: Sequence[str]) -> Layout:
        """The layout of `combinations` (one per column, in order) over the swept `factors`.

        What a combination holds beyond the factors must be the same in all of them.
        Raises ValueError when it is not, for a repeated combination or factor, and for no combination.
        """
        columns = [frozenset(combination) for combination in combinations]
        swept = frozenset(factors)
        if len(swept) != len(factors):
            raise ValueError(f"a switch is swept twice: {', '.join(factors)}")
        if not columns:
            raise ValueError("no combination to analyse")
        held = columns[0] - swept
        cells = tuple(column & swept for column in columns)
        if any(column - swept != held for column in columns):
            changing = frozenset().union(*(column - swept ^ held for column in columns))
            raise ValueError(f"neither swept nor held throughout: {', '.join(sorted(changing))}")
        if len(set(cells)) != len(cells):
            raise ValueError("a combination occurs twice; average its trials within each block first")
        return cls(tuple(factors), cells, held)

    @property
    def is_full_factorial(self) -> bool:
        """Whether every combination of the swept switches has its column."""
        return len(self.cells) == 1 << len(self.factors)

    def column(self, cell: Set[str]) -> int | None:
        """The column of `cell` (swept switches only), None where the run has none."""
        wanted = frozenset(cell)
        return self.cells.index(wanted) if wanted in self.cells else None

    def signs(self, factor: str) -> FloatArray:
        """+1 for each column with `factor` on, -1 for each with it off. Shape (cells,)."""
        return np.array([1.0 if factor in cell else -1.0 for cell in self.cells])
