"""Studies take minutes and measure the machine. They print tables, and are skipped unless
AGENTPERF_TESTS_STUDIES is set.

AGENTPERF_TESTS_RUNS is how often to repeat what is studied, where a few times will do.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

Show = Callable[[str, Sequence[str], Sequence[Sequence[object]]], None]

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
OPTED_IN = "AGENTPERF_TESTS_STUDIES"
HEEDED = ("AGENTPERF_", "GITHUB_")


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    if os.environ.get(OPTED_IN):
        return
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=f"a study of minutes, set {OPTED_IN}=1"))


@pytest.fixture
def runs() -> Callable[[int], int]:
    """How often to repeat: as AGENTPERF_TESTS_RUNS says, else so many times."""
    return lambda whole: int(os.environ.get("AGENTPERF_TESTS_RUNS", whole))


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., str]:
    """Runs a program that is installed beside this Python, or else on PATH; its standard output.

    It runs in a folder of its own, without what agentperf would heed, and must end well.
    """
    plain = {name: value for name, value in os.environ.items() if not name.startswith(HEEDED)}

    def run(program: str, *arguments: str | Path) -> str:
        beside = BIN / program
        ended = subprocess.run(
            [beside if beside.exists() else program, *arguments],
            cwd=tmp_path,
            env=plain,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, f"{program} {arguments}: {ended.stderr}"
        return ended.stdout

    return run


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Show:
    """Prints a Markdown table, captured or not."""

    def show(title: str, heading: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        lines = [heading, ["---"] * len(heading), *rows]
        with capsys.disabled():
            print(f"\n\n**{title}**\n")
            print("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines))

    return show
