"""Both ways to reach a PostgreSQL server, which may restart."""

from __future__ import annotations

import asyncio
import json
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # has no types
import pytest
from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from agentperf.agents.counters import Counters
from agentperf.agents.database import Connect, Database, connect_each_time, connect_pooled, open_database
from agentperf.agents.graph import StepGraph
from agentperf.agents.persistence import CommitEach, CommitOnce
from agentperf.agents.runtime import open_runtime
from agentperf.agents.sections import section
from agentperf.agents.session import Session
from agentperf.agents.site import Site
from agentperf.agents.state import InitialState, LazyState
from agentperf.scenarios.optimizations import Optimization
from agentperf.scenarios.schema import Scenario, Step

pytestmark = pytest.mark.postgresql
either_way = pytest.mark.parametrize("connect", [connect_each_time, connect_pooled])


@asynccontextmanager
async def observer(url: str) -> AsyncIterator[Any]:
    """A connection that is none of ours."""
    connection = await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(False))
    try:
        yield connection
    finally:
        await connection.close()


async def tables(url: str) -> list[str]:
    async with observer(url) as mine:
        found = await mine.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [name for (name,) in found]


async def write(database: Database, session: int, count: int = 1) -> None:
    writer = CommitEach(session, database, Counters())
    for number in range(count):
        await writer.progress("agent", number, "note")


async def write_at_once(database: Database, count: int) -> None:
    async with asyncio.TaskGroup() as group:
        for session in range(count):
            group.create_task(write(database, session))


async def test_a_pool_opens_connections_once(postgresql: str, tmp_path: Path) -> None:
    opened = {}
    for connect in (connect_each_time, connect_pooled):
        counters = Counters()
        async with open_database(connect, postgresql, "off", tmp_path, counters) as database:
            counters.reset()
            await write(database, 0, count=5)
            one_by_one = counters.connections_opened
            await write_at_once(database, 10)
            await write_at_once(database, 10)
            opened[connect] = (one_by_one, counters.connections_opened)
            assert counters.commits == 25
    assert opened[connect_each_time] == (5, 25)
    assert opened[connect_pooled][0] == 0
    assert opened[connect_pooled][1] <= 9  # ten at once, and one was there before


@either_way
@pytest.mark.parametrize(("synchronous", "commit"), [("off", "off"), ("normal", "off"), ("full", "on")])
async def test_commits_wait_for_the_disk_as_the_scenario_says(
    connect: Connect, synchronous: str, commit: str, postgresql: str, tmp_path: Path
) -> None:
    engines: list[AsyncEngine] = []

    def kept(url: URL, connect_args: dict[str, Any]) -> AsyncEngine:
        engines.append(connect(url, connect_args))
        return engines[0]

    async with (
        open_database(kept, postgresql, synchronous, tmp_path, Counters()),
        engines[0].connect() as connection,
    ):
        shown = await connection.exec_driver_sql("SHOW synchronous_commit")
        assert shown.scalar_one() == commit


@either_way
async def test_our_tables_are_dropped_and_others_are_left(
    connect: Connect, postgresql: str, tmp_path: Path
) -> None:
    async with observer(postgresql) as mine:
        await mine.execute("CREATE TABLE mine (a integer)")
        await mine.execute("INSERT INTO mine VALUES (7)")
        try:
            with pytest.raises(LookupError):
                async with open_database(connect, postgresql, "off", tmp_path, Counters()) as database:
                    await write(database, 0)
                    assert len(await tables(postgresql)) == 3
                    raise LookupError
            assert await tables(postgresql) == ["mine"]
            assert await mine.fetchval("SELECT a FROM mine") == 7
        finally:
            await mine.execute("DROP TABLE mine")


@either_way
@pytest.mark.parametrize("writer_class", [CommitEach, CommitOnce])
async def test_a_stale_snapshot_never_wins_however_they_race(
    connect: Connect, writer_class: type[CommitEach | CommitOnce], postgresql: str, tmp_path: Path
) -> None:
    graph = StepGraph.of([Step(agent=f"agent_{rank}") for rank in range(12)], sections=1)
    async with open_database(connect, postgresql, "off", tmp_path, Counters()) as database:

        async def save(revision: int) -> None:
            state = LazyState(graph, InitialState.of(1, 10), Counters())
            for rank in range(revision):
                state.merge(rank, section(f"agent_{rank}", rank + 1, [], {}))
            writer = writer_class(0, database, Counters())
            await writer.snapshot(state)
            await writer.close()

        revisions = list(range(1, 13))
        random.Random(1).shuffle(revisions)
        async with asyncio.TaskGroup() as group:
            for revision in revisions:
                group.create_task(save(revision))
        ((_, revision, payload),) = (await database.contents())["snapshots"]
    assert revision == 12
    assert json.loads(payload)["section_00"]["author"] == "agent_11"


