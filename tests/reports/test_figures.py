"""Numbers as people read them."""

import pytest

from agentperf.reports.figures import bracket, percent, saving, size_scale_of, time_scale_of


@pytest.mark.parametrize(
    ("value", "shown"), [(36.14, "36.1 %"), (-0.04, "0.0 %"), (-3.25, "-3.2 %"), (100.0, "100.0 %")]
)
def test_percent(value: float, shown: str) -> None:
    assert percent(value) == shown


def test_saving() -> None:
    assert saving(36.1, 34.0, 38.0) == "saves 36.1 % [34.0, 38.0]"
    assert saving(-3.0, -5.0, -1.0) == "costs 3.0 % [1.0, 5.0]"
    assert saving(-1.0, -2.5, 0.5) == "saves -1.0 % [-2.5, 0.5]"
    assert bracket(-0.01, 0.0) == "[0.0, 0.0]"


@pytest.mark.parametrize(
    ("seconds", "unit", "shown"),
    [
        ([0.4137, 0.1916], "ms", ["413.7", "191.6"]),
        ([12.5, 1.25], "s", ["12.50", "1.25"]),
        ([0.5, 0.00042], "ms", ["500.000", "0.420"]),
        ([1500.0], "s", ["1,500.0"]),
        ([2e-6], "us", ["2.00"]),
        ([3e-10], "ns", ["0.300"]),
        ([0.0], "s", ["0.00"]),
        ([], "s", []),
    ],
)
def test_one_unit_for_a_column(seconds: list[float], unit: str, shown: list[str]) -> None:
    scale = time_scale_of(seconds)
    assert (scale.unit, [scale(value) for value in seconds]) == (unit, shown)


def test_sizes_are_decimal() -> None:
    scale = size_scale_of([52_000_000, 1_000])
    assert (scale.unit, scale(52_000_000)) == ("MB", "52.000")
