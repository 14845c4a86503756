"""The profile pass, with real workers, a real py-spy and real refusals."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from agentperf.agents.extension import ExtensionError
from agentperf.experiments import profile_process
from agentperf.experiments.combination import Combination
from agentperf.experiments.experiment import Ending
from agentperf.experiments.job import OnError
from agentperf.experiments.profile_choices import CpuProfiler
from agentperf.experiments.profile_job import Effort
from agentperf.experiments.profile_pass import PassListener, ProfilePass, ProfileRequest
from agentperf.experiments.run import Run
from agentperf.experiments.store import Store
from agentperf.profilers.profile import Mode, Profile, ProfilerName
from agentperf.profilers.py_spy import ProfilerMissing
from agentperf.profilers.self_time import functions

Prepared = Callable[..., Run]
NOTHING, A = frozenset[str](), frozenset("a")
FEW = Effort(samples=10, rate_hz=200, phase_s=0.5)
WORKER_KILLED = "the profiled worker process was killed by SIGKILL"
WORKER_ENDED = "the profiled worker process ended before it was done"
PY_SPY_KILLED = "py-spy, which looked at the worker process, was killed by SIGKILL"
REFUSAL = "#!/bin/sh\necho 'Permission Denied: Try running again with elevated permissions' >&2\nexit 1\n"


@dataclass
class Heard:
    """All that a pass tells."""

    begun: list[Combination] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)
    taken_over: list[tuple[CpuProfiler, str]] = field(default_factory=list)
    at_begin: Callable[[], object] = lambda: None
    at_take_over: Callable[[], object] = lambda: None

    @property
    def listener(self) -> PassListener:
        def begins(number: int, on: Combination) -> None:
            assert number == len(self.begun)
            self.begun.append(on)
            self.at_begin()

        def takes_over(profiler: CpuProfiler, why: str) -> None:
            self.taken_over.append((profiler, why))
            self.at_take_over()

        return PassListener(begins, self.lines.append, self.tracebacks.append, takes_over)


@dataclass
class Passed:
    """A pass that has ended, with what the store holds of it."""

    profiles: list[Profile]
    failures: Sequence[str]
    heard: Heard
    stopped: bool
    left: Sequence[Combination]


Conduct = Callable[..., Awaitable[Passed]]


@pytest.fixture
def take(tmp_path: Path) -> Conduct:
    async def take(
        run: Run,
        combinations: Sequence[Combination],
        profiler: CpuProfiler = CpuProfiler.PYINSTRUMENT,
        on_error: OnError = OnError.STOP,
        stop_at: int | None = None,
        there: Sequence[Profile] = (),
        stop_at_take_over: bool = False,
    ) -> Passed:
        heard = Heard()
        async with Store.open(tmp_path / "results.db") as store:
            await store.add_run(run)
            for profile in there:
                await store.add_profile(run.id, profile)
            request = ProfileRequest(profiler, effort=FEW)
            taken = ProfilePass(run, store, tmp_path, request, on_error, heard.listener)
            if stop_at is not None:
                heard.at_begin = lambda: taken.stop() if len(heard.begun) == stop_at else None
            if stop_at_take_over:
                heard.at_take_over = taken.stop
            await taken.conduct(combinations)
            profiles, left = await store.profiles(run.id), await taken.left(combinations)
        return Passed(profiles, [failure.reason for failure in taken.failures], heard, taken.stopped, left)

    return take


def parent_of(pid: int) -> tuple[int, bytes]:
    """Its number and command line."""
    parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return parent, Path(f"/proc/{parent}/cmdline").read_bytes()


@dataclass(frozen=True)
class Knocked:
    """Who knocks with these parameters is never let in; `by` is the process that did."""

    parameters: dict[str, str]
    by: asyncio.Future[int]


@asynccontextmanager
async def doorkeeper(tmp_path: Path) -> AsyncIterator[Knocked]:
    by: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        by.set_result(int(await reader.readline()))
        await reader.read()
        writer.close()

    door = tmp_path / "door"
    async with await asyncio.start_unix_server(answer, door):
        yield Knocked({"door": str(door)}, by)


async def test_py_spy_sees_what_computes_and_the_await_sampler_what_waits(
    tracing: None, prepared: Prepared, reference: Any, take: Conduct
) -> None:
    document = dict(reference) | {
        "steps": [{"agent": "thinker", "cpu": "30ms"}, {"agent": "waiter", "llm": {"latency": "30ms"}}]
    }
    run = prepared(document)
    passed = await take(run, [A], CpuProfiler.PY_SPY)
    assert passed.failures == []
    awaited, cpu = passed.profiles
    assert (cpu.profiler, cpu.mode) == (ProfilerName.PY_SPY, Mode.CPU)
    assert (awaited.profiler, awaited.mode) == (ProfilerName.AWAIT_SAMPLER, Mode.AWAIT)
    for profile in passed.profiles:
        assert profile.on == A and profile.workload_digest == run.workload_digest
        assert profile.samples and profile.thin
        files = {frame.file for sample in profile.samples for frame in sample.stack}
        assert not any(file.startswith("/") or "experiments/" in file for file in files)
    assert "compute" in {one.function for one in functions(cpu)}
    assert "sleep" in {one.function for one in functions(awaited)}


async def test_pyinstrument_does_without_tracing(prepared: Prepared, take: Conduct) -> None:
    passed = await take(prepared(does="compute"), [A])
    awaited, wall = passed.profiles
    assert (wall.profiler, wall.mode) == (ProfilerName.PYINSTRUMENT, Mode.WALL)
    assert awaited.mode is Mode.AWAIT
    assert {one.file for one in functions(wall) if one.function == "compute"} == {"./bench.py"}


@pytest.fixture
def in_place_of_py_spy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has the pass run a script with the worker's command line behind `--`."""

    def put(script: str) -> None:
        program = tmp_path / "py-spy"
        program.write_text(script)
        program.chmod(0o755)
        monkeypatch.setattr(profile_process, "record_command", lambda *_, **how: [str(program), "--"])

    return put


