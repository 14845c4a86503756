"""What was going on around a trial, on machines that tell more or less of it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agentperf.experiments.job import trial_from_json, trial_to_json
from agentperf.experiments.run import Run
from agentperf.experiments.surroundings import Lookout, Surroundings, load_average_1min, spin
from agentperf.experiments.trial import Trial

Conduct = Callable[..., Any]
Prepared = Callable[..., Run]


def cpu(folder: Path, number: int, khz: str) -> None:
    (folder / f"cpu{number}" / "cpufreq").mkdir(parents=True)
    (folder / f"cpu{number}" / "cpufreq" / "scaling_cur_freq").write_text(khz)


@pytest.fixture
def info(tmp_path: Path) -> Path:
    file = tmp_path / "cpuinfo"
    file.write_text(
        "processor\t: 0\ncpu MHz\t\t: 1800.5\n\nprocessor\t: 1\ncpu MHz\t\t: 2600.25\nflags\t\t: fpu\n"
    )
    return file


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine shall not make these files slow sources."""
    monkeypatch.setattr("agentperf.experiments.surroundings.PATIENCE_S", 10.0)


def test_the_clock_rate_is_that_of_the_fastest_cpu(tmp_path: Path, info: Path) -> None:
    for number, khz in enumerate(("1200000\n", "3400000\n", "800000\n")):
        cpu(tmp_path, number, khz)
    assert Lookout(tmp_path, info).look().cpu_mhz == 3400


def test_without_frequency_scaling_the_clock_rate_is_that_of_cpuinfo(tmp_path: Path, info: Path) -> None:
    assert Lookout(tmp_path, info).look().cpu_mhz == 2600.25
    cpu(tmp_path, 0, "<unknown>\n")
    assert Lookout(tmp_path, info).look().cpu_mhz == 2600.25


def test_a_machine_that_tells_nothing_has_no_clock_rate(tmp_path: Path, info: Path) -> None:
    info.write_text("Hardware\t: BCM2835\n")
    assert Lookout(tmp_path, info).look().cpu_mhz is None
    assert Lookout(tmp_path, tmp_path / "absent").look().cpu_mhz is None


def test_a_machine_without_a_load_average_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def unobtainable() -> tuple[float, float, float]:
        raise OSError("Load averages are unobtainable")

    monkeypatch.setattr(os, "getloadavg", unobtainable)
    assert load_average_1min() is None
    monkeypatch.delattr(os, "getloadavg")
    assert load_average_1min() is None


def test_a_slow_source_is_left_alone(tmp_path: Path, info: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentperf.experiments.surroundings.PATIENCE_S", 0.0)
    assert Lookout(tmp_path, info).look().cpu_mhz is None


def test_the_computation_is_always_the_same_and_takes_about_half_a_millisecond() -> None:
    before = time.time()
    looks = [Lookout().look() for _ in range(20)]
    assert len({spin() for _ in range(3)}) == 1
    assert all(before <= look.started_at <= time.time() for look in looks)
    fastest_s = min(look.spin_s for look in looks)
    assert 3e-5 < fastest_s < 3e-3


def test_every_trial_has_its_own_surroundings_and_they_are_stored(
    prepared: Prepared, conduct: Conduct
) -> None:
    found = [trial.surroundings for trial in conduct(prepared(blocks=2)).trials]
    assert [one.started_at for one in found] == sorted({one.started_at for one in found})
    assert len(found) == 8
    assert all(one.spin_s > 0 for one in found)


def test_a_failed_trial_has_them_too_and_they_come_back() -> None:
    trial = Trial(0, 1, frozenset("a"), "here/1", error="x", surroundings=Surroundings(1.5, None, 2.0, 1e-3))
    assert trial_from_json(json.loads(json.dumps(trial_to_json(trial)))) == trial


def test_a_record_from_before_they_were_measured_comes_back_without() -> None:
    trial = Trial(0, 1, frozenset("a"), "here/1")
    plain = trial_to_json(trial)
    del plain["surroundings"]
    assert trial_from_json(plain) == trial
