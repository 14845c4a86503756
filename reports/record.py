"""The shape every record of the JSON document shares."""

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator


class Record(BaseModel):
    """Frozen, finite numbers only.

    Unknown keys are ignored, so that a document written by a later release, which may add fields
    within the same schema_version, can still be read.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, use_attribute_docstrings=True)


class Interval(Record):
    """A median over blocks and its 95 % interval, in the unit its field's name carries.

    The ends are null where there are too few blocks (under six) for an interval of a median.
    """

    median: float
    low: float | None
    high: float | None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low is not None or self.high is not None:
            require_order("median", self.low, self.median, self.high)
        return self


def require_order(name: str, low: float | None, estimate: float | None, high: float | None) -> None:
    """Raise ValueError unless all three are absent, or all present with low <= estimate <= high."""
    if low is None and estimate is None and high is None:
        return
    if low is None or estimate is None or high is None:
        raise ValueError(
            f"{name}: an estimate and the two ends of its interval come together, or all are null"
        )
    if not low <= estimate <= high:
        raise ValueError(f"{name}: {low} <= {estimate} <= {high} does not hold")
