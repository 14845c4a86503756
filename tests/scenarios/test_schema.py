import copy
import pickle
from typing import Any

import pytest
from pydantic import ValidationError

from agentperf.scenarios.claims import claimed_switches
from agentperf.scenarios.optimizations import DEFAULT_SWEEP
from agentperf.scenarios.schema import (
    Arrivals,
    DesignName,
    LogNormal,
    Metric,
    Scenario,
    Synchronous,
)

TRIAGE: dict[str, Any] = {
    "name": "support-triage",
    "description": "A customer question through a supervisor pipeline of eight agents.",
    "steps": [
        {
            "agent": "planner",
            "llm": {"latency": {"distribution": "lognormal", "median": "12ms", "sigma": 0.3}},
        },
        {"agent": "researcher", "needs": ["planner"], "tool": {"latency": "8ms"}, "cpu": "1ms"},
        {
            "agent": "writer",
            "needs": ["researcher"],
            "uses": "my_package.agents:write",
            "retries": 2,
            "timeout": "5s",
        },
    ],
    "load": {"sessions": 1, "concurrency": 1},
    "interactive": False,
    "state": {"sections": 24, "section_size": "4KB"},
    "persistence": {"database": "sqlite+aiosqlite://", "writes_per_step": 3, "synchronous": "full"},
    "websocket": {"subscribers": 3, "updates_per_step": 5},
    "monitoring": {"sink": "file", "fsync": True, "events_per_step": 2},
    "validation": {"layers": 5},
    "optimizations": [
        "parallelism",
        "websocket_suppression",
        "batched_persistence",
        "lazy_validation",
        "pooling",
        "async_monitoring",
    ],
    "claims": {"parallelism": "50%", "all": "80-90%"},
    "measure": {"design": "full", "precision": "5%", "budget": "10m", "time_scale": 1.0},
}
LEAST: dict[str, Any] = {"name": "least", "steps": [{"agent": "planner"}]}
OWN: dict[str, Any] = {
    "name": "my-system",
    "runtime": {"uses": "my_package.bench:open_runtime", "optimizations": ["cache", "stream"]},
}


def changed(document: dict[str, Any], **changes: Any) -> Scenario:
    return Scenario.model_validate({**copy.deepcopy(document), **changes})


def test_the_example_of_the_documentation() -> None:
    scenario = Scenario.model_validate(TRIAGE)
    planner, researcher, writer = scenario.steps
    assert planner.llm is not None
    assert isinstance(planner.llm.latency, LogNormal)
    assert planner.llm.latency.median == 0.012
    assert researcher.tool is not None
    assert researcher.tool.latency.typical_s == 0.008
    assert researcher.cpu == 0.001
    assert (writer.uses, writer.retries, writer.timeout) == ("my_package.agents:write", 2, 5.0)
    assert scenario.state.section_size == 4000
    assert scenario.persistence.synchronous is Synchronous.FULL
    assert scenario.claims.gains == {"parallelism": (50.0, 50.0), "all": (80.0, 90.0)}
    assert scenario.measure.design is DesignName.FULL
    assert (scenario.measure.precision, scenario.measure.budget) == (5.0, 600.0)


def test_what_is_not_written_is_as_in_that_example() -> None:
    parts = {"load", "interactive", "state", "persistence", "websocket", "monitoring", "validation"}
    assert Scenario.model_validate(LEAST).model_dump(
        include=parts | {"optimizations"}
    ) == Scenario.model_validate(TRIAGE).model_dump(include=parts | {"optimizations"})


def test_what_is_not_written_of_the_measurement_is_left_open() -> None:
    measure = Scenario.model_validate(LEAST).measure
    left_open = {"design", "blocks", "max_blocks", "precision", "budget", "spread", "seed"}
    assert set(measure.model_dump(include=left_open).values()) == {None}
    assert (measure.time_scale, measure.metric, measure.threshold) == (1.0, Metric.WALL, 1.0)


def test_default_sweep_is_swept_by_default() -> None:
    assert Scenario.model_validate(LEAST).factors == tuple(DEFAULT_SWEEP)
    assert changed(LEAST, optimizations=["lazy_state"]).factors == ("lazy_state",)
    assert changed(LEAST, optimizations=[]).factors == ()


