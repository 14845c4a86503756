"""From a user's wishes to a run that has been conducted, shown and exported."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import RenderableType

from ..experiments.combination import Combination
from ..experiments.experiment import Experiment
from ..experiments.job import OnError
from ..experiments.local_executor import LocalExecutor
from ..experiments.location import prepare_folder, workspace
from ..experiments.preparation import Request, RequestError, go_on, prepare
from ..experiments.profile_choices import Profiled
from ..experiments.profile_pass import ProfileRequest
from ..experiments.profiled_combinations import profiled_combinations, without_profile
from ..experiments.run import Run, StopReason
from ..experiments.stopping_rule import overrun
from ..experiments.store import Store
from ..experiments.traces import session_traces
from ..experiments.trial import Trial
from ..profilers.profile import Profile
from ..reports.assembly import assemble
from ..reports.document import Document
from ..reports.dossier import Dossier
from ..reports.effects_table import any_estimate
from ..reports.expectation import Judgement
from ..reports.expectation_markdown import judged_markdown
from ..reports.interim_table import interim_table
from ..scenarios.database_url import HIDDEN
from ..scenarios.loader import load
from ..scenarios.schema import Measure, Scenario
from . import expectations, results, step_summary
from .announcement import announce, announce_profiles
from .exit_code import ExitCode
from .expectations import Expected
from .failures import WorkloadFailed
from .interrupt import interruptible
from .meter import Meter
from .profiling import PassEnd, take_profiles
from .progress import Display, meter
from .project import existing_store, project_settings
from .terminal import terminal


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line of `run` says; None leaves a thing to the scenario or the project."""

    source: str | None
    overrides: tuple[str, ...]
    request: Request
    resume: str | None
    again: Measure | None
    store: Path
    on_error: OnError
    destinations: results.Destinations
    show_progress: bool
    expected: Expected
    profile: Profiled | None
    profile_request: ProfileRequest
    html: str | None

    @property
    def display(self) -> Display:
        return Display.SHOWN if self.show_progress else Display.HIDDEN


def preview(wishes: Wishes) -> None:
    """Say what would be run."""
    if wishes.resume is None:
        run, scenario = _prepared(wishes)
        announce(run, scenario, 0, terminal.show)
        if wishes.profile:
            announce_profiles(run, scenario, _profiled(wishes, run, ()), terminal.show)
    else:
        asyncio.run(_preview_resumed(wishes))


async def _preview_resumed(wishes: Wishes) -> None:
    async with Store.open(existing_store(wishes.store)) as store:
        run, scenario = await _resumed(wishes, store)
        announce(run, scenario, len(await store.blocks(run.id)), terminal.show)
        if wishes.profile:
            there = await store.profiles(run.id)
            announce_profiles(run, scenario, _profiled(wishes, run, there), terminal.show)


def conduct(wishes: Wishes) -> ExitCode:
    """Run it, whole or from where it was interrupted. Raises what failures.explain() explains."""
    return asyncio.run(_conduct(wishes))


async def _conduct(wishes: Wishes) -> ExitCode:
    fresh = _prepared(wishes) if wishes.resume is None else None
    results.check(wishes.destinations, wishes.html, wishes.source)
    if fresh:
        prepare_folder(wishes.store)
    else:
        existing_store(wishes.store)
    async with Store.open(wishes.store) as store:
        if fresh:
            run, scenario = fresh
            await store.add_run(run)
        else:
            run, scenario = await _resumed(wishes, store)
            await store.update_run(run)
        said = announce(run, scenario, len(await store.blocks(run.id)), terminal.say)
        shown = _meter(wishes, run, await store.trials(run.id))
        with workspace(wishes.store) as folder:
            executor = LocalExecutor(run.isolation)
            experiment = Experiment(run, store, executor, folder, wishes.on_error, shown)
            with interruptible(experiment.stop), shown.showing():
                run = await experiment.conduct()
        trials = await store.trials(run.id)
        document = assemble(run, trials)
        judgements = wishes.expected.judge(document)
        _report(wishes, run, document, judgements, shown, said)
        pass_end = await _profile(wishes, run, store, experiment)
        if wishes.html is not None:
            profiles = tuple(await store.profiles(run.id))
            results.write_page(Dossier(document, profiles, session_traces(run, trials)), wishes.html)
    if failures := [*experiment.failures, *pass_end.failures]:
        first, *others = failures
        raise WorkloadFailed(first.reason + (f" (and {len(others)} more)" if others else ""))
    if run.stop_reason is StopReason.INTERRUPTED or pass_end.interrupted:
        return ExitCode.INTERRUPTED
    return wishes.expected.code(document, judgements)


