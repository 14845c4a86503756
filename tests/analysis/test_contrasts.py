from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from agentperf.analysis import contrasts
from agentperf.analysis.layout import Layout
from agentperf.analysis.smoothing import smoothing


def test_rows_of_two_switches(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("ab")
    rows = {
        "average": contrasts.average(layout, "a"),
        "alone": contrasts.alone(layout, "a"),
        "last": contrasts.last(layout, "a"),
        "all": contrasts.against_none(layout, {"a", "b"}),
        "none": contrasts.against_none(layout, set()),
        "interaction": contrasts.interaction(layout, "a", "b"),
    }
    assert {name: row.tolist() for name, row in rows.items() if row is not None} == {
        "average": [-0.5, 0.5, -0.5, 0.5],
        "alone": [-1, 1, 0, 0],
        "last": [0, 0, -1, 1],
        "all": [-1, 0, 0, 1],
        "none": [0, 0, 0, 0],
        "interaction": [1, -1, -1, 1],
    }


def test_rows_read_the_effects_a_time_was_built_from(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abcd")
    on = {factor: (layout.signs(factor) + 1) / 2 for factor in layout.factors}
    log_times = 3 - 0.5 * on["a"] - 0.2 * on["b"] + 0.3 * on["a"] * on["b"]

    def answer(row: contrasts.Row | None) -> float:
        assert row is not None
        return float(row @ log_times)

    assert answer(contrasts.alone(layout, "a")) == pytest.approx(-0.5)
    assert answer(contrasts.last(layout, "a")) == pytest.approx(-0.2)
    assert answer(contrasts.average(layout, "a")) == pytest.approx(-0.35)
    assert answer(contrasts.interaction(layout, "a", "b")) == pytest.approx(0.3)
    assert answer(contrasts.interaction(layout, "a", "c")) == pytest.approx(0)
    assert answer(contrasts.against_none(layout, {"a", "b", "d"})) == pytest.approx(-0.4)


def test_what_was_not_measured_is_not_answered() -> None:
    without_none = Layout.of([{"a"}, {"b"}, {"a", "b"}], ["a", "b"])
    assert contrasts.alone(without_none, "a") is None
    assert contrasts.average(without_none, "a") is None
    assert contrasts.interaction(without_none, "a", "b") is None
    assert contrasts.last(without_none, "a") is not None

    one_at_a_time = Layout.of([set(), {"a"}, {"b"}], ["a", "b"])
    assert contrasts.alone(one_at_a_time, "a") is not None
    assert contrasts.average(one_at_a_time, "a") is None
    assert contrasts.last(one_at_a_time, "a") is None


def test_smoothing_keeps_pairs_and_drops_triples(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abc")
    signs = [layout.signs(factor) for factor in layout.factors]
    pairs = 2 + signs[0] - 0.3 * signs[1] * signs[2]
    triple = signs[0] * signs[1] * signs[2]
    assert np.allclose(smoothing(layout) @ (pairs + triple), pairs)


def test_smoothing_leaves_the_cells_of_a_saturated_design_alone() -> None:
    layout = Layout.of([set(), {"a"}, {"b"}, {"c"}], ["a", "b", "c"])
    assert np.allclose(smoothing(layout), np.eye(4))


def test_a_repeated_cell_counts_once() -> None:
    layout = Layout.of([set(), {"a"}, {"b"}, {"a", "b"}, set(), {"a"}], ["a", "b"])
    rows = [
        contrasts.average(layout, "a"),
        contrasts.alone(layout, "a"),
        contrasts.last(layout, "a"),
        contrasts.interaction(layout, "a", "b"),
    ]
    assert [row.tolist() for row in rows if row is not None] == [
        [-0.25, 0.25, -0.5, 0.5, -0.25, 0.25],
        [-0.5, 0.5, 0, 0, -0.5, 0.5],
        [0, 0, -1, 1, 0, 0],
        [0.5, -0.5, -1, 1, 0.5, -0.5],
    ]


def test_a_balanced_fraction_has_main_effects(factorial: Callable[[str], Layout]) -> None:
    half = Layout.of([cell for cell in factorial("abc").cells if len(cell) % 2 == 0], "abc")
    row = contrasts.average(half, "a")
    assert row is not None
    assert row @ (3 - 0.5 * (half.signs("a") + 1) / 2 + half.signs("b")) == pytest.approx(-0.5)
    assert contrasts.interaction(half, "a", "b") is None
    assert contrasts.alone(half, "a") is None


def test_resolution_five_has_pairs(factorial: Callable[[str], Layout]) -> None:
    half = Layout.of([cell for cell in factorial("abcde").cells if len(cell) % 2], "abcde")
    row = contrasts.interaction(half, "a", "b")
    assert row is not None
    on = {factor: (half.signs(factor) + 1) / 2 for factor in half.factors}
    assert row @ (0.3 * on["a"] * on["b"] + on["c"] - 0.2 * on["a"] * on["d"]) == pytest.approx(0.3)
