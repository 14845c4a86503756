"""From a scenario and a user's wishes to a run that can begin."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from .. import __version__
from ..scenarios.choices import DesignKind
from ..scenarios.loader import LoadedScenario
from ..scenarios.optimizations import Optimization
from ..scenarios.schema import Measure, Scenario
from ..scenarios.wording import listed, quoted, suggestion
from .design import Design, full_factorial
from .environment import describe
from .run import Run, new_run_id

DEFAULT_BLOCKS = (
    10  # from here on intervals made of blocks keep their coverage (95.1 % simulated) and their width
)
MAX_FACTORS = 8  # 256 combinations


class RequestError(Exception):
    """What was asked for can't be measured."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line says of which switches to sweep; None leaves it to the scenario."""

    flags: tuple[str, ...] | None = None
    hold: tuple[str, ...] = ()


def prepare(loaded: LoadedScenario, request: Request, defaults: Measure) -> Run:
    """A run of the scenario, not yet begun. `defaults` are the project's, for what the scenario leaves open.

    Raises RequestError.
    """
    scenario = loaded.scenario
    measure = effective(scenario.measure, defaults)
    return Run(
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
        design=_design(scenario, request, measure),
        blocks=measure.blocks or DEFAULT_BLOCKS,
        warmup=measure.warmup,
        isolation=measure.isolate,
        metric=measure.metric,
        threshold_percent=measure.threshold,
        time_scale=scenario.measure.time_scale,
    )


def effective(measure: Measure, defaults: Measure) -> Measure:
    """The scenario's wishes, with those of `defaults` where the scenario says nothing."""
    written = {name: getattr(measure, name) for name in measure.model_fields_set}
    return defaults.model_copy(update=written)


def _design(scenario: Scenario, request: Request, measure: Measure) -> Design:
    known = scenario.runtime.optimizations if scenario.runtime else tuple(Optimization)
    swept = scenario.factors if request.flags is None else request.flags
    for name in (*swept, *request.hold):
        if name not in known:
            raise RequestError(f"unknown switch {quoted(name)}, {suggestion(name, known)}")
    _require_once("--flags", request.flags or ())
    _require_once("--hold", request.hold)
    if both := set(request.flags or ()) & set(request.hold):
        raise RequestError(f"{listed(sorted(both), 'and')}: both swept and held, choose one")
    factors = tuple(name for name in swept if name not in request.hold)
    if measure.design not in (None, DesignKind.FULL):
        raise RequestError(f"design {measure.design.value!r} is not available in this version, use 'full'")
    if len(factors) > MAX_FACTORS:
        cells = 2 ** len(factors)
        raise RequestError(
            f"{len(factors)} switches make {cells} combinations; sweep at most {MAX_FACTORS} by --flags"
        )
    return full_factorial(factors, request.hold)


def _require_once(option: str, names: Sequence[str]) -> None:
    if twice := {name for name in names if names.count(name) > 1}:
        raise RequestError(f"{option} names {listed(sorted(twice), 'and')} twice")
