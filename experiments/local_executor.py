"""Runs blocks on this machine, each in a fresh worker process."""

from __future__ import annotations

import json
import signal
from asyncio import StreamReader
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from ..agents.extension import ExtensionError
from ..scenarios.schema import Isolation
from .executor import Listener, WorkerLost
from .job import Job, OnError, trial_from_json
from .trial import Trial
from .worker_process import worker_process

LAST_WORDS = 5  # lines of standard error shown for a worker that was lost


class LocalExecutor:
    """A process for each block or, with `isolation` by trial, for each trial."""

    def __init__(self, isolation: Isolation) -> None:
        self._isolation = isolation
        self._process: Process | None = None
        self._stopped = False

    async def run(self, job: Job, listener: Listener) -> list[Trial]:
        """See Executor."""
        trials: list[Trial] = []
        for part in [job] if self._isolation is Isolation.BLOCK else _one_by_one(job):
            if self._stopped:
                break
            trials += await self._in_fresh_process(part, listener)
            if job.on_error is OnError.STOP and any(trial.error for trial in trials):
                break
        return trials

    def stop(self) -> None:
        """See Executor."""
        self._stopped = True
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(b"stop\n")

    async def _in_fresh_process(self, job: Job, listener: Listener) -> list[Trial]:
        last_words: deque[str] = deque(maxlen=LAST_WORDS)

        def hear(line: str) -> None:
            last_words.append(line)
            listener.output(line)

        async with worker_process(hear) as process:
            assert process.stdin and process.stdout
            process.stdin.write(job.to_json().encode() + b"\n")
            self._process = process
            if self._stopped:  # while the process was being started
                self.stop()
            try:
                trials = await _heed(process.stdout, listener)
            finally:
                self._process = None
        if trials is None:
            ended = f"the worker process {end_of(process)} during block {job.block + 1}"
            raise WorkerLost(f"{ended}{after_saying(last_words)}")
        return trials


def _one_by_one(job: Job) -> list[Job]:
    return [
        replace(job, combinations=(on,), first=job.first + place) for place, on in enumerate(job.combinations)
    ]


async def _heed(reports: StreamReader, listener: Listener) -> list[Trial] | None:
    """Reads reports until the worker has no more to say; None when it ended before."""
    trials: list[Trial] = []
    while line := await reports.readline():
        report = json.loads(line)
        if "finished" in report:
            return trials
        if "invalid" in report:
            raise ExtensionError(report["invalid"])
        trial = trial_from_json(report["trial"])
        trials.append(trial)
        listener.trial(trial, report.get("traceback"))
    return None


def end_of(process: Process) -> str:
    """How it ended, in words."""
    code = process.returncode
    if code is None or code >= 0:
        return f"ended with exit code {code}"
    return f"was killed by {signal.Signals(-code).name}"


def after_saying(lines: Iterable[str]) -> str:
    """The last of what it said, for the end of a sentence."""
    last_words = list(lines)[-LAST_WORDS:]
    return f", after saying: {' | '.join(last_words)}" if last_words else ""
