"""The outcome digest, and which switch is blamed for changing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from agentperf.experiments.design import Design
from agentperf.experiments.outcome import OutcomeError, changed_by, digest, not_repeatable
from agentperf.experiments.run import Run, StopReason
from agentperf.experiments.trial import Trial
from agentperf.scenarios.choices import DesignKind

Conduct = Callable[..., Any]
Prepared = Callable[..., Run]

FACTORS = ("a", "b", "c")
CELLS = [frozenset(on) for size in range(4) for on in combinations(FACTORS, size)]
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
    max_leaves=8,
)


def trials(outcome: Callable[[frozenset[str]], Any]) -> list[Trial]:
    return [Trial(0, order, on, "worker", outcome_digest=str(outcome(on))) for order, on in enumerate(CELLS)]


@given(some.dictionaries(some.text(), JSON))
def test_the_order_of_keys_does_not_matter(outcome: Mapping[str, Any]) -> None:
    assert digest([outcome], None) == digest([dict(reversed(list(outcome.items())))], None)


def test_the_order_of_sessions_and_what_is_left_behind_do_matter() -> None:
    found = {digest([1, 2], None), digest([2, 1], None), digest([1, 2], {}), digest([None, None], None)}
    assert len(found) == 4


@pytest.mark.parametrize("outcome", [{1, 2}, object(), b"bytes", {("a",): 1}])
def test_what_is_not_json_is_refused(outcome: Any) -> None:
    with pytest.raises(OutcomeError, match="a session's outcome is not JSON"):
        digest([outcome], None)


def test_what_contains_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(OutcomeError):
        digest([loop], None)


def test_nobody_is_blamed_where_all_agree() -> None:
    assert changed_by(trials(lambda on: "same"), FACTORS) == ()


@pytest.mark.parametrize("guilty", [("a",), ("b",), ("a", "c"), FACTORS])
def test_those_switches_are_blamed_that_change_the_outcome(guilty: tuple[str, ...]) -> None:
    assert changed_by(trials(lambda on: sorted(on & set(guilty))), FACTORS) == guilty


def test_switches_that_change_it_only_together_are_both_blamed() -> None:
    assert changed_by(trials(lambda on: {"a", "b"} <= on), FACTORS) == ("a", "b")


def test_without_neighbours_every_switch_is_suspected() -> None:
    apart = [
        Trial(0, 0, frozenset(), "", outcome_digest="1"),
        Trial(0, 1, frozenset("ab"), "", outcome_digest="2"),
    ]
    assert changed_by(apart, ("a", "b")) == ("a", "b")


def test_in_a_fraction_the_smallest_sets_that_explain_the_difference_are_blamed() -> None:
    """No two trials of the half with an even number of switches on differ in one alone."""
    half = [trial for trial in trials(lambda on: "c" in on) if len(trial.on) % 2 == 0]
    assert changed_by(half, FACTORS) == ("c",)
    apart = [trial for trial in trials(lambda on: on == set("ab")) if len(trial.on) % 2 == 0]
    assert changed_by(apart, FACTORS) == FACTORS


def test_nobody_searches_for_long_among_many_switches() -> None:
    """There are 16 million sets of 24."""
    many = tuple("abcdefghijklmnopqrstuvwx")
    pairs = [frozenset(), *map(frozenset, combinations(many, 2))]
    unlike = [Trial(0, order, on, "", outcome_digest=str(order)) for order, on in enumerate(pairs)]
    assert changed_by(unlike, many) == many


def test_repeats_with_unlike_outcomes_are_found() -> None:
    repeated = [*trials(lambda on: "same"), Trial(0, 8, frozenset("a"), "", outcome_digest="another")]
    assert not_repeatable(repeated) == (frozenset("a"),)
    assert not_repeatable(repeated[:-1]) == ()
    assert not_repeatable(trials(lambda on: sorted(on))) == ()


def test_a_workload_that_is_not_deterministic_fails_the_run(prepared: Prepared, conduct: Conduct) -> None:
    """Its switches are not blamed for what differs between two trials of one combination."""
    repeated = Design(DesignKind.FULL, ("a",), (), ((frozenset(), frozenset("a"), frozenset("a")),))
    conducted = conduct(prepared(does="answer_at_random", design=repeated, blocks=2))
    assert [failure.reason for failure in conducted.failures] == [
        "the outcome of block 1 is not deterministic: trials with a on differ among themselves, "
        "draw all that is random from session.rng"
    ]
    assert conducted.run.stop_reason is StopReason.FAILED
    assert len(conducted.trials) == 3


def test_a_run_ends_with_the_block_whose_outcome_changed(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(does="differ", blocks=3))
    assert [failure.reason for failure in conducted.failures] == ["the outcome of block 1 depends on b"]
    assert conducted.run.stop_reason is StopReason.FAILED
    assert {trial.block for trial in conducted.trials} == {0}  # kept: it shows what changed


def test_no_outcome_at_all_is_fine(prepared: Prepared, conduct: Conduct) -> None:
    conducted = conduct(prepared(does="say_nothing"))
    assert not conducted.failures
    assert len({trial.outcome_digest for trial in conducted.trials}) == 1


def test_an_outcome_that_is_not_json_fails_the_trial(prepared: Prepared, conduct: Conduct) -> None:
    (failure,) = conduct(prepared(does="answer_with_a_set")).failures
    assert failure.reason.startswith("block 1, ")
    assert failure.reason.endswith(
        " on: a session's outcome is not JSON: Object of type set is not JSON serializable"
    )
