from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentperf.analysis.critical_path import critical_path
from agentperf.analysis.ledger import charges, ledger, mean_ledger
from agentperf.scenarios.concerns import Concern

UNHURRIED = settings(deadline=None)  # a busy machine is no failure


@dataclass(frozen=True)
class Recorded:
    name: str
    parent: int
    start_s: float
    end_s: float
    concern: Concern = Concern.OTHER
    due_s: float | None = None
    agent: str | None = None


def path_of(*trace: Recorded) -> list[tuple[str, float, float]]:
    return [(trace[part.span].name, part.start_s, part.end_s) for part in critical_path(trace)]


def step(agent: str, start_s: float, end_s: float, parent: int = 0) -> Recorded:
    return Recorded(agent, parent, start_s, end_s, Concern.AGENT_WORK, agent=agent)


@st.composite
def traces(draw: st.DrawFn) -> list[Recorded]:
    """Spans in any shape: nested, side by side, overlapping, of no length, outliving their parents."""
    length_s = draw(st.integers(0, 20))
    spans = [Recorded("session", -1, 0.0, float(length_s))]
    for index in range(1, draw(st.integers(1, 25))):
        start_s = draw(st.integers(0, 20))
        end_s = draw(st.integers(start_s, 24))
        spans.append(
            Recorded(
                name=f"span {index}",
                parent=draw(st.integers(0, index - 1)),
                start_s=float(start_s),
                end_s=float(end_s),
                concern=draw(st.sampled_from(Concern)),
                due_s=draw(st.none() | st.floats(-1, 25)),
                agent=draw(st.none() | st.sampled_from("abc")),
            )
        )
    return spans


def test_steps_in_a_row_with_gaps_that_are_the_sessions_own() -> None:
    session = Recorded("session", -1, 0, 10)
    assert path_of(session, step("a", 1, 4), step("b", 5, 9)) == [
        ("session", 0, 1),
        ("a", 1, 4),
        ("session", 4, 5),
        ("b", 5, 9),
        ("session", 9, 10),
    ]


def test_of_steps_side_by_side_the_last_to_finish_is_followed() -> None:
    session = Recorded("session", -1, 0, 7)
    steps = [step("plan", 0, 1), step("long", 1, 5), step("short", 1, 3), step("then", 3, 6)]
    assert path_of(session, *steps, step("write", 6, 7)) == [
        ("plan", 0, 1),
        ("short", 1, 3),
        ("then", 3, 6),
        ("write", 6, 7),
    ]


def test_what_a_child_does_is_not_its_parents() -> None:
    trace = [
        Recorded("session", -1, 0, 6),
        step("a", 0, 6),
        Recorded("chat", 1, 1, 3),
        Recorded("x", 2, 2, 3),
    ]
    assert path_of(*trace) == [("a", 0, 1), ("chat", 1, 2), ("x", 2, 3), ("a", 3, 6)]


def test_what_outlives_its_parent_is_followed_to_the_parents_end() -> None:
    trace = [Recorded("session", -1, 0, 4), Recorded("flush", 0, 1, 9), Recorded("write", 1, 3, 8)]
    assert path_of(*trace) == [("session", 0, 1), ("flush", 1, 3), ("write", 3, 4)]
    assert path_of(Recorded("session", -1, 0, 4), Recorded("after", 0, 5, 9)) == [("session", 0, 4)]


def test_children_of_no_length_change_nothing() -> None:
    trace = [Recorded("session", -1, 0, 4), *(Recorded(f"mark {at}", 0, at, at) for at in range(5))]
    assert path_of(*trace) == [("session", 0, 4)]
    assert critical_path([]) == ()


@UNHURRIED
@given(traces())
def test_a_path_covers_the_session_without_gap_or_overlap(trace: list[Recorded]) -> None:
    path = critical_path(trace)
    ends = [trace[0].start_s, *(part.end_s for part in path)]
    assert [*(part.start_s for part in path), trace[0].end_s] == ends
    assert all(part.start_s < part.end_s for part in path)
    for part in path:
        span = trace[part.span]
        assert span.start_s <= part.start_s and part.end_s <= span.end_s
    assert all(left.span != right.span for left, right in pairwise(path))


@UNHURRIED
@given(traces())
def test_a_ledger_adds_up_to_the_session_and_charges_nothing_negative(trace: list[Recorded]) -> None:
    charged = ledger(trace)
    assert list(charged) == list(Concern)
    assert math.fsum(charged.values()) == pytest.approx(trace[0].end_s - trace[0].start_s)
    assert all(seconds >= 0 for _, seconds in charges(trace, critical_path(trace)))


@UNHURRIED
@given(traces(), st.randoms(use_true_random=False))
def test_the_order_in_which_spans_were_recorded_does_not_matter(
    trace: list[Recorded], chance: random.Random
) -> None:
    order = [0, *chance.sample(range(1, len(trace)), len(trace) - 1)]
    place = {old: new for new, old in enumerate(order)}
    shuffled = [replace(trace[old], parent=place.get(trace[old].parent, -1)) for old in order]
    assert path_of(*shuffled) == path_of(*trace)
    assert ledger(shuffled) == ledger(trace)


def test_a_deep_trace_and_a_wide_one_need_no_recursion() -> None:
    depth = 10_000
    deep = [Recorded("0", -1, 0, 2 * depth)]
    deep += [Recorded(str(level), level - 1, level, 2 * depth - level) for level in range(1, depth)]
    assert len(critical_path(deep)) == 2 * depth - 1
    wide = [Recorded("session", -1, 0, depth), *(step(str(at), at, at + 1) for at in range(depth))]
    assert [trace_part.span for trace_part in critical_path(wide)] == list(range(1, depth + 1))


def test_what_lies_behind_the_moment_a_wait_was_due_is_the_event_loops() -> None:
    session = Recorded("session", -1, 0, 5)
    late = Recorded("chat", 0, 0, 5, Concern.AGENT_WORK, due_s=3.5)
    charged = ledger([session, late])
    assert (charged[Concern.AGENT_WORK], charged[Concern.EVENT_LOOP]) == (3.5, 1.5)
    overdue = Recorded("chat", 0, 1, 5, Concern.AGENT_WORK, due_s=0.5)
    assert ledger([session, overdue])[Concern.EVENT_LOOP] == 4
    early = replace(late, due_s=9.0)
    assert ledger([session, early])[Concern.EVENT_LOOP] == 0


def test_beside_steps_a_session_waits_for_the_loop_and_elsewhere_for_itself() -> None:
    trace = [
        Recorded("session", -1, 0, 10),
        Recorded("validate", 0, 0, 1, Concern.VALIDATION),
        Recorded("load", 0, 2, 3, Concern.STATE),
        step("a", 4, 6),
        step("b", 7, 8),
    ]
    charged = ledger(trace)
    assert charged[Concern.VALIDATION] == charged[Concern.STATE] == 1
    assert charged[Concern.AGENT_WORK] == 3
    assert charged[Concern.EVENT_LOOP] == 4, "from 3 to 4, from 6 to 7, and from 8 to 10"
    assert charged[Concern.OTHER] == 1, "from 1 to 2"


def test_a_mean_of_ledgers_adds_up_to_the_mean_duration() -> None:
    short = ledger([Recorded("session", -1, 0, 2), step("a", 0, 1)])
    long = ledger([Recorded("session", -1, 0, 4), step("a", 0, 3)])
    mean = mean_ledger([short, long])
    assert mean[Concern.AGENT_WORK] == 2
    assert sum(mean.values()) == 3
