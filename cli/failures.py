"""Which exit code a failure has, and the one line that tells of it."""

from __future__ import annotations

from ..agents.extension import ExtensionError
from ..experiments.preparation import RequestError
from ..experiments.store import StoreError
from ..scenarios.problems import ScenarioError
from .exit_code import ExitCode

INVALID = (ExtensionError, RequestError, ScenarioError, StoreError, OSError)


class WorkloadFailed(Exception):
    """The workload itself failed, whatever was measured besides."""


def explain(error: Exception) -> tuple[ExitCode, str]:
    """The exit code, and what to say."""
    if isinstance(error, WorkloadFailed):
        return ExitCode.WORKLOAD_FAILED, str(error)
    if isinstance(error, OSError) and error.filename:
        return ExitCode.INVALID, f"{error.filename}: {error.strerror}"
    if isinstance(error, INVALID):
        return ExitCode.INVALID, str(error)
    return ExitCode.BUG, f"internal error, please report it: {type(error).__name__}: {error}"
