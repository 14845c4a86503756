from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentperf.analysis.claims import ClaimOutcome, ClaimVerdict, claim_outcomes, claim_verdict
from agentperf.analysis.contrasts import alone
from agentperf.analysis.estimates import block_t
from agentperf.analysis.layout import Layout
from agentperf.analysis.winsorize import winsorize

CONFIRMED, UNDERSTATED, OVERSTATED, REFUTED, INCONCLUSIVE = ClaimVerdict
# quarters, so that sums are exact and ties occur
PERCENT = st.integers(-400, 400).map(lambda quarters: quarters / 4)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[float, float]:
    low, high = sorted((draw(PERCENT), draw(PERCENT)))
    return low, high


@st.composite
def claims(draw: st.DrawFn) -> tuple[float, float]:
    low, high = sorted(abs(draw(PERCENT)) for _ in range(2))
    return low, high


@pytest.mark.parametrize(
    ("low", "high", "claimed", "expected"),
    [
        (46, 54, (50, 50), CONFIRMED),
        (45, 55, (50, 50), CONFIRMED),
        (44.9, 55, (50, 50), INCONCLUSIVE),
        (45, 55.1, (50, 50), INCONCLUSIVE),
        (76, 94, (80, 90), CONFIRMED),
        (55, 60, (50, 50), INCONCLUSIVE),
        (55.1, 60, (50, 50), UNDERSTATED),
        (20, 44.9, (50, 50), OVERSTATED),
        (20, 45, (50, 50), INCONCLUSIVE),
        (0.1, 2, (50, 50), OVERSTATED),
        (0, 2, (50, 50), INCONCLUSIVE),
        (-1, 2, (50, 50), INCONCLUSIVE),
        (-3, 0, (50, 50), REFUTED),
        (-30, -20, (50, 50), REFUTED),
        (-10, 90, (50, 50), INCONCLUSIVE),
        # 3 % with its tolerance reaches to -2 %: what is shown to save nothing is refuted all the same
        (-1, -0.5, (3, 3), REFUTED),
        (-1, 0.5, (3, 3), CONFIRMED),
        # a claim that nothing is saved is another matter
        (-1, -0.5, (0, 0), CONFIRMED),
        (-9, -7, (0, 0), REFUTED),
        (6, 7, (0, 0), UNDERSTATED),
    ],
)
def test_verdict_on_a_claim(
    low: float, high: float, claimed: tuple[float, float], expected: ClaimVerdict
) -> None:
    assert claim_verdict(low, high, *claimed) is expected


@given(intervals(), claims())
def test_each_verdict_says_what_the_contract_says(
    measured: tuple[float, float], claimed: tuple[float, float]
) -> None:
    (low, high), (least, most) = measured, (claimed[0] - 5, claimed[1] + 5)
    nothing_claimed_or_saved = claimed[0] == 0 and least <= low
    words = {
        CONFIRMED: least <= low and high <= most and (high > 0 or nothing_claimed_or_saved),
        UNDERSTATED: low > most,
        OVERSTATED: high < least and low > 0,
        REFUTED: high <= 0 and not nothing_claimed_or_saved,
    }
    true = [word for word, holds in words.items() if holds]
    assert len(true) <= 1
    assert claim_verdict(low, high, *claimed) is (true[0] if true else INCONCLUSIVE)


@given(intervals(), claims(), st.integers(1, 800))
def test_a_greater_saving_is_never_a_worse_verdict(
    measured: tuple[float, float], claimed: tuple[float, float], quarters: int
) -> None:
    rank = {REFUTED: 0, OVERSTATED: 1, CONFIRMED: 2, UNDERSTATED: 3}
    less = claim_verdict(*measured, *claimed)
    more = claim_verdict(measured[0] + quarters / 4, measured[1] + quarters / 4, *claimed)
    if INCONCLUSIVE not in (less, more):
        assert rank[less] <= rank[more]


@given(intervals(), claims(), st.floats(0, 1), st.floats(0, 1))
def test_a_narrower_interval_within_keeps_a_conclusion(
    measured: tuple[float, float], claimed: tuple[float, float], start: float, share: float
) -> None:
    low, high = measured
    verdict = claim_verdict(low, high, *claimed)
    inner = low + start * (high - low)
    narrower = claim_verdict(inner, min(high, inner + share * (high - inner)), *claimed)
    if verdict is CONFIRMED:  # of a small claim, a part of the interval may lie wholly below zero
        assert narrower in (CONFIRMED, REFUTED)
    elif verdict is REFUTED:  # of the claim that nothing is saved, a part may lie within the tolerance
        assert narrower is REFUTED or claimed[0] == 0
    elif verdict is not INCONCLUSIVE:
        assert narrower is verdict


