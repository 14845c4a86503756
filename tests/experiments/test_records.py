"""Runs and trials as plain data: whatever they hold comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as some

from agentperf.agents.spans import Hold, Span
from agentperf.experiments.design import Design
from agentperf.experiments.job import Job, OnError, trial_from_json, trial_to_json
from agentperf.experiments.run import Run, StopReason, new_run_id
from agentperf.experiments.run_record import run_from_json, run_to_json
from agentperf.experiments.trial import Metrics, Trial
from agentperf.scenarios.choices import DesignKind, Inference, Isolation, Metric
from agentperf.scenarios.concerns import Concern

TEXT = some.text(some.characters(exclude_categories=["Cs"]), max_size=20)
COUNT = some.integers(0, 2**63)
FINITE = some.floats(0, allow_infinity=False)
COMBINATIONS = some.frozensets(TEXT, max_size=4)
METRICS = some.builds(
    Metrics, **{field.name: FINITE for field in fields(Metrics)} | {"peak_memory_bytes": some.none() | COUNT}
)
SPANS = some.builds(
    Span,
    name=TEXT,
    concern=some.sampled_from(Concern),
    hold=some.sampled_from(Hold),
    parent=some.integers(-1, 100),
    start_s=FINITE,
    end_s=FINITE,
    due_s=some.none() | FINITE,
    agent=some.none() | TEXT,
)
TRIALS = some.builds(
    Trial,
    block=COUNT,
    order=some.integers(-100, 1000),
    on=COMBINATIONS,
    worker=TEXT,
    metrics=some.none() | METRICS,
    counters=some.none() | some.dictionaries(TEXT, COUNT, max_size=3),
    outcome_digest=some.none() | TEXT,
    warnings=some.lists(TEXT, max_size=3).map(tuple),
    error=some.none() | TEXT,
    ledger=some.none() | some.fixed_dictionaries({str(concern): FINITE for concern in Concern}),
    spans=some.lists(SPANS, max_size=3).map(tuple),
)
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | FINITE | TEXT,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
RUNS = some.builds(
    Run,
    id=TEXT,
    created_at=TEXT,
    agentperf_version=TEXT,
    scenario_name=TEXT,
    scenario_digest=TEXT,
    workload_digest=TEXT,
    document=some.dictionaries(TEXT, JSON, max_size=3),
    modules=some.none() | TEXT,
    environment=some.dictionaries(TEXT, JSON, max_size=3),
    seed=COUNT,
    design=some.builds(
        Design,
        kind=some.sampled_from(DesignKind),
        factors=some.lists(TEXT, max_size=3).map(tuple),
        held=some.lists(TEXT, max_size=3).map(tuple),
        parts=some.lists(some.lists(COMBINATIONS, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
        resolution=some.none() | COUNT,
        aliases=some.lists(TEXT, max_size=3).map(tuple),
    ),
    blocks=some.none() | COUNT,
    warmup=COUNT,
    isolation=some.sampled_from(Isolation),
    metric=some.sampled_from(Metric),
    threshold_percent=FINITE,
    time_scale=FINITE,
    stop_reason=some.none() | some.sampled_from(StopReason),
    elapsed_s=FINITE,
    max_blocks=some.none() | COUNT,
    precision_percent=some.none() | FINITE,
    budget_s=some.none() | FINITE,
    spread_s=some.none() | FINITE,
    inference=some.sampled_from(Inference),
)
JOBS = some.builds(
    Job,
    document=some.dictionaries(TEXT, JSON, max_size=3),
    seed=COUNT,
    block=COUNT,
    first=COUNT,
    combinations=some.lists(COMBINATIONS, max_size=3).map(tuple),
    discarded=some.lists(COMBINATIONS, max_size=3).map(tuple),
    held=COMBINATIONS,
    workspace=TEXT.map(Path),
    modules=some.none() | TEXT.map(Path),
    on_error=some.sampled_from(OnError),
    keep_spans=some.frozensets(COUNT, max_size=4),
)


@given(TRIALS)
def test_a_trial_comes_back(trial: Trial) -> None:
    assert trial_from_json(json.loads(json.dumps(trial_to_json(trial)))) == trial


@given(TRIALS)
def test_a_trial_from_before_spans_were_recorded_is_read(trial: Trial) -> None:
    plain = trial_to_json(trial)
    del plain["ledger"], plain["spans"]
    assert trial_from_json(json.loads(json.dumps(plain))) == replace(trial, ledger=None, spans=())


@given(TRIALS)
def test_spans_are_kept_as_lists_in_the_order_of_their_fields(trial: Trial) -> None:
    assert [tuple(span) for span in trial_to_json(trial)["spans"]] == [
        tuple(getattr(span, field.name) for field in fields(Span)) for span in trial.spans
    ]


@given(RUNS)
def test_a_run_comes_back(run: Run) -> None:
    back = run_from_json(json.loads(json.dumps(run_to_json(run))))
    assert back == run
    assert type(back.isolation) is Isolation and type(back.design.kind) is DesignKind


@given(JOBS)
def test_a_job_comes_back_on_one_line(job: Job) -> None:
    line = job.to_json()
    assert "\n" not in line
    assert Job.from_json(line) == job


def test_a_prepared_run_comes_back(prepared: Callable[..., Run]) -> None:
    run = replace(prepared(hold=["b"]), stop_reason=StopReason.INTERRUPTED)
    assert run_from_json(json.loads(json.dumps(run_to_json(run)))) == run


def test_what_the_first_version_wrote_is_read(prepared: Callable[..., Run]) -> None:
    """It knew full designs only, and an exact number of blocks."""
    run = prepared(blocks=4)
    plain = run_to_json(run)
    plain["design"] = {
        "kind": "full",
        "factors": ["a", "b"],
        "held": [],
        "combinations": [[], ["a"], ["b"], ["a", "b"]],
    }
    for later in ("max_blocks", "precision_percent", "budget_s", "spread_s", "inference"):
        del plain[later]
    assert run_from_json(json.loads(json.dumps(plain))) == run


def test_ids_sort_by_time_and_differ_within_a_second() -> None:
    ids = [new_run_id(datetime(2026, 1, day, tzinfo=UTC)) for day in range(1, 29) for _ in range(3)]
    assert len(set(ids)) > len(ids) - 3  # of 65,536 a second
    assert [one[:15] for one in sorted(ids)] == [one[:15] for one in ids]
