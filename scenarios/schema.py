"""The scenario: everything a file can say, in seconds, bytes, events per second and percent."""

import hashlib
import json
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, Strict, ValidationInfo, field_validator, model_validator
from pydantic_core import InitErrorDetails

from .choices import DesignKind, Isolation, Metric
from .claims import ALL, Claims
from .invalid import InvalidKey, InvalidValue, refusal, refused
from .latency import Constant, Distribution, Exponential, Latency, LogNormal, Uniform
from .measure import Measure
from .optimizations import DEFAULT_SWEEP, Optimization
from .parts import Monitoring, Persistence, Sink, Synchronous, Validation, WebSocket
from .quantities import Flag, Name, Prose
from .runtime import MAX_SWITCHES, Runtime
from .section import Section
from .steps import MAX_STEPS, Llm, Step, Steps, Tool
from .wording import quoted, suggestion
from .workload import Arrivals, Load, State

__all__ = [
    "MAX_STEPS",
    "Arrivals",
    "Claims",
    "Constant",
    "DesignKind",
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


Words = tuple[Annotated[str, Strict()], ...]


# Stands for an unwritten list until the validator below knows what may be swept.
_UNWRITTEN: Words = ("",)


class Scenario(Section):
    """A workload, the switches to measure on it, and what is claimed of them."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["steps"]}, {"required": ["runtime"]}]}
    )

    name: Name
    description: Prose = ""
    steps: Steps = ()
    runtime: Runtime | None = None
    load: Load = Load()
    interactive: Flag = False
    state: State = State()
    persistence: Persistence = Persistence()
    websocket: WebSocket = WebSocket()
    monitoring: Monitoring = Monitoring()
    validation: Validation = Validation()
    optimizations: Words = Field(
        default=_UNWRITTEN,
        validate_default=True,
        max_length=MAX_SWITCHES,
        json_schema_extra={
            "default": [str(name) for name in DEFAULT_SWEEP],
            "items": {"anyOf": [{"enum": [str(name) for name in Optimization]}, {"type": "string"}]},
        },
    )
    claims: Claims = Claims()
    measure: Measure = Measure()

    @property
    def factors(self) -> Words:
        """The switches that are swept, in the order of the file."""
        return self.optimizations

    @property
    def digest(self) -> str:
        """SHA-256 of all that is measured and how: everything but name and description, defaults left out.

        Two files that mean the same have the same digest, and a new key with a default changes none.
        """
        return _sha256(self.model_dump(mode="json", exclude={"name", "description"}, exclude_defaults=True))

    @property
    def workload_digest(self) -> str:
        """SHA-256 of what is asked of a runtime: steps, load, state, time scale. Equals are comparable."""
        workload = self.model_dump(
            mode="json",
            include={"steps": True, "load": True, "state": True, "measure": {"time_scale"}},
            exclude_defaults=True,
        )
        return _sha256(workload)

    @field_validator("optimizations", mode="before")
    @classmethod
    def _sweep_by_default(cls, names: Any, info: ValidationInfo) -> Any:
        if names is not _UNWRITTEN:
            return names
        runtime = info.data.get("runtime")
        return tuple(str(name) for name in DEFAULT_SWEEP) if runtime is None else runtime.optimizations

    @field_validator("optimizations")
    @classmethod
    def _known_optimizations(cls, names: Words, info: ValidationInfo) -> Words:
        if "runtime" not in info.data:
            return names
        runtime = info.data["runtime"]
        known = [str(name) for name in Optimization] if runtime is None else list(runtime.optimizations)
        if refusals := _misnamed(names, known, "optimization"):
            raise refused(*refusals)
        return names

    @field_validator("claims")
    @classmethod
    def _about_swept_switches(cls, claims: Claims, info: ValidationInfo) -> Claims:
        if "optimizations" not in info.data:
            return claims
        swept = info.data["optimizations"]
        refusals = [
            InitErrorDetails({**details, "loc": ("order", *details["loc"])})
            for details in _misnamed(claims.order, swept, "swept optimization")
        ]
        for claim, claimed in claims.gains.items():
            parts = [part.strip() for part in claim.split("+")]
            wrong = next((part for part in parts if part not in swept), None)
            if claim != ALL and wrong is not None:
                error = InvalidKey(
                    f"{quoted(wrong)} is not a swept optimization", suggestion(wrong, [*swept, ALL])
                )
                refusals.append(refusal((claim,), claimed, error))
            elif len(set(parts)) < len(parts):
                error = InvalidKey(f"claim {quoted(claim)} names a switch twice", "name it once")
                refusals.append(refusal((claim,), claimed, error))
        if refusals:
            raise refused(*refusals)
        return claims

    @model_validator(mode="after")
    def _something_to_run(self) -> Self:
        if not self.steps and self.runtime is None:
            raise InvalidValue("a scenario needs steps or runtime", "add steps, such as '- agent: planner'")
        return self


def _misnamed(names: Words, known: Words | list[str], kind: str) -> list[InitErrorDetails]:
    refusals = []
    for position, name in enumerate(names):
        if name not in known:
            error = InvalidValue(f"unknown {kind} {quoted(name)}", suggestion(name, known))
        elif names.index(name) < position:
            error = InvalidValue(f"{quoted(name)} is listed twice", "name it once")
        else:
            continue
        refusals.append(refusal((position,), name, error))
    return refusals


def _sha256(data: Any) -> str:
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
