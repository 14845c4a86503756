"""From a user's wishes to combinations that have been timed, profiled and shown."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..experiments.experiment import Experiment
from ..experiments.job import OnError
from ..experiments.local_executor import LocalExecutor
from ..experiments.location import prepare_folder, workspace
from ..experiments.preparation import RequestError
from ..experiments.profile_choices import CpuProfiler
from ..experiments.profile_pass import ProfileRequest
from ..experiments.profile_preparation import Subject, prepare_profiled
from ..experiments.run import Run, StopReason
from ..experiments.store import Store
from ..experiments.traces import session_traces
from ..experiments.trial import Trial
from ..reports.assembly import assemble
from ..reports.combinations_table import Detail
from ..reports.dossier import Dossier
from ..reports.profile_terminal import View, profile_report
from ..scenarios.loader import load
from ..scenarios.wording import counted, listed
from . import results
from .exit_code import ExitCode
from .failures import WorkloadFailed
from .interrupt import interruptible
from .profiling import PassEnd, combination_name, take_profiles
from .progress import Display, meter
from .project import project_settings
from .terminal import terminal


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line of `profile` says."""

    source: str
    overrides: tuple[str, ...]
    subject: Subject
    blocks: int
    request: ProfileRequest
    store: Path
    html: str | None
    show_progress: bool


def require_of_py_spy(profiler: CpuProfiler, options: Sequence[str]) -> None:
    """Raises RequestError where options of py-spy's are given to another."""
    if options and profiler is not CpuProfiler.PY_SPY:
        named = listed([f"--{name}" for name in options], "and")
        raise RequestError(f"{named}: for py-spy only, leave out with --profiler {profiler}")


def conduct(wishes: Wishes) -> ExitCode:
    """Time them, profile them, show it. Raises what failures.explain() explains."""
    return asyncio.run(_conduct(wishes))


async def _conduct(wishes: Wishes) -> ExitCode:
    loaded = load(wishes.source, overrides=wishes.overrides)
    run = prepare_profiled(loaded, wishes.subject, wishes.blocks, project_settings(Path.cwd()).measure)
    combinations = wishes.subject.of(loaded.scenario)
    results.check((), wishes.html, wishes.source)
    prepare_folder(wishes.store)
    display = Display.SHOWN if wishes.show_progress else Display.HIDDEN
    async with Store.open(wishes.store) as store:
        await store.add_run(run)
        names = listed([combination_name(run, on) for on in combinations], "and")
        terminal.say(
            f"{run.scenario_name}: {names}, timed in {counted(wishes.blocks, 'block')}, then profiled."
        )
        experiment, run = await _time(run, store, wishes, display)
        end = PassEnd(interrupted=True, left=combinations, failures=experiment.failures)
        if run.stop_reason is not StopReason.FAILED and not experiment.stopped:
            end = await take_profiles(
                run, store, wishes.store, combinations, wishes.request, OnError.STOP, display
            )
        trials, profiles = await store.trials(run.id), tuple(await store.profiles(run.id))
    dossier = Dossier(assemble(run, trials), profiles, session_traces(run, trials))
    _report(wishes, dossier, View(*combinations))
    is_left = run.stop_reason is StopReason.INTERRUPTED or end.left
    if end.interrupted and is_left and not end.failures:
        terminal.say(f"go on by 'agentperf run --resume {shlex.quote(run.id)} --profile=every'")
    if end.failures:
        raise WorkloadFailed(end.failures[0].reason)
    return ExitCode.INTERRUPTED if end.interrupted else ExitCode.DONE


async def _time(run: Run, store: Store, wishes: Wishes, display: Display) -> tuple[Experiment, Run]:
    """The timed trials, which no profiler slows."""
    shown = meter(run, terminal, display, _nothing_yet)
    with workspace(wishes.store) as folder:
        executor = LocalExecutor(run.isolation)
        experiment = Experiment(run, store, executor, folder, OnError.STOP, shown)
        with interruptible(experiment.stop), shown.showing():
            run = await experiment.conduct()
    return experiment, run


def _nothing_yet(trials: Sequence[Trial]) -> None:
    """Effects are not what this is about."""


def _report(wishes: Wishes, dossier: Dossier, view: View) -> None:
    if wishes.html != results.STANDARD_OUTPUT and dossier.profiles:
        detail = Detail.ALL if terminal.verbose else Detail.TOP
        terminal.out.print(profile_report(dossier, view, detail))
    if wishes.html is not None:
        results.write_page(dossier, wishes.html)
    run_id = shlex.quote(dossier.document.run_id)
    more = f"; its flame graphs by 'agentperf report {run_id} --html FILE'" if dossier.profiles else ""
    terminal.say(f"saved as run {run_id}{more}")
