"""One combination profiled: a fresh worker, py-spy as its parent, and what comes of both."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio import StreamReader
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..agents.extension import ExtensionError
from ..profilers.codec import profile_from_json
from ..profilers.locations import Locations
from ..profilers.profile import Profile
from ..profilers.py_spy import Native, NoProfile, ProfilerMissing, record_command, refusal, windowed_profile
from ..profilers.window import WindowCpu
from .combination import Combination
from .executor import WorkerLost
from .local_executor import after_saying, end_of
from .profile_choices import CpuProfiler
from .profile_job import ProfileJob
from .worker_process import FAREWELL_S, worker_process

WORKER = (sys.executable, "-u", "-P", "-m", "agentperf.experiments.profile_worker")
CHATTER = "py-spy> "
LOOK_S = 0.02


class ProfilerRefused(Exception):
    """py-spy can't look into the worker, on this machine or as this user."""


class WorkloadFault(Exception):
    """The workload failed; `traceback` says where, `warming_up` with which switches, if it was before."""

    def __init__(self, reason: str, traceback: str, warming_up: Combination | None) -> None:
        super().__init__(reason)
        self.traceback = traceback
        self.warming_up = warming_up


async def profiled(job: ProfileJob, native: Native, output: Callable[[str], None]) -> tuple[Profile, ...]:
    """The combination's profiles: of the CPU, and of what tasks wait for. `output` is told what is printed.

    Raises ProfilerRefused, WorkloadFault, WorkerLost, and ExtensionError for code that can't be loaded.
    """
    speedscope = job.answer.with_suffix(".speedscope.json")
    try:
        command = _command(job, native, speedscope)
    except ProfilerMissing as error:
        raise ProfilerRefused(str(error)) from error
    heard: deque[str] = deque(maxlen=1000)

    def hear(line: str) -> None:
        heard.append(line)
        output(line)

    process = await _run(job, command, hear)
    answer = _answer(job.answer)
    if answer is None:
        if job.profiler is CpuProfiler.PY_SPY and (reason := refusal("\n".join(heard))):
            raise ProfilerRefused(reason)
        raise WorkerLost(_lost(job, process, heard))
    if "invalid" in answer:
        raise ExtensionError(answer["invalid"])
    if "error" in answer:
        warmed = answer["warming_up"]
        raise WorkloadFault(
            answer["error"], answer["traceback"], None if warmed is None else frozenset(warmed)
        )
    profiles = tuple(map(profile_from_json, answer["profiles"]))
    if job.profiler is CpuProfiler.PYINSTRUMENT:
        return profiles
    try:
        seen = windowed_profile(
            speedscope,
            rate_hz=job.effort.rate_hz,
            native=native,
            locations=Locations([job.modules] if job.modules else []),
            on=job.on,
            workload_digest=job.workload_digest,
            cpu=WindowCpu(**answer["cpu"]),
        )
    except NoProfile as error:
        if process.returncode is not None and process.returncode < 0:  # py-spy was killed as it wrote
            raise WorkerLost(_lost(job, process, heard)) from error
        raise ProfilerRefused(refusal("\n".join(heard)) or str(error)) from error
    return seen, *profiles


def _command(job: ProfileJob, native: Native, speedscope: Path) -> Sequence[str]:
    if job.profiler is CpuProfiler.PYINSTRUMENT:
        return WORKER
    return [*record_command(speedscope, rate_hz=job.effort.rate_hz, native=native), *WORKER]


async def _run(job: ProfileJob, command: Sequence[str], hear: Callable[[str], None]) -> Process:
    """The process, which has ended; it is gone with all that it started."""
    async with worker_process(hear, command) as process:
        assert process.stdin and process.stdout
        with suppress(ConnectionError):  # py-spy was refused before the worker could read
            process.stdin.write(job.to_json().encode() + b"\n")
            await process.stdin.drain()
        reading = asyncio.create_task(_relay(process.stdout, hear))
        try:
            # process.wait() would wait, too, for whatever the workload left behind to let go of its pipes.
            while process.returncode is None:  # noqa: ASYNC110  (no event tells of the process alone)
                await asyncio.sleep(LOOK_S)
            await asyncio.wait({reading}, timeout=FAREWELL_S)
        finally:
            reading.cancel()
            await asyncio.wait({reading})
    return process


def _lost(job: ProfileJob, process: Process, heard: Iterable[str]) -> str:
    """Which program ended before it was done, and how, as far as that can be known."""
    if job.profiler is CpuProfiler.PYINSTRUMENT:
        ended = f"the profiled worker process {end_of(process)}"
    elif process.returncode:
        ended = f"py-spy, which looked at the worker process, {end_of(process)}"
    else:  # py-spy ends with 0, whatever becomes of the worker
        ended = "the profiled worker process ended before it was done"
    return f"{ended}{after_saying(heard)}"


async def _relay(stream: StreamReader, hear: Callable[[str], None]) -> None:
    """What is printed past the worker, without py-spy's own words."""
    while chunk := await stream.readline():
        line = chunk.decode(errors="replace").rstrip()
        if line and not line.startswith(CHATTER):
            hear(line)


def _answer(path: Path) -> dict[str, Any] | None:
    """What the worker found out; None where it did not get so far."""
    try:
        answer: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    return answer
