"""Effects that are known: do the intervals hold them, and are the verdicts right?

A runtime sleeps less or more for each switch. What its trials take is not what it asks to sleep, since sleeps
end late, and later when the machine is busy. So the truth is measured as well, in the same minutes as the
runs. Each combination has processes of its own, which run no other; they wait at one door and are let in one
after the other, in random order, so that a machine that drifts does so for all of them.
The noise that is planted in the runs is left out there, which makes the truth some ten times as precise as a
run. It is the clipped mean of log times, as in a run. The idle switch is not calibrated: its truth is 1.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import time
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agentperf.analysis.analysis import Analysis, analyse
from agentperf.analysis.layout import FloatArray
from agentperf.experiments.combination import Combination
from agentperf.experiments.design import full_factorial
from agentperf.experiments.executor import Listener
from agentperf.experiments.job import Job, OnError
from agentperf.experiments.local_executor import LocalExecutor
from agentperf.scenarios.choices import Isolation
from agentperf.scenarios.loader import load

RUNS = 20
CALIBRATIONS = 6  # spread over the runs; not more than there are runs
TRIALS = 25  # of each combination in each of them
IDLE = "idle"
LARGE_PERCENT = 10.0
GOAL = 0.90
ENOUGH_RUNS = 10  # for the share of intervals that hold the truth to be judged
PATIENCE_S = 60.0

FOLDER = Path(__file__).parent / "known_times"
SCENARIO = FOLDER / "planted.yaml"
Question = tuple[str, str]
Show = Callable[[str, Sequence[str], Sequence[Sequence[object]]], None]


class Door:
    """Where trials wait for their turn, by the switches that are on."""

    def __init__(self) -> None:
        self._waiting: dict[Combination, asyncio.Queue[tuple[StreamReader, StreamWriter]]] = {}

    async def knocked(self, reader: StreamReader, writer: StreamWriter) -> None:
        said = (await reader.readline()).decode().strip()
        self._of(frozenset(filter(None, said.split("+")))).put_nowait((reader, writer))

    async def let_in(self, on: Combination) -> None:
        """One trial, as soon as it waits; returns when it has ended."""
        reader, writer = await asyncio.wait_for(self._of(on).get(), PATIENCE_S)
        writer.write(b"enter\n")
        await asyncio.wait_for(reader.read(), PATIENCE_S)
        writer.close()

    async def is_back(self, on: Combination) -> None:
        """Its process has reported the trial and waits again, so that it does not disturb the next one."""
        queue = self._of(on)
        queue.put_nowait(await asyncio.wait_for(queue.get(), PATIENCE_S))

    def _of(self, on: Combination) -> asyncio.Queue[tuple[StreamReader, StreamWriter]]:
        return self._waiting.setdefault(on, asyncio.Queue())


class Calibration:
    """What each combination takes by itself."""

    def __init__(self, workspace: Path) -> None:
        self._loaded = load(str(SCENARIO))
        self._workspace = workspace
        self.factors = tuple(name for name in self._loaded.scenario.factors if name != IDLE)
        self.cells = full_factorial(self.factors).combinations
        self._log_times: list[FloatArray] = []

    async def calibrate(self) -> None:
        """Trials of every combination, each in a fresh process of its own, in turns."""
        door = Door()
        socket = self._workspace / "door"
        async with await asyncio.start_unix_server(door.knocked, socket), asyncio.TaskGroup() as group:
            measured = [group.create_task(self._alone(cell, socket)) for cell in self.cells]
            for turn in range(1 + TRIALS):  # the first is discarded
                for cell in random.sample(self.cells, len(self.cells)):
                    await door.let_in(cell)
                    if turn < TRIALS:
                        await door.is_back(cell)
        socket.unlink(missing_ok=True)
        self._log_times.append(np.array([task.result() for task in measured]).T)

    async def _alone(self, cell: Combination, socket: Path) -> list[float]:
        """The log times of one combination."""
        runtime = self._loaded.document["runtime"]
        parameters = runtime["parameters"] | {"noise": 0, "turns": str(socket)}
        job = Job(
            document=self._loaded.document | {"runtime": runtime | {"parameters": parameters}},
            seed=len(self._log_times),
            block=0,
            first=0,
            combinations=(cell,) * TRIALS,
            discarded=(cell,),
            held=frozenset(),
            workspace=self._workspace,
            modules=FOLDER,
            on_error=OnError.STOP,
        )
        listener = Listener(lambda trial, traceback: None, lambda line: None)
        trials = await LocalExecutor(Isolation.BLOCK).run(job, listener)
        return [math.log(trial.metrics.wall_s) for trial in trials if trial.metrics]

    def truth(self) -> dict[Question, float]:
        """The log ratios."""
        return log_ratios(analyse(self.cells, self.factors, np.concatenate(self._log_times)))

    def standard_errors(self) -> Mapping[Question, float]:
        """How well the truth is known: two calibrations share no process."""
        each = [log_ratios(analyse(self.cells, self.factors, found)) for found in self._log_times]
        return {
            question: float(np.std([one[question] for one in each], ddof=1)) / math.sqrt(len(each))
            for question in each[0]
        }


def log_ratios(analysis: Analysis) -> dict[Question, float]:
    found: dict[Question, float] = {}
    for record in analysis.effects:
        for question in ("alone", "average", "last"):
            effect = getattr(record, question)
            found[question, record.optimization] = effect.estimate.log_ratio
    for pair in analysis.interactions:
        found["interaction", "+".join(pair.optimizations)] = pair.effect.estimate.log_ratio
    return found


def answers(document: Any) -> Iterator[tuple[Question, Any]]:
    """Every ratio of a run, with its interval."""
    for record in document["effects"]:
        for question in ("alone", "average", "last"):
            yield (question, record["optimization"]), record[question]
    for record in document["interactions"]:
        yield ("interaction", "+".join(record["optimizations"])), record


def percent(log_ratio: float) -> float:
    """Of time saved."""
    return 0.0 - 100 * math.expm1(log_ratio)


def test_planted_effects(
    tmp_path: Path, runs: Callable[[int], int], command: Callable[..., str], show: Show
) -> None:
    wanted = max(2, runs(RUNS))
    calibration = Calibration(tmp_path)
    calibrations = min(CALIBRATIONS, wanted)
    began = time.monotonic()
    found: list[tuple[Question, Any]] = []
    for number in range(wanted):
        if number * calibrations // wanted < (number + 1) * calibrations // wanted:
            asyncio.run(calibration.calibrate())
        document = command("agentperf", "run", SCENARIO, "--blocks", "10", "--seed", str(number), "--json")
        found += answers(json.loads(document))
    took_min = (time.monotonic() - began) / 60

    truth = {question: 0.0 for question, _ in found} | calibration.truth()
    errors = calibration.standard_errors()
    held: dict[str, list[bool]] = {"all": []}
    widths: dict[str, list[float]] = {"all": []}
    for question, answer in found:
        low, high = math.log(answer["ratio_low"]), math.log(answer["ratio_high"])
        for kind in (question[0], "all"):
            held.setdefault(kind, []).append(low <= truth[question] <= high)
            widths.setdefault(kind, []).append((high - low) / 2)
    verdicts = Counter(
        answer["verdict"].replace("faster" if truth[question] < 0 else "slower", "right")
        for question, answer in found
        if "verdict" in answer and abs(percent(truth[question])) > LARGE_PERCENT
    )

    show(
        f"Planted effects: {wanted} runs of 10 blocks, in {took_min:.1f} minutes",
        ["question", "intervals", "hold the truth", "half-width (median)", "truth known to within (median)"],
        [
            [
                kind,
                len(hits),
                f"{np.mean(hits):.1%}",
                f"{np.median(widths[kind]):.2%}",
                f"{2 * np.median([se for one, se in errors.items() if kind in (one[0], 'all')]):.2%}",
            ]
            for kind, hits in held.items()
        ],
    )
    show(
        "What was planted, in percent of time saved, as calibrated",
        ["switch", "alone", "average", "last"],
        [
            [name, *(f"{percent(truth[kind, name]):.1f}" for kind in ("alone", "average", "last"))]
            for name in (*calibration.factors, IDLE)
        ],
    )
    show("Verdicts on effects beyond 10 %", ["verdict", "times"], list(verdicts.items()))

    assert set(verdicts) == {"right"}
    if wanted >= ENOUGH_RUNS:
        assert np.mean(held["all"]) >= GOAL
