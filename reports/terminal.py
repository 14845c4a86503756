"""The report of a run in a terminal. Nothing here prints: the command line does."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from ..scenarios.wording import printable
from .claims_table import claims_table
from .closing import closing_remarks
from .combinations_table import Detail, combinations_table
from .design_words import aliases, interval_note, screening_note
from .document import Document
from .effects_table import any_estimate, effects_table
from .heading import heading
from .interaction_words import interaction_sentences
from .ledger_table import ledger_table
from .plan_table import plan_table
from .remark_grid import prose, remark_grid
from .what_if_table import what_if_table

_ALIASES_SHOWN = 8


def terminal_report(document: Document, detail: Detail = Detail.TOP) -> RenderableType:
    """Everything a run has to say; tables without a row are left out."""
    sections = [*_sections(document, detail), ("In short", closing_paragraph(document))]
    titled = [part for title, body in sections for part in ("", Text(title, "bold"), "", body)]
    return Group(heading(document), *titled)


def _sections(document: Document, detail: Detail) -> Iterator[tuple[str, RenderableType]]:
    if any_estimate(document):
        notes = Group(*_notes(document, detail))
        yield "What each switch saves", Group(effects_table(document), notes)
    if document.combinations and document.design.blocks:
        yield "The combinations, best first", combinations_table(document, detail)
    if document.plan:
        yield "In which order", plan_table(document)
    if sentences := interaction_sentences(document):
        yield "How switches act on each other", Group(*map(prose, sentences))
    if document.claims or document.claimed_order:
        yield f"What was claimed, at time scale {document.time_scale:g}", claims_table(document)
    if detail is Detail.ALL and document.ledgers:
        yield "Where the time of a session goes", ledger_table(document)
    if detail is Detail.ALL and document.what_if:
        yield "What would happen if", what_if_table(document)


def closing_paragraph(document: Document) -> RenderableType:
    """What the run says, in plain words."""
    return remark_grid(closing_remarks(document))


def warning_lines(document: Document) -> Sequence[Text]:
    """The run's warnings, for standard error."""
    return [
        Text.assemble(("warning", "yellow"), ": ", printable(warning), overflow="fold")
        for warning in document.warnings
    ]


def _notes(document: Document, detail: Detail) -> Iterator[Text]:
    """What the figures of every table mean, and what the design cannot tell."""
    yield Text(interval_note(document.design), "dim")
    if screening := screening_note(document.design):
        yield Text(screening, "yellow")
    shown, hidden = aliases(
        document.design, len(document.design.aliases) if detail is Detail.ALL else _ALIASES_SHOWN
    )
    if shown:
        yield Text("Not told apart:", "dim")
    for line in shown:
        yield Text(f"  {printable(line)}", "dim", overflow="fold")
    if hidden:
        yield Text(f"  -v shows {hidden} more.", "dim")
