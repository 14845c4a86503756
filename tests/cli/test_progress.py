"""What is told of a run that goes on, by a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from agentperf.analysis.stopping import Precision
from agentperf.cli.meter import Meter
from agentperf.cli.progress import Display, LineProgress, LiveProgress, meter
from agentperf.cli.terminal import Terminal, Verbosity
from agentperf.experiments.design import Design
from agentperf.experiments.observer import Outlook
from agentperf.experiments.preparation import Request, prepare
from agentperf.experiments.run import Run
from agentperf.experiments.trial import Trial
from agentperf.scenarios.choices import DesignKind
from agentperf.scenarios.loader import load
from agentperf.scenarios.schema import Measure

NONE, A, B, AB = frozenset(""), frozenset("a"), frozenset("b"), frozenset("ab")
ROTATING = Design(DesignKind.ROTATING, ("a", "b"), (), ((NONE, AB), (A, B)))
BEGUN = Outlook(0, 20, 20, None)
PRECISE = {"max_blocks": 100, "precision_percent": 2.0}
KNOWN = Precision(3.21, "pooling")


class Moment:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def clock() -> Moment:
    return Moment()


@pytest.fixture
def run(bench: Path) -> Callable[..., Run]:
    """One of two switches and four trials a block."""

    def run(**wishes: Any) -> Run:
        return replace(prepare(load(str(bench)), Request(), Measure()), **wishes)

    return run


def block(
    progress: Meter, clock: Moment, number: int, outlook: Outlook, trials: int = 4, trial_s: float = 2.0
) -> None:
    """A block is conducted."""
    progress.block_started(number)
    done = [Trial(number, order, NONE, "") for order in range(trials)]
    for trial in done:
        clock.s += trial_s
        progress.trial_ended(trial, None)
    progress.block_ended(number, done, outlook)


@pytest.mark.parametrize(
    ("rule", "outlook", "words"),
    [
        ({"blocks": 20}, Outlook(3, 20, 17, None), "block 3 of 20"),
        ({"max_blocks": 9}, Outlook(3, 9, 6, None), "block 3 of 9"),
        (PRECISE, Outlook(3, 23, 20, KNOWN), "block 3 of about 23"),
        (PRECISE, Outlook(1, None, None, None), "block 3 of at most 100"),
        ({"budget_s": 60.0}, Outlook(3, 7, 4, None), "block 3 of about 7"),
        ({"budget_s": 60.0}, Outlook(0, None, None, None), "block 3"),
        ({"blocks": 5, "design": ROTATING}, Outlook(1, 5, 8, None), "block 3 of 10 (rotation 2 of 5)"),
        ({"budget_s": 9.0, "design": ROTATING}, Outlook(1, None, None, None), "block 3 (rotation 2)"),
    ],
)
def test_a_block_is_one_of_those_that_are_expected(
    run: Callable[..., Run], rule: dict[str, Any], outlook: Outlook, words: str
) -> None:
    shown = Meter(run(**{"blocks": None} | rule), Terminal())
    shown.begun(outlook)
    assert shown.block_of(2) == words


@pytest.mark.parametrize(
    ("asked", "reached", "words"),
    [
        (None, None, ""),
        (None, Precision(None, None), ""),
        (None, KNOWN, "known to ±3.2 % (pooling)"),
        (2.0, None, "±2.0 % asked"),
        (2.0, KNOWN, "known to ±3.2 % (pooling), ±2.0 % asked"),
        (2.0, Precision(100.0, "pooling"), "±2.0 % asked"),
    ],
)
def test_the_widest_interval_is_told_beside_what_was_asked(
    run: Callable[..., Run], asked: float | None, reached: Precision | None, words: str
) -> None:
    shown = Meter(run(precision_percent=asked), Terminal())
    shown.begun(Outlook(2, 20, 18, reached))
    assert shown.precision() == words


def test_the_time_left_is_that_of_the_trials_left_at_the_pace_so_far(
    run: Callable[..., Run], clock: Moment
) -> None:
    shown = Meter(run(blocks=20), Terminal(), clock)
    shown.begun(BEGUN)
    assert shown.left() == ""
    block(shown, clock, 0, Outlook(1, 20, 19, None))
    assert shown.left() == "0:02:32 left"  # 19 blocks of 4 trials of 2 s
    clock.s += 1000.0  # which the next block waits
    assert shown.left() == "0:02:32 left"
    shown.block_started(1)
    clock.s += 2.0
    shown.trial_ended(Trial(1, 0, NONE, ""), None)
    assert shown.left() == "0:02:30 left"
    block(shown, clock, 2, Outlook(2, None, None, None))
    assert shown.left() == ""


def test_no_more_time_is_left_than_the_budget_and_no_less_than_the_spread(
    run: Callable[..., Run], clock: Moment
) -> None:
    limited = Meter(run(blocks=None, budget_s=100.0, elapsed_s=50.0), Terminal(), clock)
    spread = Meter(run(spread_s=3600.0, elapsed_s=50.0), Terminal(), clock)
    for shown, left in ((limited, "0:00:42 left"), (spread, "0:59:02 left")):
        clock.s = 1000.0
        shown._started_s = 1000.0
        shown.begun(BEGUN)
        block(shown, clock, 0, Outlook(1, 20, 19, None))
        assert shown.left() == left
    block(spread, clock, 1, Outlook(20, 20, 0, None))
    assert spread.left() == "0:00:00 left"


def test_lines_tell_of_each_block_and_of_long_waits(
    run: Callable[..., Run], clock: Moment, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = LineProgress(run(blocks=20, precision_percent=None), Terminal(), clock)
    lines.begun(BEGUN)
    block(lines, clock, 0, Outlook(1, 20, 19, None))
    lines.block_waits(1, 0.9)
    lines.block_waits(1, 600.0)
    block(lines, clock, 1, Outlook(2, 20, 18, Precision(3.21, "a\x1b[31m")))
    assert capsys.readouterr().err.splitlines() == [
        "block 1 of 20: 4 trials, 8 s so far, 0:02:32 left",
        "block 2 of 20 begins in 0:10:00",
        r"block 2 of 20: 4 trials, 16 s so far, known to ±3.2 % (a\x1b[31m), 0:02:24 left",
    ]


def shown_by(live: LiveProgress) -> str:
    console = Console(width=100, no_color=True)
    with console.capture() as captured:
        console.print(live.renderable())
    return captured.get()


def test_the_live_display_shows_place_precision_and_table(run: Callable[..., Run], clock: Moment) -> None:
    tables = []

    def interim(trials: Any) -> Text:
        tables.append(len(trials))
        return Text("the table")

    live = LiveProgress(run(blocks=None, **PRECISE), Terminal(), interim, clock)
    live.begun(Outlook(0, None, None, None))
    live.block_started(0)
    assert "block 1 of at most 100, warming up" in shown_by(live)
    assert "±2.0 % asked" in shown_by(live)
    live.trial_ended(Trial(0, -1, NONE, "", error="x"), None)
    assert "warming up" in shown_by(live)
    block(live, clock, 0, Outlook(1, None, None, None))
    block(live, clock, 1, Outlook(2, 30, 28, Precision(7.5, "[b]a[/b]")))
    live.block_waits(2, 60.0)
    clock.s += 20.0
    waiting = shown_by(live)
    assert "block 3 of about 30 begins in 0:00:40" in waiting
    assert "known to ±7.5 % ([b]a[/b]), ±2.0 % asked" in waiting
    assert "the table" in waiting
    live.block_started(2)
    live.trial_ended(Trial(2, 0, NONE, ""), None)
    assert "block 3 of about 30, trial 1 of 4" in shown_by(live)
    block(live, clock, 2, Outlook(2, 30, 27, None))  # one of its trials failed
    assert tables == [4, 8]


def test_nothing_is_shown_to_who_wants_nothing(run: Callable[..., Run], clock: Moment) -> None:
    quiet = Terminal()
    quiet.verbosity = Verbosity.QUIET
    for terminal, display in ((Terminal(), Display.HIDDEN), (quiet, Display.SHOWN)):
        assert type(meter(run(), terminal, display, lambda trials: None)) is Meter
    assert type(meter(run(), Terminal(), Display.SHOWN, lambda trials: None)) is LineProgress
