"""One combination inspected, or what another changes: what `agentperf profile` is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...profilers.profile import Profile
from ..combination_names import Combination, combination_phrase, swept_part
from ..combination_record import CombinationRecord
from ..document import Document
from ..figures import percent, saving, time_scale_of
from ..fragments import Fragment
from .inspected_functions import InspectedFunctions, inspected_functions
from .inspection_ledger import InspectionLedger, inspection_ledger, ledger_in_short


@dataclass(frozen=True, slots=True)
class Inspection:
    """`said` are sentences with what they are about; `is_comparison` where there are two."""

    title: tuple[Fragment, ...]
    is_comparison: bool
    said: tuple[tuple[tuple[Fragment, ...], tuple[Fragment, ...]], ...]
    ledger: InspectionLedger | None
    functions: tuple[InspectedFunctions, ...]


def inspection(document: Document, profiles: Sequence[Profile]) -> Inspection | None:
    """None for an experiment."""
    if not document.subject:
        return None
    on, *others = (frozenset(one) for one in document.subject)
    against = others[0] if others else None
    title = combination_phrase(document, on)
    if against is not None:
        title = (*title, ", against ", *combination_phrase(document, against))
    ledger = inspection_ledger(document, [one for one in (against, on) if one is not None])
    said = [*_took(document, title, on, against), *ledger_in_short(document, on, against)]
    return Inspection(
        title, against is not None, tuple(said), ledger, inspected_functions(document, profiles, on, against)
    )


def _took(
    document: Document, title: tuple[Fragment, ...], on: Combination, against: Combination | None
) -> Iterator[tuple[tuple[Fragment, ...], tuple[Fragment, ...]]]:
    """How long a trial took without a profiler."""
    measured = {frozenset(swept_part(document, one.on)): one for one in document.combinations}
    new = _median_s(measured, on)
    if new is None:
        yield _capitalized(title), ("no block is complete, so no time is known.",)
        return
    if against is None:
        scale = time_scale_of([new])
        yield _capitalized(title), (f"a trial took {scale(new)} {scale.unit}, measured without a profiler.",)
        return
    old = _median_s(measured, against)
    if old is None:
        return
    scale = time_scale_of([new, old])
    took = f"a trial took {scale(new)} {scale.unit}, against {scale(old)} {scale.unit}"
    yield (
        _capitalized(title),
        (f"{took}, measured without a profiler: {_saved(measured[on], against, new, old)}.",),
    )


def _saved(record: CombinationRecord, against: Combination, new_s: float, old_s: float) -> str:
    value, low, high = record.improvement_percent, record.improvement_low, record.improvement_high
    if not against and value is not None and low is not None and high is not None:
        return f"it {saving(value, low, high)}"
    change = 100 * (new_s / old_s - 1) if old_s else 0.0
    return f"{percent(abs(change))} {'more' if change > 0 else 'less'}"


def _median_s(measured: Mapping[Combination, CombinationRecord], on: Combination) -> float | None:
    wall = measured[on].metrics.wall_s if on in measured else None
    return wall.median if wall else None


def _capitalized(title: tuple[Fragment, ...]) -> tuple[Fragment, ...]:
    first, *rest = title
    return (first[:1].upper() + first[1:] if isinstance(first, str) else first, *rest)
