"""`agentperf report`: a saved run becomes a page."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest


@pytest.fixture
def kept(program: Any, shown: Any) -> Any:
    """The command in a folder of its own with a copy of the store, and of the document."""
    shutil.copytree(shown.folder, program.folder, dirs_exist_ok=True)
    return program


def test_the_page_of_the_latest_run_says_what_the_document_says(kept: Any) -> None:
    page = kept.folder / "report.html"
    ended = kept("report", "--html", page)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == ""
    assert f"wrote {page}" in ended.stderr
    html = page.read_text(encoding="utf-8")
    document = json.loads((kept.folder / "run.json").read_text())
    assert html.startswith("<!DOCTYPE html>")
    assert document["run_id"] in html and f"--seed {document['seed']}" in html


def test_a_run_is_named_by_the_beginning_of_its_id_and_goes_to_standard_output(kept: Any) -> None:
    run_id = json.loads((kept.folder / "run.json").read_text())["run_id"]
    ended = kept("report", run_id[:17], "--html", "-", "-q")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("<!DOCTYPE html>") and run_id in ended.stdout
    assert ended.stderr == ""


def test_what_can_t_be_written_is_told_in_a_line(kept: Any) -> None:
    for ended in (
        kept("report"),
        kept("report", "nosuch", "--html", kept.folder / "a.html"),
        kept("report", "--html", kept.folder / "no" / "folder" / "a.html"),
        kept("report", "--store", "none.db", "--html", kept.folder / "a.html"),
    ):
        assert ended.returncode == 2
        assert ended.stderr.startswith("error: ") and ended.stderr.count("\n") == 1
    assert not (kept.folder / "a.html").exists()


def test_a_results_store_is_not_overwritten(kept: Any) -> None:
    store = kept.folder / ".agentperf" / "results.db"
    before = store.read_bytes()
    for arguments in (("report", "--html", store), ("runs", "export", "--output", store)):
        ended = kept(*arguments)
        assert ended.returncode == 2
        assert ended.stderr == f"error: {store} is a database and would be overwritten, name another file\n"
    assert store.read_bytes() == before
