"""From a user's wishes to a running process that has been sampled and shown."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import tempfile
from asyncio import StreamReader
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..experiments.preparation import RequestError
from ..profilers.locations import Locations
from ..profilers.profile import Profile
from ..profilers.py_spy import (
    Idle,
    Native,
    NoProfile,
    ProfilerMissing,
    attach_command,
    attached_profile,
    refusal,
)
from ..reports.combinations_table import Detail
from ..reports.profile_terminal import attached_report
from ..scenarios.invalid import InvalidValue
from ..scenarios.units import clock, parse_duration
from . import results
from .exit_code import ExitCode
from .interrupt import interrupts
from .terminal import terminal

NOT_PYTHON = ("python version", "python interpreter", "libpython", "process executable", "interpreter state")
LONGEST_S = 24 * 3600.0
NAME_CHARACTERS = 60
ASK_AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line of `attach` says."""

    pid: int
    duration_s: float
    rate_hz: int
    native: Native
    idle: Idle
    html: str | None
    show_progress: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A process as it was before it was sampled: it may be gone afterwards."""

    name: str
    folder: Path | None

    @classmethod
    def of(cls, pid: int) -> Subject:
        """Raises RequestError where there is none of that number."""
        try:
            os.kill(pid, 0)
        except (ProcessLookupError, OverflowError) as error:
            raise RequestError(f"there is no process {pid}") from error
        except PermissionError:
            pass
        words = folder = None
        with suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
        with suppress(OSError):
            folder = Path(f"/proc/{pid}/cwd").readlink()
        command = f": {shlex.join(words)}" if words else ""
        if len(command) > NAME_CHARACTERS:
            command = f"{command[: NAME_CHARACTERS - 1]}…"
        return cls(f"process {pid}{command}", folder)


def duration_s(text: str) -> float:
    """Raises RequestError."""
    try:
        seconds = parse_duration(text)
    except InvalidValue as error:
        raise RequestError(f"--duration: {error}") from error
    if not 0 < seconds <= LONGEST_S:
        raise RequestError(f"--duration: {text} is not between 0 and a day, give a few seconds")
    return seconds


def conduct(wishes: Wishes) -> ExitCode:
    """Sample it, show it. Raises RequestError, OSError."""
    subject = Subject.of(wishes.pid)
    results.check((), wishes.html)
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "attached.json"
        sampling = asyncio.run(_sample(wishes, subject, output))
        if not output.exists():
            if sampling.interrupted:  # before there was anything to report
                return ExitCode.INTERRUPTED
            raise RequestError(_why_not(wishes.pid, sampling.said))
        if "process exited" in sampling.said:
            terminal.warn(f"process {wishes.pid} ended while it was sampled; this is what there is")
        profile = _profile(wishes, subject, output)
    if not profile.samples:
        hint = "; --idle shows where it waits" if wishes.idle is Idle.LEFT_OUT else ""
        terminal.warn(f"process {wishes.pid} did nothing that could be sampled{hint}")
    if wishes.html != results.STANDARD_OUTPUT:
        detail = Detail.ALL if terminal.verbose else Detail.TOP
        terminal.out.print(attached_report(profile, subject.name, detail))
    if wishes.html is not None:
        from ..reports.page.page import render_profiles

        results.write(render_profiles([profile], subject.name), wishes.html)
    return ExitCode.INTERRUPTED if sampling.interrupted else ExitCode.DONE


@dataclass(slots=True)
class _Sampling:
    said: str = ""
    interrupted: bool = False


async def _sample(wishes: Wishes, subject: Subject, output: Path) -> _Sampling:
    """Runs py-spy until the time is up, the process ends or somebody presses Ctrl-C."""
    try:
        command = attach_command(
            wishes.pid, output, wishes.duration_s, wishes.rate_hz, wishes.native, wishes.idle
        )
    except ProfilerMissing as error:
        raise RequestError(str(error)) from error
    if wishes.show_progress:
        terminal.say(f"sampling {subject.name} for {clock(wishes.duration_s)}; Ctrl-C ends it early")
    sampling = _Sampling()
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=PIPE, start_new_session=True
    )
    try:
        assert process.stdout and process.stderr
        with interrupts(partial(_end_early, process, sampling), partial(_kill, process)):
            said = await asyncio.gather(_heard(process.stdout), _heard(process.stderr))
            await process.wait()
    finally:
        _kill(process)
    sampling.said = "".join(said)
    return sampling


async def _heard(stream: StreamReader) -> str:
    """All that is said, shown as it comes to who wants to see everything."""
    said = ""
    while read := (await stream.readline()).decode(errors="replace"):
        said += read
        if terminal.verbose and read.strip():
            terminal.say(read.strip())
    return said


def _end_early(process: Process, sampling: _Sampling) -> None:
    sampling.interrupted = True
    terminal.say("interrupted: reporting what there is; press Ctrl-C again to leave at once")
    _ask_to_end(process)


def _ask_to_end(process: Process) -> None:
    """Until it does: py-spy says that it samples a moment before it heeds a signal."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        asyncio.get_running_loop().call_later(ASK_AGAIN_S, _ask_to_end, process)


def _kill(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()


def _why_not(pid: int, said: str) -> str:
    """One line on why py-spy wrote nothing."""
    if reason := refusal(said):
        return f"process {pid} can't be sampled: {reason}"
    lines = [line.strip() for line in said.splitlines() if line.startswith("Error: ")]
    message = lines[0].removeprefix("Error: ") if lines else "py-spy said nothing"
    if "No such process" in said or not Path(f"/proc/{pid}").exists():
        return f"process {pid} ended before it could be sampled"
    if any(words in message.lower() for words in NOT_PYTHON):
        return f"process {pid} is not a Python program: {message}"
    return f"process {pid} can't be sampled: {message}"


def _profile(wishes: Wishes, subject: Subject, output: Path) -> Profile:
    locations = Locations([subject.folder] if subject.folder else [])
    try:
        return attached_profile(
            output, rate_hz=wishes.rate_hz, native=wishes.native, idle=wishes.idle, locations=locations
        )
    except NoProfile as error:
        raise RequestError(str(error)) from error
