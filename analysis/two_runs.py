"""The difference between two runs, question by question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .autocorrelation import ROUNDING
from .contrasts import Row
from .effects import Effect, judged
from .estimates import Contrasts, Estimate, mean_and_error
from .layout import FloatArray, Layout
from .student import CONFIDENCE
from .winsorize import winsorize

RowPair = tuple[Row, Row]  # the same question to the base and to the new run, over the columns of each


class Pairing(StrEnum):
    """What the rows of two runs have to do with one another."""

    PAIRED = "paired"  # row i of the one was measured beside row i of the other
    INDEPENDENT = "independent"


class Levels(StrEnum):
    """What becomes of the levels of processes, in which they differ."""

    KEPT = "kept"  # for times
    REMOVED = "removed"  # for effects: those of a rotating design compare cells of different processes


@dataclass(frozen=True, slots=True, eq=False)
class LogTimes:
    """The natural logs of a metric of which less is better: `values`, shape (rows, columns of the layout)."""

    layout: Layout
    values: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """Log times with their outliers clipped, and with them left as they were; shape (rows, columns)."""

    clipped: FloatArray
    unclipped: FloatArray
    clipped_share: float

    @classmethod
    def of(cls, log_times: LogTimes, levels: Levels) -> _Run:
        layout, values = log_times.layout, log_times.values
        if values.shape[1:] != (len(layout.columns),):
            raise ValueError(f"{len(layout.columns)} columns, but log times of shape {values.shape}")
        data = winsorize(values, layout.strata)
        if levels is Levels.REMOVED:
            return cls(data.values, data.unclipped, data.noise.clipped_share)
        return cls(data.values + data.levels, values, data.noise.clipped_share)


@dataclass(frozen=True, slots=True, eq=False)
class TwoRuns:
    """Two runs, each clipped by itself, for questions about the log of new / base."""

    base: _Run
    new: _Run
    pairing: Pairing
    threshold_percent: float

    @classmethod
    def of(
        cls,
        base: LogTimes,
        new: LogTimes,
        pairing: Pairing,
        threshold_percent: float,
        levels: Levels = Levels.KEPT,
    ) -> TwoRuns:
        """Raises ValueError for log times that are not finite or do not fit their layout."""
        return cls(_Run.of(base, levels), _Run.of(new, levels), pairing, threshold_percent)

    def family(self, pairs: Sequence[RowPair], widen_by: float = 0.0) -> tuple[Effect, ...]:
        """One family of questions, p adjusted for their number (Holm).

        With `widen_by` (a log ratio) the intervals are wider by it on both sides, and p is that of a change
        no larger.
        """
        if not pairs:
            return ()
        base = self.base.clipped @ np.array([row for row, _ in pairs]).T
        new = self.new.clipped @ np.array([row for _, row in pairs]).T
        if self.pairing is Pairing.PAIRED:
            rows = min(len(base), len(new))
            base, new = base[:rows], new[:rows]
        means = new.mean(axis=0) - base.mean(axis=0)
        unclipped = self._unclipped(pairs, len(base), len(new))
        if min(len(base), len(new)) < 2:
            estimates = [
                Estimate(mean, None, None, None, raw)
                for mean, raw in zip(means.tolist(), unclipped.tolist(), strict=True)
            ]
        else:
            errors, freedom = self._errors(base, new)
            estimates = _intervals(means, errors, freedom, unclipped, widen_by)
        return judged(estimates, self.threshold_percent)

    def _unclipped(self, pairs: Sequence[RowPair], base_rows: int, new_rows: int) -> FloatArray:
        base = self.base.unclipped[:base_rows].mean(axis=0)
        new = self.new.unclipped[:new_rows].mean(axis=0)
        return np.array([new @ new_row - base @ base_row for base_row, new_row in pairs])

    def _errors(self, base: FloatArray, new: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The standard errors of the differences, and their degrees of freedom: of contrasts of shape
        (rows, questions)."""
        if self.pairing is Pairing.PAIRED:
            share = max(self.base.clipped_share, self.new.clipped_share)
            errors = mean_and_error(new - base, np.array(share)).errors
            return errors, np.full(errors.shape, len(base) - 1.0)
        return _welch(
            mean_and_error(base, np.array(self.base.clipped_share)),
            mean_and_error(new, np.array(self.new.clipped_share)),
            len(base),
            len(new),
        )


def _welch(base: Contrasts, new: Contrasts, base_rows: int, new_rows: int) -> tuple[FloatArray, FloatArray]:
    """Welch's t with the degrees of freedom of Satterthwaite (Biometrics Bulletin 2, 1946), as far as two
    runs of the shorter one's length have them.

    Without that limit a short run whose spread happens to be small counts as a long one: 6 blocks against 20
    had false alarms in 6.7 % of simulated families of six switches, and have them in 5.3 %.
    """
    squares = base.errors**2, new.errors**2
    total = squares[0] + squares[1]
    spread = squares[0] ** 2 / (base_rows - 1) + squares[1] ** 2 / (new_rows - 1)
    most = 2.0 * (min(base_rows, new_rows) - 1)
    told = spread > ROUNDING**4
    freedom = np.where(told, total**2 / np.where(told, spread, 1), most)
    return np.sqrt(total), np.minimum(freedom, most)


def _intervals(
    means: FloatArray, errors: FloatArray, freedom: FloatArray, unclipped: FloatArray, widen_by: float
) -> list[Estimate]:
    from scipy.special import stdtr, stdtrit  # type: ignore[import-untyped]  # scipy ships no types

    half_widths = stdtrit(freedom, (1 + CONFIDENCE) / 2) * errors + widen_by
    beyond = np.maximum(abs(means) - widen_by, 0)
    p_values = 2 * stdtr(freedom, -beyond / np.maximum(errors, ROUNDING))
    columns = (means, means - half_widths, means + half_widths, p_values, unclipped)
    return [Estimate(*numbers) for numbers in zip(*(column.tolist() for column in columns), strict=True)]
