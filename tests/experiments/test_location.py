"""Where results and the files of running trials are kept, and what is cleared away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agentperf.experiments.location import default_store, prepare_folder, workspace


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / ".agentperf" / "results.db"


def test_results_are_kept_beside_the_nearest_pyproject(tmp_path: Path) -> None:
    inner = tmp_path / "project" / "src" / "package"
    inner.mkdir(parents=True)
    assert default_store(inner) == inner / ".agentperf" / "results.db"
    (tmp_path / "project" / "pyproject.toml").touch()
    assert default_store(inner) == tmp_path / "project" / ".agentperf" / "results.db"


def test_a_folder_of_our_own_ignores_itself_and_another_is_left_alone(tmp_path: Path, store: Path) -> None:
    prepare_folder(store)
    prepare_folder(store)
    assert (store.parent / ".gitignore").read_text() == "*\n"
    (store.parent / ".gitignore").write_text("results.db\n")
    prepare_folder(store)
    assert (store.parent / ".gitignore").read_text() == "results.db\n"
    prepare_folder(tmp_path / "results" / "mine.db")
    assert list((tmp_path / "results").iterdir()) == []


def test_a_workspace_is_on_the_store_s_disk_and_gone_afterwards(store: Path) -> None:
    prepare_folder(store)
    with workspace(store) as folder:
        (folder / "trial").mkdir()
        assert folder.parent == store.parent
        with workspace(store) as another:  # of another program: both are alive
            assert folder.exists() and another != folder
    assert not list(store.parent.glob("trials-*"))


def test_folders_of_programs_that_are_gone_are_removed_and_no_others(store: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    prepare_folder(store)
    left, alive, foreign = (
        store.parent / name
        for name in (f"trials-{gone.pid}-abc", f"trials-{os.getppid()}-abc", "trials-and-errors")
    )
    for folder in (left, alive, foreign):
        folder.mkdir()
        (folder / "database.db").touch()
    with workspace(store):
        assert not left.exists()
        assert alive.exists() and foreign.exists()
