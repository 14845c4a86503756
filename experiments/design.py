"""Which combinations an experiment runs in each block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from ..scenarios.choices import DesignKind
from .combination import NOTHING, Combination, every_combination, ordered, standard_order
from .fraction import Fraction

Part = tuple[Combination, ...]


@dataclass(frozen=True, slots=True)
class Design:
    """`factors` are swept; `held` are on in every trial and not part of a combination.

    `parts` are what the blocks of a rotation run, one part each: a single one except in a rotating design. A
    combination that stands in a part n times is run n times in its block. `resolution` is that of a part,
    where it is a fraction; `aliases` are lines for people, such as "a x b = c x d". `subject` is what a run
    looks into that is no experiment: one combination, or one and another that it is held up to.
    """

    kind: DesignKind
    factors: tuple[str, ...]
    held: tuple[str, ...]
    parts: tuple[Part, ...]
    resolution: int | None = None
    aliases: tuple[str, ...] = ()
    subject: tuple[Combination, ...] = ()

    @property
    def combinations(self) -> tuple[Combination, ...]:
        """Each once, in standard order."""
        return standard_order(chain(*self.parts), self.factors)

    @property
    def columns(self) -> tuple[Combination, ...]:
        """What one row of the analysis holds, repeats included: the parts one after another."""
        return tuple(chain(*self.parts))

    @property
    def strata(self) -> tuple[int, ...]:
        """The part that each column belongs to."""
        return tuple(number for number, part in enumerate(self.parts) for _ in part)


def full_factorial(factors: Sequence[str], held: Sequence[str] = ()) -> Design:
    """Every combination in every block."""
    return Design(DesignKind.FULL, tuple(factors), tuple(held), (every_combination(factors),))


def rotating(factors: Sequence[str], held: Sequence[str] = ()) -> Design:
    """A fraction in the first block, its cosets in those that follow: together every combination, each once.

    Raises KeyError unless there are 3 to 11 factors.
    """
    fraction = Fraction.of(factors)
    return Design(DesignKind.ROTATING, tuple(factors), tuple(held), fraction.parts, fraction.resolution)


def fractional(factors: Sequence[str], held: Sequence[str] = ()) -> Design:
    """The same fraction in every block. Raises KeyError unless there are 3 to 11 factors."""
    fraction = Fraction.of(factors)
    principal, *_ = fraction.parts
    return Design(
        DesignKind.FRACTIONAL,
        tuple(factors),
        tuple(held),
        (principal,),
        fraction.resolution,
        fraction.alias_lines,
    )


def one_at_a_time(factors: Sequence[str], held: Sequence[str] = ()) -> Design:
    """None, each alone, all but each, and all: what a switch brings alone and last, and nothing between.

    Of up to three factors that is the full factorial, and comes back as such.
    """
    combinations = standard_order(landmarks(factors), factors)
    if len(combinations) == 2 ** len(factors):
        return full_factorial(factors, held)
    return Design(DesignKind.ONE_AT_A_TIME, tuple(factors), tuple(held), (combinations,))


def explicit(combinations: Iterable[Combination], factors: Sequence[str], held: Sequence[str] = ()) -> Design:
    """The combinations of a user's own list. A factor that is on in none of them is not swept."""
    listed = standard_order(combinations, factors)
    swept = ordered(chain(*listed), factors)
    return Design(DesignKind.EXPLICIT, swept, tuple(held), (listed,))


def landmarks(factors: Sequence[str]) -> frozenset[Combination]:
    """What `alone` and `last` are made from: none, all, each alone, all but each."""
    everything = frozenset(factors)
    singles = {frozenset({factor}) for factor in factors}
    return frozenset({NOTHING, everything, *singles, *(everything - single for single in singles)})
