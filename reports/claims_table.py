"""Table of what was claimed, beside what was measured."""

from collections.abc import Callable, Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .claim_record import ClaimRecord
from .claim_remarks import claim_name, claimed, claims_note, order_verdict, verdict_words
from .document import Document
from .figures import bracket, percent
from .fitting import Fitting
from .fragments import plain_sentence
from .prose import Prose
from .verdict_style import CLAIM_STYLE
from .visible_text import wrapped

_NAME_WIDTH = 40
_NARROW_NAME_WIDTH = 22
_NARROWEST_NAME_WIDTH = 14


def claims_table(document: Document) -> RenderableType:
    """One line for each claim, in the order of the scenario; then what became of the claimed order."""
    parts: list[RenderableType] = []
    if document.claims:
        parts += [Fitting(list(_layouts(document))), Text(claims_note(document), "dim")]
    if document.claimed_order:
        parts.append(Prose(Text(plain_sentence(order_verdict(document.claimed_order)))))
    return Group(*parts)


def _layouts(document: Document) -> Iterator[Table]:
    """Long claims are broken, then the words about a verdict go, then all that was found is in a column."""
    yield _table(document, _NAME_WIDTH, verdict_words)
    yield _table(document, _NARROW_NAME_WIDTH, verdict_words)
    yield _table(document, _NARROW_NAME_WIDTH, None)
    yield _narrowest_table(document)


def _table(document: Document, name_width: int, words: Callable[[ClaimRecord], str] | None) -> Table:
    table = _empty_table("claim", "claimed", "measured", "verdict")
    width = max(len(percent(record.measured_percent or 0.0)) for record in document.claims)
    for record in document.claims:
        verdict = _verdict(record)
        if words:
            verdict.append(f": {words(record)}", "not bold dim")
        figures = Text(" ".join(_figures(record, width)))
        table.add_row(_name(record, name_width), claimed(record), figures, verdict)
    return table


def _narrowest_table(document: Document) -> Table:
    table = _empty_table("claim", "claimed", "measured")
    for record in document.claims:
        measured = Text("\n").join([*map(Text, _figures(record, 0)), _verdict(record)])
        table.add_row(_name(record, _NARROWEST_NAME_WIDTH), claimed(record), measured)
    return table


def _empty_table(*heads: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for head in heads:
        table.add_column(head, no_wrap=True)
    return table


def _name(record: ClaimRecord, width: int) -> Text:
    return Text("\n".join(wrapped(plain_sentence(claim_name(record)), width)), "bold")


def _verdict(record: ClaimRecord) -> Text:
    return Text.assemble((record.verdict.value, CLAIM_STYLE[record.verdict]))


def _figures(record: ClaimRecord, width: int) -> Sequence[str]:
    """The saving, aligned, and its interval."""
    value, low, high = record.measured_percent, record.low, record.high
    if value is None or low is None or high is None:
        return ("n/a",)
    return f"{percent(value):>{width}}", bracket(low, high)
