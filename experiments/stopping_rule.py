"""Whether a run has enough rows: asked for exactly, precise enough, or as many as there is time for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..analysis.stopping import Precision, blocks_needed
from ..scenarios.units import clock
from .design import Design
from .run import Run, StopReason

# The rows of a run of which nothing else is asked, and the least before one stops on the width of its
# intervals: from here on these are narrow enough to be of use, and cover in 94 to 95 % of runs (simulated).
FEWEST_BLOCKS = 10
FEWEST_ROTATIONS = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run has come when the row of that number, from 0, could begin.

    `complete` rows can be analysed, fewer than `row` where trials failed; `lacking` blocks make it whole.
    """

    row: int
    complete: int
    lacking: int
    precision: Precision | None


class StoppingRule:
    """Asked before each row. Knows how long the run has taken, also before it was resumed, and its blocks."""

    def __init__(self, run: Run, now_s: Callable[[], float]) -> None:
        self._run = run
        self._now_s = now_s
        self._start_s = now_s()
        self._blocks = 0
        self._blocks_s = 0.0

    @property
    def elapsed_s(self) -> float:
        """Seconds that the run has taken so far, before and after it was resumed."""
        return self._run.elapsed_s + self._now_s() - self._start_s

    def blocks_took(self, blocks: int, seconds: float) -> None:
        """So many blocks ended, which took so long together."""
        self._blocks += blocks
        self._blocks_s += seconds

    def reason_to_stop(self, at: Standing, wait_s: float = 0.0) -> StopReason | None:
        """Why the row should not be begun; None if it should. The first one always should.

        Its last block is to begin in `wait_s`, or later where those before it take longer.
        """
        run = self._run
        if run.blocks is not None:
            return StopReason.BLOCKS if at.row >= run.blocks else None
        if at.row == 0:
            return None
        if self._is_precise(at):
            return StopReason.PRECISION
        if run.max_blocks is not None and at.row >= run.max_blocks:
            return StopReason.MAX_BLOCKS
        row_s = max(at.lacking * self._block_s(), wait_s + self._block_s())
        if run.budget_s is not None and self.elapsed_s + row_s > run.budget_s:
            return StopReason.BUDGET
        return None

    def rows_expected(self, at: Standing) -> int | None:
        """How many rows there will have been when the run ends; None as long as nothing tells."""
        run = self._run
        if run.blocks is not None:
            return run.blocks
        if run.precision_percent is not None and _reached(at) is None:
            return None
        limits = (self._rows_until_precise(at), run.max_blocks, self._affordable(at))
        known = [limit for limit in limits if limit is not None]
        return max(at.row, min(known)) if known else None

    def _is_precise(self, at: Standing) -> bool:
        asked, reached = self._run.precision_percent, _reached(at)
        enough = at.complete >= fewest_rows(self._run.design)
        return asked is not None and reached is not None and enough and reached <= asked

    def _rows_until_precise(self, at: Standing) -> int | None:
        if self._run.precision_percent is None or at.precision is None:
            return None
        needed = blocks_needed(at.precision, self._run.precision_percent, at.complete, self._run.inference)
        if needed is None:
            return None
        return at.row - at.complete + max(needed, fewest_rows(self._run.design))

    def _affordable(self, at: Standing) -> int | None:
        """The rows that fit into the budget at the pace so far; the first, and one that was begun, always."""
        run, parts, block_s = self._run, len(self._run.design.parts), self._block_s()
        if run.budget_s is None or not block_s:
            return None
        left_s = run.budget_s - self.elapsed_s - at.lacking * block_s
        if left_s < 0:
            return at.row + int(at.row == 0 or at.lacking < parts)
        rows = at.row + 1 + math.floor(left_s / (parts * block_s))
        if run.spread_s is None or self.elapsed_s >= run.spread_s:
            return rows
        later_s = max(0.0, run.budget_s - run.spread_s)  # for those that are not spread, but come afterwards
        return min(rows, max(at.row, planned_rows(run)) + math.floor(later_s / (parts * block_s)))

    def _block_s(self) -> float:
        """Mean seconds of a block; 0 as long as none has ended."""
        return self._blocks_s / self._blocks if self._blocks else 0.0


def _reached(at: Standing) -> float | None:
    """The widest half-width in percent, where there are intervals."""
    return at.precision.widest_percent if at.precision else None


def fewest_rows(design: Design) -> int:
    """From how many rows on intervals are narrow enough to be looked at, and hold what they promise."""
    return FEWEST_BLOCKS if len(design.parts) == 1 else FEWEST_ROTATIONS


def planned_rows(run: Run) -> int:
    """The rows that there will be, or will at least be where that depends on what is measured."""
    if run.blocks is not None:
        return run.blocks
    fewest = fewest_rows(run.design)
    if run.max_blocks is None:
        return fewest
    return run.max_blocks if run.precision_percent is None else min(fewest, run.max_blocks)


def overrun(run: Run, rows: int) -> str | None:
    """A line that tells of a budget too small for a single row; None where it was not."""
    if (
        run.stop_reason is not StopReason.BUDGET
        or rows > 1
        or not run.budget_s
        or run.elapsed_s <= run.budget_s
    ):
        return None
    unit = "block" if len(run.design.parts) == 1 else "rotation"
    return (
        f"the budget of {_duration(run.budget_s)} is less than one {unit} takes: "
        f"one was run all the same, in {_duration(run.elapsed_s)}"
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds < 60 else clock(seconds)
