"""What to do about it: the recommended order, whose gain it is, and the price of each gain."""

from typing import Self

from pydantic import Field, model_validator

from .record import Record, require_order


class PlanStep(Record):
    """One step of the recommended order, with what it and the steps before it save together."""

    add: str
    cumulative_improvement_percent: float
    low: float
    high: float
    enough: bool
    """True on the first step shown to be within 5 % of the best."""
    ties: tuple[str, ...] = ()
    """Other switches that this step might as well have added: the data cannot tell them apart."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("cumulative improvement", self.low, self.cumulative_improvement_percent, self.high)
        return self


class ShareRecord(Record):
    """A switch's Shapley share of what all save: its step averaged over every order of adding them."""

    optimization: str
    ratio: float = Field(gt=0)
    """The shares of all switches multiply to the ratio of everything on to nothing on."""
    ratio_low: float = Field(gt=0)
    ratio_high: float = Field(gt=0)
    improvement_percent: float
    """100 x (1 - ratio)."""
    improvement_low: float
    improvement_high: float
    share_percent: float | None
    """Of the log gain of all: these add up to 100. Null where it is not shown that all save anything."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("ratio", self.ratio_low, self.ratio, self.ratio_high)
        require_order("improvement", self.improvement_low, self.improvement_percent, self.improvement_high)
        return self


class PriceRecord(Record):
    """What a switch costs in safety; null where it does not apply."""

    optimization: str
    steps_lost_on_crash: float | None = None
    monitoring_lag_s: float | None = None
    updates_not_sent: int | None = None
    note: str = ""
    """The guarantee that is given up, in words."""
