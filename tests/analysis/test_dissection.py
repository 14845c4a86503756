from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentperf.analysis.busy_times import BusyTimes
from agentperf.analysis.dissection import dissect
from agentperf.analysis.ledger import ledger
from agentperf.analysis.replay import replay_s
from agentperf.analysis.segments import Order, RecordedSession, Server, Use
from agentperf.scenarios.concerns import Concern

UNHURRIED = settings(deadline=None)  # a busy machine is no failure
WAITS, COMPUTES = Use(), Use(keeps=Server.LOOP)
WRITES, AWAITS_WRITER = Use(keeps=Server.WRITER), Use(awaits=Server.WRITER)


@dataclass(frozen=True)
class Spanned:
    name: str
    parent: int
    start_s: float
    end_s: float
    concern: Concern = Concern.OTHER
    use: Use = WAITS
    due_s: float | None = None
    agent: str | None = None


def step(agent: str, start_s: float, end_s: float, **more: object) -> Spanned:
    return Spanned(agent, 0, start_s, end_s, Concern.AGENT_WORK, agent=agent, **more)  # type: ignore[arg-type]


def dissected(
    *trace: Spanned, order: Order = Order.BY_NEEDS, needs: Mapping[str, Sequence[str]] | None = None
) -> RecordedSession:
    return dissect(trace, [span.use for span in trace], needs or {}, order)


def durations(recorded: RecordedSession) -> dict[str, list[float]]:
    return {step.agent: [segment.duration_s for segment in step.segments] for step in recorded.steps}


@st.composite
def sessions_one_by_one(draw: st.DrawFn) -> list[Spanned]:
    """Steps in a row with gaps between them, each with children in a row, and what the session does."""
    spans = [Spanned("session", -1, 0, 0)]
    gaps, now_s = st.integers(0, 3), float(draw(st.integers(0, 3)))
    spans.append(Spanned("admit", 0, 0, now_s, Concern.VALIDATION, COMPUTES))
    for number in range(draw(st.integers(0, 6))):
        now_s += draw(gaps)
        place, start_s = len(spans), now_s
        spans.append(step(str(number), start_s, start_s))
        for child in range(draw(st.integers(0, 4))):
            now_s += draw(gaps)
            use = draw(st.sampled_from([WAITS, COMPUTES, WRITES, AWAITS_WRITER]))
            due_s = draw(st.none() | st.integers(0, 60))
            length_s, concern = draw(st.integers(0, 5)), draw(st.sampled_from(Concern))
            spans.append(
                Spanned(str(child), place, now_s, now_s + length_s, concern, use, due_s, agent=str(number))
            )
            now_s += length_s
        now_s += draw(gaps)
        spans[place] = step(str(number), start_s, now_s)
    spans.append(Spanned("save", 0, now_s, now_s + 2, Concern.PERSISTENCE, WRITES))
    return [Spanned("session", -1, 0, now_s + 2), *spans[1:]]


@UNHURRIED
@given(sessions_one_by_one())
def test_of_steps_in_a_row_every_instant_is_kept(trace: list[Spanned]) -> None:
    recorded = dissected(*trace, order=Order.ONE_BY_ONE)
    assert replay_s(recorded, Order.ONE_BY_ONE) == pytest.approx(trace[0].end_s)
    charged = ledger(trace)
    for concern in Concern:
        without_s = replay_s(recorded, Order.ONE_BY_ONE, {concern: 0.0})
        if concern not in (Concern.OTHER, Concern.EVENT_LOOP):  # these share what the session does itself
            assert trace[0].end_s - without_s == pytest.approx(charged[concern])


