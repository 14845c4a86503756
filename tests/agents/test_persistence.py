"""Both ways to save a session: the same rows in the end, exact counts, and nothing lost on the way out."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agentperf.agents import runtime as switches
from agentperf.agents import work
from agentperf.agents.context import AgentContext
from agentperf.agents.counters import Counters
from agentperf.agents.database import connect_each_time, connect_pooled, open_database
from agentperf.agents.graph import StepGraph
from agentperf.agents.persistence import CommitEach, CommitOnce, SessionWriter
from agentperf.agents.runtime import open_runtime
from agentperf.agents.sections import section, transcript
from agentperf.agents.session import Session
from agentperf.agents.site import Site
from agentperf.agents.state import EagerState, InitialState, State
from agentperf.scenarios.schema import Scenario, Step

MakeScenario = Callable[..., Scenario]
MakeSite = Callable[..., Site]
Own = Callable[[Callable[[AgentContext], Awaitable[Any]]], str]

BATCHED = frozenset({"batched_persistence"})
either_way = pytest.mark.parametrize("writer_class", [CommitEach, CommitOnce])
either_pool = pytest.mark.parametrize(
    "pool", [frozenset(), frozenset({"pooling"})], ids=["unpooled", "pooled"]
)


def state_of(*agents: str) -> State:
    """A state into which these agents have merged, one after another."""
    graph = StepGraph.of([Step(agent=agent) for agent in agents or ("nobody",)], sections=1)
    state = EagerState(graph, InitialState.of(1, 100), Counters())
    for rank, agent in enumerate(agents):
        state.merge(rank, section(agent, rank + 1, transcript(100), {}))
    return state


def rows(place: Site, table: str) -> list[tuple[Any, ...]]:
    """What another process would find in the trial's database."""
    with closing(sqlite3.connect(place.directory / "state.db")) as connection:
        (name,) = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE ?", (f"agentperf_%_{table}",)
        ).fetchone()
        return connection.execute(f"SELECT * FROM {name}").fetchall()


async def save_much(writer: SessionWriter, name: str) -> None:
    for agent in ("a", "b"):
        await writer.snapshot(state_of(*"ab"[: "ab".index(agent) + 1]))
        for number in range(2):
            await writer.progress(agent, number, name)
    await writer.close()


async def test_both_leave_the_same_rows(tmp_path: Path) -> None:
    found = []
    for writer_class in (CommitEach, CommitOnce):
        counters = Counters()
        (directory := tmp_path / writer_class.__name__).mkdir()
        async with open_database(
            connect_pooled, "sqlite+aiosqlite://", "off", directory, counters
        ) as database:
            counters.reset()
            for session in (1, 0):
                await save_much(writer_class(session, database, counters), "note")
            found.append(await database.contents())
    assert found[0] == found[1]
    assert [row[:2] for row in found[0]["snapshots"]] == [[0, 2], [1, 2]]
    assert found[0]["progress"] == [
        [session, agent, number, "note"] for session in (0, 1) for agent in "ab" for number in (0, 1)
    ]


@pytest.mark.parametrize(
    ("writer_class", "commits", "rows_written"), [(CommitEach, 6, 6), (CommitOnce, 1, 5)]
)
async def test_counts(
    writer_class: type[SessionWriter], commits: int, rows_written: int, tmp_path: Path
) -> None:
    counters = Counters()
    async with open_database(connect_pooled, "sqlite+aiosqlite://", "off", tmp_path, counters) as database:
        counters.reset()
        await save_much(writer_class(0, database, counters), "note")  # type: ignore[call-arg]
    assert (counters.commits, counters.rows_written, counters.connections_opened) == (
        commits,
        rows_written,
        0,
    )


@either_way
async def test_bytes_are_counted_not_characters(writer_class: type[SessionWriter], tmp_path: Path) -> None:
    counters = Counters()
    async with open_database(connect_pooled, "sqlite+aiosqlite://", "off", tmp_path, counters) as database:
        writer = writer_class(0, database, counters)  # type: ignore[call-arg]
        await writer.progress("größe", 0, "über")
        await writer.close()
    assert counters.bytes_written == len("größeüber".encode())


async def test_batched_writes_are_one_transaction_at_the_end(tmp_path: Path) -> None:
    counters = Counters()
    async with open_database(connect_pooled, "sqlite+aiosqlite://", "off", tmp_path, counters) as database:
        writer = CommitOnce(0, database, counters)
        await writer.snapshot(state_of("a"))
        await writer.progress("a", 0, "note")
        assert await database.contents() == {"snapshots": [], "progress": []}
        assert counters.commits == 0
        await writer.close()
        assert (counters.commits, counters.rows_written) == (1, 2)


@either_way
async def test_nothing_to_save_is_no_transaction(writer_class: type[SessionWriter], tmp_path: Path) -> None:
    counters = Counters()
    async with open_database(connect_each_time, "sqlite+aiosqlite://", "off", tmp_path, counters) as database:
        counters.reset()
        await writer_class(0, database, counters).close()  # type: ignore[call-arg]
    assert counters == Counters()


@either_way
async def test_an_older_snapshot_that_arrives_later_does_not_win(
    writer_class: type[SessionWriter], tmp_path: Path
) -> None:
    counters = Counters()
    async with open_database(connect_pooled, "sqlite+aiosqlite://", "off", tmp_path, counters) as database:
        for agents in ("a", "abc", "ab"):
            writer = writer_class(0, database, counters)  # type: ignore[call-arg]
            await writer.snapshot(state_of(*agents))
            await writer.close()
        ((session, revision, payload),) = (await database.contents())["snapshots"]
    assert (session, revision) == (0, 3)
    assert json.loads(payload)["section_00"]["author"] == "c"


