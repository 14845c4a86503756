"""A user's own code, named in a scenario as `module:function`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any


class ExtensionError(Exception):
    """What a scenario's `uses` names is not there or can't be imported."""


def make_importable(directory: Path | None) -> None:
    """Modules beside the scenario file are found, after everything that is found already."""
    if directory is not None and str(directory) not in sys.path:
        sys.path.append(str(directory))


def load(uses: str) -> Any:
    """The object that `module:attribute` names. Raises ExtensionError with what went wrong."""
    module_name, _, attribute = uses.partition(":")
    try:
        found: Any = importlib.import_module(module_name)
        for name in attribute.split("."):
            found = getattr(found, name)
    except (Exception, SystemExit) as error:  # importing runs the user's code, which may raise anything
        raise ExtensionError(f"{uses!r} can't be loaded: {type(error).__name__}: {error}") from error
    if not callable(found):
        raise ExtensionError(f"{uses!r} is not a function")
    return found