async def _profile(wishes: Wishes, run: Run, store: Store, experiment: Experiment) -> PassEnd:
    """What is missing of the profiles asked for; nothing where the run did not get to its end."""
    if wishes.profile is None or run.stop_reason in (StopReason.INTERRUPTED, StopReason.FAILED):
        return PassEnd(interrupted=False, left=(), failures=())
    missing = _profiled(wishes, run, await store.profiles(run.id))
    if experiment.stopped:  # in the last trial, with which the run got to its end all the same
        end = PassEnd(interrupted=bool(missing), left=missing, failures=())
    else:
        end = await take_profiles(
            run, store, wishes.store, missing, wishes.profile_request, wishes.on_error, wishes.display
        )
    if end.interrupted and end.left:
        terminal.say(f"go on by 'agentperf run --resume {shlex.quote(run.id)} --profile={wishes.profile}'")
    elif wishes.html is None and missing:
        terminal.say(f"see the profiles by 'agentperf report {shlex.quote(run.id)} --html FILE'")
    return end


def _profiled(wishes: Wishes, run: Run, there: Iterable[Profile]) -> Sequence[Combination]:
    """What is yet to be profiled."""
    wanted = profiled_combinations(run.design, wishes.profile or Profiled.KEY)
    return without_profile(wanted, there, wishes.profile_request.profiler)


def _prepared(wishes: Wishes) -> tuple[Run, Scenario]:
    if wishes.source is None:
        raise RequestError(
            "no scenario is named; try 'agentperf run quickstart' or 'agentperf scenario list'"
        )
    loaded = load(wishes.source, overrides=wishes.overrides)
    run = prepare(loaded, wishes.request, project_settings(Path.cwd()).measure)
    wishes.expected.check(run.design)
    return run, loaded.scenario


async def _resumed(wishes: Wishes, store: Store) -> tuple[Run, Scenario]:
    run = await store.run(wishes.resume or "")
    wishes.expected.check(run.design)
    scenario = Scenario.model_validate(run.document)
    if wishes.source is not None:
        named = load(wishes.source, overrides=wishes.overrides)
        if _apart_from_measure(named.scenario) != _apart_from_measure(scenario):
            raise RequestError(f"{wishes.source} is not the scenario of run {run.id}; leave it out to resume")
        with_password = {key: named.document[key] for key in ("persistence",) if key in named.document}
        run = replace(run, document=run.document | with_password)
    elif HIDDEN in scenario.persistence.database:
        raise RequestError(
            f"run {run.id} was saved without its database's password; name the scenario and --database again"
        )
    return go_on(run, wishes.again or Measure()), scenario


def _apart_from_measure(scenario: Scenario) -> str:
    """What a run can't be resumed with another of; how it is measured was settled when it began."""
    scale = Measure(time_scale=scenario.measure.time_scale)
    return scenario.model_copy(update={"measure": scale}).digest


def _meter(wishes: Wishes, run: Run, done: Sequence[Trial]) -> Meter:
    def interim(trials: Sequence[Trial]) -> RenderableType | None:
        document = assemble(run, [*done, *trials])
        return interim_table(document) if any_estimate(document) else None

    return meter(run, terminal, wishes.display, interim)


def _report(
    wishes: Wishes,
    run: Run,
    document: Document,
    judgements: Sequence[Judgement],
    shown: Meter,
    said: Sequence[str],
) -> None:
    if terminal.verbose and shown.window_s:
        terminal.say(
            f"timed windows: {shown.window_s:.1f} s of {shown.elapsed_s:.1f} s "
            f"({shown.window_s / shown.elapsed_s:.0%}), worker start-up included"
        )
    results.warn(document, said)
    if too_small := overrun(run, document.design.blocks):
        terminal.warn(too_small)
    if results.STANDARD_OUTPUT not in (wishes.html, *(target for _, target in wishes.destinations)):
        results.show(document)
    results.export(Dossier(document), wishes.destinations, judgements)
    step_summary.append(lambda: judged_markdown(document, judgements))
    expectations.say(judgements)
    terminal.say(f"saved as run {run.id}; see it again by 'agentperf runs show {shlex.quote(run.id)}'")
    if run.stop_reason is StopReason.INTERRUPTED:
        terminal.say(f"go on by 'agentperf run --resume {shlex.quote(run.id)}'")
