"""What `--fail-on` says, and whether it holds."""

import math
from dataclasses import replace

import pytest

from agentperf.experiments.design import full_factorial
from agentperf.experiments.preparation import RequestError
from agentperf.reports.comparability import Refusals
from agentperf.reports.comparison_assembly import Named, compare_documents
from agentperf.reports.comparison_document import ComparisonDocument
from agentperf.reports.document import Document
from agentperf.reports.expectation import (
    EffectExpectation,
    Outcome,
    RegressionExpectation,
    check_estimable,
    effect_expectation,
    regression_expectation,
)
from agentperf.reports.expectation_judgement import (
    judge_effect,
    judge_regression,
    reason,
    with_expectations,
)
from agentperf.scenarios.choices import DesignKind

from .simulated_documents import REALISTIC, simulated
from .simulated_reruns import rerun, slower_with

BASE = simulated(REALISTIC)


def compared(new: Document, base: Document = BASE) -> ComparisonDocument:
    return compare_documents(Named("main", base), Named("head", new), Refusals.ENFORCED)


@pytest.mark.parametrize(
    ("written", "name", "percent"),
    [
        ("effect:pooling:10%", "pooling", 10.0),
        (" effect:pooling: 2.5 %", "pooling", 2.5),
        ("effect:pooling:-3%", "pooling", -3.0),
        ("effect:a:b:0%", "a:b", 0.0),
    ],
)
def test_effects(written: str, name: str, percent: float) -> None:
    assert effect_expectation(written) == EffectExpectation(written, name, percent)


def test_regressions() -> None:
    written = "regression:5%"
    assert regression_expectation(written) == RegressionExpectation(written, 5.0)
    assert regression_expectation("regression:0.5 %").max_percent == 0.5


@pytest.mark.parametrize(
    "written",
    ["", "effect", "effect:pooling", "effect::5%", "effect:pooling:5", "effect:pooling:100%", "speed:5%",
     "effect:pooling:5%%", "effect:pooling:--5%", "effect:pooling:nan%", "\x1b[2J:5%"],
)  # fmt: skip
def test_wrong_effects_say_what_to_write(written: str) -> None:
    with pytest.raises(RequestError, match=r"write effect:NAME:MIN%, such as effect:pooling:10%") as refused:
        effect_expectation(written)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("written", ["regression", "regression:", "regression:5", "regression:-5%", "5%"])
def test_wrong_regressions_say_what_to_write(written: str) -> None:
    with pytest.raises(RequestError, match=r"write regression:MAX%, such as regression:5%"):
        regression_expectation(written)


def test_an_expectation_of_the_other_command_says_whose_it_is() -> None:
    with pytest.raises(RequestError, match="is for 'agentperf compare', here write effect:NAME:MIN%"):
        effect_expectation("regression:5%")
    with pytest.raises(RequestError, match="is for 'agentperf run', here write regression:MAX%"):
        regression_expectation("effect:pooling:5%")


def test_a_switch_that_is_not_swept_is_refused() -> None:
    expected = [effect_expectation("effect:poolign:5%")]
    design = full_factorial(["parallelism", "pooling"])
    with pytest.raises(RequestError, match=r"'poolign' is not swept, did you mean 'pooling'\?"):
        check_estimable(expected, design)
    check_estimable([effect_expectation("effect:pooling:5%")], design)


def test_a_design_that_tells_no_average_is_refused() -> None:
    design = replace(full_factorial(["a", "b"]), kind=DesignKind.ONE_AT_A_TIME)
    with pytest.raises(RequestError, match="one-at-a-time tells no average effect; take another --design"):
        check_estimable([effect_expectation("effect:a:5%")], design)


@pytest.mark.parametrize(
    ("percent", "outcome"),
    [("15%", Outcome.MET), ("26%", Outcome.INCONCLUSIVE), ("40%", Outcome.FAILED), ("-5%", Outcome.MET)],
)
def test_of_a_run_the_whole_interval_of_the_average_decides(percent: str, outcome: Outcome) -> None:
    judgement = judge_effect(BASE, effect_expectation(f"effect:pooling:{percent}"))
    assert judgement.outcome is outcome
    assert reason(judgement).startswith("pooling saves 2")
    assert reason(judgement).endswith(" on average")


