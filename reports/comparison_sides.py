"""The two sides of a comparison: the same combinations under the same names, and which rows are pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..analysis.layout import Layout
from ..analysis.two_runs import LogTimes, Pairing
from ..experiments.combination import Combination
from .comparability import NotComparable, Scope
from .comparison_rows import Rows, interleaved, rows_of
from .document import Document

EVERYTHING = "all"  # stands for all switches of two different runtimes; no switch can have that name


@dataclass(frozen=True, slots=True)
class Sides:
    """`factors` are the switches that vary in both."""

    factors: tuple[str, ...]
    base: Rows
    new: Rows
    pairing: Pairing
    interleaved: bool

    @property
    def log_times(self) -> tuple[LogTimes, LogTimes]:
        """For the analysis."""
        base, new = (
            LogTimes(Layout.of(rows.columns, self.factors, rows.strata), rows.log_times)
            for rows in (self.base, self.new)
        )
        return base, new


def sides(base: Document, new: Document, scope: Scope) -> Sides:
    """What both have measured, by the metric of the first. Raises NotComparable where that is nothing."""
    first, second = rows_of(base, base.metric), rows_of(new, base.metric)
    for document, rows in ((base, first), (new, second)):
        if not len(rows):
            raise NotComparable(
                f"run {document.run_id} holds no complete block, so there is nothing to compare"
            )
    if scope is Scope.ENDS:
        factors: tuple[str, ...] = (EVERYTHING,)
        first, second = _ends(base, first), _ends(new, second)
    else:
        cells = [cell for cell in first.cells if cell in second.cells]
        if not cells:
            raise NotComparable(
                "the runs have no combination of switches in common; sweep the same by --flags and --hold"
            )
        factors = _varied(cells, [*base.design.factors, *base.design.held])
        first, second = first.only(cells), second.only(cells)
    if interleaved(first, second):
        number = min(len(first), len(second))
        return Sides(factors, first.first(number), second.first(number), Pairing.PAIRED, interleaved=True)
    pairing = Pairing.PAIRED if _same_draws(base, new, first, second) else Pairing.INDEPENDENT
    return Sides(factors, first, second, pairing, interleaved=False)


def _varied(cells: list[Combination], names: list[str]) -> tuple[str, ...]:
    """The switches that are on in some of the combinations and off in others."""
    varied = frozenset().union(*cells) - frozenset.intersection(*cells)
    return tuple(name for name in names if name in varied)


def _ends(document: Document, rows: Rows) -> Rows:
    """Nothing swept on, and everything."""
    held = frozenset(document.design.held)
    names: Mapping[Combination, Combination] = {
        held: frozenset(),
        held | frozenset(document.design.factors): frozenset({EVERYTHING}),
    }
    if len(names) < 2 or not set(names) <= set(rows.cells):
        raise NotComparable(
            f"run {document.run_id} did not measure both nothing on and everything on,"
            " which is all that two runtimes have in common"
        )
    return rows.only(names).renamed(names)


def _same_draws(base: Document, new: Document, first: Rows, second: Rows) -> bool:
    """Whether row i of the one met the same latencies as row i of the other."""
    same_seed = base.seed == new.seed and base.design.kind is new.design.kind
    return same_seed and first.numbers == second.numbers
