"""From a user's wishes to a run that has been conducted, shown and exported."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from rich.console import RenderableType

from ..analysis.forecast import expected_half_width
from ..experiments.experiment import Experiment
from ..experiments.forecast import forecast
from ..experiments.job import OnError
from ..experiments.local_executor import LocalExecutor
from ..experiments.location import prepare_folder, workspace
from ..experiments.preparation import Request, RequestError, prepare
from ..experiments.run import Run, StopReason
from ..experiments.store import Store
from ..experiments.trial import Trial
from ..reports.assembly import assemble
from ..reports.exports import ExportFormat
from ..reports.interim_table import interim_table
from ..scenarios.inert import inert_switches
from ..scenarios.loader import load
from ..scenarios.schema import Scenario
from . import results
from .exit_code import ExitCode
from .failures import WorkloadFailed
from .interrupt import interruptible
from .progress import LineProgress, LiveProgress, Meter
from .project import project_settings
from .terminal import Verbosity, terminal

ASSUMED_SD = (
    0.1  # of a trial, as long as none is measured: between a quiet machine's 3 % and a busy one's 25 %
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line of `run` says; None leaves a thing to the scenario or the project."""

    source: str | None
    overrides: tuple[str, ...]
    request: Request
    resume: str | None
    blocks: int | None
    store: Path
    on_error: OnError
    destinations: Mapping[ExportFormat, str]
    show_progress: bool


def preview(wishes: Wishes) -> None:
    """Say what would be run."""
    announce(*_prepared(wishes), terminal.out.print)


def conduct(wishes: Wishes) -> ExitCode:
    """Run it, whole or from where it was interrupted. Raises what failures.explain() explains."""
    results.check(wishes.destinations)
    return asyncio.run(_conduct(wishes))


async def _conduct(wishes: Wishes) -> ExitCode:
    fresh = _prepared(wishes) if wishes.resume is None else None
    prepare_folder(wishes.store)
    async with Store.open(wishes.store) as store:
        if fresh:
            run, scenario = fresh
            await store.add_run(run)
        else:
            run, scenario = await _resumed(wishes, store)
            await store.update_run(run)
        announce(run, scenario, terminal.say)
        done = await store.trials(run.id)
        meter = _meter(wishes, run, done)
        with workspace(wishes.store) as folder:
            executor = LocalExecutor(run.isolation)
            experiment = Experiment(run, store, executor, folder, wishes.on_error, meter)
            with interruptible(experiment.stop), meter.showing():
                run = await experiment.conduct()
        trials = await store.trials(run.id)
    _report(wishes, run, trials, meter)
    if experiment.failures:
        raise WorkloadFailed(experiment.failures[0].reason)
    return ExitCode.INTERRUPTED if run.stop_reason is StopReason.INTERRUPTED else ExitCode.DONE


def _prepared(wishes: Wishes) -> tuple[Run, Scenario]:
    if wishes.source is None:
        raise RequestError(
            "no scenario is named; try 'agentperf run quickstart' or 'agentperf scenario list'"
        )
    loaded = load(wishes.source, overrides=wishes.overrides)
    return prepare(loaded, wishes.request, project_settings(Path.cwd()).measure), loaded.scenario


async def _resumed(wishes: Wishes, store: Store) -> tuple[Run, Scenario]:
    run = await store.run(wishes.resume or "")
    scenario = Scenario.model_validate(run.document)
    if wishes.source is not None:
        digest = load(wishes.source, overrides=wishes.overrides).scenario.digest
        if digest != run.scenario_digest:
            raise RequestError(f"{wishes.source} is not the scenario of run {run.id}; leave it out to resume")
    return replace(run, blocks=wishes.blocks or run.blocks, stop_reason=None), scenario


def announce(run: Run, scenario: Scenario, say: Callable[[str], None]) -> None:
    """Before anything is measured: how much there is to do, and what can come of it."""
    expected = forecast(run, scenario)
    cells = len(run.design.combinations)
    duration = (
        "" if expected.duration_s is None else f", about {timedelta(seconds=round(expected.duration_s))}"
    )
    scale = "" if run.time_scale == 1 else f" Latencies are scaled by {run.time_scale:g}."
    say(
        f"{run.scenario_name}: {cells} combinations in {run.blocks} blocks, {expected.trials} trials{duration}.{scale}"
    )
    width = expected_half_width(ASSUMED_SD, cells=cells, blocks=run.blocks) if run.design.factors else None
    if width is not None:
        say(
            f"If trials scatter by {ASSUMED_SD:.0%}, an average effect will be known to within ±{width:.1%}, "
            f"one alone or last to within ±{width * (cells / 2) ** 0.5:.1%}."
        )
    for name, reason in inert_switches(scenario).items():
        if name in run.design.factors:
            terminal.warn(f"{name} can't act in this scenario: {reason}")


def _meter(wishes: Wishes, run: Run, done: Sequence[Trial]) -> Meter:
    def interim(trials: Sequence[Trial]) -> RenderableType:
        return interim_table(assemble(run, [*done, *trials]))

    blocks_left = run.blocks - len({trial.block for trial in done})
    if not wishes.show_progress or terminal.verbosity is Verbosity.QUIET:
        return Meter(run, blocks_left, terminal)
    if terminal.err.is_terminal:
        return LiveProgress(run, blocks_left, terminal, interim)
    return LineProgress(run, blocks_left, terminal)


def _report(wishes: Wishes, run: Run, trials: Sequence[Trial], meter: Meter) -> None:
    if terminal.verbose and meter.window_s:
        terminal.say(
            f"timed windows: {meter.window_s:.1f} s of {meter.elapsed_s:.1f} s "
            f"({meter.window_s / meter.elapsed_s:.0%}), worker start-up included"
        )
    document = assemble(run, trials)
    if results.STANDARD_OUTPUT not in wishes.destinations.values():
        results.show(document)
    results.export(document, wishes.destinations)
    terminal.say(f"saved as run {run.id}; see it again by 'agentperf runs show {shlex.quote(run.id)}'")
    if run.stop_reason is StopReason.INTERRUPTED:
        terminal.say(f"go on by 'agentperf run --resume {shlex.quote(run.id)}'")
