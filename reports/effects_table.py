"""Table of what each switch does: alone, on average, and on top of all the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from .document import Document
from .effect_record import EffectRecord, OptimizationRecord
from .figures import bracket, percent
from .switch_table import NO_ANSWER, Answers, switch_table
from .verdict_style import VERDICT_STYLE


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
        answered = [question for question in _EVERY if any(map(question.effect, self.effects))]
        switches = [record.optimization for record in self.effects]
        yield switch_table(switches, [self._answers(question) for question in answered])
        silent = [question.title for question in _EVERY if question not in answered]
        if silent:
            yield Text(f"This design cannot estimate: {', '.join(silent)}.", "dim")

    def _answers(self, question: _Question) -> Answers:
        effects = [question.effect(record) for record in self.effects]
        widths = _Widths.of([effect for effect in effects if effect])
        return Answers(
            question.title,
            question.meaning,
            wide=[_on_one_line(effect, widths) if effect else NO_ANSWER for effect in effects],
            narrow=[_on_two_lines(effect, widths) if effect else NO_ANSWER for effect in effects],
        )


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