def test_steps_side_by_side_are_found_as_they_were() -> None:
    trace = (
        Spanned("session", -1, 0, 10),
        step("plan", 0, 1),
        step("long", 1, 8),
        step("short", 1, 3),
        step("write", 8, 10),
    )
    needs = {"long": ["plan"], "short": ["plan"], "write": ["long", "short"]}
    recorded = dissected(*trace, needs=needs)
    assert [sorted(step.needs) for step in recorded.steps] == [[], [0], [0], [1, 2]]
    assert replay_s(recorded, Order.BY_NEEDS) == 10
    assert replay_s(recorded, Order.ONE_BY_ONE) == 12


def test_a_wait_that_ended_late_because_another_step_computed_is_replayed_as_it_was_due() -> None:
    trace = (
        Spanned("session", -1, 0, 6),
        step("a", 0, 6),
        Spanned("chat", 1, 0, 6, Concern.AGENT_WORK, WAITS, due_s=2, agent="a"),
        step("b", 0, 5, use=COMPUTES),
    )
    recorded = dissected(*trace)
    assert durations(recorded) == {"b": [5], "a": [2, 1]}, "late by 4, of which b computed 3"
    assert [segment.concern for segment in recorded.steps[1].segments] == [
        Concern.AGENT_WORK,
        Concern.EVENT_LOOP,
    ]


def test_a_step_that_started_late_because_another_one_computed_was_ready_before() -> None:
    trace = (Spanned("session", -1, 0, 6), step("a", 0, 4, use=COMPUTES), step("b", 5, 6))
    assert durations(dissected(*trace)) == {"a": [4], "b": [1, 1]}
    needing = dissected(*trace, needs={"b": ["a"]})
    assert durations(needing) == {"a": [4], "b": [1, 1]}
    assert replay_s(needing, Order.BY_NEEDS) == 6


def test_a_write_keeps_the_writer_from_its_connection_to_its_end_and_waits_for_that_of_others() -> None:
    def saving(agent: str, parent: int, start_s: float, waits_s: float) -> tuple[Spanned, ...]:
        moments = [start_s, *(start_s + waits_s + later for later in (0, 1, 3, 4))]
        kinds = [
            ("wait", Concern.PERSISTENCE, AWAITS_WRITER),
            ("connect", Concern.CONNECTIONS, WRITES),
            ("commit", Concern.PERSISTENCE, WRITES),
            ("disconnect", Concern.CONNECTIONS, WRITES),
        ]
        return tuple(
            Spanned(name, parent, moments[place], moments[place + 1], concern, use, agent=agent)
            for place, (name, concern, use) in enumerate(kinds)
        )

    trace = (
        Spanned("session", -1, 0, 9),
        step("a", 0, 5),
        step("b", 0, 9),
        *saving("a", 1, 0, 1),
        *saving("b", 2, 0, 5),
    )
    recorded = dissected(*trace)
    assert durations(recorded) == {"a": [1, 1, 2, 1], "b": [1, 1, 2, 1]}
    assert [segment.write for segment in recorded.steps[0].segments] == [None, 1, 1, 1]
    assert replay_s(recorded, Order.BY_NEEDS) == 9
    twice = (Spanned("session", -1, 0, 10), step("a", 0, 10), *saving("a", 1, 0, 1), *saving("a", 1, 5, 1))
    (once,) = dissected(*twice).steps
    assert [segment.write for segment in once.segments] == [None, 1, 1, 1, None, 2, 2, 2]


def test_a_session_without_steps_has_what_it_does_itself() -> None:
    recorded = dissected(Spanned("session", -1, 0, 3), Spanned("load", 0, 1, 2, Concern.STATE))
    assert not recorded.steps
    assert math.fsum(segment.duration_s for segment in (*recorded.before, *recorded.after)) == 3


def test_busy_times_that_overlap_count_once() -> None:
    busy = BusyTimes([(4, 6), (0, 2), (1, 3)])
    assert [busy.within_s(*ends) for ends in ((0, 10), (2, 5), (3, 4), (-5, 1), (5, 5), (7, 9))] == [
        5,
        2,
        0,
        1,
        0,
        0,
    ]
    assert BusyTimes([]).within_s(0, 1) == 0
