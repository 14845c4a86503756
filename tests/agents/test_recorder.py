"""Spans as they are recorded: who contains whom, and when, by a clock that the test sets."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as some

from agentperf.agents import recorder as recording
from agentperf.agents.recorder import UNRECORDED, OpenSpan, Recorder, outer_span, span
from agentperf.agents.session import Session
from agentperf.agents.spans import (
    COMMIT,
    LABEL_CHARACTERS,
    PUBLISH,
    SAVE,
    Hold,
    Kind,
    Span,
    chat_kind,
    label,
    own_kind,
    step_kind,
)
from agentperf.scenarios.concerns import Concern

STEP = step_kind("planner")
CHAT = chat_kind("planner", "small")


class SetClock:
    """Shows what the test sets, in nanoseconds."""

    def __init__(self) -> None:
        self.now_ns = 5_000_000_000

    def __call__(self) -> int:
        return self.now_ns

    def pass_s(self, seconds: float) -> None:
        self.now_ns += round(seconds * 1e9)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def recorder(clock: SetClock) -> Recorder:
    return Recorder("test", clock)


@pytest.fixture(autouse=True)
def left_as_found() -> Iterator[None]:
    """No span is open before a test, and none after it."""
    assert span(COMMIT) is outer_span(SAVE) is UNRECORDED
    yield
    assert span(COMMIT) is outer_span(SAVE) is UNRECORDED


def names(spans: tuple[Span, ...]) -> list[str]:
    return [one.name for one in spans]


def parents(spans: tuple[Span, ...]) -> dict[str, str | None]:
    return {one.name: spans[one.parent].name if one.parent >= 0 else None for one in spans}


def test_spans_hold_times_parents_and_agents(recorder: Recorder, clock: SetClock) -> None:
    with recorder.session():
        clock.pass_s(1)
        with outer_span(STEP):
            clock.pass_s(2)
            with span(CHAT) as waiting:
                clock.pass_s(0.5)
                waiting.due_in(3)
                clock.pass_s(4)
            with outer_span(SAVE), span(COMMIT.holding(Hold.WRITER)):
                clock.pass_s(1)
        clock.pass_s(0.25)
    other, agent = Concern.OTHER, "planner"
    assert recorder.spans() == (
        Span("invoke_workflow test", other, Hold.NOTHING, -1, 0, 8.75),
        Span("invoke_agent planner", other, Hold.NOTHING, 0, 1, 8.5, agent=agent),
        Span("chat small", Concern.AGENT_WORK, Hold.NOTHING, 1, 3, 7.5, due_s=6.5, agent=agent),
        Span("agentperf.save", Concern.PERSISTENCE, Hold.NOTHING, 1, 7.5, 8.5, agent=agent),
        Span("agentperf.commit", Concern.PERSISTENCE, Hold.WRITER, 3, 7.5, 8.5, agent=agent),
    )


def test_nothing_is_recorded_outside_a_session(recorder: Recorder) -> None:
    with span(SAVE) as unrecorded:
        unrecorded.due_in(1)
    assert recorder.spans() == ()
    with recorder.session():
        assert recorder.spans() == ()  # it has not ended
    with span(SAVE):
        pass
    assert names(recorder.spans()) == ["invoke_workflow test"]


def test_sessions_one_after_another_do_not_mix() -> None:
    recorders = [Recorder(name) for name in ("a", "b")]
    for one in recorders:
        with one.session(), span(SAVE):
            pass
    assert [names(one.spans()) for one in recorders] == [
        [f"invoke_workflow {name}", "agentperf.save"] for name in ("a", "b")
    ]


async def test_tasks_record_below_the_span_that_started_them(recorder: Recorder) -> None:
    both_have_begun = asyncio.Barrier(2)

    async def step(agent: str) -> None:
        with outer_span(step_kind(agent)):
            await both_have_begun.wait()
            with span(chat_kind(agent, None)):
                await asyncio.sleep(0)

    with recorder.session():
        async with asyncio.TaskGroup() as group:
            for agent in ("a", "b"):
                group.create_task(step(agent))
        with span(SAVE):
            pass
    spans = recorder.spans()
    assert parents(spans) == {
        "invoke_workflow test": None,
        "invoke_agent a": "invoke_workflow test",
        "invoke_agent b": "invoke_workflow test",
        "chat a": "invoke_agent a",
        "chat b": "invoke_agent b",
        "agentperf.save": "invoke_workflow test",
    }
    assert {one.agent for one in spans if one.name.endswith(" a")} == {"a"}
    assert [one.agent for one in spans if not one.parent] == ["a", "b", None]


async def test_concurrent_sessions_do_not_mix() -> None:
    both_have_begun = asyncio.Barrier(2)

    async def session(one: Recorder) -> None:
        with one.session(), outer_span(SAVE):
            await both_have_begun.wait()
            with span(COMMIT):
                await both_have_begun.wait()

    recorders = Recorder("a"), Recorder("b")
    await asyncio.gather(*map(session, recorders))
    assert [len(one.spans()) for one in recorders] == [3, 3]


@pytest.mark.parametrize("failure", [ValueError, asyncio.CancelledError, SystemExit])
def test_a_failure_closes_the_spans_it_passes(
    recorder: Recorder, clock: SetClock, failure: type[BaseException]
) -> None:
    with pytest.raises(failure), recorder.session(), outer_span(STEP):
        clock.pass_s(1)
        with span(CHAT):
            clock.pass_s(1)
            raise failure
    assert [(one.start_s, one.end_s) for one in recorder.spans()] == [(0, 2), (0, 2), (1, 2)]


async def test_what_goes_on_when_the_session_ends_is_cut_off(recorder: Recorder, clock: SetClock) -> None:
    begun, over = asyncio.Event(), asyncio.Event()

    async def outlive() -> None:
        with outer_span(SAVE):
            begun.set()
            await over.wait()
            clock.pass_s(1)
            with span(COMMIT):
                clock.pass_s(1)

    with recorder.session():
        outliving = asyncio.create_task(outlive())
        await begun.wait()
        clock.pass_s(1)
    assert [(one.name, one.end_s) for one in recorder.spans()][1:] == [("agentperf.save", 1)]
    over.set()
    await outliving
    assert [(one.name, one.end_s) for one in recorder.spans()][1:] == [("agentperf.save", 1)]


def test_a_session_that_goes_wild_does_not_fill_the_memory(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "SPANS_RECORDED", 4)
    with recorder.session():
        with outer_span(SAVE), span(COMMIT):
            pass
        with outer_span(SAVE):
            assert not recorder.is_cut  # the fourth is the last
            with span(COMMIT):
                assert recorder.is_cut
        for _ in range(3):
            with outer_span(SAVE), span(COMMIT):
                pass
    assert [one.parent for one in recorder.spans()] == [-1, 0, 1, 0]


@pytest.mark.parametrize("opens", [span, outer_span])
def test_what_begins_after_the_session_cuts_nothing_off(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, opens: Callable[[Kind], OpenSpan]
) -> None:
    monkeypatch.setattr(recording, "SPANS_RECORDED", 2)
    with recorder.session(), span(SAVE):
        outlives = contextvars.copy_context()
    outlives.run(lambda: opens(COMMIT).__enter__())
    assert not recorder.is_cut and len(recorder.spans()) == 2


async def test_a_session_takes_spans_from_tasks_that_know_nothing_of_it(recorder: Recorder) -> None:
    jobs: asyncio.Queue[tuple[Session, asyncio.Event]] = asyncio.Queue()

    async def work() -> None:
        session, done = await jobs.get()
        with session.span("look up"), session.span("read", "persistence"), span(PUBLISH):
            done.set()

    working, done = asyncio.create_task(work()), asyncio.Event()
    await asyncio.sleep(0)
    session = Session(0, "seed", recorder)
    with recorder.session(), session.span("ask"):
        await jobs.put((session, done))
        await done.wait()
    await working
    assert parents(recorder.spans()) == {
        "invoke_workflow test": None,
        "ask": "invoke_workflow test",
        "look up": "invoke_workflow test",
        "read": "look up",
        "agentperf.publish": "read",
    }
    assert [one.concern for one in recorder.spans()][1:4] == ["agent work", "agent work", "persistence"]


def test_a_thread_of_a_session_records_too(recorder: Recorder) -> None:
    session = Session(0, "seed", recorder)

    def work() -> None:
        with session.span("in a thread"):
            pass

    with recorder.session():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert names(recorder.spans()) == ["invoke_workflow test", "in a thread"]


def test_a_session_that_is_not_recorded_takes_spans_all_the_same(recorder: Recorder) -> None:
    for session in (Session(0, "seed"), Session(0, "seed", recorder)):  # the second has not begun
        with session.span("search") as one:
            assert one is UNRECORDED


@pytest.mark.parametrize("recorded", [Recorder("test"), None])
def test_a_concern_that_there_is_not_is_refused(recorded: Recorder | None) -> None:
    with pytest.raises(
        ValueError, match=r"^unknown concern 'cache', known: agent work, .*event loop and other$"
    ):
        Session(0, "seed", recorded).span("look up", "cache")


def test_sessions_with_and_without_a_recorder_are_equal(recorder: Recorder) -> None:
    assert Session(1, "seed", recorder) == Session(1, "seed")
    assert "recorder" not in repr(Session(1, "seed", recorder))


@given(some.text(max_size=200))
def test_labels_are_printable_and_short(name: str) -> None:
    for text in (label("invoke_agent", name), own_kind(name, "other").name):
        assert text.isprintable()
        assert len(text) <= LABEL_CHARACTERS
    assert (
        not name.isprintable() or own_kind(name[:LABEL_CHARACTERS], "other").name == name[:LABEL_CHARACTERS]
    )


def test_endless_and_hostile_names_are_cut() -> None:
    assert label("chat", "x" * 10_000) == f"chat {'x' * 115}"
    assert label("chat", "\x1b[2J\u202e" * 100).startswith("chat \\x1b[2J\\u202e\\x1b")
    assert label("chat", "\x1b[2J" * 100)[-1] == "…"


def test_names_beyond_number_are_not_kept() -> None:
    for number in count():
        own_kind(f"row {number}", "other")
        if number > 2 * (own_kind.cache_parameters()["maxsize"] or 0):
            break
    assert own_kind.cache_info().currsize == own_kind.cache_info().maxsize
    assert own_kind("row 0", "other") == Kind("row 0", Concern.OTHER)
