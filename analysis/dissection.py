"""A recorded session taken apart into segments that can be replayed in another order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..scenarios.concerns import Concern
from .busy_times import BusyTimes
from .critical_path import critical_path
from .segments import Order, RecordedSession, RecordedStep, Segment, Server, Use
from .trace import NO_PARENT, SpanLike, Trace

Uses = Sequence[Use]
"""One for each span of a trace."""


@dataclass(frozen=True, slots=True)
class _Moved:
    """A span of a step's own trace: its parent has another index there."""

    name: str
    concern: Concern
    parent: int
    start_s: float
    end_s: float
    due_s: float | None
    agent: str | None


@dataclass(frozen=True, slots=True)
class _Piece:
    """`awaits` is the server for which it waited as long as others kept that busy: a replay waits anew."""

    concern: Concern
    start_s: float
    end_s: float
    server: Server | None = None
    write: int | None = None
    awaits: Server | None = None


def dissect(trace: Trace, uses: Uses, needs: Mapping[str, Sequence[str]], order: Order) -> RecordedSession:
    """`needs` tells of each agent whom it waited for, `order` how the session was run.

    What a step waited because another one kept the loop or the writer busy is left out: behind the moment at
    which a wait was due, between the end of what it needed and its start, and before a write. So the segments
    hold what each step takes when it is alone, and a replay finds out anew who waits for whom.
    """
    steps, members = _steps(trace)
    places = {trace[index].agent: place for place, index in enumerate(steps)}
    needed = [
        tuple(places[need] for need in needs.get(trace[index].agent or "", ()) if need in places)
        for index in steps
    ]
    began_s = min((trace[index].start_s for index in steps), default=trace[0].end_s)
    ended_s = max((trace[index].end_s for index in steps), default=trace[0].end_s)
    rows = []
    for place, index in enumerate(steps):
        awaited = needed[place] if order is Order.BY_NEEDS else range(max(place - 1, 0), place)
        ready_s = max((trace[steps[one]].end_s for one in awaited), default=began_s)
        start_s = trace[index].start_s
        delay = _Piece(Concern.EVENT_LOOP, min(ready_s, start_s), start_s, awaits=Server.LOOP)
        rows.append([delay, *_pieces(*_below(trace, uses, members[index]))])
    pieces = [piece for row in rows for piece in row]
    busy = {
        Server.LOOP: BusyTimes((one.start_s, one.end_s) for one in pieces if one.server is Server.LOOP),
        Server.WRITER: BusyTimes((one.start_s, one.end_s) for one in pieces if one.write is not None),
    }
    own = list(_pieces(trace, uses))
    return RecordedSession(
        duration_s=trace[0].end_s - trace[0].start_s,
        before=_segments(
            (replace(one, end_s=min(one.end_s, began_s)) for one in own if one.start_s < began_s), {}
        ),
        steps=tuple(
            RecordedStep(trace[index].agent or "", need, _segments(row, busy))
            for index, need, row in zip(steps, needed, rows, strict=True)
        ),
        after=_segments(
            (replace(one, start_s=max(one.start_s, ended_s)) for one in own if one.end_s > ended_s), {}
        ),
    )


def _steps(trace: Trace) -> tuple[list[int], dict[int, list[int]]]:
    """The steps' spans in the order of their start, and for each its index and those of all below it."""
    tops = _tops(trace)
    steps = [index for index, top in enumerate(tops) if index == top and trace[index].agent is not None]
    steps.sort(key=lambda index: (trace[index].start_s, trace[index].end_s, trace[index].name))
    members: dict[int, list[int]] = {index: [index] for index in steps}
    for index, top in enumerate(tops):
        if index != top and top in members:
            members[top].append(index)
    return steps, members


def _tops(trace: Trace) -> list[int]:
    """Of each span its ancestor that is a child of the session; of the session itself, 0."""
    tops = [0, *(NO_PARENT for _ in trace[1:])]
    for index in range(1, len(trace)):
        chain = [index]
        while tops[chain[-1]] == NO_PARENT and trace[chain[-1]].parent:
            chain.append(trace[chain[-1]].parent)
        top = chain[-1] if tops[chain[-1]] == NO_PARENT else tops[chain[-1]]
        for one in chain:
            tops[one] = top
    return tops


def _below(trace: Trace, uses: Uses, members: Sequence[int]) -> tuple[list[_Moved], list[Use]]:
    """A span, which comes first in `members`, and all those below it, as a trace of their own."""
    places = {index: place for place, index in enumerate(members)}
    spans = [_moved(trace[index], places.get(trace[index].parent, NO_PARENT)) for index in members]
    return spans, [uses[index] for index in members]


def _moved(span: SpanLike, parent: int) -> _Moved:
    return _Moved(span.name, span.concern, parent, span.start_s, span.end_s, span.due_s, span.agent)


def _pieces(trace: Trace, uses: Uses) -> Iterator[_Piece]:
    """What is charged along the path of a step, or of the session, with the servers that it took."""
    write_of = _write_of(trace, uses)
    parents = {span.parent for span in trace}
    found: list[_Piece] = []
    for part in critical_path(trace):
        span, use = trace[part.span], uses[part.span]
        due_s = part.end_s if span.due_s is None else min(max(span.due_s, part.start_s), part.end_s)
        server = Server.LOOP if use.keeps is Server.LOOP else None
        # What lies between the children of a span that keeps nothing is code, which had to wait for the loop.
        between = Server.LOOP if part.span in parents and server is None else None
        write = write_of(part.span, part.start_s)
        found.append(_Piece(span.concern, part.start_s, due_s, server, write, use.awaits or between))
        if due_s < part.end_s:
            found.append(_Piece(Concern.EVENT_LOOP, due_s, part.end_s, None, write, Server.LOOP))
    last = {piece.write: place for place, piece in enumerate(found) if piece.write is not None}
    write = None
    for place, piece in enumerate(found):
        if piece.write is not None:
            write = piece.write
        yield piece if piece.write == write else replace(piece, write=write)
        if write is not None and last[write] <= place:
            write = None


def _write_of(trace: Trace, uses: Uses) -> Callable[[int, float], int | None]:
    """Tells of a span, at a moment, the write it was part of: from one wait for the writer to the next."""
    waits = sorted(span.start_s for span, use in zip(trace, uses, strict=True) if use.awaits is Server.WRITER)
    keeping = {index for index, use in enumerate(uses) if use.keeps is Server.WRITER}

    def write(index: int, moment_s: float) -> int | None:
        while index > 0 and index not in keeping:
            index = trace[index].parent
        return bisect_right(waits, moment_s) if index in keeping else None

    return write


def _segments(pieces: Iterable[_Piece], busy: Mapping[Server, BusyTimes]) -> tuple[Segment, ...]:
    return tuple(segment for piece in pieces if (segment := _segment(piece, busy)).duration_s > 0)


def _segment(piece: _Piece, busy: Mapping[Server, BusyTimes]) -> Segment:
    duration_s = piece.end_s - piece.start_s
    if piece.awaits is not None and piece.awaits in busy:
        duration_s -= busy[piece.awaits].within_s(piece.start_s, piece.end_s)
    return Segment(piece.concern, duration_s, piece.server, piece.write)
