"""A command that is compared with itself: a state is taken apart, changed, put together, and committed."""

import json
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

SECTIONS = 8
STEPS = 8
CHANGES_PER_STEP = 200


def main() -> None:
    payload = json.dumps(
        {f"section_{number}": {"revision": 0, "text": "word " * 200} for number in range(SECTIONS)}
    )
    with TemporaryDirectory(dir=".") as directory:
        database = sqlite3.connect(Path(directory) / "state.db", isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE states (step INTEGER, payload TEXT NOT NULL)")
        for step in range(STEPS):
            for section in range(CHANGES_PER_STEP):
                state = json.loads(payload)
                state[f"section_{section % SECTIONS}"]["revision"] = step
                payload = json.dumps(state)
            database.execute("INSERT INTO states VALUES (?, ?)", (step, payload))
        database.close()


if __name__ == "__main__":
    main()
