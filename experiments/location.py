"""Where results and the files of running trials are kept."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = ".agentperf"
PREFIX = "trials-"


def default_store(start: Path) -> Path:
    """The results store of a project: beside the nearest pyproject.toml from `start` up, else in `start`."""
    root = next((one for one in (start, *start.parents) if (one / "pyproject.toml").is_file()), start)
    return root / FOLDER / "results.db"


def prepare_folder(store: Path) -> None:
    """Make the store's folder; one of our own is kept out of version control, as pytest's cache is."""
    store.parent.mkdir(parents=True, exist_ok=True)
    ignore = store.parent / ".gitignore"
    if store.parent.name == FOLDER and not ignore.exists():
        ignore.write_text("*\n")


@contextmanager
def workspace(store: Path) -> Iterator[Path]:
    """A folder for the trials' databases, on the store's disk: a folder in memory would make fsync free.

    Folders left behind by programs that were killed are removed.
    """
    for left in store.parent.glob(f"{PREFIX}*-*"):
        pid = left.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdecimal() and not _alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=f"{PREFIX}{os.getpid()}-", dir=store.parent, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
