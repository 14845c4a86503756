"""The bundled scenarios are what their names promise, and end in reasonable time."""

from graphlib import TopologicalSorter

import pytest

from agentperf.scenarios.bundled import bundled, bundled_path
from agentperf.scenarios.inert import inert_switches
from agentperf.scenarios.latency import LogNormal
from agentperf.scenarios.loader import load
from agentperf.scenarios.schema import Metric, Scenario

QUANTILES = [(part + 0.5) / 200 for part in range(200)]


def scenario(name: str) -> Scenario:
    return load(name).scenario


def mean_waits_s(name: str) -> dict[str, float]:
    """Unscaled mean wait of each step."""
    waits = {}
    for step in scenario(name).steps:
        latencies = [part.latency for part in (step.llm, step.tool) if part is not None]
        waits[step.agent] = sum(sum(map(one.quantile, QUANTILES)) / len(QUANTILES) for one in latencies)
    return waits


def levels(of: Scenario) -> list[int]:
    """How many steps can start together, level by level."""
    sorter = TopologicalSorter({step.agent: step.needs for step in of.steps})
    sorter.prepare()
    sizes = []
    while sorter.is_active():
        ready = sorter.get_ready()
        sizes.append(len(ready))
        sorter.done(*ready)
    return sizes


def test_the_library_is_complete() -> None:
    assert set(bundled()) >= {
        "quickstart",
        "supervisor-pipeline",
        "chat-fanout",
        "batch-ingest",
        "deep-dag",
        "heavy-state",
    }
    with pytest.raises(KeyError):
        bundled_path("nothing")


@pytest.mark.parametrize("name", bundled())
def test_every_scenario_is_named_described_and_free_of_idle_switches(name: str) -> None:
    found = scenario(name)
    assert found.name == name
    assert found.description
    assert inert_switches(found, found.factors) == {}


@pytest.mark.parametrize("name", bundled())
def test_every_scenario_ends_within_ten_minutes(name: str) -> None:
    found = scenario(name)
    waits_s = sum(mean_waits_s(name).values()) * found.measure.time_scale
    if found.load.arrival_rate is None:
        waits_s *= found.load.sessions / found.load.concurrency
    else:
        waits_s += found.load.sessions / found.load.arrival_rate * found.measure.time_scale
    # waits one after another, none parallel, and as long again for the runtime's own work
    trials = 10 * (2 ** len(found.factors) + found.measure.warmup)
    assert trials * 2 * waits_s < 600


def test_quickstart_fits_into_a_minute() -> None:
    found = scenario("quickstart")
    assert levels(found) == [1, 3, 1]
    assert len(found.factors) == 6
    waits_s = sum(mean_waits_s("quickstart").values()) * found.measure.time_scale
    # 10 blocks of 66 trials: 1.5 s of start a block, 8 ms of set-up a trial, and as much work as waits
    assert 10 * (1.5 + 66 * (0.008 + 2 * waits_s)) < 60


def test_supervisor_pipeline_is_the_teams_system_with_its_claims() -> None:
    found = scenario("supervisor-pipeline")
    assert levels(found) == [1, 6, 1]
    assert (found.steps[0].agent, found.steps[-1].agent) == ("planner", "summarizer")
    assert (found.state.sections, found.state.section_size) == (24, 4000)
    assert found.websocket.subscribers == 3
    assert found.monitoring.fsync
    assert found.claims.gains == {
        "parallelism": (50.0, 50.0),
        "pooling": (40.0, 40.0),
        "batched_persistence": (30.0, 30.0),
        "websocket_suppression": (20.0, 20.0),
        "async_monitoring": (10.0, 10.0),
        "lazy_validation": (10.0, 10.0),
        "all": (80.0, 90.0),
    }
    assert found.claims.order == (
        "parallelism",
        "pooling",
        "batched_persistence",
        "websocket_suppression",
        "lazy_validation",
    )


@pytest.mark.parametrize("name", ["supervisor-pipeline", "batch-ingest", "heavy-state"])
def test_latencies_are_those_of_the_trace(name: str) -> None:
    found = scenario(name)
    latencies = [step.llm.latency for step in found.steps if step.llm]
    for latency in latencies:
        assert isinstance(latency, LogNormal)
        assert (latency.median, latency.p90) == (5.7, 22.2)
    assert found.measure.time_scale <= 1 / 100


def test_chat_fanout_is_interactive_and_open() -> None:
    found = scenario("chat-fanout")
    assert found.interactive
    assert found.websocket.subscribers == 50
    assert found.load.arrival_rate == 0.25
    assert found.measure.metric is Metric.LATENCY_P50
    assert "websocket_suppression" not in found.factors


def test_batch_ingest_is_a_long_background_graph() -> None:
    found = scenario("batch-ingest")
    assert not found.interactive
    assert levels(found) == [1, 6, 6, 6, 1, 1, 1]


def test_deep_dag_is_deep() -> None:
    assert levels(scenario("deep-dag")) == [4] * 25
    assert max(mean_waits_s("deep-dag").values()) < 1


def test_heavy_state_is_heavy() -> None:
    found = scenario("heavy-state")
    assert found.state.sections * found.state.section_size == 200_000
    assert "lazy_state" in found.factors
