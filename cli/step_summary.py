"""The summary of a GitHub workflow: Markdown is added to the file that GITHUB_STEP_SUMMARY names."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from .terminal import terminal

VARIABLE = "GITHUB_STEP_SUMMARY"


def append(markdown: Callable[[], str]) -> None:
    """Add it where the variable is set. A file that can't be written is a warning: the results stand."""
    file = os.environ.get(VARIABLE)
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8") as stream:
            stream.write(markdown() + "\n")
    except OSError as error:
        terminal.warn(f"the summary can't be written to {file} ({VARIABLE}): {error.strerror or error}")
