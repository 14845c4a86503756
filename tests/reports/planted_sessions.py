"""Runs whose trials hold sessions that were planted: four steps, two of which can run side by side."""

from __future__ import annotations

import random
from dataclasses import replace

from agentperf.agents.spans import COMMIT, CONNECT, SAVE, WAIT_FOR_WRITER, Hold, Span
from agentperf.analysis.ledger import ledger
from agentperf.experiments.combination import Combination
from agentperf.experiments.design import full_factorial
from agentperf.experiments.run import Run
from agentperf.experiments.trial import Trial
from agentperf.scenarios.concerns import Concern

from .planted_runs import a_run, a_trial

SWITCHES = ("parallelism", "batched_persistence", "pooling")
NEEDS = {"planner": (), "reader": ("planner",), "searcher": ("planner",), "writer": ("reader", "searcher")}
CHATS_S = {"planner": 0.010, "reader": 0.020, "searcher": 0.030, "writer": 0.010}
CONNECT_S, COMMIT_S, POOLED_S, VALIDATE_S, SAVES = 0.001, 0.002, 0.0005, 0.001, 2
STEPS = [{"agent": agent, "needs": list(needs), "llm": {"latency": "10ms"}} for agent, needs in NEEDS.items()]
DOCUMENT = {"name": "planted", "steps": STEPS, "optimizations": list(SWITCHES)}


class Recording:
    """Spans in the making."""

    def __init__(self, on: Combination, pace: float) -> None:
        self._on = on
        self._pace = pace
        self._connect_s = POOLED_S if "pooling" in on else CONNECT_S
        self.spans: list[Span] = [Span("invoke_workflow planted", Concern.OTHER, Hold.NOTHING, -1, 0.0, 0.0)]

    def session(self) -> tuple[Span, ...]:
        now_s = self._add("agentperf.validate", Concern.VALIDATION, Hold.LOOP, 0, 0.0, VALIDATE_S, None)
        ends: dict[str, float] = {}
        for agent, needs in NEEDS.items():
            if "parallelism" in self._on:
                now_s = max((ends[need] for need in needs), default=now_s)
            now_s = ends[agent] = self._step(agent, now_s)
        now_s = max(ends.values())
        if "batched_persistence" in self._on:
            now_s = self._save(0, now_s, 1, None)
        return (replace(self.spans[0], end_s=now_s), *self.spans[1:])

    def _step(self, agent: str, start_s: float) -> float:
        place = len(self.spans)
        self._add(f"invoke_agent {agent}", Concern.OTHER, Hold.NOTHING, 0, start_s, 0.0, agent)
        now_s = self._add(
            f"chat {agent}",
            Concern.AGENT_WORK,
            Hold.NOTHING,
            place,
            start_s,
            CHATS_S[agent] * self._pace,
            agent,
        )
        if "batched_persistence" not in self._on:
            now_s = self._save(place, now_s, SAVES, agent)
        self.spans[place] = replace(self.spans[place], end_s=now_s)
        return now_s

    def _save(self, parent: int, start_s: float, times: int, agent: str | None) -> float:
        place = len(self.spans)
        now_s = self._add(SAVE.name, Concern.PERSISTENCE, Hold.NOTHING, parent, start_s, 0.0, agent)
        for _ in range(times):
            self._add(WAIT_FOR_WRITER.name, Concern.PERSISTENCE, Hold.NOTHING, place, now_s, 0.0, agent)
            now_s = self._add(
                CONNECT.name, Concern.CONNECTIONS, Hold.WRITER, place, now_s, self._connect_s, agent
            )
            now_s = self._add(COMMIT.name, Concern.PERSISTENCE, Hold.WRITER, place, now_s, COMMIT_S, agent)
        self.spans[place] = replace(self.spans[place], end_s=now_s)
        return now_s

    def _add(
        self,
        name: str,
        concern: Concern,
        hold: Hold,
        parent: int,
        start_s: float,
        length_s: float,
        agent: str | None,
    ) -> float:
        self.spans.append(Span(name, concern, hold, parent, start_s, start_s + length_s, agent=agent))
        return start_s + length_s


def a_traced_run(blocks: int = 6) -> Run:
    """A full factorial of three switches of the reference runtime."""
    return a_run(document=DOCUMENT, design=full_factorial(SWITCHES), blocks=blocks)


def traced(run: Run) -> list[Trial]:
    """Trials that keep the spans of every session; models are quicker or slower from block to block."""
    chance = random.Random(5)
    trials = []
    for block in range(run.blocks or 0):
        pace = chance.uniform(0.8, 1.2)
        part = run.design.parts[block % len(run.design.parts)]
        for order, on in enumerate(part):
            spans = Recording(on, pace).session()
            seconds = {concern.value: part_s for concern, part_s in ledger(spans).items()}
            trials.append(replace(a_trial(block, order, on, spans[0].end_s), ledger=seconds, spans=spans))
    return trials
