"""Dossiers of simulated runs: with traces of sessions, and profiles of the size that real ones have."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache

from agentperf.agents.spans import Hold, Span
from agentperf.experiments.traces import SessionTrace
from agentperf.profilers.profile import Frame, Mode, Profile, ProfilerName, Sample
from agentperf.reports.document import Document
from agentperf.reports.dossier import Dossier
from agentperf.scenarios.concerns import Concern

AGENTS = ("planner", "researcher", "account-specialist", "risk-specialist", "writer")
INTERVAL_S = 0.002
FUNCTIONS = 2_003
FILES = (
    *("asyncio/events.py", "asyncio/base_events.py", "agentperf/agents/work.py", "agentperf/agents/state.py"),
    *(
        "sqlalchemy/pool/base.py",
        "sqlalchemy/engine/base.py",
        "aiosqlite/core.py",
        "websockets/connection.py",
    ),
    *("pydantic/main.py", "agentperf/agents/monitoring.py", "json/encoder.py", "bench/agents.py"),
)
SAMPLES = 1_300


def dossier(
    document: Document, *, profiled: int = 2, samples: int = SAMPLES, agents: Sequence[str] = AGENTS
) -> Dossier:
    """The document with a trace of every combination, and two profiles of the first `profiled`."""
    combinations = [frozenset(record.on) for record in document.combinations]
    return Dossier(
        document,
        tuple(profile for on in combinations[:profiled] for profile in profiles_of(on, samples)),
        tuple(trace(on, len(document.design.factors), agents) for on in combinations),
    )


def profiles_of(on: frozenset[str], samples: int = SAMPLES) -> Iterator[Profile]:
    """On the CPU, and waiting."""
    for mode, profiler in ((Mode.CPU, ProfilerName.PY_SPY), (Mode.AWAIT, ProfilerName.AWAIT_SAMPLER)):
        draw = random.Random(f"{sorted(on)} {mode}")
        yield Profile(
            profiler,
            mode,
            INTERVAL_S,
            tuple(_samples(draw, samples)),
            on,
            "w" * 64,
            ("Simulated: no such program ran.",),
        )


def _samples(draw: random.Random, number: int) -> Iterator[Sample]:
    """Stacks of 40 to 55 frames on the paths of one program, some walked much more often than others."""
    stacks: dict[tuple[int, ...], tuple[Frame, ...]] = {}
    for _ in range(number):
        path = tuple(_path(draw))
        stack = stacks.setdefault(path, tuple(map(_frame, path)))
        yield Sample("MainThread", stack, INTERVAL_S)


def _path(draw: random.Random) -> Iterator[int]:
    """A function calls one other, and every sixth one of four."""
    function = 0
    for depth in range(draw.choice((41, 48, 55))):
        yield function
        branch = min(3, int(draw.paretovariate(3.0)) - 1) if depth % 6 == 5 else 0
        function = (function * 9 + branch * 7 + depth + 1) % FUNCTIONS


@cache
def _frame(number: int) -> Frame:
    return Frame(f"function_{number}", FILES[number % len(FILES)], number % 400 + 1)


def trace(on: frozenset[str], switches: int, agents: Sequence[str] = AGENTS) -> SessionTrace:
    """A session that is the shorter the more is on: the first agent, all others at once, then the last."""
    pace = 1.0 - 0.6 * len(on) / max(1, switches)
    spans = [Span("invoke_workflow", Concern.OTHER, Hold.NOTHING, -1, 0.0, 0.0)]
    now_s = _add(spans, "validate", Concern.VALIDATION, 0, 0.001, 0.004 * pace, None)
    first, *middle, last = agents
    now_s = _step(spans, first, now_s, pace)
    ends = [
        _step(spans, agent, now_s + 0.001 * number, pace * (1 + number / 9))
        for number, agent in enumerate(middle)
    ]
    now_s = _step(spans, last, max(ends, default=now_s) + 0.002, pace)
    now_s = _add(spans, "save", Concern.PERSISTENCE, 0, now_s, 0.006 * pace, None)
    whole = Span("invoke_workflow", Concern.OTHER, Hold.NOTHING, -1, 0.0, now_s + 0.0005)
    return SessionTrace(on, 0, (whole, *spans[1:]))


def _step(spans: list[Span], agent: str, start_s: float, pace: float) -> float:
    """The end of a step of five parts."""
    place = len(spans)
    spans.append(Span(f"invoke_agent {agent}", Concern.OTHER, Hold.NOTHING, 0, start_s, start_s, None, agent))
    now_s = start_s
    for name, concern, seconds in (
        ("notify", Concern.NOTIFICATIONS, 0.003),
        ("chat", Concern.AGENT_WORK, 0.03),
        ("execute_tool", Concern.AGENT_WORK, 0.01),
        ("persist", Concern.PERSISTENCE, 0.012),
        ("record", Concern.MONITORING, 0.002),
    ):
        inner = len(spans)
        end_s = _add(spans, name, concern, place, now_s, seconds * pace, agent)
        if concern is Concern.PERSISTENCE:
            _add(spans, "connect", Concern.CONNECTIONS, inner, now_s, 0.004 * pace, agent)
        now_s = end_s
    whole = spans[place]
    spans[place] = Span(whole.name, whole.concern, whole.hold, 0, start_s, now_s + 0.0002, None, agent)
    return now_s + 0.0002


def _add(
    spans: list[Span],
    name: str,
    concern: Concern,
    parent: int,
    start_s: float,
    seconds: float,
    agent: str | None,
) -> float:
    due_s = start_s + 0.8 * seconds if name == "chat" else None
    spans.append(Span(name, concern, Hold.NOTHING, parent, start_s, start_s + seconds, due_s, agent))
    return start_s + seconds