def test_an_own_runtime_brings_its_own_switches() -> None:
    assert Scenario.model_validate(OWN).factors == ("cache", "stream")
    assert changed(OWN, optimizations=["stream"]).factors == ("stream",)
    assert changed({**OWN, "steps": LEAST["steps"]}).factors == ("cache", "stream")
    with pytest.raises(ValidationError, match="unknown optimization 'pooling'"):
        changed(OWN, optimizations=["pooling"])


def test_an_open_loop() -> None:
    load = changed(LEAST, load={"sessions": 200, "arrival_rate": "50/s"}).load
    assert (load.sessions, load.arrival_rate, load.arrivals) == (200, 50.0, Arrivals.POISSON)


def test_claims_know_their_switches() -> None:
    claims = changed(
        LEAST, claims={"pooling + parallelism": "60%", "order": ["pooling", "parallelism"]}
    ).claims
    (claim,) = claims.gains
    assert claimed_switches(claim, ("pooling", "parallelism", "x")) == {"pooling", "parallelism"}
    assert claimed_switches("all", ("pooling", "x")) == {"pooling", "x"}
    assert claims.order == ("pooling", "parallelism")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///results/state.db",
        "sqlite+aiosqlite:////var/tmp/state.db",
        "postgresql+asyncpg://user:secret@localhost:5432/agents",
    ],
)
def test_databases_that_work(url: str) -> None:
    assert changed(LEAST, persistence={"database": url}).persistence.database == url


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("sqlite+aiosqlite:///:memory:", "an in-memory database is refused"),
        ("sqlite+aiosqlite:///", "an in-memory database is refused"),
        ("sqlite+aiosqlite:///%3Amemory%3A", "an in-memory database is refused"),
        ("sqlite+aiosqlite:///file:x?mode=memory&uri=true", "an in-memory database is refused"),
        ("sqlite+aiosqlite:///file::memory:?cache=shared&uri=true", "an in-memory database is refused"),
        ("sqlite+aiosqlite://state.db", "has no host"),
        ("sqlite:///state.db", r"write sqlite\+aiosqlite://"),
        ("postgresql://user:secret@host/db", r"write postgresql\+asyncpg://"),
        ("mysql+aiomysql://user:secret@host/db", "'mysql.aiomysql' is not supported"),
        ("state.db", "is not a database URL"),
        ("sqlite+aiosqlite:///\x1b[31m", "is not a database URL"),
    ],
)
def test_databases_that_do_not(url: str, what: str) -> None:
    with pytest.raises(ValidationError, match=what) as refused:
        changed(LEAST, persistence={"database": url})
    message = str(refused.value.errors()[0]["msg"])
    assert "secret" not in message
    assert message.isprintable()


def test_scenarios_survive_a_trip_to_another_process() -> None:
    scenario = Scenario.model_validate(TRIAGE)
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert again.claims.gains == scenario.claims.gains
    assert again.digest == scenario.digest


def test_scenarios_cannot_be_changed() -> None:
    scenario = Scenario.model_validate(TRIAGE)
    with pytest.raises(ValidationError, match="frozen"):
        scenario.name = "other"


def test_digests_tell_what_is_measured() -> None:
    scenario = Scenario.model_validate(TRIAGE)
    renamed = changed(TRIAGE, name="other", description="")
    assert renamed.digest == scenario.digest
    written_otherwise = changed(TRIAGE, state={"section_size": "4000B"}, validation={})
    assert written_otherwise.digest == scenario.digest
    fewer = changed(TRIAGE, optimizations=["parallelism"], claims={})
    assert fewer.digest != scenario.digest
    assert fewer.workload_digest == scenario.workload_digest


@pytest.mark.parametrize(
    "change",
    [
        {"steps": TRIAGE["steps"][:2]},
        {"load": {"sessions": 2}},
        {"state": {"sections": 23}},
        {"measure": {"time_scale": 0.5}},
    ],
)
def test_another_workload_has_another_workload_digest(change: dict[str, Any]) -> None:
    assert changed(TRIAGE, **change).workload_digest != Scenario.model_validate(TRIAGE).workload_digest


@pytest.mark.parametrize(
    "change",
    [
        {"persistence": {"writes_per_step": 1}},
        {"interactive": True},
        {"measure": {"seed": 5, "metric": "cpu"}},
        {"claims": {}},
    ],
)
def test_the_same_workload_measured_otherwise_has_not(change: dict[str, Any]) -> None:
    base = changed(TRIAGE, measure={})
    assert changed(TRIAGE, **{"measure": {}, **change}).workload_digest == base.workload_digest
