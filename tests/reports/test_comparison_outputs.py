"""Every way to show a comparison, over every kind of document."""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from rich.console import RenderableType

from agentperf.analysis.verdicts import Verdict
from agentperf.reports.combinations_table import Detail
from agentperf.reports.comparability import NotComparable, Refusals
from agentperf.reports.comparison_assembly import Named, compare_documents
from agentperf.reports.comparison_closing import measured_rows
from agentperf.reports.comparison_document import ComparisonDocument
from agentperf.reports.comparison_json import comparison_json, comparison_schema
from agentperf.reports.comparison_markdown import comparison_markdown
from agentperf.reports.comparison_terminal import comparison_report, comparison_warning_lines
from agentperf.reports.document import Document
from agentperf.reports.expectation import regression_expectation
from agentperf.reports.expectation_judgement import judge_regression
from agentperf.scenarios.choices import DesignKind

from .kinds_of_documents import DOCUMENTS
from .simulated_documents import REALISTIC, simulated
from .simulated_reruns import rerun, slower_with

Printed = Callable[[RenderableType, int], str]
NOT_SHOWN_RAW = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")
FILE = Path(__file__).parents[2] / "docs" / "comparison.schema.json"
RENEW = """python -c 'from agentperf.reports import comparison_json as schema
print(schema.comparison_schema_text(), end="")' > docs/comparison.schema.json"""
WITHOUT_A_BLOCK = ("unfinished", "empty")
REPORTS: dict[str, Callable[[ComparisonDocument], RenderableType]] = {
    "report": comparison_report,
    "full report": lambda document: comparison_report(document, Detail.ALL),
}


def compared(base: Document, new: Document) -> ComparisonDocument:
    return compare_documents(Named("main", base), Named(new.run_id, new), Refusals.WARNED)


@cache
def comparison_of(kind: str) -> ComparisonDocument:
    base = DOCUMENTS[kind]()
    return compared(base, rerun(base, slower_with(base.design.factors[0], 12)))


@pytest.fixture(params=[kind for kind in DOCUMENTS if kind not in WITHOUT_A_BLOCK])
def comparison(request: pytest.FixtureRequest) -> ComparisonDocument:
    """Of every kind of document with its rerun, in which one switch became slower."""
    return comparison_of(request.param)


@pytest.fixture
def six() -> ComparisonDocument:
    return comparison_of("six_switches")


@pytest.mark.parametrize("kind", WITHOUT_A_BLOCK)
def test_without_a_block_there_is_nothing_to_show(kind: str) -> None:
    with pytest.raises(NotComparable, match="holds no complete block"):
        comparison_of(kind)


@pytest.mark.parametrize("width", [24, 50, 80, 160])
@pytest.mark.parametrize("report", REPORTS)
def test_reports(comparison: ComparisonDocument, printed: Printed, report: str, width: int) -> None:
    text = printed(REPORTS[report](comparison), width)
    assert not NOT_SHOWN_RAW.search(text)
    for line in comparison_warning_lines(comparison):
        assert not NOT_SHOWN_RAW.search(line.plain)
    if width >= 50:
        assert max(map(len, text.splitlines())) <= width
        assert "\N{HORIZONTAL ELLIPSIS}" not in text, "a figure was cut"


def test_markdown_and_json(comparison: ComparisonDocument) -> None:
    judgement = judge_regression(comparison, regression_expectation("regression:5%"))
    text = comparison_markdown(comparison, [judgement])
    assert text.endswith("\n")
    assert not NOT_SHOWN_RAW.search(text)
    assert f"- `regression:5%` **{judgement.outcome}**: " in text
    plain = json.loads(comparison_json(comparison))
    jsonschema.validate(plain, comparison_schema(), jsonschema.Draft202012Validator)
    assert ComparisonDocument.model_validate(plain) == comparison


def test_the_schema_in_the_file_is_what_the_models_say() -> None:
    written = json.loads(FILE.read_text(encoding="utf-8"))
    assert written == comparison_schema(), f"renew it with: {RENEW}"


def test_every_field_is_on_its_page() -> None:
    page = (FILE.parent / "compare.md").read_text(encoding="utf-8")
    for name in {*ComparisonDocument.model_fields} - {"schema_version"}:
        assert f"`{name}`" in page or f"`{name}[]`" in page, name


def test_names_are_not_markup(documents: Callable[[str], Document], printed: Printed) -> None:
    hostile = documents("hostile")
    switches = hostile.design.factors
    document = compared(hostile, rerun(hostile, slower_with(switches[0], 12)))
    text = printed(comparison_report(document, Detail.ALL), 160)
    for shown in ("<script>alert(1)</script>", "[bold red]not bold[/]", r"two\nlines \x1b[31m", "..."):
        assert shown in text
    prose = re.sub(r"(`+).*?\1", "", comparison_markdown(document))
    assert "<script>" not in prose and "[bold red]" not in prose


