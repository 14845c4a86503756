"""`agentperf runs export` of profiles and timelines, from a store that a real run filled."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from agentperf.experiments.store import Store
from agentperf.experiments.trial import Trial
from agentperf.profilers.profile import Frame, Mode, Profile, ProfilerName, Sample

Program = Callable[..., CompletedProcess[str]]

SCENARIO = """
name: two-steps
steps:
  - agent: planner
    llm: {latency: 1ms, model: a-model}
  - {agent: writer, needs: [planner], tool: {latency: 1ms, name: a-tool}}
optimizations: [pooling, parallelism]
state: {sections: 2, section_size: 1KB}
measure: {blocks: 1, warmup: 0}
"""
SAMPLES = 30


def profile(on: frozenset[str], mode: Mode) -> Profile:
    commit = (Frame("invoke_agent writer", "agents/agent.py", 3), Frame("commit", "sqlalchemy/engine.py", 7))
    return Profile(
        ProfilerName.PY_SPY if mode is Mode.CPU else ProfilerName.AWAIT_SAMPLER,
        mode,
        0.002,
        tuple(Sample("MainThread", commit[: 1 + number % 2], 0.002) for number in range(SAMPLES)),
        on,
    )


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, program_in: Callable[[Path], Any]) -> Any:
    """A run of four combinations, with profiles of two."""
    program = program_in(tmp_path_factory.mktemp("profiled"))
    (program.folder / "two.yaml").write_text(SCENARIO)
    assert program("run", "two.yaml").returncode == 0

    async def add() -> None:
        async with Store.open(program.folder / ".agentperf" / "results.db") as store:
            run = await store.run()
            for on in (frozenset[str](), frozenset({"pooling", "parallelism"})):
                for mode in (Mode.CPU, Mode.AWAIT):
                    await store.add_profile(run.id, profile(on, mode))

    asyncio.run(add())
    return program


@pytest.fixture(scope="module")
def trials(ran: Any) -> list[Trial]:
    async def read() -> list[Trial]:
        async with Store.open(ran.folder / ".agentperf" / "results.db") as store:
            return await store.trials((await store.run()).id)

    return asyncio.run(read())


def exported(program: Program, kind: str, *choice: str) -> str:
    ended = program("runs", "export", "--format", kind, *choice)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def refused(program: Program, kind: str, *choice: str) -> str:
    ended = program("runs", "export", "--format", kind, *choice)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    return ended.stderr.strip()


def test_speedscope_holds_every_profile(ran: Program) -> None:
    file = json.loads(exported(ran, "speedscope"))
    shown = {one["name"]: sum(one["weights"]) for one in file["profiles"]}
    thin = f"(thin: {SAMPLES} samples)"
    assert shown == {
        f"{mode}: {title} {thin}": pytest.approx(SAMPLES * 0.002)
        for title in ("nothing on", "everything on")
        for mode in ("cpu", "await")
    }


def test_collapsed_is_narrowed(ran: Program) -> None:
    lines = exported(ran, "collapsed", "--flags", "all", "--mode", "await").splitlines()
    assert lines == [
        "invoke_agent writer (agents/agent.py:3) 30000",
        "invoke_agent writer (agents/agent.py:3);commit (sqlalchemy/engine.py:7) 30000",
    ]


def test_pyinstrument_holds_one_profile(ran: Any) -> None:
    choice = ("--flags", "parallelism,pooling", "--mode", "cpu")
    written = ran("runs", "export", "-f", "pyinstrument", *choice, "-o", "session.json")
    assert (written.returncode, written.stdout, written.stderr) == (0, "", "")
    session = json.loads((ran.folder / "session.json").read_text())
    assert session["sample_count"] == len(session["frame_records"]) == SAMPLES
    ways = "choose by --flags (none, all) and --mode (await or cpu)"
    assert refused(ran, "pyinstrument").endswith(f"there are 4: {ways}")


def test_timelines_are_the_spans_of_the_trials(ran: Program, trials: list[Trial]) -> None:
    recorded = [(trial.on, span.name) for trial in trials for span in trial.spans]
    assert {name for _, name in recorded} >= {"invoke_agent writer", "chat a-model", "execute_tool a-tool"}
    (resource,) = json.loads(exported(ran, "otlp-json"))["resourceSpans"]
    spans = resource["scopeSpans"][0]["spans"]
    assert sorted(span["name"] for span in spans) == sorted(name for _, name in recorded)
    events = json.loads(exported(ran, "chrome-trace", "--flags", "pooling"))["traceEvents"]
    names = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
    shown = [e["name"] for e in events if e["ph"] == "X" and names[e["tid"]] != "critical path"]
    assert sorted(shown) == sorted(name for on, name in recorded if on == {"pooling"})


@pytest.mark.parametrize("kind", ["speedscope", "otlp-json"])
def test_a_run_without_them_says_what_to_do(
    shown: Any, program_in: Callable[[Path], Program], kind: str
) -> None:
    line = refused(program_in(shown.folder), kind)
    assert line.startswith("error: run 2") and "'agentperf run SCENARIO" in line
    assert ("--profile" in line) == (kind == "speedscope")


def test_what_can_not_be_chosen(ran: Program) -> None:
    assert "did you mean 'pooling'?" in refused(ran, "speedscope", "--flags", "poling")
    assert "csv holds no profiles, leave out --mode" in refused(ran, "csv", "--mode", "cpu")
