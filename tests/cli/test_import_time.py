"""What is imported, and when: help and completion must not wait for the tools of measurement."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    *("aiosqlite", "asyncpg", "multiprocessing", "numpy", "ruamel", "scipy", "sqlalchemy", "websockets"),
    *("py_spy", "pyinstrument"),
}


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], HEAVY | {"pydantic"}),
        (["--version"], HEAVY | {"pydantic"}),
        (
            ["run", "--help"],
            HEAVY,
        ),  # some releases of typer themselves import pydantic where there are options
    ],
)
def test_help_imports_nothing_heavy(arguments: list[str], heavy: set[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "agentperf", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ended.stderr.splitlines()}
    assert "typer" in imported
    assert not imported & heavy
