"""GITHUB_STEP_SUMMARY: `run` and `compare` add Markdown to the summary of a workflow."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

Program = Callable[..., CompletedProcess[str]]


def test_a_run_adds_its_tables_to_what_is_there(program: Program, bench: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# Before\n")
    more = ("--fail-on", "effect:a:5%", "--json")
    ended = program("run", bench, *more, GITHUB_STEP_SUMMARY=str(summary))
    assert ended.returncode == 0
    json.loads(ended.stdout)
    text = summary.read_text()
    assert text.startswith("# Before\n### `bench`\n")
    assert "- `effect:a:5%` **inconclusive**: " in text


def test_a_comparison_adds_its_tables(program: Program, shown: Any, tmp_path: Path) -> None:
    document = json.loads((shown.folder / "run.json").read_text())
    other = tmp_path / "other.json"
    other.write_text(json.dumps(document | {"run_id": "another"}))
    summary = tmp_path / "summary.md"
    ended = program(
        "compare", shown.folder / "run.json", other, "--fail-on", "regression:5%",
        GITHUB_STEP_SUMMARY=str(summary),
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    text = summary.read_text()
    assert text.startswith("### `bench`: ") and "- `regression:5%` **met**: " in text


def test_a_summary_that_can_not_be_written_is_a_warning(
    program: Program, bench: Path, tmp_path: Path
) -> None:
    ended = program("run", bench, GITHUB_STEP_SUMMARY=str(tmp_path))
    assert ended.returncode == 0
    assert f"warning: the summary can't be written to {tmp_path} (GITHUB_STEP_SUMMARY): " in ended.stderr


def test_without_the_variable_nothing_is_written(program: Any, bench: Path) -> None:
    program("run", bench, GITHUB_STEP_SUMMARY="")
    assert [file.name for file in program.folder.iterdir()] == [".agentperf"]
