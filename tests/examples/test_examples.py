"""The examples run as they are, from another directory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(example: str, directory: Path) -> dict[str, Any]:
    """The JSON document of two blocks."""
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "agentperf", "run", EXAMPLES / example, "--blocks", "2", "--json"],
        cwd=directory,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    document: dict[str, Any] = json.loads(ran.stdout)
    return document


def test_own_agents(tmp_path: Path) -> None:
    document = run("own_agents/triage.yaml", tmp_path)
    assert len(document["combinations"]) == 8
    for block in (0, 1):
        assert len({trial["worker"] for trial in document["trials"] if trial["block"] == block}) == 1
    commits = {tuple(one["on"]): one["counters"]["commits"] for one in document["combinations"]}
    assert commits[()] == 4 * 3
    assert commits["batched_persistence",] == 1
    assert (tmp_path / ".agentperf" / "results.db").exists()


def test_own_runtime(tmp_path: Path) -> None:
    document = run("own_runtime/cached.yaml", tmp_path)
    assert document["design"]["factors"] == ["cache", "batch"]
    walls = {tuple(one["on"]): one["metrics"]["wall_s"]["median"] for one in document["combinations"]}
    assert walls["cache", "batch"] < walls[()]
    assert all(one["counters"]["commits"] is None for one in document["combinations"])
