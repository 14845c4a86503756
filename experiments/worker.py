"""The worker process: a fresh interpreter that runs the trials of one block and reports each as it ends.

It reads a Job as the first line of standard input, then obeys `stop` by ending after the running trial; when
its input closes, whoever asked for the trials is gone, and so is the worker at once, with its whole process
group. Reports go to what was standard output when it started; the last says that there will be no more. To a
user's own code standard input is empty, and what it prints goes to standard error.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import os
import platform
import select
import signal
import tempfile
import threading
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..agents import extension
from ..agents.draws import Draws
from ..agents.session import OpenRuntime, RunSession
from ..scenarios.schema import Scenario
from .combination import Combination
from .job import Job, OnError, trial_to_json
from .measurement import Open, measure
from .surroundings import Lookout
from .trial import Trial

ERROR_CHARACTERS = 500  # a message may hold all that a model answered, but not fill the store and the screen
TRACEBACK_CHARACTERS = 20_000


class Orders:
    """What was standard input: a job on one line and then, be it at once, `stop`."""

    def __init__(self) -> None:
        self._descriptor = os.dup(0)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        self._unheeded = b""

    def job(self) -> str | None:
        """As JSON; None when whoever gives the orders is gone already."""
        while b"\n" not in self._unheeded:
            read = os.read(self._descriptor, 1 << 20)
            if not read:
                return None
            self._unheeded += read
        line, _, self._unheeded = self._unheeded.partition(b"\n")
        return line.decode()

    def stopped(self) -> bool:
        """Whether `stop` has come, which is all that can follow."""
        return bool(self._unheeded or select.select([self._descriptor], [], [], 0)[0])

    def watch(self) -> None:
        """In a thread, as the event loop may be blocked: end with whoever gives the orders."""
        hanging_up = select.poll()
        hanging_up.register(self._descriptor, 0)
        hanging_up.poll()
        os.killpg(0, signal.SIGKILL)  # the subscribers, and what a user's code started, are not left behind


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
    told = orders.job()
    if told is None:
        return
    job = Job.from_json(told)
    threading.Thread(target=orders.watch, daemon=True).start()
    extension.make_importable(job.modules)
    asyncio.run(report(job, orders, reports))
    gc.freeze()  # memory goes with the process: searching it for cycles first would take longer than a trial


async def report(job: Job, orders: Orders, reports: Reports) -> None:
    """Runs the job, and says so when there is no more to come."""
    try:
        await work(job, orders, reports)
    except extension.ExtensionError as error:
        reports.send({"invalid": one_line(error)})
    else:
        reports.send({"finished": True})


async def work(job: Job, orders: Orders, reports: Reports) -> None:
    """Runs the job's trials until they are done, one fails that may not, or `stop` has come."""
    scenario = Scenario.model_validate(job.document)
    draws = Draws(job.seed, job.block)
    places = enumerate((*job.discarded, *job.combinations), start=-len(job.discarded))
    lookout = Lookout()
    async with opener(scenario, draws, job.workspace) as open_runtime:
        for place, on in places:
            if orders.stopped():
                return
            if place == 0:
                gc.freeze()  # what is loaded by now stays, and need not be searched before each trial
            order = place if place < 0 else job.first + place
            worker = f"{platform.node()}/{os.getpid()}"
            trial = Trial(job.block, order, on, worker, surroundings=lookout.look())
            report: dict[str, Any] = {}
            try:
                trial = await measure(
                    lambda enabled: open_runtime(enabled | job.held), trial, scenario, draws
                )
            except extension.ExtensionError:
                raise
            except (Exception, SystemExit) as error:
                trial = replace(trial, error=one_line(error))
                report["traceback"] = traceback.format_exc()[-TRACEBACK_CHARACTERS:]
            if order not in job.keep_spans:
                trial = replace(trial, spans=())
            if place >= 0 or trial.error:
                reports.send({"trial": trial_to_json(trial), **report})
            if trial.error and job.on_error is OnError.STOP:
                return


@asynccontextmanager
async def opener(scenario: Scenario, draws: Draws, workspace: Path) -> AsyncIterator[Open]:
    """What opens the scenario's runtime for one trial. Raises ExtensionError for one that can't be loaded."""
    if scenario.runtime:
        own: OpenRuntime = extension.load(scenario.runtime.uses)
        parameters = scenario.runtime.parameters
        if "scenario" in inspect.signature(own).parameters:
            yield lambda enabled: own(enabled, parameters, scenario)
        else:
            yield lambda enabled: own(enabled, parameters)  # type: ignore[call-arg]
        return

    # Imported here: a user's own runtime shall not pay for sqlalchemy and websockets, in time or in memory.
    from ..agents.audience import Audience

    async with Audience.started() as audience:
        # Imported while the subscribers get ready: each takes about as long.
        from ..agents import runtime as reference
        from ..agents.site import Site

        @asynccontextmanager
        async def open_reference(enabled: Combination) -> AsyncIterator[RunSession]:
            with tempfile.TemporaryDirectory(dir=workspace) as directory:
                site = Site(Path(directory), draws, audience)
                async with reference.open_runtime(enabled, {}, scenario, site=site) as run:
                    yield run

        yield open_reference


def one_line(error: BaseException) -> str:
    """What went wrong, short and without line breaks; of a group, the first that did."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    text = " ".join(str(error).split())
    if not type(error).__module__.startswith("agentperf"):
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if len(text) <= ERROR_CHARACTERS else f"{text[: ERROR_CHARACTERS - 1]}…"


if __name__ == "__main__":
    main()
