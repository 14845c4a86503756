"""Timelines in Chrome's trace event format: https://ui.perfetto.dev and chrome://tracing open it.

https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU: events of phase X have a
start and a duration in microseconds, and must nest in their thread.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

from pydantic import JsonValue

from ..agents.spans import Hold, Span
from ..analysis.critical_path import critical_path
from ..experiments.traces import SessionTrace
from ..scenarios.wording import printable
from .document import Document
from .dossier import Dossier
from .profile_choice import require_traces
from .profile_names import combination_title
from .timeline_lanes import lanes

CRITICAL_PATH = "critical path"
SESSION = "session"

_Event = dict[str, JsonValue]


def export_chrome_trace(dossier: Dossier) -> str:
    """A process for each timeline; in it a track with the critical path, the session's own, and the agents'.

    Raises NothingToExport without timelines.
    """
    document, traces = dossier.document, require_traces(dossier)
    threads = count(len(traces) + 1)  # a thread of its process's number would count as its main thread
    events: list[JsonValue] = []
    for number, trace in enumerate(traces, 1):
        name = _process_name(document, trace, traces)
        events.append(_named("process_name", number, 0, name=name))
        events.append(_named("process_sort_index", number, 0, sort_index=number))
        for place, (track, track_events) in enumerate(_tracks(trace)):
            thread = next(threads)
            events.append(_named("thread_name", number, thread, name=track))
            events.append(_named("thread_sort_index", number, thread, sort_index=place))
            events += [{**event, "pid": number, "tid": thread} for event in track_events]
    about = {
        "run": document.run_id,
        "scenario": printable(document.scenario.name),
        "exporter": f"agentperf {document.agentperf_version}",
    }
    file = {"traceEvents": events, "displayTimeUnit": "ms", "otherData": about}
    return json.dumps(file, allow_nan=False, separators=(",", ":")) + "\n"


def _process_name(document: Document, trace: SessionTrace, traces: tuple[SessionTrace, ...]) -> str:
    title = combination_title(document, trace.on)
    several = sum(other.on == trace.on for other in traces) > 1
    return f"{title}, block {trace.block + 1}" if several else title


def _tracks(trace: SessionTrace) -> Iterator[tuple[str, list[_Event]]]:
    spans = trace.spans
    yield (
        CRITICAL_PATH,
        [_event(spans[part.span], _ns(part.start_s), _ns(part.end_s)) for part in critical_path(spans)],
    )
    owners = dict.fromkeys(span.agent for span in sorted(spans, key=lambda span: span.start_s))
    for owner in sorted(owners, key=lambda owner: owner is not None):
        own = [span for span in spans if span.agent == owner]
        intervals = [(_ns(span.start_s), _ns(span.end_s)) for span in own]
        placed = lanes(intervals)
        name = SESSION if owner is None else printable(owner)
        for lane in range(max(placed) + 1):
            held = [index for index in range(len(own)) if placed[index] == lane]
            held.sort(key=lambda index: (intervals[index][0], -intervals[index][1]))
            yield (
                f"{name} ({lane + 1})" if lane else name,
                [_event(own[index], *intervals[index]) for index in held],
            )


def _event(span: Span, start_ns: int, end_ns: int) -> _Event:
    about: dict[str, JsonValue] = {"concern": span.concern.value}
    if span.hold is not Hold.NOTHING:
        about["holds"] = span.hold.value
    if span.agent is not None:
        about["agent"] = printable(span.agent)
    if span.due_s is not None:
        about["late_us"] = max(end_ns - _ns(span.due_s), 0) / 1000
    return {
        "name": printable(span.name),
        "cat": span.concern.value,
        "ph": "X",
        "ts": start_ns / 1000,
        "dur": (end_ns - start_ns) / 1000,
        "args": about,
    }


def _named(what: str, process: int, thread: int, **about: JsonValue) -> _Event:
    return {"name": what, "ph": "M", "pid": process, "tid": thread, "args": about}


def _ns(seconds: float) -> int:
    """Whole nanoseconds, so that what nests in seconds nests in microseconds too."""
    return round(seconds * 1e9)
