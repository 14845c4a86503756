"""When a run has enough rows, by a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from agentperf.analysis.stopping import Precision
from agentperf.experiments.design import Design
from agentperf.experiments.run import Run, StopReason
from agentperf.experiments.stopping_rule import Standing, StoppingRule, fewest_rows, overrun, planned_rows
from agentperf.scenarios.choices import DesignKind

Prepared = Callable[..., Run]
NOTHING_YET = Precision(None, None)
ROTATING = Design(DesignKind.ROTATING, ("a",), (), ((frozenset(),), (frozenset("a"),)))


class Moment:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s

    def pass_by(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def clock() -> Moment:
    return Moment()


@pytest.fixture
def asked(prepared: Prepared) -> Callable[..., Run]:
    """A run that a rule decides on."""

    def asked(**wishes: Any) -> Run:
        nothing = {"blocks": None, "max_blocks": None, "precision_percent": None, "budget_s": None}
        return replace(prepared(), **nothing | wishes)

    return asked


def at(row: int, widest: float | None = None, complete: int | None = None, lacking: int = 1) -> Standing:
    precision = NOTHING_YET if widest is None else Precision(widest, "a")
    return Standing(row, row if complete is None else complete, lacking, precision)


def test_exactly_so_many_blocks_whatever_the_precision(asked: Callable[..., Run], clock: Moment) -> None:
    rule = StoppingRule(asked(blocks=12, precision_percent=5.0, budget_s=1.0), clock)
    clock.pass_by(100)
    assert [rule.reason_to_stop(at(row, widest=0.1)) for row in (0, 11)] == [None, None]
    assert rule.reason_to_stop(at(12)) is rule.reason_to_stop(at(13)) is StopReason.BLOCKS
    assert rule.rows_expected(at(0)) == rule.rows_expected(at(11, widest=0.1)) == 12


@pytest.mark.parametrize(("design", "fewest"), [(None, 10), (ROTATING, 5)])
def test_precise_enough_is_enough_from_so_many_rows_on(
    asked: Callable[..., Run], clock: Moment, design: Design | None, fewest: int
) -> None:
    run = asked(precision_percent=5.0, max_blocks=100)
    run = replace(run, design=design or run.design)
    assert fewest_rows(run.design) == fewest
    rule = StoppingRule(run, clock)
    assert rule.reason_to_stop(at(fewest - 1, widest=0.1)) is None
    assert rule.reason_to_stop(at(fewest, widest=5.01)) is None
    assert rule.reason_to_stop(at(fewest)) is None
    assert rule.reason_to_stop(at(fewest, widest=5.0)) is StopReason.PRECISION
    assert rule.reason_to_stop(at(fewest, widest=0.0)) is StopReason.PRECISION
    assert rule.reason_to_stop(at(fewest + 3, widest=0.1, complete=fewest - 1)) is None
    assert rule.reason_to_stop(at(100, widest=5.01)) is StopReason.MAX_BLOCKS
    assert rule.reason_to_stop(at(100, widest=4.0)) is StopReason.PRECISION


def test_at_most_so_many_blocks_be_they_complete_or_not(asked: Callable[..., Run], clock: Moment) -> None:
    rule = StoppingRule(asked(max_blocks=3), clock)
    assert rule.reason_to_stop(at(2)) is None
    assert rule.reason_to_stop(at(3, complete=0)) is StopReason.MAX_BLOCKS
    assert rule.rows_expected(at(0)) == 3


def test_no_block_is_begun_that_would_end_beyond_the_budget(asked: Callable[..., Run], clock: Moment) -> None:
    rule = StoppingRule(asked(budget_s=60.0), clock)
    assert rule.rows_expected(at(0)) is None
    for took_s in (20.0, 10.0):
        clock.pass_by(took_s)
        rule.blocks_took(1, took_s)
    assert rule.reason_to_stop(at(2)) is None  # 30 s left, and a mean of 15 s
    assert rule.rows_expected(at(2)) == 4
    clock.pass_by(15.0)
    assert rule.reason_to_stop(at(3)) is None
    clock.pass_by(0.1)
    assert rule.reason_to_stop(at(3)) is StopReason.BUDGET
    assert rule.rows_expected(at(3)) == 3


def test_a_rotation_is_begun_only_if_all_of_it_fits_into_the_budget(
    asked: Callable[..., Run], clock: Moment
) -> None:
    rule = StoppingRule(replace(asked(budget_s=35.0), design=ROTATING), clock)
    for _ in range(2):
        clock.pass_by(10.0)
        rule.blocks_took(1, 10.0)
    assert rule.reason_to_stop(at(1, lacking=2)) is StopReason.BUDGET
    assert rule.reason_to_stop(at(1, lacking=1)) is None  # the other half is there from before


def test_a_rotation_that_has_begun_is_expected_to_be_made_whole(
    asked: Callable[..., Run], clock: Moment
) -> None:
    rule = StoppingRule(replace(asked(budget_s=45.0), design=ROTATING), clock)
    clock.pass_by(30.0)
    rule.blocks_took(3, 30.0)
    assert rule.rows_expected(at(1, lacking=1)) == 2
    clock.pass_by(10.0)
    assert rule.rows_expected(at(1, lacking=1)) == 2
    assert rule.rows_expected(at(2, lacking=2)) == 2


@pytest.mark.parametrize(("spread_s", "rows"), [(None, 40), (200.0, 30), (4000.0, 10), (5.0, 40)])
def test_blocks_that_are_spread_are_expected_to_wait(
    asked: Callable[..., Run], clock: Moment, spread_s: float | None, rows: int
) -> None:
    rule = StoppingRule(asked(budget_s=400.0, spread_s=spread_s), clock)
    clock.pass_by(10.0)
    rule.blocks_took(1, 10.0)
    assert rule.rows_expected(at(1)) == rows


def test_no_block_is_waited_for_that_would_end_beyond_the_budget(
    asked: Callable[..., Run], clock: Moment
) -> None:
    rule = StoppingRule(replace(asked(budget_s=100.0), design=ROTATING), clock)
    clock.pass_by(20.0)
    rule.blocks_took(2, 20.0)
    assert rule.reason_to_stop(at(1, lacking=2), wait_s=70.0) is None
    assert rule.reason_to_stop(at(1, lacking=2), wait_s=70.1) is StopReason.BUDGET


def test_one_row_is_run_whatever_the_budget(asked: Callable[..., Run], clock: Moment) -> None:
    rule = StoppingRule(asked(budget_s=1.0, max_blocks=9, precision_percent=1.0), clock)
    clock.pass_by(100.0)
    rule.blocks_took(1, 100.0)
    assert rule.reason_to_stop(at(0)) is None
    assert rule.reason_to_stop(at(1)) is StopReason.BUDGET


def test_time_spent_before_a_resume_counts(asked: Callable[..., Run], clock: Moment) -> None:
    rule = StoppingRule(asked(budget_s=60.0, elapsed_s=50.0), clock)
    clock.pass_by(5.0)
    assert rule.elapsed_s == 55.0
    rule.blocks_took(1, 5.0)
    assert rule.reason_to_stop(at(7)) is None
    clock.pass_by(0.5)
    assert rule.reason_to_stop(at(7)) is StopReason.BUDGET


def test_a_run_is_expected_to_go_on_as_its_intervals_and_its_limits_say(
    asked: Callable[..., Run], clock: Moment
) -> None:
    rule = StoppingRule(asked(precision_percent=2.0, max_blocks=50), clock)
    assert rule.rows_expected(at(1)) is None
    assert rule.rows_expected(at(4, widest=1.0)) == 10  # narrow by luck, perhaps
    assert rule.rows_expected(at(5, widest=4.0)) == 13  # 2.776 / √5 is twice 2.179 / √13
    assert rule.rows_expected(at(12, widest=4.0, complete=10)) == 2 + (
        rule.rows_expected(at(10, widest=4.0)) or 0
    )
    assert rule.rows_expected(at(5, widest=40.0)) == 50
    assert rule.rows_expected(at(60, widest=40.0)) == 60

    hasty = StoppingRule(asked(precision_percent=2.0, budget_s=100.0), clock)
    hasty.blocks_took(1, 10.0)
    assert hasty.rows_expected(at(5, widest=40.0)) == 15
    assert hasty.rows_expected(at(10, widest=2.0)) == 10


@pytest.mark.parametrize(
    ("wishes", "rows"),
    [
        ({"blocks": 30}, 30),
        ({"max_blocks": 30}, 30),
        ({"max_blocks": 30, "precision_percent": 5.0}, 10),
        ({"max_blocks": 3, "precision_percent": 5.0}, 3),
        ({"budget_s": 60.0}, 10),
    ],
)
def test_so_many_rows_are_sure_before_anything_is_measured(
    asked: Callable[..., Run], wishes: dict[str, Any], rows: int
) -> None:
    assert planned_rows(asked(**wishes)) == rows


def test_a_budget_too_small_for_one_row_is_told_of(asked: Callable[..., Run]) -> None:
    run = replace(asked(budget_s=10.0), stop_reason=StopReason.BUDGET, elapsed_s=61.2)
    line = "the budget of 10 s is less than one block takes: one was run all the same, in 0:01:01"
    assert overrun(run, rows=1) == line
    assert "one rotation takes" in (overrun(replace(run, design=ROTATING), rows=1) or "")
    assert overrun(run, rows=2) is None
    assert overrun(replace(run, elapsed_s=9.0), rows=1) is None
    assert overrun(replace(run, stop_reason=StopReason.INTERRUPTED), rows=1) is None
