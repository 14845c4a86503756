"""Timelines: every span has a place of its own, and the critical path adds up."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode
from itertools import pairwise

import pytest

from agentperf.agents.spans import Hold, Span
from agentperf.reports.page.session_timelines import session_timelines
from agentperf.reports.page.timeline import SESSION, Timeline, timeline
from agentperf.scenarios.concerns import Concern

from .conftest import Documents
from .simulated_dossiers import AGENTS, trace


@pytest.fixture
def drawn() -> Timeline:
    return timeline(trace(frozenset(), 3).spans)


def test_bars_of_a_lane_do_not_overlap(drawn: Timeline) -> None:
    for group in drawn.groups:
        for lane in range(group.lanes):
            bars = sorted((bar for bar in group.bars if bar.lane == lane), key=lambda bar: bar.start_us)
            assert bars
            for before, after in pairwise(bars):
                assert before.end_us <= after.start_us


def test_every_span_but_the_session_has_a_bar(drawn: Timeline) -> None:
    spans = trace(frozenset(), 3).spans
    assert sum(len(group.bars) for group in drawn.groups) == len(spans) - 1
    assert [group.name for group in drawn.groups] == [SESSION, *AGENTS]
    assert {"chat", "persist", "connect"} <= {bar.name for group in drawn.groups for bar in group.bars}


def test_the_path_covers_the_session_without_gap(drawn: Timeline) -> None:
    assert drawn.path[0].start_us == 0
    assert drawn.path[-1].end_us == drawn.total_us
    for before, after in pairwise(drawn.path):
        assert before.end_us == after.start_us
    assert sum(wait.total_us for wait in drawn.waits) == drawn.total_us
    assert [wait.total_us for wait in drawn.waits] == sorted(
        (wait.total_us for wait in drawn.waits), reverse=True
    )


def test_what_lies_behind_its_due_time_is_the_event_loop_s(drawn: Timeline) -> None:
    concerns = list(Concern)
    chats = {concerns[wait.concern] for wait in drawn.waits if wait.name == "chat"}
    assert chats == {Concern.AGENT_WORK, Concern.EVENT_LOOP}


def test_siblings_at_the_same_time_get_lanes_of_their_own() -> None:
    whole = Span("session", Concern.OTHER, Hold.NOTHING, -1, 0.0, 1.0)
    both = [Span(f"wait {n}", Concern.OTHER, Hold.NOTHING, 0, 0.1 * n, 0.9, None, "a") for n in range(3)]
    (group,) = timeline([whole, *both]).groups
    assert sorted(bar.lane for bar in group.bars) == [0, 1, 2]


def test_a_session_of_nothing_is_drawn() -> None:
    empty = timeline([Span("session", Concern.OTHER, Hold.NOTHING, -1, 0.0, 0.5)])
    assert empty.groups == () and empty.total_us == 500_000
    assert [one.name for one in empty.waits] == [SESSION]


def test_the_data_of_all_and_the_two_that_are_shown(documents: Documents) -> None:
    document = documents("realistic")
    traces = [trace(frozenset(record.on), 3) for record in document.combinations]
    timelines = session_timelines(document, [*traces, *traces])
    assert timelines is not None
    assert len(timelines.every) == 8
    assert [timelines.every[place].name for place in timelines.shown] == ["nothing on", "everything on"]
    data = timelines.data()
    unpacked = json.loads(zlib.decompress(b64decode(data["packed"][0])))
    assert unpacked["name"] == "nothing on"
    assert unpacked["total"] == timelines.every[0].timeline.total_us
    assert sum(wait[4] for wait in unpacked["waits"]) == unpacked["total"]
    assert session_timelines(document, []) is None
