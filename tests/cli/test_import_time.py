"""What is imported, and when: help and completion must not wait for the tools of measurement."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    *("aiosqlite", "asyncpg", "multiprocessing", "numpy", "pydantic", "ruamel", "scipy", "sqlalchemy"),
    *("websockets", "pyinstrument"),
)


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["runs", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "agentperf", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ended.stderr.splitlines()}
    assert "typer" in imported
    assert not imported & set(HEAVY)
