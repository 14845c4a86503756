"""Where a session's time goes: a stacked bar for each combination, one colour for each concern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...scenarios.concerns import Concern
from ..combination_columns import ranked
from ..combination_names import combination_phrase, combination_words, swept_part
from ..combination_record import CombinationRecord
from ..combinations_table import top
from ..document import Document
from ..figures import Scale, percent, time_scale_of
from ..fragments import Fragment, plain_sentence


@dataclass(frozen=True, slots=True)
class Segment:
    """Places in percent of the longest session."""

    concern: int
    at: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """`seconds` and `figures` by concern, those of the chart."""

    words: tuple[Fragment, ...]
    session: str
    session_s: float
    segments: tuple[Segment, ...]
    seconds: tuple[float, ...]
    figures: tuple[str, ...]
    shares: tuple[str, ...]
    summary: str
    is_drawn: bool
    """Not every combination of a long list is: the table holds them all."""


@dataclass(frozen=True, slots=True)
class LedgerChart:
    """`concerns` are those that took any time, as (number, name)."""

    unit: str
    concerns: tuple[tuple[int, str], ...]
    rows: tuple[LedgerRow, ...]


def ledger_chart(document: Document) -> LedgerChart | None:
    """None where no session was traced. The best combination stands first, as in the other tables; but before
    what a run looks into stands what it is held up to."""
    by_on = {on: record.seconds for on, record in document.ledgers_by_combination.items()}
    if not by_on:
        return None
    records = [record for record in _in_order(document) if frozenset(record.on) in by_on]
    drawn = top(document, records)
    concerns = tuple(
        (number, concern.value)
        for number, concern in enumerate(Concern)
        if any(seconds.get(concern, 0.0) > 0 for seconds in by_on.values())
    )
    longest_s = max((sum(by_on[frozenset(record.on)].values()) for record in drawn), default=0.0)
    scale = time_scale_of([longest_s])
    phrase = combination_phrase if document.subject else combination_words
    rows = tuple(
        _row(
            phrase(document, record.on),
            [by_on[frozenset(record.on)].get(Concern(name), 0.0) for _, name in concerns],
            concerns,
            longest_s,
            scale,
            record in drawn,
        )
        for record in records
    )
    return LedgerChart(scale.unit, concerns, rows) if rows else None


def _in_order(document: Document) -> Sequence[CombinationRecord]:
    records = ranked(document)
    subject = [frozenset(on) for on in document.subject]
    if not subject:
        return records
    return sorted(
        records, key=lambda record: subject.index(frozenset(swept_part(document, record.on))), reverse=True
    )


def _row(
    words: tuple[Fragment, ...],
    seconds: Sequence[float],
    concerns: Sequence[tuple[int, str]],
    longest_s: float,
    scale: Scale,
    is_drawn: bool,
) -> LedgerRow:
    session_s = sum(seconds)
    shares = [100 * one / session_s if session_s else 0.0 for one in seconds]
    segments, at_s = [], 0.0
    for (number, name), one, share in zip(concerns, seconds, shares, strict=True):
        if one > 0 and longest_s:
            told = f"{name}: {scale(one)} {scale.unit}, {percent(share)}"
            segments.append(
                Segment(number, round(100 * at_s / longest_s, 3), round(100 * one / longest_s, 3), told)
            )
        at_s += one
    largest = sorted(zip(shares, (name for _, name in concerns), strict=True), reverse=True)[:3]
    mostly = ", ".join(f"{name} {percent(share)}" for share, name in largest if share > 0)
    summary = f"{plain_sentence(words)}: {scale(session_s)} {scale.unit} a session, of which {mostly}"
    return LedgerRow(
        words,
        scale(session_s),
        session_s,
        tuple(segments),
        tuple(seconds),
        tuple(map(scale, seconds)),
        tuple(map(percent, shares)),
        summary,
        is_drawn,
    )
