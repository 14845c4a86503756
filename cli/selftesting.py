"""From a user's wishes to a selftest that has been conducted, shown and exported."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from ..experiments.experiment import Experiment
from ..experiments.job import OnError
from ..experiments.local_executor import LocalExecutor
from ..experiments.location import default_store, prepare_folder, workspace
from ..experiments.preparation import Request, prepare
from ..experiments.run import Run, StopReason
from ..experiments.store import Store
from ..experiments.trial import Trial
from ..reports.export_format import ExportFormat
from ..reports.json_export import export_json
from ..reports.selftest_assembly import assemble_selftest
from ..reports.selftest_record import SelftestDocument
from ..reports.selftest_terminal import selftest_report
from ..scenarios.measure import Measure
from ..scenarios.selftest import selftest_scenario
from . import results
from .announcement import announce
from .exit_code import ExitCode
from .failures import WorkloadFailed
from .interrupt import interruptible
from .progress import Display, meter
from .terminal import terminal


class Strictness(Enum):
    """Whether more false alarms than promised are a failure."""

    LENIENT = "lenient"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line of `selftest` says. `targets` are files for the JSON document, or `-`."""

    overrides: tuple[str, ...]
    store: Path | None
    targets: tuple[str, ...]
    strictness: Strictness
    show_progress: bool


def conduct(wishes: Wishes) -> ExitCode:
    """Run it. Raises what failures.explain() explains."""
    return asyncio.run(_conduct(wishes))


async def _conduct(wishes: Wishes) -> ExitCode:
    loaded = selftest_scenario(wishes.overrides)
    prepared = prepare(loaded, Request(), Measure())
    destinations = [(ExportFormat.JSON, target) for target in wishes.targets]
    results.check(destinations)
    kept = wishes.store or default_store(Path.cwd())
    prepare_folder(kept)
    with workspace(kept) as folder:
        run = _with_folder(prepared, folder)
        async with Store.open(wishes.store or folder / "results.db") as store:
            await store.add_run(run)
            announce(run, loaded.scenario, 0, terminal.say)
            display = Display.SHOWN if wishes.show_progress else Display.HIDDEN
            shown = meter(run, terminal, display, _nothing_yet)
            executor = LocalExecutor(run.isolation)
            experiment = Experiment(run, store, executor, folder, OnError.STOP, shown)
            with interruptible(experiment.stop), shown.showing():
                run = await experiment.conduct()
            trials = await store.trials(run.id)
    if experiment.failures:
        raise WorkloadFailed(experiment.failures[0].reason)
    document = assemble_selftest(run, trials, run.id if wishes.store else None)
    _report(wishes, document)
    return ending(wishes.strictness, document)


def _with_folder(run: Run, folder: Path) -> Run:
    """The run, its databases on the disk of the results: one in memory would acknowledge at once."""
    runtime = run.document["runtime"] | {"parameters": {"folder": str(folder)}}
    return replace(run, document=run.document | {"runtime": runtime})


def _nothing_yet(trials: Sequence[Trial]) -> None:
    """Effects so far would only be read as if there were any."""


def _report(wishes: Wishes, document: SelftestDocument) -> None:
    for warning in document.warnings:
        terminal.warn(warning)
    if results.STANDARD_OUTPUT not in wishes.targets:
        terminal.out.print(selftest_report(document))
    for target in wishes.targets:
        results.write(export_json(document), target)
    if document.run_id:
        terminal.say(f"saved as run {document.run_id}")


def ending(strictness: Strictness, document: SelftestDocument) -> ExitCode:
    """Strictly, one that tells nothing is as inconclusive as one that tells of too many false alarms."""
    if document.stop_reason is StopReason.INTERRUPTED:
        return ExitCode.INTERRUPTED
    if strictness is Strictness.STRICT and not document.is_trustworthy:
        return ExitCode.INCONCLUSIVE
    return ExitCode.DONE
