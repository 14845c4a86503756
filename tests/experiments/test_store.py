"""The results store: whole blocks or none, whoever else writes, whatever the file was before."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE

import pytest

from agentperf.experiments.migrations import APPLICATION_ID, MIGRATIONS
from agentperf.experiments.run import Run, StopReason
from agentperf.experiments.store import Store, StoreError
from agentperf.experiments.trial import Trial

Prepared = Callable[..., Run]
DIARY = b"Dear diary, " * 1000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.db"


@pytest.fixture
def run(prepared: Prepared) -> Run:
    return prepared()


def block(number: int) -> list[Trial]:
    return [
        Trial(number, order, frozenset(on), worker="here/1", outcome_digest="same")
        for order, on in enumerate(("", "a", "b", "ab"))
    ]


def contents(path: Path) -> bytes:
    return path.read_bytes()


def fill(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    """What somebody else sees in the file."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(sql))


@asynccontextmanager
async def opened(path: Path, *runs: Run) -> AsyncIterator[Store]:
    async with Store.open(path) as store:
        for run in runs:
            await store.add_run(run)
        yield store


async def test_a_run_and_its_blocks_come_back_as_they_were(path: Path, run: Run) -> None:
    async with opened(path, run) as store:
        for number in (1, 0):
            await store.add_block(run.id, number, list(reversed(block(number))))
        ended = replace(run, stop_reason=StopReason.BLOCKS, elapsed_s=1.5)
        await store.update_run(ended)
    async with opened(path) as store:
        assert await store.run(run.id) == ended
        assert await store.trials(run.id) == block(0) + block(1)
        assert await store.blocks(run.id) == {0, 1}
        (entry,) = await store.entries()
    assert (entry.id, entry.scenario_name, entry.blocks) == (run.id, run.scenario_name, 2)
    assert (entry.stop_reason, entry.elapsed_s) == (StopReason.BLOCKS, 1.5)


async def test_a_block_is_added_once(path: Path, run: Run) -> None:
    async with opened(path, run) as store:
        await store.add_block(run.id, 0, block(0))
        with pytest.raises(StoreError, match=r"block 1 of run .* was added by another program"):
            await store.add_block(run.id, 0, block(0))
        await store.add_block(run.id, 1, block(1))  # the store is still good
        assert await store.trials(run.id) == block(0) + block(1)


async def test_a_block_that_can_not_be_added_whole_is_not_added(path: Path, run: Run) -> None:
    async with opened(path, run) as store:
        with pytest.raises(StoreError):
            await store.add_block(run.id, 0, [*block(0), block(0)[0]])
        assert await store.blocks(run.id) == frozenset()
        assert await store.trials(run.id) == []


async def test_a_run_that_somebody_deleted_is_not_brought_back(path: Path, run: Run) -> None:
    async with opened(path, run) as store, opened(path) as another:
        await another.delete(run.id)
        with pytest.raises(StoreError, match=r"run .* was deleted by another program"):
            await store.add_block(run.id, 0, block(0))
        with pytest.raises(StoreError, match=r"run .* was deleted by another program"):
            await store.update_run(run)
        assert await store.entries() == []


async def test_deleting_a_run_deletes_its_trials_and_no_others(path: Path, prepared: Prepared) -> None:
    first, second = prepared(), prepared()
    async with opened(path, first, second) as store:
        for run in (first, second):
            await store.add_block(run.id, 0, block(0))
        await store.delete(first.id)
    assert query(path, "SELECT DISTINCT run_id FROM trials") == [(second.id,)]
    assert query(path, "SELECT run_id FROM blocks") == [(second.id,)]


async def test_runs_are_found_by_id_by_its_beginning_and_as_the_latest(path: Path, run: Run) -> None:
    runs = [replace(run, id=name) for name in ("20260101-aa", "20260101-ab", "20260101-a", "20251231-z")]
    async with opened(path, *runs) as store:
        assert (await store.run("20260101-a")).id == "20260101-a"  # whole, though others begin with it
        assert (await store.run("20260101-ab")).id == "20260101-ab"
        assert (await store.run("2025")).id == "20251231-z"
        assert (await store.run()).id == (await store.run("latest")).id == "20251231-z"  # added last
        assert [entry.id for entry in await store.entries()] == [run.id for run in reversed(runs)]
        for name, complaint in (
            ("20260101", "3 runs begin with '20260101', give more of the id"),
            ("nope", "no run 'nope', see 'agentperf runs list'"),
            ("%", "no run '%'"),
            ("", "no run ''"),
        ):
            with pytest.raises(StoreError, match=complaint):
                await store.run(name)


async def test_an_empty_store_has_no_latest_run(path: Path) -> None:
    async with opened(path) as store:
        assert await store.entries() == []
        with pytest.raises(StoreError, match="no run yet"):
            await store.run()


