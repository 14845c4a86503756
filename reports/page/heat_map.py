"""How switches act on each other: a square of cells, coloured where it was shown that they do."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..document import Document
from ..effect_record import ConditionalRecord, InteractionRecord
from ..figures import percent
from ..interaction_words import strong_interactions
from ..visible_text import short_label

STRENGTHS = 4
_WEAKEST = 0.05  # of a log ratio: from here on the second strength
_DOUBLING = 2.0


@dataclass(frozen=True, slots=True)
class HeatCell:
    """What the row's switch saves without the column's, and with it."""

    without: str
    with_it: str
    tone: str
    """less or more with a strength from 1 to 4, as in more-3; none where nothing was shown."""
    words: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair in figures."""

    names: tuple[str, str]
    ratio: str
    value: float
    interval: str
    p_adjusted: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`rows` holds for each switch its cells in the same order; None on the diagonal, and where unknown."""

    switches: tuple[str, ...]
    rows: tuple[tuple[HeatCell | None, ...], ...]
    pairs: tuple[PairRow, ...]


def heat_map(document: Document) -> HeatMap | None:
    """None where no pair could be estimated."""
    if not document.interactions:
        return None
    strong = {record.optimizations for record in strong_interactions(document)}
    cells: dict[tuple[str, str], HeatCell] = {}
    for record in document.interactions:
        for one in record.conditionals:
            cells[one.optimization, one.given] = _cell(record, one, record.optimizations in strong)
    switches = tuple(
        name
        for name in document.design.factors
        if any(name in pair.optimizations for pair in document.interactions)
    )
    rows = tuple(tuple(cells.get((row, column)) for column in switches) for row in switches)
    return HeatMap(switches, rows if cells else (), tuple(map(_pair, document.interactions)))


def _cell(record: InteractionRecord, one: ConditionalRecord, is_strong: bool) -> HeatCell:
    tone = f"{'more' if record.ratio > 1 else 'less'}-{strength(record.ratio)}" if is_strong else "none"
    change = "less" if record.ratio > 1 else "more"
    ending = f", which is {change}" if is_strong else ", which was not shown to differ"
    words = (
        f"{short_label(one.optimization)} saves {percent(one.without_percent)} without "
        f"{short_label(one.given)} and {percent(one.with_percent)} with it{ending}"
    )
    return HeatCell(percent(one.without_percent), percent(one.with_percent), tone, words)


def strength(ratio: float) -> int:
    """1 to 4: from 5 % on each doubling of the log ratio is one more."""
    size = abs(math.log(ratio))
    return 1 + min(STRENGTHS - 1, max(0, math.floor(math.log(max(size, 1e-9) / _WEAKEST, _DOUBLING)) + 1))


def _pair(record: InteractionRecord) -> PairRow:
    return PairRow(
        record.optimizations,
        f"{record.ratio:.3f}",
        record.ratio,
        f"[{record.ratio_low:.3f}, {record.ratio_high:.3f}]",
        f"{record.p_adjusted:.3f}",
    )
