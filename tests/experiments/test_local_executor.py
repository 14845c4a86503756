"""Worker processes: what they report, what becomes of them, and what they can't do to the program."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from agentperf.agents.extension import ExtensionError
from agentperf.experiments.executor import Listener, WorkerLost
from agentperf.experiments.experiment import Failure
from agentperf.experiments.job import Job, OnError
from agentperf.experiments.local_executor import LocalExecutor
from agentperf.experiments.run import Run, StopReason
from agentperf.experiments.trial import Trial
from agentperf.experiments.worker import ERROR_CHARACTERS
from agentperf.scenarios.schema import Isolation

Conduct = Callable[..., Any]
Prepared = Callable[..., Run]


def job(run: Run, workspace: Path, *combinations: str) -> Job:
    return Job(
        document=run.document,
        seed=run.seed,
        block=0,
        first=0,
        combinations=tuple(map(frozenset, combinations or ("",))),
        discarded=(),
        held=frozenset(),
        workspace=workspace,
        modules=Path(run.modules or ""),
        on_error=OnError.STOP,
    )


class Door:
    """Where bench.knock tells that a trial is running, and waits until it is let in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._knocks: asyncio.Queue[tuple[int, asyncio.StreamWriter]] = asyncio.Queue()
        self._writers: list[asyncio.StreamWriter] = []

    async def _knocked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        await self._knocks.put((int(await reader.readline()), writer))

    @classmethod
    @asynccontextmanager
    async def opened(cls, path: Path) -> AsyncIterator[Door]:
        door = cls(path)
        async with await asyncio.start_unix_server(door._knocked, path):
            yield door
            for writer in door._writers:
                writer.close()

    async def knock(self) -> tuple[int, Callable[[], None]]:
        """The process whose trial is running now, and what lets it go on."""
        pid, writer = await self._knocks.get()
        return pid, writer.close


class Heard:
    """Everything that an executor tells."""

    def __init__(self) -> None:
        self.trials: list[Trial] = []
        self.lines: list[str] = []

    @property
    def listener(self) -> Listener:
        return Listener(lambda trial, traceback: self.trials.append(trial), self.lines.append)


@pytest.fixture
def door_path(tmp_path: Path) -> Path:
    return tmp_path / "door"


def test_what_a_workload_prints_is_relayed_and_does_not_get_into_the_reports(
    prepared: Prepared, conduct: Conduct
) -> None:
    conducted = conduct(prepared(does="speak", flags=[]))
    said = conducted.recorder.of("output")
    assert not conducted.failures
    assert said[:5] == ['{"finished": true}', "to the descriptor", "from a child", "40 %", "80 %"]
    assert "".join(said[5:-1]) == "y" * 100_000  # in parts
    assert said[-1] == "without an end"


def test_to_a_workload_standard_input_is_empty(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(does="read"))
    assert not conducted.failures
    assert len(conducted.trials) == 4


@pytest.mark.parametrize(
    ("does", "end"),
    [
        ("leave", "ended with exit code 0 during block 1, after saying: about to leave"),
        ("crash", "was killed by SIGSEGV during block 1"),
    ],
)
def test_a_worker_that_dies_fails_the_run(prepared: Prepared, conduct: Conduct, does: str, end: str) -> None:
    conducted = conduct(prepared(does=does, blocks=3))
    assert conducted.failures == [Failure(f"the worker process {end}")]
    assert conducted.run.stop_reason is StopReason.FAILED
    assert conducted.trials == []
    assert conducted.recorder.of("block started") == [0]


def test_a_worker_that_dies_costs_its_block_when_the_run_shall_continue(
    prepared: Prepared, conduct: Conduct
) -> None:
    conducted = conduct(prepared(does="leave", blocks=2, flags=[]), OnError.CONTINUE)
    assert len(conducted.failures) == len(conducted.recorder.of("worker lost")) == 2
    assert conducted.run.stop_reason is StopReason.BLOCKS


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("call_sys_exit", "session 0 called sys.exit(3)"),
        ("cancel_itself", "session 0 was cancelled from within"),
        ("fail", "ValueError: no such customer"),
        ("fail_in_a_group", "ValueError: no such customer"),
    ],
)
def test_a_session_that_ends_badly_fails_its_trial(
    prepared: Prepared, conduct: Conduct, does: str, reason: str
) -> None:
    conducted = conduct(prepared(does=does, flags=[], hold=["a"]))
    assert conducted.failures == [Failure(f"block 1, nothing on: {reason}")]
    assert conducted.run.stop_reason is StopReason.FAILED


def test_the_traceback_of_a_failed_trial_is_told(prepared: Prepared, conduct: Conduct) -> None:
    (traceback,) = conduct(prepared(does="fail", flags=[], hold=["a"])).recorder.of("traceback")
    assert traceback.startswith("Traceback")
    assert "bench.py" in traceback


