from __future__ import annotations

from itertools import combinations

import pytest

from agentperf.analysis.layout import MAIN_EFFECTS, PAIRS, Layout


def test_held_switches_are_not_part_of_the_cells() -> None:
    layout = Layout.of([{"h"}, {"h", "a"}], ["a"])
    assert layout.cells == (frozenset(), frozenset({"a"}))
    assert layout.held == {"h"}


def test_columns_are_found_by_what_is_on() -> None:
    layout = Layout.of([{"a", "b"}, set(), {"b"}], ["a", "b"])
    assert layout.cell_index({"b"}) == 2
    assert layout.cell_index(set()) == 1
    assert layout.cell_index({"a"}) is None


def test_signs_follow_the_columns() -> None:
    layout = Layout.of([{"a", "b"}, set(), {"b"}], ["a", "b"])
    assert layout.signs("a").tolist() == [1, -1, -1]


def test_a_switch_swept_but_never_on_makes_the_design_incomplete() -> None:
    assert Layout.of([set(), {"a"}], ["a"]).is_full_factorial
    assert not Layout.of([set(), {"a"}], ["a", "b"]).is_full_factorial


@pytest.mark.parametrize(
    ("combinations", "factors", "complaint"),
    [
        ([], ["a"], "no combination"),
        ([set(), {"a"}], ["a", "a"], "swept twice"),
        ([set(), {"a", "x"}], ["a"], "neither swept nor held throughout: x"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    combinations: list[set[str]], factors: list[str], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Layout.of(combinations, factors)


def test_strata_are_one_per_column() -> None:
    with pytest.raises(ValueError, match="2 columns, but 1 strata"):
        Layout.of([set(), {"a"}], ["a"], [0])
    assert Layout.of([set(), {"a"}], ["a"]).strata == (0, 0)
    assert Layout.of([set(), {"a"}], ["a"], [0, 1]).strata == (0, 1)


def test_a_cell_that_is_run_twice_is_the_mean_of_its_columns() -> None:
    layout = Layout.of([{"a"}, set(), {"a"}], ["a"])
    assert layout.columns == (frozenset("a"), frozenset(), frozenset("a"))
    assert layout.cells == (frozenset("a"), frozenset())
    assert layout.averaging.tolist() == [[0.5, 0, 0.5], [0, 1, 0]]
    row = layout.row({"a"})
    assert row is not None and row.tolist() == [0.5, 0, 0.5]
    assert layout.row({"b"}) is None
    assert layout.signs("a").tolist() == [1, -1]
    assert layout.is_full_factorial


def fraction(factors: str, words: list[str]) -> Layout:
    """The cells of the full factorial that have an even number of the switches of each word on."""
    cells = [set(c) for size in range(len(factors) + 1) for c in combinations(factors, size)]
    return Layout.of(
        [cell for cell in cells if all(len(cell & set(word)) % 2 == 0 for word in words)], factors
    )


@pytest.mark.parametrize(
    ("layout", "strength"),
    [
        (fraction("abc", ["abc"]), 2),
        (fraction("abcd", ["abcd"]), 3),
        (fraction("abcde", ["abcde"]), 4),
        (fraction("abcdefgh", ["abcdg", "abefh"]), 4),
        (fraction("abcdef", []), 4),
        (fraction("abc", []), 3),
        (fraction("a", []), 1),
        (Layout.of([set()], []), 0),
        (Layout.of([set(), {"a"}, {"b"}], ["a", "b"]), 0),
        (Layout.of([set(), {"a", "b"}], ["a", "b"]), 1),
        (Layout.of([set(), {"a"}], ["a", "b"]), 0),
    ],
)
def test_the_strength_of_a_design_is_its_resolution_less_one(layout: Layout, strength: int) -> None:
    assert layout.strength == strength


def test_a_fraction_can_tell_what_its_strength_allows() -> None:
    third, fourth, fifth = (
        fraction("abc", ["abc"]), fraction("abcd", ["abcd"]), fraction("abcde", ["abcde"])
    )  # fmt: skip
    for layout, pairs in ((third, False), (fourth, False), (fifth, True)):
        assert not layout.is_full_factorial
        assert layout.is_orthogonal(MAIN_EFFECTS)
        assert layout.is_orthogonal(PAIRS) is pairs
    assert fraction("ab", []).is_orthogonal(PAIRS)
