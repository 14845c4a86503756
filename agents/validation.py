"""Two ways to be sure of data: five layers that validate it again, or once at the entry and then changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol, cast

from pydantic import BaseModel, Field, TypeAdapter, create_model

from ..scenarios.schema import Step
from .counters import Counters
from .recorder import span
from .sections import Section, state_model
from .spans import VALIDATE

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What passes between the runtime and a step: what it is given and, afterwards, what it gave back."""

    session: int
    step: Step | None
    sections: Callable[[], Mapping[str, Plain]]
    inputs: Mapping[str, Plain] = field(default_factory=dict)
    output: Plain | None = None


class Validation(Protocol):
    """Raises pydantic.ValidationError when data is not what it should be."""

    def admit(self, exchange: Exchange) -> None:
        """At the entry: the request and the state it comes with."""

    def before(self, exchange: Exchange) -> None:
        """Before a step: what it is given."""

    def after(self, exchange: Exchange) -> None:
        """After a step: what it gave back."""


class LayeredValidation:
    """Slow way: each of the first `layers` layers validates the same exchange, every time."""

    def __init__(self, layers: int, counters: Counters) -> None:
        self._layers = LAYERS[:layers]
        self._counters = counters

    def _validate(self, exchange: Exchange) -> None:
        with span(VALIDATE):
            for layer in self._layers:
                self._counters.validations += 1
                layer(exchange)

    admit = before = after = _validate


class EntryValidation:
    """Fast way: everything once at the entry, and from then on only the section that a step changed."""

    def __init__(self, layers: int, counters: Counters) -> None:
        self._active = layers > 0
        self._counters = counters

    def admit(self, exchange: Exchange) -> None:
        if self._active:
            self._counters.validations += 2
            with span(VALIDATE):
                validate_envelope(exchange)
                validate_state(exchange)

    def before(self, exchange: Exchange) -> None:
        """Nothing: it was validated at the entry or after the step that made it."""

    def after(self, exchange: Exchange) -> None:
        if self._active:
            self._counters.validations += 1
            with span(VALIDATE):
                Section.model_validate(exchange.output)


class _Envelope(BaseModel):
    """The engine's view of a step: a routed message."""

    session: int = Field(ge=0)
    agent: str
    needs: tuple[str, ...]
    inputs: dict[str, Section]
    output: Section | None


class _Attempt(BaseModel):
    """The reliability manager's view: what it would have to repeat."""

    agent: str
    retries: int = Field(ge=0)
    timeout_s: float | None = Field(gt=0)
    payload: list[Section]


_INPUTS = TypeAdapter(dict[str, Section])
_SECTION_FIELDS = {
    name: TypeAdapter(cast(Any, info.annotation)) for name, info in Section.model_fields.items()
}
ENTRY = "entry"


def validate_envelope(exchange: Exchange) -> None:
    """Layer 1, the engine."""
    _Envelope.model_validate(
        {
            "session": exchange.session,
            "agent": exchange.step.agent if exchange.step else ENTRY,
            "needs": exchange.step.needs if exchange.step else (),
            "inputs": exchange.inputs,
            "output": exchange.output,
        }
    )


def validate_preconditions(exchange: Exchange) -> None:
    """Layer 2, the agent: all it needs is there and well formed. An output is the next agent's input."""
    needs = exchange.step.needs if exchange.step else ()
    _inputs_of(frozenset(needs)).model_validate({"inputs": exchange.inputs})
    if exchange.output is not None:
        _INPUTS.validate_python({ENTRY: exchange.output})


def validate_attempt(exchange: Exchange) -> None:
    """Layer 3, the reliability manager."""
    payload = list(exchange.inputs.values())
    if exchange.output is not None:
        payload.append(exchange.output)
    _Attempt.model_validate(
        {
            "agent": exchange.step.agent if exchange.step else ENTRY,
            "retries": exchange.step.retries if exchange.step else 0,
            "timeout_s": exchange.step.timeout if exchange.step else None,
            "payload": payload,
        }
    )


def validate_state(exchange: Exchange) -> None:
    """Layer 4, the state: all its sections, and the one a step changed."""
    sections = exchange.sections()
    state_model(len(sections)).model_validate(sections)
    if exchange.output is not None:
        Section.model_validate(exchange.output)


def validate_fields(exchange: Exchange) -> None:
    """Layer 5, every pydantic field on its own."""
    changed = () if exchange.output is None else (exchange.output,)
    for plain in (*exchange.sections().values(), *changed):
        for name, adapter in _SECTION_FIELDS.items():
            adapter.validate_python(plain.get(name))


LAYERS: tuple[Callable[[Exchange], None], ...] = (
    validate_envelope,
    validate_preconditions,
    validate_attempt,
    validate_state,
    validate_fields,
)


@cache
def _inputs_of(needs: frozenset[str]) -> type[BaseModel]:
    """A model that asks for exactly these inputs."""
    fields: Any = {f"need_{index}": (Section, Field(alias=name)) for index, name in enumerate(sorted(needs))}
    return create_model("Preconditions", inputs=(create_model("Inputs", **fields), ...))
