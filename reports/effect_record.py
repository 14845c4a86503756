"""What each switch does, and how two of them act together."""

from typing import Self

from pydantic import Field, model_validator

from ..analysis.verdicts import Verdict
from .record import Record, require_order


class EffectRecord(Record):
    """One effect: time on / time off, with its 95 % interval."""

    ratio: float = Field(gt=0)
    """Time on / time off."""
    ratio_low: float = Field(gt=0)
    ratio_high: float = Field(gt=0)
    improvement_percent: float
    """100 x (1 - ratio)."""
    improvement_low: float
    improvement_high: float
    p_adjusted: float = Field(ge=0, le=1)
    """Two-sided p, adjusted by Holm within its family."""
    verdict: Verdict
    unclipped_improvement_percent: float | None = None
    """The estimate with no trial clipped: far from improvement_percent where single slow trials matter."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("ratio", self.ratio_low, self.ratio, self.ratio_high)
        require_order("improvement", self.improvement_low, self.improvement_percent, self.improvement_high)
        return self


class OptimizationRecord(Record):
    """A switch's three effects; null where the design cannot estimate one."""

    optimization: str
    alone: EffectRecord | None
    """Against nothing."""
    average: EffectRecord | None
    """The main effect over all combinations."""
    last: EffectRecord | None
    """On top of all the other swept switches."""


class ConditionalRecord(Record):
    """What one switch saves without another and with it, averaged over all combinations of the rest."""

    optimization: str
    given: str
    """The other switch."""
    without_percent: float
    without_low: float
    without_high: float
    with_percent: float
    with_low: float
    with_high: float
    saved_without_s: float | None
    """The same in seconds: the difference of mean times. Gains that add up are equal here."""
    saved_with_s: float | None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("without", self.without_low, self.without_percent, self.without_high)
        require_order("with", self.with_low, self.with_percent, self.with_high)
        return self


class InteractionRecord(Record):
    """How far the ratio of one switch changes when the other is on."""

    optimizations: tuple[str, str]
    ratio: float = Field(gt=0)
    ratio_low: float = Field(gt=0)
    ratio_high: float = Field(gt=0)
    p_adjusted: float = Field(ge=0, le=1)
    conditionals: tuple[ConditionalRecord, ...] = ()
    """The first switch given the second, and the second given the first."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("ratio", self.ratio_low, self.ratio, self.ratio_high)
        return self
