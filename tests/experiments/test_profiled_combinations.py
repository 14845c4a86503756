"""Which combinations are profiled, and what a run of `profile` consists of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agentperf.experiments.design import Design, explicit, fractional, full_factorial, rotating
from agentperf.experiments.preparation import RequestError
from agentperf.experiments.profile_choices import CpuProfiler, Profiled
from agentperf.experiments.profile_job import Effort, ProfileJob
from agentperf.experiments.profile_preparation import Subject, prepare_profiled
from agentperf.experiments.profiled_combinations import profiled_combinations, without_profile
from agentperf.profilers.profile import Mode, Profile, ProfilerName
from agentperf.scenarios.choices import DesignKind
from agentperf.scenarios.loader import LoadedScenario, load
from agentperf.scenarios.schema import Measure


def named(combinations: tuple[frozenset[str], ...]) -> list[str]:
    return ["".join(sorted(on)) for on in combinations]


@pytest.mark.parametrize("design", [full_factorial("abcdef"), rotating("abcdef"), fractional("abcdef")])
def test_the_key_combinations_are_none_all_singles_and_all_but_one(design: Design) -> None:
    found = profiled_combinations(design, Profiled.KEY)
    assert len(found) == 14
    assert {len(on) for on in found} == {0, 1, 5, 6}


def test_every_combination_is_what_the_run_has() -> None:
    assert len(profiled_combinations(full_factorial("abcdef"), Profiled.EVERY)) == 64
    assert len(profiled_combinations(rotating("abcdef"), Profiled.EVERY)) == 64
    assert named(profiled_combinations(full_factorial(""), Profiled.EVERY)) == [""]


def test_of_a_list_only_what_stands_in_it() -> None:
    listed = explicit([frozenset("ab"), frozenset("a"), frozenset("abcd")], "abcd")
    assert named(profiled_combinations(listed, Profiled.KEY)) == ["a", "abcd"]
    assert named(profiled_combinations(listed, Profiled.EVERY)) == ["a", "ab", "abcd"]
    neither = explicit([frozenset("ab"), frozenset("cd")], "abcd")
    assert named(profiled_combinations(neither, Profiled.KEY)) == ["ab", "cd"]


def test_what_lacks_either_of_its_profiles_is_profiled_again() -> None:
    def profile(on: str, mode: Mode) -> Profile:
        return Profile(ProfilerName.PY_SPY, mode, 0.002, (), frozenset(on))

    there = [profile("a", Mode.CPU), profile("a", Mode.AWAIT), profile("b", Mode.CPU)]
    wanted = tuple(map(frozenset, ("", "a", "b")))
    assert named(without_profile(wanted, there, CpuProfiler.PY_SPY)) == ["", "b"]
    assert named(without_profile(wanted, there, CpuProfiler.PYINSTRUMENT)) == ["", "a", "b"]


def test_a_job_is_read_as_it_was_written(tmp_path: Path) -> None:
    job = ProfileJob(
        document={"name": "x"},
        workload_digest="digest",
        seed=7,
        on=frozenset("ab"),
        discarded=(frozenset(), frozenset("abc")),
        held=frozenset("h"),
        workspace=tmp_path,
        answer=tmp_path / "answer.json",
        modules=None,
        profiler=CpuProfiler.PYINSTRUMENT,
        effort=Effort(samples=5, rate_hz=100, phase_s=1.5),
    )
    for one in (job, replace(job, modules=tmp_path, discarded=())):
        assert ProfileJob.from_json(one.to_json()) == one
        assert "\n" not in one.to_json()
    assert json.loads(job.to_json())["on"] == ["a", "b"]


@pytest.fixture
def quickstart() -> LoadedScenario:
    return load("quickstart")


def test_a_run_of_two_combinations_keeps_what_all_and_nothing_mean(quickstart: LoadedScenario) -> None:
    subject = Subject("pooling, parallelism", against="none")
    run = prepare_profiled(quickstart, subject, 3, Measure())
    assert run.design.kind is DesignKind.EXPLICIT
    assert run.design.factors == quickstart.scenario.factors
    assert run.design.parts == ((frozenset({"pooling", "parallelism"}), frozenset()),)
    assert (run.blocks, run.max_blocks, run.precision_percent, run.budget_s) == (3, None, None, None)


def test_without_flags_everything_is_on(quickstart: LoadedScenario) -> None:
    assert Subject().of(quickstart.scenario) == (frozenset(quickstart.scenario.factors),)


def test_a_switch_that_the_scenario_does_not_sweep_may_be_looked_into(quickstart: LoadedScenario) -> None:
    run = prepare_profiled(quickstart, Subject("loop_clock"), 1, Measure())
    assert run.design.factors == (*quickstart.scenario.factors, "loop_clock")


@pytest.mark.parametrize(
    ("subject", "fault"),
    [
        (Subject("poling"), "unknown switch 'poling', did you mean 'pooling'?"),
        (Subject(""), "--flags names no switch, write 'none', 'all', or switches with commas between them"),
        (Subject("pooling,pooling"), "--flags names pooling twice"),
        (Subject("all,pooling"), "--flags: 'all' stands beside other switches, give it alone"),
        (Subject("none", "none"), "--flags and --against name the same combination, give two to compare"),
        (Subject("none", "x"), "unknown switch 'x'"),
    ],
)
def test_what_can_not_be_looked_into_is_one_clear_line(
    quickstart: LoadedScenario, subject: Subject, fault: str
) -> None:
    with pytest.raises(RequestError) as told:
        prepare_profiled(quickstart, subject, 3, Measure())
    assert str(told.value).startswith(fault)


def test_rules_of_the_scenario_do_not_act(quickstart: LoadedScenario) -> None:
    defaults = Measure.model_validate({"precision": "2%", "budget": "1m"})
    run = prepare_profiled(quickstart, Subject("none"), 2, defaults)
    assert (run.blocks, run.precision_percent, run.budget_s, run.spread_s) == (2, None, None, None)
