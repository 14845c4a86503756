"""The run as a list of benchmarks, one for each combination: what other tools' formats hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from .combination_names import Combination, combination_names, swept_part
from .document import Document
from .trial_record import TrialRecord


class NothingToExport(ValueError):
    """What the format holds is not there, and it cannot say so: no value, no profile, no timeline."""


@dataclass(frozen=True, slots=True)
class Block:
    """The trials of one combination in one block, which is one process."""

    number: int
    values_s: tuple[float, ...]
    """The analysed metric, in seconds."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One combination under the name of its switches."""

    name: str
    on: Combination
    """The swept switches that are on."""
    blocks: tuple[Block, ...]
    cpu_s: tuple[float, ...]

    @property
    def values_s(self) -> tuple[float, ...]:
        return tuple(value for block in self.blocks for value in block.values_s)


def benchmarks(document: Document) -> Sequence[Benchmark]:
    """Benchmarks with at least one value, in the order of the document.

    Left out are trials that failed, and values of zero or less, whose logarithm could not be analysed.
    """
    trials: dict[Combination, list[TrialRecord]] = {}
    for trial in sorted(document.trials, key=lambda trial: (trial.block, trial.order)):
        value_s = trial.metrics.analysed_s(document.metric)
        if value_s is not None and value_s > 0:
            trials.setdefault(frozenset(swept_part(document, trial.on)), []).append(trial)
    return [
        _benchmark(document, name, on, trials[on])
        for on, name in combination_names(document).items()
        if on in trials
    ]


def _benchmark(document: Document, name: str, on: Combination, trials: Sequence[TrialRecord]) -> Benchmark:
    def values_s(block: Sequence[TrialRecord]) -> tuple[float, ...]:
        measured = (trial.metrics.analysed_s(document.metric) for trial in block)
        return tuple(value for value in measured if value is not None)

    return Benchmark(
        name=name,
        on=on,
        blocks=tuple(
            Block(number, values_s(tuple(block)))
            for number, block in groupby(trials, key=lambda trial: trial.block)
        ),
        cpu_s=tuple(trial.metrics.cpu_s for trial in trials if trial.metrics.cpu_s is not None),
    )
