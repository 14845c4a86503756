"""What is said before anything is measured: how much there is to do, and what can come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from ..analysis.forecast import expected_half_width
from ..experiments.forecast import forecast
from ..experiments.run import Run
from ..scenarios.inert import inert_switches
from ..scenarios.schema import Scenario
from .terminal import terminal

# Of a trial, as long as none is measured: between a quiet machine's 3 % and a busy one's 25 %.
ASSUMED_SD = 0.1


def announce(run: Run, scenario: Scenario, done: int, say: Callable[[str], None]) -> None:
    """`done` blocks are there already. Warns of switches that can't act."""
    say(_extent(run, scenario, done))
    if expected := _precision(run):
        say(expected)
    for name, reason in inert_switches(scenario).items():
        if name in run.design.factors:
            terminal.warn(f"{name} can't act in this scenario: {reason}")


def _extent(run: Run, scenario: Scenario, done: int) -> str:
    left = max(0, run.blocks - done)
    expected = forecast(replace(run, blocks=left), scenario)
    text = (
        f"{run.scenario_name}: {_counted(len(run.design.combinations), 'combination')} in "
        f"{_counted(left, 'more block' if done else 'block')}, {_counted(expected.trials, 'trial')}"
    )
    if expected.duration_s is not None:
        text += f", about {timedelta(seconds=round(expected.duration_s))}"
    scale = "" if run.time_scale == 1 else f" Latencies are scaled by {run.time_scale:g}."
    return f"{text}.{scale}"


def _precision(run: Run) -> str | None:
    """None where so few blocks can't tell anything."""
    cells = len(run.design.combinations)
    average = expected_half_width(ASSUMED_SD, cells=cells, blocks=run.blocks) if run.design.factors else None
    if average is None or average >= 1:
        return None
    text = f"If trials scatter by {ASSUMED_SD:.0%}, an average effect will be known to within ±{average:.1%}"
    alone = average * (cells / 2) ** 0.5
    return f"{text}, one alone or last to within ±{alone:.1%}." if alone < 1 else f"{text}."


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
