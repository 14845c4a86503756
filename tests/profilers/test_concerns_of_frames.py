"""What each frame is about, from the table and from its callers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

import agentperf.agents
from agentperf.profilers.awaiting import READY
from agentperf.profilers.codec import profile_from_json
from agentperf.profilers.concerns import concerns_of
from agentperf.profilers.locations import Locations
from agentperf.profilers.profile import Frame, Profile
from agentperf.profilers.py_spy import record_command, refusal, windowed_profile
from agentperf.profilers.self_time import concern_shares
from agentperf.profilers.window import WindowCpu
from agentperf.scenarios.concerns import Concern

A = "agentperf/agents"
LOOP = ["asyncio/base_events.py run_forever", "asyncio/events.py Handle._run"]
WORK = [*LOOP, f"{A}/work.py SessionWork._advance"]
THREAD = ["threading.py Thread._bootstrap", "threading.py Thread.run"]

AGENT, SAVED, CONNECTED = Concern.AGENT_WORK, Concern.PERSISTENCE, Concern.CONNECTIONS
TOLD, VALID, WATCHED, STATE = (
    Concern.NOTIFICATIONS,
    Concern.VALIDATION,
    Concern.MONITORING,
    Concern.STATE,
)


def last_concerns(frames: list[str], count: int) -> list[Concern]:
    stack = tuple(Frame(function, file, 1) for file, _, function in (one.partition(" ") for one in frames))
    concerns = concerns_of(stack)
    assert len(concerns) == len(stack)
    return list(concerns[-count:])


@pytest.mark.parametrize(
    ("frames", "concerns"),
    [
        (LOOP, [Concern.EVENT_LOOP, Concern.EVENT_LOOP]),
        ([*LOOP, "selectors.py EpollSelector.select"], [Concern.EVENT_LOOP]),
        (WORK, [Concern.OTHER]),
        ([*WORK, f"{A}/labelled.py invoke_agent planner"], [AGENT]),
        ([*WORK, f"{A}/agent.py Agent.act", "asyncio/tasks.py sleep"], [AGENT, AGENT]),
        # an agent's own tools are its work
        ([*WORK, f"{A}/agent.py Agent.act", "./triage.py look_up", "sqlite3/dbapi2.py f"], [AGENT, AGENT]),
        ([*WORK, f"{A}/agent.py Agent.act", "sqlalchemy/pool/base.py connect"], [AGENT]),
        ([*WORK, f"{A}/persistence.py CommitEach._save", f"{A}/state.py State.snapshot"], [SAVED, STATE]),
        ([*WORK, f"{A}/state.py EagerState.view", "pydantic/main.py model_validate"], [STATE, STATE]),
        ([*WORK, f"{A}/validation.py validate", "pydantic/main.py model_validate"], [VALID, VALID]),
        ([*WORK, f"{A}/monitoring.py RecordFile.write", "json/__init__.py dumps"], [WATCHED, WATCHED]),
        ([*WORK, f"{A}/notifications.py publish", "json/__init__.py dumps"], [TOLD, TOLD]),
        ([*WORK, f"{A}/broadcast.py send", "websockets/frames.py f", "asyncio/x.py write"], [TOLD] * 3),
        ([*WORK, f"{A}/database.py Database.write", f"{A}/dialects.py _write_sqlite"], [SAVED, SAVED]),
        (
            [*WORK, f"{A}/database.py Database.write", f"{A}/database.py Database.connection"],
            [SAVED, CONNECTED],
        ),
        (
            [*WORK, f"{A}/database.py Database.connection", f"{A}/passage.py Passage.__aenter__", "x/y.py f"],
            [CONNECTED, CONNECTED, CONNECTED],
        ),
        # in a greenlet there is no caller
        (["sqlalchemy/engine/base.py Engine.connect", "sqlalchemy/pool/base.py f"], [CONNECTED, CONNECTED]),
        (["sqlalchemy/orm/query.py all", "sqlalchemy/engine/base.py execute"], [SAVED, SAVED]),
        # nor of ours in a thread
        ([*THREAD, "aiosqlite/core.py _connection_worker_thread"], [SAVED]),
        (
            [*THREAD, "aiosqlite/core.py run", "aiosqlite/core.py connect.<locals>.connector"],
            [SAVED, CONNECTED],
        ),
        ([*THREAD, "concurrent/futures/thread.py _worker", f"{A}/monitoring.py f"], [WATCHED]),
        ([*LOOP, "websockets/asyncio/connection.py data_received"], [TOLD]),
        # one's own runtime: its libraries say what for
        ([*LOOP, "./bench.py run", "aiosqlite/core.py execute"], [AGENT, SAVED]),
        ([*LOOP, "./bench.py run", "aiosqlite/core.py Connection.__aenter__"], [AGENT, CONNECTED]),
        ([*LOOP, "./bench.py run", "pydantic/main.py model_validate"], [AGENT, VALID]),
        ([*LOOP, ".../lib/bench.py run", "asyncio/tasks.py sleep"], [AGENT, AGENT]),
        ([*LOOP, "./bench.py run", "numpy/core.py dot", "json/__init__.py dumps"], [AGENT] * 3),
        # native code is nobody's own
        ([*LOOP, ".../lib/libc.so.6 epoll_wait"], [Concern.EVENT_LOOP]),
        (["json/__init__.py dumps"], [Concern.OTHER]),
    ],
)
def test_concerns(frames: list[str], concerns: list[Concern]) -> None:
    assert last_concerns(frames, len(concerns)) == concerns


def test_what_is_waited_for() -> None:
    stack = (Frame("Database.write", f"{A}/database.py", 1), Frame("a thread", "", 0))
    assert concerns_of(stack)[-1] is SAVED
    assert concerns_of((stack[0], Frame(READY, "", 0)))[-1] is Concern.EVENT_LOOP


def test_an_empty_stack() -> None:
    assert concerns_of(()) == ()


def test_the_files_of_the_table_are_there() -> None:
    from agentperf.profilers import concerns

    folder = Path(agentperf.agents.__file__).parent
    named = {beginning for beginning, *_ in concerns._TABLE if beginning.startswith(f"{A}/")}
    assert {file for file in named if not (folder / Path(file).name).exists()} == set()


# On the reference runtime

PIPELINE = Path(__file__).parent / "known_shares" / "pipeline.py"


@pytest.fixture(scope="module")
def profiles(
    tmp_path_factory: pytest.TempPathFactory, do_without: Callable[[str, str], NoReturn]
) -> tuple[Profile, Profile]:
    """supervisor-pipeline with nothing on: of the CPU and of what tasks wait for."""
    folder = tmp_path_factory.mktemp("pipeline")
    run = subprocess.run(
        [*record_command(folder / "cpu.json", rate_hz=500), sys.executable, PIPELINE, folder / "await.json"],
        capture_output=True,
        text=True,
        env=os.environ | {"TMPDIR": str(folder)},
    )
    if reason := refusal(run.stderr):
        do_without("ptrace", reason)
    assert run.returncode == 0, run.stderr
    printed = [line for line in run.stdout.splitlines() if line.startswith("{")]
    cpu = windowed_profile(
        folder / "cpu.json",
        rate_hz=500,
        locations=Locations(),
        on=frozenset(),
        workload_digest="w",
        cpu=WindowCpu(**json.loads(printed[-1])),
    )
    return cpu, profile_from_json(json.loads((folder / "await.json").read_text()))


def test_little_of_the_reference_runtime_is_other(profiles: tuple[Profile, Profile]) -> None:
    for profile in profiles:
        shares = concern_shares(profile)
        assert shares[Concern.OTHER] < 0.1, shares
        assert shares[Concern.PERSISTENCE] > 0.02, shares


def test_agents_are_seen_to_wait(profiles: tuple[Profile, Profile]) -> None:
    _, awaited = profiles
    shares = concern_shares(awaited)
    assert shares[AGENT] > 0.1, shares
    names = {frame.function for sample in awaited.samples for frame in sample.stack}
    assert "invoke_agent planner" in names


def test_the_harness_is_not_seen(profiles: tuple[Profile, Profile]) -> None:
    files = {frame.file for profile in profiles for sample in profile.samples for frame in sample.stack}
    assert not [file for file in files if file.startswith(("agentperf/experiments", "agentperf/profilers"))]
