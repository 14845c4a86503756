"""What a runtime is made of, once the switches have been read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..scenarios.schema import Scenario
from .agent import Agent
from .clock import Clock
from .graph import StepGraph
from .monitoring import Monitor
from .notifications import Notifier
from .persistence import SessionWriter
from .pipeline import Pipeline
from .state import State
from .validation import Validation


@dataclass(frozen=True, slots=True)
class Parts:
    """Shared by all sessions, but for `state` and `writer`, which make one for each.

    `messages` is the transcript that every simulated answer brings: text comes from a model, so the time to
    make it up is no part of a runtime.
    """

    scenario: Scenario
    graph: StepGraph
    agents: tuple[Agent, ...]
    messages: list[dict[str, str]]
    clock: Clock
    pipeline: Pipeline
    notifier: Notifier
    monitor: Monitor
    validation: Validation
    state: Callable[[], State]
    writer: Callable[[int], SessionWriter]
