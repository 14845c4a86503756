"""Table of what each switch saved in the first run and saves in the second."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from .change_figures import ends, from_to, signed, widest
from .comparison_document import ComparisonDocument
from .comparison_record import EffectChangeRecord, OptimizationChangeRecord
from .switch_table import NO_ANSWER, Answers, switch_table
from .verdict_style import VERDICT_STYLE

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
    effects = worst_first(document)
    columns = [_answers(question, effects) for question in asked(document)]
    table = switch_table([record.optimization for record in effects], columns)
    return Group(table, Text(EFFECTS_NOTE, "dim"))


def _answers(question: Question, records: Sequence[OptimizationChangeRecord]) -> Answers:
    effects = [question.effect(record) for record in records]
    width = widest(signed(effect.change.change_percent) for effect in effects if effect)
    return Answers(
        question.title,
        question.meaning,
        wide=[_on_two_lines(effect, width) if effect else NO_ANSWER for effect in effects],
        narrow=[_on_three_lines(effect, width) if effect else NO_ANSWER for effect in effects],
    )


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
