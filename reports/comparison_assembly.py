"""From the documents of two runs to that of their comparison."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from .. import __version__
from ..analysis.comparison import compare
from ..analysis.two_runs import TwoRuns
from .comparability import Refusals, Scope, comparability
from .comparison_document import ComparisonDocument
from .comparison_effects import change_record, combination_records, effect_records
from .comparison_record import ComparedRun
from .comparison_rows import speed_change
from .comparison_sides import Sides, sides
from .design_caveats import MIN_BLOCKS
from .document import Document


@dataclass(frozen=True, slots=True)
class Named:
    """The document of a run, and what the user called it."""

    name: str
    document: Document


def compare_documents(
    base: Named, new: Named, refusals: Refusals, threshold_percent: float | None = None
) -> ComparisonDocument:
    """Compares as far as the two are comparable. `threshold_percent`: that of the second run, if None.

    Raises NotComparable.
    """
    found = comparability(base.document, new.document, refusals)
    threshold = new.document.threshold_percent if threshold_percent is None else threshold_percent
    both = sides(base.document, new.document, found.scope)
    speed = speed_change(both.base, both.new)
    widen_by = abs(speed) if found.times and speed is not None and not both.interleaved else 0.0
    first, second = both.log_times
    comparison = compare(first, second, both.pairing, threshold_percent=threshold, widen_by=widen_by)
    arms = TwoRuns.of(first, second, both.pairing, threshold) if found.times else None
    return ComparisonDocument(
        agentperf_version=__version__,
        base=_compared(base, len(both.base)),
        new=_compared(new, len(both.new)),
        metric=base.document.metric,
        threshold_percent=threshold,
        scope=found.scope,
        factors=both.factors,
        times_compared=found.times,
        pairing=both.pairing,
        interleaved=both.interleaved,
        speed_change_percent=None if speed is None else 100 * math.expm1(speed),
        widened_by_percent=100 * math.expm1(widen_by),
        overall=change_record(comparison.overall) if found.times else None,
        effects=effect_records(comparison, first, second, arms, widen_by),
        combinations=combination_records(comparison, first, second) if found.times else (),
        notes=(*found.notes, *_notes(base.document, new.document, both, found.scope)),
        warnings=(*found.warnings, *_warnings(both)),
    )


def _compared(run: Named, blocks: int) -> ComparedRun:
    document = run.document
    return ComparedRun(
        name=run.name,
        run_id=document.run_id,
        created_at=document.created_at,
        agentperf_version=document.agentperf_version,
        scenario=document.scenario,
        environment=document.environment,
        seed=document.seed,
        design=document.design,
        blocks=blocks,
    )


def _notes(base: Document, new: Document, both: Sides, scope: Scope) -> Iterator[str]:
    common = len(both.base.cells)
    if scope is Scope.COMMON and not common == base.design.combinations == new.design.combinations:
        first, second = base.design.combinations, new.design.combinations
        yield f"{common} combinations were run by both, of {first} and {second}: all figures are over these"


def _warnings(both: Sides) -> Iterator[str]:
    fewest = min(len(both.base), len(both.new))
    if fewest < 2:
        yield "from a single block nothing can be told: there are no intervals"
    elif fewest < MIN_BLOCKS:
        yield f"{fewest} complete blocks are few: intervals are wide"