def test_figures_in_the_table_are_those_of_the_document(six: ComparisonDocument, printed: Printed) -> None:
    text = printed(comparison_report(six, Detail.ALL), 200)
    for record in six.effects:
        assert record.average and record.average.change.change_low is not None
        base, new = record.average.base.improvement_percent, record.average.new.improvement_percent
        assert f"{base:.1f} % -> {new:.1f} %" in text
        assert f"[{record.average.change.change_low:.1f}, " in text
    for one in six.combinations:
        assert f" {1000 * one.base_s.median:.1f} " in text
        assert f" {1000 * one.new_s.median:.1f} " in text


def test_only_what_changed_is_shown_and_the_rest_is_counted(
    six: ComparisonDocument, printed: Printed
) -> None:
    text = printed(comparison_report(six), 160)
    changed = [one for one in six.combinations if one.change.verdict in (Verdict.SLOWER, Verdict.FASTER)]
    table = text.partition("The combinations that changed")[2].partition("In short")[0]
    rows = [line for line in table.splitlines() if line.endswith(("slower", "faster"))]
    assert len(rows) == min(10, len(changed))
    assert f"-v shows the other {64 - len(rows)}, " in table


def test_nothing_changed_is_said(printed: Printed) -> None:
    base = simulated(REALISTIC)
    text = printed(comparison_report(compared(base, rerun(base, noise=0.3))), 160)
    assert "-v shows all 8, none of which was shown to change." in text
    assert "Nothing shown" in text and "Regressed" not in text


def test_a_quiet_machine_shows_what_did_not_change(printed: Printed) -> None:
    base = simulated(REALISTIC)
    same = rerun(base, noise=0.0005, seed=base.seed)
    text = printed(comparison_report(compared(base, same)), 160)
    assert "Unchanged" in text and "the overall time, within 1.0 %" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "10 and 10 blocks; a drift of the machine between them does not cancel"),
        ({"later_s": 30.0}, "the runs took turns: 10 and 10 blocks, in pairs"),
        ({"seed": 7}, "in pairs that met the same latencies"),
        ({"spin_ratio": 1.05}, "changed by +5.0 % between the runs: the intervals of times are 5.0 % wider"),
    ],
)
def test_how_far_to_trust_it_is_said(changes: dict[str, float], words: str, printed: Printed) -> None:
    base = simulated(REALISTIC)
    text = printed(comparison_report(compared(base, rerun(base, **changes))), 300)  # type: ignore[arg-type]
    assert words in text


def test_rows_are_called_what_they_are() -> None:
    base = simulated(REALISTIC)
    document = compared(base, rerun(base))
    rotating = document.base.design.model_copy(update={"kind": DesignKind.ROTATING})
    turned = document.base.model_copy(update={"design": rotating, "blocks": 5})
    assert measured_rows(document) == "10 and 10 blocks"
    assert measured_rows(document.model_copy(update={"base": turned})) == "5 rotations and 10 blocks"
    both = document.model_copy(update={"base": turned, "new": turned})
    assert measured_rows(both) == "5 and 5 rotations"


def test_the_closing_words_name_who_did_it(printed: Printed) -> None:
    base = simulated({"parallelism": -0.45, "pooling": -0.30})
    text = printed(comparison_report(compared(base, rerun(base, slower_with("pooling", 20)))), 300)
    (line,) = [line for line in text.splitlines() if line.startswith("Regressed")]
    assert line.split()[1] == "pooling:" and "on average, now " in line
    shared = printed(comparison_report(compared(base, rerun(base, lambda on: 0.3))), 300)
    assert "In what all share" in shared and "Regressed" not in shared


def test_what_it_is_compared_with_is_told_from_what_it_does(printed: Printed) -> None:
    base = simulated({"parallelism": -0.45, "pooling": -0.30})
    slow_way_faster = rerun(base, lambda on: 0.0 if "pooling" in on else -0.2, noise=0.0, seed=base.seed)
    text = printed(comparison_report(compared(base, slow_way_faster)), 300)
    assert "Saves less" in text and "Regressed" not in text
    slow_way_slower = rerun(base, lambda on: 0.0 if "pooling" in on else 0.2, noise=0.0, seed=base.seed)
    text = printed(comparison_report(compared(base, slow_way_slower)), 300)
    assert "Saves more" in text and "Improved" not in text
