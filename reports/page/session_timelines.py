"""The timelines of a run's sessions: which are drawn at once, and the data of those that can be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...scenarios.concerns import Concern
from ..combination_names import swept_part
from ..document import Document
from ..profile_names import combination_title
from .axis import Axis
from .packed_data import packed_json
from .timeline import Timeline, timeline

if TYPE_CHECKING:
    from ...experiments.traces import SessionTrace


@dataclass(frozen=True, slots=True)
class NamedTimeline:
    """A combination's first traced session."""

    name: str
    timeline: Timeline


@dataclass(frozen=True, slots=True)
class SessionTimelines:
    """`shown` are the places in `every` of those drawn at once: the first and the last."""

    every: tuple[NamedTimeline, ...]
    shown: tuple[int, ...]

    @property
    def longest_us(self) -> int:
        """Of those shown: their common axis."""
        return max(self.every[place].timeline.total_us for place in self.shown)

    @property
    def axis(self) -> Axis:
        """In milliseconds."""
        return Axis(0.0, self.longest_us / 1000)

    def data(self) -> dict[str, Any]:
        """For the script that draws another one: `packed` unpacks to what `_plain` says."""
        packed = [packed_json(_plain(one)) for one in self.every]
        return {"concerns": [one.value for one in Concern], "packed": packed}


def session_timelines(document: Document, traces: Sequence[SessionTrace]) -> SessionTimelines | None:
    """The first session of each combination. None where nothing was traced."""
    firsts: dict[frozenset[str], SessionTrace] = {}
    for trace in sorted(traces, key=lambda one: one.block):
        if trace.spans and trace.spans[0].end_s > trace.spans[0].start_s:
            firsts.setdefault(frozenset(swept_part(document, trace.on)), trace)
    if not firsts:
        return None
    order = _in_order(document, firsts)
    every = tuple(NamedTimeline(combination_title(document, on), timeline(firsts[on].spans)) for on in order)
    return SessionTimelines(every, (0,) if len(every) == 1 else (0, len(every) - 1))


def _in_order(document: Document, combinations: Iterable[frozenset[str]]) -> Sequence[frozenset[str]]:
    """Nothing on first, everything on last; before what a run looks into, what it is held up to."""
    subject = [frozenset(on) for on in document.subject]
    if subject:
        return sorted(combinations, key=subject.index, reverse=True)
    factors = document.design.factors
    return sorted(combinations, key=lambda on: (len(on), [factor not in on for factor in factors]))


def _plain(one: NamedTimeline) -> dict[str, Any]:
    """Spans and agents are places in `names`."""
    names: dict[str, int] = {}

    def number(name: str) -> int:
        return names.setdefault(name, len(names))

    groups = [
        {
            "name": group.name,
            "lanes": group.lanes,
            "bars": [
                [bar.lane, bar.start_us, bar.end_us, bar.concern, number(bar.name)] for bar in group.bars
            ],
            "marks": [[mark.lane, mark.start_us, mark.end_us] for mark in group.marks],
        }
        for group in one.timeline.groups
    ]
    path = [
        [part.start_us, part.end_us, part.concern, number(part.name), number(part.agent)]
        for part in one.timeline.path
    ]
    waits = [
        [number(wait.name), number(wait.agent), wait.concern, wait.times, wait.total_us]
        for wait in one.timeline.waits
    ]
    return {
        "name": one.name,
        "names": list(names),
        "total": one.timeline.total_us,
        "groups": groups,
        "path": path,
        "waits": waits,
    }
