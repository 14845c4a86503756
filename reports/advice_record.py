"""What to do about it: the recommended order, the claims that were tested, the price of each gain."""

from typing import Self

from pydantic import Field, model_validator

from .enumerations import ClaimVerdict
from .record import Record, require_order


class PlanStep(Record):
    """One step of the recommended order, with what it and the steps before it save together."""

    add: str
    cumulative_improvement_percent: float
    low: float
    high: float
    enough: bool
    """True on the first step within 5 % of the best."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("cumulative improvement", self.low, self.cumulative_improvement_percent, self.high)
        return self


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


class PriceRecord(Record):
    """What a switch costs in safety; null where it does not apply."""

    optimization: str
    steps_lost_on_crash: float | None = None
    monitoring_lag_s: float | None = None
    updates_not_sent: int | None = None
    note: str = ""
    """The guarantee that is given up, in words."""
