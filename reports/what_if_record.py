"""What would happen if: predicted from spans, beside what the switch brought that is meant to do it."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from ..scenarios.concerns import Concern
from .record import Record, require_order


class Supposition(StrEnum):
    """What is changed in a replay."""

    NO_TIME = "no time"
    """The concerns take no time."""
    ONE_COMMIT = "one commit"
    """Of the concerns, that part is left which one commit takes, of all that there were."""
    BY_NEEDS = "by needs"
    """Steps start as soon as those they need have ended."""


class WhatIfRecord(Record):
    """Sessions that were run under one combination, replayed with a part of them changed.

    A bound rather than a promise: a switch may leave some of the work, or make other work longer. `remarks`
    say which, from the ledgers and counts, where prediction and measurement lie apart.
    """

    on: tuple[str, ...]
    """What was on when the spans were recorded."""
    supposition: Supposition
    concerns: tuple[Concern, ...]
    """Empty where nothing but the order of steps is changed."""
    predicted_percent: float
    """How much shorter a session would be: the mean over blocks, of the first session of each."""
    predicted_low: float | None
    predicted_high: float | None
    """The ends of its 95 % interval; null where there are too few blocks."""
    blocks: int = Field(ge=1)
    replay_error_percent: float
    """How far a replay that changes nothing is off, at its worst over the blocks."""
    optimization: str | None = None
    """The switch that is meant to bring it; null where there is none, or it was on already."""
    measured_percent: float | None = None
    """What that switch saved alone; null where the run can't say."""
    measured_low: float | None = None
    measured_high: float | None = None
    difference_points: float | None = None
    """Predicted less measured."""
    remarks: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("measured", self.measured_low, self.measured_percent, self.measured_high)
        if self.predicted_low is not None or self.predicted_high is not None:
            require_order("predicted", self.predicted_low, self.predicted_percent, self.predicted_high)
        return self
