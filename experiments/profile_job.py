"""What a profiled worker process is told: one JSON object on one line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .combination import Combination
from .profile_choices import PY_SPY_RATE_HZ, SAMPLES, CpuProfiler

PHASE_S = 20.0  # a workload that hardly computes is left alone after so long, and its profile marked thin


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is profiled. `rate_hz` is py-spy's; `phase_s` limits each phase, of which one trial is always
    run."""

    samples: int = SAMPLES
    rate_hz: int = PY_SPY_RATE_HZ
    phase_s: float = PHASE_S


@dataclass(frozen=True, slots=True)
class ProfileJob:
    """One combination, run again and again under a profiler.

    `discarded` run first, once each. `workspace` is where the trials keep their files, `answer` the file for
    what the worker found out, `modules` where a user's own modules are looked for. `profiler` is who looks
    at the CPU: py-spy from outside, pyinstrument from inside.
    """

    document: dict[str, Any]
    workload_digest: str
    seed: int
    on: Combination
    discarded: tuple[Combination, ...]
    held: Combination
    workspace: Path
    answer: Path
    modules: Path | None
    profiler: CpuProfiler
    effort: Effort

    def to_json(self) -> str:
        plain = {
            "document": self.document,
            "workload_digest": self.workload_digest,
            "seed": self.seed,
            "on": sorted(self.on),
            "discarded": [sorted(on) for on in self.discarded],
            "held": sorted(self.held),
            "workspace": str(self.workspace),
            "answer": str(self.answer),
            "modules": str(self.modules) if self.modules else None,
            "profiler": self.profiler,
            "effort": asdict(self.effort),
        }
        return json.dumps(plain)

    @classmethod
    def from_json(cls, text: str) -> ProfileJob:
        told = json.loads(text)
        return cls(
            document=told["document"],
            workload_digest=told["workload_digest"],
            seed=told["seed"],
            on=frozenset(told["on"]),
            discarded=tuple(map(frozenset, told["discarded"])),
            held=frozenset(told["held"]),
            workspace=Path(told["workspace"]),
            answer=Path(told["answer"]),
            modules=Path(told["modules"]) if told["modules"] else None,
            profiler=CpuProfiler(told["profiler"]),
            effort=Effort(**told["effort"]),
        )
