"""Table of what each switch saved in the first run and saves in the second."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from .change_figures import ends, from_to, signed, widest
from .comparison_document import ComparisonDocument
from .comparison_record import EffectChangeRecord, OptimizationChangeRecord
from .fitting import Fitting
from .verdict_style import VERDICT_STYLE
from .visible_text import short_label, wrapped

_NAME_WIDTH = 40
_NARROW_NAME_WIDTH = 12
EFFECTS_NOTE = "What it saved -> saves; below, by how much more (+) or less (-) time it leaves."


@dataclass(frozen=True, slots=True)
class Question:
    """One of the three columns."""

    title: str
    meaning: str
    words: str
    effect: Callable[[OptimizationChangeRecord], EffectChangeRecord | None]


ALONE = Question("alone", "against nothing", "alone", lambda record: record.alone)
AVERAGE = Question("average", "over all combinations", "on average", lambda record: record.average)
LAST = Question("last", "on top of all others", "on top of all others", lambda record: record.last)
QUESTIONS = (ALONE, AVERAGE, LAST)
_LEAST_IMPORTANT_FIRST = (ALONE, LAST)


def asked(document: ComparisonDocument) -> Sequence[Question]:
    """The questions that any switch has an answer to; of a single switch all three are the same."""
    if len(document.factors) == 1:
        return [AVERAGE] if any(map(AVERAGE.effect, document.effects)) else [ALONE]
    return [question for question in QUESTIONS if any(map(question.effect, document.effects))]


def weightiest_first(document: ComparisonDocument) -> Sequence[Question]:
    """The questions as sentences go through them: what a switch does on average before the rest."""
    return sorted(asked(document), key=lambda question: question is not AVERAGE)


def worst_first(document: ComparisonDocument) -> Sequence[OptimizationChangeRecord]:
    """The switch whose effect became worst on average; where there is none, alone, then last."""

    def harm(record: OptimizationChangeRecord) -> float:
        effect = record.average or record.alone or record.last
        return effect.change.change_percent if effect else float("-inf")

    return sorted(document.effects, key=harm, reverse=True)


def comparison_effects_table(document: ComparisonDocument) -> RenderableType:
    """The switches, the worst change first; takes the width it is printed in."""
    return _EffectsTable(worst_first(document), asked(document))


@dataclass(frozen=True, slots=True)
class _EffectsTable:
    effects: Sequence[OptimizationChangeRecord]
    questions: Sequence[Question]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Fitting(list(self._layouts()))
        yield Text(EFFECTS_NOTE, "dim")

    def _layouts(self) -> Iterator[Table]:
        """From the widest to the narrowest: on two lines, on three, then without the columns that can go."""
        shown = list(self.questions)
        yield self._table(shown, _on_two_lines, _NAME_WIDTH)
        yield from self._on_three_lines(shown)
        for question in _LEAST_IMPORTANT_FIRST:
            if question in shown and len(shown) > 1:
                shown.remove(question)
                yield from self._on_three_lines(shown)

    def _on_three_lines(self, shown: Sequence[Question]) -> Iterator[Table]:
        for name_width in (_NAME_WIDTH, _NARROW_NAME_WIDTH):
            table = self._table(shown, _on_three_lines, name_width)
            hidden = [question.title for question in self.questions if question not in shown]
            if hidden:
                words = f"A wider terminal shows {' and '.join(hidden)} too."
                table.caption, table.caption_justify = Text(words, "not italic dim"), "left"
            yield table

    def _table(
        self,
        questions: Sequence[Question],
        cell: Callable[[EffectChangeRecord, int], Text],
        name_width: int,
    ) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("switch", no_wrap=True)
        columns = []
        for question in questions:
            heading = Text.assemble((question.title, "bold"), "\n", (question.meaning, "not bold dim"))
            table.add_column(heading, no_wrap=True)
            effects = [question.effect(record) for record in self.effects]
            width = widest(signed(effect.change.change_percent) for effect in effects if effect)
            columns.append([cell(effect, width) if effect else Text("n/a", "dim") for effect in effects])
        for number, record in enumerate(self.effects):
            lines = wrapped(short_label(record.optimization), name_width)
            table.add_row(Text("\n".join(lines), "bold"), *(column[number] for column in columns))
        return table


def _on_two_lines(effect: EffectChangeRecord, width: int) -> Text:
    change, style = effect.change, VERDICT_STYLE[effect.change.verdict]
    figures = f"{signed(change.change_percent):>{width}}"
    return Text.assemble(
        from_to(effect.base, effect.new),
        "\n",
        (figures, style),
        f" {ends(change)} ",
        (change.verdict.value, style),
    )


def _on_three_lines(effect: EffectChangeRecord, width: int) -> Text:
    change = effect.change
    headline = f"{signed(change.change_percent):>{width}} {change.verdict.value}"
    return Text.assemble(
        from_to(effect.base, effect.new),
        "\n",
        (headline, VERDICT_STYLE[change.verdict]),
        "\n",
        (ends(change), "dim"),
    )
