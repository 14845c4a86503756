"""Two runs of the same combinations: what became faster or slower, and which switch did it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .contrasts import Row, alone, average, last
from .effects import Effect
from .layout import Layout
from .two_runs import Levels, LogTimes, Pairing, TwoRuns

__all__ = [
    "Change",
    "CombinationChange",
    "Common",
    "Comparison",
    "EffectChange",
    "LogTimes",
    "Pairing",
    "compare",
]

Change = Effect  # of a log ratio new / base, as one of a family of questions
Question = Callable[[Layout, str], Row | None]


class Common(StrEnum):
    """Which combinations of two runs are the same."""

    COMBINATIONS = "combinations"  # those with the same switches on
    ENDS = "ends"  # nothing and everything that is swept, whatever the switches: another runtime


@dataclass(frozen=True, slots=True)
class EffectChange:
    """How the effect of one switch changed: a ratio above 1 means that it saves less than it did.

    None where the runs do not both tell, over the same switches swept and held.
    """

    optimization: str
    alone: Change | None
    average: Change | None
    last: Change | None


@dataclass(frozen=True, slots=True)
class CombinationChange:
    """How the time of one combination changed. `on` includes what is held on; of the base, for ENDS."""

    on: frozenset[str]
    change: Change


@dataclass(frozen=True, slots=True)
class Comparison:
    """`overall` is the mean over all common combinations. Ratios are those of times, new / base, so that
    faster and slower are what the new run is."""

    overall: Change
    effects: tuple[EffectChange, ...]
    combinations: tuple[CombinationChange, ...]


def compare(
    base: LogTimes,
    new: LogTimes,
    pairing: Pairing,
    *,
    threshold_percent: float = 1.0,
    widen_by: float = 0.0,
    common: Common = Common.COMBINATIONS,
) -> Comparison:
    """Compare two runs, each clipped by itself. Alone, average, last and the combinations are a family each.

    PAIRED takes the differences of the rows, as far as both runs have them (one-sample t); INDEPENDENT any
    two numbers of rows (Welch, 1947). Times keep the differences between processes, which effects are free
    of. `widen_by`, a log ratio, is what the machine itself may have changed by between the runs: intervals
    of times are wider by it on both sides, and p is that of a change no larger.

    Raises ValueError where the runs have no combination in common, and for log times that are not finite or
    do not fit their layout.
    """
    pairs = _same_cells(base.layout, new.layout, common)
    if not pairs:
        raise ValueError("the two runs have no combination in common")
    runs = TwoRuns.of(base, new, pairing, threshold_percent)
    cells = [(base.layout.averaging[b], new.layout.averaging[n]) for b, n in pairs]
    mean = (np.mean([b for b, _ in cells], axis=0), np.mean([n for _, n in cells], axis=0))
    (overall,) = runs.family([mean], widen_by)
    changes = runs.family(cells, widen_by)
    of_effects = TwoRuns.of(base, new, pairing, threshold_percent, Levels.REMOVED)
    ons = [base.layout.cells[b] | base.layout.held for b, _ in pairs]
    return Comparison(
        overall=overall,
        effects=() if common is Common.ENDS else _effect_changes(base.layout, new.layout, of_effects),
        combinations=tuple(map(CombinationChange, ons, changes)),
    )


def _same_cells(base: Layout, new: Layout, common: Common) -> list[tuple[int, int]]:
    """The places of the common combinations, in the order of the base."""
    if common is Common.ENDS:
        ends = [(frozenset[str](), frozenset[str]()), (frozenset(base.factors), frozenset(new.factors))]
        places = [(base.cell_index(b), new.cell_index(n)) for b, n in ends]
    else:
        other = {cell | new.held: index for index, cell in enumerate(new.cells)}
        places = [(index, other.get(cell | base.held)) for index, cell in enumerate(base.cells)]
    return list(dict.fromkeys((b, n) for b, n in places if b is not None and n is not None))


def _effect_changes(base: Layout, new: Layout, runs: TwoRuns) -> tuple[EffectChange, ...]:
    factors = [factor for factor in base.factors if factor in new.factors]
    is_same_nothing = base.held == new.held
    is_same_sweep = is_same_nothing and set(base.factors) == set(new.factors)

    def changes(question: Question, is_same: bool) -> tuple[Change | None, ...]:
        rows = [(question(base, factor), question(new, factor)) for factor in factors]
        answered = [(b, n) if is_same and b is not None and n is not None else None for b, n in rows]
        answers = iter(runs.family([pair for pair in answered if pair is not None]))
        return tuple(None if pair is None else next(answers) for pair in answered)

    families = (
        changes(alone, is_same_nothing),
        changes(average, is_same_sweep),
        changes(last, is_same_sweep),
    )
    return tuple(map(EffectChange, factors, *families))
