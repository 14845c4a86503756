"""How often the 95 % intervals hold the truth, simulated, for every design, number of blocks and way to stop.

`nox -s coverage` writes the tables to docs/coverage.md. Two hundred runs at a time go through the arithmetic
that a real run goes through: clip, mean_and_error, critical_t.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from agentperf.analysis.contrasts import alone, average, interaction, last
from agentperf.analysis.estimates import Contrasts, mean_and_error
from agentperf.analysis.layout import FloatArray, Layout
from agentperf.analysis.student import critical_t
from agentperf.analysis.winsorize import clip
from agentperf.experiments.anchors import ANCHOR_REPEATS, ClaimedSets, anchored
from agentperf.experiments.design import Design, fractional, full_factorial, rotating
from agentperf.experiments.stopping_rule import FEWEST_BLOCKS, FEWEST_ROTATIONS
from agentperf.scenarios.choices import DesignKind, Inference

RUNS = 4000
ENOUGH_RUNS = 1000  # to be judged by: the standard error of a coverage is then 0.3 points
AT_ONCE = 200
LEAST, MOST = 93.0, 97.0  # percent
QUESTIONS = ("average", "alone", "last", "interactions")
LOG_TIMES = np.log([0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99])  # what each switch saves

TRIAL_SD = (0.03, 0.10)  # of a run, evenly; Student's t of four degrees: heavy tails
OUTLIERS, OUTLIER = 0.03, math.log(2)
DRIFT = 0.10  # over the run
PROCESS_SD = 0.075  # in speed, and in the ratio of two combinations
EFFECT_SD = 0.02  # of what a switch saves, from process to process

PAGE = "AGENTPERF_TESTS_COVERAGE_PAGE"
TEMPLATE = Path(__file__).with_name("coverage_page.md")


@dataclass(frozen=True)
class Case:
    """A design and its rows; where it stops by itself, the fewest and most, and the width in points."""

    name: str
    design: Design
    rows: int
    target: float = math.inf
    most: int = 0
    asked: tuple[str, ...] = ("average",)

    @property
    def unit(self) -> str:
        return "rotations" if self.design.kind is DesignKind.ROTATING else "blocks"

    @property
    def extent(self) -> str:
        return f"{self.rows} {self.unit}"

    @property
    def until(self) -> str:
        return f"±{self.target:g} points, {' and '.join(self.asked)}"

    @property
    def layout(self) -> Layout:
        return Layout.of(self.design.columns, self.design.factors, self.design.strata)


CLAIMED = ClaimedSets({"a": frozenset("a")}, ())
DESIGNS = {
    "6 switches, full": full_factorial("abcdef"),
    f"6 switches, full, anchors {ANCHOR_REPEATS} times": anchored(full_factorial("abcdef"), CLAIMED),
    "7 switches, rotating": rotating("abcdefg"),
    "8 switches, rotating": rotating("abcdefgh"),
    "8 switches, fractional": fractional("abcdefgh"),
}
FIXED = [
    Case(name, design, rows)
    for name, design in DESIGNS.items()
    for rows in ((5, 10) if design.kind is DesignKind.ROTATING else (5, 10, 20))
]
STOPPED = [
    Case(name, design, FEWEST_ROTATIONS, 2, 25)
    if design.kind is DesignKind.ROTATING
    else Case(name, design, FEWEST_BLOCKS, 2, 40)
    for name, design in DESIGNS.items()
    if "anchors" not in name
]
STOPPED += [
    Case(name, design, FEWEST_BLOCKS, 6, 40, ("average", "alone"))
    for name, design in DESIGNS.items()
    if "anchors" in name
]
LOOKED_AT = Case("4 switches, full", full_factorial("abcd"), 2, most=40)


@dataclass
class Tally:
    """What became of the intervals of each question."""

    held: dict[str, list[FloatArray]] = field(default_factory=dict)
    widths: dict[str, list[FloatArray]] = field(default_factory=dict)

    def add(self, question: str, held: FloatArray, widths: FloatArray) -> None:
        self.held.setdefault(question, []).append(held.ravel())
        self.widths.setdefault(question, []).append(widths.ravel())

    def coverage(self, question: str) -> float | None:
        return 100 * float(np.concatenate(self.held[question]).mean()) if question in self.held else None

    def cell(self, question: str) -> str:
        coverage = self.coverage(question)
        if coverage is None:
            return ""
        return f"{coverage:.1f} % (±{100 * np.concatenate(self.widths[question]).mean():.1f})"

    def misses(self) -> dict[str, float]:
        coverages = {question: self.coverage(question) or 0.0 for question in self.held}
        return {question: one for question, one in coverages.items() if not LEAST <= one <= MOST}


def simulate(rng: np.random.Generator, layout: Layout, runs: int, rows: int) -> FloatArray:
    """Log times, shape (runs, rows, columns), in which every switch saves what LOG_TIMES says."""
    shape = (runs, rows, len(layout.columns))
    on = np.array([[factor in column for column in layout.columns] for factor in layout.factors], dtype=float)
    cells = [layout.cells.index(column) for column in layout.columns]
    parts = np.unique(layout.strata)
    log_times = rng.uniform(*TRIAL_SD, (runs, 1, 1)) * rng.standard_t(4, shape) / math.sqrt(2)
    log_times += OUTLIER * (rng.random(shape) < OUTLIERS)
    log_times += rng.normal(0, PROCESS_SD / math.sqrt(2), (*shape[:2], len(layout.cells)))[..., cells]
    for part in parts:
        columns = np.flatnonzero(np.equal(layout.strata, part))
        effects = LOG_TIMES[: len(on)] + rng.normal(0, EFFECT_SD, (*shape[:2], len(on)))
        places = rng.random((*shape[:2], len(columns))).argsort(axis=-1) / len(columns)
        progress = (np.arange(rows)[:, np.newaxis] + (part + places) / len(parts)) / rows
        log_times[..., columns] += effects @ on[:, columns] + rng.normal(0, PROCESS_SD, (*shape[:2], 1))
        log_times[..., columns] += np.log1p(DRIFT * progress)
    return log_times


def weights(layout: Layout) -> Mapping[str, FloatArray]:
    """Shape (columns, questions), of each family of questions that the layout can answer."""
    switches = {"average": average, "alone": alone, "last": last}
    rows = {name: [ask(layout, one) for one in layout.factors] for name, ask in switches.items()}
    rows["interactions"] = [interaction(layout, *pair) for pair in combinations(layout.factors, 2)]
    known = {name: [row for row in answers if row is not None] for name, answers in rows.items()}
    return {name: np.array(answers).T for name, answers in known.items() if answers}


def truths(layout: Layout, asked: Mapping[str, FloatArray]) -> Mapping[str, FloatArray]:
    saved = np.array([sum(LOG_TIMES["abcdefgh".index(one)] for one in column) for column in layout.columns])
    return {name: saved @ rows for name, rows in asked.items()}


def measured(
    layout: Layout, log_times: FloatArray, asked: Mapping[str, FloatArray]
) -> Mapping[str, Contrasts]:
    data = clip(log_times, layout.strata)
    return {name: mean_and_error(data.values @ rows, data.clipped_share) for name, rows in asked.items()}


def points(contrasts: Contrasts, factor: float) -> FloatArray:
    """Half-widths in points of the time saved, as the rule for stopping has them."""
    low, high = contrasts.means - factor * contrasts.errors, contrasts.means + factor * contrasts.errors
    half_widths: FloatArray = 50 * (np.exp(high) - np.exp(low))
    return half_widths


def study(case: Case, runs: int, seed: int) -> tuple[Tally, float]:
    """The intervals at the end of each run, and how many rows it had on average."""
    rng, layout, tally = np.random.default_rng(seed), case.layout, Tally()
    asked, ended = weights(layout), []
    true = truths(layout, asked)
    for _ in range(math.ceil(runs / AT_ONCE)):
        log_times = simulate(rng, layout, AT_ONCE, max(case.rows, case.most))
        for rows in range(case.rows, log_times.shape[1] + 1):
            found, factor = measured(layout, log_times[:, :rows], asked), critical_t(rows)
            widest = np.max([points(found[name], factor).max(axis=-1) for name in case.asked], axis=0)
            stops = (widest <= case.target) | (rows == log_times.shape[1])
            for name, contrasts in found.items():
                half_widths = factor * contrasts.errors
                held = abs(contrasts.means - true[name]) <= half_widths
                tally.add(name, held[stops], half_widths[stops])
            ended += [rows] * int(stops.sum())
            log_times = log_times[~stops]
            if not len(log_times):
                break
    return tally, float(np.mean(ended))


def looks(case: Case, runs: int, inference: Inference) -> Mapping[str, float]:
    """Of intervals looked at after every row: in how many percent one look missed the truth."""
    rng, layout = np.random.default_rng(3), case.layout
    asked = weights(layout)
    true = truths(layout, asked)
    missed: dict[str, list[FloatArray]] = {name: [] for name in asked}
    for _ in range(math.ceil(runs / AT_ONCE)):
        log_times = simulate(rng, layout, AT_ONCE, case.most)
        ever = {name: np.zeros((AT_ONCE, rows.shape[1]), dtype=bool) for name, rows in asked.items()}
        for rows in range(case.rows, case.most + 1):
            factor = critical_t(rows, inference)
            if math.isfinite(factor):
                for name, contrasts in measured(layout, log_times[:, :rows], asked).items():
                    ever[name] |= abs(contrasts.means - true[name]) > factor * contrasts.errors
        for name, misses in ever.items():
            missed[name].append(misses.astype(float))
    return {name: 100 * float(np.mean(misses)) for name, misses in missed.items()}


@pytest.fixture(scope="module")
def page() -> Iterator[dict[str, object]]:
    """What stands where in docs/coverage.md, written once all of it is known."""
    known: dict[str, object] = {
        "runs": os.environ.get("AGENTPERF_TESTS_RUNS", RUNS),
        "repeats": ANCHOR_REPEATS,
        "blocks": FEWEST_BLOCKS,
        "rotations": FEWEST_ROTATIONS,
        "most": LOOKED_AT.most,
    }
    yield known
    if PAGE in os.environ and {"fixed", "stopped", "looks"} <= known.keys():
        text = TEMPLATE.read_text(encoding="utf-8").format_map(known)
        Path(os.environ[PAGE]).write_text(text, encoding="utf-8")


def table(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def judge(runs: int, misses: Mapping[str, Mapping[str, float]]) -> None:
    if runs >= ENOUGH_RUNS:
        assert not {name: missed for name, missed in misses.items() if missed}


def test_a_fixed_number_of_blocks(runs: Callable[[int], int], page: dict[str, object]) -> None:
    rows, misses = [], {}
    for seed, case in enumerate(FIXED):
        tally, _ = study(case, runs(RUNS), seed)
        rows.append([case.name, case.extent, *map(tally.cell, QUESTIONS)])
        misses[f"{case.name}, {case.extent}"] = tally.misses()
    page["fixed"] = table(["design", "measured", *QUESTIONS], rows)
    judge(runs(RUNS), misses)


def test_stopped_on_the_width_of_the_intervals(runs: Callable[[int], int], page: dict[str, object]) -> None:
    rows, misses = [], {}
    for seed, case in enumerate(STOPPED, start=100):
        tally, mean = study(case, runs(RUNS), seed)
        rows.append([case.name, case.until, f"{mean:.1f} {case.unit}", *map(tally.cell, QUESTIONS)])
        misses[case.name] = tally.misses()
    page["stopped"] = table(["design", "until within", "on average after", *QUESTIONS], rows)
    judge(runs(RUNS), misses)


def test_every_look_counts(runs: Callable[[int], int], page: dict[str, object]) -> None:
    missed = {inference: looks(LOOKED_AT, runs(RUNS), inference) for inference in Inference}
    rows = [
        [LOOKED_AT.name, inference, *(f"{one[question]:.1f} %" for question in QUESTIONS)]
        for inference, one in missed.items()
    ]
    page["looks"] = table(["design", "intervals", *QUESTIONS], rows)
    wider = {n: critical_t(n, Inference.ANYTIME) / critical_t(n) for n in (5, 10, 20, 40)}
    page["wider"] = ", ".join(f"{times:.2f} times at {n}" for n, times in wider.items())
    if runs(RUNS) >= ENOUGH_RUNS:
        assert max(missed[Inference.ANYTIME].values()) <= 5
        assert min(missed[Inference.FIXED].values()) > 20
