"""Warnings about what was asked: switches that can't act, too few blocks, a precision not reached."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..analysis.stopping import blocks_needed, precision_reached
from ..analysis.student import critical_t
from ..experiments.run import Run, StopReason
from ..experiments.stopping_rule import fewest_rows
from ..scenarios.inert import inert_warnings
from .design_words import counted_rows, row_unit
from .evidence import Evidence
from .figures import points

MIN_BLOCKS = 5  # fewer make intervals too wide to be of use; simulated coverage begins here


def inert_switches(evidence: Evidence) -> Iterator[str]:
    """Their null effect is no finding."""
    if evidence.scenario is not None:
        yield from inert_warnings(evidence.scenario, evidence.run.design.factors)


def few_blocks(evidence: Evidence) -> Iterator[str]:
    """Few rows, said once the run has ended."""
    number, kind = len(evidence.rows), evidence.run.design.kind
    if not evidence.is_over or number >= MIN_BLOCKS:
        return
    few = counted_rows(kind, number, "complete ")
    if number == 0:
        yield f"no complete {row_unit(kind)}: nothing can be said; {_more_blocks(evidence.run)}"
    elif number == 1:
        yield f"{few} gives no interval, so that nothing is shown; {_more_blocks(evidence.run)}"
    elif critical_t(number, evidence.run.inference) == math.inf:
        yield f"{few} give no interval that holds at every look; {_more_blocks(evidence.run)}"
    else:
        yield f"{few} are few, and their intervals wide; {_more_blocks(evidence.run)}"


def precision_missed(evidence: Evidence) -> Iterator[str]:
    """A precision that was asked for, and how many rows would reach it."""
    run, analysis = evidence.run, evidence.analysis
    asked = run.precision_percent
    if not evidence.is_over or asked is None or analysis is None:
        return
    reached = precision_reached(analysis)
    if reached.widest_percent is None or reached.widest_percent <= asked:
        return
    rows = len(evidence.rows)
    needed = blocks_needed(reached, asked, rows, run.inference)
    advice = f"; {_further(run, rows, needed)}" if needed else ""
    yield (
        f"the asked precision of {points(asked)} was not reached: {reached.optimization} is known to within"
        f" {points(reached.widest_percent)} by {counted_rows(run.design.kind, rows)}{advice}"
    )


def _more_blocks(run: Run) -> str:
    """What to do that was not done already."""
    enough = fewest_rows(run.design)
    match run.stop_reason:
        case StopReason.INTERRUPTED | StopReason.FAILED:
            return f"go on by --resume {run.id}"
        case StopReason.BUDGET:
            return "raise --budget"
        case StopReason.MAX_BLOCKS:
            return f"raise --max-blocks to {enough}"
        case _ if run.design.subject:
            return f"--blocks {enough} would tell more"
        case _:
            return f"--blocks {enough} or --precision 5% would tell more"


def _further(run: Run, rows: int, needed: int) -> str:
    """How many rows would reach the precision, and which option leads there."""
    about = f"about {counted_rows(run.design.kind, needed)} would do"
    match run.stop_reason:
        case StopReason.INTERRUPTED | StopReason.FAILED:
            return f"{about}, go on by --resume {run.id}"
        case StopReason.BUDGET:
            return f"{about}, raise --budget to {_rounded_up(run.elapsed_s * needed / rows)}"
        case StopReason.BLOCKS:
            return f"{about}, raise --blocks to {needed}"
        case _:
            return f"{about}, raise --max-blocks to {needed}"


def _rounded_up(seconds: float) -> str:
    """90s, 12m"""
    return f"{math.ceil(seconds / 10) * 10}s" if seconds < 300 else f"{math.ceil(seconds / 60)}m"
