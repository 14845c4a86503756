"""What was run, where, and how."""

from pydantic import ConfigDict, Field, JsonValue

from ..experiments.run import StopReason
from ..scenarios.choices import DesignKind
from .record import Record


class ScenarioRecord(Record):
    """The workload."""

    name: str
    digest: str
    workload_digest: str
    """Of steps, load, state and time scale only: two runs with the same one can be compared."""
    document: dict[str, JsonValue]
    """The scenario file as data, after overrides."""


class EnvironmentRecord(Record):
    """The machine and the interpreter. Further keys are kept."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)

    hostname: str | None = None
    system: str | None = None
    """Name of the operating system: Linux."""
    release: str | None = None
    """Of the operating system."""
    machine: str | None = None
    """x86_64, arm64."""
    cpu_model: str | None = None
    cpu_count: int | None = None
    python_implementation: str | None = None
    python_version: str | None = None


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
    stop_reason: StopReason | None
    """Null while the run goes on."""
    precision_percent: float | None = None
    """Half-width asked of every main effect's interval, if one was."""


class NoiseRecord(Record):
    """How far trials scatter; null where there are too few blocks to say."""

    trial_sd_percent: float | None = None
    """Robust standard deviation of one trial around its combination and block."""
    clipped_share: float | None = Field(default=None, ge=0, le=1)
    """Share of trials beyond three standard deviations, which were clipped there."""
    lag1_autocorrelation: float | None = None
    """Of the block contrasts: far from 0 where the machine drifted."""
