"""The picture of the rooms in the architecture holds: imports run downwards only."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"][
    "only-include"
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The package as it is named once installed, which import-linter can see through."""
    package = tmp_path / "agentperf"
    package.mkdir()
    for name in ROOMS:
        (package / name).symlink_to(ROOT / name)
    return tmp_path


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", ROOT / "pyproject.toml", "--no-cache"],
        env=os.environ | {"PYTHONPATH": str(tree)},
        cwd=tree,
        capture_output=True,
        text=True,
    )


def test_imports_run_downwards_only(tree: Path) -> None:
    linted = lint_imports(tree)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_an_import_upwards_is_found(tree: Path) -> None:
    scenarios = tree / "agentperf" / "scenarios"
    scenarios.unlink()
    scenarios.mkdir()
    (scenarios / "__init__.py").write_text("from ..reports import document\n")
    linted = lint_imports(tree)
    assert linted.returncode == 1
    assert "agentperf.scenarios is not allowed to import agentperf.reports" in linted.stdout
