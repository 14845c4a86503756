"""From a scenario and a user's wishes to a run: what is swept, and which of several wishes counts."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from agentperf.experiments.forecast import forecast
from agentperf.experiments.preparation import Request, RequestError, effective, prepare
from agentperf.experiments.run import Run
from agentperf.scenarios.loader import LoadedScenario
from agentperf.scenarios.schema import Measure, Metric, Scenario

Prepared = Callable[..., Run]
Reference = Mapping[str, Any]


def test_flags_are_swept_in_their_own_order_and_hold_is_not(prepared: Prepared, reference: Reference) -> None:
    run = prepared(reference, flags=["pooling", "parallelism"], hold=["lazy_state"])
    assert run.design.factors == ("pooling", "parallelism")
    assert run.design.held == ("lazy_state",)
    assert len(run.design.combinations) == 4


def test_what_the_scenario_sweeps_can_be_held_instead(prepared: Prepared, reference: Reference) -> None:
    run = prepared(reference, hold=["batched_persistence"])
    assert run.design.factors == ("websocket_suppression",)


@pytest.mark.parametrize(
    ("flags", "hold", "complaint"),
    [
        (["polling"], [], "unknown switch 'polling', did you mean 'pooling'?"),
        (None, ["cache"], "unknown switch 'cache', known: parallelism"),
        (["pooling", "pooling"], [], "--flags names pooling twice"),
        (None, ["pooling", "pooling"], "--hold names pooling twice"),
        (["pooling", "loop_clock"], ["loop_clock", "pooling"], "loop_clock and pooling: both swept and held"),
    ],
)
def test_what_can_not_be_swept_or_held_is_refused(
    prepared: Prepared, reference: Reference, flags: list[str] | None, hold: list[str], complaint: str
) -> None:
    with pytest.raises(RequestError, match=complaint.replace("?", r"\?")):
        prepared(reference, flags=flags, hold=hold)


def test_switches_of_an_own_runtime_are_its_own(prepared: Prepared) -> None:
    assert prepared(flags=["b"]).design.factors == ("b",)
    with pytest.raises(RequestError, match="unknown switch 'pooling', known: a, b"):
        prepared(flags=["pooling"])


def test_too_many_switches_and_unknown_designs_are_refused() -> None:
    names = [f"switch{number}" for number in range(9)]
    document = {"name": "many", "runtime": {"uses": "bench:open_runtime", "optimizations": names}}
    with pytest.raises(RequestError, match="9 switches make 512 combinations; sweep at most 8 by --flags"):
        prepare(loaded(document), Request(), Measure())
    with pytest.raises(RequestError, match="design 'rotating' is not available in this version, use 'full'"):
        prepare(loaded(document | {"measure": {"design": "rotating"}}), Request(), Measure())


def loaded(document: dict[str, Any]) -> LoadedScenario:
    return LoadedScenario(Scenario.model_validate(document), document, "test", Path())


def test_what_the_scenario_leaves_open_the_project_settles() -> None:
    project = Measure.model_validate({"blocks": 20, "threshold": "2%", "metric": "cpu"})
    scenario = Measure.model_validate({"metric": "settled", "seed": 3})
    found = effective(scenario, project)
    assert (found.blocks, found.threshold, found.metric, found.seed) == (20, 2.0, Metric.SETTLED, 3)


def test_a_seed_is_drawn_where_none_is_given(reference: Reference) -> None:
    document = copy.deepcopy(dict(reference))
    del document["measure"]["seed"]
    assert len({prepare(loaded(document), Request(), Measure()).seed for _ in range(5)}) > 1


def test_the_forecast_counts_all_trials_and_scales_latencies(prepared: Prepared) -> None:
    document = {
        "name": "slow",
        "steps": [
            {"agent": "one", "llm": {"latency": "10s"}},
            {"agent": "two", "llm": {"latency": "10s"}, "cpu": "1s"},
        ],
        "measure": {"time_scale": 0.1, "blocks": 3, "warmup": 2},
    }
    scenario = Scenario.model_validate(document)
    trials, one_by_one_s, at_once_s = 3 * 6, 1 + 2, 2
    either = forecast(prepared(document, flags=["parallelism", "pooling"]), scenario)
    assert either.trials == trials
    assert either.duration_s == pytest.approx(trials * (one_by_one_s + at_once_s) / 2, rel=0.2)
    never = forecast(prepared(document, flags=["pooling", "loop_clock"]), scenario)
    assert never.duration_s == pytest.approx(trials * one_by_one_s, rel=0.2)
    always = forecast(prepared(document, flags=["pooling", "loop_clock"], hold=["parallelism"]), scenario)
    assert always.duration_s == pytest.approx(trials * at_once_s, rel=0.2)


def test_nothing_is_known_of_how_long_an_own_runtime_takes(prepared: Prepared) -> None:
    run = prepared(blocks=3, warmup=2)
    expected = forecast(run, Scenario.model_validate(run.document))
    assert (expected.trials, expected.duration_s) == (18, None)
