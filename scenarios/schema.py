"""The scenario: everything a file can say, in seconds, bytes, events per second and percent."""

import hashlib
import json
from typing import Any, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from .choices import DesignKind, DesignName, Isolation, Metric
from .claims import Claims, check_claims
from .database_url import hide_password
from .invalid import InvalidValue, refused
from .latency import Constant, Distribution, Exponential, Latency, LogNormal, Uniform
from .measure import Measure
from .optimizations import DEFAULT_SWEEP, Optimization
from .parts import Monitoring, Persistence, Sink, Synchronous, Validation, WebSocket
from .quantities import Flag, Name, Prose
from .runtime import Runtime
from .section import Section
from .steps import MAX_STEPS, Llm, Step, Steps, Tool
from .switches import Switches, misnamed
from .workload import Arrivals, Load, State

__all__ = [
    "MAX_STEPS",
    "Arrivals",
    "Claims",
    "Constant",
    "DesignKind",
    "DesignName",
    "Distribution",
    "Exponential",
    "Isolation",
    "Latency",
    "Llm",
    "Load",
    "LogNormal",
    "Measure",
    "Metric",
    "Monitoring",
    "Persistence",
    "Runtime",
    "Scenario",
    "Sink",
    "State",
    "Step",
    "Synchronous",
    "Tool",
    "Uniform",
    "Validation",
    "WebSocket",
]


# Stands for an unwritten list until a validator knows what may be swept.
_UNWRITTEN: tuple[str, ...] = ("",)
_REFERENCE_SWITCHES = tuple(str(name) for name in Optimization)
_SWEPT_BY_DEFAULT = tuple(str(name) for name in DEFAULT_SWEEP)


class Scenario(Section):
    """A workload, the switches to measure on it, and what is claimed of them."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["steps"]}, {"required": ["runtime"]}]}
    )

    name: Name
    description: Prose = ""
    steps: Steps = ()
    runtime: Runtime | None = None
    load: Load = Field(default_factory=Load)
    interactive: Flag = False
    state: State = Field(default_factory=State)
    persistence: Persistence = Field(default_factory=Persistence)
    websocket: WebSocket = Field(default_factory=WebSocket)
    monitoring: Monitoring = Field(default_factory=Monitoring)
    validation: Validation = Field(default_factory=Validation)
    optimizations: Switches = Field(
        default=_UNWRITTEN,
        validate_default=True,
        json_schema_extra={
            "default": list(_SWEPT_BY_DEFAULT),
            "items": {"anyOf": [{"enum": list(_REFERENCE_SWITCHES)}, {"type": "string"}]},
        },
    )
    claims: Claims = Field(default_factory=Claims)
    measure: Measure = Field(default_factory=Measure)

    @property
    def factors(self) -> tuple[str, ...]:
        """The switches that are swept, in the order of the file."""
        return self.optimizations

    @property
    def digest(self) -> str:
        """SHA-256 of all that is measured and how: everything but name and description, defaults left out.

        Two files that mean the same have the same digest, and a new key with a default changes none. A
        database's password is no part of it.
        """
        written = self.model_dump(mode="json", exclude={"name", "description"}, exclude_defaults=True)
        return _sha256(hide_password(written))

    @property
    def workload_digest(self) -> str:
        """SHA-256 of what is asked of a runtime: steps, load, state, time scale. Equals are comparable."""
        workload = self.model_dump(mode="json", include={"steps", "load", "state"}, exclude_defaults=True)
        return _sha256({**workload, "time_scale": self.measure.time_scale})

    @field_validator("optimizations", mode="before")
    @classmethod
    def _swept_by_default(cls, names: Any, info: ValidationInfo) -> Any:
        if names is not _UNWRITTEN:
            return names
        runtime = info.data.get("runtime")
        return _SWEPT_BY_DEFAULT if runtime is None else runtime.optimizations

    @field_validator("optimizations")
    @classmethod
    def _known_optimizations(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if "runtime" not in info.data:
            return names
        runtime = info.data["runtime"]
        known = _REFERENCE_SWITCHES if runtime is None else runtime.optimizations
        if refusals := misnamed(names, known, "optimization"):
            raise refused(*refusals)
        return names

    @field_validator("claims")
    @classmethod
    def _about_swept_switches(cls, claims: Claims, info: ValidationInfo) -> Claims:
        if "optimizations" in info.data:
            check_claims(claims, info.data["optimizations"])
        return claims

    @model_validator(mode="after")
    def _something_to_run(self) -> Self:
        if not self.steps and self.runtime is None:
            raise InvalidValue("a scenario needs steps or runtime", "add steps, such as '- agent: planner'")
        return self


def _sha256(data: Any) -> str:
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
