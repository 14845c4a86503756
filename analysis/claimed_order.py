"""A claimed order of the switches, beside what each of its steps could have saved instead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from .autocorrelation import ROUNDING
from .claims import TOLERANCE_POINTS, ClaimVerdict
from .contrasts import Row
from .estimates import Estimate, block_t, contrasts_of
from .gains import Gains, gains
from .holm import holm
from .layout import Layout
from .student import two_sided_p
from .verdicts import SIGNIFICANCE
from .winsorize import Winsorized

TOLERATED = math.log(1 - TOLERANCE_POINTS / 100)  # the log ratio of a time 5 % shorter


@dataclass(frozen=True, slots=True)
class OrderClaim:
    """The swept switches of a claimed `order`: confirmed, refuted or inconclusive.

    Where it is refuted: at which `step` (from 1) which switch is `better`, and its `advantage`, the ratio of
    the time with that one to the time with the claimed one, both on top of the steps before.
    """

    order: tuple[str, ...]
    verdict: ClaimVerdict
    step: int | None = None
    better: str | None = None
    advantage: Estimate | None = None


@dataclass(frozen=True, slots=True)
class _Comparison:
    step: int
    other: str
    row: Row


def judge_order(layout: Layout, data: Winsorized, claimed: Sequence[str]) -> OrderClaim | None:
    """Follow the claimed order, and compare its next switch with each other one that is not yet on.

    Refuted: at some step another switch leaves a time that is shorter by more than 5 %, with Holm's
    adjustment for all comparisons. Confirmed: at every step the 95 % intervals show that no other does.
    Else, and where the run lacks a combination of the path or does not sweep all that is claimed,
    inconclusive. None where there is nothing to compare."""
    order = tuple(dict.fromkeys(claimed))
    if len(layout.factors) < 2 or not set(order) & set(layout.factors):
        return None
    if not set(order) <= set(layout.factors):
        return OrderClaim(order, ClaimVerdict.INCONCLUSIVE)
    known = gains(layout)
    steps = [_comparisons(layout, known, order, step) for step in range(1, len(order) + 1)]
    comparisons = [comparison for comparison in chain(*steps) if comparison is not None]
    advantages = block_t(data, [comparison.row for comparison in comparisons])
    p_values = _beyond_the_tolerance(data, comparisons)
    refuting = [
        (comparison, advantage)
        for comparison, advantage, p in zip(comparisons, advantages, p_values, strict=True)
        if p < SIGNIFICANCE and advantage.log_ratio < TOLERATED
    ]
    if refuting:
        first = min(comparison.step for comparison, _ in refuting)
        worst, advantage = min(
            (pair for pair in refuting if pair[0].step == first), key=lambda pair: pair[1].log_ratio
        )
        return OrderClaim(order, ClaimVerdict.REFUTED, first, worst.other, advantage)
    is_complete = all(comparison is not None for comparison in chain(*steps))
    no_other_is_better = all(
        advantage.low is not None and advantage.low >= TOLERATED for advantage in advantages
    )
    confirmed = is_complete and no_other_is_better
    return OrderClaim(order, ClaimVerdict.CONFIRMED if confirmed else ClaimVerdict.INCONCLUSIVE)


def _comparisons(layout: Layout, known: Gains, order: Sequence[str], step: int) -> list[_Comparison | None]:
    """The claimed switch of a step against each other one; None where the run cannot compare them."""
    on, claimed = frozenset(order[: step - 1]), order[step - 1]
    others = [factor for factor in layout.factors if factor not in on | {claimed}]
    reached = known.get(on | {claimed})
    rows = [known.get(on | {other}) for other in others]
    return [
        None if row is None or reached is None else _Comparison(step, other, row - reached)
        for other, row in zip(others, rows, strict=True)
    ]


def _beyond_the_tolerance(data: Winsorized, comparisons: Sequence[_Comparison]) -> Sequence[float]:
    """The adjusted p that the other switch is better by the tolerance, and no more or less."""
    blocks = len(data.values)
    if blocks < 2 or not comparisons:
        return [1.0] * len(comparisons)
    measured = contrasts_of(data, [comparison.row for comparison in comparisons])
    t = (measured.means - TOLERATED) / np.maximum(measured.errors, ROUNDING)
    return holm(two_sided_p(t, blocks, data.inference).tolist())
