"""The JSON document of a selftest: what this machine makes of switches that change nothing."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from ..experiments.run import StopReason
from .record import Record, require_order
from .run_record import EnvironmentRecord

PROMISED_RATE = 0.05


class Family(StrEnum):
    """Questions whose p values are adjusted together."""

    AVERAGE = "average"
    ALONE = "alone"
    LAST = "last"
    INTERACTIONS = "interactions"


class FamilyRecord(Record):
    """What a family of questions found, where there is nothing to be found."""

    family: Family
    questions: int = Field(ge=0)
    false_alarms: tuple[tuple[str, ...], ...]
    """The switches (of an interaction both) of which p, adjusted by Holm, is under 0.05."""


class RelabelledRecord(Record):
    """The same trials analysed again and again, each time under combinations drawn by lot."""

    analyses: int = Field(gt=0)
    with_false_alarm: int = Field(ge=0)
    """Analyses in which any main effect has an adjusted p under 0.05."""
    with_verdict: int = Field(ge=0)
    """Analyses of these in which a switch is called faster or slower."""
    rate: float = Field(ge=0, le=1)
    """with_false_alarm / analyses; 0.05 is what is promised."""
    rate_low: float = Field(ge=0, le=1)
    rate_high: float = Field(ge=0, le=1)
    """The ends of its 95 % interval (Wilson)."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("rate", self.rate_low, self.rate, self.rate_high)
        return self


class VisibleRecord(Record):
    """The smallest saving that a minute shows in four cases out of five, with trials such as these."""

    blocks_per_minute: float = Field(gt=0)
    average_percent: float | None
    """Of a switch over all combinations; null where a minute has no two blocks."""
    alone_percent: float | None
    """Of a switch against nothing."""


class SelftestNoiseRecord(Record):
    """How far trials of the same work scatter; null where there are too few blocks to say."""

    trial_sd_percent: float | None
    clipped_share: float | None


class SelftestDocument(Record):
    """Result of `agentperf selftest`. Times are seconds."""

    schema_version: Literal[1] = 1
    run_id: str | None
    """Of the run in the store that was named; null where none was."""
    created_at: AwareDatetime
    agentperf_version: str
    environment: EnvironmentRecord
    seed: int
    switches: int = Field(gt=0)
    combinations: int = Field(gt=0)
    blocks: int = Field(ge=0)
    """Complete ones."""
    stop_reason: StopReason
    elapsed_s: float = Field(ge=0)
    trial_median_s: float | None
    noise: SelftestNoiseRecord
    families: tuple[FamilyRecord, ...]
    relabelled: RelabelledRecord | None
    """Null where there are no two blocks."""
    smallest_visible: VisibleRecord | None
    warnings: tuple[str, ...] = ()

    @property
    def is_trustworthy(self) -> bool | None:
        """Whether false alarms seem no more frequent than promised; None where nothing tells."""
        return None if self.relabelled is None else self.relabelled.rate_low <= PROMISED_RATE
