"""What a worker process is told, and what it answers: one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from .combination import Combination
from .span_record import spans_from_json, spans_to_json
from .surroundings import Surroundings
from .trial import Metrics, Trial


class OnError(StrEnum):
    """What becomes of a run when a trial fails."""

    STOP = "stop"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class Job:
    """Combinations of one block in the order in which to run them, some perhaps more than once.

    `discarded` run first; they are reported only when they fail, with a negative order. `first` is the first
    combination's place in the block. `workspace` is where the trials keep their files, `modules` where a
    user's own modules are looked for. `keep_spans` are the places in the block of the trials that report the
    spans of their first session.
    """

    document: dict[str, Any]
    seed: int
    block: int
    first: int
    combinations: tuple[Combination, ...]
    discarded: tuple[Combination, ...]
    held: Combination
    workspace: Path
    modules: Path | None
    on_error: OnError
    keep_spans: frozenset[int] = frozenset()

    def to_json(self) -> str:
        return json.dumps(
            {
                "document": self.document,
                "seed": self.seed,
                "block": self.block,
                "first": self.first,
                "combinations": [sorted(on) for on in self.combinations],
                "discarded": [sorted(on) for on in self.discarded],
                "held": sorted(self.held),
                "workspace": str(self.workspace),
                "modules": str(self.modules) if self.modules else None,
                "on_error": self.on_error,
                "keep_spans": sorted(self.keep_spans),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Job:
        told = json.loads(text)
        return cls(
            document=told["document"],
            seed=told["seed"],
            block=told["block"],
            first=told["first"],
            combinations=tuple(map(frozenset, told["combinations"])),
            discarded=tuple(map(frozenset, told["discarded"])),
            held=frozenset(told["held"]),
            workspace=Path(told["workspace"]),
            modules=Path(told["modules"]) if told["modules"] else None,
            on_error=OnError(told["on_error"]),
            keep_spans=frozenset(told["keep_spans"]),
        )


def trial_to_json(trial: Trial) -> dict[str, Any]:
    """A trial as plain data, as workers report it and the store keeps it."""
    return asdict(replace(trial, spans=())) | {
        "on": sorted(trial.on),
        "warnings": list(trial.warnings),
        "spans": spans_to_json(trial.spans),
    }


def trial_from_json(plain: dict[str, Any]) -> Trial:
    """The reverse of `trial_to_json`, also of what earlier versions wrote, who knew fewer fields."""
    metrics, surroundings = plain["metrics"], plain.get("surroundings")
    return Trial(
        **plain
        | {
            "on": frozenset(plain["on"]),
            "metrics": Metrics(**metrics) if metrics else None,
            "warnings": tuple(plain["warnings"]),
            "surroundings": Surroundings(**surroundings) if surroundings else None,
            "spans": spans_from_json(plain.get("spans", ())),
        }
    )
