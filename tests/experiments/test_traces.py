"""The spans that trials kept come back as sessions, and can be replayed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from agentperf.agents.spans import Hold, Span
from agentperf.analysis.ledger import ledger
from agentperf.analysis.replay import replay_s
from agentperf.analysis.segments import Order, Server
from agentperf.experiments.combination import NOTHING
from agentperf.experiments.run import Run
from agentperf.experiments.traces import commits, order_of, recorded_session, session_traces
from agentperf.scenarios.concerns import Concern

Prepared = Callable[..., Run]
PARALLELISM = frozenset({"parallelism"})
STEPS = [
    {"agent": "planner", "llm": {"latency": "2ms"}},
    {"agent": "reader", "needs": ["planner"], "llm": {"latency": "3ms"}},
    {"agent": "searcher", "needs": ["planner"], "llm": {"latency": "3ms"}, "cpu": "1ms"},
    {"agent": "writer", "needs": ["reader", "searcher"], "llm": {"latency": "2ms"}},
]
DOCUMENT: dict[str, Any] = {
    "name": "traces",
    "steps": STEPS,
    "state": {"sections": 2, "section_size": "100B"},
    "persistence": {"writes_per_step": 2, "synchronous": "off"},
    "websocket": {"subscribers": 1, "updates_per_step": 2},
    "monitoring": {"events_per_step": 2, "fsync": False},
    "optimizations": ["batched_persistence", "parallelism"],
    "measure": {"blocks": 2, "seed": 7},
}


@pytest.fixture(scope="module")
def conducted(prepared: Prepared, conduct: Callable[..., Any]) -> Any:
    found = conduct(prepared(DOCUMENT))
    assert not found.failures
    return found


def test_traces_come_by_block_and_then_as_the_design_has_them(conducted: Any) -> None:
    traces = session_traces(conducted.run, conducted.trials)
    first = [(0, on) for on in conducted.run.design.combinations]
    everything = frozenset(conducted.run.design.factors)
    assert [(trace.block, trace.on) for trace in traces] == [*first, (1, NOTHING), (1, everything)]
    held = replace(conducted.run, design=replace(conducted.run.design, parts=((NOTHING,),)))
    assert {trace.on for trace in session_traces(held, conducted.trials)} == {NOTHING}


def test_of_steps_one_by_one_a_replay_is_what_was_measured(conducted: Any) -> None:
    run = conducted.run
    for trace in session_traces(run, conducted.trials):
        recorded = recorded_session(run, trace)
        assert [len(step.needs) for step in recorded.steps] == [0, 1, 1, 2]
        assert commits(trace) == (1 if "batched_persistence" in trace.on else 8)
        order = order_of(run, trace.on)
        assert order is (Order.BY_NEEDS if trace.on >= PARALLELISM else Order.ONE_BY_ONE)
        if order is Order.ONE_BY_ONE:
            assert replay_s(recorded, order) == pytest.approx(recorded.duration_s)
            assert replay_s(recorded, Order.BY_NEEDS) < recorded.duration_s
            assert recorded.duration_s == pytest.approx(math.fsum(ledger(trace.spans).values()))
        else:
            assert replay_s(recorded, Order.ONE_BY_ONE) > replay_s(recorded, order)


def test_a_switch_that_is_held_is_on(conducted: Any) -> None:
    held = replace(conducted.run, design=replace(conducted.run.design, held=("parallelism",)))
    assert order_of(held, NOTHING) is Order.BY_NEEDS


def test_what_a_span_holds_is_what_its_segment_keeps(conducted: Any) -> None:
    (trace, *_) = session_traces(conducted.run, conducted.trials)
    spans = (
        Span("session", Concern.OTHER, Hold.NOTHING, -1, 0.0, 6.0),
        Span("step", Concern.OTHER, Hold.NOTHING, 0, 0.0, 6.0, agent="planner"),
        Span("agentperf.compute", Concern.AGENT_WORK, Hold.LOOP, 1, 0.0, 2.0, agent="planner"),
        Span("agentperf.commit", Concern.PERSISTENCE, Hold.WRITER, 1, 2.0, 5.0, agent="planner"),
        Span("chat", Concern.AGENT_WORK, Hold.NOTHING, 1, 5.0, 6.0, agent="planner"),
    )
    (step,) = recorded_session(conducted.run, replace(trace, spans=spans)).steps
    assert [(segment.server, segment.write is not None) for segment in step.segments] == [
        (Server.LOOP, False),
        (None, True),
        (None, False),
    ]
