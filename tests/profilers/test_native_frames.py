"""Frames of C: which of them wait, and what stands for those that have no name."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from agentperf.profilers.harness import beside_harness
from agentperf.profilers.locations import PACKAGE, Locations
from agentperf.profilers.native_frames import is_native, python_frame, waits, with_names
from agentperf.profilers.profile import Frame, Sample, Stack
from agentperf.profilers.py_spy import (
    Idle,
    Native,
    attached_profile,
    read_speedscope,
    record_command,
    refusal,
)

PROGRAM = """
import hashlib, select, socket, subprocess, sys, threading, time
ends = [socket.socketpair() for _ in range(3)]
def locks(): threading.Event().wait()
def receives(): ends[0][0].recv(1)
def selects(): select.select([ends[1][0]], [], [])
def polls():
    poll = select.poll()
    poll.register(ends[2][0], select.POLLIN)
    poll.poll()
def sleeps(): time.sleep(1000)
for wait in (locks, receives, selects, polls, sleeps):
    threading.Thread(target=wait, name=wait.__name__, daemon=True).start()
def computes():
    end = time.thread_time() + 1.5
    while time.thread_time() < end:
        hashlib.sha256(b"x" * 200_000).digest()
computes()
"""
WAITING = {"locks", "receives", "selects", "polls", "sleeps"}
LIBC = "/usr/lib/x86_64-linux-gnu/libc.so.6"
MUSL = "/lib/ld-musl-x86_64.so.1"
SQLITE = "/usr/lib/libsqlite3.so.0.8.6"
PYTHON = "/usr/lib/libpython3.13.so.1.0"
WORK = Frame("work", "/home/me/work.py", 1)
LOOP = Frame("BaseEventLoop._run_once", "/usr/lib/python3.13/asyncio/base_events.py", 1)


def stack(*frames: tuple[str, str]) -> Stack:
    return (WORK, *(Frame(function, file, 0) for function, file in frames))


def named(*frames: tuple[str, str]) -> list[str]:
    (sample,) = with_names([Sample("t", stack(*frames), 0.01)])
    return [frame.function for frame in sample.stack]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, do_without: Callable[[str, str], NoReturn]) -> Path:
    file = tmp_path_factory.mktemp("native") / "profile.json"
    command = [*record_command(file, rate_hz=200, native=Native.ON), sys.executable, "-c", PROGRAM]
    run = subprocess.run(command, capture_output=True, text=True)
    if reason := refusal(run.stderr):
        do_without("ptrace", reason)
    if not file.exists():
        pytest.skip(f"py-spy sees no native frames here: {run.stderr.strip()[-200:]}")
    return file


def test_what_waits_in_c_is_left_out(recorded: Path) -> None:
    profile = attached_profile(recorded, rate_hz=200, native=Native.ON, locations=Locations())
    by_thread = Counter(sample.thread for sample in profile.samples)
    assert by_thread["MainThread"] > 100
    assert sum(by_thread[thread] for thread in WAITING) < 0.05 * by_thread["MainThread"]
    assert not any(waits(sample.stack) for sample in profile.samples)


def test_what_waits_counts_where_it_is_asked_for(recorded: Path) -> None:
    profile = attached_profile(
        recorded, rate_hz=200, native=Native.ON, idle=Idle.COUNTED, locations=Locations()
    )
    assert len(profile.samples) == len(read_speedscope(recorded))


def test_no_address_is_shown(recorded: Path) -> None:
    functions = {frame.function for sample in read_speedscope(recorded) for frame in sample.stack}
    assert any(function.startswith("0x") for function in functions)  # else this asks for nothing
    for idle in Idle:
        profile = attached_profile(recorded, rate_hz=200, native=Native.ON, idle=idle, locations=Locations())
        shown = {frame.function for sample in profile.samples for frame in sample.stack}
        assert not any(function.startswith("0x") for function in shown)
        assert any("SHA256" in function or "sha256" in function for function in shown)


@pytest.mark.parametrize(
    ("frames", "functions"),
    [
        ([("free", LIBC), ("0x7f01", LIBC), ("0x7f02", LIBC)], ["work", "free"]),
        ([("0x7f01", SQLITE), ("0x7f02", SQLITE)], ["work", "libsqlite3.so.0.8.6 (no symbol)"]),
        (
            [("sqlite3_step", SQLITE), ("0x7f01", SQLITE), ("0x7f02", LIBC), ("0x7f03", SQLITE)],
            ["work", "sqlite3_step", "libc.so.6 (no symbol)", "libsqlite3.so.0.8.6 (no symbol)"],
        ),
        (
            [("sqlite3_step", SQLITE), ("0x7f01", SQLITE), ("malloc", LIBC)],
            ["work", "sqlite3_step", "malloc"],
        ),
        ([("0x7f01", "?")], ["work", "machine code (no symbol)"]),
        ([("0x7f01", "/x/_json.cpython-313t-x86_64-linux-gnu.so")], ["work", "_json.so (no symbol)"]),
        ([("0x7f01", "/x/core.abi3.so")], ["work", "core.so (no symbol)"]),
        ([("0xcafe_is_a_name", "/home/me/names.py")], ["work", "0xcafe_is_a_name"]),
    ],
)
def test_what_has_no_symbol(frames: list[tuple[str, str]], functions: list[str]) -> None:
    assert named(*frames) == functions


def test_a_thread_begins_with_what_has_a_name() -> None:
    begin, run = Frame("0x7f01", LIBC, 0), Frame("thread_run", PYTHON, 0)
    (sample, alone) = with_names([Sample("t", (begin, run, WORK), 0.01), Sample("t", (begin,), 0.01)])
    assert sample.stack == (run, WORK)
    assert [frame.function for frame in alone.stack] == ["libc.so.6 (no symbol)"]


@pytest.mark.parametrize(
    "frames",
    [
        [("select_epoll_poll_impl", "/src/Modules/selectmodule.c"), ("epoll_wait", LIBC)],
        [("time_sleep", PYTHON), ("__GI___clock_nanosleep", LIBC)],
        [("time_sleep", PYTHON), ("clock_nanosleep", MUSL)],
        [("compress", "/x/_zlib.so"), ("pthread_cond_timedwait", LIBC), ("libc.so.6 (no symbol)", LIBC)],
        [("select_poll", "/src/selectmodule.c"), ("__poll", "../sysdeps/unix/sysv/linux/poll.c")],
        [("PyThread_acquire_lock_timed", PYTHON), ("libc.so.6 (no symbol)", LIBC)],
        [("_queue_SimpleQueue_get_impl", "/src/_queuemodule.c"), ("libc.so.6 (no symbol)", LIBC)],
        [("sock_call_ex", "/src/socketmodule.c"), ("recv", LIBC)],
    ],
)
def test_the_c_librarys_waits(frames: list[tuple[str, str]]) -> None:
    assert waits(stack(*frames))


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [("free", LIBC), ("brk", LIBC)],
        [("poll", "/x/futures.abi3.so")],
        [("select", "/home/me/select.py")],
        [("burn", PYTHON), ("libc.so.6 (no symbol)", LIBC)],
        [("PyThread_acquire_lock_timed", PYTHON), ("sem_trywait", LIBC)],
        [("epoll_wait", LIBC), ("handler", "/home/me/signals.py")],
        [("_io_FileIO_readinto_impl", "/src/fileio.c"), ("read", LIBC)],
    ],
)
def test_all_else_runs(frames: list[tuple[str, str]]) -> None:
    assert not waits(stack(*frames))


def test_an_event_loop_receives_without_waiting() -> None:
    receiving = stack(("sock_call_ex", "/src/socketmodule.c"), ("recv", LIBC))
    assert not waits((LOOP, *receiving))


def test_what_python_last_called_is_found_below_c() -> None:
    assert python_frame(stack(("lock_acquire", PYTHON), ("free", LIBC))) is WORK
    assert python_frame(stack(("lock_acquire", "/usr/bin/python3.13"))) is WORK
    assert is_native("[vdso]") and not is_native("<frozen os>") and not is_native("/home/me/python/x.py")


def test_c_that_the_harness_calls_is_the_harnesss() -> None:
    assert beside_harness([str(PACKAGE / "experiments" / "load.py"), "/src/timemodule.c", LIBC]) is None
