"""The data of the flame graphs: one table of frames for all profiles, one packed tree for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...profilers.concerns import concerns_of
from ...profilers.profile import Frame, Mode, Profile, Stack
from ...scenarios.concerns import Concern
from ...scenarios.wording import printable
from ..combination_names import swept_part
from ..document import Document
from ..profile_names import combination_title, concern_names
from ..visible_text import shortened
from .call_tree import call_tree
from .opening import opening

_NUMBERS = {concern: number for number, concern in enumerate(Concern)}
_NAME_WIDTH = 240


def profile_data(profiles: Sequence[Profile], document: Document | None = None) -> dict[str, Any]:
    """What the viewer reads. Shares only: the samples' weights are counts, never seconds.

    `samples` is how many of equal weight would tell as much as the `taken` ones: what the viewer counts in.
    Without a document (a process that was attached to) nothing was measured beside the profile.
    """
    frames = _Frames()
    listed = [
        {
            "id": f"{profile.mode}-{number}",
            "mode": profile.mode.value,
            "profiler": profile.profiler.value,
            "name": _name(profile, document),
            "on": sorted(map(printable, profile.on)),
            "samples": profile.effective_samples,
            "taken": len(profile.samples),
            "intervalSeconds": profile.interval_s,
            "thin": profile.thin,
            "caveats": list(profile.caveats),
            "measuredSeconds": _measured_s(profile, document),
            "tree": call_tree(profile, frames.numbers, frames.of_thread).packed(),
        }
        for number, profile in enumerate(profiles)
    ]
    return {
        "concerns": list(concern_names(profiles).values()),
        "frames": frames.rows,
        "profiles": listed,
        "open": opening(profiles, [str(one["id"]) for one in listed], document),
    }


class _Frames:
    """The rows of the table as they are first met.

    Profiles share most of their stacks, and hashing a stack of sixty frames takes longer than all else here.
    So frames are told apart by identity first, which is sound as long as the profiles live.
    """

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, int, int]] = []
        self._numbers: dict[tuple[str, str, int], int] = {}
        self._kinds: dict[Frame, int] = {}
        self._kinds_by_id: dict[int, int] = {}
        self._known: dict[tuple[int, ...], tuple[int, ...]] = {}

    def numbers(self, stack: Stack) -> tuple[int, ...]:
        key = tuple(map(self._kind, stack))
        found = self._known.get(key)
        if found is None:
            concerns = concerns_of(stack)
            found = tuple(map(self._number, stack, (_NUMBERS[concern] for concern in concerns)))
            self._known[key] = found
        return found

    def _kind(self, frame: Frame) -> int:
        kind = self._kinds_by_id.get(id(frame))
        if kind is None:
            kind = self._kinds.setdefault(frame, len(self._kinds))
            self._kinds_by_id[id(frame)] = kind
        return kind

    def of_thread(self, thread: str) -> int:
        return self._number(Frame(thread, "", 0), _NUMBERS[Concern.OTHER])

    def _number(self, frame: Frame, concern: int) -> int:
        key = (frame.function, frame.file, concern)
        if key not in self._numbers:
            self._numbers[key] = len(self.rows)
            self.rows.append((_shown(frame.function), _shown(frame.file), frame.line, concern))
        return self._numbers[key]


def _shown(text: str) -> str:
    return shortened(printable(text), _NAME_WIDTH)


def _name(profile: Profile, document: Document | None) -> str:
    return "the process" if document is None else combination_title(document, profile.on)


def _measured_s(profile: Profile, document: Document | None) -> float | None:
    """Of one trial without a profiler: CPU time beside a CPU profile, else wall time."""
    if document is None:
        return None
    on = swept_part(document, profile.on)
    for record in document.combinations:
        if swept_part(document, record.on) == on:
            measured = record.metrics.cpu_s if profile.mode is Mode.CPU else record.metrics.wall_s
            return measured.median if measured else None
    return None
