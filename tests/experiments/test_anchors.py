"""The combinations that claims rest on."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from agentperf.experiments.anchors import ANCHOR_REPEATS, ClaimedSets, anchored
from agentperf.experiments.design import (
    Design,
    explicit,
    fractional,
    full_factorial,
    landmarks,
    one_at_a_time,
    rotating,
)
from agentperf.scenarios.schema import Scenario

NAMES = "abcdef"


def claiming(claims: dict[str, Any], names: str = NAMES) -> Scenario:
    runtime = {"uses": "bench:open_runtime", "optimizations": list(names)}
    return Scenario.model_validate({"name": "claiming", "runtime": runtime, "claims": claims})


def repeats(design: Design, scenario: Scenario) -> Counter[frozenset[str]]:
    return Counter(anchored(design, ClaimedSets.of(scenario, design)).columns)


def test_anchors_run_four_times_and_all_others_once() -> None:
    times = repeats(full_factorial(NAMES), claiming({"a": "50%", "a+b": "60%", "all": "80-90%"}))
    everything = frozenset(NAMES)
    anchors = {frozenset(), everything, frozenset("ab")}
    anchors |= {frozenset(name) for name in NAMES} | {everything - {name} for name in NAMES}
    assert {on for on, count in times.items() if count == ANCHOR_REPEATS} == anchors
    assert {count for on, count in times.items() if on not in anchors} == {1}
    assert (len(times), times.total()) == (64, 64 + 3 * 15)


def test_without_claims_every_combination_runs_once() -> None:
    assert set(repeats(full_factorial(NAMES), claiming({})).values()) == {1}
    assert set(repeats(full_factorial(NAMES), claiming({"order": ["a", "b"]})).values()) == {1}


def test_anchors_keep_the_combinations_of_the_design() -> None:
    design = full_factorial(NAMES)
    with_anchors = anchored(design, ClaimedSets.of(claiming({"a": "50%"}), design))
    assert with_anchors.combinations == design.combinations
    assert with_anchors.strata == (0,) * len(with_anchors.columns)


@pytest.mark.parametrize("design", [rotating(NAMES), fractional(NAMES), one_at_a_time(NAMES)])
def test_other_designs_have_no_anchors(design: Design) -> None:
    assert anchored(design, ClaimedSets.of(claiming({"a": "50%"}), design)) == design


def test_claims_about_switches_that_are_not_swept_are_not_tested() -> None:
    scenario = claiming({"a": "50%", "b": "10%", "a+b": "55%", "c": "5%", "all": "80%"})
    claimed = ClaimedSets.of(scenario, full_factorial("ab"))
    assert claimed.tested == {"a": frozenset("a"), "b": frozenset("b"), "a+b": frozenset("ab")}
    assert claimed.untested == ("c", "all")
    assert set(repeats(full_factorial("f"), scenario).values()) == {1}


def test_claims_about_combinations_that_are_not_run_are_not_tested() -> None:
    scenario = claiming({"a": "50%", "a+b": "55%", "all": "80%"})
    assert ClaimedSets.of(scenario, one_at_a_time(NAMES)).untested == ("a+b",)
    assert ClaimedSets.of(scenario, fractional(NAMES)).tested == {
        "a+b": frozenset("ab"),
        "all": frozenset(NAMES),
    }
    without_none = explicit([frozenset("a"), frozenset("ab")], NAMES)
    assert not ClaimedSets.of(scenario, without_none).tested


def test_beside_what_is_held_on_no_claim_is_tested() -> None:
    scenario = claiming({"a": "50%", "all": "80%"})
    held = full_factorial("abcde", "f")
    assert ClaimedSets.of(scenario, held) == ClaimedSets({}, ("a", "all"))
    assert set(repeats(held, scenario).values()) == {1}


def test_landmarks_are_what_alone_and_last_are_made_from() -> None:
    assert landmarks(()) == {frozenset()}
    assert landmarks("a") == {frozenset(), frozenset("a")}
    assert len(landmarks("ab")) == 4
    assert len(landmarks(NAMES)) == 14
