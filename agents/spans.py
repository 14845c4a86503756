"""What a session did and when: spans, and the kinds there are.

Names are those of OpenTelemetry's conventions for generative AI where they have one, else under `agentperf.`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Self

from ..scenarios.concerns import Concern
from ..scenarios.wording import listed, printable, quoted

LABEL_CHARACTERS = 120  # of a span or a frame; py-spy 0.4 gives up a stack with a name of 4,096
OWN_KINDS_KEPT = 1024  # a name for each row of a table must not fill the memory


class Hold(StrEnum):
    """What a span keeps others from doing while it lasts."""

    NOTHING = "nothing"
    """It waits: other tasks go on."""
    LOOP = "loop"
    """It computes, or blocks, on the event loop's thread."""
    WRITER = "writer"
    """It is the one writer that the database admits."""


@dataclass(frozen=True, slots=True)
class Span:
    """`parent` is the index of another span of the same session, -1 for the session's own.

    Times are seconds since the session's start. `due_s` is when a wait should have ended, None where nothing
    says so; what lies behind it is the event loop's delay. `agent` is set for spans of one step.
    """

    name: str
    concern: Concern
    hold: Hold
    parent: int
    start_s: float
    end_s: float
    due_s: float | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What many spans have in common. Where `agent` is None, a span is its parent's agent's."""

    name: str
    concern: Concern
    hold: Hold = Hold.NOTHING
    agent: str | None = None

    def holding(self, hold: Hold) -> Self:
        return replace(self, hold=hold)


VALIDATE = Kind("agentperf.validate", Concern.VALIDATION, Hold.LOOP)
STATE_VIEW = Kind("agentperf.state_view", Concern.STATE, Hold.LOOP)
MERGE = Kind("agentperf.merge", Concern.STATE, Hold.LOOP)
SNAPSHOT = Kind("agentperf.snapshot", Concern.STATE, Hold.LOOP)
SAVE = Kind("agentperf.save", Concern.PERSISTENCE)
WAIT_FOR_WRITER = Kind("agentperf.wait_for_writer", Concern.PERSISTENCE)
COMMIT = Kind("agentperf.commit", Concern.PERSISTENCE)
CONNECT = Kind("agentperf.connect", Concern.CONNECTIONS)
DISCONNECT = Kind("agentperf.disconnect", Concern.CONNECTIONS)
# Sending computes, but in turns with other tasks. If it kept the loop, what these do meanwhile would count
# twice: replays of supervisor-pipeline with parallel steps came out 13 % too long, instead of 2 % too short.
PUBLISH = Kind("agentperf.publish", Concern.NOTIFICATIONS)
RECORD = Kind("agentperf.record", Concern.MONITORING, Hold.LOOP)
WAIT_FOR_QUEUE = Kind("agentperf.wait_for_queue", Concern.MONITORING)


def session_kind(scenario: str) -> Kind:
    """The session itself, which contains all the others."""
    return Kind(label("invoke_workflow", scenario), Concern.OTHER)


def step_kind(agent: str) -> Kind:
    """A step, from its start to the last thing said of it."""
    return Kind(label("invoke_agent", agent), Concern.OTHER, agent=agent)


def chat_kind(agent: str, model: str | None) -> Kind:
    """Waiting for a language model."""
    return Kind(label("chat", model or agent), Concern.AGENT_WORK)


def tool_kind(agent: str, tool: str | None) -> Kind:
    """Waiting for a tool."""
    return Kind(label("execute_tool", tool or agent), Concern.AGENT_WORK)


COMPUTE = Kind("agentperf.compute", Concern.AGENT_WORK, Hold.LOOP)
ACT = Kind("agentperf.act", Concern.AGENT_WORK)


@lru_cache(OWN_KINDS_KEPT)
def own_kind(name: str, concern: str) -> Kind:
    """What a user's code calls by that name. Raises ValueError for a concern that there is not."""
    if concern not in list(Concern):
        raise ValueError(f"unknown concern {quoted(concern)}, known: {listed(Concern, 'and')}")
    return Kind(label(name), Concern(concern))


def label(*words: str) -> str:
    """The words as one name that any profiler, terminal or viewer can show."""
    text = printable(" ".join(words)[:LABEL_CHARACTERS])  # escapes make it longer
    return text if len(text) <= LABEL_CHARACTERS else f"{text[: LABEL_CHARACTERS - 1]}…"
