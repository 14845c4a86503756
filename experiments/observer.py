"""Who is told how an experiment gets on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ..analysis.stopping import Precision
from .executor import WorkerLost
from .trial import Trial


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known by now. `rows` are complete; `rows_expected` and `blocks_left` are None where only the
    measurement will tell. `precision` is None as long as there are no intervals."""

    rows: int
    rows_expected: int | None
    blocks_left: int | None
    precision: Precision | None


class Observer(Protocol):
    """What it makes of what it is told is its own affair."""

    def begun(self, outlook: Outlook) -> None:
        """What there is and what is to come, before the first block."""

    def block_waits(self, block: int, wait_s: float) -> None:
        """The block will begin after so many seconds."""

    def block_started(self, block: int) -> None: ...

    def trial_ended(self, trial: Trial, traceback: str | None) -> None: ...

    def block_ended(self, block: int, trials: Sequence[Trial], outlook: Outlook) -> None:
        """The block is whole and stored."""

    def worker_lost(self, error: WorkerLost) -> None: ...

    def output(self, line: str) -> None: ...
