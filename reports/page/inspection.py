"""One combination inspected, or what another changes: what `agentperf profile` is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...profilers.profile import Profile
from ...scenarios.concerns import Concern
from ..combination_names import combination_phrase, swept_part
from ..combination_record import CombinationRecord
from ..document import Document
from ..figures import Scale, percent, saving, time_scale_of
from ..fragments import Fragment
from .inspected_functions import InspectedFunctions, inspected_functions

_TOLD = 3
_MINUS = "\N{MINUS SIGN}"
_WORTH_TELLING = 0.05  # of the session, or of what changed in it

Combination = frozenset[str]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A concern, or the session: time and share of each combination, and the change in a case of two."""

    name: str
    figures: tuple[tuple[str, str], ...]
    seconds: tuple[float, ...]
    change: str = ""
    change_s: float | None = None

    @property
    def tone(self) -> str:
        """Of the change, where it is one that the figures show."""
        return "less" if self.change[:1] == _MINUS else "more" if self.change[:1] == "+" else ""


@dataclass(frozen=True, slots=True)
class InspectionLedger:
    """A column for each of `titles`: what it is held up to comes first."""

    unit: str
    titles: tuple[tuple[Fragment, ...], ...]
    lines: tuple[LedgerLine, ...]
    total: LedgerLine


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
    ledger = _ledger(document, [one for one in (against, on) if one is not None])
    said = [*_took(document, title, on, against), *_ledger_in_short(document, on, against)]
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


def _ledger_in_short(
    document: Document, on: Combination, against: Combination | None
) -> Iterator[tuple[tuple[Fragment, ...], tuple[Fragment, ...]]]:
    records = {frozenset(record.on): record for record in document.ledgers}
    new, old = records.get(on), records.get(against) if against is not None else None
    if new is None or not new.sessions_s or (against is not None and old is None):
        return
    if old is None:
        largest = sorted(new.shares.items(), key=lambda item: -item[1])[:_TOLD]
        told = [f"{concern} {percent(100 * share)}" for concern, share in largest if share >= _WORTH_TELLING]
        yield ("Where a session's time goes",), (f"{', '.join(told)}.",)
        return
    scale = time_scale_of([new.sessions_s, old.sessions_s])
    changes = {concern: new.seconds[concern] - old.seconds[concern] for concern in Concern}
    least = _WORTH_TELLING * max(map(abs, changes.values()))
    ranked = sorted(changes.items(), key=lambda item: -abs(item[1]))[:_TOLD]
    told = [
        f"{concern} {_signed(scale, change)} {scale.unit}"
        for concern, change in ranked
        if abs(change) > least
    ]
    if told:
        yield ("What changes most in a session",), (f"{', '.join(told)}.",)


def _ledger(document: Document, combinations: Sequence[Combination]) -> InspectionLedger | None:
    by_on = {frozenset(record.on): record for record in document.ledgers}
    records = [by_on[on] for on in combinations if on in by_on]
    if not records:
        return None
    scale = time_scale_of([record.sessions_s for record in records])
    lines = [
        _line(
            concern.value,
            [(record.seconds[concern], percent(100 * record.shares[concern])) for record in records],
            scale,
        )
        for concern in Concern
        if any(record.seconds[concern] for record in records)
    ]
    lines.sort(key=lambda line: -abs(line.seconds[0] if line.change_s is None else line.change_s))
    return InspectionLedger(
        scale.unit,
        tuple(combination_phrase(document, record.on) for record in records),
        tuple(lines),
        _line("session", [(record.sessions_s, "") for record in records], scale),
    )


def _line(name: str, figures: Sequence[tuple[float, str]], scale: Scale) -> LedgerLine:
    seconds = tuple(one for one, _ in figures)
    cells = tuple((scale(one), share) for one, share in figures)
    if len(figures) < 2:
        return LedgerLine(name, cells, seconds)
    old_s, new_s = seconds
    return LedgerLine(name, cells, seconds, _signed(scale, new_s - old_s), new_s - old_s)


def _signed(scale: Scale, seconds: float) -> str:
    figure = scale(abs(seconds))
    if not float(figure.replace(",", "")):
        return figure
    return f"{'+' if seconds > 0 else _MINUS}{figure}"


def _capitalized(title: tuple[Fragment, ...]) -> tuple[Fragment, ...]:
    first, *rest = title
    return (first[:1].upper() + first[1:] if isinstance(first, str) else first, *rest)