async def test_a_fresh_store_is_of_this_version_and_logs_ahead(path: Path) -> None:
    async with opened(path):
        pass
    assert query(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert query(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert query(path, "PRAGMA journal_mode") == [("wal",)]


async def test_an_empty_file_becomes_a_store(path: Path, run: Run) -> None:
    fill(path, b"")
    async with opened(path, run) as store:
        assert (await store.run()).id == run.id


async def test_opening_again_changes_nothing(path: Path, run: Run) -> None:
    async with opened(path, run):
        pass
    before = contents(path)
    async with opened(path):
        pass
    assert contents(path) == before


@pytest.mark.parametrize(
    "made_by",
    [
        "CREATE TABLE customers (name TEXT)",
        "PRAGMA application_id = 42",
        "PRAGMA user_version = 1",
        f"PRAGMA user_version = {len(MIGRATIONS) + 1}",
        f"PRAGMA application_id = {APPLICATION_ID ^ 1}; CREATE TABLE runs (id TEXT)",
    ],
)
async def test_a_database_of_another_application_is_refused_and_left_alone(path: Path, made_by: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(made_by)
    before = contents(path)
    with pytest.raises(StoreError, match="not a results store; choose another file by --store"):
        async with opened(path):
            pass
    assert contents(path) == before


async def test_a_store_of_a_newer_version_is_refused_and_left_alone(path: Path, run: Run) -> None:
    async with opened(path, run):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = contents(path)
    with pytest.raises(StoreError, match="newer agentperf"):
        async with opened(path):
            pass
    assert contents(path) == before


async def test_a_text_file_is_refused_and_left_alone(path: Path) -> None:
    fill(path, DIARY)
    with pytest.raises(StoreError, match=r"results\.db can't be used: file is not a database"):
        async with opened(path):
            pass
    assert contents(path) == DIARY


@pytest.mark.parametrize("name", ["", "missing/results.db"])
async def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="can't be used: unable to open database file"):
        async with opened(tmp_path / name):
            pass


async def test_what_goes_wrong_elsewhere_is_not_blamed_on_the_store(path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="elsewhere"):
        async with opened(path):
            raise FileNotFoundError("elsewhere")


async def test_a_damaged_store_is_one_clear_error(path: Path, run: Run) -> None:
    async with opened(path, run) as store:
        await store.add_block(run.id, 0, block(0))
    whole = contents(path)
    fill(path, whole[:4096] + os.urandom(len(whole) - 4096))
    with pytest.raises(StoreError, match="can't be used: database disk image is malformed"):
        async with opened(path) as store:
            await store.trials(run.id)


def test_many_programs_may_make_a_store_and_add_blocks_at_once(tmp_path: Path) -> None:
    """All may open it although it is not there yet, and each block is there once, whoever came first."""
    programs = [
        subprocess.Popen([sys.executable, "-c", ADD_BLOCKS], stdin=PIPE, stdout=PIPE, text=True)
        for _ in range(4)
    ]
    paths = [tmp_path / f"{number}.db" for number in range(25)]
    for path in paths:
        for program in programs:
            assert program.stdin
            program.stdin.write(f"{path}\n")
            program.stdin.flush()
        for program in programs:
            assert program.stdout
            assert program.stdout.readline() == "done\n"
    for program in programs:
        program.communicate()
        assert program.returncode == 0
    for path in paths:
        assert query(path, "SELECT block, count(*) FROM trials GROUP BY block") == [(0, 2), (1, 2), (2, 2)]
        assert query(path, "PRAGMA journal_mode") == [("wal",)]


ADD_BLOCKS = """
import asyncio, sys
from pathlib import Path
from agentperf.experiments.store import Store, StoreError
from agentperf.experiments.trial import Trial

async def add(path):
    async with Store.open(path) as store:
        await store._connection.execute(
            "INSERT OR IGNORE INTO runs VALUES ('shared', '', '', '', '', NULL, 0, '{}')"
        )
        for block in range(3):
            try:
                await store.add_block("shared", block, [Trial(block, n, frozenset(), "") for n in range(2)])
            except StoreError as error:
                assert "was added by another program" in str(error), error

for line in sys.stdin:
    asyncio.run(add(Path(line.strip())))
    print("done", flush=True)
"""


def test_a_program_killed_between_the_rows_of_a_block_leaves_none_of_them(path: Path, run: Run) -> None:
    async def one_block() -> None:
        async with opened(path, run) as store:
            await store.add_block(run.id, 0, block(0))

    asyncio.run(one_block())
    dying = subprocess.run([sys.executable, "-c", DIE_WITHIN_A_BLOCK, path, run.id], timeout=60)
    assert dying.returncode == -signal.SIGKILL

    async def look() -> None:
        async with opened(path) as store:
            assert await store.blocks(run.id) == {0}
            assert await store.trials(run.id) == block(0)
            await store.add_block(run.id, 1, block(1))  # nothing is locked

    asyncio.run(look())


DIE_WITHIN_A_BLOCK = """
import asyncio, os, signal, sys
from pathlib import Path
from agentperf.experiments.store import Store
from agentperf.experiments.trial import Trial

async def die(path, run_id):
    async with Store.open(path) as store:
        connection = store._connection
        await connection.create_function("die", 0, lambda: os.kill(os.getpid(), signal.SIGKILL))
        await connection.execute(
            "CREATE TEMP TRIGGER deadly AFTER INSERT ON trials WHEN NEW.trial_order = 2 "
            "BEGIN SELECT die(); END"
        )
        await store.add_block(run_id, 1, [Trial(1, order, frozenset(), "") for order in range(4)])

asyncio.run(die(Path(sys.argv[1]), sys.argv[2]))
"""
