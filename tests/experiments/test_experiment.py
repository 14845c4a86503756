"""Whole runs: every block once, the same draws for all its combinations, the same for the same seed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from agentperf.agents.draws import Draws
from agentperf.agents.extension import ExtensionError
from agentperf.experiments.design import Design
from agentperf.experiments.experiment import Failure, block_order
from agentperf.experiments.job import OnError
from agentperf.experiments.observations import complete_rows
from agentperf.experiments.observer import Outlook
from agentperf.experiments.run import Run, StopReason
from agentperf.experiments.store import Store
from agentperf.experiments.trial import Metrics, Trial
from agentperf.scenarios.choices import DesignKind
from agentperf.scenarios.schema import Scenario

Conduct = Callable[..., Any]
Prepared = Callable[..., Run]
Twice = tuple[Any, Any]

NONE, A, B, AB = frozenset(""), frozenset("a"), frozenset("b"), frozenset("ab")
REPEATED = Design(DesignKind.FULL, ("a",), (), ((NONE, NONE, NONE, A),))
ROTATING = Design(DesignKind.ROTATING, ("a", "b"), (), ((NONE, AB), (A, B), (AB, NONE)))

SPREAD = {
    "name": "spread",
    "steps": [
        {"agent": "planner", "llm": {"latency": {"distribution": "uniform", "low": "1ms", "high": "60ms"}}}
    ],
    "websocket": {"subscribers": 0},
    "monitoring": {"fsync": False},
    "persistence": {"synchronous": "off"},
    "optimizations": ["pooling", "async_monitoring"],
    "measure": {"blocks": 2, "warmup": 0, "seed": 5},
}


def test_every_block_holds_every_combination_once_in_its_own_order(twice: Twice) -> None:
    run, trials = twice[0].run, twice[0].trials
    assert run.stop_reason is StopReason.BLOCKS
    for block in range(2):
        of_block = [trial for trial in trials if trial.block == block]
        assert [trial.order for trial in of_block] == [0, 1, 2, 3]
        assert tuple(trial.on for trial in of_block) == block_order(run.design.combinations, run.seed, block)
        assert len({trial.worker for trial in of_block}) == 1
    assert len({trial.worker for trial in trials}) == 2


def test_the_same_seed_gives_the_same_orders_counters_and_digests(twice: Twice) -> None:
    def repeatable(conducted: Any) -> list[tuple[Any, ...]]:
        return [
            (trial.block, trial.order, trial.on, trial.counters, trial.outcome_digest)
            for trial in conducted.trials
        ]

    first, second = twice
    assert repeatable(first)[:4] == repeatable(second)
    assert not {trial.worker for trial in first.trials} & {trial.worker for trial in second.trials}


def test_counters_are_exact(twice: Twice) -> None:
    """Two steps, two writes and three updates each, one subscriber: docs/runtime.md, "Exact counts"."""
    for trial in (*twice[0].trials, *twice[1].trials):
        batched, suppressed = "batched_persistence" in trial.on, "websocket_suppression" in trial.on
        assert trial.counters["commits"] == trial.counters["connections_opened"] == (1 if batched else 4)
        assert trial.counters["frames_sent"] == (0 if suppressed else 6)
        assert trial.counters["monitoring_records"] == 4
        assert trial.counters["fsyncs"] == 0
        assert trial.error is None
        assert trial.metrics.wall_s <= trial.metrics.settled_s


def test_all_combinations_do_the_same_work(twice: Twice) -> None:
    assert len({(trial.block, trial.outcome_digest) for trial in twice[0].trials}) == 2


def test_all_combinations_of_a_block_meet_the_latency_drawn_for_it(
    prepared: Prepared, conduct: Conduct
) -> None:
    """As no wait ends early, the latency drawn for the block bounds every trial from below; blocks differ."""
    run = prepared(SPREAD)
    latency = Scenario.model_validate(SPREAD).steps[0].llm
    assert latency
    waits = [latency.latency.quantile(Draws(5, block).uniform(0, "planner/llm", 0)) for block in range(2)]
    assert abs(waits[0] - waits[1]) > 0.02
    trials = conduct(run).trials
    for trial in trials:
        assert trial.metrics.wall_s >= waits[trial.block] * 0.99
    quick = min(range(2), key=lambda block: waits[block])
    assert min(trial.metrics.wall_s for trial in trials if trial.block == quick) < max(waits)


def test_another_seed_gives_other_orders_and_draws(prepared: Prepared, conduct: Conduct) -> None:
    runs = [conduct(prepared(seed=seed, blocks=2)) for seed in (1, 2)]
    digests = {trial.outcome_digest for one in runs for trial in one.trials}
    orders = {tuple(trial.on for trial in one.trials) for one in runs}
    assert len(digests) == 4  # one a block
    assert len(orders) == 2


def test_what_is_held_is_on_in_every_trial(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(does="tell_switches", flags=["a"], hold=["b"], warmup=2))
    discarded, measured = conducted.recorder.of("output")[:2], conducted.recorder.of("output")[2:]
    assert discarded == sorted(measured, key=len) == ["b", "a b"]
    assert {trial.on for trial in conducted.trials} == {frozenset(), frozenset("a")}


def test_discarded_trials_are_all_off_and_all_on_and_not_kept(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(does="tell_switches", warmup=3))
    assert conducted.recorder.of("output")[:3] == ["nothing", "a b", "nothing"]
    assert conducted.recorder.of("trial ended") == [0, 1, 2, 3]


def test_nothing_swept_is_a_run_too(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(flags=[], blocks=2))
    assert [trial.on for trial in conducted.trials] == [frozenset(), frozenset()]


def test_a_discarded_trial_that_fails_fails_the_run(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(does="fail", warmup=2))
    assert conducted.recorder.of("trial ended") == [-1]
    assert conducted.run.stop_reason is StopReason.FAILED
    assert conducted.failures == [Failure("block 1, warming up with a+b on: ValueError: no such customer")]


@pytest.mark.parametrize("seed", [0, 2])  # the trial that fails is the first of its block, and the last
def test_a_failed_trial_ends_the_run_without_its_block(
    prepared: Prepared, conduct: Conduct, seed: int
) -> None:
    run = prepared(does="fail", seed=seed, flags=["a"], blocks=2)
    conducted = conduct(run)
    assert conducted.trials == []
    assert conducted.run.stop_reason is StopReason.FAILED
    assert len(conducted.failures) == 1


def test_a_failed_trial_may_be_kept_and_the_run_go_on(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(does="fail", flags=["a"], blocks=2), OnError.CONTINUE)
    assert len(conducted.trials) == 4
    assert [trial.error for trial in conducted.trials if trial.on] == ["ValueError: no such customer"] * 2
    assert conducted.run.stop_reason is StopReason.BLOCKS
    assert len(conducted.failures) == 2


def test_code_that_can_not_be_loaded_leaves_a_run_that_failed(
    prepared: Prepared, conduct: Conduct, tmp_path: Path
) -> None:
    run = prepared()
    run.document["runtime"]["uses"] = "absent:open_runtime"
    with pytest.raises(ExtensionError):
        conduct(run, folder=tmp_path)

    async def stop_reason() -> StopReason | None:
        async with Store.open(tmp_path / "results.db") as store:
            return (await store.run(run.id)).stop_reason

    assert asyncio.run(stop_reason()) is StopReason.FAILED


def test_a_run_that_was_stopped_goes_on_to_have_every_block_once(
    prepared: Prepared, conduct: Conduct, tmp_path: Path
) -> None:
    stopped = conduct(prepared(blocks=4), folder=tmp_path, stop_after=1)
    assert stopped.run.stop_reason is StopReason.INTERRUPTED
    assert {trial.block for trial in stopped.trials} == {0, 1}

    resumed = conduct(replace(stopped.run, blocks=5, stop_reason=None), folder=tmp_path)
    assert resumed.run.stop_reason is StopReason.BLOCKS
    assert resumed.run.elapsed_s > stopped.run.elapsed_s > 0
    assert resumed.recorder.of("block started") == [2, 3, 4]
    assert [(trial.block, trial.order) for trial in resumed.trials] == list(product(range(5), range(4)))


def test_a_run_stopped_when_its_last_block_has_ended_is_whole(prepared: Prepared, conduct: Conduct) -> None:
    assert conduct(prepared(), stop_after=0).run.stop_reason is StopReason.BLOCKS


def by_a_rule(run: Run, **rule: Any) -> Run:
    return replace(run, blocks=None, **rule)


def test_a_combination_is_run_as_often_as_the_design_says(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(design=REPEATED, blocks=2))
    assert not conducted.failures
    for block in range(2):
        of_block = [trial for trial in conducted.trials if trial.block == block]
        assert [trial.order for trial in of_block] == [0, 1, 2, 3]
        assert tuple(trial.on for trial in of_block) == block_order(REPEATED.parts[0], 7, block)
        assert sorted(map(len, (trial.on for trial in of_block))) == [0, 0, 0, 1]
        assert len({trial.outcome_digest for trial in of_block}) == 1
    assert [outlook.rows for outlook in conducted.recorder.of("outlook")] == [1, 2]


def test_each_block_of_a_rotation_runs_its_part(prepared: Prepared, conduct: Conduct, tmp_path: Path) -> None:
    """And a rotation that was interrupted is made whole."""
    stopped = conduct(prepared(design=ROTATING, blocks=2), folder=tmp_path, stop_after=3)
    assert stopped.run.stop_reason is StopReason.INTERRUPTED
    assert stopped.recorder.of("block started") == [0, 1, 2, 3]
    assert [outlook.rows for outlook in stopped.recorder.of("outlook")] == [0, 0, 1, 1]
    assert [outlook.blocks_left for outlook in stopped.recorder.of("outlook")] == [5, 4, 3, 2]

    resumed = conduct(replace(stopped.run, stop_reason=None), folder=tmp_path)
    assert resumed.run.stop_reason is StopReason.BLOCKS
    assert resumed.recorder.of("begun") == [Outlook(1, 2, 2, None)]
    assert resumed.recorder.of("block started") == [4, 5]
    for block in range(6):
        on = [trial.on for trial in resumed.trials if trial.block == block]
        assert tuple(on) == block_order(ROTATING.parts[block % 3], 7, block)
    assert len(complete_rows(resumed.run, resumed.trials)) == 2


def test_a_run_ends_as_soon_as_its_widest_interval_is_narrow_enough(
    prepared: Prepared, conduct: Conduct, tmp_path: Path
) -> None:
    """Eight blocks are there, alike but for chance: with two of the real ones, ten are not enough."""
    run = by_a_rule(prepared(flags=["a"]), precision_percent=60.0, max_blocks=100)

    async def fill() -> None:
        async with Store.open(tmp_path / "results.db") as store:
            await store.add_run(run)
            for block in range(8):
                trials = [
                    Trial(
                        block,
                        order,
                        on,
                        "",
                        Metrics(1 + order / 10, 1, 1, 1, 1, 1, 1, None, 0),
                        outcome_digest="",
                    )
                    for order, on in enumerate(block_order(run.design.parts[0], 7, block))
                ]
                await store.add_block(run.id, block, trials)

    asyncio.run(fill())
    conducted = conduct(run, folder=tmp_path)
    assert conducted.run.stop_reason is StopReason.PRECISION
    first, *others = conducted.recorder.of("outlook")
    assert first.rows == 9
    for outlook in (first, *others):
        assert outlook.precision.optimization == "a"
        assert outlook.rows_expected >= max(10, outlook.rows)
        assert outlook.blocks_left == outlook.rows_expected - outlook.rows
    assert others[-1].rows >= 10
    assert others[-1].precision.widest_percent <= 60.0
    again = conduct(replace(conducted.run, stop_reason=None), folder=tmp_path)
    assert again.run.stop_reason is StopReason.PRECISION
    assert again.recorder.of("block started") == []


def test_a_run_has_at_most_so_many_blocks_whatever_becomes_of_them(
    prepared: Prepared, conduct: Conduct
) -> None:
    run = by_a_rule(prepared(does="fail", flags=["a"]), max_blocks=2, precision_percent=1.0)
    conducted = conduct(run, OnError.CONTINUE)
    assert conducted.run.stop_reason is StopReason.MAX_BLOCKS
    assert conducted.recorder.of("block ended") == [0, 1]
    assert [outlook.rows for outlook in conducted.recorder.of("outlook")] == [0, 0]


def test_a_run_keeps_to_its_budget_across_a_resume(
    prepared: Prepared, conduct: Conduct, tmp_path: Path
) -> None:
    run = by_a_rule(prepared(flags=[]), budget_s=35.0)
    stopped = conduct(run, folder=tmp_path, stop_after=0, block_s=10.0)
    assert (stopped.run.stop_reason, stopped.run.elapsed_s) == (StopReason.INTERRUPTED, 10.0)
    assert stopped.recorder.of("outlook") == [Outlook(1, 3, 2, None)]
    resumed = conduct(replace(stopped.run, stop_reason=None), folder=tmp_path, block_s=10.0)
    assert (resumed.run.stop_reason, resumed.run.elapsed_s) == (StopReason.BUDGET, 30.0)
    assert resumed.recorder.of("block started") == [1, 2]


def test_one_block_is_run_however_small_the_budget(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(by_a_rule(prepared(flags=[]), budget_s=0.5), block_s=10.0)
    assert conducted.run.stop_reason is StopReason.BUDGET
    assert conducted.recorder.of("block started") == [0]


def test_blocks_are_spread_over_the_time_and_over_what_is_left_of_it(
    prepared: Prepared, conduct: Conduct, tmp_path: Path
) -> None:
    run = prepared(flags=[], blocks=4, spread_s=400.0)
    stopped = conduct(run, folder=tmp_path, stop_after=1, block_s=10.0)
    assert stopped.recorder.of("block waits") == [(1, 90.0)]
    assert stopped.run.elapsed_s == 110.0
    resumed = conduct(replace(stopped.run, stop_reason=None), folder=tmp_path, block_s=10.0)
    assert resumed.recorder.of("block waits") == [(3, 135.0)]  # (400 - 110) / 2, less the block
    assert [told for told, _ in resumed.recorder.events][:2] == ["begun", "block started"]


def test_spreading_keeps_to_the_budget(prepared: Prepared, conduct: Conduct) -> None:
    run = by_a_rule(prepared(flags=[]), max_blocks=2, spread_s=400.0, budget_s=100.0)
    conducted = conduct(run, block_s=10.0)
    assert conducted.recorder.of("block waits") == [(1, 40.0)]
    assert conducted.run.stop_reason is StopReason.MAX_BLOCKS


def test_no_block_is_waited_for_that_does_not_fit_into_the_budget(
    prepared: Prepared, conduct: Conduct
) -> None:
    """Ten are sure, one every 40 s; the eleventh would begin when the budget is spent."""
    run = by_a_rule(prepared(flags=[]), spread_s=4000.0, budget_s=400.0)
    conducted = conduct(run, block_s=10.0)
    assert conducted.recorder.of("block started") == list(range(10))
    assert (conducted.run.stop_reason, conducted.run.elapsed_s) == (StopReason.BUDGET, 370.0)


def test_who_waits_for_the_next_block_can_stop_at_once(
    prepared: Prepared, conduct: Conduct, tmp_path: Path
) -> None:
    """By the real clock: this test would wait for an hour."""
    run = prepared(flags=[], blocks=2, spread_s=7200.0)
    stopped = conduct(run, folder=tmp_path, stop_waiting=1)
    assert stopped.run.stop_reason is StopReason.INTERRUPTED
    assert stopped.recorder.of("block started") == [0]
    assert stopped.run.elapsed_s < 60
    resumed = conduct(replace(stopped.run, stop_reason=None), folder=tmp_path, block_s=10.0)
    assert resumed.run.stop_reason is StopReason.BLOCKS
    assert resumed.recorder.of("block started") == [1]
