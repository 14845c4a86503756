"""What a run's own data can be doubted by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..analysis.analysis import Analysis
from ..experiments.observations import TrialRow
from ..experiments.run import Run
from ..experiments.trial import Trial
from ..scenarios.schema import Scenario


@dataclass(frozen=True, slots=True)
class Evidence:
    """`rows` are the complete blocks (or rotations), `trials` all there are. `scenario` is None where it is
    written in the words of another release, `analysis` where no row is complete."""

    run: Run
    scenario: Scenario | None
    rows: Sequence[TrialRow]
    trials: Sequence[Trial]
    analysis: Analysis | None

    @property
    def is_over(self) -> bool:
        """Whether the run has ended: what may still come right is no reason to warn."""
        return self.run.stop_reason is not None
