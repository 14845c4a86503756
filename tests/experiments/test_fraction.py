"""Fractions of all combinations: what they keep apart, and what they cannot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, combinations
from typing import Any

import numpy as np
import pytest

from agentperf.experiments.combination import Combination, every_combination
from agentperf.experiments.fraction import GENERATORS, Fraction

LETTERS = "ABCDEFGHJKL"
SIZES = sorted(GENERATORS)

# Words of length 3, 4, …: Chen, Sun and Wu, A catalogue of two-level and three-level fractional factorial
# designs with small runs, International Statistical Review 61 (1993), the first design of each size.
PUBLISHED = {
    3: (4, (1,)),
    4: (8, (0, 1)),
    5: (16, (0, 0, 1)),
    6: (32, (0, 0, 0, 1)),
    7: (64, (0, 0, 0, 0, 1)),
    8: (64, (0, 0, 2, 1)),
    9: (64, (0, 1, 4, 2)),
    10: (64, (0, 2, 8, 4, 0, 1)),
    11: (64, (0, 4, 14, 8, 0, 3, 2)),
}


def levels(of: Sequence[frozenset[str]], part: Sequence[Combination]) -> Any:
    """The product of each effect's levels, 1 for on and -1 for off, of shape (effects, combinations)."""
    return np.array([[(-1) ** len(effect - on) for on in part] for effect in of])


def effects(factors: str, orders: Iterable[int]) -> list[frozenset[str]]:
    return [frozenset(chosen) for order in orders for chosen in combinations(factors, order)]


def test_the_published_designs_are_all_there() -> None:
    assert set(PUBLISHED) == set(GENERATORS)


@pytest.mark.parametrize("size", SIZES)
def test_word_lengths_are_the_published_ones(size: int) -> None:
    runs, lengths = PUBLISHED[size]
    fraction = Fraction.of(LETTERS[:size])
    assert len(fraction.parts[0]) == runs
    assert fraction.word_lengths == {length: count for length, count in enumerate(lengths, 3) if count}
    assert fraction.resolution == next(length for length, count in enumerate(lengths, 3) if count)


@pytest.mark.parametrize("size", SIZES)
def test_the_parts_are_together_every_combination_once(size: int) -> None:
    fraction = Fraction.of(LETTERS[:size])
    together = list(chain(*fraction.parts))
    assert len(together) == 2**size == len(set(together))
    assert set(together) == set(every_combination(LETTERS[:size]))
    assert len({len(part) for part in fraction.parts}) == 1
    assert frozenset() in fraction.parts[0]


@pytest.mark.parametrize("size", SIZES)
def test_a_generated_factor_is_the_exclusive_or_of_others(size: int) -> None:
    for generator in GENERATORS[size]:
        generated, of = generator.split("=")
        for on in Fraction.of(LETTERS[:size]).parts[0]:
            assert (generated in on) == sum(letter in on for letter in of) % 2


@pytest.mark.parametrize("size", SIZES)
def test_aliases_are_what_the_combinations_say(size: int) -> None:
    """Two effects are aliases where their levels agree, or disagree, in every combination."""
    letters = LETTERS[:size]
    fraction = Fraction.of(letters)
    part = fraction.parts[0]
    ours, others = effects(letters, (1, 2)), effects(letters, range(4))
    agreement = levels(ours, part) @ levels(others, part).T / len(part)
    for effect, row in zip(ours, agreement, strict=True):
        found = {alias.effect: alias.sign for alias in fraction.aliases(effect)} | {effect: 1}
        assert row.tolist() == [found.get(other, 0) for other in others]


@pytest.mark.parametrize("size", [5, 6, 7, 8])
def test_every_part_of_a_rotation_keeps_main_effects_and_interactions_apart(size: int) -> None:
    fraction = Fraction.of(LETTERS[:size])
    for part in fraction.parts:
        found = levels(effects(LETTERS[:size], (0, 1, 2)), part)
        assert np.array_equal(found @ found.T, len(part) * np.eye(len(found)))


def test_no_half_has_a_higher_resolution() -> None:
    """Brute force over all single generators."""
    for size in (3, 4, 5, 6, 7):
        letters = LETTERS[:size]
        best = max(
            Fraction(tuple(letters), (word,)).resolution for word in effects(letters, range(2, size + 1))
        )
        assert Fraction.of(letters).resolution == best


def test_no_quarter_of_eight_factors_is_better() -> None:
    """Brute force over all pairs of generators: minimum aberration puts the fewest short words first."""
    letters = LETTERS[:8]
    words = effects(letters, range(1, 9))

    def short_words(one: frozenset[str], other: frozenset[str]) -> list[int]:
        lengths = (len(one), len(other), len(one ^ other))
        return [lengths.count(length) for length in range(1, 9)]

    best = min(short_words(one, other) for one, other in combinations(words, 2))
    ours = Fraction.of(letters).word_lengths
    assert [ours[length] for length in range(1, 9)] == best


def test_the_defining_relation_of_a_quarter() -> None:
    relation = Fraction.of("ABCDEFGH").defining_relation
    assert ["".join(sorted(word)) for word in relation] == ["ABCDG", "ABEFH", "CDEFGH"]


def test_aliases_come_as_lines_for_people() -> None:
    assert Fraction.of(("cache", "stream", "pool")).alias_lines == (
        "cache = -stream x pool",
        "stream = -cache x pool",
        "pool = -cache x stream",
    )
    assert Fraction.of("ABCD").alias_lines == ("A x B = C x D", "A x C = B x D", "A x D = B x C")
    assert Fraction.of("ABCDE").alias_lines == ()


@pytest.mark.parametrize("size", [0, 2, 12])
def test_there_is_no_fraction_of_other_sizes(size: int) -> None:
    with pytest.raises(KeyError):
        Fraction.of("ABCDEFGHJKLM"[:size])
