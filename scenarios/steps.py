"""The steps of a pipeline and what each does."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Strict

from .graph import check_graph
from .invalid import InvalidValue
from .latency import Latency
from .quantities import Count, Duration, Location, Name, PositiveDuration
from .section import Section
from .wording import quoted

MAX_STEPS = 10_000
_AGENT = re.compile(r"[^\W\d_][\w-]{0,99}")


def _agent_name(text: str) -> str:
    if not _AGENT.fullmatch(text):
        raise InvalidValue(
            f"{quoted(text)} cannot name an agent",
            "start with a letter, go on with letters, digits, '_' and '-'",
        )
    return text


Agent = Annotated[str, Strict(), AfterValidator(_agent_name)]


class Llm(Section):
    """A call of a language model, simulated by its latency."""

    latency: Latency
    model: Name | None = None


class Tool(Section):
    """A call of a tool, simulated by its latency."""

    latency: Latency
    name: Name | None = None


class Step(Section):
    """One agent of the pipeline: it waits for the steps it needs, then for its model, tool and processor."""

    agent: Agent
    needs: tuple[Agent, ...] = ()
    llm: Llm | None = None
    tool: Tool | None = None
    cpu: Duration = Field(default=0.0, json_schema_extra={"default": 0})
    uses: Location | None = None
    retries: Annotated[Count, Field(le=100)] = 0
    timeout: PositiveDuration | None = None


def _check_count(written: Any) -> Any:
    if isinstance(written, list) and len(written) > MAX_STEPS:
        raise InvalidValue(f"more than {MAX_STEPS:,} steps", "describe the workload in fewer")
    return written


def _check_needs(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    if not steps:
        raise InvalidValue("must not be empty", "add a step such as '- agent: planner'")
    check_graph([(step.agent, step.needs) for step in steps])
    return steps


Steps = Annotated[
    tuple[Step, ...],
    BeforeValidator(_check_count),  # before the steps are looked at, so that too many end at once
    AfterValidator(_check_needs),
    Field(json_schema_extra={"maxItems": MAX_STEPS}),
]
