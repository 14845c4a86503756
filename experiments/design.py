"""Which combinations an experiment runs in each block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from ..scenarios.schema import DesignKind
from .combination import Combination


@dataclass(frozen=True, slots=True)
class Design:
    """`factors` are swept; `held` are on in every trial and not part of a combination."""

    kind: DesignKind
    factors: tuple[str, ...]
    held: tuple[str, ...]
    combinations: tuple[Combination, ...]


def full_factorial(factors: Sequence[str], held: Sequence[str] = ()) -> Design:
    """Every combination of the factors, in standard order: the first factor changes fastest."""
    combinations = tuple(
        frozenset(factor for factor, on in zip(reversed(factors), levels, strict=True) if on)
        for levels in product((False, True), repeat=len(factors))
    )
    return Design(DesignKind.FULL, tuple(factors), tuple(held), combinations)
