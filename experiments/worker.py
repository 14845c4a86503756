"""The worker process: a fresh interpreter that runs the trials of one block and reports each as it ends.

It reads a Job as the first line of standard input, then obeys `stop` by ending after the running trial; when its
input closes, whoever asked for the trials is gone, and so is the worker at once. Reports go to what was standard
output when it started: what a user's own code prints goes to standard error instead.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import os
import platform
import tempfile
import threading
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..agents import extension
from ..agents import runtime as reference
from ..agents.audience import Audience
from ..agents.draws import Draws
from ..agents.session import OpenRuntime, RunSession
from ..agents.site import Site
from ..scenarios.schema import Scenario
from .combination import Combination
from .job import Job, OnError, trial_to_json
from .measurement import Open, measure
from .trial import Trial

ORPHANED = 1


class Orders:
    """Standard input, read without a buffer so that a thread can go on where the main one left off."""

    def __init__(self) -> None:
        self._rest = b""
        self.stop = threading.Event()

    def line(self) -> str | None:
        """The next line, or None when there will be no more."""
        while b"\n" not in self._rest:
            read = os.read(0, 1 << 20)
            if not read:
                return None
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()

    def watch(self) -> None:
        """In a thread: hear `stop` even while the event loop is blocked, and end with whoever gave the orders."""
        while self.line() is not None:
            self.stop.set()
        os._exit(ORPHANED)


class Reports:
    """The pipe that standard output was, now free for a user's code to print on."""

    def __init__(self) -> None:
        self._descriptor = os.dup(1)
        os.dup2(2, 1)

    def send(self, report: dict[str, Any]) -> None:
        left = json.dumps(report).encode() + b"\n"
        while left:
            left = left[os.write(self._descriptor, left) :]


def main() -> None:
    orders, reports = Orders(), Reports()
    line = orders.line()
    if line is None:
        return
    threading.Thread(target=orders.watch, daemon=True).start()
    job = Job.from_json(line)
    extension.make_importable(job.modules)
    try:
        asyncio.run(work(job, orders.stop, reports))
    except extension.ExtensionError as error:
        reports.send({"invalid": str(error)})


async def work(job: Job, stop: threading.Event, reports: Reports) -> None:
    """Runs the job's trials until they are done, one fails that may not, or `stop` is set."""
    scenario = Scenario.model_validate(job.document)
    draws = Draws(job.seed, job.block)
    places = enumerate((*job.discarded, *job.combinations), start=-len(job.discarded))
    async with opener(scenario, draws, job.workspace) as open_runtime:
        for place, on in places:
            if stop.is_set():
                return
            if place == 0:
                gc.freeze()  # what is loaded by now stays, and need not be searched before each trial
            order = place if place < 0 else job.first + place
            trial = Trial(job.block, order, on, worker=f"{platform.node()}/{os.getpid()}")
            report: dict[str, Any] = {}
            try:
                trial = await measure(
                    lambda enabled: open_runtime(enabled | job.held), trial, scenario, draws
                )
            except extension.ExtensionError:
                raise
            except Exception as error:
                trial = replace(trial, error=one_line(error))
                report["traceback"] = traceback.format_exc()
            if place >= 0 or trial.error:
                reports.send({"trial": trial_to_json(trial), **report})
            if trial.error and job.on_error is OnError.STOP:
                return


@asynccontextmanager
async def opener(scenario: Scenario, draws: Draws, workspace: Path) -> AsyncIterator[Open]:
    """What opens the scenario's runtime for one trial. Raises ExtensionError when a user's own can't be found."""
    if scenario.runtime:
        own: OpenRuntime = extension.load(scenario.runtime.uses)
        parameters = scenario.runtime.parameters
        if "scenario" in inspect.signature(own).parameters:
            yield lambda enabled: own(enabled, parameters, scenario)
        else:
            yield lambda enabled: own(enabled, parameters)  # type: ignore[call-arg]
        return

    async with Audience.started() as audience:

        @asynccontextmanager
        async def open_reference(enabled: Combination) -> AsyncIterator[RunSession]:
            with tempfile.TemporaryDirectory(dir=workspace) as directory:
                site = Site(Path(directory), draws, audience)
                async with reference.open_runtime(enabled, {}, scenario, site=site) as run:
                    yield run

        yield open_reference


def one_line(error: BaseException) -> str:
    """What went wrong, without line breaks."""
    text = " ".join(str(error).split())
    return text if type(error).__module__.startswith("agentperf") else f"{type(error).__name__}: {text}"


if __name__ == "__main__":
    main()
