"""A combination: which of the swept switches are on in a trial."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

Combination = frozenset[str]
NOTHING: Combination = frozenset()


def ordered(combination: Iterable[str], factors: Sequence[str]) -> tuple[str, ...]:
    """The switches that are on, in the order in which the scenario names them."""
    on = frozenset(combination)
    return tuple(factor for factor in factors if factor in on)


def named(combination: Combination) -> str:
    """pooling+validation; nothing"""
    return "+".join(sorted(combination)) or "nothing"


def every_combination(factors: Sequence[str]) -> tuple[Combination, ...]:
    """All 2^k, in standard order."""
    return tuple(
        frozenset(factor for factor, on in zip(reversed(factors), levels, strict=True) if on)
        for levels in product((False, True), repeat=len(factors))
    )


def standard_order(combinations: Iterable[Combination], factors: Sequence[str]) -> tuple[Combination, ...]:
    """Each once: none first, and the first factor changes fastest."""
    bits = {factor: 1 << number for number, factor in enumerate(factors)}
    return tuple(
        sorted(set(combinations), key=lambda on: (sum(bits.get(name, 0) for name in on), sorted(on)))
    )