@pytest.fixture
def refused(in_place_of_py_spy: Callable[[str], None]) -> None:
    """A machine that refuses py-spy, as far as this process can tell."""
    in_place_of_py_spy(REFUSAL)


async def test_where_py_spy_is_refused_pyinstrument_takes_over_for_all(
    refused: None, prepared: Prepared, take: Conduct
) -> None:
    passed = await take(prepared(does="compute"), [A, frozenset("ab")], CpuProfiler.PY_SPY)
    ((profiler, why),) = passed.heard.taken_over
    assert profiler is CpuProfiler.PYINSTRUMENT
    assert "ptrace" in why and "\n" not in why
    assert passed.heard.begun == [A, frozenset("ab")]
    assert [profile.mode for profile in passed.profiles] == [Mode.AWAIT, Mode.WALL] * 2


async def test_what_pyinstrument_has_profiled_before_it_does_not_profile_again(
    refused: None, prepared: Prepared, take: Conduct
) -> None:
    nothing = Profile(ProfilerName.PYINSTRUMENT, Mode.WALL, 0.001, (), on=frozenset("ab"))
    there = [nothing, replace(nothing, mode=Mode.AWAIT), replace(nothing, on=A)]
    passed = await take(prepared(does="compute"), [A, frozenset("ab")], CpuProfiler.PY_SPY, there=there)
    assert passed.heard.begun == [A]
    assert [
        (profile.on, bool(profile.samples)) for profile in passed.profiles if profile.mode is Mode.WALL
    ] == [
        (A, True),
        (frozenset("ab"), False),
    ]


async def test_what_is_left_goes_by_the_profiler_that_took_over(
    refused: None, prepared: Prepared, take: Conduct
) -> None:
    nothing = Profile(ProfilerName.PYINSTRUMENT, Mode.WALL, 0.001, (), on=A)
    there = [nothing, replace(nothing, mode=Mode.AWAIT), replace(nothing, on=NOTHING)]
    passed = await take(
        prepared(does="compute"), [A, NOTHING], CpuProfiler.PY_SPY, there=there, stop_at_take_over=True
    )
    assert passed.stopped and passed.heard.begun == [A]
    assert passed.left == (NOTHING,)


async def test_a_program_that_is_missing_is_a_refusal(
    prepared: Prepared, take: Conduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*arguments: Any, **how: Any) -> list[str]:
        raise ProfilerMissing("py-spy is not installed")

    monkeypatch.setattr(profile_process, "record_command", missing)
    passed = await take(prepared(does="compute"), [A], CpuProfiler.PY_SPY)
    assert passed.heard.taken_over == [(CpuProfiler.PYINSTRUMENT, "py-spy is not installed")]
    assert len(passed.profiles) == 2


async def test_a_workload_that_fails_is_told_as_what_it_is_and_what_was_profiled_is_kept(
    prepared: Prepared, take: Conduct
) -> None:
    run = prepared(does="fail")
    passed = await take(run, [NOTHING, A, frozenset("b")])
    assert passed.failures == ["profiling with a on: ValueError: no such customer"]
    assert {profile.on for profile in passed.profiles} == {NOTHING}
    assert passed.heard.begun == [NOTHING, A]
    assert "bench.py" in passed.heard.tracebacks[0]


async def test_it_is_no_refusal_that_py_spy_was_killed_after_the_worker_was_done(
    in_place_of_py_spy: Callable[[str], None], prepared: Prepared, take: Conduct
) -> None:
    in_place_of_py_spy('#!/bin/sh\nshift\n"$@"\nkill -9 $$\n')
    passed = await take(prepared(does="compute"), [A], CpuProfiler.PY_SPY)
    assert passed.failures == [f"profiling with a on: {PY_SPY_KILLED}"]
    assert not passed.heard.taken_over


async def test_others_are_profiled_where_one_may_fail(prepared: Prepared, take: Conduct) -> None:
    passed = await take(prepared(does="fail"), [A, frozenset("b")], on_error=OnError.CONTINUE)
    assert len(passed.failures) == 1
    assert {profile.on for profile in passed.profiles} == {frozenset("b")}


