"""Table of what each switch does: alone, on average, and on top of all the others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from .document import Document
from .effect_record import EffectRecord, OptimizationRecord
from .figures import bracket, percent
from .fitting import Fitting
from .verdict_style import VERDICT_STYLE
from .visible_text import short_label, wrapped

_NAME_WIDTH = 40
_NARROW_NAME_WIDTH = 12


@dataclass(frozen=True, slots=True)
class _Question:
    """One of the three columns."""

    title: str
    meaning: str
    effect: Callable[[OptimizationRecord], EffectRecord | None]


_ALONE = _Question("alone", "against nothing", lambda record: record.alone)
_AVERAGE = _Question("average", "over all combinations", lambda record: record.average)
_LAST = _Question("last", "on top of all others", lambda record: record.last)
_EVERY = (_ALONE, _AVERAGE, _LAST)
_LEAST_IMPORTANT_FIRST = (_ALONE, _LAST)


def effects_table(document: Document) -> RenderableType:
    """The switches, the one that saves most on average first; takes the width it is printed in."""
    return _EffectsTable(sorted_effects(document))


def sorted_effects(document: Document) -> Sequence[OptimizationRecord]:
    """The largest average effect first; where there is none, by the effect alone, then last."""

    def gain(record: OptimizationRecord) -> float:
        effect = record.average or record.alone or record.last
        return effect.improvement_percent if effect else float("-inf")

    return sorted(document.effects, key=gain, reverse=True)


def any_estimate(document: Document) -> bool:
    """Whether the design and the number of blocks allowed any effect to be estimated."""
    return any(question.effect(record) for record in document.effects for question in _EVERY)


@dataclass(frozen=True, slots=True)
class _EffectsTable:
    effects: Sequence[OptimizationRecord]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Fitting(list(self._layouts()))
        silent = [question.title for question in _EVERY if not self._answers(question)]
        if silent:
            yield Text(f"This design cannot estimate: {', '.join(silent)}.", "dim")

    def _answers(self, question: _Question) -> bool:
        return any(map(question.effect, self.effects))

    def _layouts(self) -> Iterator[Table]:
        """From the widest to the narrowest: on one line, on two, then without the columns that can go."""
        questions = list(filter(self._answers, _EVERY))
        yield self._table(questions, _on_one_line, _NAME_WIDTH)
        yield from self._on_two_lines(questions)
        for question in _LEAST_IMPORTANT_FIRST:
            if question in questions and len(questions) > 1:
                questions.remove(question)
                yield from self._on_two_lines(questions)

    def _on_two_lines(self, questions: Sequence[_Question]) -> Iterator[Table]:
        for name_width in (_NAME_WIDTH, _NARROW_NAME_WIDTH):
            table = self._table(questions, _on_two_lines, name_width)
            hidden = [
                question.title for question in _EVERY if question not in questions and self._answers(question)
            ]
            if hidden:
                words = f"A wider terminal shows {' and '.join(hidden)} too."
                table.caption, table.caption_justify = Text(words, "not italic dim"), "left"
            yield table

    def _table(
        self,
        questions: Sequence[_Question],
        cell: Callable[[EffectRecord, "_Widths"], Text],
        name_width: int,
    ) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("switch", no_wrap=True)
        columns = []
        for question in questions:
            heading = Text.assemble((question.title, "bold"), "\n", (question.meaning, "not bold dim"))
            table.add_column(heading, no_wrap=True)
            effects = [question.effect(record) for record in self.effects]
            widths = _Widths.of([effect for effect in effects if effect])
            columns.append([cell(effect, widths) if effect else Text("n/a", "dim") for effect in effects])
        for number, record in enumerate(self.effects):
            lines = wrapped(short_label(record.optimization), name_width)
            table.add_row(Text("\n".join(lines), "bold"), *(column[number] for column in columns))
        return table


@dataclass(frozen=True, slots=True)
class _Widths:
    """What it takes to align the figures of one column."""

    percent: int
    bracket: int

    @classmethod
    def of(cls, effects: Sequence[EffectRecord]) -> "_Widths":
        return cls(
            max((len(percent(effect.improvement_percent)) for effect in effects), default=0),
            max((len(_bracket(effect)) for effect in effects), default=0),
        )


def _on_one_line(effect: EffectRecord, widths: _Widths) -> Text:
    interval = _bracket(effect).ljust(widths.bracket)
    style = VERDICT_STYLE[effect.verdict]
    return Text.assemble((_percent(effect, widths), style), f" {interval}  ", (effect.verdict.value, style))


def _on_two_lines(effect: EffectRecord, widths: _Widths) -> Text:
    headline = f"{_percent(effect, widths)} {effect.verdict.value}"
    return Text.assemble((headline, VERDICT_STYLE[effect.verdict]), "\n", (_bracket(effect), "dim"))


def _percent(effect: EffectRecord, widths: _Widths) -> str:
    return percent(effect.improvement_percent).rjust(widths.percent)


def _bracket(effect: EffectRecord) -> str:
    return bracket(effect.improvement_low, effect.improvement_high)
