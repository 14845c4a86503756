"""From a scenario and a user's wishes to a run: what is swept, and which of several wishes counts."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agentperf.experiments.combination_list import CombinationList
from agentperf.experiments.forecast import expected_precision, expected_rows, forecast
from agentperf.experiments.preparation import Request, RequestError, go_on, prepare
from agentperf.experiments.run import Run, StopReason
from agentperf.scenarios.choices import DesignKind, Inference, Isolation
from agentperf.scenarios.loader import LoadedScenario
from agentperf.scenarios.problems import ScenarioError
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


def loaded(document: dict[str, Any]) -> LoadedScenario:
    return LoadedScenario(Scenario.model_validate(document), document, "test", Path())


def many(switches: int, measure: Mapping[str, Any] | None = None, **more: Any) -> LoadedScenario:
    """A scenario of so many switches."""
    names = [f"switch{number}" for number in range(switches)]
    runtime = {"uses": "bench:open_runtime", "optimizations": names}
    return loaded({"name": "many", "runtime": runtime, "measure": measure or {}, **more})


def run_of(switches: int, measure: Mapping[str, Any] | None = None, **project: Any) -> Run:
    return prepare(many(switches, measure), Request(), Measure.model_validate(project))


def ending(run: Run) -> tuple[int | None, int | None, float | None, float | None]:
    return run.blocks, run.max_blocks, run.precision_percent, run.budget_s


@pytest.mark.parametrize(
    ("switches", "kind", "blocks", "parts"),
    [
        (0, DesignKind.FULL, 10, 1),
        (6, DesignKind.FULL, 10, 1),
        (7, DesignKind.ROTATING, 5, 2),
        (8, DesignKind.ROTATING, 5, 4),
    ],
)
def test_the_design_follows_from_the_number_of_switches(
    switches: int, kind: DesignKind, blocks: int, parts: int
) -> None:
    run = run_of(switches)
    assert (run.design.kind, len(run.design.parts)) == (kind, parts)
    assert len(run.design.combinations) == 2**switches
    assert ending(run) == (blocks, None, None, None)


@pytest.mark.parametrize(
    ("switches", "design", "combinations"),
    [
        (8, "full", 256),
        (5, "rotating", 32),
        (9, "fractional", 64),
        (3, "fractional", 4),
        (32, "one-at-a-time", 66),
    ],
)
def test_a_design_can_be_asked_for(switches: int, design: str, combinations: int) -> None:
    run = run_of(switches, {"design": design})
    assert run.design.kind == design
    assert len(run.design.combinations) == combinations
    assert run_of(switches, design=design).design == run.design


@pytest.mark.parametrize(
    ("switches", "design", "complaint"),
    [
        (
            9,
            None,
            "9 switches make 512 combinations; sweep at most 8 by --flags, or screen them by "
            "--design fractional or --design one-at-a-time",
        ),
        (
            12,
            None,
            "12 switches make 4096 combinations; sweep at most 8 by --flags, or screen them by "
            "--design one-at-a-time",
        ),
        (
            9,
            "full",
            "a full design takes at most 8 switches, not 9; sweep fewer by --flags, or use "
            "--design fractional or --design one-at-a-time",
        ),
        (4, "rotating", "a rotating design takes 5 to 8 switches, not 4; sweep more by --flags, or use "),
        (9, "rotating", "a rotating design takes 5 to 8 switches, not 9; sweep fewer by --flags, or use "),
        (2, "fractional", "a fractional design takes 3 to 11 switches, not 2; sweep more by --flags, or "),
        (12, "fractional", "a fractional design takes 3 to 11 switches, not 12; sweep fewer by --flags, "),
    ],
)
def test_impossible_designs_are_refused_with_those_that_are_possible(
    switches: int, design: str | None, complaint: str
) -> None:
    with pytest.raises(RequestError) as raised:
        run_of(switches, {"design": design})
    assert str(raised.value).startswith(complaint)
    assert "\n" not in str(raised.value)


def test_a_list_of_combinations_is_the_design_whatever_the_scenario_says() -> None:
    request = Request(hold=("switch0",), combinations=CombinationList("none\nall\nswitch1", "list.txt"))
    run = prepare(many(12, {"design": "full"}), request, Measure())
    assert run.design.kind is DesignKind.EXPLICIT
    assert [len(on) for on in run.design.combinations] == [0, 1, 11]
    assert run.blocks == 10
    with pytest.raises(ScenarioError, match="'switch0' is not a swept switch"):
        prepare(many(3), Request(("switch1",), (), CombinationList("none\nswitch0", "list.txt")), Measure())


def test_a_list_that_shows_no_effect_has_no_precision() -> None:
    listed = CombinationList("switch0\nswitch1", "list.txt")
    prepare(many(3), Request(combinations=listed), Measure())
    with pytest.raises(RequestError, match="there is no precision to reach; say --blocks instead"):
        prepare(many(3, {"precision": "5%"}), Request(combinations=listed), Measure())


def test_where_nothing_is_swept_no_precision_is_asked_for() -> None:
    assert ending(run_of(0, {"precision": "5%"})) == (10, None, None, None)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ({"blocks": 3}, (3, None, None, None)),
        ({"precision": "5%"}, (None, 100, 5.0, None)),
        ({"precision": "5%", "max_blocks": 30}, (None, 30, 5.0, None)),
        ({"precision": "5%", "budget": "10m"}, (None, None, 5.0, 600.0)),
        ({"max_blocks": 30}, (None, 30, None, None)),
        ({"budget": "10m"}, (None, None, None, 600.0)),
        ({"budget": "10m", "max_blocks": 30}, (None, 30, None, 600.0)),
        ({"blocks": 3, "precision": "5%", "budget": "10m"}, (3, None, None, None)),
    ],
)
def test_when_a_run_ends(measure: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert ending(run_of(2, measure)) == expected


@pytest.mark.parametrize(
    ("scenario", "project", "expected"),
    [
        ({}, {"blocks": 20}, (20, None, None, None)),
        ({"precision": "5%"}, {"blocks": 20}, (None, 100, 5.0, None)),
        ({"blocks": 5}, {"precision": "5%", "budget": "1m", "max_blocks": 7}, (5, None, None, None)),
        ({"precision": "5%"}, {"budget": "1m"}, (None, None, 5.0, 60.0)),
        ({"blocks": None}, {"precision": "5%"}, (None, 100, 5.0, None)),
    ],
)
def test_what_the_scenario_says_of_the_end_takes_back_what_the_project_says(
    scenario: dict[str, Any], project: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    assert ending(run_of(2, scenario, **project)) == expected


def test_what_the_scenario_leaves_open_the_project_settles() -> None:
    project = Measure.model_validate({"blocks": 20, "threshold": "2%", "metric": "cpu"})
    scenario = Measure.model_validate({"metric": "settled", "seed": 3})
    found = scenario.over(project)
    assert (found.blocks, found.threshold, found.metric, found.seed) == (20, 2.0, Metric.SETTLED, 3)


@pytest.mark.parametrize(
    ("measure", "again", "expected"),
    [
        ({"blocks": 3}, {}, (3, None, None, None)),
        ({"blocks": 3}, {"blocks": 5}, (5, None, None, None)),
        ({"blocks": 3}, {"precision": "2%"}, (None, 100, 2.0, None)),
        ({"precision": "5%"}, {"precision": "2%"}, (None, 100, 2.0, None)),
        ({"precision": "5%"}, {"budget": "1h"}, (None, 100, 5.0, 3600.0)),
        ({"precision": "5%", "max_blocks": 20}, {"max_blocks": 40}, (None, 40, 5.0, None)),
        ({"precision": "5%"}, {"blocks": 4}, (4, None, None, None)),
    ],
)
def test_a_run_that_is_resumed_may_end_otherwise(
    measure: dict[str, Any], again: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    run = replace(run_of(2, measure | {"spread": "1h"}), stop_reason=StopReason.INTERRUPTED)
    resumed = go_on(run, Measure.model_validate(again))
    assert ending(resumed) == expected
    assert resumed.stop_reason is None
    assert resumed.spread_s == 3600.0
    assert (resumed.id, resumed.seed, resumed.design) == (run.id, run.seed, run.design)
    assert go_on(run, Measure.model_validate({"spread": "2h"})).spread_s == 7200.0


def test_anytime_and_spread_are_taken_over() -> None:
    run = run_of(2, {"inference": "anytime", "spread": "30m"})
    assert (run.inference, run.spread_s) == (Inference.ANYTIME, 1800.0)
    assert (run_of(2).inference, run_of(2).spread_s) == (Inference.FIXED, None)


def test_a_scenario_with_claims_has_anchors_unless_their_switches_are_not_swept() -> None:
    scenario = many(6, claims={"switch0": "50%", "all": "80%"})
    assert len(prepare(scenario, Request(), Measure()).design.columns) == 64 + 3 * 14
    assert len(prepare(scenario, Request(("switch1", "switch2")), Measure()).design.columns) == 4


def test_a_seed_is_drawn_where_none_is_given(reference: Reference) -> None:
    document = copy.deepcopy(dict(reference))
    del document["measure"]["seed"]
    assert len({prepare(loaded(document), Request(), Measure()).seed for _ in range(5)}) > 1


def test_what_to_expect_of_a_full_design_is_the_formula_of_the_method() -> None:
    """A main effect: 2 t sd / √trials. Alone: √2 t sd / √blocks, half of that with anchors."""
    expected = expected_precision(run_of(6), 10)
    assert expected is not None and expected.average is not None and expected.alone_or_last is not None
    t, sd = 2.262, 0.1
    assert expected.average == pytest.approx(2 * t * sd / 640**0.5, rel=1e-3)
    assert expected.alone_or_last == pytest.approx(2**0.5 * t * sd / 10**0.5, rel=1e-3)
    claiming = prepare(many(6, claims={"switch0": "50%"}), Request(), Measure())
    with_anchors = expected_precision(claiming, 10)
    assert with_anchors is not None and with_anchors.alone_or_last is not None
    assert with_anchors.alone_or_last == pytest.approx(expected.alone_or_last / 2)
    assert with_anchors.average is not None and with_anchors.average < expected.average


def test_designs_promise_only_what_they_can_tell() -> None:
    fraction, single = run_of(8, {"design": "fractional"}), run_of(8, {"design": "one-at-a-time"})
    of_fraction, of_single = expected_precision(fraction, 10), expected_precision(single, 10)
    assert of_fraction is not None and of_fraction.average is not None
    assert of_single is not None and of_single.average is None and of_single.alone_or_last is not None


def test_how_many_blocks_a_precision_takes() -> None:
    """At a half-width of 1.8 % after 10 blocks, half of that takes some four times as many, less for t."""
    assert expected_rows(run_of(6), 10, alone_too=False) is None
    assert expected_rows(run_of(6, {"precision": "5%"}), 10, alone_too=False) == 10
    assert 30 <= (expected_rows(run_of(6, {"precision": "0.9%"}), 10, alone_too=False) or 0) <= 40
    assert (expected_rows(run_of(6, {"precision": "5%"}), 10, alone_too=True) or 0) > 30
    assert expected_rows(run_of(6, {"precision": "0.0001%"}), 10, alone_too=False) is None


def test_the_forecast_counts_repeats_and_the_blocks_of_a_rotation() -> None:
    claiming = prepare(many(6, claims={"switch0": "50%"}), Request(), Measure())
    assert forecast(claiming, Scenario.model_validate(claiming.document), 10).trials == 10 * (106 + 2)
    of_eight = run_of(8)
    assert forecast(of_eight, Scenario.model_validate(of_eight.document), 20).trials == 20 * (64 + 2)


def test_the_forecast_counts_what_each_fresh_process_takes() -> None:
    document = {"name": "quick", "steps": [{"agent": "one"}], "optimizations": ["pooling", "lazy_state"]}
    scenario = Scenario.model_validate(document)
    loaded = LoadedScenario(scenario, document, "test", None)
    a_block, a_trial = (
        forecast(prepare(loaded, Request(), Measure(isolate=isolate)), scenario, 10) for isolate in Isolation
    )
    assert (a_block.trials, a_trial.trials) == (10 * (4 + 2), 10 * 4 * (1 + 2))
    assert a_block.duration_s and a_trial.duration_s
    assert 3 < a_trial.duration_s / a_block.duration_s < 4


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
    either = forecast(prepared(document, flags=["parallelism", "pooling"]), scenario, 3)
    assert either.trials == trials
    assert either.duration_s == pytest.approx(trials * (one_by_one_s + at_once_s) / 2, rel=0.2)
    never = forecast(prepared(document, flags=["pooling", "loop_clock"]), scenario, 3)
    assert never.duration_s == pytest.approx(trials * one_by_one_s, rel=0.2)
    held = prepared(document, flags=["pooling", "loop_clock"], hold=["parallelism"])
    always = forecast(held, scenario, 3)
    assert always.duration_s == pytest.approx(trials * at_once_s, rel=0.2)


def test_nothing_is_known_of_how_long_an_own_runtime_takes(prepared: Prepared) -> None:
    run = prepared(warmup=2)
    expected = forecast(run, Scenario.model_validate(run.document), 3)
    assert (expected.trials, expected.duration_s) == (18, None)
