"""Who runs the trials of a block: one small interface, so that it need not be this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .job import Job
from .trial import Trial


class WorkerLost(Exception):
    """A worker process ended without finishing its block."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Told of each trial as it ends, with the traceback of a failed one, and of what the workload prints."""

    trial: Callable[[Trial, str | None], None]
    output: Callable[[str], None]


class Executor(Protocol):
    """Runs jobs, one at a time on any one machine."""

    async def run(self, job: Job, listener: Listener) -> list[Trial]:
        """The trials that were run: fewer than asked for after `stop`, or when one failed that may not.

        Raises WorkerLost, and ExtensionError when a user's own code can't be loaded.
        """

    def stop(self) -> None:
        """Let the trial that is running end, and start no other."""
