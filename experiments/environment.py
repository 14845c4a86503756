"""The machine and the software that a run was measured on, as far as they change what it measures."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .surroundings import load_average_1min

PACKAGES = ("aiosqlite", "asyncpg", "greenlet", "numpy", "pydantic", "SQLAlchemy", "websockets")


def describe() -> dict[str, Any]:
    """Plain data for the JSON document. What this machine does not tell is None."""
    return {
        "hostname": platform.node(),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "cpu_model": _cpu_model(),
        "cpu_count": os.cpu_count(),
        "cpus_usable": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_average_1min": load_average_1min(),
        "python_implementation": platform.python_implementation(),
        "python_version": platform.python_version(),
        "python_gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
        "sqlite_version": sqlite3.sqlite_version,
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cpu_model() -> str | None:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), None)
