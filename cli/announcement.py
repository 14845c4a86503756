"""What is said before anything is measured: how much there is to do, and what can come of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ..analysis.student import critical_t
from ..experiments.anchors import ANCHOR_REPEATS, ClaimedSets
from ..experiments.combination import NOTHING, Combination
from ..experiments.forecast import ASSUMED_SD, Forecast, expected_precision, expected_rows, forecast
from ..experiments.profile_forecast import profile_forecast_s
from ..experiments.run import Run
from ..experiments.stopping_rule import fewest_rows, planned_rows
from ..reports.design_words import roman
from ..scenarios.choices import DesignKind, Inference
from ..scenarios.inert import inert_warnings
from ..scenarios.schema import Scenario
from ..scenarios.units import clock
from ..scenarios.wording import counted, listed
from .profiling import combination_name
from .terminal import terminal

MAX_NAMED = 20  # combinations that are to be profiled; all of them with -v
MAX_ALIASES = 6  # lines; all of them with -v, and in the JSON document


def announce(run: Run, scenario: Scenario, done: int, say: Callable[[str], None]) -> tuple[str, ...]:
    """`done` blocks are there already. Warns of switches that can't act, and returns these warnings."""
    for line in (
        *_extent(run, scenario, done),
        *_design(run),
        *_claims(run, scenario),
        *_outlook(run, scenario),
    ):
        say(line)
    warnings = inert_warnings(scenario, run.design.factors)
    for warning in warnings:
        terminal.warn(warning)
    return warnings


def announce_profiles(
    run: Run, scenario: Scenario, combinations: Sequence[Combination], say: Callable[[str], None]
) -> None:
    """What will be profiled when all is timed."""
    if not combinations:
        say("Every combination asked for is profiled already.")
        return
    names = [combination_name(run, on) for on in combinations]
    shown = f": {'; '.join(names)}" if len(names) <= MAX_NAMED or terminal.verbose else ""
    about = f"about {clock(profile_forecast_s(run, scenario, len(combinations)))}"
    say(f"Then {counted(len(combinations), 'combination')} will be profiled, {about}{shown}.")


def _extent(run: Run, scenario: Scenario, done: int) -> Iterator[str]:
    """How much is left to do, and when it is enough."""
    parts = len(run.design.parts)
    combinations = counted(len(run.design.combinations), "combination")
    scale = "" if run.time_scale == 1 else f" Latencies are scaled by {run.time_scale:g}."
    if run.blocks is not None:
        left = max(0, run.blocks * parts - done)
        expected = forecast(run, scenario, left)
        extent = _rows(run, math.ceil(left / parts), "more " if done else "")
        yield f"{run.scenario_name}: {combinations} in {extent}, {_amount(expected)}.{scale}"
        if scenario.measure.blocks is not None and (scenario.measure.precision or scenario.measure.budget):
            yield "The number of blocks is exact: the scenario's precision and budget don't act."
    else:
        expected = forecast(run, scenario, 1)
        pace = _amount(expected, " a block", " each")
        there = f" So far there {'is' if done == 1 else 'are'} {counted(done, 'block')}." if done else ""
        yield f"{run.scenario_name}: {combinations}, {pace}.{there}{scale}"
        yield _rule(run, scenario)
    if run.spread_s is not None:
        yield f"The blocks are spread over {clock(run.spread_s)}."


def _rule(run: Run, scenario: Scenario) -> str:
    """When there are enough blocks, in words."""
    fewest = _rows(run, fewest_rows(run.design))
    if run.precision_percent is None:
        return f"It goes on {_limits(run)}."
    if not _precision_decides(run):
        return f"It goes on {_limits(run)}; a precision would end it after {fewest} at the earliest."
    latest = [f"after {_rows(run, run.max_blocks)}"] if run.max_blocks is not None else []
    if run.budget_s is not None:
        latest.append(f"after {clock(run.budget_s)} in all")
    ends = f"; at the latest it ends {listed(latest)}" if latest else ""
    return (
        f"It goes on until {_effects_to_know(run, scenario)} is known to within ±{run.precision_percent:g}%, "
        f"for {fewest} at least{ends}."
    )


def _precision_decides(run: Run) -> bool:
    """Whether it may end the run: where there are too few blocks it is only looked at."""
    most = math.inf if run.max_blocks is None else run.max_blocks
    return run.precision_percent is not None and most >= fewest_rows(run.design)


def _limits(run: Run) -> str:
    """Where no precision decides."""
    limits = [f"for {_rows(run, run.max_blocks)}"] if run.max_blocks is not None else []
    if run.budget_s is not None:
        limits.append(f"as long as another fits into {clock(run.budget_s)} in all")
    return " and ".join(limits)


