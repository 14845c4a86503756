"""`--profile` with and without a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentperf.cli.arguments import DEFAULT, VALUES, with_value_of_profile
from agentperf.experiments.profile_choices import Profiled

WORDS = st.lists(st.sampled_from(["--profile", "key", "every", "quickstart", "--", "-q", "--profile=every"]))


def test_the_values_are_those_of_the_option() -> None:
    assert set(VALUES) == set(Profiled)
    assert DEFAULT == Profiled.KEY


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("run --profile quickstart", "run --profile=key quickstart"),
        ("run quickstart --profile", "run quickstart --profile=key"),
        ("run quickstart --profile every", "run quickstart --profile=every"),
        ("run --profile every quickstart", "run --profile=every quickstart"),
        ("run --profile key --profile", "run --profile=key --profile=key"),
        ("run quickstart --profile=every -q", "run quickstart --profile=every -q"),
        ("run quickstart --profile --html r.html", "run quickstart --profile=key --html r.html"),
        ("run -- --profile", "run -- --profile"),
        ("profile x --profile every", "profile x --profile every"),
        ("", ""),
        ("run", "run"),
    ],
)
def test_a_value_that_is_left_out_is_key(written: str, understood: str) -> None:
    assert with_value_of_profile(written.split()) == understood.split()


@given(WORDS)
def test_only_the_option_is_changed_and_once_is_enough(words: list[str]) -> None:
    once = with_value_of_profile(["run", *words])
    assert with_value_of_profile(once) == once
    options = once[: once.index("--")] if "--" in once else once
    assert "--profile" not in options
    given_values = sum(one.startswith("--profile") for one in ["run", *words][: len(options) + len(words)])
    assert sum(one.startswith("--profile") for one in once) == given_values


def test_other_commands_are_left_alone() -> None:
    assert with_value_of_profile(["runs", "--profile", "every"]) == ["runs", "--profile", "every"]
