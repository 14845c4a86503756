from __future__ import annotations

import pytest

from agentperf.analysis.layout import Layout


def test_held_switches_are_not_part_of_the_cells() -> None:
    layout = Layout.of([{"h"}, {"h", "a"}], ["a"])
    assert layout.cells == (frozenset(), frozenset({"a"}))
    assert layout.held == {"h"}


def test_columns_are_found_by_what_is_on() -> None:
    layout = Layout.of([{"a", "b"}, set(), {"b"}], ["a", "b"])
    assert layout.column({"b"}) == 2
    assert layout.column(set()) == 1
    assert layout.column({"a"}) is None


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
        ([set(), {"a"}, {"a"}], ["a"], "occurs twice"),
        ([set(), {"a"}], ["a", "a"], "swept twice"),
        ([set(), {"a", "x"}], ["a"], "neither swept nor held throughout: x"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    combinations: list[set[str]], factors: list[str], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Layout.of(combinations, factors)
