"""What each switch saves, drawn: three dots with their intervals for every switch, on one axis."""

from __future__ import annotations

from dataclasses import dataclass

from ...analysis.verdicts import Verdict
from ..document import Document
from ..effect_record import EffectRecord, OptimizationRecord
from ..effects_table import any_estimate, sorted_effects
from ..figures import bracket, effect_saving, percent
from ..visible_text import short_label
from .axis import Axis, axis_of
from .interval_mark import IntervalMark, interval_mark

TONES = {
    Verdict.FASTER: "less",
    Verdict.SLOWER: "more",
    Verdict.EQUIVALENT: "same",
    Verdict.INCONCLUSIVE: "unclear",
}
QUESTIONS = (
    ("alone", "against nothing"),
    ("average", "over all combinations"),
    ("last", "on top of all others"),
)


@dataclass(frozen=True, slots=True)
class EffectCell:
    """One effect in figures, and where it stands in the picture."""

    question: str
    saved: str
    interval: str
    verdict: str
    value: float
    mark: IntervalMark


@dataclass(frozen=True, slots=True)
class EffectRow:
    """A switch; None where the design cannot estimate that effect."""

    switch: str
    cells: tuple[EffectCell | None, ...]


@dataclass(frozen=True, slots=True)
class EffectsChart:
    """Rows in the order of the tables; `questions` are those that the design answers."""

    axis: Axis
    questions: tuple[tuple[str, str], ...]
    rows: tuple[EffectRow, ...]
    silent: tuple[str, ...]


def effects_chart(document: Document) -> EffectsChart | None:
    """None where there is no effect to show."""
    if not any_estimate(document):
        return None
    records = sorted_effects(document)
    answered = [one for one in QUESTIONS if any(_effect(record, one[0]) for record in records)]
    effects = [effect for record in records for name, _ in answered if (effect := _effect(record, name))]
    axis = axis_of(map(_interval, effects))
    rows = tuple(
        EffectRow(record.optimization, tuple(_cell(axis, record, name) for name, _ in answered))
        for record in records
    )
    silent = tuple(name for name, meaning in QUESTIONS if (name, meaning) not in answered)
    return EffectsChart(axis, tuple(answered), rows, silent)


def _cell(axis: Axis, record: OptimizationRecord, question: str) -> EffectCell | None:
    effect = _effect(record, question)
    if effect is None:
        return None
    words = f"{short_label(record.optimization)}, {question}: {effect_saving(effect)}, {effect.verdict}"
    return EffectCell(
        question,
        percent(effect.improvement_percent),
        bracket(effect.improvement_low, effect.improvement_high),
        effect.verdict.value,
        effect.improvement_percent,
        interval_mark(axis, _interval(effect), TONES[effect.verdict], words),
    )


def _effect(record: OptimizationRecord, question: str) -> EffectRecord | None:
    effect: EffectRecord | None = getattr(record, question)
    return effect


def _interval(effect: EffectRecord) -> tuple[float, float, float]:
    return effect.improvement_low, effect.improvement_percent, effect.improvement_high
