"""What replays predict is what the switches brought, or it says why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import RenderableType

from agentperf.experiments.run import Run
from agentperf.experiments.trial import Trial
from agentperf.reports.assembly import assemble
from agentperf.reports.document import Document
from agentperf.reports.what_if_record import Supposition, WhatIfRecord
from agentperf.reports.what_if_table import what_if_table
from agentperf.scenarios.choices import Metric
from agentperf.scenarios.concerns import Concern

from .planted_runs import a_run, planted
from .planted_sessions import DOCUMENT, SWITCHES, a_traced_run, traced

Printed = Callable[[RenderableType, int], str]


@pytest.fixture
def run() -> Run:
    return a_traced_run()


def of(document: Document, optimization: str) -> WhatIfRecord:
    (record,) = [one for one in document.what_if if one.optimization == optimization]
    return record


def from_nothing(document: Document) -> list[WhatIfRecord]:
    return [record for record in document.what_if if not record.on]


def test_what_is_predicted_is_what_the_switch_brought(run: Run) -> None:
    document = assemble(run, traced(run))
    for switch in ("parallelism", "batched_persistence"):
        record = of(document, switch)
        assert record.difference_points == pytest.approx(0, abs=0.5)
        assert record.remarks == ()
        assert record.blocks == run.blocks
        assert record.replay_error_percent == pytest.approx(0, abs=1e-6)
        assert record.predicted_low is not None and record.predicted_low < record.predicted_percent
    one_commit = of(document, "batched_persistence")
    assert one_commit.concerns == (Concern.PERSISTENCE, Concern.CONNECTIONS)
    assert one_commit.supposition is Supposition.ONE_COMMIT


def test_what_a_switch_leaves_is_said(run: Run) -> None:
    record = of(assemble(run, traced(run)), "pooling")
    assert record.difference_points is not None and record.difference_points > 2
    assert record.remarks[0] == "pooling leaves 4.00 ms of 8.00 ms of connections"
    assert record.remarks[1:] == (
        "no other concern is shown to take more or less with it: the rest may be chance",
    )


def test_what_a_switch_makes_longer_is_said(run: Run) -> None:
    def slower(trial: Trial) -> Trial:
        if trial.on != {"pooling"} or trial.ledger is None or trial.metrics is None:
            return trial
        seconds = trial.ledger | {"validation": trial.ledger["validation"] + 0.05}
        return replace(
            trial, ledger=seconds, metrics=replace(trial.metrics, wall_s=trial.metrics.wall_s + 0.05)
        )

    record = of(assemble(run, [slower(trial) for trial in traced(run)]), "pooling")
    assert any(remark.startswith("with it validation takes 50.0 ms more (") for remark in record.remarks)


def test_work_that_takes_longer_side_by_side_is_said(run: Run) -> None:
    def crowded(trial: Trial) -> Trial:
        """Twice as long to connect, which the prediction from steps one by one can't know."""
        if trial.on != {"parallelism"} or trial.metrics is None:
            return trial
        spans, late_s = [], 0.0
        for span in trial.spans:
            more_s = 0.03 if span.concern is Concern.CONNECTIONS else 0.0
            spans.append(replace(span, start_s=span.start_s + late_s, end_s=span.end_s + late_s + more_s))
            late_s += more_s
        ends = [max(one.end_s for one in spans)] * len(spans)
        spans = [
            replace(span, end_s=max([span.end_s, *(one.end_s for one in spans if one.parent == place)]))
            for place, span in enumerate(spans)
        ]
        spans[0] = replace(spans[0], start_s=0.0, end_s=ends[0])
        return replace(
            trial, spans=tuple(spans), metrics=replace(trial.metrics, wall_s=trial.metrics.wall_s * 1.4)
        )

    record = of(assemble(run, [crowded(trial) for trial in traced(run)]), "parallelism")
    assert record.difference_points is not None and record.difference_points > 5
    (remark,) = record.remarks
    assert remark.startswith("side by side the same work takes longer (connections 8.00 ms -> ")


def test_from_everything_on_nothing_is_compared(run: Run) -> None:
    document = assemble(run, traced(run))
    still = [record for record in document.what_if if record.on]
    assert {record.on for record in still} == {SWITCHES}
    assert all(record.optimization is None and record.measured_percent is None for record in still)
    assert all(record.supposition is Supposition.NO_TIME for record in still)
    agents = next(record for record in still if record.concerns == (Concern.AGENT_WORK,))
    assert agents.predicted_percent > 80


def test_what_can_not_be_compared_says_why(run: Run) -> None:
    by_cpu = assemble(replace(run, metric=Metric.CPU), traced(run))
    assert of(by_cpu, "parallelism").remarks == ("the run compares CPU time, not how long sessions take",)
    assert of(by_cpu, "async_monitoring").remarks == ("async_monitoring was not swept",)
    one_block = a_traced_run(blocks=1)
    once = of(assemble(one_block, traced(one_block)), "parallelism")
    assert once.remarks == ("too few blocks for an interval of what it saved",)
    assert once.predicted_low is None and once.measured_percent is None


def test_a_switch_that_is_held_is_on_already(run: Run) -> None:
    held = replace(run, design=replace(run.design, held=("lazy_validation",)))
    assert "lazy_validation" not in {record.optimization for record in assemble(held, traced(held)).what_if}


def test_many_sessions_at_once_are_said(run: Run) -> None:
    for load in ({"sessions": 4, "concurrency": 4}, {"sessions": 4, "arrival_rate": "50/s"}):
        many = replace(run, document=DOCUMENT | {"load": load})
        remarks = of(assemble(many, traced(many)), "pooling").remarks
        assert remarks[-1].startswith("other sessions share the event loop")


def test_where_nothing_was_recorded_nothing_is_predicted(printed: Printed) -> None:
    run = a_run()
    document = assemble(run, planted(run))
    assert document.what_if == () and document.ledgers == ()
    assert "No spans were recorded" in printed(what_if_table(document), 80)


def test_a_table_holds_the_figures_of_the_document(run: Run, printed: Printed) -> None:
    document = assemble(run, traced(run))
    text = printed(what_if_table(document), 200)
    for record in from_nothing(document):
        assert f"{record.predicted_percent:.1f} %" in text
        if record.measured_percent is not None and record.difference_points is not None:
            assert f"{record.measured_percent:.1f} %" in text
            assert f"{abs(record.difference_points):.1f} points" in text
    assert "pooling: pooling leaves 4.00 ms of 8.00 ms of connections" in text
    order = [
        text.index(f"{record.predicted_percent:.1f} %") for record in document.what_if if record.optimization
    ]
    assert len(order) == len([record for record in document.what_if if record.optimization])
