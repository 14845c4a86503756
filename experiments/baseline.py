"""A run that has been given a name, for others to be compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass

LATEST = "latest"
MAX_CHARACTERS = 100
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_LIKE_A_RUN_ID = re.compile(r"\d{8}-\d{6}")


@dataclass(frozen=True, slots=True)
class Baseline:
    """`created_at` is when the name was given, in ISO 8601."""

    name: str
    run_id: str
    created_at: str


def fault_of_name(name: str) -> str | None:
    """Why a baseline can't have that name: the rest of a sentence; None when it can.

    Wherever a baseline may be named, so may the id of a run, `latest`, or a file that holds a document.
    """
    if len(name) > MAX_CHARACTERS:
        return f"is longer than {MAX_CHARACTERS} characters"
    if not _NAME.fullmatch(name):
        return "needs letters, digits and . _ - / alone, and a letter or digit first"
    if name == LATEST:
        return "means the latest run"
    if _LIKE_A_RUN_ID.match(name):
        return "looks like the id of a run"
    if name.lower().endswith(".json"):
        return "looks like a file"
    return None
