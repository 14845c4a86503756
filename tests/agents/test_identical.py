"""The runtime in which nothing differs does real work, and the same under every combination."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agentperf.agents import extension
from agentperf.agents.identical import STEPS, open_runtime
from agentperf.agents.session import Session
from agentperf.scenarios.bundled import bundled
from agentperf.scenarios.selftest import selftest_scenario


async def outcome(on: frozenset[str], folder: Path, look: Callable[[Path], Any] = lambda folder: None) -> Any:
    async with open_runtime(on, {"folder": str(folder)}) as run:
        found = await run(Session(0, "seed"))
        look(folder)
    return found


async def test_every_combination_has_the_same_outcome(tmp_path: Path) -> None:
    factors = selftest_scenario().scenario.factors
    found = {
        await outcome(on, tmp_path)
        for on in (frozenset[str](), frozenset(factors), *map(frozenset, ([name] for name in factors)))
    }
    assert len(found) == 1


def test_each_step_is_committed_and_nothing_is_left_behind(tmp_path: Path) -> None:
    rows: list[tuple[int]] = []

    def look(folder: Path) -> None:
        """As another program sees it."""
        (database,) = folder.glob("*/state.db")
        other = sqlite3.connect(database)
        rows.extend(other.execute("SELECT step FROM states ORDER BY step"))
        other.close()

    asyncio.run(outcome(frozenset(), tmp_path, look))
    assert rows == [(step,) for step in range(STEPS)]
    assert not list(tmp_path.iterdir())


def test_it_is_what_the_selftest_runs() -> None:
    loaded = selftest_scenario(["measure.blocks=3"])
    assert loaded.scenario.runtime
    assert extension.load(loaded.scenario.runtime.uses) is open_runtime
    assert loaded.scenario.measure.blocks == 3
    assert len(loaded.scenario.factors) == 6


def test_it_is_not_listed_with_the_scenarios_to_measure() -> None:
    assert "selftest" not in bundled()


async def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await outcome(frozenset(), tmp_path / "missing")
