"""How long `agentperf --help` takes beside Python with typer, which it can't do without. Gates nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HELP = [str(Path(sys.executable).with_name("agentperf")), "--help"]
TYPER = [sys.executable, "-c", "import typer"]
GOAL = 2.5


@pytest.mark.parametrize("command", [HELP, TYPER], ids=["agentperf --help", "import typer"])
def test_startup(benchmark: Any, command: list[str]) -> None:
    """Compare the minima: the goal is at most 2.5 times as long."""
    benchmark.extra_info["goal"] = GOAL
    benchmark(subprocess.run, command, check=True, stdout=subprocess.DEVNULL)
