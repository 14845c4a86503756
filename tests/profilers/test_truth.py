"""Each profiler looks at a program whose shares are known, and is right where it claims to see."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from agentperf.profilers.codec import profile_from_json
from agentperf.profilers.locations import Locations
from agentperf.profilers.profile import Mode, Profile, ProfilerName
from agentperf.profilers.py_spy import record_command, refusal, windowed_profile
from agentperf.profilers.self_time import functions
from agentperf.profilers.window import WindowCpu

PROGRAM = Path(__file__).parent / "known_shares" / "program.py"
POINTS = 0.05
RATE_HZ = 500


@pytest.fixture(scope="module")
def by_py_spy(
    tmp_path_factory: pytest.TempPathFactory, do_without: Callable[[str, str], NoReturn]
) -> Profile:
    file = tmp_path_factory.mktemp("py-spy") / "profile.json"
    run = subprocess.run(
        [*record_command(file, rate_hz=RATE_HZ), sys.executable, PROGRAM, "py-spy"],
        capture_output=True,
        text=True,
    )
    if reason := refusal(run.stderr):
        do_without("ptrace", reason)
    assert run.returncode == 0, run.stderr
    printed = [line for line in run.stdout.splitlines() if line.startswith("{")]
    return windowed_profile(
        file,
        rate_hz=RATE_HZ,
        locations=Locations([PROGRAM.parent]),
        on=frozenset({"a"}),
        workload_digest="known",
        cpu=WindowCpu(**json.loads(printed[-1])),
    )


@pytest.fixture(scope="module")
def from_inside(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Profile]:
    def look(profiler: str) -> Profile:
        file = tmp_path_factory.mktemp(profiler) / "profile.json"
        subprocess.run([sys.executable, PROGRAM, profiler, file], check=True, stdout=subprocess.DEVNULL)
        return profile_from_json(json.loads(file.read_text()))

    return look


def share(profile: Profile, function: str) -> float:
    """With all that it called."""
    return sum(one.total_share for one in functions(profile) if one.function == function)


def test_py_spy_sees_cpu_time_of_all_threads(by_py_spy: Profile) -> None:
    assert (by_py_spy.profiler, by_py_spy.mode) == (ProfilerName.PY_SPY, Mode.CPU)
    # 1 : 3 on the loop's thread, 2 in another
    assert share(by_py_spy, "burns_one") == pytest.approx(1 / 6, abs=POINTS)
    assert share(by_py_spy, "burns_three") == pytest.approx(3 / 6, abs=POINTS)
    assert share(by_py_spy, "burns_in_a_thread") == pytest.approx(2 / 6, abs=POINTS)


def test_py_spy_leaves_out_what_is_outside_of_the_window(by_py_spy: Profile) -> None:
    # a stack that mixes two moments may mix the two sides of the window's edge
    assert share(by_py_spy, "burns_outside") < 0.01


def test_py_spy_sees_no_waiting_and_says_so(by_py_spy: Profile) -> None:
    assert share(by_py_spy, "waits_first") < 0.01
    assert "waits" in " ".join(by_py_spy.caveats)


def test_pyinstrument_sees_the_main_thread(from_inside: Callable[[str], Profile]) -> None:
    profile = from_inside("pyinstrument")
    assert (profile.profiler, profile.mode) == (ProfilerName.PYINSTRUMENT, Mode.WALL)
    one, three = share(profile, "burns_one"), share(profile, "burns_three")
    assert one / (one + three) == pytest.approx(1 / 4, abs=POINTS)
    assert share(profile, "burns_outside") == 0
    # what it can't see
    assert share(profile, "burns_in_a_thread") == 0
    assert "main thread only" in " ".join(profile.caveats)
    assert share(profile, "waits_first") < 0.01
    assert "in one select" in " ".join(profile.caveats)


def test_the_await_sampler_sees_what_tasks_wait_for(from_inside: Callable[[str], Profile]) -> None:
    profile = from_inside("await")
    assert (profile.profiler, profile.mode) == (ProfilerName.AWAIT_SAMPLER, Mode.AWAIT)
    assert share(profile, "waits_first") == pytest.approx(1 / 2, abs=POINTS)
    assert share(profile, "waits_second") == pytest.approx(1 / 2, abs=POINTS)
    assert profile.total_s == pytest.approx(2 * 0.6, rel=0.15)
    assert {sample.stack[-1].function for sample in profile.samples} <= {"sleep", "ready to run"}
    assert "same time" in " ".join(profile.caveats)
