"""Which combinations of a run are profiled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..profilers.profile import Mode, Profile
from ..scenarios.choices import DesignKind
from .combination import Combination, standard_order
from .design import Design, landmarks
from .profile_choices import CpuProfiler, Profiled

MODE = {CpuProfiler.PY_SPY: Mode.CPU, CpuProfiler.PYINSTRUMENT: Mode.WALL}


def profiled_combinations(design: Design, which: Profiled) -> tuple[Combination, ...]:
    """In standard order. Of a user's own list only those that stand in it."""
    key = landmarks(design.factors)
    if which is Profiled.EVERY:
        return design.combinations
    if design.kind is DesignKind.EXPLICIT:
        return tuple(on for on in design.combinations if on in key) or design.combinations
    return standard_order(key, design.factors)


def without_profile(
    combinations: Sequence[Combination], profiles: Iterable[Profile], profiler: CpuProfiler
) -> tuple[Combination, ...]:
    """Those that lack a profile of the kind that this profiler takes, or one of what tasks wait for."""
    wanted = {MODE[profiler], Mode.AWAIT}
    there: dict[Combination, set[Mode]] = {}
    for profile in profiles:
        there.setdefault(profile.on, set()).add(profile.mode)
    return tuple(on for on in combinations if not wanted <= there.get(on, set()))
