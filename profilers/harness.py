"""What runs the trials, and is none of what is looked at."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from .locations import PACKAGE
from .native_frames import is_native

_ROOMS = tuple(str(PACKAGE / room) + os.sep for room in ("experiments", "cli", "profilers"))
_LIBRARY = str(Path(os.__file__).parent) + os.sep


def beside_harness(files: Sequence[str]) -> Sequence[int] | None:
    """Which frames of a stack to keep, given their absolute files, outermost first: those not of the harness.

    None for a stack of its own work: one on which it has called nothing but Python's library.
    """
    places = [index for index, file in enumerate(files) if is_harness(file)]
    if not places:
        return range(len(files))
    if all(_is_library(file) for file in files[places[-1] + 1 :]):
        return None
    return [*range(places[0]), *range(places[-1] + 1, len(files))]


@lru_cache(maxsize=1 << 12)
def is_harness(file: str) -> bool:
    """Whether the harness's code stands in that file."""
    return file.startswith(_ROOMS)


@lru_cache(maxsize=1 << 12)
def _is_library(file: str) -> bool:
    if not file or file.startswith("<") or is_native(file):
        return True
    return file.startswith(_LIBRARY) and "site-packages" not in file
