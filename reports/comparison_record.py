"""What changed from one run to another, as the JSON document of a comparison has it."""

from typing import Self

from pydantic import AwareDatetime, Field, model_validator

from ..analysis.verdicts import Verdict
from .design_record import DesignRecord
from .expectation import Outcome
from .record import Interval, Record, require_order
from .run_record import EnvironmentRecord, ScenarioRecord


class ComparedRun(Record):
    """One of the two."""

    name: str
    """What the user called it: an id, a baseline, a file."""
    run_id: str
    created_at: AwareDatetime
    agentperf_version: str
    scenario: ScenarioRecord
    environment: EnvironmentRecord
    seed: int
    design: DesignRecord
    blocks: int = Field(ge=0)
    """Complete ones that the comparison rests on; for a rotating design complete rotations."""


class ChangeRecord(Record):
    """From the first run to the second, with its 95 % interval; the ends are null where nothing gives one."""

    ratio: float = Field(gt=0)
    """Of a time: second run / first. Of an effect: (time on / time off) in the second run / in the first."""
    ratio_low: float | None = Field(gt=0)
    ratio_high: float | None = Field(gt=0)
    change_percent: float
    """100 x (ratio - 1): above 0 is slower."""
    change_low: float | None
    change_high: float | None
    p_adjusted: float | None = Field(ge=0, le=1)
    """Two-sided p, adjusted by Holm within its family."""
    verdict: Verdict

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.ratio_low is not None or self.ratio_high is not None:
            require_order("ratio", self.ratio_low, self.ratio, self.ratio_high)
        if self.change_low is not None or self.change_high is not None:
            require_order("change", self.change_low, self.change_percent, self.change_high)
        return self


class SavingRecord(Record):
    """What a switch saves in one of the runs."""

    improvement_percent: float
    """100 x (1 - ratio)."""
    improvement_low: float | None
    improvement_high: float | None


class EffectChangeRecord(Record):
    """One effect of a switch in both runs, and how much more time it leaves in the second."""

    base: SavingRecord
    new: SavingRecord
    change: ChangeRecord
    with_it: ChangeRecord | None = None
    """The mean time of the combinations compared that have it on; null where times are not compared."""
    without_it: ChangeRecord | None = None
    """Of those that have it off."""


class OptimizationChangeRecord(Record):
    """A switch's three effects; null where one of the designs cannot estimate one."""

    optimization: str
    alone: EffectChangeRecord | None
    average: EffectChangeRecord | None
    last: EffectChangeRecord | None


class CombinationChangeRecord(Record):
    """One combination that both runs measured."""

    on: tuple[str, ...]
    base_s: Interval
    """Median of the metric in seconds; throughput as seconds per session."""
    new_s: Interval
    change: ChangeRecord


class ExpectationRecord(Record):
    """A `--fail-on` expression, and what came of it."""

    expectation: str
    outcome: Outcome
    reason: str
