"""Where a session's time goes, of what an inspection is about: a line for each concern, in figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...scenarios.concerns import Concern
from ..combination_names import Combination, combination_phrase
from ..document import Document
from ..figures import Scale, percent, time_scale_of
from ..fragments import Fragment

_TOLD = 3
_MINUS = "\N{MINUS SIGN}"
_WORTH_TELLING = 0.05  # of the session, or of what changed in it


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


def inspection_ledger(document: Document, combinations: Sequence[Combination]) -> InspectionLedger | None:
    """One combination, or two: what is held up to comes first. None where neither recorded spans."""
    by_on = document.ledgers_by_combination
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


def ledger_in_short(
    document: Document, on: Combination, against: Combination | None
) -> Iterator[tuple[tuple[Fragment, ...], tuple[Fragment, ...]]]:
    """What takes most of a session, or what changes most in it: a sentence at most, with what it is about."""
    records = document.ledgers_by_combination
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
