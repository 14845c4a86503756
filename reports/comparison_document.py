"""The JSON document of a comparison: every table of two runs is drawn from it."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from ..analysis.comparison import Pairing
from ..scenarios.choices import Metric
from .comparability import Scope
from .comparison_record import (
    ChangeRecord,
    CombinationChangeRecord,
    ComparedRun,
    ExpectationRecord,
    OptimizationChangeRecord,
)
from .record import Record


class Kind(StrEnum):
    """Tells this document from that of a run, which has no `kind`."""

    COMPARISON = "comparison"


class ComparisonDocument(Record):
    """Two runs compared by agentperf. Times are seconds, ratios plain numbers, changes above 0 slower."""

    schema_version: Literal[1] = 1
    kind: Literal[Kind.COMPARISON] = Kind.COMPARISON
    agentperf_version: str
    base: ComparedRun
    new: ComparedRun
    metric: Metric
    threshold_percent: float = Field(ge=0)
    """What counts as equivalent: within +- this of no change."""
    scope: Scope
    """common: the combinations that both ran; ends: nothing on and everything on, of two runtimes."""
    factors: tuple[str, ...]
    """The switches whose effects are compared; for two different runtimes one that stands for all of them."""
    times_compared: bool
    """False where the runs come from two machines: then only effects are compared."""
    pairing: Pairing
    """paired: row by row; independent: the mean of each run by itself (Welch)."""
    interleaved: bool
    """Whether the runs took turns, block by block, so that a drift of the machine cancels."""
    speed_change_percent: float | None
    """How much longer a fixed computation took during the second run; null where not known."""
    widened_by_percent: float = Field(ge=0)
    """What was added to both ends of the intervals of times for it."""
    overall: ChangeRecord | None
    """The mean over the combinations compared; null where times are not."""
    effects: tuple[OptimizationChangeRecord, ...]
    combinations: tuple[CombinationChangeRecord, ...]
    expectations: tuple[ExpectationRecord, ...] = ()
    notes: tuple[str, ...] = ()
    """What is worth knowing of how the two differ."""
    warnings: tuple[str, ...] = ()
    """Rules that were overruled by --lenient, and what else to know before believing a number."""
