"""Table of the combinations that changed from one run to the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from ..analysis.verdicts import Verdict
from .change_figures import ends, signed, widest
from .combination_names import words_among
from .combinations_table import Detail
from .comparison_document import ComparisonDocument
from .comparison_record import ChangeRecord, CombinationChangeRecord
from .figures import Scale, time_scale_of
from .fitting import Fitting
from .fragments import plain_sentence
from .verdict_style import VERDICT_STYLE
from .visible_text import wrapped

_TOP = 10
_NAME_WIDTHS = (60, 28, 20)
_NARROWEST = 12
_CHANGED = (Verdict.SLOWER, Verdict.FASTER)


def by_change(document: ComparisonDocument) -> Sequence[CombinationChangeRecord]:
    """All of them, the one that became slowest first."""
    return sorted(document.combinations, key=lambda record: record.change.change_percent, reverse=True)


def changed_most(document: ComparisonDocument) -> Sequence[CombinationChangeRecord]:
    """Those that were shown to change, at most the ten that changed most, the slower first."""
    changed = [record for record in by_change(document) if record.change.verdict in _CHANGED]
    most = sorted(changed, key=lambda record: abs(record.change.change_percent), reverse=True)[:_TOP]
    return [record for record in changed if record in most]


def hidden_note(document: ComparisonDocument, shown: Sequence[CombinationChangeRecord]) -> str:
    """What -v would show; nothing where that is nothing."""
    hidden = [record for record in document.combinations if record not in shown]
    if not hidden:
        return ""
    changed = sum(record.change.verdict in _CHANGED for record in hidden)
    others = "the other " if shown else "all "
    shown_to = f"{changed or 'none'} of which {'were' if changed > 1 else 'was'} shown to change"
    return f"{others}{len(hidden)}, {shown_to}"


def times(
    document: ComparisonDocument, records: Sequence[CombinationChangeRecord]
) -> tuple[Scale, Sequence[tuple[str, str]]]:
    """The unit, and the median times of both runs in it."""
    scale = time_scale_of(record.base_s.median for record in records)
    return scale, [(scale(record.base_s.median), scale(record.new_s.median)) for record in records]


def comparison_combinations_table(
    document: ComparisonDocument, detail: Detail = Detail.TOP
) -> RenderableType:
    """Those that changed, or all; takes the width it is printed in."""
    shown = by_change(document) if detail is Detail.ALL else changed_most(document)
    note = hidden_note(document, shown)
    parts: list[RenderableType] = [_CombinationsTable(document, shown)] if shown else []
    return Group(*parts, *([Text(f"-v shows {note}.", "dim")] if note else []))


@dataclass(frozen=True, slots=True)
class _CombinationsTable:
    document: ComparisonDocument
    shown: Sequence[CombinationChangeRecord]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Fitting(list(self._layouts()))

    def _layouts(self) -> Iterator[Table]:
        """From the widest to the narrowest: with shorter lines of names, without times, on two lines."""
        _, both = times(self.document, self.shown)
        nothing = [()] * len(self.shown)
        for name_width in _NAME_WIDTHS:
            yield self._table(name_width, both, self._on_one_line())
        yield self._table(_NAME_WIDTHS[-1], nothing, self._on_one_line())
        yield self._table(_NARROWEST, nothing, self._on_two_lines())

    def _table(self, name_width: int, times_s: Sequence[tuple[str, ...]], changes: Sequence[Text]) -> Table:
        scale, _ = times(self.document, self.shown)
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("combination", no_wrap=True)
        for heading in ("base", "new")[: len(times_s[0])]:
            table.add_column(f"{heading} ({scale.unit})", justify="right", no_wrap=True)
        table.add_column("change", no_wrap=True)
        for record, both, change in zip(self.shown, times_s, changes, strict=True):
            words = plain_sentence(words_among(self.document.factors, record.on))
            table.add_row(Text("\n".join(wrapped(words, name_width))), *both, change)
        return table

    def _on_one_line(self) -> Sequence[Text]:
        brackets = widest(ends(record.change) for record in self.shown)
        return [
            Text.assemble((figure, style), f" {ends(change):{brackets}} ", (change.verdict.value, style))
            for figure, change, style in self._changes()
        ]

    def _on_two_lines(self) -> Sequence[Text]:
        return [
            Text.assemble((f"{figure} {change.verdict.value}", style), "\n", (ends(change), "dim"))
            for figure, change, style in self._changes()
        ]

    def _changes(self) -> Iterator[tuple[str, ChangeRecord, str]]:
        """The figure, aligned; the change; its colour."""
        changes = [record.change for record in self.shown]
        width = widest(signed(change.change_percent) for change in changes)
        for change in changes:
            yield f"{signed(change.change_percent):>{width}}", change, VERDICT_STYLE[change.verdict]
