"""Regular two-level fractions: half, a quarter, … of all combinations, chosen so that questions stay apart.

A switch is 0 or 1, and a generator such as D = ABC is the exclusive or of others, so that all off is always
among the combinations. The design libraries import scipy, which takes longer than all of this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, product
from operator import xor

from .combination import Combination, every_combination, ordered

# The fractions of minimum aberration up to 64 combinations: NIST/SEMATECH e-Handbook of Statistical Methods,
# table 5.3.3.4.7. Letters stand for the factors in order; I is left out, as is the custom.
LETTERS = "ABCDEFGHJKL"
GENERATORS = {
    3: ("C=AB",),
    4: ("D=ABC",),
    5: ("E=ABCD",),
    6: ("F=ABCDE",),
    7: ("G=ABCDEF",),
    8: ("G=ABCD", "H=ABEF"),
    9: ("G=ABCD", "H=ACEF", "J=CDEF"),
    10: ("G=BCDF", "H=ACDF", "J=ABDE", "K=ABCE"),
    11: ("G=CDE", "H=ABCD", "J=ABF", "K=BDEF", "L=ADEF"),
}

Word = frozenset[str]


@dataclass(frozen=True, slots=True)
class Alias:
    """An effect that can't be told from another; `sign` is 1 where they add, -1 where they subtract."""

    sign: int
    effect: Word


@dataclass(frozen=True, slots=True)
class Fraction:
    """`generators` are words: sets of factors of which the fraction always has an even number on."""

    factors: tuple[str, ...]
    generators: tuple[Word, ...]

    @classmethod
    def of(cls, factors: Sequence[str]) -> Fraction:
        """The fraction of minimum aberration with at most 64 combinations. Raises KeyError unless 3 to 11."""
        named = dict(zip(LETTERS, factors, strict=False))
        words = (generator.replace("=", "") for generator in GENERATORS[len(factors)])
        return cls(tuple(factors), tuple(frozenset(named[letter] for letter in word) for word in words))

    @property
    def defining_relation(self) -> tuple[Word, ...]:
        """All products of generators, shortest first: what is aliased with the overall mean."""
        products = (
            reduce(xor, chosen)
            for size in range(1, len(self.generators) + 1)
            for chosen in combinations(self.generators, size)
        )
        return tuple(sorted(products, key=lambda word: (len(word), self._spelled(word))))

    @property
    def word_lengths(self) -> Counter[int]:
        """How many words of each length the defining relation holds."""
        return Counter(map(len, self.defining_relation))

    @property
    def resolution(self) -> int:
        """The length of the shortest word."""
        return min(self.word_lengths)

    def aliases(self, effect: Iterable[str]) -> tuple[Alias, ...]:
        """What else the contrast of `effect` (a switch, a pair, …) measures, in the part with all off in it.

        An even number of a word's factors is on, so with levels -1 and 1 their product is (-1)^length.
        Low orders come first.
        """
        aliases = [Alias((-1) ** len(word), word ^ frozenset(effect)) for word in self.defining_relation]
        return tuple(sorted(aliases, key=lambda alias: (len(alias.effect), self._spelled(alias.effect))))

    @property
    def alias_lines(self) -> tuple[str, ...]:
        """One line for each set of main effects and two-way interactions that can't be told apart."""
        effects = [frozenset(chosen) for size in (1, 2) for chosen in combinations(self.factors, size)]
        lines = []
        told: set[Word] = set()
        for effect in effects:
            others = [alias for alias in self.aliases(effect) if 1 <= len(alias.effect) <= 2]
            if others and effect not in told:
                told.update(alias.effect for alias in others)
                equal = (f"{'-' if alias.sign < 0 else ''}{self._words(alias.effect)}" for alias in others)
                lines.append(" = ".join((self._words(effect), *equal)))
        return tuple(lines)

    @property
    def parts(self) -> tuple[tuple[Combination, ...], ...]:
        """The fraction, which has all off in it, and its cosets: together every combination, each once."""
        found: dict[tuple[int, ...], list[Combination]] = {
            odd: [] for odd in product((0, 1), repeat=len(self.generators))
        }
        for on in every_combination(self.factors):
            found[tuple(len(word & on) % 2 for word in self.generators)].append(on)
        return tuple(map(tuple, found.values()))

    def _spelled(self, word: Word) -> tuple[int, ...]:
        return tuple(self.factors.index(factor) for factor in ordered(word, self.factors))

    def _words(self, effect: Word) -> str:
        return " x ".join(ordered(effect, self.factors))
