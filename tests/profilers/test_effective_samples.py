"""How many samples a profile is worth."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agentperf.profilers.profile import (
    ENOUGH_SAMPLES,
    Frame,
    Mode,
    Profile,
    ProfilerName,
    Sample,
    effective_samples,
)

WEIGHTS_S = st.floats(1e-6, 10.0)


@given(weight_s=WEIGHTS_S, number=st.integers(1, 2_000))
def test_of_equal_weight_each_counts(weight_s: float, number: int) -> None:
    assert effective_samples([weight_s] * number) == number


@given(weights_s=st.lists(WEIGHTS_S, min_size=1))
def test_of_unequal_weight_fewer_count(weights_s: list[float]) -> None:
    assert 1 <= effective_samples(weights_s) <= len(weights_s)
    assert effective_samples([2.0 * weight_s for weight_s in weights_s]) == effective_samples(weights_s)


@given(light=st.integers(1, 500), heavy=st.integers(1, 50), ratio=st.floats(1.0, 100.0))
def test_shares_scatter_as_those_of_so_many_equal_samples(light: int, heavy: int, ratio: float) -> None:
    """The variance of a weighted share is p (1 - p) sum w^2 / (sum w)^2."""
    weights_s = [1.0] * light + [ratio] * heavy
    variance = 0.25 * sum(one**2 for one in weights_s) / sum(weights_s) ** 2
    assert math.isclose(effective_samples(weights_s), 0.25 / variance, abs_tol=0.501)


def test_many_light_samples_do_not_make_a_profile_thick() -> None:
    stack = (Frame("work", "work.py", 1),)
    whole = tuple(Sample("MainThread", stack, 0.002) for _ in range(ENOUGH_SAMPLES))
    profile = Profile(ProfilerName.PY_SPY, Mode.CPU, 0.002, whole)
    assert not profile.thin
    light = tuple(Sample("saver", stack, 0.00001) for _ in range(3 * ENOUGH_SAMPLES))
    assert replace(profile, samples=whole[1:]).thin
    assert replace(profile, samples=(*whole[: ENOUGH_SAMPLES // 2], *light)).thin
    assert effective_samples([]) == 0
