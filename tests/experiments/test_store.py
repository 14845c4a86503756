"""The results store: whole blocks or none, whoever else writes, whatever the file was before."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from subprocess import PIPE

import pytest

from agentperf.experiments.design import Design
from agentperf.experiments.job import trial_to_json
from agentperf.experiments.migrations import APPLICATION_ID, MIGRATIONS
from agentperf.experiments.run import Run, StopReason
from agentperf.experiments.run_record import run_to_json
from agentperf.experiments.store import Latest, Store, StoreError
from agentperf.experiments.trial import Trial
from agentperf.profilers.profile import Frame, Mode, Profile, ProfilerName, Sample
from agentperf.scenarios.choices import DesignKind

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


def profile(on: str, mode: Mode = Mode.CPU) -> Profile:
    stack = (Frame("main", "app.py", 1), Frame("</script>\x1b[31m", "", 0))
    samples = (Sample("MainThread", stack, 0.002), Sample("MainThread", stack[:1], 0.004))
    return Profile(ProfilerName.PY_SPY, mode, 0.002, samples, frozenset(on), "digest", ("A caveat.",))


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


async def test_the_history_counts_rotations_that_are_whole(path: Path, prepared: Prepared) -> None:
    """Of three blocks here; version 0.1 knew of no rotations."""
    design = Design(DesignKind.ROTATING, ("a",), (), ((frozenset(),), (frozenset("a"),), (frozenset(),)))
    rotating, empty = prepared(design=design), prepared()
    async with opened(path, rotating, empty) as store:
        for number in (0, 1, 2, 3, 5, 7):
            await store.add_block(rotating.id, number, block(number))
        assert [(entry.id, entry.blocks) for entry in await store.entries()] == [
            (empty.id, 0),
            (rotating.id, 1),
        ]
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE runs SET record = json_remove(record, '$.design.parts')")
        assert [entry.blocks for entry in await store.entries()] == [0, 6]


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


async def test_a_baseline_is_another_name_of_a_run_until_it_is_given_to_another(
    path: Path, prepared: Prepared
) -> None:
    first, second = prepared(), prepared()
    async with opened(path, first, second) as store:
        await store.set_baseline("v1.0", first.id)
        await store.set_baseline("ci/main", first.id)
        assert (await store.run("v1.0")).id == (await store.run("ci/main")).id == first.id
        assert [(one.name, one.run_id) for one in await store.baselines()] == [
            ("ci/main", first.id),
            ("v1.0", first.id),
        ]
        await store.set_baseline("ci/main", second.id)
        assert (await store.run("ci/main")).id == second.id
        await store.delete_baseline("v1.0")
        assert [one.name for one in await store.baselines()] == ["ci/main"]
        with pytest.raises(StoreError, match=r"no run 'v1\.0'"):
            await store.run("v1.0")
        for missing, hint in (("ci/mian", r"did you mean 'ci/main'\?"), ("v1.0", "known: ci/main")):
            with pytest.raises(StoreError, match=f"no baseline '{missing}', {hint}"):
                await store.delete_baseline(missing)
    async with opened(path) as store:
        (kept,) = await store.baselines()
        assert datetime.fromisoformat(kept.created_at).tzinfo


async def test_ids_win_over_baselines_and_these_over_beginnings_of_ids(path: Path, run: Run) -> None:
    runs = [replace(run, id=name) for name in ("20260101-120000-aa", "old")]
    async with opened(path, *runs) as store:
        await store.set_baseline("2026", "old")
        assert (await store.run("2026")).id == "old"
        assert (await store.run("20260101")).id == "20260101-120000-aa"
        with pytest.raises(StoreError, match="a baseline can't be called 'old': that is the id of a run"):
            await store.set_baseline("old", "20260101-120000-aa")


async def test_a_run_that_is_a_baseline_is_not_deleted(path: Path, run: Run) -> None:
    async with opened(path, run) as store:
        await store.add_block(run.id, 0, block(0))
        for name in ("main", "v1"):
            await store.set_baseline(name, run.id)
        with pytest.raises(
            StoreError, match=r"run .* is kept as baseline main and v1; 'agentperf baseline delete'"
        ):
            await store.delete(run.id)
        assert await store.trials(run.id) == block(0)
        for name in ("main", "v1"):
            await store.delete_baseline(name)
        await store.delete(run.id)
        assert await store.entries() == []


async def test_only_a_run_that_is_there_can_be_a_baseline(path: Path, run: Run) -> None:
    async with opened(path, run) as store:
        with pytest.raises(StoreError, match="no run 'nope', see 'agentperf runs list'"):
            await store.set_baseline("main", "nope")
        assert await store.baselines() == []


@pytest.mark.parametrize(
    "name", ["main", "v1.2.3", "feature/new-cache_2", "7", "2026", "latest-good", "A.json.old"]
)
async def test_names_that_a_baseline_may_have(path: Path, run: Run, name: str) -> None:
    async with opened(path, run) as store:
        await store.set_baseline(name, run.id)
        assert (await store.run(name)).id == run.id


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "needs letters, digits"),
        ("two words", "needs letters, digits"),
        ("-x", "needs letters, digits"),
        ("../x", "needs letters, digits"),
        ("x\n", "needs letters, digits"),
        ("d\N{LATIN SMALL LETTER E WITH ACUTE}but", "needs letters, digits"),
        ("x" * 101, "is longer than 100 characters"),
        ("latest", "means the latest run"),
        ("20261122-185127-a1b2", "looks like the id of a run"),
        ("main.JSON", "looks like a file"),
    ],
)
async def test_names_that_a_baseline_can_not_have(path: Path, run: Run, name: str, fault: str) -> None:
    async with opened(path, run) as store:
        with pytest.raises(StoreError, match=f"a baseline can't be called '.*': that {fault}") as raised:
            await store.set_baseline(name, run.id)
        assert "\n" not in str(raised.value)
        assert await store.baselines() == []


async def test_a_run_without_a_block_is_no_latest_one_to_look_at(path: Path, prepared: Prepared) -> None:
    measured, empty = prepared(), prepared()
    async with opened(path, measured, empty) as store:
        with pytest.raises(StoreError, match="no run has a whole block yet, see 'agentperf runs list'"):
            await store.run("latest", Latest.MEASURED)
        await store.add_block(measured.id, 0, block(0))
        assert (await store.run("latest", Latest.MEASURED)).id == measured.id
        assert (await store.run("latest", Latest.BEGUN)).id == empty.id
        assert (await store.run(empty.id, Latest.MEASURED)).id == empty.id


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


async def test_a_store_of_the_first_version_is_brought_up_to_date_with_all_it_holds(
    path: Path, run: Run
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(MIGRATIONS[0])
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
        plain = run_to_json(run)
        plain["design"] = {name: plain["design"][name] for name in ("kind", "factors", "held")} | {
            "combinations": plain["design"]["parts"][0]
        }
        for name in ("max_blocks", "precision_percent", "budget_s", "spread_s", "inference"):
            del plain[name]
        record = (run.id, run.created_at, "own", "", "", None, 0.0, json.dumps(plain))
        connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", record)
        connection.execute("INSERT INTO blocks VALUES (?, 0, '')", (run.id,))
        for trial in block(0):
            told = trial_to_json(trial)
            del told["surroundings"]
            connection.execute(
                "INSERT INTO trials VALUES (?, 0, ?, ?)", (run.id, trial.order, json.dumps(told))
            )
        connection.commit()
    async with opened(path) as store:
        assert await store.run() == run
        assert await store.trials(run.id) == block(0)
        await store.set_baseline("main", run.id)
    assert query(path, "PRAGMA user_version") == [(3,)]


async def test_a_store_of_the_second_version_takes_profiles_of_the_runs_it_holds(
    path: Path, run: Run
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for script in MIGRATIONS[:2]:
            connection.executescript(script)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 2")
        record = (run.id, run.created_at, "own", "", "", None, 0.0, json.dumps(run_to_json(run)))
        connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", record)
        connection.execute("INSERT INTO baselines VALUES ('main', ?, '')", (run.id,))
        connection.commit()
    async with opened(path) as store:
        assert await store.run("main") == run
        assert await store.profiles(run.id) == []
        await store.add_profile(run.id, profile("a"))
        assert await store.profiles(run.id) == [profile("a")]
    assert query(path, "PRAGMA user_version") == [(3,)]


async def test_profiles_come_back_as_they_were_nothing_on_first(path: Path, run: Run) -> None:
    kept = [profile("ab"), profile(""), profile("b", Mode.AWAIT), profile("b")]
    async with opened(path, run) as store:
        for one in kept:
            await store.add_profile(run.id, one)
        found = await store.profiles(run.id)
    assert [(one.on, one.mode) for one in found] == [
        (frozenset(), Mode.CPU),
        (frozenset("b"), Mode.AWAIT),
        (frozenset("b"), Mode.CPU),
        (frozenset("ab"), Mode.CPU),
    ]
    assert all(one in kept for one in found)


async def test_a_profile_taken_again_replaces_the_old_one(path: Path, run: Run) -> None:
    again = replace(profile("a"), interval_s=0.5)
    async with opened(path, run) as store:
        for one in (profile("a"), profile("a", Mode.AWAIT), again):
            await store.add_profile(run.id, one)
        assert await store.profiles(run.id) == [profile("a", Mode.AWAIT), again]


@pytest.mark.parametrize("record", [b"", zlib.compress(b"{}"), zlib.compress(b'{"version": 99}')])
async def test_a_profile_that_can_not_be_read_is_told_of(path: Path, run: Run, record: bytes) -> None:
    async with opened(path, run) as store:
        await store.add_profile(run.id, profile("a"))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE profiles SET record = ?", (record,))
            connection.commit()
        with pytest.raises(StoreError, match=f"a profile of run {run.id} can't be read: "):
            await store.profiles(run.id)


async def test_profiles_go_with_their_run(path: Path, prepared: Prepared) -> None:
    gone, stays = prepared(), prepared()
    async with opened(path, gone, stays) as store:
        for one in (gone, stays):
            await store.add_profile(one.id, profile("a"))
        await store.delete(gone.id)
        assert await store.profiles(gone.id) == []
        assert await store.profiles(stays.id) == [profile("a")]
        with pytest.raises(StoreError, match="was deleted by another program"):
            await store.add_profile(gone.id, profile("a"))


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
from agentperf.experiments.run_record import run_to_json
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
from agentperf.experiments.run_record import run_to_json
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
