"""Spans as OTLP/JSON, which collectors of OpenTelemetry take: a trace for each session.

The encoding, https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: ids in lower-case hexadecimal,
64-bit integers as strings, enumerations as integers, names in lowerCamelCase. The attributes are those of the
GenAI conventions; what has no standard name goes under `agentperf.`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from ..agents.spans import Hold, Span
from ..experiments.combination import ordered
from ..experiments.traces import SessionTrace
from ..scenarios.wording import printable
from .document import Document
from .dossier import Dossier
from .profile_choice import require_traces

_INTERNAL, _CLIENT = 1, 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# What follows the operation in a span's name, by the GenAI conventions.
_NAMED_BY_OPERATION = {
    "invoke_workflow": "gen_ai.workflow.name",
    "invoke_agent": "gen_ai.agent.name",
    "chat": "gen_ai.request.model",
    "execute_tool": "gen_ai.tool.name",
}


def export_otlp(dossier: Dossier) -> str:
    """Times count from the run's beginning, as if every session had begun with it.

    Ids depend on run, block and combination alone. Raises NothingToExport without timelines.
    """
    document = dossier.document
    spans = [span for trace in require_traces(dossier) for span in _session(document, trace)]
    resource: list[JsonValue] = [
        _attribute("service.name", printable(document.scenario.name)),
        _attribute("agentperf.run.id", document.run_id),
        _attribute("agentperf.scenario.digest", document.scenario.digest),
        _attribute("agentperf.time_scale", document.time_scale),
    ]
    scope: dict[str, JsonValue] = {"name": "agentperf", "version": document.agentperf_version}
    of_scope: dict[str, JsonValue] = {"scope": scope, "spans": list(spans)}
    of_resource: dict[str, JsonValue] = {"resource": {"attributes": resource}, "scopeSpans": [of_scope]}
    return json.dumps({"resourceSpans": [of_resource]}, allow_nan=False, separators=(",", ":")) + "\n"


def _session(document: Document, trace: SessionTrace) -> list[JsonValue]:
    on = ordered(trace.on, document.design.factors)
    conversation = f"{document.run_id}/{trace.block}/{'+'.join(on) or 'none'}"
    trace_id = hashlib.sha256(conversation.encode("utf-8", "backslashreplace")).hexdigest()[:32]
    start_ns = (document.created_at - _EPOCH) // timedelta(microseconds=1) * 1000
    spans: list[JsonValue] = []
    for number, span in enumerate(trace.spans):
        attributes = [*_attributes(span), _attribute("gen_ai.conversation.id", printable(conversation))]
        if span.parent < 0:
            attributes += [
                _attribute("agentperf.block", trace.block),
                _attribute("agentperf.switches", [printable(switch) for switch in on]),
            ]
        record: dict[str, JsonValue] = {
            "traceId": trace_id,
            "spanId": _span_id(trace_id, number),
            "name": printable(span.name),
            "kind": _CLIENT if span.name.partition(" ")[0] == "chat" else _INTERNAL,
            "startTimeUnixNano": str(start_ns + round(span.start_s * 1e9)),
            "endTimeUnixNano": str(start_ns + round(span.end_s * 1e9)),
            "attributes": list(attributes),
            "status": {},
        }
        if span.parent >= 0:
            record["parentSpanId"] = _span_id(trace_id, span.parent)
        spans.append(record)
    return spans


def _attributes(span: Span) -> Sequence[JsonValue]:
    operation, _, named = span.name.partition(" ")
    found = {"agentperf.concern": span.concern.value}
    if span.agent is not None:
        found["gen_ai.agent.name"] = printable(span.agent)
    if operation in _NAMED_BY_OPERATION:
        found["gen_ai.operation.name"] = operation
        if named and named != span.agent:  # a model or tool without a name has its agent's
            found.setdefault(_NAMED_BY_OPERATION[operation], printable(named))
    if span.hold is not Hold.NOTHING:
        found["agentperf.hold"] = span.hold.value
    late = [] if span.due_s is None else [_attribute("agentperf.late_s", max(span.end_s - span.due_s, 0.0))]
    return [*(_attribute(key, value) for key, value in found.items()), *late]


def _attribute(key: str, value: str | int | float | list[str]) -> JsonValue:
    match value:
        case str():
            return {"key": key, "value": {"stringValue": value}}
        case int():
            return {"key": key, "value": {"intValue": str(value)}}
        case float():
            return {"key": key, "value": {"doubleValue": value}}
        case list():
            return {"key": key, "value": {"arrayValue": {"values": [{"stringValue": one} for one in value]}}}


def _span_id(trace_id: str, number: int) -> str:
    """By hash, so that spans of different sessions differ too."""
    return hashlib.sha256(f"{trace_id}/{number}".encode()).hexdigest()[:16]
