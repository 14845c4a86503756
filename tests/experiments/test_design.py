"""The full factorial design, and the order of its combinations in a block."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

import pytest

from agentperf.experiments.combination import ordered
from agentperf.experiments.design import full_factorial
from agentperf.experiments.experiment import block_order
from agentperf.scenarios.schema import DesignKind

NAMES = "abcdefgh"
EIGHT = full_factorial("abc").combinations


@pytest.mark.parametrize("size", range(9))
def test_every_combination_is_there_once(size: int) -> None:
    design = full_factorial(NAMES[:size])
    every = {frozenset(on) for length in range(size + 1) for on in combinations(NAMES[:size], length)}
    assert design.kind is DesignKind.FULL
    assert len(design.combinations) == 2**size
    assert set(design.combinations) == every


def test_standard_order_begins_with_nothing_and_changes_the_first_factor_fastest() -> None:
    assert list(EIGHT) == [frozenset(on) for on in ("", "a", "b", "ab", "c", "ac", "bc", "abc")]


def test_what_is_held_is_in_no_combination() -> None:
    design = full_factorial(["a", "b"], ["c"])
    assert design.held == ("c",)
    assert not any("c" in on for on in design.combinations)


def test_switches_are_named_in_the_order_of_the_scenario() -> None:
    assert ordered({"a", "b", "c"}, ("c", "a", "b")) == ("c", "a", "b")


def test_a_block_runs_every_combination_once() -> None:
    assert Counter(block_order(EIGHT, seed=1, block=0)) == Counter(EIGHT)


def test_the_order_depends_on_seed_and_block_and_on_nothing_else() -> None:
    assert block_order(EIGHT, seed=1, block=0) == block_order(EIGHT, seed=1, block=0)
    orders = {block_order(EIGHT, seed, block) for seed in range(20) for block in range(20)}
    assert len(orders) > 390  # of 400, drawn from 40,320


def test_places_are_balanced_over_many_blocks() -> None:
    """Each of 8 combinations stands in each of 8 places in an eighth of 4,000 blocks: 500 times, sd 21."""
    blocks = [block_order(EIGHT, seed=7, block=block) for block in range(4000)]
    seen = Counter((place, on) for order in blocks for place, on in enumerate(order))
    assert len(seen) == 64
    assert all(abs(times - 500) < 5 * 21 for times in seen.values())


def test_followers_are_balanced_over_many_blocks() -> None:
    """No combination has a favourite predecessor, whose warm caches it would inherit."""
    blocks = [block_order(EIGHT, seed=7, block=block) for block in range(4000)]
    seen = Counter(pair for order in blocks for pair in pairwise(order))
    assert len(seen) == 56
    assert all(abs(times - 500) < 5 * 21 for times in seen.values())
