"""The order-free credit of each switch for what all of them save together."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from .contrasts import Row, against_none
from .estimates import Estimate, block_t
from .layout import Layout
from .winsorize import Winsorized


@dataclass(frozen=True, slots=True)
class Share:
    """The Shapley value of one switch: what it saves on top of those before it, averaged over all orders in
    which the switches can be added one by one.

    The logs of the shares add up to that of all switches against nothing. `share_percent` is the part of that
    total, None where the interval of the total includes zero, so that there is nothing to share out. A part
    can be negative, and then others are above 100.
    """

    optimization: str
    effect: Estimate
    share_percent: float | None


def shares(layout: Layout, data: Winsorized) -> tuple[Share, ...]:
    """One share per swept switch, in their order; empty where the run is no full factorial."""
    rows = [row for factor in layout.factors if (row := shapley(layout, factor)) is not None]
    total_row = against_none(layout, set(layout.factors))
    if not rows or total_row is None:
        return ()
    *effects, total = block_t(data, [*rows, total_row])
    is_shared = total.low is not None and total.high is not None and not total.low <= 0 <= total.high
    return tuple(
        Share(factor, effect, 100 * effect.log_ratio / total.log_ratio if is_shared else None)
        for factor, effect in zip(layout.factors, effects, strict=True)
    )


def shapley(layout: Layout, factor: str) -> Row | None:
    """The weights of the Shapley value of `factor` on log times; None without a full factorial.

    A combination of k of the n - 1 other switches comes right before the switch in one of n * C(n - 1, k)
    orders (Shapley, A value for n-person games, 1953).
    """
    if not layout.is_full_factorial:
        return None
    others = len(layout.factors) - 1
    sizes = [len(cell - {factor}) for cell in layout.cells]
    orders = [(others + 1) * comb(others, size) for size in sizes]
    return layout.signs(factor) / orders @ layout.averaging
