"""Which trials make a row, and in which column each stands."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from agentperf.experiments.combination import Combination
from agentperf.experiments.design import Design
from agentperf.experiments.observations import complete_rows, observations
from agentperf.experiments.run import Run
from agentperf.experiments.trial import Metrics, Trial
from agentperf.scenarios.choices import DesignKind, Metric

Prepared = Callable[..., Run]
NONE, A, B, AB = frozenset(""), frozenset("a"), frozenset("b"), frozenset("ab")
WITH_REPEATS = ((NONE, A, B, AB, NONE, A),)
ROTATING = ((NONE, AB), (A, B))


@pytest.fixture
def run(prepared: Prepared) -> Callable[[Sequence[tuple[Combination, ...]]], Run]:
    def run(parts: Sequence[tuple[Combination, ...]]) -> Run:
        kind = DesignKind.FULL if len(parts) == 1 else DesignKind.ROTATING
        return prepared(design=Design(kind, ("a", "b"), (), tuple(parts)))

    return run


def measured(block: int, order: int, on: Combination, wall_s: float) -> Trial:
    return Trial(block, order, on, "", Metrics(wall_s, 2 * wall_s, 0, 0, 0, 0, 1 / wall_s, None, 0))


def trials(run: Run, blocks: int) -> Iterator[Trial]:
    """Each block in a random order; a trial's wall time tells its block and place: 1 + 100 block + order."""
    for block in range(blocks):
        part = list(run.design.parts[block % len(run.design.parts)])
        random.Random(block).shuffle(part)
        for order, on in enumerate(part):
            yield measured(block, order, on, 1 + 100 * block + order)


@pytest.mark.parametrize("parts", [WITH_REPEATS, ROTATING, ((NONE,),)])
def test_every_column_holds_its_combination(
    run: Callable[..., Run], parts: Sequence[tuple[Combination, ...]]
) -> None:
    one = run(parts)
    rows = complete_rows(one, trials(one, 3 * len(parts)))
    assert [tuple(trial.on for trial in row) for row in rows] == [one.design.columns] * 3
    for number, row in enumerate(rows):
        blocks = [trial.block for trial in row]
        assert blocks == [number * len(parts) + stratum for stratum in one.design.strata]


def test_repeats_stand_in_the_order_in_which_they_ran(run: Callable[..., Run]) -> None:
    one = run(WITH_REPEATS)
    for row in complete_rows(one, reversed(list(trials(one, 5)))):
        for earlier, later in ((0, 4), (1, 5)):
            assert row[earlier].on == row[later].on and row[earlier].order < row[later].order
        assert sorted(trial.order for trial in row) == list(range(6))


@pytest.mark.parametrize("missing", [0, 1, 5])
def test_a_row_without_all_its_trials_is_left_out(run: Callable[..., Run], missing: int) -> None:
    one = run(WITH_REPEATS)
    whole = list(trials(one, 3))
    failed = [
        replace(trial, metrics=None) if trial.block == 1 and trial.order == missing else trial
        for trial in whole
    ]
    absent = [trial for trial in whole if (trial.block, trial.order) != (1, missing)]
    for some in (failed, absent):
        assert [row[0].block for row in complete_rows(one, some)] == [0, 2]


def test_an_incomplete_rotation_is_left_out_until_it_is_complete(run: Callable[..., Run]) -> None:
    one = run(ROTATING)
    assert len(complete_rows(one, trials(one, 1))) == 0
    assert len(complete_rows(one, trials(one, 5))) == 2
    without_third = [trial for trial in trials(one, 6) if trial.block != 2]
    assert [row[0].block for row in complete_rows(one, without_third)] == [0, 4]


def test_log_times_and_places_are_those_of_the_trials(run: Callable[..., Run]) -> None:
    one = run(WITH_REPEATS)
    seen = observations(one, trials(one, 3), Metric.WALL)
    assert seen.log_times.shape == seen.places.shape == (3, 6)
    assert np.allclose(np.exp(seen.log_times), 1 + 100 * np.arange(3)[:, None] + seen.places)
    assert np.allclose(
        observations(one, trials(one, 3), Metric.SETTLED).log_times, seen.log_times + math.log(2)
    )


def test_throughput_is_seconds_per_session(run: Callable[..., Run]) -> None:
    one = run(ROTATING)
    wall, throughput = (
        observations(one, trials(one, 4), metric).log_times for metric in (Metric.WALL, Metric.THROUGHPUT)
    )
    assert np.allclose(wall, throughput)


def test_no_complete_row_is_no_error(run: Callable[..., Run]) -> None:
    one = run(ROTATING)
    seen = observations(one, [], Metric.WALL)
    assert seen.log_times.shape == seen.places.shape == (0, 4) and seen.rows == ()
