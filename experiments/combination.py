"""A combination: which of the swept switches are on in a trial."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Combination = frozenset[str]


def ordered(combination: Iterable[str], factors: Sequence[str]) -> tuple[str, ...]:
    """The switches that are on, in the order in which the scenario names them."""
    on = frozenset(combination)
    return tuple(factor for factor in factors if factor in on)
