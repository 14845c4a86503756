"""From a scenario and a user's wishes to a run that can begin."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from .. import __version__
from ..scenarios.choices import DesignName
from ..scenarios.loader import LoadedScenario
from ..scenarios.optimizations import Optimization
from ..scenarios.schema import Measure, Scenario
from ..scenarios.switches import MAX_SWITCHES
from ..scenarios.wording import listed, quoted, suggestion
from .anchors import ClaimedSets, anchored
from .combination_list import CombinationList, listed_combinations
from .design import Design, explicit, fractional, full_factorial, one_at_a_time, rotating
from .environment import describe
from .forecast import expected_precision
from .fraction import GENERATORS
from .run import Run, new_run_id
from .stopping_rule import fewest_rows

DEFAULT_MAX_BLOCKS = 100  # a precision that is not reached by then hardly ever will be
FULL_UNASKED = 6  # 64 combinations
MAX_FULL = 8  # 256 combinations
SIZES = {
    DesignName.FULL: range(MAX_FULL + 1),
    DesignName.ROTATING: range(5, MAX_FULL + 1),  # fewer switches have no halves of resolution V
    DesignName.FRACTIONAL: range(min(GENERATORS), max(GENERATORS) + 1),
    DesignName.ONE_AT_A_TIME: range(MAX_SWITCHES + 1),
}
BUILDERS = {
    DesignName.FULL: full_factorial,
    DesignName.ROTATING: rotating,
    DesignName.FRACTIONAL: fractional,
    DesignName.ONE_AT_A_TIME: one_at_a_time,
}


class RequestError(Exception):
    """What was asked for can't be measured."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line says of what to sweep; None leaves it to the scenario."""

    flags: tuple[str, ...] | None = None
    hold: tuple[str, ...] = ()
    combinations: CombinationList | None = None


def prepare(loaded: LoadedScenario, request: Request, defaults: Measure) -> Run:
    """A run of the scenario, not yet begun. `defaults` are the project's, for what the scenario leaves open.

    Raises RequestError, and ScenarioError for a mistake in a list of combinations.
    """
    measure = loaded.scenario.measure.over(defaults)
    return run_of(loaded, _design(loaded.scenario, request, measure), measure)


def run_of(loaded: LoadedScenario, design: Design, measure: Measure) -> Run:
    """A run of that design, not yet begun. Raises RequestError."""
    scenario = loaded.scenario
    run = Run(
        id=new_run_id(datetime.now(UTC)),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        agentperf_version=__version__,
        scenario_name=scenario.name,
        scenario_digest=scenario.digest,
        workload_digest=scenario.workload_digest,
        document=loaded.document,
        modules=str(loaded.directory.resolve()) if loaded.directory else None,
        environment=describe(),
        seed=secrets.randbits(32) if measure.seed is None else measure.seed,
        design=design,
        blocks=None,
        warmup=measure.warmup,
        isolation=measure.isolate,
        metric=measure.metric,
        threshold_percent=measure.threshold,
        time_scale=scenario.measure.time_scale,
        inference=measure.inference,
    )
    return _ending(run, measure)


def go_on(run: Run, again: Measure) -> Run:
    """A run to be resumed; `again` is what is said now of how it ends. Raises RequestError."""
    before = Measure.model_construct(
        blocks=run.blocks,
        max_blocks=run.max_blocks,
        precision=run.precision_percent,
        budget=run.budget_s,
        spread=run.spread_s,
    )
    return replace(_ending(run, again.over(before)), stop_reason=None)


def _ending(run: Run, measure: Measure) -> Run:
    """The run with what `measure` says of its end, and the defaults for what it leaves open."""
    blocks, max_blocks, precision, budget = (
        measure.blocks,
        measure.max_blocks,
        measure.precision,
        measure.budget,
    )
    if not run.design.factors:
        precision = None  # of no effect
    if blocks is not None:
        max_blocks = precision = budget = None
    elif max_blocks is precision is budget is None:
        blocks = fewest_rows(run.design)
    elif max_blocks is budget is None:
        max_blocks = DEFAULT_MAX_BLOCKS
    if precision is not None and expected_precision(run, 2) is None:
        raise RequestError(
            "the list has no combinations that tell what a switch brings alone, on average or last, "
            "so there is no precision to reach; say --blocks instead"
        )
    return replace(
        run,
        blocks=blocks,
        max_blocks=max_blocks,
        precision_percent=precision,
        budget_s=budget,
        spread_s=measure.spread,
    )


def _design(scenario: Scenario, request: Request, measure: Measure) -> Design:
    swept = scenario.factors if request.flags is None else request.flags
    require_known((*swept, *request.hold), scenario)
    _require_once("--flags", request.flags or ())
    _require_once("--hold", request.hold)
    if both := set(request.flags or ()) & set(request.hold):
        raise RequestError(f"{listed(sorted(both), 'and')}: both swept and held, choose one")
    factors = tuple(name for name in swept if name not in request.hold)
    if request.combinations is not None:
        return explicit(listed_combinations(request.combinations, factors), factors, request.hold)
    design = _named_design(measure.design or _unasked(factors), factors, request.hold)
    return anchored(design, ClaimedSets.of(scenario, design))


def require_known(names: Sequence[str], scenario: Scenario) -> None:
    """Raises RequestError for the first that is no switch of the scenario's runtime."""
    known = scenario.runtime.optimizations if scenario.runtime else tuple(Optimization)
    for name in names:
        if name not in known:
            raise RequestError(f"unknown switch {quoted(name)}, {suggestion(name, known)}")


def _unasked(factors: Sequence[str]) -> DesignName:
    if len(factors) <= FULL_UNASKED:
        return DesignName.FULL
    if len(factors) in SIZES[DesignName.ROTATING]:
        return DesignName.ROTATING
    raise RequestError(
        f"{len(factors)} switches make {2 ** len(factors)} combinations; "
        f"sweep at most {MAX_FULL} by --flags, or screen them by {_possible(factors)}"
    )


def _named_design(name: DesignName, factors: Sequence[str], held: Sequence[str]) -> Design:
    """Raises RequestError where there is no such design of so many switches."""
    sizes = SIZES[name]
    if len(factors) not in sizes:
        bounds = f"{sizes.start} to {sizes.stop - 1}" if sizes.start else f"at most {sizes.stop - 1}"
        others = "more" if len(factors) < sizes.start else "fewer"
        raise RequestError(
            f"a {name} design takes {bounds} switches, not {len(factors)}; "
            f"sweep {others} by --flags, or use {_possible(factors)}"
        )
    return BUILDERS[name](factors, held)


def _possible(factors: Sequence[str]) -> str:
    return listed(f"--design {name}" for name, sizes in SIZES.items() if len(factors) in sizes)


def _require_once(option: str, names: Sequence[str]) -> None:
    if twice := {name for name in names if names.count(name) > 1}:
        raise RequestError(f"{option} names {listed(sorted(twice), 'and')} twice")
