"""What somebody said the switches bring, beside what was measured."""

from typing import Self

from pydantic import Field, model_validator

from .enumerations import ClaimVerdict
from .record import Record, require_order


class ClaimRecord(Record):
    """A claimed saving of time, beside the measured one."""

    claim: str
    """A switch, several joined by +, or all."""
    claimed_low: float
    claimed_high: float
    measured_percent: float | None
    low: float | None
    high: float | None
    time_scale: float = Field(gt=0)
    verdict: ClaimVerdict

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("claim", self.low, self.measured_percent, self.high)
        return self


class ClaimedOrderRecord(Record):
    """The order somebody said to turn the switches on in."""

    order: tuple[str, ...] = Field(min_length=1)
    verdict: ClaimVerdict
    """refuted: at some step another switch leaves a time over 5 % shorter; confirmed: at none does one."""
    step: int | None = Field(default=None, ge=1)
    """Where it is refuted: the first step, counted from 1, at which another switch saves more."""
    better: str | None = None
    """That other switch."""
    advantage_percent: float | None = None
    """How much shorter a time it leaves there than the claimed switch."""
    advantage_low: float | None = None
    advantage_high: float | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("advantage", self.advantage_low, self.advantage_percent, self.advantage_high)
        if self.step is not None and self.step > len(self.order):
            raise ValueError(f"claimed order: it has {len(self.order)} steps, not {self.step}")
        return self