def test_what_can_not_be_estimated_is_inconclusive() -> None:
    effects = [record.model_dump() | {"average": None} for record in BASE.effects]
    document = Document.model_validate(BASE.model_dump() | {"effects": effects})
    judgement = judge_effect(document, effect_expectation("effect:pooling:5%"))
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert reason(judgement) == "what pooling saves on average could not be estimated"


def test_a_regression_names_the_switch_that_did_it_first() -> None:
    document = compared(rerun(BASE, slower_with("pooling", 20)))
    judgement = judge_regression(document, regression_expectation("regression:5%"))
    assert judgement.outcome is Outcome.FAILED
    first, *_ = reason(judgement).split(", ")
    assert first.startswith("pooling ") and "% slower [" in first
    assert "parallelism alone" not in reason(judgement)


def test_a_regression_of_what_all_share_names_the_overall_time() -> None:
    document = compared(rerun(BASE, lambda on: math.log(1.3)))
    judgement = judge_regression(document, regression_expectation("regression:5%"))
    assert judgement.outcome is Outcome.FAILED
    assert reason(judgement).startswith("overall time ")
    assert reason(judgement).endswith(" more")


def test_nothing_slower_is_met_where_the_intervals_say_so() -> None:
    same = compared(rerun(BASE, noise=0.001, seed=BASE.seed))
    judgement = judge_regression(same, regression_expectation("regression:5%"))
    assert (judgement.outcome, reason(judgement)) == (
        Outcome.MET,
        "nothing became slower by more than 5.0 %",
    )


def test_wide_intervals_are_inconclusive_and_named() -> None:
    noisy = compared(rerun(BASE, noise=0.3))
    judgement = judge_regression(noisy, regression_expectation("regression:1%"))
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert reason(judgement).endswith(" may be slower by more than 1.0 %")


def test_a_switch_that_saves_less_because_the_slow_way_became_faster_is_no_regression() -> None:
    """Off: 20 % faster. On: as before. Nothing became slower."""
    without = slower_with("pooling", -20)
    new = rerun(BASE, lambda on: 0.0 if "pooling" in on else without(frozenset({"pooling"})), noise=0.01)
    paired = rerun(new, noise=0.0, seed=BASE.seed, run_id="another")
    document = compared(paired)
    (effect,) = [record.average for record in document.effects if record.optimization == "pooling"]
    assert effect and effect.change.change_low and effect.change.change_low > 5
    judgement = judge_regression(document, regression_expectation("regression:5%"))
    assert judgement.outcome is not Outcome.FAILED


def test_one_wide_combination_of_many_is_no_failure() -> None:
    """Of 8 combinations, one alone beyond the limit by chance has an adjusted p that says so."""
    document = compared(rerun(BASE))
    combinations = [record.model_dump() for record in document.combinations]
    combinations[3]["change"] |= {
        "ratio": 1.1,
        "ratio_low": 1.06,
        "ratio_high": 1.14,
        "change_percent": 10.0,
        "change_low": 6.0,
        "change_high": 14.0,
        "p_adjusted": 0.2,
    }
    changed = ComparisonDocument.model_validate(document.model_dump() | {"combinations": combinations})
    expectation = regression_expectation("regression:5%")
    assert judge_regression(changed, expectation).outcome is Outcome.INCONCLUSIVE
    combinations[3]["change"]["p_adjusted"] = 0.001
    changed = ComparisonDocument.model_validate(document.model_dump() | {"combinations": combinations})
    assert judge_regression(changed, expectation).outcome is Outcome.FAILED


def test_the_document_holds_what_came_of_them() -> None:
    document = compared(rerun(BASE, slower_with("pooling", 20)))
    judgement = judge_regression(document, regression_expectation("regression:5%"))
    (record,) = with_expectations(document, [judgement]).expectations
    assert (record.expectation, record.outcome) == ("regression:5%", Outcome.FAILED)
    assert record.reason == reason(judgement)
