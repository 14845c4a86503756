"""The recommended order, drawn: what each step and those before it save together."""

from __future__ import annotations

from dataclasses import dataclass

from ..advice_record import PlanStep
from ..document import Document
from ..plan_table import PlanLine, plan_lines, plan_notes
from .axis import Axis, axis_of
from .interval_mark import IntervalMark, interval_mark, tone_of


@dataclass(frozen=True, slots=True)
class PlanChart:
    """Each line of the plan beside its mark on the axis."""

    axis: Axis
    lines: tuple[tuple[PlanLine, IntervalMark], ...]
    notes: str


def plan_chart(document: Document) -> PlanChart | None:
    """None where no order can be recommended."""
    if not document.plan:
        return None
    axis = axis_of(map(_interval, document.plan))
    lines = tuple((line, _mark(axis, line)) for line in plan_lines(document))
    return PlanChart(axis, lines, plan_notes(document))


def _mark(axis: Axis, line: PlanLine) -> IntervalMark:
    interval = _interval(line.step)
    return interval_mark(axis, interval, tone_of(interval), f"saves {line.saved} {line.interval}")


def _interval(step: PlanStep) -> tuple[float, float, float]:
    return step.low, step.cumulative_improvement_percent, step.high
