"""A profile survives being written as JSON, and is small."""

from __future__ import annotations

import json
import random
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentperf.profilers.codec import NotAProfile, profile_from_json, profile_to_json
from agentperf.profilers.profile import Frame, Mode, Profile, ProfilerName, Sample

FRAMES = st.builds(Frame, st.text(max_size=20), st.text(max_size=10), st.integers(0, 10**6))
SAMPLES = st.builds(
    Sample,
    st.sampled_from(["MainThread", "a", 'odd "name"\n']),
    st.lists(FRAMES, max_size=6).map(tuple),
    st.floats(0, 1e6),
)
PROFILES = st.builds(
    Profile,
    st.sampled_from(ProfilerName),
    st.sampled_from(Mode),
    st.floats(1e-6, 1),
    st.lists(SAMPLES, max_size=30).map(lambda samples: tuple(samples * 2)),
    st.frozensets(st.text(max_size=8), max_size=3),
    st.none() | st.text(max_size=8),
    st.lists(st.text(max_size=20), max_size=2).map(tuple),
)


@settings(max_examples=60)
@given(PROFILES)
def test_round_trip(profile: Profile) -> None:
    assert profile_from_json(json.loads(json.dumps(profile_to_json(profile)))) == profile


def test_it_is_small() -> None:
    random_ = random.Random(0)
    frames = [Frame(f"function_{n}", f"package/module_{n % 40}.py", n) for n in range(300)]
    trunk = tuple(frames[:12])
    samples = tuple(
        Sample("MainThread", (*trunk, *random_.choices(frames, k=random_.randint(3, 25))), 0.005)
        for _ in range(1500)
    )
    profile = Profile(ProfilerName.PY_SPY, Mode.CPU, 0.005, samples)
    assert len(zlib.compress(json.dumps(profile_to_json(profile)).encode())) < 100_000


def test_equal_samples_in_a_row_are_one_run() -> None:
    one, other = Frame("one", "a.py", 1), Frame("other", "a.py", 9)
    samples = [Sample("MainThread", (one,), 0.005)] * 3 + [Sample("MainThread", (one, other), 0.005)] * 2
    written = profile_to_json(Profile(ProfilerName.PY_SPY, Mode.CPU, 0.005, tuple(samples)))
    assert written["runs"] == [[0, 0, 0.005, 3], [0, 1, 0.005, 2]]
    assert written["stacks"] == [[-1, 0], [0, 1]]


VALID = profile_to_json(
    Profile(ProfilerName.PY_SPY, Mode.CPU, 0.005, (Sample("t", (Frame("f", "a.py", 1),), 0.005),))
)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"mode": "heap"},
        {"profiler": "other"},
        {"stacks": [[0, 0]]},
        {"stacks": [[-2, 0]]},
        {"stacks": [[-1, 7]]},
        {"runs": [[0, 5, 0.005, 1]]},
        {"runs": [[-1, 0, 0.005, 1]]},
        {"runs": [[0, 0]]},
        {"frames": "none"},
        {"interval_s": None},
    ],
)
def test_what_is_no_profile_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(NotAProfile):
        profile_from_json(VALID | change)


@pytest.mark.parametrize("missing", sorted(VALID))
def test_nothing_may_be_missing(missing: str) -> None:
    with pytest.raises(NotAProfile):
        profile_from_json({key: value for key, value in VALID.items() if key != missing})
