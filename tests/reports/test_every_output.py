"""Every way to show a document, over every kind of document."""

import io
import json
import re
from collections.abc import Callable, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from agentperf.reports.benchmarks import NothingToExport
from agentperf.reports.claims_table import claims_table
from agentperf.reports.combinations_table import Detail, combinations_table
from agentperf.reports.document import Document
from agentperf.reports.dossier import Dossier
from agentperf.reports.effects_table import effects_table
from agentperf.reports.export_format import OF_PROFILES, OF_TIMELINES, ExportFormat
from agentperf.reports.exports import EXPORTERS
from agentperf.reports.heading import heading
from agentperf.reports.interim_table import interim_table
from agentperf.reports.plan_table import plan_table
from agentperf.reports.terminal import closing_paragraph, terminal_report, warning_lines

from .arbitrary_documents import arbitrary_documents

RENDERERS: Mapping[str, Callable[[Document], RenderableType]] = {
    "report": terminal_report,
    "full report": lambda document: terminal_report(document, Detail.ALL),
    "heading": heading,
    "effects": effects_table,
    "combinations": combinations_table,
    "plan": plan_table,
    "claims": claims_table,
    "closing": closing_paragraph,
    "interim": interim_table,
}
Documents = Callable[[str], Document]
Printed = Callable[[RenderableType, int], str]
NOT_SHOWN_RAW = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")


@pytest.mark.parametrize("width", [24, 50, 80, 160])
@pytest.mark.parametrize("renderer", RENDERERS)
def test_renderers(any_document: Document, printed: Printed, renderer: str, width: int) -> None:
    text = printed(RENDERERS[renderer](any_document), width)
    assert not NOT_SHOWN_RAW.search(text)
    if width >= 50:
        assert max(map(len, text.splitlines()), default=0) <= width
        assert "\N{HORIZONTAL ELLIPSIS}" not in text, "a figure was cut"


@pytest.mark.parametrize("kind", ExportFormat)
def test_exporters(any_document: Document, kind: ExportFormat) -> None:
    try:
        text = EXPORTERS[kind](Dossier(any_document))
    except NothingToExport:
        empty = kind is ExportFormat.PYPERF and not any_document.trials
        assert empty or kind in (*OF_PROFILES, *OF_TIMELINES)
        return
    assert text.endswith("\n")
    assert not NOT_SHOWN_RAW.search(text)
    if kind not in (ExportFormat.CSV, ExportFormat.MARKDOWN):
        json.loads(text, parse_constant=lambda constant: pytest.fail(f"{constant} in JSON"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=arbitrary_documents(), width=st.integers(20, 200), ascii_only=st.booleans())
def test_nothing_that_a_document_may_hold_stops_it(document: Document, width: int, ascii_only: bool) -> None:
    output = io.TextIOWrapper(io.BytesIO(), encoding="ascii" if ascii_only else "utf-8", errors="replace")
    console = Console(width=width, file=output, color_system=None, emoji=False, markup=False, highlight=False)
    for renderer in RENDERERS.values():
        with console.capture() as capture:
            console.print(renderer(document))
        assert not NOT_SHOWN_RAW.search(capture.get())
    for kind, exporter in EXPORTERS.items():
        try:
            assert exporter(Dossier(document)).endswith("\n")
        except NothingToExport:
            assert not document.trials or kind in (*OF_PROFILES, *OF_TIMELINES)


def test_names_are_not_markup(documents: Documents, printed: Printed) -> None:
    document = documents("hostile")
    text = printed(terminal_report(document), 160)
    for shown in ("<script>alert(1)</script>", "[bold red]not bold[/]", r"two\nlines \x1b[31m", "..."):
        assert shown in text
    assert any(r"\x9b2J \u202erorrim" in line.plain for line in warning_lines(document))


def test_color_is_never_the_only_sign(documents: Documents, printed: Printed) -> None:
    document = documents("six_switches")
    colored = Console(width=160, file=io.StringIO(), force_terminal=True, color_system="standard")
    with colored.capture() as capture:
        colored.print(effects_table(document))
    assert "\x1b[1;94m" in capture.get() and "\x1b[1;31m" in capture.get()
    assert not re.search(r"\x1b\[[0-9;]*(32|92)m", capture.get()), "green beside red"
    without = printed(effects_table(document), 160)
    verdicts = [
        effect.verdict.value
        for record in document.effects
        for effect in (record.alone, record.average, record.last)
        if effect
    ]
    assert all(without.count(verdict) == verdicts.count(verdict) for verdict in set(verdicts))


def test_a_terminal_that_knows_ascii_only(any_document: Document) -> None:
    output = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Console(width=100, file=output).print(terminal_report(any_document))
