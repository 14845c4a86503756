"""What was run, and where."""

from pydantic import ConfigDict, Field, JsonValue

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
