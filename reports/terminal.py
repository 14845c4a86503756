"""The report of a run in a terminal. Nothing here prints: the command line does."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..scenarios.wording import printable
from .closing import Remark, closing_remarks
from .combinations_table import Detail, combinations_table
from .document import Document
from .effects_table import any_estimate, effects_table
from .fragments import Name, plain
from .heading import heading
from .plan_table import plan_table


def terminal_report(document: Document, detail: Detail = Detail.TOP) -> RenderableType:
    """Everything a run has to say; tables without a row are left out."""
    sections: list[tuple[str, RenderableType]] = []
    if any_estimate(document):
        sections.append(("What each switch saves", effects_table(document)))
    if document.combinations and document.design.blocks:
        sections.append(("The combinations, best first", combinations_table(document, detail)))
    if document.plan:
        sections.append(("In which order", plan_table(document)))
    sections.append(("In short", closing_paragraph(document)))
    titled = [part for title, body in sections for part in ("", Text(title, "bold"), "", body)]
    return Group(heading(document), *titled)


def closing_paragraph(document: Document) -> RenderableType:
    """One line or more for each remark, its topic before it."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(ratio=1)
    for remark in closing_remarks(document):
        grid.add_row(remark.topic, _prose(remark))
    return grid


def warning_lines(document: Document) -> Sequence[Text]:
    """The run's warnings, for standard error."""
    return [
        Text.assemble(("warning", "yellow"), ": ", printable(warning), overflow="fold")
        for warning in document.warnings
    ]


def _prose(remark: Remark) -> Text:
    text = Text(overflow="fold")
    for fragment in remark.fragments:
        text.append(plain(fragment), "bold" if isinstance(fragment, Name) else None)
    return text
