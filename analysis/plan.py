"""The recommended order: which switch to add first, which next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .autocorrelation import ROUNDING
from .contrasts import Row
from .estimates import Estimate, block_t
from .gains import Gains, gains
from .layout import Layout
from .sufficiency import shown_enough
from .verdicts import SIGNIFICANCE
from .winsorize import Winsorized

DECIMALS = 12  # beyond these, a difference of log times is rounding, and the order of the switches decides


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One switch more. `cumulative` is all switches so far against nothing.

    `enough` marks the first step that is shown to keep 95 % of the log gain of the best combination.
    `ties` are the switches that cannot be told from `add` here: any of them may be the better one to add.
    """

    add: str
    cumulative: Estimate
    enough: bool
    ties: tuple[str, ...] = ()


def plan(layout: Layout, data: Winsorized) -> tuple[PlanStep, ...]:
    """Greedy over the smoothed combinations: at each step the switch that leaves the shortest time.

    Where the run cannot tell all pairs of switches from one another, it steps on measured combinations only,
    and is empty where nothing itself was not measured. No step is `enough` where no combination is shown to
    be faster than nothing, or where the path is not shown to come within 5 % of the best.
    """
    known = gains(layout)
    steps: list[PlanStep] = []
    on: frozenset[str] = frozenset()
    enough = False
    while reachable := [factor for factor in layout.factors if factor not in on and on | {factor} in known]:
        rows = [known[on | {factor}] for factor in reachable]
        after = dict(zip(reachable, block_t(data, rows), strict=True))
        add = min(reachable, key=lambda factor: round(after[factor].log_ratio, DECIMALS))
        others = [factor for factor in reachable if factor != add]
        ties = _ties(layout, data, known, on, add, others)
        on |= {add}
        reaches = not enough and on in shown_enough(known, data, len(on))
        steps.append(PlanStep(add, after[add], reaches, ties))
        enough = enough or reaches
    return tuple(steps)


def _ties(
    layout: Layout, data: Winsorized, known: Gains, on: frozenset[str], add: str, others: Sequence[str]
) -> tuple[str, ...]:
    """Those of `others` that may be as good as `add` on top of `on`: where the 95 % interval of the
    difference (Bonferroni over the others) includes zero.

    And where the combinations themselves, unsmoothed, say that the other is better. Smoothing takes what
    three switches do together for nil. Where they do something, up to 7 % of simulated paths held a wrong
    step that did not name the better one as a tie; with this, 4 %.
    """
    differences = block_t(data, [known[on | {other}] - known[on | {add}] for other in others])
    rows = [_measured_difference(layout, on | {other}, on | {add}) for other in others]
    measured = [0.0 if row is None else float((data.values @ row).mean()) for row in rows]
    return tuple(
        other
        for other, difference, slower_by in zip(others, differences, measured, strict=True)
        if difference.p is None or difference.p * len(others) >= SIGNIFICANCE or slower_by < -ROUNDING
    )


def _measured_difference(layout: Layout, cell: frozenset[str], other: frozenset[str]) -> Row | None:
    row, subtracted = layout.row(cell), layout.row(other)
    return None if row is None or subtracted is None else row - subtracted