def test_an_endless_message_is_shortened(prepared: Prepared, conduct: Conduct) -> None:
    (failure,) = conduct(prepared(does="fail_at_length", flags=[])).failures
    assert failure.reason.startswith("block 1, nothing on: ValueError: xxx")
    assert len(failure.reason) < ERROR_CHARACTERS + 50


@pytest.mark.parametrize(
    "uses", ["absent:open_runtime", "bench:absent", "bench:Parameters.absent", "quits:x"]
)
def test_code_that_can_not_be_loaded_is_an_error_in_one_line(
    prepared: Prepared, conduct: Conduct, uses: str
) -> None:
    run = prepared()
    run.document["runtime"]["uses"] = uses
    with pytest.raises(ExtensionError) as raised:
        conduct(run)
    assert str(raised.value).startswith(f"'{uses}' can't be loaded: ")
    assert "\n" not in str(raised.value)


async def test_a_worker_killed_during_a_trial_is_lost(
    prepared: Prepared, tmp_path: Path, door_path: Path
) -> None:
    run = prepared(does="knock", parameters={"door": str(door_path)})
    heard = Heard()
    async with Door.opened(door_path) as door:
        running = asyncio.create_task(
            LocalExecutor(Isolation.BLOCK).run(job(run, tmp_path, "", "a", "b"), heard.listener)
        )
        _, let_in = await door.knock()
        let_in()
        pid, _ = await door.knock()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(WorkerLost, match="was killed by SIGKILL during block 1"):
            await running
    assert [trial.on for trial in heard.trials] == [frozenset()]


async def test_stop_lets_the_running_trial_end_and_starts_no_other(
    prepared: Prepared, tmp_path: Path, door_path: Path
) -> None:
    run = prepared(does="knock", parameters={"door": str(door_path)})
    executor = LocalExecutor(Isolation.BLOCK)
    async with Door.opened(door_path) as door:
        running = asyncio.create_task(executor.run(job(run, tmp_path, "", "a", "b"), Heard().listener))
        _, let_in = await door.knock()
        executor.stop()
        executor.stop()
        let_in()
        trials = await running
    assert [(trial.on, trial.error) for trial in trials] == [(frozenset(), None)]
    assert await executor.run(job(run, tmp_path, "a"), Heard().listener) == []


async def test_stop_is_heard_while_the_worker_is_being_started(prepared: Prepared, tmp_path: Path) -> None:
    executor = LocalExecutor(Isolation.BLOCK)
    running = asyncio.create_task(executor.run(job(prepared(), tmp_path, "", "a"), Heard().listener))
    await asyncio.sleep(0)  # it has begun to start the process
    executor.stop()
    assert await running == []


async def test_whoever_gives_up_leaves_no_worker_behind(
    prepared: Prepared, tmp_path: Path, door_path: Path
) -> None:
    run = prepared(does="knock", parameters={"door": str(door_path)})
    async with Door.opened(door_path) as door:
        running = asyncio.create_task(
            LocalExecutor(Isolation.BLOCK).run(job(run, tmp_path), Heard().listener)
        )
        pid, _ = await door.knock()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_a_workload_leaves_running_is_ended_with_the_block(
    prepared: Prepared, conduct: Conduct, ended: Callable[[int], bool]
) -> None:
    conducted = conduct(prepared(does="leave_a_child", blocks=2))
    children = [int(line.split()[1]) for line in conducted.recorder.of("output")]
    assert not conducted.failures
    assert len(children) == 8
    assert all(map(ended, children))


def test_a_thread_that_does_not_end_does_not_hold_up_the_run(
    prepared: Prepared, conduct: Conduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agentperf.experiments.worker_process.FAREWELL_S", 0.2)
    conducted = conduct(prepared(does="leave_a_thread"))
    assert not conducted.failures
    assert len(conducted.trials) == 4


def test_isolation_by_trial_gives_each_a_process_of_its_own(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(isolation=Isolation.TRIAL))
    assert [trial.order for trial in conducted.trials] == [0, 1, 2, 3]
    assert len({trial.worker for trial in conducted.trials}) == 4
    assert len({trial.on for trial in conducted.trials}) == 4
    assert len({trial.outcome_digest for trial in conducted.trials}) == 1  # the same draws all the same


def test_isolation_by_trial_stops_at_a_failure(prepared: Prepared, conduct: Conduct) -> None:
    run = prepared(does="fail", parameters={"when": "b"}, hold=["b"], isolation=Isolation.TRIAL)
    conducted = conduct(run)
    assert conducted.recorder.of("trial ended") == [0]
    assert len(conducted.failures) == 1


def test_a_worker_of_an_own_runtime_imports_none_of_the_reference_runtime_s_parts(
    prepared: Prepared, conduct: Conduct
) -> None:
    (said,) = set(conduct(prepared(does="tell_imports")).recorder.of("output"))
    assert said == "none of them"
