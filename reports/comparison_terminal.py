"""The report of a comparison in a terminal. Nothing here prints: the command line does."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from ..scenarios.wording import printable
from .combinations_table import Detail
from .comparison_closing import comparison_remarks, measured_rows
from .comparison_combinations_table import changed_most, comparison_combinations_table
from .comparison_document import ComparisonDocument
from .comparison_effects_table import asked, comparison_effects_table
from .comparison_record import ComparedRun
from .remark import Remark
from .remark_grid import remark_grid
from .visible_text import shortened


def comparison_report(document: ComparisonDocument, detail: Detail = Detail.TOP) -> RenderableType:
    """Everything the two runs have to say; tables without a row are left out."""
    sections: list[tuple[str, RenderableType]] = []
    if asked(document):
        sections.append(("What each switch saves", comparison_effects_table(document)))
    if document.combinations:
        some = "The combinations that changed" if changed_most(document) else "The combinations"
        title = "Every combination" if detail is Detail.ALL else some
        sections.append((title, comparison_combinations_table(document, detail)))
    sections.append(("In short", _closing(document)))
    titled = [part for title, body in sections for part in ("", Text(title, "bold"), "", body)]
    return Group(_heading(document), *titled)


def comparison_warning_lines(document: ComparisonDocument) -> Sequence[Text]:
    """For standard error."""
    return [
        Text.assemble(("warning", "yellow"), ": ", printable(warning), overflow="fold")
        for warning in document.warnings
    ]


def _heading(document: ComparisonDocument) -> Text:
    """Name, run and date of both; then what is compared."""
    return Text.assemble(*_run("base", document.base), *_run("new ", document.new), measured(document))


def _run(title: str, run: ComparedRun) -> Sequence[str | tuple[str, str]]:
    called = run.run_id if run.name == run.run_id else f"{run.name} ({run.run_id})"
    started = run.created_at.strftime("%Y-%m-%d %H:%M %Z").rstrip()
    name = shortened(printable(run.scenario.name), 60)
    return (title, "  ", (name, "bold"), f"  {printable(called)}", (f"  {started}", "dim"), "\n")


def measured(document: ComparisonDocument) -> str:
    """wall time, 8 combinations, 10 and 12 blocks"""
    blocks = measured_rows(document)
    if not document.combinations:
        return f"{document.metric.words}, effects only, {blocks}"
    number = len(document.combinations)
    return f"{document.metric.words}, {number} {'combination' if number == 1 else 'combinations'}, {blocks}"


def _closing(document: ComparisonDocument) -> RenderableType:
    notes = [Remark("Note", (f"{printable(note)}.",)) for note in document.notes]
    return remark_grid([*comparison_remarks(document), *notes])
