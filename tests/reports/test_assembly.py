"""The document of a run says what its trials measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentperf.analysis.verdicts import Verdict
from agentperf.experiments.design import full_factorial, one_at_a_time
from agentperf.experiments.run import Run
from agentperf.reports.assembly import assemble
from agentperf.reports.enumerations import ClaimVerdict, Status
from agentperf.scenarios.choices import DesignKind, Inference, Metric

from .planted_runs import FACTORS, RATIOS, SCENARIO, a_run, a_trial, planted


@pytest.fixture
def run() -> Run:
    return a_run()


def test_planted_effects_are_found(run: Run) -> None:
    document = assemble(run, planted(run))
    assert document.status is Status.COMPLETE
    assert document.design.blocks == run.blocks
    for record in document.effects:
        for effect in (record.alone, record.average, record.last):
            assert effect is not None
            assert effect.ratio_low <= RATIOS[record.optimization] <= effect.ratio_high
            assert effect.verdict is Verdict.FASTER
    assert [step.add for step in document.plan] == ["batched", "pooled"]


def test_counters_and_digests_stand_beside_the_combinations(run: Run) -> None:
    document = assemble(run, planted(run))
    commits = {combination.on: combination.counters.commits for combination in document.combinations}
    assert commits == {(): 10, ("batched",): 1, ("pooled",): 10, FACTORS: 1}
    assert {combination.outcome_digest for combination in document.combinations} == {"o" * 64}
    assert all(combination.metrics.peak_memory_bytes is None for combination in document.combinations)


def test_throughput_is_analysed_as_seconds_per_session(run: Run) -> None:
    trials = planted(run)
    by_wall, by_throughput = assemble(run, trials), assemble(replace(run, metric=Metric.THROUGHPUT), trials)
    for wall, throughput in zip(by_wall.effects, by_throughput.effects, strict=True):
        assert wall.average and throughput.average
        assert throughput.average.ratio == pytest.approx(wall.average.ratio)


def test_a_block_with_a_failed_trial_is_left_out_and_said_so(run: Run) -> None:
    trials = planted(run)
    trials[0] = replace(trials[0], metrics=None, counters=None, outcome_digest=None, error="no connection")
    document = assemble(run, trials)
    assert document.design.blocks == (run.blocks or 0) - 1
    assert len(document.trials) == len(trials)
    assert document.trials[0].error == "no connection"
    assert any("1 trial failed" in warning and "no connection" in warning for warning in document.warnings)


def test_one_block_gives_estimates_no_interval_and_no_verdict(run: Run) -> None:
    document = assemble(run, [one for one in planted(run) if one.block == 0])
    assert document.design.blocks == 1
    assert all(record.average is None for record in document.effects)
    assert document.plan == ()


def test_no_block_is_no_result(run: Run) -> None:
    document = assemble(replace(run, stop_reason=None), [])
    assert document.status is Status.RUNNING
    assert document.effects == () and document.combinations == ()


def test_a_changed_outcome_is_named(run: Run) -> None:
    trials = [replace(one, outcome_digest="x" * 64) if "pooled" in one.on else one for one in planted(run)]
    (warning,) = assemble(run, trials).warnings
    assert "pooled" in warning and "batched" not in warning


def test_numbers_of_identical_trials_are_finite(run: Run) -> None:
    document = assemble(
        run,
        [
            a_trial(block, order, on, 0.1)
            for block in range(8)
            for order, on in enumerate(run.design.combinations)
        ],
    )
    for record in document.effects:
        assert record.average is not None
        assert record.average.verdict is Verdict.EQUIVALENT


def test_claims_are_judged_with_their_scale(run: Run) -> None:
    claims = {"batched": "50%", "pooled": "40%", "all": "90%", "order": ["pooled", "batched"]}
    document = assemble(replace(run, document=SCENARIO | {"claims": claims}), planted(run))
    verdicts = {record.claim: record.verdict for record in document.claims}
    assert verdicts == {
        "batched": ClaimVerdict.CONFIRMED,
        "pooled": ClaimVerdict.OVERSTATED,
        "all": ClaimVerdict.OVERSTATED,
    }
    assert {record.time_scale for record in document.claims} == {run.time_scale}
    order = document.claimed_order
    assert order and (order.verdict, order.step, order.better) == (ClaimVerdict.REFUTED, 1, "batched")
    assert order.advantage_percent == pytest.approx(100 * (1 - 0.5 / 0.9), abs=2)


def test_a_claim_about_more_than_was_swept_is_not_judged(run: Run) -> None:
    fewer = replace(run, document=SCENARIO | {"claims": {"all": "50%"}}, design=full_factorial(("batched",)))
    (record,) = assemble(fewer, planted(fewer)).claims
    assert (record.verdict, record.measured_percent) == (ClaimVerdict.INCONCLUSIVE, None)


def test_a_claim_is_not_judged_beside_what_is_held_on(run: Run) -> None:
    design = full_factorial(("batched",), held=("pooled",))
    beside = replace(run, document=SCENARIO | {"claims": {"batched": "50%"}}, design=design)
    (record,) = assemble(beside, planted(beside)).claims
    assert (record.verdict, record.measured_percent) == (ClaimVerdict.INCONCLUSIVE, None)


def test_shares_ties_and_what_is_enough(run: Run) -> None:
    document = assemble(run, planted(run))
    shares = {record.optimization: record for record in document.shares}
    assert sum(record.share_percent or 0 for record in shares.values()) == pytest.approx(100)
    assert shares["batched"].ratio_low <= RATIOS["batched"] <= shares["batched"].ratio_high
    assert [step.ties for step in document.plan] == [(), ()]
    assert document.sufficient_sets == (FACTORS,)


def test_what_a_pair_does_in_seconds(run: Run) -> None:
    ((first, second),) = (record.conditionals for record in assemble(run, planted(run)).interactions)
    assert (first.optimization, first.given) == (second.given, second.optimization) == FACTORS
    assert first.saved_without_s == pytest.approx(0.05, rel=0.05)
    assert first.saved_with_s == pytest.approx(0.045, rel=0.05)


def test_repeats_within_a_block_are_one_combination(run: Run) -> None:
    design = run.design
    (part,) = design.parts
    repeated = replace(run, design=replace(design, parts=((*part, *part, frozenset()),)))
    document = assemble(repeated, planted(repeated))
    assert document.design.combinations == 4 and document.design.trials_per_block == 9
    assert [record.on for record in document.combinations] == [(), ("batched",), ("pooled",), FACTORS]
    none = document.combinations[0].metrics.wall_s
    assert none and none.median == pytest.approx(0.1, rel=0.05)
    assert len(document.trials) == 72


def test_a_design_that_only_screens(run: Run) -> None:
    factors = ("batched", "pooled", "other", "last")
    screening = replace(run, design=one_at_a_time(factors))
    document = assemble(screening, planted(screening))
    assert document.design.kind is DesignKind.ONE_AT_A_TIME and document.design.screening
    assert all(record.average is None and record.alone and record.last for record in document.effects)
    assert document.shares == () and document.interactions == ()


def test_precision_and_inference_are_told(run: Run) -> None:
    asked = replace(run, precision_percent=2.0, inference=Inference.ANYTIME, max_blocks=50, budget_s=60.0)
    fixed, anytime = (assemble(one, planted(run)).design for one in (run, asked))
    assert fixed.precision_reached_percent and anytime.precision_reached_percent
    assert anytime.precision_reached_percent > fixed.precision_reached_percent
    assert (anytime.inference, anytime.max_blocks, anytime.budget_s) == (Inference.ANYTIME, 50, 60.0)


def test_surroundings_stand_with_their_trials(run: Run) -> None:
    trials = planted(run)
    trials[0] = replace(trials[0], surroundings=None)
    first, second, *_ = assemble(run, trials).trials
    assert first.surroundings is None
    assert second.surroundings and second.surroundings.spin_s == 0.001
