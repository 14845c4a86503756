from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentperf.analysis.replay import replay_s
from agentperf.analysis.segments import Order, RecordedSession, RecordedStep, Segment, Server
from agentperf.scenarios.concerns import Concern

UNHURRIED = settings(deadline=None)  # a busy machine is no failure
WORK, SAVE = Concern.AGENT_WORK, Concern.PERSISTENCE


def waits(seconds: float) -> Segment:
    return Segment(WORK, seconds)


def computes(seconds: float) -> Segment:
    return Segment(WORK, seconds, Server.LOOP)


def writes(seconds: float, write: int = 1, server: Server | None = None) -> Segment:
    return Segment(SAVE, seconds, server, write)


def session(*rows: Sequence[Segment], needs: Sequence[Sequence[int]] = ()) -> RecordedSession:
    needed = [*map(tuple, needs), *((),) * (len(rows) - len(needs))]
    steps = tuple(
        RecordedStep(f"agent {place}", its_needs, tuple(row))
        for place, (its_needs, row) in enumerate(zip(needed, rows, strict=True))
    )
    return RecordedSession(math.fsum(one.duration_s for row in rows for one in row), (), steps, ())


@st.composite
def sessions(draw: st.DrawFn, segments: st.SearchStrategy[Segment]) -> RecordedSession:
    rows = draw(st.lists(st.lists(segments, max_size=6), max_size=8))
    needs = [
        sorted(draw(st.sets(st.integers(0, place - 1), max_size=3))) if place else []
        for place in range(len(rows))
    ]
    return session(*rows, needs=needs)


DURATIONS = st.integers(0, 9).map(float)
SEGMENTS = st.builds(
    Segment,
    st.sampled_from(Concern),
    DURATIONS,
    st.sampled_from([None, None, Server.LOOP]),
    st.sampled_from([None, None, 1, 2]),
)


def longest_path_s(recorded: RecordedSession) -> float:
    ends: list[float] = []
    for step in recorded.steps:
        start_s = max((ends[need] for need in step.needs), default=0.0)
        ends.append(start_s + sum(segment.duration_s for segment in step.segments))
    return max(ends, default=0.0)


def test_waits_side_by_side_take_as_long_as_the_longest_path() -> None:
    diamond = session([waits(1)], [waits(5)], [waits(2)], [waits(1)], needs=[(), (0,), (0,), (1, 2)])
    assert replay_s(diamond, Order.BY_NEEDS) == 7
    assert replay_s(diamond, Order.ONE_BY_ONE) == 9


def test_who_computes_keeps_the_others_from_it() -> None:
    assert replay_s(session([computes(2)], [computes(3)]), Order.BY_NEEDS) == 5
    assert replay_s(session([waits(2), computes(2)], [computes(3)]), Order.BY_NEEDS) == 5
    # the first computes until 2, the second from there to 5, and the third has waited all the while
    assert replay_s(session([computes(2), waits(9)], [computes(3)], [waits(1)]), Order.BY_NEEDS) == 11


def test_a_coroutine_that_computes_on_does_not_give_up_the_loop() -> None:
    both = session([computes(1), computes(1), waits(5)], [computes(4)])
    assert replay_s(both, Order.BY_NEEDS) == 7


def test_one_writes_at_a_time_and_keeps_the_writer_to_the_end_of_the_write() -> None:
    apart = session([writes(2)], [writes(3)])
    assert replay_s(apart, Order.BY_NEEDS) == 5
    connecting = session([writes(1), writes(2)], [writes(4)])
    assert replay_s(connecting, Order.BY_NEEDS) == 7
    # between its two writes the first lets the second have its turn, and then waits for it
    two_writes = session([writes(1, 1), writes(1, 2), waits(9)], [writes(4)])
    assert replay_s(two_writes, Order.BY_NEEDS) == 15


def test_who_waits_for_the_writer_does_not_keep_the_loop() -> None:
    one = [computes(1), writes(1, server=Server.LOOP)]
    assert replay_s(session([writes(5)], one, [computes(3)]), Order.BY_NEEDS) == 6


def test_a_concern_for_nothing() -> None:
    one = session([waits(2), writes(3)], [writes(1)])
    assert replay_s(one, Order.ONE_BY_ONE, {SAVE: 0.0}) == 2
    assert replay_s(one, Order.ONE_BY_ONE, {SAVE: 0.5}) == 4


def test_what_the_session_does_itself_comes_before_and_after() -> None:
    recorded = RecordedSession(9.0, (computes(1),), session([waits(2)]).steps, (writes(4),))
    assert replay_s(recorded, Order.BY_NEEDS) == 7


def test_nothing_takes_no_time_and_circles_are_refused() -> None:
    assert replay_s(session(), Order.BY_NEEDS) == 0
    with pytest.raises(ValueError, match="wait for each other"):
        replay_s(session([waits(1)], [waits(1)], needs=[(1,), (0,)]), Order.BY_NEEDS)


@UNHURRIED
@given(sessions(SEGMENTS))
def test_one_by_one_is_the_sum_of_all(recorded: RecordedSession) -> None:
    assert replay_s(recorded, Order.ONE_BY_ONE) == recorded.duration_s


@UNHURRIED
@given(sessions(SEGMENTS))
def test_by_needs_lies_between_the_longest_path_and_the_sum_of_all(recorded: RecordedSession) -> None:
    assert longest_path_s(recorded) <= replay_s(recorded, Order.BY_NEEDS) <= recorded.duration_s


@UNHURRIED
@given(sessions(st.builds(waits, DURATIONS)))
def test_waits_alone_take_the_longest_path(recorded: RecordedSession) -> None:
    assert replay_s(recorded, Order.BY_NEEDS) == longest_path_s(recorded)


@UNHURRIED
@given(sessions(st.builds(computes, DURATIONS)))
def test_computing_alone_cannot_be_shortened_by_any_order(recorded: RecordedSession) -> None:
    assert replay_s(recorded, Order.BY_NEEDS) == recorded.duration_s


def test_ten_thousand_steps_need_no_recursion() -> None:
    chain = [(), *((place,) for place in range(9_999))]
    assert replay_s(session(*([waits(1)],) * 10_000, needs=chain), Order.BY_NEEDS) == 10_000
    assert replay_s(session(*([],) * 10_000, needs=chain), Order.BY_NEEDS) == 0
    assert replay_s(session(*([computes(1)],) * 10_000), Order.BY_NEEDS) == 10_000
