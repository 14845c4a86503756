"""Runs in which no switch does anything, and what their analysis says of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .autocorrelation import ROUNDING
from .contrasts import average
from .estimates import mean_and_error
from .layout import FloatArray, Layout
from .student import critical_t, two_sided_p
from .verdicts import SIGNIFICANCE
from .winsorize import clip

BATCH = 50  # analyses at a time, so that memory stays small
POWER = 0.8
NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """How many `analyses` of a run whose combinations are all alike found a switch that does something.

    `with_alarm` counts those with any p_adjusted under 0.05, `with_verdict` those of them in which a switch
    is called faster or slower. `rate` is with_alarm / analyses, `low` and `high` its 95 % interval (Wilson,
    1927)."""

    analyses: int
    with_alarm: int
    with_verdict: int
    rate: float
    low: float
    high: float


def relabelled_false_alarms(
    layout: Layout, log_times: FloatArray, relabellings: int, seed: int, threshold_percent: float = 1.0
) -> FalseAlarms:
    """Analyse the main effects of an A/A run under `relabellings` random assignments of its columns.

    `log_times` has the shape (blocks, columns). The trials of one process (a block, or its part of a row) are
    alike in all but their label where the combinations are, so that they may be permuted among themselves, in
    each process by itself. Each relabelled run is then clipped and analysed as a run of its own, the main
    effects as one family (Holm). Raises ValueError where they cannot be estimated, for less than two blocks,
    and for no relabelling.
    """
    rows = [row for factor in layout.factors if (row := average(layout, factor)) is not None]
    if not rows or len(log_times) < 2:
        raise ValueError("false alarms need a switch, a balanced design and two blocks")
    if log_times.shape[1:] != (len(layout.columns),):
        raise ValueError(f"{len(layout.columns)} columns, but log times of shape {log_times.shape}")
    if relabellings < 1:
        raise ValueError("at least one relabelling")
    rng = np.random.default_rng(seed)
    with_alarm = with_verdict = 0
    for start in range(0, relabellings, BATCH):
        batch = _relabelled(rng, layout, log_times, min(BATCH, relabellings - start))
        alarms, verdicts = _alarms(layout, batch, np.array(rows), threshold_percent)
        with_alarm += alarms
        with_verdict += verdicts
    return FalseAlarms(
        relabellings, with_alarm, with_verdict, with_alarm / relabellings, *wilson(with_alarm, relabellings)
    )


def smallest_visible_effect_percent(trial_sd: float, cells: int, blocks: int, factors: int) -> float | None:
    """The saving of one switch, in percent, that a full factorial finds in 80 % of runs.

    Found is p < 0.05 / factors: Holm's first step, the hardest. The standard error of a main effect is
    2 sd / √trials, and t with an effect is noncentral t. None under two blocks, and without a switch.
    """
    if blocks < 2 or factors < 1:
        return None
    from scipy.special import nctdtrinc  # type: ignore[import-untyped]  # scipy ships no types

    found = critical_t(blocks, confidence=1 - SIGNIFICANCE / factors)
    errors = float(nctdtrinc(blocks - 1, 1 - POWER, found))
    return -100 * math.expm1(-errors * 2 * trial_sd / math.sqrt(blocks * cells))


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The 95 % score interval of a rate (Wilson, J. Am. Stat. Assoc. 22, 1927)."""
    z2 = NORMAL_95**2
    middle = (hits + z2 / 2) / (trials + z2)
    half = NORMAL_95 / (trials + z2) * math.sqrt(hits * (trials - hits) / trials + z2 / 4)
    rate = hits / trials  # at 0 and 1 an end of the interval, but for rounding
    return max(0.0, min(rate, middle - half)), min(1.0, max(rate, middle + half))


def _relabelled(rng: np.random.Generator, layout: Layout, log_times: FloatArray, runs: int) -> FloatArray:
    """`runs` copies of the log times, shape (runs, blocks, columns), permuted within each process."""
    copies = np.tile(log_times, (runs, 1, 1))
    strata = np.array(layout.strata)
    for part in np.unique(strata):
        columns = np.flatnonzero(strata == part)
        copies[..., columns] = rng.permuted(copies[..., columns], axis=-1)
    return copies


def _alarms(
    layout: Layout, log_times: FloatArray, rows: FloatArray, threshold_percent: float
) -> tuple[int, int]:
    """In how many runs any adjusted p is under 0.05, and in how many a switch is called faster or slower."""
    data = clip(log_times, layout.strata)
    blocks = log_times.shape[-2]
    measured = mean_and_error(data.values @ rows.T, data.clipped_share)
    p = two_sided_p(measured.means / np.maximum(measured.errors, ROUNDING), blocks)
    by_size = p.argsort(axis=-1)
    steps = np.take_along_axis(p, by_size, axis=-1) * np.arange(len(rows), 0, -1)  # Holm's
    adjusted = np.empty(p.shape)
    np.put_along_axis(adjusted, by_size, np.maximum.accumulate(steps, axis=-1), axis=-1)
    half_widths = critical_t(blocks) * measured.errors
    faster = -100 * np.expm1(measured.means + half_widths) > threshold_percent
    slower = -100 * np.expm1(measured.means - half_widths) < -threshold_percent
    significant = adjusted < SIGNIFICANCE
    with_verdict = significant & (faster | slower)
    return int(significant.any(axis=-1).sum()), int(with_verdict.any(axis=-1).sum())
