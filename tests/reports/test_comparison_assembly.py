"""From two documents to what changed."""

import math
from typing import Any

import pytest

from agentperf.analysis.two_runs import Pairing
from agentperf.analysis.verdicts import Verdict
from agentperf.reports.comparability import NotComparable, Refusals, Scope
from agentperf.reports.comparison_assembly import Named, compare_documents
from agentperf.reports.comparison_document import ComparisonDocument
from agentperf.reports.comparison_record import OptimizationChangeRecord
from agentperf.reports.document import Document
from agentperf.scenarios.choices import DesignKind, Metric

from .simulated_documents import REALISTIC, SIX, simulated
from .simulated_reruns import rerun, slower_with

CHANGED = (Verdict.SLOWER, Verdict.FASTER)
BASE = simulated(REALISTIC)


def compared(base: Document, new: Document, refusals: Refusals = Refusals.ENFORCED) -> ComparisonDocument:
    return compare_documents(Named("main", base), Named(new.run_id, new), refusals)


def switch(document: ComparisonDocument, name: str) -> OptimizationChangeRecord:
    (found,) = [record for record in document.effects if record.optimization == name]
    return found


def with_design(document: Document, **changes: object) -> dict[str, Any]:
    return {"design": document.design.model_dump() | changes}


def test_the_same_twice_is_not_called_a_change() -> None:
    document = compared(BASE, rerun(BASE))
    assert document.overall and document.overall.verdict not in CHANGED
    assert not [one for one in document.combinations if one.change.verdict in CHANGED]
    for record in document.effects:
        assert record.average and record.average.change.verdict not in CHANGED


def test_a_switch_that_became_slower_is_found_and_no_other() -> None:
    document = compared(BASE, rerun(BASE, slower_with("pooling", 10)))
    for name in REALISTIC:
        effect = switch(document, name).average
        assert effect
        assert (effect.change.verdict is Verdict.SLOWER) == (name == "pooling")
    effect = switch(document, "pooling").average
    assert effect and effect.change.change_low and effect.change.change_high
    assert effect.change.change_low < 10 < effect.change.change_high
    assert effect.new.improvement_percent < effect.base.improvement_percent
    assert effect.with_it and effect.without_it
    assert effect.with_it.change_percent > 5 > abs(effect.without_it.change_percent)


def test_what_all_share_is_no_switch() -> None:
    document = compared(BASE, rerun(BASE, lambda on: math.log(1.3)))
    assert document.overall and document.overall.verdict is Verdict.SLOWER
    assert document.overall.ratio == pytest.approx(1.3, rel=0.1)
    assert all(one.change.verdict is Verdict.SLOWER for one in document.combinations)
    for record in document.effects:
        assert record.average and record.average.change.verdict not in CHANGED


def test_what_each_run_saves_is_what_it_says_itself() -> None:
    new = rerun(BASE)
    document = compared(BASE, new)
    for record in document.effects:
        (itself,) = [effect for effect in BASE.effects if effect.optimization == record.optimization]
        assert record.last and itself.last
        saved, own = record.last.base.improvement_percent, itself.last.improvement_percent
        assert saved == pytest.approx(own, abs=1.5)  # the simulated documents are analysed without clipping


def test_times_are_medians_in_seconds() -> None:
    document = compared(BASE, rerun(BASE))
    for record in document.combinations:
        (itself,) = [one for one in BASE.combinations if set(one.on) == set(record.on)]
        assert itself.metrics.wall_s
        assert record.base_s.median == pytest.approx(itself.metrics.wall_s.median)


def test_less_throughput_is_slower() -> None:
    base = simulated(REALISTIC, metric=Metric.THROUGHPUT)
    document = compared(base, rerun(base, lambda on: math.log(1.3)))
    assert document.overall and document.overall.verdict is Verdict.SLOWER
    assert document.combinations[0].base_s.median < document.combinations[0].new_s.median


@pytest.mark.parametrize(
    ("seed", "later_s", "pairing", "interleaved"),
    [
        (BASE.seed + 1, 3600.0, Pairing.INDEPENDENT, False),
        (BASE.seed, 3600.0, Pairing.PAIRED, False),  # the same latencies
        (BASE.seed + 1, 30.0, Pairing.PAIRED, True),  # each block between two of the other run
        (BASE.seed + 1, -30.0, Pairing.PAIRED, True),
        (BASE.seed + 1, 60.0, Pairing.INDEPENDENT, False),  # each block during the next of the other run
        (BASE.seed + 1, 1.0, Pairing.INDEPENDENT, False),  # at the same time, on one machine
    ],
)
def test_rows_are_pairs_where_they_share_latencies_or_the_moment(
    seed: int, later_s: float, pairing: Pairing, interleaved: bool
) -> None:
    document = compared(BASE, rerun(BASE, later_s=later_s, seed=seed))
    assert (document.pairing, document.interleaved) == (pairing, interleaved)


