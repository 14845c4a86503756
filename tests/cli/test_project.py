"""`[tool.agentperf]` in the nearest pyproject.toml."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from agentperf.cli.project import existing_store, project_settings
from agentperf.experiments.preparation import RequestError
from agentperf.experiments.store import StoreError

Program = Callable[..., CompletedProcess[str]]


@pytest.mark.parametrize(
    ("project", "complaint"),
    [
        ("[tool.agentperf]\nblock = 3", "unknown setting 'block' in {table}, did you mean 'blocks'?"),
        ("[tool.agentperf]\nblocks = 0", "blocks in {table}: "),
        ("[tool.agentperf]\nthreshold = 'much'", "threshold in {table}: "),
        ("[tool.agentperf]\nstore = 3", "store in {table} must be a path"),
        ("[tool]\nagentperf = 3", "{table} must be a table"),
        ("[tool.agentperf", "{file} is not valid TOML: "),
        ("# caf\xe9", "{file} is not valid TOML: "),
    ],
)
def test_what_is_not_valid_is_said_in_one_line(tmp_path: Path, project: str, complaint: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(project, encoding="latin-1")
    with pytest.raises(RequestError) as raised:
        project_settings(tmp_path)
    assert str(raised.value).startswith(complaint.format(table=f"[tool.agentperf] of {file}", file=file))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("project", ["", "[tool.other]\nblocks = 0", "tool = 3", "[project]\nname = 'x'"])
def test_other_people_s_settings_do_not_matter(tmp_path: Path, project: str) -> None:
    (tmp_path / "pyproject.toml").write_text(project)
    settings = project_settings(tmp_path)
    assert settings.store is None
    assert settings.measure.blocks is None


def test_the_nearest_project_counts_and_its_store_is_beside_it(tmp_path: Path) -> None:
    inner = tmp_path / "inner" / "src"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.agentperf]\nblocks = 3")
    (tmp_path / "inner" / "pyproject.toml").write_text("[tool.agentperf]\nstore = 'kept/here.db'")
    settings = project_settings(inner)
    assert settings.measure.blocks is None
    assert settings.store == tmp_path / "inner" / "kept" / "here.db"


def test_reading_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no results store at .*, 'agentperf run' makes one"):
        existing_store(tmp_path / "results.db")


def test_a_project_that_is_not_valid_ends_the_program(program: Program, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.agentperf]\nblock = 3")
    ended = program("runs", "list")
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: unknown setting 'block' in [tool.agentperf] of ")
