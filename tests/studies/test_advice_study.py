"""How often what is advised is false, simulated: the sets called enough, the plan, the claimed order, and the
comparison of two runs of the same code.

False: a set that keeps less than 95 % of the best log gain; a path on which the best switch to add is neither
the one added nor named as a tie; an order refuted where no switch is more than 5 % better at that step, or
confirmed where one is; any adjusted p under 0.05 of a family in which nothing changed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
import pytest

from agentperf.analysis.claimed_order import judge_order
from agentperf.analysis.claims import TOLERANCE_POINTS, ClaimVerdict
from agentperf.analysis.comparison import Comparison, LogTimes, Pairing, compare
from agentperf.analysis.effects import Effect
from agentperf.analysis.layout import FloatArray, Layout
from agentperf.analysis.plan import plan
from agentperf.analysis.relabelling import relabelled_false_alarms
from agentperf.analysis.sufficiency import KEPT_SHARE, sufficient_sets
from agentperf.analysis.verdicts import Verdict
from agentperf.analysis.winsorize import Winsorized, winsorize

Show = Callable[[str, Sequence[str], Sequence[Sequence[object]]], None]
Truth = Callable[[np.random.Generator, FloatArray], FloatArray]

FACTORS = "abcdef"
RUNS = 1000
TOLERATED = TOLERANCE_POINTS / 100
COLUMNS = (
    "shown",
    "smallest",
    "false enough",
    "false enough of the path",
    "false path",
    "false refuted",
    "false confirmed",
)
FAMILIES = ("overall", "combinations", "alone", "average", "last")
ALARMS = (*FAMILIES, "c is slower", "another is")
LAYOUT = Layout.of([set(cell) for size in range(7) for cell in combinations(FACTORS, size)], FACTORS)
ON = np.array([[factor in cell for cell in LAYOUT.cells] for factor in FACTORS], dtype=float)


def additive(*savings: float) -> Truth:
    return lambda _, on: np.array(savings) @ on


def at_random(triples: float) -> Truth:
    """Savings of 26 % on average (exponential logs), every third pair with an interaction of 15 %, and where
    `triples` is not 0, every fifth triple with one of that log."""

    def truth(rng: np.random.Generator, on: FloatArray) -> FloatArray:
        log_times = -rng.exponential(0.3, len(on)) @ on
        for size, share, sd in ((2, 0.3, 0.15), (3, 0.2, triples)):
            for chosen in combinations(on, size):
                log_times += (rng.random() < share) * rng.normal(0, sd) * np.prod(chosen, axis=0)
        return log_times

    return truth


TRUTHS = {
    "nothing": additive(*[0.0] * 6),
    "six of 2 %": additive(*[-0.02] * 6),
    "the six claims": additive(*np.log([0.5, 0.6, 0.7, 0.8, 0.9, 0.95])),
    "three, and three that do nothing": additive(*np.log([0.5, 0.6, 0.7, 1, 1, 1])),
    "five sets keep 94.9 %": additive(-1.5, *[-1.5 * 0.051 / 3.745] * 5),
    "ten sets keep 94.9 %": additive(-1.5, *[-0.0279] * 5),
    "random pairs": at_random(0),
    "random pairs and triples": at_random(0.08),
}


def noise(rng: np.random.Generator, blocks: int) -> FloatArray:
    """That of tests/analysis/test_coverage.py."""
    columns = len(LAYOUT.columns)
    order = np.tile(np.arange(columns), (blocks, 1))
    place = rng.permuted(order, axis=1) + columns * np.arange(blocks)[:, np.newaxis]
    log_times: FloatArray = (
        rng.normal(0, 0.02, (blocks, len(ON))) @ ON
        + rng.normal(0, 0.075, (blocks, 1))
        + rng.uniform(0.03, 0.10) * rng.normal(size=(blocks, columns))
        + math.log(2) * (rng.random((blocks, columns)) < 0.03)
        + np.log1p(0.10 * place / (blocks * columns))
    )
    return log_times


@dataclass(frozen=True)
class Known:
    """The true log time of each combination."""

    log_times: dict[frozenset[str], float]

    def gain(self, cell: frozenset[str]) -> float:
        return self.log_times[frozenset()] - self.log_times[cell]

    def is_enough(self, cell: frozenset[str]) -> bool:
        best = max(map(self.gain, self.log_times))
        return self.gain(cell) > 0 and self.gain(cell) >= KEPT_SHARE * best - 1e-9

    def saved_instead(self, on: frozenset[str], claimed: str, other: str) -> float:
        return 1 - math.exp(self.log_times[on | {other}] - self.log_times[on | {claimed}])

    def is_wrong_path(self, steps: Sequence[tuple[str, tuple[str, ...]]]) -> bool:
        on = frozenset[str]()
        for add, ties in steps:
            left = [factor for factor in FACTORS if factor not in on]
            best = max(self.gain(on | {factor}) for factor in left)
            if all(self.gain(on | {named}) < best - 1e-9 for named in (add, *ties)):
                return True
            on |= {add}
        return False


def false_order(known: Known, data: Winsorized, order: Sequence[str]) -> str | None:
    """The false verdict on a claimed order, where it is one."""
    judged = judge_order(LAYOUT, data, order)
    assert judged is not None
    if judged.verdict is ClaimVerdict.REFUTED:
        assert judged.step is not None and judged.better is not None
        on, claimed = frozenset(order[: judged.step - 1]), order[judged.step - 1]
        is_true = known.saved_instead(on, claimed, judged.better) > TOLERATED + 1e-9
        return None if is_true else "false refuted"
    better = (
        known.saved_instead(frozenset(order[:step]), order[step], other)
        for step in range(len(order))
        for other in order[step + 1 :]
    )
    is_false = judged.verdict is ClaimVerdict.CONFIRMED and max(better) > TOLERATED + 1e-9
    return "false confirmed" if is_false else None


def advised(rng: np.random.Generator, truth: Truth, blocks: int) -> Iterator[str]:
    """Of one run: which of COLUMNS are so."""
    log_times = truth(rng, ON)
    known = Known(dict(zip(LAYOUT.cells, log_times.tolist(), strict=True)))
    data = winsorize(log_times + noise(rng, blocks))
    sets, steps = sufficient_sets(LAYOUT, data), plan(LAYOUT, data)
    if sets:
        yield "shown"
        if len(sets[0]) == min((len(cell) for cell in LAYOUT.cells if known.is_enough(cell)), default=0):
            yield "smallest"
    if not all(map(known.is_enough, sets)):
        yield "false enough"
    prefixes = [frozenset(each.add for each in steps[: index + 1]) for index in range(len(steps))]
    if any(step.enough and not known.is_enough(on) for step, on in zip(steps, prefixes, strict=True)):
        yield "false enough of the path"
    if known.is_wrong_path([(step.add, step.ties) for step in steps]):
        yield "false path"
    for order in (FACTORS, "".join(rng.permutation(list(FACTORS)))):
        if verdict := false_order(known, data, order):
            yield verdict


@pytest.mark.parametrize("blocks", (5, 10, 20))
def test_advice_is_seldom_false(blocks: int, runs: Callable[[int], int], show: Show) -> None:
    repeats, rng, table = runs(RUNS), np.random.default_rng(blocks), list[list[object]]()
    rates = dict[tuple[str, str], float]()
    for name, truth in TRUTHS.items():
        counts = Counter(chain(*(set(advised(rng, truth, blocks)) for _ in range(repeats))))
        rates |= {(name, column): 100 * counts[column] / repeats for column in COLUMNS}
        table.append([name, *(f"{rates[name, column]:.1f}" for column in COLUMNS)])
    show(f"{blocks} blocks of 64, percent of {repeats} runs", ["truth", *COLUMNS], table)
    false = {key: rate for key, rate in rates.items() if key[1].startswith("false")}
    assert {key: rate for key, rate in false.items() if rate > most(repeats)} == {}


@pytest.mark.parametrize(
    ("pairing", "base_blocks", "new_blocks"),
    [
        (Pairing.PAIRED, 5, 5),
        (Pairing.PAIRED, 10, 10),
        (Pairing.INDEPENDENT, 10, 10),
        (Pairing.INDEPENDENT, 6, 20),
        (Pairing.INDEPENDENT, 20, 20),
    ],
)
def test_the_same_code_seldom_differs(
    pairing: Pairing, base_blocks: int, new_blocks: int, runs: Callable[[int], int], show: Show
) -> None:
    repeats, rng, table = runs(RUNS), np.random.default_rng(7), list[list[object]]()
    rates = dict[tuple[float, str], float]()
    for slower_percent in (0.0, 5.0, 10.0):
        slower = math.log1p(slower_percent / 100) * ON[2]
        counts = Counter[str]()
        for _ in range(repeats):
            base, new = noise(rng, base_blocks), slower + noise(rng, new_blocks)
            counts.update(alarms(compare(LogTimes(LAYOUT, base), LogTimes(LAYOUT, new), pairing)))
        rates |= {(slower_percent, name): 100 * counts[name] / repeats for name in ALARMS}
        table.append(
            [f"c slower by {slower_percent:g} %", *(f"{rates[slower_percent, name]:.1f}" for name in ALARMS)]
        )
    title = f"{pairing}, {base_blocks} and {new_blocks} blocks of 64, percent of {repeats} runs"
    show(title, ["truth", *ALARMS], table)
    assert {name: rates[0.0, name] for name in FAMILIES if rates[0.0, name] > most(repeats)} == {}
    assert rates[10.0, "another is"] <= most(repeats)
    assert rates[10.0, "c is slower"] > 90 or min(base_blocks, new_blocks) < 10


def alarms(comparison: Comparison) -> Iterator[str]:
    """Which families of one comparison hold an adjusted p under 0.05, and which switch is called slower."""
    families: dict[str, list[Effect | None]] = {
        "overall": [comparison.overall],
        "combinations": [each.change for each in comparison.combinations],
        "alone": [each.alone for each in comparison.effects],
        "average": [each.average for each in comparison.effects],
        "last": [each.last for each in comparison.effects],
    }
    for name, changes in families.items():
        if any(each and each.p_adjusted is not None and each.p_adjusted < 0.05 for each in changes):
            yield name
    slower = {each.optimization: each.average.verdict for each in comparison.effects if each.average}
    if slower.pop("c") is Verdict.SLOWER:
        yield "c is slower"
    if any(verdict in (Verdict.SLOWER, Verdict.FASTER) for verdict in slower.values()):
        yield "another is"


def test_relabelled_runs_seldom_alarm(runs: Callable[[int], int], show: Show) -> None:
    """Hundred relabellings of each of a tenth as many runs."""
    measured, rng, table = max(1, runs(RUNS) // 10), np.random.default_rng(8), list[list[object]]()
    for blocks in (5, 10, 20):
        found = [relabelled_false_alarms(LAYOUT, noise(rng, blocks), 100, seed) for seed in range(measured)]
        alarmed, judged = (
            100 * float(np.mean([count / each.analyses for each, count in counts]))
            for counts in (
                [(each, each.with_alarm) for each in found],
                [(each, each.with_verdict) for each in found],
            )
        )
        table.append([blocks, f"{alarmed:.2f}", f"{judged:.2f}"])
        assert alarmed <= most(10 * measured)
    heading = ["blocks", "p under 0.05, percent", "faster or slower, percent"]
    show(f"{measured} runs, each relabelled 100 times", heading, table)


def most(repeats: int) -> float:
    """5 percent, and three standard errors of so many repeats."""
    return 5 + 300 * math.sqrt(0.05 * 0.95 / repeats)
