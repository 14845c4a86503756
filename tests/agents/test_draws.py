"""Random numbers: the same for all combinations of a block, stratified over blocks, and never 0 or 1."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from itertools import product
from statistics import correlation
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agentperf.agents.draws import STRATA, Draws
from agentperf.agents.site import Site
from agentperf.scenarios.optimizations import Optimization
from agentperf.scenarios.schema import Scenario

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.integers(0, 50), st.integers(0, 1000), st.text(max_size=20), st.integers(0, 5))
def test_a_number_depends_on_its_place_only(
    seed: int, block: int, session: int, step: str, attempt: int
) -> None:
    draws, again = Draws(seed, block), Draws(seed, block)
    again.uniform(session + 1, step, attempt)  # what else is drawn, and when, does not matter
    drawn = draws.uniform(session, step, attempt)
    assert 0 < drawn < 1
    assert drawn == draws.uniform(session, step, attempt) == again.uniform(session, step, attempt)


@given(SEEDS, st.integers(0, 5), st.integers(0, 1000), st.text(max_size=20), st.integers(0, 5))
def test_ten_blocks_meet_each_tenth_once(
    seed: int, cycle: int, session: int, step: str, attempt: int
) -> None:
    blocks = range(cycle * STRATA, (cycle + 1) * STRATA)
    tenths = sorted(int(Draws(seed, block).uniform(session, step, attempt) * STRATA) for block in blocks)
    assert tenths == list(range(STRATA))


def test_places_differ() -> None:
    places = list(product((0, 1), (0, 1, 10, 11), (0, 1, 11), ("a", "b", "a/1"), (0, 1, 11)))
    drawn = {
        Draws(seed, block).uniform(session, step, attempt) for seed, block, session, step, attempt in places
    }
    assert len(drawn) == len(places)


@given(SEEDS, st.integers(0, 20))
@settings(max_examples=20, deadline=None)
def test_the_numbers_of_a_block_are_uniform(seed: int, block: int) -> None:
    """Kolmogorov-Smirnov, for numbers as they are and for their places within a stratum."""
    draws = Draws(seed, block)
    drawn = [draws.uniform(session, "step", 0) for session in range(1000)]
    for numbers in (sorted(drawn), sorted(number * STRATA % 1 for number in drawn)):
        distance = max(
            max(number - place / 1000, (place + 1) / 1000 - number) for place, number in enumerate(numbers)
        )
        assert distance * 1000**0.5 < 3  # more with a probability of 3e-8


@given(SEEDS, st.integers(0, 20))
@example(seed=5, block=0)
@settings(max_examples=20, deadline=None)
def test_the_place_within_a_stratum_tells_nothing_of_the_stratum(seed: int, block: int) -> None:
    draws = Draws(seed, block)
    drawn = [draws.uniform(session, "step", 0) * STRATA for session in range(1000)]
    assert abs(correlation([int(number) for number in drawn], [number % 1 for number in drawn])) < 0.2


@given(SEEDS)
@settings(max_examples=20)
def test_strata_of_different_places_are_in_unrelated_order(seed: int) -> None:
    draws = Draws(seed, 3)
    lower = sum(draws.uniform(session, "step", 0) < 0.5 for session in range(100))
    assert 15 < lower < 85  # beyond with a probability of 1e-12


@pytest.mark.parametrize("extreme", [0, 2**32 - 1])
def test_the_ends_are_kept_out_whatever_the_generator_brings(
    extreme: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bits = random.Random.getrandbits
    monkeypatch.setattr(random.Random, "getrandbits", lambda self, k: extreme if k == 32 else bits(self, k))
    numbers = {Draws(1, block).uniform(0, "step", 0) for block in range(STRATA)}
    assert len(numbers) == STRATA
    assert all(0 < number < 1 for number in numbers)


def test_all_combinations_meet_the_same_numbers(
    scenario: Callable[..., Scenario],
    site: Callable[..., Site],
    perform: Callable[..., Awaitable[Any]],
    virtual_time: Any,
) -> None:
    """The first combination draws them, the others find them drawn."""
    latency = {"latency": {"distribution": "exponential", "mean": "1s"}}
    steps = ({"agent": "a", "llm": latency, "tool": latency}, {"agent": "b", "needs": ["a"], "llm": latency})
    asked = scenario(*steps, load={"sessions": 3, "arrival_rate": "1/s"})
    place = site()
    used = []
    for number, enabled in enumerate((frozenset[str](), frozenset(map(str, Optimization)))):
        (directory := place.directory / str(number)).mkdir()
        virtual_time.run(perform(enabled, asked, Site(directory, place.draws, place.audience)))
        used.append(dict(place.draws._drawn))
    assert len(used[0]) == 3 * 4
    assert used[0] == used[1]
