"""docs/spans.md names every span there is, with its concern and what it keeps from others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentperf.agents import spans
from agentperf.agents.recorder import SPANS_RECORDED
from agentperf.agents.spans import LABEL_CHARACTERS, Hold, Kind
from agentperf.experiments.measurement import SESSIONS_TRACED
from agentperf.scenarios.concerns import Concern

PAGE = (Path(__file__).parents[2] / "docs" / "spans.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([\w.]+)[^`]*` \| ([\w ]+) \| ([\w ]+) \|", PAGE, re.MULTILINE)
KEPT = {Hold.NOTHING: "nothing", Hold.LOOP: "the loop", Hold.WRITER: "the writer"}
KINDS = {
    kind.name.partition(" ")[0]: kind
    for kind in (
        *(one for one in vars(spans).values() if isinstance(one, Kind)),
        spans.session_kind("scenario"),
        spans.step_kind("agent"),
        spans.chat_kind("agent", None),
        spans.tool_kind("agent", None),
    )
}


def test_the_page_has_every_kind_of_span_and_no_other() -> None:
    assert sorted(name for name, _, _ in ROWS) == sorted(KINDS)


@pytest.mark.parametrize(("name", "concern", "kept"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_tells_the_concern_and_what_is_kept(name: str, concern: str, kept: str) -> None:
    kind = KINDS[name]
    held = name.removeprefix("agentperf.") in ("commit", "connect", "disconnect")  # by the one who writes
    assert (concern, kept) == (kind.concern, KEPT[Hold.WRITER if held else kind.hold])


def test_the_page_knows_the_limits_and_the_concerns() -> None:
    assert f"The first {SESSIONS_TRACED} sessions" in PAGE
    assert f"first {SPANS_RECORDED:,} spans" in PAGE
    assert f"longer than {LABEL_CHARACTERS} characters" in PAGE
    *most, last = (f"`{concern}`" for concern in Concern)
    assert f"{', '.join(most)} and {last}" in " ".join(PAGE.split())
