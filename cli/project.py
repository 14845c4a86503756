"""What a project sets for all its runs: `[tool.agentperf]` in the nearest pyproject.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..experiments.location import default_store
from ..experiments.preparation import RequestError
from ..experiments.store import StoreError
from ..scenarios.schema import Measure
from ..scenarios.wording import quoted, suggestion
from .precedence import measure_of

SETTINGS = (
    *("blocks", "budget", "design", "isolate", "max_blocks", "metric", "precision", "seed", "store"),
    "threshold",
)


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """How to measure where a scenario says nothing, and the results store."""

    measure: Measure
    store: Path | None


def project_settings(start: Path) -> ProjectSettings:
    """The settings of the project that `start` lies in. Raises RequestError."""
    file = next(
        (one for folder in (start, *start.parents) if (one := folder / "pyproject.toml").is_file()), None
    )
    if file is None:
        return ProjectSettings(Measure(), None)
    try:
        tools = tomllib.loads(file.read_text("utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RequestError(f"{file} is not valid TOML: {error}") from error
    return _parsed(tools.get("agentperf", {}) if isinstance(tools, dict) else {}, file)


def store_path(option: Path | None) -> Path:
    """Where results are kept: as the command line says, else the project, else beside its pyproject.toml."""
    return option or project_settings(Path.cwd()).store or default_store(Path.cwd())


def existing_store(path: Path) -> Path:
    """The store at that path, which reading must not create. Raises StoreError."""
    if not path.exists():
        raise StoreError(
            f"there is no results store at {path}, 'agentperf run' makes one, --store names another"
        )
    return path


def _parsed(table: Any, file: Path) -> ProjectSettings:
    where = f"[tool.agentperf] of {file}"
    if not isinstance(table, dict):
        raise RequestError(f"{where} must be a table")
    for name in table:
        if name not in SETTINGS:
            raise RequestError(f"unknown setting {quoted(name)} in {where}, {suggestion(name, SETTINGS)}")
    store = table.pop("store", None)
    if store is not None and not isinstance(store, str):
        raise RequestError(f"store in {where} must be a path")
    measure = measure_of(table, lambda key: f"{key} in {where}")
    return ProjectSettings(measure, file.parent / store if store else None)
