"""The log times of two runs, side by side: the combinations that both ran, and which rows belong together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from statistics import geometric_mean, median

import numpy as np

from ..analysis.layout import FloatArray
from ..experiments.combination import Combination
from ..scenarios.choices import DesignKind, Metric
from .document import Document
from .trial_record import TrialRecord

Block = Mapping[Combination, Sequence[TrialRecord]]
Row = Sequence[tuple[TrialRecord, ...]]
Span = tuple[float, float]

SHORTEST_S, LONGEST_S = 1e-12, 1e12


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The complete rows of a run: blocks, or rotations; `numbers` counts from 0, with gaps where one failed.

    `columns` are the switches on in each column, those held on included; a combination that was run several
    times has as many columns. `strata` are the parts of a rotation that the columns belong to. `log_times`
    has the shape (rows, columns). `spans` have the start of the first and of the last trial of each row, in
    seconds since the epoch; they and `spin_s`, the typical time of a fixed computation, are None where no
    trial tells.
    """

    numbers: tuple[int, ...]
    columns: tuple[Combination, ...]
    strata: tuple[int, ...]
    log_times: FloatArray
    spans: tuple[Span, ...] | None
    spin_s: float | None

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def cells(self) -> tuple[Combination, ...]:
        """Each combination once, in the order of the columns."""
        return tuple(dict.fromkeys(self.columns))

    def only(self, cells: Iterable[Combination]) -> Rows:
        """The columns of these combinations.

        A piece of a part of a rotation does not tell the level of its process: its combinations are not
        balanced, and of a single one nothing would be left. Such columns form one stratum, so that the
        levels are part of the scatter between rows.
        """
        wanted = frozenset(cells)
        places = [place for place, on in enumerate(self.columns) if on in wanted]
        is_whole = len(places) == len(self.columns)
        return replace(
            self,
            columns=tuple(self.columns[place] for place in places),
            strata=self.strata if is_whole else (0,) * len(places),
            log_times=self.log_times[:, places],
        )

    def renamed(self, names: Mapping[Combination, Combination]) -> Rows:
        """The same under other names of the combinations."""
        return replace(self, columns=tuple(names[on] for on in self.columns))

    def first(self, number: int) -> Rows:
        """The first so many rows."""
        spans = self.spans[:number] if self.spans else None
        return replace(self, numbers=self.numbers[:number], log_times=self.log_times[:number], spans=spans)


def rows_of(document: Document, metric: Metric) -> Rows:
    """What the trials of a document say of a metric; throughput as seconds per session."""
    blocks: dict[int, dict[Combination, list[TrialRecord]]] = {}
    for trial in sorted(document.trials, key=lambda trial: (trial.block, trial.order)):
        if _is_time(trial.metrics.analysed_s(metric)):
            on = frozenset(trial.on) | frozenset(document.design.held)
            blocks.setdefault(trial.block, {}).setdefault(on, []).append(trial)
    sizes = {block: _counted(measured) for block, measured in blocks.items()}
    parts = _parts(document, sizes)
    if not _is_whole(document, parts):
        parts = [Counter()]
        blocks = {}
    whole: dict[int, Row] = {}
    for number in sorted({block // len(parts) for block in blocks}):
        found = [blocks.get(number * len(parts) + part, {}) for part in range(len(parts))]
        if all(_counted(block) == part for block, part in zip(found, parts, strict=True)):
            whole[number] = [tuple(chain(*(block[on] for on in _sorted(block)))) for block in found]
    columns = [(on, stratum) for stratum, part in enumerate(parts) for on in _sorted(part.elements())]
    logs = [
        [math.log(trial.metrics.analysed_s(metric) or 1) for trial in chain(*row)] for row in whole.values()
    ]
    return Rows(
        numbers=tuple(whole),
        columns=tuple(on for on, _ in columns),
        strata=tuple(stratum for _, stratum in columns),
        log_times=np.array(logs, dtype=float).reshape(len(whole), len(columns)),
        spans=_spans(whole.values()),
        spin_s=_spin_s(whole.values()),
    )


def _is_time(seconds: float | None) -> bool:
    """None, and what only a broken file can hold, is no measurement."""
    return seconds is not None and SHORTEST_S < seconds < LONGEST_S


def _counted(block: Block) -> Counter[Combination]:
    return Counter({on: len(trials) for on, trials in block.items()})


def _sorted(combinations: Iterable[Combination]) -> list[Combination]:
    """None first, one order for every run."""
    return sorted(combinations, key=lambda on: (len(on), sorted(on)))


def _parts(document: Document, sizes: Mapping[int, Counter[Combination]]) -> Sequence[Counter[Combination]]:
    """What each block of a rotation runs when it is whole; one part, but for a rotating design."""
    if not sizes:
        return [Counter()]
    largest = max(sizes.values(), key=lambda size: size.total())
    if document.design.kind is not DesignKind.ROTATING:
        return [largest]
    number = max(1, document.design.combinations // len(largest))
    if number > len(sizes):
        return [Counter()]
    parts = []
    for part in range(number):
        of_part = [size for block, size in sizes.items() if block % number == part]
        parts.append(max(of_part, key=lambda size: size.total(), default=Counter()))
    return parts


def _is_whole(document: Document, parts: Sequence[Counter[Combination]]) -> bool:
    """Whether they hold every combination of the design: no row is complete where the largest is not."""
    return len(set(chain(*parts))) == document.design.combinations


def _spans(rows: Iterable[Row]) -> tuple[Span, ...] | None:
    spans = []
    for row in rows:
        times = [trial.surroundings.started_at for trial in chain(*row) if trial.surroundings]
        if not times:
            return None
        spans.append((min(times), max(times)))
    return tuple(spans)


def _spin_s(rows: Iterable[Row]) -> float | None:
    """The geometric mean over rows of their medians: with a neighbour on the same core or without, a process
    is fast or slow as a whole, and a median over all would jump from the one to the other."""
    medians = []
    for row in rows:
        spins = [trial.surroundings.spin_s for trial in chain(*row) if trial.surroundings]
        if known := list(filter(_is_time, spins)):
            medians.append(median(known))
    return geometric_mean(medians) if medians else None


def interleaved(base: Rows, new: Rows) -> bool:
    """Whether the rows of the two took turns: each beside its counterpart, whichever came first."""
    if base.spans is None or new.spans is None:
        return False
    turns = [sorted(pair) for pair in zip(base.spans, new.spans, strict=False)]
    in_order = list(chain(*turns))
    return len(turns) > 1 and all(last < first for (_, last), (first, _) in pairwise(in_order))


def speed_change(base: Rows, new: Rows) -> float | None:
    """The log of how much longer the same computation took during the second run; None where not known."""
    if base.spin_s is None or new.spin_s is None:
        return None
    return math.log(new.spin_s / base.spin_s)
