"""Runs blocks on this machine, each in a fresh worker process."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from dataclasses import replace

from ..agents.extension import ExtensionError
from ..scenarios.schema import Isolation
from .executor import Listener, WorkerLost
from .job import Job, trial_from_json
from .trial import Trial

LAST_WORDS = 5  # lines of standard error shown for a worker that was lost
LINE_LIMIT_BYTES = 1 << 24


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
            ran = await self._in_fresh_process(part, listener)
            trials += ran
            if self._stopped or len(ran) < len(part.combinations):
                break
        return trials

    def stop(self) -> None:
        """See Executor."""
        self._stopped = True
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(b"stop\n")

    async def _in_fresh_process(self, job: Job, listener: Listener) -> list[Trial]:
        if self._stopped:
            return []
        # A session of its own keeps the terminal's Ctrl-C from the worker, which is told to stop instead.
        process = self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "agentperf.experiments.worker"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=LINE_LIMIT_BYTES,
            start_new_session=True,
        )
        assert process.stdin and process.stdout and process.stderr
        last_words: deque[str] = deque(maxlen=LAST_WORDS)
        relaying = asyncio.create_task(_relay(process.stderr, listener, last_words))
        try:
            process.stdin.write(job.to_json().encode() + b"\n")
            trials = await _heed(process.stdout, listener)
            code = await process.wait()
            await relaying
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            relaying.cancel()
            self._process = None
        if code != 0:
            how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
            said = f", after saying: {' | '.join(last_words)}" if last_words else ""
            raise WorkerLost(f"the worker process {how} during block {job.block}{said}")
        return trials


def _one_by_one(job: Job) -> list[Job]:
    return [
        replace(job, combinations=(on,), first=job.first + place) for place, on in enumerate(job.combinations)
    ]


async def _heed(reports: asyncio.StreamReader, listener: Listener) -> list[Trial]:
    """Reads reports until the worker has no more to say."""
    trials: list[Trial] = []
    while line := await reports.readline():
        report = json.loads(line)
        if "invalid" in report:
            raise ExtensionError(report["invalid"])
        trial = trial_from_json(report["trial"])
        trials.append(trial)
        listener.trial(trial, report.get("traceback"))
    return trials


async def _relay(stream: asyncio.StreamReader, listener: Listener, last_words: deque[str]) -> None:
    while line := await stream.readline():
        text = line.decode(errors="replace").rstrip()
        last_words.append(text)
        listener.output(text)
