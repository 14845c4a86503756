"""Spans in the encoding of OTLP/JSON, with the attributes of the GenAI conventions."""

import json
import re
from itertools import groupby
from typing import Any

import pytest

from agentperf.reports.dossier import Dossier
from agentperf.reports.otlp_export import export_otlp
from agentperf.scenarios.wording import printable

from .planted_dossiers import HOSTILE, hostile_dossier, planted, spans

Record = dict[str, Any]
INTERNAL, CLIENT = 1, 3
KINDS_OF_VALUE: dict[str, Any] = {
    "stringValue": str,
    "intValue": str,
    "doubleValue": (int, float),
    "arrayValue": dict,
}
BOTH = pytest.mark.parametrize("dossier", [planted(), hostile_dossier()], ids=["planted", "hostile"])


def records(dossier: Dossier) -> list[Record]:
    (resource,) = json.loads(export_otlp(dossier))["resourceSpans"]
    (scope,) = resource["scopeSpans"]
    assert scope["scope"]["name"] == "agentperf"
    found: list[Record] = scope["spans"]
    return found


def attributes(record: Record) -> dict[str, Any]:
    """Each key once, each value of one kind."""
    found = {}
    for attribute in record["attributes"]:
        ((kind, value),) = attribute["value"].items()
        assert isinstance(value, KINDS_OF_VALUE[kind])
        assert attribute["key"] not in found
        found[attribute["key"]] = value
    return found


@BOTH
def test_the_encoding(dossier: Dossier) -> None:
    for record in records(dossier):
        assert re.fullmatch("[0-9a-f]{32}", record["traceId"]) and set(record["traceId"]) != {"0"}
        assert re.fullmatch("[0-9a-f]{16}", record["spanId"]) and set(record["spanId"]) != {"0"}
        assert re.fullmatch("[0-9]{19}", record["startTimeUnixNano"])
        assert re.fullmatch("[0-9]{19}", record["endTimeUnixNano"])
        assert record["kind"] in (INTERNAL, CLIENT)
        attributes(record)


@BOTH
def test_a_trace_for_each_session_with_one_root_and_known_parents(dossier: Dossier) -> None:
    traces = [list(group) for _, group in groupby(records(dossier), key=lambda record: record["traceId"])]
    assert len(traces) == len(dossier.traces) == len({trace[0]["traceId"] for trace in traces})
    for trace in traces:
        ids = [record["spanId"] for record in trace]
        assert len(set(ids)) == len(ids)
        parents = [record.get("parentSpanId") for record in trace]
        assert parents.count(None) == 1 and set(parents) - {None} <= set(ids)
    every = [record["spanId"] for record in records(dossier)]
    assert len(set(every)) == len(every)


def test_names_kinds_parents_and_times() -> None:
    created_ns = round(planted().document.created_at.timestamp()) * 10**9
    trace = records(planted())[: len(spans())]
    for record, span in zip(trace, spans(), strict=True):
        assert record["name"] == span.name
        assert record["kind"] == (CLIENT if span.name.startswith("chat") else INTERNAL)
        assert record.get("parentSpanId") == (trace[span.parent]["spanId"] if span.parent >= 0 else None)
        assert int(record["startTimeUnixNano"]) - created_ns == round(span.start_s * 1e9)
        assert int(record["endTimeUnixNano"]) - created_ns == round(span.end_s * 1e9)


def test_attributes() -> None:
    dossier = planted()
    session, writer, chat, _, tool, save = map(attributes, records(dossier)[: len(spans())])
    conversation = f"{dossier.document.run_id}/0/none"
    assert session == {
        "agentperf.concern": "other",
        "agentperf.block": "0",
        "agentperf.switches": {"values": []},
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.workflow.name": "realistic",
        "gen_ai.conversation.id": conversation,
    }
    assert writer == {
        "agentperf.concern": "agent work",
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "writer",
        "gen_ai.conversation.id": conversation,
    }
    assert chat == {
        "agentperf.concern": "agent work",
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4",
        "gen_ai.agent.name": "writer",
        "agentperf.late_s": pytest.approx(0.0005),
        "gen_ai.conversation.id": conversation,
    }
    assert (tool["gen_ai.tool.name"], tool["agentperf.hold"]) == ("search", "loop")
    assert "gen_ai.operation.name" not in save and save["agentperf.hold"] == "writer"


def test_ids_are_the_same_each_time() -> None:
    assert export_otlp(planted()) == export_otlp(planted())


def test_hostile_names_are_text_on_one_line() -> None:
    text = export_otlp(hostile_dossier())
    assert text.isascii()
    told = [attributes(record) for record in records(hostile_dossier())]
    shown = {str(one.get("gen_ai.tool.name")) for one in told}
    assert {printable(name) for name in HOSTILE if name} <= shown
