"""A session in time: what ran when, and the critical path through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...agents.spans import Span
from ...analysis.critical_path import PathPart, critical_path
from ...analysis.ledger import charges
from ...scenarios.concerns import Concern
from ...scenarios.wording import printable
from ..visible_text import shortened

_CONCERNS = {concern: number for number, concern in enumerate(Concern)}
_NAME_WIDTH = 48
SESSION = "session"
_PREFIX = "agentperf."  # of names that OpenTelemetry has no convention for


@dataclass(frozen=True, slots=True)
class Bar:
    """A span in its lane. Microseconds since the session's start, as in all that is drawn."""

    lane: int
    start_us: int
    end_us: int
    concern: int
    name: str


@dataclass(frozen=True, slots=True)
class PathMark:
    """A part of the critical path in the lane of its span."""

    lane: int
    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True)
class Group:
    """What one agent did, or the session itself. A lane holds spans that don't overlap."""

    name: str
    lanes: int
    bars: tuple[Bar, ...]
    marks: tuple[PathMark, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What the session waited for, from one moment to another."""

    start_us: int
    end_us: int
    concern: int
    name: str
    agent: str


@dataclass(frozen=True, slots=True)
class Wait:
    """All stretches of one kind together."""

    name: str
    agent: str
    concern: int
    times: int
    total_us: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Of one session."""

    total_us: int
    groups: tuple[Group, ...]
    path: tuple[Stretch, ...]
    waits: tuple[Wait, ...]
    """The longest first; they add up to the total."""


def timeline(spans: Sequence[Span]) -> Timeline:
    """Lanes from the outermost spans inwards; agents in the order in which they began."""
    path = critical_path(spans)
    lanes = _lanes(spans)
    agents: dict[str | None, list[int]] = {}
    for index in sorted(range(1, len(spans)), key=lambda one: spans[one].start_s):
        agents.setdefault(spans[index].agent, []).append(index)
    parts: dict[str | None, list[PathPart]] = {}
    for part in path:
        if part.span:
            parts.setdefault(spans[part.span].agent, []).append(part)
    groups = tuple(
        Group(
            SESSION if agent is None else _shown(agent),
            1 + max(lanes[index] for index in indices),
            tuple(_bar(spans[index], lanes[index]) for index in indices),
            tuple(_mark(lanes[part.span], part) for part in parts.get(agent, ())),
        )
        for agent, indices in agents.items()
    )
    stretches = tuple(_stretches(spans, path))
    return Timeline(_us(spans[0].end_s - spans[0].start_s), groups, stretches, _waits(stretches))


def _bar(span: Span, lane: int) -> Bar:
    return Bar(lane, _us(span.start_s), _us(span.end_s), _CONCERNS[span.concern], _name(span))


def _mark(lane: int, part: PathPart) -> PathMark:
    return PathMark(lane, _us(part.start_s), _us(part.end_s))


def _us(seconds: float) -> int:
    return round(seconds * 1e6)


def _name(span: Span) -> str:
    """Beside the agent it is of, and among nothing but spans of this program: chat, save."""
    name = span.name.removeprefix(_PREFIX)
    return _shown(name.removesuffix(f" {span.agent}") if span.agent else name)


def _shown(text: str) -> str:
    return shortened(printable(text), _NAME_WIDTH)


def _lanes(spans: Sequence[Span]) -> list[int]:
    """Each below its parent where both are of one agent, and in the first lane that is free."""
    lanes = [0] * len(spans)
    free_from_s: dict[str | None, list[float]] = {}
    order = sorted(range(1, len(spans)), key=lambda one: (spans[one].start_s, -spans[one].end_s, one))
    placed = [False] * len(spans)
    for index in order:
        span = spans[index]
        taken = free_from_s.setdefault(span.agent, [])
        is_inner = span.parent > 0 and placed[span.parent] and spans[span.parent].agent == span.agent
        lane = lanes[span.parent] + 1 if is_inner else 0
        while lane < len(taken) and taken[lane] > span.start_s:
            lane += 1
        taken += [0.0] * (lane + 1 - len(taken))
        taken[lane] = max(span.end_s, span.start_s)
        lanes[index], placed[index] = lane, True
    return lanes


def _stretches(spans: Sequence[Span], path: Sequence[PathPart]) -> list[Stretch]:
    """As the ledger charges them: a part may be split where its wait was due."""
    found: list[Stretch] = []
    at_s, number = spans[0].start_s, 0
    for concern, seconds in charges(spans, path):
        if seconds <= 0:
            continue
        while number + 1 < len(path) and at_s + seconds / 2 >= path[number].end_s:
            number += 1
        span = spans[path[number].span]
        name = _name(span) if path[number].span else SESSION
        agent = "" if span.agent is None else _shown(span.agent)
        found.append(Stretch(_us(at_s), _us(at_s + seconds), _CONCERNS[concern], name, agent))
        at_s += seconds
    return found


def _waits(stretches: Sequence[Stretch]) -> tuple[Wait, ...]:
    lengths: dict[tuple[str, str, int], list[int]] = {}
    for one in stretches:
        lengths.setdefault((one.name, one.agent, one.concern), []).append(one.end_us - one.start_us)
    waits = [Wait(*key, times=len(parts), total_us=sum(parts)) for key, parts in lengths.items()]
    return tuple(sorted(waits, key=lambda one: -one.total_us))