async def test_a_trial_that_fails_before_is_named_as_what_it_was(prepared: Prepared, take: Conduct) -> None:
    passed = await take(prepared(does="fail", warmup=2), [NOTHING])
    assert passed.failures == [
        "warming up with a+b on, before profiling with nothing on: ValueError: no such customer"
    ]
    (traceback,) = passed.heard.tracebacks
    assert "bench.py" in traceback and "WarmUpFailed" not in traceback


@pytest.mark.parametrize(
    ("profiler", "end"),
    [(CpuProfiler.PY_SPY, "ended before it was done"), (CpuProfiler.PYINSTRUMENT, "ended with exit code 0")],
)
async def test_a_worker_that_dies_is_no_refusal(
    tracing: None, prepared: Prepared, take: Conduct, profiler: CpuProfiler, end: str
) -> None:
    passed = await take(prepared(does="leave"), [NOTHING], profiler)
    (failure,) = passed.failures
    assert failure == (
        f"profiling with nothing on: the profiled worker process {end}, after saying: about to leave"
    )
    assert not passed.heard.taken_over


@pytest.mark.parametrize(
    ("profiler", "killed", "end"),
    [
        (CpuProfiler.PYINSTRUMENT, "worker", WORKER_KILLED),
        (CpuProfiler.PY_SPY, "worker", WORKER_ENDED),  # how, py-spy does not tell
        (CpuProfiler.PY_SPY, "py-spy", PY_SPY_KILLED),
    ],
)
async def test_who_was_killed_is_said(
    tracing: None,
    prepared: Prepared,
    take: Conduct,
    tmp_path: Path,
    ended: Callable[[int], bool],
    profiler: CpuProfiler,
    killed: str,
    end: str,
) -> None:
    async with doorkeeper(tmp_path) as knocked:
        run = prepared(does="knock", parameters=knocked.parameters)
        passing = asyncio.ensure_future(take(run, [A], profiler))
        worker = await knocked.by
        os.kill(worker if killed == "worker" else parent_of(worker)[0], signal.SIGKILL)
        passed = await passing
    assert passed.failures == [f"profiling with a on: {end}"]
    assert not passed.heard.taken_over and ended(worker)


async def test_code_that_can_not_be_loaded_is_told_as_elsewhere(prepared: Prepared, take: Conduct) -> None:
    run = prepared()
    run.document["runtime"]["uses"] = "bench:nothing_of_the_kind"
    with pytest.raises(ExtensionError, match="nothing_of_the_kind"):
        await take(run, [NOTHING])


async def test_when_stopped_the_combination_at_hand_is_given_up(prepared: Prepared, take: Conduct) -> None:
    passed = await take(prepared(does="compute"), [A, frozenset("ab"), NOTHING], stop_at=2)
    assert passed.stopped
    assert passed.heard.begun == [A, frozenset("ab")]
    assert {profile.on for profile in passed.profiles} == {A}


def test_a_pass_says_when_it_will_end(prepared: Prepared, tmp_path: Path) -> None:
    store: Any = None
    taken = ProfilePass(prepared(), store, tmp_path, ProfileRequest(), OnError.STOP, Heard().listener)
    assert taken.stop() is Ending.WITHOUT_COMBINATION


async def test_what_a_workload_prints_is_relayed_without_py_spys_own_words(
    tracing: None, prepared: Prepared, take: Conduct
) -> None:
    passed = await take(prepared(does="tell_switches"), [A], CpuProfiler.PY_SPY)
    assert set(passed.heard.lines) == {"a"}
    assert len(passed.profiles) == 2


async def test_held_switches_are_on_and_discarded_trials_come_first(
    prepared: Prepared, take: Conduct
) -> None:
    run = prepared(does="tell_switches", flags=["a"], hold=["b"], warmup=2)
    passed = await take(run, [NOTHING])
    assert passed.heard.lines[:2] == ["b", "a b"]
    assert set(passed.heard.lines[2:]) == {"b"}


@pytest.mark.parametrize("does", ["leave_a_thread", "leave_a_child"])
async def test_threads_and_children_of_the_workload_hold_nothing_up(
    tracing: None, prepared: Prepared, take: Conduct, ended: Callable[[int], bool], does: str
) -> None:
    passed = await take(prepared(does=does), [NOTHING], CpuProfiler.PY_SPY)
    assert len(passed.profiles) == 2, passed.failures
    for line in passed.heard.lines:
        assert ended(int(line.split()[1]))


async def test_a_pass_that_is_cancelled_leaves_no_process(
    tracing: None, prepared: Prepared, take: Conduct, tmp_path: Path, ended: Callable[[int], bool]
) -> None:
    async with doorkeeper(tmp_path) as knocked:
        run = prepared(does="knock", parameters=knocked.parameters)
        passing = asyncio.ensure_future(take(run, [NOTHING], CpuProfiler.PY_SPY))
        worker = await knocked.by
        parent, command = parent_of(worker)
        assert b"py-spy" in command
        passing.cancel()
        await asyncio.wait({passing})
    assert passing.cancelled()
    assert ended(worker) and ended(parent)
