from typing import Any

import pytest

from agentperf.scenarios.inert import inert_switches, inert_warnings
from agentperf.scenarios.optimizations import Optimization
from agentperf.scenarios.schema import Scenario

FAN = [
    {"agent": "planner"},
    {"agent": "left", "needs": ["planner"]},
    {"agent": "right", "needs": ["planner"]},
]
CHAIN = [{"agent": "c", "needs": ["a", "b"]}, {"agent": "a"}, {"agent": "b", "needs": ["a"]}]
ALL = [str(name) for name in Optimization]


def described(**changes: Any) -> Scenario:
    return Scenario.model_validate({"name": "x", "steps": FAN, "optimizations": ALL, **changes})


def inert(**changes: Any) -> dict[str, str]:
    scenario = described(**changes)
    return inert_switches(scenario, scenario.factors)


def test_every_switch_can_act_in_an_ordinary_scenario() -> None:
    assert inert() == {}


@pytest.mark.parametrize(
    ("changes", "switches"),
    [
        ({"steps": CHAIN}, ["parallelism"]),
        ({"steps": FAN[:1]}, ["parallelism"]),
        ({"interactive": True}, ["websocket_suppression"]),
        ({"websocket": {"subscribers": 0}}, ["websocket_suppression"]),
        ({"websocket": {"updates_per_step": 0}}, ["websocket_suppression"]),
        ({"persistence": {"writes_per_step": 0}}, ["batched_persistence", "pooling"]),
        ({"steps": FAN[:1], "persistence": {"writes_per_step": 1}}, ["parallelism", "batched_persistence"]),
        ({"validation": {"layers": 0}}, ["lazy_validation"]),
        ({"monitoring": {"events_per_step": 0}}, ["async_monitoring"]),
        ({"state": {"sections": 0}}, ["lazy_state"]),
    ],
)
def test_switches_that_cannot_act(changes: dict[str, Any], switches: list[str]) -> None:
    found = inert(**changes)
    assert sorted(found) == sorted(switches)
    assert all(found.values())


def test_only_swept_switches_are_named_whether_the_scenario_or_its_user_asks_for_them() -> None:
    assert inert(interactive=True, optimizations=["pooling"]) == {}
    asked = described(interactive=True, optimizations=["pooling"])
    assert list(inert_switches(asked, ["pooling", "websocket_suppression"])) == ["websocket_suppression"]


def test_a_warning_says_what_to_do() -> None:
    (line,) = inert_warnings(described(interactive=True), ["parallelism", "websocket_suppression"])
    assert line == (
        "websocket_suppression can't act in this scenario: updates of an interactive scenario are never "
        "dropped; leave it out by --flags"
    )


def test_an_own_runtime_is_its_own_affair() -> None:
    own = {"runtime": {"uses": "a:b", "optimizations": ["parallelism"]}, "optimizations": ["parallelism"]}
    assert inert(steps=CHAIN, **own) == {}