async def test_all_switches_end_alike(
    postgresql: str,
    scenario: Callable[..., Scenario],
    site: Callable[..., Site],
    perform: Callable[..., Awaitable[Any]],
) -> None:
    steps = (
        {"agent": "a"},
        {"agent": "b"},
        {"agent": "c", "needs": ["a"]},
        {"agent": "d", "needs": ["b", "c"]},
    )
    asked = scenario(
        *steps,
        persistence={"database": postgresql, "synchronous": "off"},
        load={"sessions": 4, "concurrency": 4},
    )
    everything = frozenset(map(str, Optimization))
    done = [
        await perform(enabled, asked, site())
        for enabled in (
            frozenset(),
            everything,
            everything - {"pooling"},
            everything - {"batched_persistence"},
        )
    ]
    assert len({one.digest for one in done}) == 1
    assert [one.counters["commits"] for one in done] == [48, 4, 4, 48]
    assert [one.counters["connections_opened"] for one in done[::2]] == [48, 4]
    assert await tables(postgresql) == []


@pytest.mark.parametrize("pool", [frozenset(), frozenset({"pooling"})], ids=["unpooled", "pooled"])
@pytest.mark.parametrize(
    "batched", [frozenset(), frozenset({"batched_persistence"})], ids=["each", "batched"]
)
async def test_cancelled_sessions_leave_no_open_transaction(
    pool: frozenset[str],
    batched: frozenset[str],
    postgresql: str,
    scenario: Callable[..., Scenario],
    site: Callable[..., Site],
) -> None:
    """One would make dropping the tables wait for ever."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)  # asyncpg retrieves no exception of what is cancelled
    asked = scenario(
        {"agent": "a"}, {"agent": "b"}, persistence={"database": postgresql, "synchronous": "off"}
    )
    async with open_runtime(pool | batched | {"parallelism"}, {}, asked, site=site()) as run:
        for index in range(30):
            session = asyncio.ensure_future(run(Session(index, "1")))
            for _ in range(round(1.2**index)):
                await asyncio.sleep(0)
            session.cancel()
            await asyncio.wait([session])
        assert await run(Session(1000, "1"))
        evidence = await run.evidence()
        assert [1000, 2] in [row[:2] for row in evidence["database"]["snapshots"]]
    assert await tables(postgresql) == []


def connect_pooled_without_ping(url: URL, connect_args: dict[str, Any]) -> AsyncEngine:
    return create_async_engine(url, connect_args=connect_args, poolclass=AsyncAdaptedQueuePool, pool_size=20)


async def test_idle_connections_survive_a_restart_of_the_server(
    postgresql: str, restart_postgresql: Callable[[], None], tmp_path: Path
) -> None:
    counters = Counters()
    async with open_database(connect_pooled, postgresql, "full", tmp_path, counters) as database:
        await write_at_once(database, 5)
        restart_postgresql()
        counters.reset()
        await write_at_once(database, 5)
        assert counters.commits == 5
        assert 1 <= counters.connections_opened <= 5
        await write(database, 5)
        assert len((await database.contents())["progress"]) == 11


async def test_without_pre_ping_they_would_not(
    postgresql: str, restart_postgresql: Callable[[], None], tmp_path: Path
) -> None:
    with pytest.raises(Exception, match="connection is closed"):
        async with open_database(
            connect_pooled_without_ping, postgresql, "full", tmp_path, Counters()
        ) as database:
            await write(database, 0)
            restart_postgresql()
            await write(database, 1)
    async with observer(postgresql) as mine:
        for left in await tables(postgresql):
            await mine.execute(f"DROP TABLE {left}")


async def test_tables_that_a_crash_took_need_not_be_dropped(
    postgresql: str, restart_postgresql: Callable[[], None], tmp_path: Path
) -> None:
    """Below `full`, a commit may be lost."""
    async with open_database(connect_pooled, postgresql, "off", tmp_path, Counters()):
        restart_postgresql()
    assert await tables(postgresql) == []


async def test_a_server_that_is_not_there_is_an_error(postgresql: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nobody = make_url(postgresql).set(port=port).render_as_string(False)
    for connect in (connect_each_time, connect_pooled):
        with pytest.raises(OSError):
            async with open_database(connect, nobody, "off", tmp_path, Counters()):
                raise AssertionError


async def test_a_wrong_password_is_an_error_that_does_not_tell_it(postgresql: str, tmp_path: Path) -> None:
    wrong = make_url(postgresql).set(password="secret-but-wrong").render_as_string(False)
    for connect in (connect_each_time, connect_pooled):
        with pytest.raises(Exception, match="password authentication failed") as refused:
            async with open_database(connect, wrong, "off", tmp_path, Counters()):
                raise AssertionError
        assert "secret-but-wrong" not in str(refused.value)
