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
from agentperf.experiments.experiment import Failure, block_order
from agentperf.experiments.job import OnError
from agentperf.experiments.run import Run, StopReason
from agentperf.experiments.store import Store
from agentperf.scenarios.schema import Scenario

Conduct = Callable[..., Any]
Prepared = Callable[..., Run]
Twice = tuple[Any, Any]

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
    assert conducted.failures == [Failure("block 1, a+b on: ValueError: no such customer")]


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
