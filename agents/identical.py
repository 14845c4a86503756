"""A runtime whose switches change nothing: what a machine makes of identical arms is its false alarms.

Its work is the reference runtime's in small: steps that wait, a state that is taken apart and put together, a
commit for each step that the disk must acknowledge.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiosqlite

from .session import RunSession, Session

STEPS = 4
STEP_WAITS_S = 0.0002
SECTIONS = 8
MESSAGES = tuple(
    {"role": "assistant", "content": f"finding {number}: " + "word " * 20} for number in range(8)
)


@asynccontextmanager
async def open_runtime(enabled: frozenset[str], parameters: Mapping[str, Any]) -> AsyncIterator[RunSession]:
    """The same runtime, whatever is in `enabled`. Its database lies in `parameters["folder"]`, if given.

    Raises OSError and sqlite3.Error where the database can't be made.
    """
    with TemporaryDirectory(dir=parameters.get("folder")) as directory:
        async with aiosqlite.connect(Path(directory) / "state.db", isolation_level=None) as database:
            await database.execute_fetchall("PRAGMA journal_mode = WAL")
            await database.execute("PRAGMA synchronous = FULL")
            await database.execute("CREATE TABLE states (step INTEGER, payload TEXT NOT NULL)")

            async def run_session(session: Session) -> str:
                return await _work(database, session)

            yield run_session


async def _work(database: aiosqlite.Connection, session: Session) -> str:
    """Runs the steps; what they leave behind, in short."""
    state = {f"section_{number}": {"revision": 0, "messages": MESSAGES} for number in range(SECTIONS)}
    payload = json.dumps(state)
    for step in range(STEPS):
        await asyncio.sleep(STEP_WAITS_S)
        state = json.loads(payload)
        state[f"section_{step}"]["revision"] = session.index + step
        payload = json.dumps(state, sort_keys=True)
        await database.execute("INSERT INTO states VALUES (?, ?)", (step, payload))
    return hashlib.sha256(payload.encode()).hexdigest()
