"""The recommended order: which switch to add first, which next."""

from __future__ import annotations

from dataclasses import dataclass

from .estimates import Estimate, block_t
from .layout import Layout
from .smoothing import smoothing
from .winsorize import Winsorized

KEPT_SHARE = 0.95  # of the best log gain: what is enough
DECIMALS = 12  # beyond these, a difference of log times is rounding, and the order of the switches decides


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One switch more. `cumulative` is all switches so far against nothing; `enough` marks the first step
    that keeps 95 % of the log gain of the best combination."""

    add: str
    cumulative: Estimate
    enough: bool


def plan(layout: Layout, data: Winsorized) -> tuple[PlanStep, ...]:
    """Greedy over the smoothed cells: at each step the switch that leaves the shortest time.

    It steps on measured combinations only, and is empty where nothing itself was not measured. No step is
    `enough` where no combination is faster than nothing, or where the path misses the best by more than 5 %.
    """
    none = layout.column(frozenset())
    if none is None:
        return ()
    weights = smoothing(layout)
    gains = block_t(data, list(weights - weights[none]))
    needed = KEPT_SHARE * min(gain.log_ratio for gain in gains)
    steps: list[PlanStep] = []
    on: frozenset[str] = frozenset()
    enough = False
    while True:
        reachable = {
            factor: gains[column]
            for factor in layout.factors
            if factor not in on and (column := layout.column(on | {factor})) is not None
        }
        if not reachable:
            return tuple(steps)
        add = min(reachable, key=lambda factor: round(reachable[factor].log_ratio, DECIMALS))
        reaches = needed < 0 and reachable[add].log_ratio <= needed
        steps.append(PlanStep(add, reachable[add], reaches and not enough))
        on, enough = on | {add}, enough or reaches
