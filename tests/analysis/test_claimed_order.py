from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from agentperf.analysis.claimed_order import OrderClaim, judge_order
from agentperf.analysis.claims import ClaimVerdict
from agentperf.analysis.layout import FloatArray, Layout
from agentperf.analysis.winsorize import winsorize

Noise = Callable[[np.random.Generator, Layout, int], FloatArray]
SAVINGS = {"a": math.log(0.5), "b": math.log(0.6), "c": math.log(0.7), "d": math.log(0.8)}


def judged(
    layout: Layout, claimed: Sequence[str], sd: float = 0.005, blocks: int = 10, pair: float = 0
) -> OrderClaim | None:
    """The savings above, and a and c together take `pair` more."""
    level = np.array(
        [sum(SAVINGS[factor] for factor in cell) + pair * (cell >= {"a", "c"}) for cell in layout.cells]
    )
    return judge_order(
        layout, winsorize(level + np.random.default_rng(3).normal(0, sd, (blocks, len(level)))), claimed
    )


def test_the_right_order_is_confirmed(factorial: Callable[[str], Layout]) -> None:
    assert judged(factorial("abcd"), "abcd") == OrderClaim(tuple("abcd"), ClaimVerdict.CONFIRMED)


def test_a_wrong_order_is_refuted_at_its_first_wrong_step(factorial: Callable[[str], Layout]) -> None:
    found = judged(factorial("abcd"), "adcb")
    assert found is not None
    assert (found.verdict, found.step, found.better) == (ClaimVerdict.REFUTED, 2, "b")
    assert found.advantage is not None
    assert found.advantage.ratio == pytest.approx(0.6 / 0.8, abs=0.01)


def test_a_switch_that_the_claim_leaves_out_can_be_the_better_one(factorial: Callable[[str], Layout]) -> None:
    found = judged(factorial("abcd"), "bcd")
    assert found is not None
    assert (found.verdict, found.step, found.better) == (ClaimVerdict.REFUTED, 1, "a")


def test_what_is_already_on_counts(factorial: Callable[[str], Layout]) -> None:
    # once a is on, c costs time
    found = judged(factorial("abcd"), "acbd", pair=0.5)
    assert found is not None
    assert (found.step, found.better) == (2, "b")


def test_less_than_five_percent_do_not_refute(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("ab")
    times = np.array([[0, -0.50, -0.53, -1.03]]) + np.random.default_rng(1).normal(0, 0.002, (10, 4))
    assert judge_order(layout, winsorize(times), "ab") == OrderClaim(("a", "b"), ClaimVerdict.CONFIRMED)


def test_noise_leaves_it_open(factorial: Callable[[str], Layout]) -> None:
    found = judged(factorial("abcd"), "abcd", sd=0.5)
    assert found == OrderClaim(tuple("abcd"), ClaimVerdict.INCONCLUSIVE)
    assert judged(factorial("abcd"), "abcd", blocks=1) == found


def test_what_is_not_swept_leaves_it_open(factorial: Callable[[str], Layout]) -> None:
    found = judged(factorial("abc"), ["d", "a", "x", "b"])
    assert found == OrderClaim(("d", "a", "x", "b"), ClaimVerdict.INCONCLUSIVE)


def test_without_anything_to_compare_there_is_no_judgement(factorial: Callable[[str], Layout]) -> None:
    assert judged(factorial("abc"), "") is None
    assert judged(factorial("abc"), "xyz") is None
    assert judged(factorial("a"), "a") is None


def test_a_path_that_was_not_measured_can_be_refuted_and_not_confirmed() -> None:
    one_at_a_time = Layout.of([set(), {"a"}, {"b"}, {"c"}], "abc")
    right, wrong = judged(one_at_a_time, "abc"), judged(one_at_a_time, "bac")
    assert right is not None and wrong is not None
    assert right.verdict is ClaimVerdict.INCONCLUSIVE
    assert (wrong.verdict, wrong.step, wrong.better) == (ClaimVerdict.REFUTED, 1, "a")
    without_nothing = Layout.of([{"a"}, {"b"}], "ab")
    found = judge_order(without_nothing, winsorize(np.zeros((3, 2))), "ab")
    assert found == OrderClaim(("a", "b"), ClaimVerdict.INCONCLUSIVE)


@pytest.mark.parametrize("others", [0.0, math.log(0.95)], ids=["equal", "better by what is tolerated"])
def test_false_refutations_are_rare(others: float, factorial: Callable[[str], Layout], noise: Noise) -> None:
    layout, rng, runs = factorial("abcde"), np.random.default_rng(81), 200
    truth = np.array([others * len(cell - {"a"}) for cell in layout.cells])
    verdicts = [
        found.verdict
        for _ in range(runs)
        if (found := judge_order(layout, winsorize(truth + noise(rng, layout, 10)), "abcde"))
    ]
    assert len(verdicts) == runs
    assert verdicts.count(ClaimVerdict.REFUTED) / runs <= 0.05