def test_without_an_interval_nothing_is_concluded() -> None:
    assert claim_verdict(None, None, 50, 50) is INCONCLUSIVE


def test_the_words_are_those_of_the_document() -> None:
    assert [str(word) for word in ClaimVerdict] == [
        "confirmed",
        "understated",
        "overstated",
        "refuted",
        "inconclusive",
    ]


def outcomes(layout: Layout, blocks: int = 10, **claims: Any) -> dict[str, ClaimOutcome]:
    """The switch a saves 50 %, b saves 30 %, c saves 20 % alone and loses it with a."""
    on = {factor: (layout.signs(factor) + 1) / 2 for factor in layout.factors}
    level = on["a"] * math.log(0.5) + on["b"] * math.log(0.7) + (1 - on["a"]) * on["c"] * math.log(0.8)
    data = winsorize(level + np.random.default_rng(4).normal(0, 0.005, (blocks, len(level))))
    sets = {claim: frozenset(layout.factors if claim == "all" else claim) for claim in claims}
    return {each.claim: each for each in claim_outcomes(layout, data, claims, sets)}


def test_a_claim_is_about_its_switches_alone_against_nothing(factorial: Callable[[str], Layout]) -> None:
    found = outcomes(factorial("abc"), a=(50, 50), b=(60, 60), c=(0, 10), ab=(60, 70), all=(85, 95))
    assert {claim: each.verdict for claim, each in found.items()} == {
        "a": CONFIRMED,
        "b": OVERSTATED,
        "c": UNDERSTATED,
        "ab": CONFIRMED,
        "all": OVERSTATED,
    }
    assert (found["ab"].claimed_low, found["ab"].claimed_high) == (60, 70)
    measured = {
        claim: each.estimate.improvement_percent for claim, each in found.items() if each.estimate is not None
    }
    assert measured == pytest.approx({"a": 50, "b": 30, "c": 20, "ab": 65, "all": 65}, abs=1)


def test_the_estimate_is_that_of_alone(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("ab")
    data = winsorize(np.random.default_rng(1).normal(0, 0.1, (6, 4)))
    row = alone(layout, "b")
    assert row is not None
    (found,) = claim_outcomes(layout, data, {"b": (10, 20)}, {"b": {"b"}})
    assert found.estimate == block_t(data, [row])[0]


def test_what_was_not_measured_is_not_judged() -> None:
    one_at_a_time = Layout.of([set(), {"a"}, {"b"}, {"c"}], ["a", "b", "c"])
    found = outcomes(one_at_a_time, a=(50, 50), all=(80, 90), ax=(10, 10))
    assert {claim: each.verdict for claim, each in found.items()} == {
        "a": CONFIRMED,
        "all": INCONCLUSIVE,
        "ax": INCONCLUSIVE,
    }
    assert found["all"].estimate is None


def test_beside_what_is_held_on_nothing_is_measured_against_nothing(
    factorial: Callable[[str], Layout],
) -> None:
    held = Layout.of([cell | {"h"} for cell in factorial("abc").columns], "abc")
    found = outcomes(held, a=(50, 50), ah=(50, 50))
    assert {each.verdict for each in found.values()} == {INCONCLUSIVE}
    assert not any(each.estimate for each in found.values())


def test_one_block_estimates_and_concludes_nothing(factorial: Callable[[str], Layout]) -> None:
    found = outcomes(factorial("abc"), blocks=1, a=(50, 50))["a"]
    assert found.estimate is not None and found.verdict is INCONCLUSIVE


def test_a_claim_about_nothing_has_no_estimate(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("a")
    data = winsorize(np.zeros((3, 2)))
    (found,) = claim_outcomes(layout, data, {"all": (10, 10)}, {"all": frozenset()})
    assert (found.estimate, found.verdict) == (None, INCONCLUSIVE)


def test_repeats_of_a_combination_count_by_their_mean() -> None:
    layout = Layout.of([set(), set(), {"a"}, {"a"}], ["a"])
    log_times = np.log([[1.0, 1.02, 0.5, 0.51], [1.1, 1.12, 0.56, 0.55], [0.9, 0.92, 0.45, 0.46]])
    (found,) = claim_outcomes(layout, winsorize(log_times), {"a": (50, 50)}, {"a": {"a"}})
    assert found.estimate is not None
    assert found.estimate.improvement_percent == pytest.approx(50, abs=0.5)
