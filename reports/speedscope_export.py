"""JSON of speedscope: https://www.speedscope.app opens it, with every profile of the run.

Its schema: https://www.speedscope.app/file-format-schema.json
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from pydantic import JsonValue

from ..profilers.profile import Frame, Mode, Profile, Sample, Stack
from ..scenarios.wording import printable
from .document import Document
from .dossier import Dossier
from .profile_choice import require_profiles
from .profile_names import profile_name, thread_names

_SCHEMA = "https://www.speedscope.app/file-format-schema.json"


class _FrameTable:
    """Every frame once, by its number."""

    def __init__(self) -> None:
        self._numbers: dict[Frame, int] = {}

    def numbers(self, stack: Stack) -> list[JsonValue]:
        return [self._numbers.setdefault(frame, len(self._numbers)) for frame in stack]

    def records(self) -> list[JsonValue]:
        return [_frame(frame) for frame in self._numbers]


def export_speedscope(dossier: Dossier) -> str:
    """A profile for each thread of each profile; the same stack sampled again and again is one entry.

    Raises NothingToExport without profiles.
    """
    document, frames = dossier.document, _FrameTable()
    shown = [(one, thread) for one in require_profiles(dossier) for thread in thread_names(one) or ("",)]
    profiles: list[JsonValue] = [_thread(document, profile, thread, frames) for profile, thread in shown]
    running = (number for number, (profile, _) in enumerate(shown) if profile.mode is not Mode.AWAIT)
    file = {
        "$schema": _SCHEMA,
        "name": f"{printable(document.scenario.name)}, run {document.run_id}: shares, not times",
        "exporter": f"agentperf {document.agentperf_version} (shares, not times)",
        "activeProfileIndex": next(running, 0),
        "shared": {"frames": frames.records()},
        "profiles": profiles,
    }
    return json.dumps(file, allow_nan=False, separators=(",", ":")) + "\n"


def _thread(document: Document, profile: Profile, thread: str, frames: _FrameTable) -> dict[str, JsonValue]:
    several = len(thread_names(profile)) > 1
    name = profile_name(document, profile) + (f", thread {printable(thread)}" if several else "")
    stacks: list[JsonValue] = []
    weights: list[JsonValue] = []
    total_s = 0.0
    for stack, weight_s in _runs([sample for sample in profile.samples if sample.thread == thread]):
        stacks.append(frames.numbers(stack))
        weights.append(weight_s)
        total_s += weight_s
    return {
        "type": "sampled",
        "name": name,
        "unit": "seconds",
        "startValue": 0,
        "endValue": round(total_s, 9),
        "samples": stacks,
        "weights": weights,
    }


def _runs(samples: Sequence[Sample]) -> list[tuple[Stack, float]]:
    """Stacks in order of time, with the weight of those that follow one another in one, to the nanosecond."""
    return [
        (stack, round(sum(sample.weight_s for sample in run), 9))
        for stack, run in groupby(samples, key=lambda sample: sample.stack)
    ]


def _frame(frame: Frame) -> dict[str, JsonValue]:
    record: dict[str, JsonValue] = {"name": printable(frame.function)}
    if frame.file:
        record["file"] = printable(frame.file)
    if frame.line:
        record["line"] = frame.line
    return record
