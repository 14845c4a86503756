"""`agentperf runs`: list, show, export and delete."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from agentperf.cli import results
from agentperf.experiments.preparation import RequestError
from agentperf.reports.document import Document
from agentperf.reports.dossier import Dossier
from agentperf.reports.export_format import ExportFormat

Program = Callable[..., CompletedProcess[str]]


@pytest.fixture
def kept(program: Any, shown: Any) -> Any:
    """The command in a folder of its own with a copy of the store."""
    shutil.copytree(shown.folder / ".agentperf", program.folder / ".agentperf")
    return program


@pytest.fixture(scope="session")
def document(shown: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((shown.folder / "run.json").read_text())
    return loaded


def test_list_names_every_run(kept: Program, document: dict[str, Any]) -> None:
    ended = kept("runs", "list")
    heading, _, line = ended.stdout.splitlines()
    assert heading.split() == ["run", "scenario", "created", "blocks", "took", "ended"]
    created = document["created_at"].replace("Z", "+00:00")
    assert line.split()[:4] == [document["run_id"], "bench", created, "2"]
    assert line.split()[-1] == "blocks"
    assert ended.stderr == ""


def test_show_gives_the_tables_again(kept: Program, shown: Any, document: dict[str, Any]) -> None:
    ended = kept("runs", "show", document["run_id"][:-2], "-v")
    assert ended.stdout == shown.ended.stdout
    assert ended.stderr.splitlines() == [
        line for line in shown.ended.stderr.splitlines() if line.startswith("warning")
    ]


def test_export_writes_what_the_run_wrote(kept: Any, shown: Any) -> None:
    assert kept("runs", "export").stdout == (shown.folder / "run.json").read_text()
    written = kept("runs", "export", "latest", "--format", "csv", "--output", "again.csv")
    assert (written.returncode, written.stdout, written.stderr) == (0, "", "")
    assert (kept.folder / "again.csv").read_bytes() == (shown.folder / "run.csv").read_bytes()


def test_delete_forgets_one_run(kept: Program, document: dict[str, Any]) -> None:
    ended = kept("runs", "delete", document["run_id"])
    assert (ended.returncode, ended.stderr) == (0, f"deleted run {document['run_id']}\n")
    assert kept("runs", "show").stderr == "error: no run yet\n"


def test_a_run_that_measured_nothing_is_not_the_latest_to_look_at(
    kept: Any, shown: Any, document: dict[str, Any], bench: Path
) -> None:
    failing = ("--set", "runtime.parameters.does=fail_at_length", "--set", "measure.warmup=1")
    failed = kept("profile", bench, *failing)
    assert failed.returncode == 5
    assert failed.stderr.splitlines()[-1].startswith("error: block 1, warming up with nothing on: ValueError")
    assert kept("runs", "show", "-v").stdout == shown.ended.stdout
    assert kept("runs", "export").stdout == (shown.folder / "run.json").read_text()
    assert document["run_id"] in kept("report", "--html", "-").stdout
    assert kept("baseline", "set", "main").stderr == f"baseline main is run {document['run_id']}\n"
    assert kept("compare", "main").stderr.startswith(f"error: both are run '{document['run_id']}'")
    assert document["run_id"] not in kept("runs", "delete", "latest").stderr
    assert kept("runs", "show", document["run_id"]).returncode == 0


def test_what_is_not_named_is_not_deleted(kept: Program) -> None:
    ended = kept("runs", "delete", "")
    assert (ended.returncode, ended.stderr) == (2, "error: no run '', see 'agentperf runs list'\n")


def test_an_unknown_format_is_refused(kept: Program) -> None:
    ended = kept("runs", "export", "--format", "xml")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "pytest-benchmark" in ended.stderr


def test_a_format_that_can_not_say_that_nothing_was_measured_is_refused(document: dict[str, Any]) -> None:
    empty = Document.model_validate(document | {"trials": [], "combinations": []})
    with pytest.raises(RequestError, match="no trial has a value yet"):
        results.export(Dossier(empty), [(ExportFormat.PYPERF, "-")])
