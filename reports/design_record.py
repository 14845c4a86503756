"""How it was measured: the design, why it ended, and how far trials scatter."""

from typing import Self

from pydantic import Field, model_validator

from ..experiments.run import StopReason
from ..scenarios.choices import DesignKind, Inference
from .record import Record, require_order


class DesignRecord(Record):
    """Which combinations were run, how often, and why no more."""

    kind: DesignKind
    factors: tuple[str, ...]
    """The swept switches."""
    held: tuple[str, ...]
    """Switches that were on throughout."""
    combinations: int = Field(ge=0)
    blocks: int = Field(ge=0)
    """Complete blocks; for a rotating design complete rotations."""
    trials_per_block: int | None = Field(default=None, ge=0)
    """More than there are combinations where some are run several times; for a rotation all its parts."""
    stop_reason: StopReason | None
    """Null while the run goes on."""
    precision_percent: float | None = None
    """Half-width asked of every main effect's interval, if one was."""
    precision_reached_percent: float | None = None
    """The widest half-width among them; with claims, among the effects alone too."""
    max_blocks: int | None = None
    """The limit that was set, if one was."""
    budget_s: float | None = None
    """The time that was set, if one was."""
    spread_s: float | None = None
    """The time over which blocks were spread, if one was set."""
    inference: Inference = Inference.FIXED
    """anytime: the intervals hold however often one looks before stopping."""
    resolution: int | None = None
    """Of a fractional design: with 3, main effects stand on pairs; with 4, pairs on pairs; 5 tells both."""
    aliases: tuple[str, ...] = ()
    """What a fractional design cannot tell apart: "a x b = c x d"."""

    @property
    def screening(self) -> bool:
        """Whether the design only tells which switches deserve a full one."""
        return self.kind not in (DesignKind.FULL, DesignKind.ROTATING)


class NoiseRecord(Record):
    """How far trials scatter; null where there are too few blocks to say."""

    trial_sd_percent: float | None = None
    """Robust standard deviation of one trial around its combination and block."""
    clipped_share: float | None = Field(default=None, ge=0, le=1)
    """Share of trials beyond three standard deviations, which were clipped there."""
    lag1_autocorrelation: float | None = None
    """Of successive blocks: far above 0 where the machine drifted."""
    trend_percent: float | None = None
    """How much slower trials get from the first place of a block to its last."""
    trend_low: float | None = None
    trend_high: float | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("trend", self.trend_low, self.trend_percent, self.trend_high)
        return self
