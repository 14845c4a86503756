"""The timelines as Perfetto and chrome://tracing read them: complete events that nest in their threads."""

import json
from collections import defaultdict
from itertools import pairwise
from typing import Any

import pytest

from agentperf.reports.chrome_trace_export import CRITICAL_PATH, SESSION, export_chrome_trace
from agentperf.reports.dossier import Dossier
from agentperf.scenarios.wording import printable

from .planted_dossiers import HOSTILE, hostile_dossier, planted, spans

Event = dict[str, Any]
BOTH = pytest.mark.parametrize("dossier", [planted(), hostile_dossier()], ids=["planted", "hostile"])


def events(dossier: Dossier) -> list[Event]:
    found: list[Event] = json.loads(export_chrome_trace(dossier))["traceEvents"]
    return found


def names(dossier: Dossier, kind: str) -> dict[tuple[int, int], str]:
    return {
        (event["pid"], event["tid"]): event["args"]["name"]
        for event in events(dossier)
        if event["name"] == kind
    }


def tracks(dossier: Dossier) -> dict[int, dict[str, list[Event]]]:
    """Complete events by process and track."""
    named = names(dossier, "thread_name")
    found: dict[int, dict[str, list[Event]]] = defaultdict(lambda: defaultdict(list))
    for event in events(dossier):
        if event["ph"] == "X":
            found[event["pid"]][named[event["pid"], event["tid"]]].append(event)
    return found


@BOTH
def test_the_structure(dossier: Dossier) -> None:
    assert {event["ph"] for event in events(dossier)} == {"X", "M"}
    threads = [event["tid"] for event in events(dossier) if event["name"] == "thread_name"]
    processes = {event["pid"] for event in events(dossier)}
    assert len(set(threads)) == len(threads) and not processes & set(threads)
    for event in events(dossier):
        assert isinstance(event["pid"], int) and isinstance(event["tid"], int)
        if event["ph"] == "X":
            assert event["dur"] >= 0 and event["ts"] >= 0
            assert event["cat"] == event["args"]["concern"]


@BOTH
def test_events_of_a_thread_nest(dossier: Dossier) -> None:
    for of_process in tracks(dossier).values():
        for track in of_process.values():
            open_ends_ns: list[int] = []
            for event in track:  # in the order of the file
                start_ns, end_ns = (round(1000 * us) for us in (event["ts"], event["ts"] + event["dur"]))
                while open_ends_ns and open_ends_ns[-1] <= start_ns:
                    open_ends_ns.pop()
                assert not open_ends_ns or end_ns <= open_ends_ns[-1]
                open_ends_ns.append(end_ns)


def test_a_process_for_each_timeline() -> None:
    assert list(names(planted(), "process_name").values()) == [
        "nothing on, block 1",
        "everything on, block 1",
        "nothing on, block 2",
        "everything on, block 2",
        "pooling",
    ]


def test_a_track_for_the_critical_path_the_session_and_each_agent() -> None:
    for of_process in tracks(planted()).values():
        assert list(of_process) == [CRITICAL_PATH, SESSION, "writer", "critic", "critic (2)"]


def test_events_are_the_spans() -> None:
    of_process = tracks(planted())[1]
    shown = [event for name, track in of_process.items() if name != CRITICAL_PATH for event in track]
    assert sorted((event["name"], event["ts"], event["dur"]) for event in shown) == sorted(
        (
            span.name,
            round(span.start_s * 1e9) / 1000,
            (round(span.end_s * 1e9) - round(span.start_s * 1e9)) / 1000,
        )
        for span in spans()
    )
    (chat,) = (event for event in shown if event["name"] == "chat gpt-4")
    assert chat["args"] == {"concern": "agent work", "agent": "writer", "late_us": 500}
    (save,) = (event for event in shown if event["name"] == "agentperf.save")
    assert save["args"] == {"concern": "persistence", "agent": "critic", "holds": "writer"}


def test_the_critical_path_covers_the_session() -> None:
    path = tracks(planted())[1][CRITICAL_PATH]
    assert path[0]["ts"] == 0
    for before, after in pairwise(path):
        assert before["ts"] + before["dur"] == pytest.approx(after["ts"])
    assert path[-1]["ts"] + path[-1]["dur"] == 10_000


def test_hostile_names_are_text_on_one_line() -> None:
    text = export_chrome_trace(hostile_dossier())
    assert text.isascii()
    shown = {event["name"] for event in json.loads(text)["traceEvents"]}
    assert {f"chat {printable(name)}" for name in HOSTILE} <= shown
