"""Shares of functions, and what changed between two profiles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentperf.profilers.difference import largest_changes, require_comparable
from agentperf.profilers.profile import Frame, Incomparable, Mode, Profile, ProfilerName, Sample
from agentperf.profilers.self_time import concern_shares, functions
from agentperf.scenarios.concerns import Concern


def profile(*stacks: tuple[str, float], mode: Mode = Mode.CPU) -> Profile:
    """Stacks are functions of one's own, apart by blanks, with their weights."""
    samples = tuple(
        Sample("MainThread", tuple(Frame(name, "./own.py", 1) for name in stack.split()), weight_s)
        for stack, weight_s in stacks
    )
    return Profile(ProfilerName.PY_SPY, mode, 0.005, samples, workload_digest="w")


def test_shares() -> None:
    by_name = {one.function: one for one in functions(profile(("a b", 1), ("a", 2), ("c", 1)))}
    assert (by_name["a"].self_share, by_name["a"].total_share) == (0.5, 0.75)
    assert (by_name["b"].self_share, by_name["b"].total_share) == (0.25, 0.25)
    assert [by_name[name].samples for name in "abc"] == [1, 1, 1]


def test_the_largest_own_share_comes_first() -> None:
    assert [one.function for one in functions(profile(("a b", 1), ("a", 2), ("a c", 4)))] == ["c", "a", "b"]


def test_recursion_counts_once() -> None:
    (one,) = functions(profile(("a a a", 3), ("a", 1)))
    assert (one.self_share, one.total_share, one.samples) == (1, 1, 2)


def test_one_function_for_two_concerns_is_two() -> None:
    dumps = Frame("dumps", "json/__init__.py", 1)
    samples = tuple(
        Sample("MainThread", (Frame("f", f"agentperf/agents/{file}", 1), dumps), 1.0)
        for file in ("monitoring.py", "notifications.py")
    )
    taken = Profile(ProfilerName.PY_SPY, Mode.CPU, 0.005, samples)
    found = {one.concern: one.self_share for one in functions(taken) if one.function == "dumps"}
    assert found == {Concern.MONITORING: 0.5, Concern.NOTIFICATIONS: 0.5}
    shares = concern_shares(taken)
    assert list(shares) == list(Concern)
    assert shares[Concern.MONITORING] == 0.5
    assert sum(shares.values()) == pytest.approx(1)


def test_an_empty_profile_has_no_functions() -> None:
    assert functions(profile()) == []
    assert set(concern_shares(profile()).values()) == {0.0}


def test_changes() -> None:
    old = profile(*[("a", 1.0)] * 600, *[("b", 1.0)] * 300, *[("c", 1.0)] * 100)
    new = profile(*[("a", 0.5)] * 300, *[("b", 0.5)] * 300, *[("d", 0.5)] * 400)
    changes = {one.function: one for one in largest_changes(new, old)}
    assert list(changes) == ["d", "a", "c"]  # b has the same share
    assert changes["d"].change == pytest.approx(0.4)
    assert changes["d"].old_share == 0
    assert changes["a"].change == pytest.approx(-0.3)
    assert changes["c"].new_share == 0
    assert all(one.sure for one in changes.values())
    assert [one.function for one in largest_changes(new, old, limit=1)] == ["d"]


def test_a_change_that_chance_explains_is_not_sure() -> None:
    old = profile(*[("a", 1.0)] * 10, *[("b", 1.0)] * 10)
    new = profile(*[("a", 1.0)] * 11, *[("b", 1.0)] * 9)
    assert not any(one.sure for one in largest_changes(new, old))


def test_one_sample_is_never_sure() -> None:
    assert not any(one.sure for one in largest_changes(profile(("a", 1)), profile(("b", 1))))


def test_an_empty_one_changes_everything() -> None:
    assert [one.change for one in largest_changes(profile(), profile(("a", 1)))] == [-1.0]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (profile(mode=Mode.AWAIT), "mode cpu can't be compared with one of mode await"),
        (replace(profile(), profiler=ProfilerName.PYINSTRUMENT), "by py-spy"),
        (replace(profile(), workload_digest="v"), "different workloads"),
    ],
)
def test_what_can_not_be_compared(other: Profile, says: str) -> None:
    with pytest.raises(Incomparable, match=says):
        require_comparable(profile(), other)


def test_another_interval_does_not_matter() -> None:
    require_comparable(profile(), replace(profile(), interval_s=0.01))
