"""Table of where the time of a session goes, under one combination or from one to another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..scenarios.concerns import Concern
from .document import Document
from .figures import Scale, percent, time_scale_of
from .fitting import Fitting
from .ledger_record import LedgerRecord
from .profile_names import combination_title
from .prose import Prose
from .saving_bar import SavingBar
from .visible_text import wrapped

CHARGED = "Each instant is charged once, along the critical path."
EVENT_LOOP = "event loop: waits that ended late, and the time from one step to the next."
OTHER = "other: what nothing accounts for, such as the runtime's own code between its parts."

_BAR_WIDTHS = (24, 14, 8)
_NAME_WIDTHS = (40, 24, 14)
_NARROWEST_NAME_WIDTH = 10


class Shares(Enum):
    """Whether there is room for them."""

    SHOWN = "shown"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Layout:
    """In terminal cells; without a bar where its width is 0."""

    name_width: int
    bar_width: int
    shares: Shares = Shares.SHOWN


def ledger_table(document: Document, combinations: Sequence[Collection[str]] | None = None) -> RenderableType:
    """A line for each concern that took any time, the change in a column of its own where there are two.

    `combinations` are one or two; without them, nothing on and everything on, or what there is.
    """
    records = _chosen(document, combinations)
    if not records:
        return Text("No spans were recorded, so nothing is known of where the time goes.", "dim")
    notes = [f"Mean over {_blocks(records)}. {CHARGED}"]
    for concern, meaning in ((Concern.EVENT_LOOP, EVENT_LOOP), (Concern.OTHER, OTHER)):
        if any(record.seconds[concern] for record in records):
            notes.append(meaning[0].upper() + meaning[1:])
    return Group(Fitting(list(_layouts(document, records))), Prose(Text(" ".join(notes), "dim")))


def _chosen(document: Document, combinations: Sequence[Collection[str]] | None) -> Sequence[LedgerRecord]:
    by_on = document.ledgers_by_combination
    if combinations is None:
        ends = [frozenset[str](), frozenset(document.design.factors)]
        combinations = list(dict.fromkeys(on for on in ends if on in by_on)) or list(by_on)[:2]
        if len(by_on) <= 2:
            combinations = list(by_on)
    return [by_on[frozenset(on)] for on in combinations if frozenset(on) in by_on][:2]


def _blocks(records: Sequence[LedgerRecord]) -> str:
    numbers = sorted({record.blocks for record in records})
    blocks = " and ".join(map(str, numbers))
    return f"{blocks} block" if numbers == [1] else f"{blocks} blocks"


def _layouts(document: Document, records: Sequence[LedgerRecord]) -> Iterator[Table]:
    """The bars get shorter, then the names of combinations are broken, then the bars go, then the shares."""
    for name_width in _NAME_WIDTHS:
        for bar_width in _BAR_WIDTHS:
            yield _table(document, records, Layout(name_width, bar_width))
    yield _table(document, records, Layout(_NAME_WIDTHS[-1], 0))
    yield _table(document, records, Layout(_NARROWEST_NAME_WIDTH, 0))
    yield _table(document, records, Layout(_NARROWEST_NAME_WIDTH, 0, Shares.LEFT_OUT))


def _table(document: Document, records: Sequence[LedgerRecord], layout: Layout) -> Table:
    scale = time_scale_of([record.sessions_s for record in records])
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("concern", no_wrap=True)
    for record in records:
        title = "\n".join(wrapped(combination_title(document, record.on), layout.name_width))
        heading = Text.assemble((title, "bold"), "\n", (scale.unit, "not bold dim"))
        table.add_column(heading, justify="right", no_wrap=True)
        if layout.shares is Shares.SHOWN:
            table.add_column("share", justify="right", no_wrap=True)
        if layout.bar_width:
            table.add_column("", width=layout.bar_width, no_wrap=True)
    if len(records) > 1:
        heading = Text.assemble("change", "\n", (scale.unit, "not bold dim"))
        table.add_column(heading, justify="right", no_wrap=True)
    for concern in Concern:
        if any(record.seconds[concern] for record in records):
            table.add_row(concern.value, *_cells(records, concern, scale, layout))
    table.add_section()
    table.add_row(Text("session", "bold"), *_totals(records, scale, layout))
    return table


def _cells(
    records: Sequence[LedgerRecord], concern: Concern, scale: Scale, layout: Layout
) -> Iterator[RenderableType]:
    longest_s = max(seconds for record in records for seconds in record.seconds.values())
    for record in records:
        seconds = record.seconds[concern]
        yield scale(seconds)
        if layout.shares is Shares.SHOWN:
            yield Text(percent(100 * record.shares[concern]), "dim")
        if layout.bar_width:
            yield SavingBar(seconds, seconds, seconds, longest_s, layout.bar_width)
    if len(records) > 1:
        before, after = records
        yield _change(before.seconds[concern], after.seconds[concern], scale)


def _totals(records: Sequence[LedgerRecord], scale: Scale, layout: Layout) -> Iterator[RenderableType]:
    for record in records:
        yield Text(scale(record.sessions_s), "bold")
        if layout.shares is Shares.SHOWN:
            yield ""
        if layout.bar_width:
            yield ""
    if len(records) > 1:
        before, after = records
        yield _change(before.sessions_s, after.sessions_s, scale)


def _change(before_s: float, after_s: float, scale: Scale) -> Text:
    """Less in blue, more in red, and a sign with both."""
    figure = scale(abs(after_s - before_s))
    if not float(figure.replace(",", "")):
        return Text("0", "dim")
    return Text(f"+{figure}", "red") if after_s > before_s else Text(f"-{figure}", "bright_blue")
