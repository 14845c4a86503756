"""The critical path of a session: the chain of spans without which it would have ended sooner."""

from __future__ import annotations

from dataclasses import dataclass

from .trace import Trace


@dataclass(frozen=True, slots=True)
class PathPart:
    """From `start_s` to `end_s` the session waited for the span of that index, and none of its children."""

    span: int
    start_s: float
    end_s: float


@dataclass(slots=True)
class _Walk:
    """Where the walk stands in one span: which children are left, last finishing at the end."""

    span: int
    children: list[int]
    start_s: float
    end_s: float
    now_s: float


def critical_path(trace: Trace) -> tuple[PathPart, ...]:
    """The parts in order of time: they cover the session's span without gap or overlap.

    Walks back from the end, as CRISP does (Zhang and others, "CRISP: Critical Path Analysis of Large-Scale
    Microservice Architectures", USENIX ATC 2022): into the child that ended last before the moment reached,
    through it to its start, and on from there. What lies between is the parent's own time. So of children
    that overlap, the one that finished last is followed, and the others are not charged. Takes n log n steps
    for n spans, however deep they are. An empty trace has no path.
    """
    if not trace:
        return ()
    children: list[list[int]] = [[] for _ in trace]
    for index, span in enumerate(trace):
        if index:
            children[span.parent].append(index)

    def enter(index: int, start_s: float, end_s: float) -> _Walk:
        return _Walk(index, _followed_last_to_first(trace, children[index], end_s), start_s, end_s, end_s)

    backwards: list[PathPart] = []
    stack = [enter(0, trace[0].start_s, trace[0].end_s)]
    while stack:
        walk = stack[-1]
        child = _next_child(trace, walk)
        reached_s = walk.start_s if child is None else min(trace[child].end_s, walk.end_s)
        if reached_s < walk.now_s:
            _extend(backwards, PathPart(walk.span, reached_s, walk.now_s))
        if child is None:
            stack.pop()
            continue
        # A child can't have begun before its parent, whatever two readings of a clock say.
        walk.now_s = max(trace[child].start_s, walk.start_s)
        stack.append(enter(child, walk.now_s, reached_s))
    return tuple(reversed(backwards))


def _followed_last_to_first(trace: Trace, siblings: list[int], end_s: float) -> list[int]:
    """Names break ties, so that the order in which spans were recorded does not matter. What outlives its
    parent was not waited for any longer than that."""

    def key(index: int) -> tuple[float, float, str, str]:
        span = trace[index]
        return min(span.end_s, end_s), -span.start_s, span.name, span.agent or ""

    return sorted(siblings, key=key)


def _next_child(trace: Trace, walk: _Walk) -> int | None:
    """The child that ended last before the moment reached; those that were still going on are passed over."""
    while walk.children:
        child = walk.children.pop()
        end_s = min(trace[child].end_s, walk.end_s)
        if max(walk.start_s, trace[child].start_s) <= end_s <= walk.now_s:
            return child
    return None


def _extend(backwards: list[PathPart], part: PathPart) -> None:
    """One part where a child of no length would make two."""
    if backwards and backwards[-1].span == part.span:
        part = PathPart(part.span, part.start_s, backwards.pop().end_s)
    backwards.append(part)