@either_pool
@pytest.mark.parametrize("batched", [frozenset(), BATCHED], ids=["each", "batched"])
async def test_what_was_done_is_saved_when_a_step_fails(
    pool: frozenset[str], batched: frozenset[str], scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    async def fail(context: AgentContext) -> Mapping[str, Any]:
        raise LookupError("nothing there")

    place = site()
    asked = scenario({"agent": "a"}, {"agent": "b", "needs": ["a"], "uses": own(fail)})
    async with open_runtime(pool | batched, {}, asked, site=place) as run:
        with pytest.raises(work.StepFailed):
            await run(Session(0, "1"))
        assert [row[:2] for row in rows(place, "snapshots")] == [(0, 1)]
        assert [row[:3] for row in rows(place, "progress")] == [(0, "a", 0), (0, "a", 1)]
        assert run.counters.commits == (1 if batched else 3)


@either_pool
async def test_batched_writes_are_saved_when_the_session_is_cancelled(
    pool: frozenset[str], scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    acting = asyncio.Event()

    async def wait(context: AgentContext) -> Mapping[str, Any]:
        acting.set()
        await asyncio.Event().wait()
        return {}

    place = site()
    asked = scenario({"agent": "a"}, {"agent": "b", "needs": ["a"], "uses": own(wait)})
    async with open_runtime(pool | BATCHED, {}, asked, site=place) as run:
        session = asyncio.ensure_future(run(Session(0, "1")))
        await acting.wait()
        session.cancel()
        with pytest.raises(asyncio.CancelledError):
            await session
        assert [row[:2] for row in rows(place, "snapshots")] == [(0, 1)]
        assert len(rows(place, "progress")) == 2


@pytest.fixture
def saving(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set when a batched save begins."""
    begins = asyncio.Event()

    class Observed(CommitOnce):
        async def close(self) -> None:
            begins.set()
            await super().close()

    monkeypatch.setattr(switches, "CommitOnce", Observed)
    return begins


@either_pool
async def test_a_save_that_has_begun_is_finished_despite_cancellation(
    pool: frozenset[str], scenario: MakeScenario, site: MakeSite, saving: asyncio.Event
) -> None:
    """Another process holds the database, so that the save can't be over before the cancellation comes."""
    place = site()
    async with open_runtime(pool | BATCHED, {}, scenario(), site=place) as run:
        with closing(sqlite3.connect(place.directory / "state.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            session = asyncio.ensure_future(run(Session(0, "1")))
            await saving.wait()
            session.cancel()
            await asyncio.sleep(0)
            assert not session.done()
            other.execute("ROLLBACK")
        with pytest.raises(asyncio.CancelledError):
            await session
        assert [row[:2] for row in rows(place, "snapshots")] == [(0, 1)]
        assert run.counters.commits == 1


async def test_a_save_that_takes_too_long_is_given_up_with_a_warning(
    scenario: MakeScenario,
    site: MakeSite,
    saving: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(work, "SAVE_DEADLINE_S", 0.05)
    place = site()
    async with open_runtime(BATCHED | {"pooling"}, {}, scenario(), site=place) as run:
        with closing(sqlite3.connect(place.directory / "state.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            session = asyncio.ensure_future(run(Session(0, "1")))
            await saving.wait()
            session.cancel()
            with pytest.raises(asyncio.CancelledError):
                await session
            other.execute("ROLLBACK")
        assert rows(place, "snapshots") == []
        assert await run(Session(1, "1"))
        assert [row[:2] for row in rows(place, "snapshots")] == [(1, 1)]
    assert "the save of a cancelled session was given up" in caplog.text


# the driver leaves it to the garbage collector to close a connection that was cancelled while it was opened
@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
@either_pool
@pytest.mark.parametrize("batched", [frozenset(), BATCHED], ids=["each", "batched"])
async def test_a_session_can_be_cancelled_at_any_moment(
    pool: frozenset[str], batched: frozenset[str], scenario: MakeScenario, site: MakeSite
) -> None:
    """The next one finds a sound database, and no thread of the driver stays behind."""
    before = set(threading.enumerate())
    place = site()
    steps = ({"agent": "a"}, {"agent": "b"}, {"agent": "c", "needs": ["a"]})
    async with open_runtime(pool | batched | {"parallelism"}, {}, scenario(*steps), site=place) as run:
        for index in range(40):
            session = asyncio.ensure_future(run(Session(index, "1")))
            for _ in range(round(1.25**index)):
                await asyncio.sleep(0)
            session.cancel()
            await asyncio.wait([session])
        assert await run(Session(1000, "1"))
        saved = {session: json.loads(payload) for session, _, payload in rows(place, "snapshots")}
        for session, revision, _ in rows(place, "snapshots"):
            authors = {value["author"] for value in saved[session].values()} - {"intake"}
            assert len(authors) == revision
            noted = {agent for other, agent, *_ in rows(place, "progress") if other == session}
            assert noted == authors if batched else noted <= authors
        assert len(saved[1000]) == 3
    left = [
        thread for thread in threading.enumerate() if thread not in before and "asyncio_" not in thread.name
    ]
    for thread in left:
        thread.join(timeout=10)  # is ending, or never will
    assert not [thread for thread in left if thread.is_alive()]
