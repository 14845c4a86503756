"""Which combinations the designs run, and their order in a block."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

import pytest

from agentperf.experiments.combination import ordered
from agentperf.experiments.design import (
    Design,
    explicit,
    fractional,
    full_factorial,
    one_at_a_time,
    rotating,
)
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


@pytest.mark.parametrize(("size", "blocks", "resolution"), [(5, 2, 5), (6, 2, 6), (7, 2, 7), (8, 4, 5)])
def test_a_rotation_is_the_full_factorial(size: int, blocks: int, resolution: int) -> None:
    design = rotating(NAMES[:size], ["x"])
    assert design.kind is DesignKind.ROTATING
    assert (len(design.parts), design.resolution, design.held) == (blocks, resolution, ("x",))
    assert {len(part) for part in design.parts} == {2**size // blocks}
    assert design.combinations == full_factorial(NAMES[:size]).combinations
    assert Counter(design.columns) == Counter(design.combinations)
    assert design.strata == tuple(block for block in range(blocks) for _ in range(2**size // blocks))
    assert design.aliases == ()


def test_a_fraction_is_the_same_in_every_block_and_knows_its_aliases() -> None:
    design = fractional("abcd")
    assert (design.kind, design.resolution) == (DesignKind.FRACTIONAL, 4)
    assert len(design.parts) == 1
    assert design.combinations == tuple(
        frozenset(on) for on in ("", "ab", "ac", "bc", "ad", "bd", "cd", "abcd")
    )
    assert design.aliases == ("a x b = c x d", "a x c = b x d", "a x d = b x c")


@pytest.mark.parametrize(("size", "combinations"), [(4, 10), (6, 14), (32, 66)])
def test_one_at_a_time_runs_each_alone_and_all_but_each(size: int, combinations: int) -> None:
    names = [f"switch{number}" for number in range(size)]
    design = one_at_a_time(names)
    assert design.kind is DesignKind.ONE_AT_A_TIME
    assert len(design.combinations) == len(design.columns) == combinations
    assert {len(on) for on in design.combinations} == {0, 1, size - 1, size}
    assert design.combinations[0] == frozenset() and design.combinations[-1] == frozenset(names)


@pytest.mark.parametrize("size", range(4))
def test_one_at_a_time_of_few_switches_is_the_full_design(size: int) -> None:
    assert one_at_a_time(NAMES[:size], ["x"]) == full_factorial(NAMES[:size], ["x"])


def test_a_list_of_one_s_own_is_run_as_it_is() -> None:
    design = explicit([frozenset("ab"), frozenset("c"), frozenset()], "abc", ["d"])
    assert design.kind is DesignKind.EXPLICIT
    assert design.parts == ((frozenset(), frozenset("ab"), frozenset("c")),)
    assert (design.factors, design.held) == (("a", "b", "c"), ("d",))


def test_what_a_list_never_switches_on_is_not_swept() -> None:
    design = explicit([frozenset(), frozenset("a"), frozenset("ac")], "abc")
    assert design.factors == ("a", "c")


def test_columns_count_repeats_and_combinations_do_not() -> None:
    none, both = frozenset[str](), frozenset("ab")
    design = Design(DesignKind.FULL, ("a", "b"), (), ((both, none, both), (none,)))
    assert design.combinations == (none, both)
    assert design.columns == (both, none, both, none)
    assert design.strata == (0, 0, 0, 1)


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
