"""py-spy's commands and its file, with threads and functions of any name."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from agentperf.profilers.locations import Locations
from agentperf.profilers.profile import Mode
from agentperf.profilers.py_spy import (
    WAITING_CAVEAT,
    Idle,
    Native,
    NoProfile,
    ProfilerMissing,
    attach_command,
    attached_profile,
    read_speedscope,
    record_command,
    refusal,
)

HOSTILE = 'he said "hi"; (x)\n</script><script>alert(1) ' + "n" * 3_000  # py-spy reads up to 4,095 characters
PROGRAM = f"""
import sys, threading, time
def burn():
    end = time.thread_time() + 0.3
    while time.thread_time() < end: pass
code = burn.__code__.replace(co_name={HOSTILE!r}, co_qualname={HOSTILE!r})
hostile = type(burn)(code, globals())
hostile()
for number in range(3):
    thread = threading.Thread(target=hostile, name=f"Thread-{{number + 7}} (work)")
    thread.start()
    thread.join()
print("said", sys.stdin.read())
"""


@pytest.fixture(scope="module")
def recorded(
    tmp_path_factory: pytest.TempPathFactory, do_without: Callable[[str, str], NoReturn]
) -> tuple[Path, str]:
    """The file, and what was printed."""
    file = tmp_path_factory.mktemp("py-spy") / "profile.json"
    run = subprocess.run(
        [*record_command(file, rate_hz=200), sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        input="hello",
    )
    if reason := refusal(run.stderr):
        do_without("ptrace", reason)
    assert run.returncode == 0, run.stderr
    return file, run.stdout


def test_standard_input_and_output_are_the_programs(recorded: tuple[Path, str]) -> None:
    _, printed = recorded
    own = [line for line in printed.splitlines() if line and not line.startswith("py-spy> ")]
    assert own == ["said hello"]


def test_any_name_is_read(recorded: tuple[Path, str]) -> None:
    samples = read_speedscope(recorded[0])
    # cut by py-spy or not, it begins as it was
    assert any(frame.function.startswith(HOSTILE[:40]) for sample in samples for frame in sample.stack)
    assert not any(frame.function.startswith("thread (") for sample in samples for frame in sample.stack)


def test_threads_that_differ_by_their_number_are_one(recorded: tuple[Path, str]) -> None:
    threads = {sample.thread for sample in read_speedscope(recorded[0])}
    assert {"MainThread", "work"} <= threads <= {"MainThread", "work", "Thread"}  # one that has no name yet


@pytest.mark.parametrize(("begins", "thread"), [("_run_module_as_main", "MainThread"), ("spawned", "Thread")])
def test_a_thread_whose_name_was_never_learned(tmp_path: Path, begins: str, thread: str) -> None:
    names = [("thread (7)", "", 0), (begins, "/main.py", 1), ("work", "/w.py", 1)]
    frames = [{"name": name, "file": file, "line": line} for name, file, line in names]
    nameless = {"name": 'Thread 7 ""', "samples": [[0, 1, 2]], "weights": [0.01]}
    file = tmp_path / "profile.json"
    file.write_text(json.dumps({"shared": {"frames": frames}, "profiles": [nameless]}))
    assert {sample.thread for sample in read_speedscope(file)} == {thread}


def test_threads_stand_one_after_another(recorded: tuple[Path, str]) -> None:
    threads = [sample.thread for sample in read_speedscope(recorded[0])]
    assert threads == sorted(threads, key=threads.index)


def test_the_profile_of_a_whole_process(recorded: tuple[Path, str]) -> None:
    profile = attached_profile(recorded[0], rate_hz=200, locations=Locations())
    assert profile.mode is Mode.CPU
    assert profile.workload_digest is None
    assert profile.interval_s == 0.005


@pytest.mark.parametrize(
    ("idle", "mode", "functions"),
    [(Idle.LEFT_OUT, Mode.CPU, ["work"]), (Idle.COUNTED, Mode.WALL, ["work", "wait"])],
)
def test_a_thread_that_waits_counts_where_it_is_asked_for(
    tmp_path: Path, idle: Idle, mode: Mode, functions: list[str]
) -> None:
    assert ("--idle" in attach_command(1, tmp_path / "f", 1.0, 200, idle=idle)) == (idle is Idle.COUNTED)
    frames = [
        {"name": "work", "file": "/w.py", "line": 1},
        {"name": "Condition.wait", "file": threading.__file__, "line": 1},
    ]
    recorded = {"name": "t", "samples": [[0], [0, 1]], "weights": [0.01, 0.01]}
    file = tmp_path / "profile.json"
    file.write_text(json.dumps({"shared": {"frames": frames}, "profiles": [recorded]}))
    profile = attached_profile(file, rate_hz=100, idle=idle, locations=Locations())
    assert profile.mode is mode
    assert [sample.stack[-1].function.rpartition(".")[2] for sample in profile.samples] == functions
    assert (WAITING_CAVEAT in profile.caveats) == (idle is Idle.LEFT_OUT)


def test_attaching(tmp_path: Path, do_without: Callable[[str, str], NoReturn]) -> None:
    file = tmp_path / "profile.json"
    busy = [sys.executable, "-c", "print('up', flush=True)\nwhile True: pass"]
    with subprocess.Popen(busy, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            process.stdout.readline()
            run = subprocess.run(
                attach_command(process.pid, file, duration_s=0.5, rate_hz=200), capture_output=True, text=True
            )
        finally:
            process.kill()
    if reason := refusal(run.stderr):
        do_without("ptrace", reason)
    assert run.returncode == 0, run.stderr
    assert {sample.stack[-1].function for sample in read_speedscope(file)} == {"<module>"}


def test_duration_is_in_whole_seconds(tmp_path: Path) -> None:
    for asked_s, told in ((0.2, "1"), (3, "3"), (3.1, "4")):
        command = attach_command(1, tmp_path / "f", asked_s, 200)
        assert command[command.index("--duration") + 1] == told


def test_native_stacks_need_the_process_stopped(tmp_path: Path) -> None:
    assert "--nonblocking" in record_command(tmp_path / "f", rate_hz=200)
    native = record_command(tmp_path / "f", rate_hz=200, native=Native.ON)
    assert "--native" in native
    assert "--nonblocking" not in native
    assert native[-1] == "--"


def test_py_spy_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ProfilerMissing, match="pip install py-spy"):
        record_command(tmp_path / "f", rate_hz=200)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b'{"shared": {"frames": []}, "profiles": [{"name": "t", "samples": [[0]], "weights": [1]}]}',
        b'{"shared": {"frames": []}, "profiles": [{"name": "t", "samples": [[]], "weights": []}]}',
        b'{"shared": {"frames": [{"name": "f"}]}, "profiles": []}',
        b"\xff\xfe",
    ],
)
def test_a_broken_file(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "profile.json"
    file.write_bytes(content)
    with pytest.raises(NoProfile):
        read_speedscope(file)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(NoProfile, match="left no profile"):
        read_speedscope(tmp_path / "profile.json")


def speedscope(*threads: tuple[str, list[str | None]]) -> dict[str, Any]:
    """Threads with, for each sample, the name that stands at its root."""
    frames, profiles = [{"name": "work", "file": "/w.py", "line": 1}], []
    for name, roots in threads:
        samples = []
        for root in roots:
            frames.append({"name": root or "thread (7)", "file": "", "line": 0})
            samples.append([len(frames) - 1, 0])
        profiles.append({"name": name, "samples": samples, "weights": [0.005] * len(samples)})
    return {"shared": {"frames": frames}, "profiles": profiles}


def test_a_number_that_two_threads_had_after_each_other_is_two_threads(tmp_path: Path) -> None:
    file = tmp_path / "profile.json"
    roots = [None, "thread (7): Thread-3 (work)", "thread (7): Thread-3 (work)", None, "thread (7): sampler"]
    file.write_text(json.dumps(speedscope(('Thread 7 "Thread-3 (work)"', roots))))
    assert [sample.thread for sample in read_speedscope(file)] == ["work"] * 3 + ["sampler"] * 2


@pytest.mark.parametrize(
    ("name", "roots", "thread"),
    [
        ('Thread 7 ""', [None, "thread (7): MainThread"], "MainThread"),
        ('Thread 7 "asyncio_3"', ["thread (7): asyncio_3"], "asyncio"),
        ('Thread 7 "ThreadPoolExecutor-0_1"', [None], "ThreadPoolExecutor-0"),
        ('Thread 7 ""', [None], "Thread"),
        ('Thread 7 ""', ["thread (7): Thread-12 (_connection_worker_thread)"], "_connection_worker_thread"),
        ('Thread 7 ""', ['thread (7): odd "name"\n(x)'], 'odd "name"\n(x)'),
        ("anything else", [None], "anything else"),
    ],
)
def test_the_names_of_threads(tmp_path: Path, name: str, roots: list[str | None], thread: str) -> None:
    file = tmp_path / "profile.json"
    file.write_text(json.dumps(speedscope((name, roots))))
    samples = read_speedscope(file)
    assert {sample.thread for sample in samples} == {thread}
    assert {frame.function for sample in samples for frame in sample.stack} == {"work"}