def _effects_to_know(run: Run, scenario: Scenario) -> str:
    expected = expected_precision(run, 2)
    if expected is None or expected.average is None:
        return "every effect alone and last"
    claimed = ClaimedSets.of(scenario, run.design).tested
    return "every average effect and every one alone" if claimed else "every average effect"


def _design(run: Run) -> Iterator[str]:
    """What is special about a design, and what it can't tell."""
    design = run.design
    match design.kind:
        case DesignKind.FULL:
            return
        case DesignKind.ROTATING:
            yield (
                f"Rotating design: each block runs a fraction of resolution {roman(design.resolution)}, and "
                f"{len(design.parts)} blocks together run every combination once."
            )
        case DesignKind.FRACTIONAL:
            yield (
                f"Fractional design of resolution {roman(design.resolution)}, for screening: "
                f"{len(design.combinations)} of {2 ** len(design.factors)} combinations. "
                f"{_told_apart(design.resolution or 0)}"
            )
            shown = len(design.aliases) if terminal.verbose else MAX_ALIASES
            yield from (f"  {line}" for line in design.aliases[:shown])
            if more := len(design.aliases[shown:]):
                yield f"  and {more} more, which -v shows"
        case DesignKind.ONE_AT_A_TIME:
            yield "One-at-a-time design, for screening: each switch alone and last, and no average effect."
        case DesignKind.EXPLICIT:
            yield "A list of combinations, for screening: it tells only what they show."
            if NOTHING not in design.combinations:
                yield "Nothing on is not in the list, so no combination's saving can be told."


def _told_apart(resolution: int) -> str:
    if resolution == 3:
        return "A main effect can't be told from an interaction of two switches:"
    if resolution == 4:
        return "Main effects are clear of interactions of two switches, which can't be told from each other:"
    return (
        "Main effects and interactions of two switches can be told apart, as long as no "
        f"{resolution - 2} switches interact."
    )


def _claims(run: Run, scenario: Scenario) -> Iterator[str]:
    """What claims do to a run, and what the run can't do for them."""
    design = run.design
    repeated = sum(times > 1 for times in Counter(design.columns).values())
    if repeated:
        yield (
            f"{repeated} of {counted(len(design.combinations), 'combination')} run {ANCHOR_REPEATS} times a "
            "block because the scenario has claims."
        )
    if untested := ClaimedSets.of(scenario, design).untested:
        claims = f"the {'claims' if len(untested) > 1 else 'claim'} about {listed(untested, 'and')}"
        yield f"Not tested: {claims}, which this run doesn't measure against nothing."


def _outlook(run: Run, scenario: Scenario) -> Iterator[str]:
    """How precise it will be, or how long that takes; nothing where so few blocks can't tell."""
    rows = planned_rows(run)
    if run.inference is Inference.ANYTIME:
        wider = critical_t(rows, Inference.ANYTIME) / critical_t(rows) if rows > 1 else math.inf
        cost = f", {wider:.1f} times as wide as for one look" if wider < 10 else ""
        yield f"Intervals hold at every look{cost}."
    if _precision_decides(run):
        yield from _time_to_precision(run, scenario)
        return
    expected = expected_precision(run, rows) if rows > 1 else None
    if expected is None:
        return
    widths = {"on average": expected.average, "alone or last": expected.alone_or_last}
    known = {what: width for what, width in widths.items() if width is not None and width < 1}
    if known:
        after = "" if run.blocks is not None else f" after {_rows(run, rows)}"
        text = ", ".join(f"{what} to within ±{width:.1%}" for what, width in known.items())
        yield f"If trials scatter by {ASSUMED_SD:.0%}, an effect will be known{after} {text}."


def _time_to_precision(run: Run, scenario: Scenario) -> Iterator[str]:
    claimed = ClaimedSets.of(scenario, run.design).tested
    needed = expected_rows(run, fewest_rows(run.design), alone_too=bool(claimed))
    if needed is None:
        return
    given = f"If trials scatter by {ASSUMED_SD:.0%}, it"
    if run.max_blocks is not None and needed > run.max_blocks:
        yield f"{given} would take about {_rows(run, needed)}, more than it may have."
        return
    duration = forecast(run, scenario, needed * len(run.design.parts)).duration_s
    about = "" if duration is None else f", {clock(duration)} in all"
    yield f"{given} takes about {_rows(run, needed)}{about}."


def _rows(run: Run, number: int, more: str = "") -> str:
    """So many blocks, or rotations of several blocks."""
    parts = len(run.design.parts)
    if parts == 1:
        return counted(number, f"{more}block")
    return f"{counted(number, f'{more}rotation')} of {parts} blocks"


def _amount(expected: Forecast, of: str = "", each: str = "") -> str:
    trials = f"{counted(expected.trials, 'trial')}{of}"
    return trials if expected.duration_s is None else f"{trials}, about {clock(expected.duration_s)}{each}"
