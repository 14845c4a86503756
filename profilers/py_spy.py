"""py-spy: samples a process from outside. Its commands, why it may be refused, and the file it writes."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from pathlib import Path

from .locations import Locations
from .native_frames import python_frame, waits, with_names
from .profile import Mode, Profile, ProfilerName, Sample
from .ptrace import refusal as refusal
from .speedscope_file import NoProfile as NoProfile
from .speedscope_file import read_speedscope as read_speedscope
from .window import MAIN_THREAD, WindowCpu, cut_to_window

PROGRAM = "py-spy"

UNSTOPPED_CAVEAT = (
    "The process is not stopped to be looked at: where calls are short, a stack in fifty mixes two moments."
)
STOPPED_CAVEAT = (
    "The process is stopped to be looked at, which wakes its waiting threads: some are taken for running, "
    "as those that wait for a disk, or to read from a pipe."
)
WAITING_CAVEAT = (
    "CPU time only: a thread that waits for a disk, a socket, a lock or another thread is left out, "
    "and so is one caught in a function that does nothing but wait, as the event loop's select."
)
SET_UP_CAVEAT = "What threads beside the event loop's do was sampled while trials were set up, too."
C_CAVEAT = "Time in C code is charged to the Python function that called it."
GREENLET_CAVEAT = (
    "What SQLAlchemy runs in a greenlet has no caller here: it stands beside the event loop, not below it."
)


class Native(Enum):
    """Whether stacks go on into C, C++ and Cython code: slower, and not on every platform."""

    OFF = "off"
    ON = "on"


class Idle(Enum):
    """What becomes of threads that wait."""

    LEFT_OUT = "left out"
    COUNTED = "counted"


class ProfilerMissing(Exception):
    """A profiler's program is not installed."""


def record_command(output: Path, *, rate_hz: int, native: Native = Native.OFF) -> list[str]:
    """What to put before the command line of a Python program, which py-spy then starts and samples.

    Standard input and output go to that program; py-spy's own lines, on standard output, begin with
    "py-spy> ". It ends with 0 whatever the program ends with. Raises ProfilerMissing.
    """
    return [*_record(output, rate_hz, native), "--"]


def attach_command(
    pid: int,
    output: Path,
    duration_s: float,
    rate_hz: int,
    native: Native = Native.OFF,
    idle: Idle = Idle.LEFT_OUT,
) -> list[str]:
    """Samples a process that runs already, for so many seconds, rounded up. Raises ProfilerMissing."""
    return [
        *_record(output, rate_hz, native),
        *(["--idle"] if idle is Idle.COUNTED else []),
        *("--duration", str(max(1, math.ceil(duration_s))), "--pid", str(pid)),
    ]


def _record(output: Path, rate_hz: int, native: Native) -> list[str]:
    # speedscope: the only format that keeps the order of samples and any name of a function whatever.
    # nonblocking: a process that is stopped for each sample has its waiting threads woken as often, and on a
    # busy machine each was seen running in 10 % of all samples: more than all that some programs really do.
    return [
        *(_program(), "record", "--format", "speedscope", "--function", "--full-filenames", "--threads"),
        "--native" if native is Native.ON else "--nonblocking",  # which exclude each other
        *("--rate", str(rate_hz), "--output", str(output)),
    ]


def _program() -> str:
    beside = shutil.which(PROGRAM, path=str(Path(sys.executable).parent))
    found = beside or shutil.which(PROGRAM)
    if found is None:
        raise ProfilerMissing("py-spy is not installed: pip install py-spy")
    return found


def windowed_profile(
    path: Path,
    *,
    rate_hz: int,
    native: Native = Native.OFF,
    locations: Locations,
    on: frozenset[str],
    workload_digest: str,
    cpu: WindowCpu | None = None,
) -> Profile:
    """What py-spy saw of a worker's measured windows. Raises NoProfile.

    Where `cpu` says what these took, threads beside the loop's are weighted to have their share of it: they
    are sampled at all times, be it while a trial is set up.
    """
    samples = _running(cut_to_window(_read(path, native)), locations)
    if cpu is not None:
        samples = _weighted(samples, cpu)
    threads = {sample.thread for sample in samples} - {MAIN_THREAD}
    roots = {sample.stack[0].file.split("/")[0] for sample in samples}
    caveats = (
        *_caveats(native),
        *([SET_UP_CAVEAT] if threads else []),
        *([GREENLET_CAVEAT] if "sqlalchemy" in roots else []),
    )
    return Profile(ProfilerName.PY_SPY, Mode.CPU, 1 / rate_hz, samples, on, workload_digest, caveats)


def _weighted(samples: tuple[Sample, ...], cpu: WindowCpu) -> tuple[Sample, ...]:
    """Threads beside the loop's with their share of the CPU time."""
    loop_s = sum(sample.weight_s for sample in samples if sample.thread == MAIN_THREAD)
    others_s = sum(sample.weight_s for sample in samples) - loop_s
    if not (loop_s and others_s and cpu.loop_s):
        return samples
    factor = loop_s / cpu.loop_s * cpu.others_s / others_s
    return tuple(
        one if one.thread == MAIN_THREAD else replace(one, weight_s=round(one.weight_s * factor, 9))
        for one in samples
    )


def attached_profile(
    path: Path,
    *,
    rate_hz: int,
    native: Native = Native.OFF,
    idle: Idle = Idle.LEFT_OUT,
    locations: Locations,
) -> Profile:
    """What py-spy saw of a whole process, as it was told to look at it. Raises NoProfile."""
    samples = _read(path, native)
    if idle is Idle.COUNTED:
        told = tuple(caveat for caveat in _caveats(native) if caveat != WAITING_CAVEAT)
        samples = locations.shortened(samples)
        return Profile(ProfilerName.PY_SPY, Mode.WALL, 1 / rate_hz, samples, caveats=told)
    samples = _running(samples, locations)
    return Profile(ProfilerName.PY_SPY, Mode.CPU, 1 / rate_hz, samples, caveats=_caveats(native))


def _read(path: Path, native: Native) -> tuple[Sample, ...]:
    """All samples of the file; file names are absolute."""
    samples = read_speedscope(path)
    return with_names(samples) if native is Native.ON else samples


# A thread on its way into or out of such a wait is still, or again, runnable: on a busy machine that was one
# in six samples, where the call itself takes a hundredth of the CPU time.
_WAITS = {
    "selectors.py": {"select"},
    "threading.py": {"wait", "join", "_wait_for_tstate_lock"},
    "concurrent/futures/thread.py": {"_worker"},
    "asyncio/unix_events.py": {"_do_waitpid"},
    "subprocess.py": {"_try_wait"},
}


def _running(samples: Iterable[Sample], locations: Locations) -> tuple[Sample, ...]:
    """Those that were not caught in a function that does nothing but wait, with short file names.

    By what Python last called, where C code stands below it as well: py-spy asks for no more. A wait that no
    function of Python's library is made for, as `time.sleep`, is told by the C library's.
    """
    return tuple(
        sample
        for sample in locations.shortened(sample for sample in samples if not waits(sample.stack))
        if (last := python_frame(sample.stack)).function.rpartition(".")[2] not in _WAITS.get(last.file, ())
    )


def _caveats(native: Native) -> tuple[str, ...]:
    if native is Native.ON:
        return WAITING_CAVEAT, STOPPED_CAVEAT
    return WAITING_CAVEAT, UNSTOPPED_CAVEAT, C_CAVEAT