def test_turns_are_taken_also_where_one_run_has_more_blocks() -> None:
    new = rerun(BASE, later_s=30.0)
    shorter = Document.model_validate(
        new.model_dump() | {"trials": [trial for trial in new.trials if trial.block < 7]}
    )
    document = compared(BASE, shorter)
    assert document.interleaved
    assert (document.base.blocks, document.new.blocks) == (7, 7)


def test_a_machine_that_changed_its_speed_widens_the_times_alone() -> None:
    same, changed = compared(BASE, rerun(BASE)), compared(BASE, rerun(BASE, spin_ratio=0.9))
    assert changed.speed_change_percent == pytest.approx(-10)
    assert changed.widened_by_percent == pytest.approx(100 / 0.9 - 100)
    assert same.overall and changed.overall and same.overall.ratio_high and changed.overall.ratio_high
    assert changed.overall.ratio == same.overall.ratio
    assert changed.overall.ratio_high == pytest.approx(same.overall.ratio_high / 0.9)
    assert [record.average and record.average.change for record in changed.effects] == [
        record.average and record.average.change for record in same.effects
    ]


def test_one_slow_process_more_is_no_machine_that_became_as_slow() -> None:
    def with_slow_blocks(document: Document, slow: int) -> Document:
        trials = [trial.model_dump() for trial in document.trials]
        for trial in trials:
            trial["surroundings"]["spin_s"] *= 1.5 if trial["block"] < slow else 1
        return Document.model_validate(document.model_dump() | {"trials": trials})

    blocks = BASE.design.blocks
    document = compared(with_slow_blocks(BASE, blocks // 2), with_slow_blocks(rerun(BASE), blocks // 2 + 1))
    assert document.speed_change_percent == pytest.approx(100 * (1.5 ** (1 / blocks) - 1))


def test_runs_that_took_turns_are_not_widened() -> None:
    document = compared(BASE, rerun(BASE, later_s=30.0, spin_ratio=0.9))
    assert document.speed_change_percent == pytest.approx(-10)
    assert document.widened_by_percent == 0


def test_of_another_machine_only_effects_are_compared() -> None:
    other = BASE.environment.model_dump() | {"hostname": "bench-2"}
    new = rerun(BASE, slower_with("pooling", 10), spin_ratio=2, environment=other)
    document = compared(BASE, new)
    assert (document.times_compared, document.overall, document.combinations) == (False, None, ())
    assert document.widened_by_percent == 0
    effect = switch(document, "pooling").average
    assert effect and effect.change.verdict is Verdict.SLOWER
    assert (effect.with_it, effect.without_it) == (None, None)
    assert "bench-2" in document.notes[0] and "--lenient" in document.notes[0]
    lenient = compared(BASE, new, Refusals.WARNED)
    assert lenient.overall and lenient.combinations
    assert "bench-2" in lenient.warnings[0]


def test_of_another_runtime_only_the_ends_are_compared() -> None:
    scenario, fewer = BASE.scenario.model_dump(), {"pooling": -0.2, "lazy_validation": -0.1}
    runtime = {"name": "mine", "runtime": {"uses": "mine:open", "optimizations": list(fewer)}}
    theirs = rerun(simulated(fewer), scenario=scenario | {"document": runtime})
    document = compared(BASE, theirs)
    assert (document.scope, document.factors) == (Scope.ENDS, ("all",))
    assert [record.on for record in document.combinations] == [(), ("all",)]
    effect = switch(document, "all").average
    assert effect and effect.change.verdict is Verdict.SLOWER
    assert effect.base.improvement_percent == pytest.approx(100 * -math.expm1(-0.754), abs=5)
    assert effect.new.improvement_percent == pytest.approx(100 * -math.expm1(-0.3), abs=5)
    without = [trial for trial in theirs.trials if len(trial.on) != 2]
    fewer_combinations = with_design(theirs, combinations=3)
    with pytest.raises(NotComparable, match="did not measure both nothing on and everything on"):
        compared(
            BASE, Document.model_validate(theirs.model_dump() | {"trials": without} | fewer_combinations)
        )


def test_only_combinations_that_both_ran_are_compared() -> None:
    fewer = simulated({"pooling": -0.30, "lazy_validation": -0.004})
    document = compared(BASE, rerun(fewer))
    assert document.factors == ("pooling", "lazy_validation")
    assert len(document.combinations) == 4
    assert any("4 combinations were run by both, of 8 and 4" in note for note in document.notes)
    assert document.overall and document.overall.verdict not in CHANGED
    held = rerun(fewer, **with_design(fewer, held=("parallelism",)))
    document = compared(BASE, held)
    assert [record.on for record in document.combinations] == [
        (),
        ("pooling",),
        ("lazy_validation",),
        ("pooling", "lazy_validation"),
    ]
    (before,) = [one for one in BASE.combinations if one.on == ("parallelism",)]
    assert before.metrics.wall_s
    assert document.combinations[0].base_s.median == pytest.approx(before.metrics.wall_s.median)


def test_runs_without_a_common_combination_are_refused() -> None:
    other = simulated({"async_monitoring": -0.1})
    held = rerun(other, **with_design(other, held=("loop_clock",)))
    with pytest.raises(NotComparable, match="no combination of switches in common"):
        compared(BASE, held)


def test_a_block_with_a_failed_trial_is_left_out() -> None:
    broken = [
        trial.model_dump() | ({"metrics": {}, "error": "no"} if (trial.block, trial.order) == (3, 2) else {})
        for trial in BASE.trials
    ]
    document = compared(BASE, rerun(BASE, trials=broken, seed=BASE.seed))
    assert (document.base.blocks, document.new.blocks) == (10, 9)
    assert document.pairing is Pairing.INDEPENDENT


def test_of_a_rotating_design_a_rotation_is_a_row() -> None:
    """Five rotations of two halves."""
    halves = [trial for trial in BASE.trials if len(trial.on) % 2 == trial.block % 2]
    rotating = with_design(BASE, kind=DesignKind.ROTATING)
    base = Document.model_validate(BASE.model_dump() | rotating | {"trials": halves})
    document = compared(base, rerun(base, slower_with("pooling", 10)))
    assert (document.base.blocks, len(document.combinations)) == (5, 8)
    effect = switch(document, "pooling").average
    assert effect and effect.change.verdict is Verdict.SLOWER
    incomplete = [trial for trial in halves if trial.block < 9]
    document = compared(base, rerun(base, trials=incomplete))
    assert document.new.blocks == 4


def test_processes_of_a_rotation_that_differ_change_no_effect() -> None:
    """The odd blocks, which run other combinations than the even ones, come out a third slower in one run."""
    halves = [trial for trial in BASE.trials if len(trial.on) % 2 == trial.block % 2]
    rotating = with_design(BASE, kind=DesignKind.ROTATING)
    base = Document.model_validate(BASE.model_dump() | rotating | {"trials": halves})
    new = rerun(base, lambda on: 0.3 * (len(on) % 2), noise=0.005, seed=base.seed)
    for record in compared(base, new).effects:
        for effect in (record.alone, record.average, record.last):
            assert effect and abs(effect.change.change_percent) < 2
            saved = effect.base.improvement_percent - effect.new.improvement_percent
            assert abs(saved) < 2


def test_a_piece_of_a_rotation_does_not_tell_the_levels_of_its_processes() -> None:
    """Nothing on and everything on are in different halves: of their levels nothing would be left."""
    three = simulated({"parallelism": -0.5, "pooling": -0.3, "lazy_validation": -0.1})
    halves = [trial for trial in three.trials if len(trial.on) % 2 == trial.block % 2]
    base = Document.model_validate(
        three.model_dump() | with_design(three, kind=DesignKind.ROTATING) | {"trials": halves}
    )
    other = simulated({"pooling": -0.3, "async_monitoring": 0.1})
    document = compared(base, rerun(other, slower_with("pooling", 20), noise=0.0))
    assert document.factors == ("pooling",) and len(document.combinations) == 2
    effect = switch(document, "pooling").average
    assert effect and effect.base.improvement_percent == pytest.approx(26, abs=6)
    assert effect.change.change_percent == pytest.approx(20, abs=8)
    assert effect.change.verdict is not Verdict.EQUIVALENT


def test_a_combination_that_was_run_several_times_counts_by_its_mean() -> None:
    repeats = [
        trial.model_dump() | {"order": trial.order + 100 * number}
        for trial in BASE.trials
        for number in range(4 if not trial.on else 1)
    ]
    document = compared(BASE, rerun(BASE, trials=repeats))
    assert len(document.combinations) == 8
    assert document.overall and document.overall.ratio == pytest.approx(1, rel=0.01)


def test_of_one_block_there_are_estimates_alone() -> None:
    one = [trial for trial in BASE.trials if trial.block == 0]
    document = compared(BASE, rerun(BASE, trials=one))
    assert document.overall and document.overall.change_low is None
    assert document.overall.verdict is Verdict.INCONCLUSIVE
    assert "no intervals" in document.warnings[-1]


def test_without_a_complete_block_there_is_nothing_to_compare() -> None:
    with pytest.raises(NotComparable, match="holds no complete block"):
        compared(BASE, rerun(BASE, trials=[]))


def test_the_first_run_decides_of_two_metrics() -> None:
    other = rerun(BASE, metric=Metric.CPU)
    document = compared(BASE, other, Refusals.WARNED)
    assert document.metric is Metric.WALL
    assert "CPU time" in document.warnings[0]


def test_six_switches_keep_their_order() -> None:
    base = simulated(SIX)
    document = compared(base, rerun(base))
    assert document.factors == tuple(SIX)
    assert len(document.combinations) == 64
