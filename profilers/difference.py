"""What changed between two profiles of one workload: the shares of functions, new against old."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..scenarios.concerns import Concern
from .profile import Incomparable, Profile
from .self_time import FunctionShare, functions

SURE_ERRORS = 3.5  # standard errors: of a hundred functions one goes beyond by chance once in twenty times


@dataclass(frozen=True, slots=True)
class Change:
    """Of one function's own share, 0 to 1; `error` is the standard error of the difference, by the binomial.

    `new_share` is 0 for what vanished, `old_share` for what is new.
    """

    function: str
    file: str
    concern: Concern
    new_share: float
    old_share: float
    error: float

    @property
    def change(self) -> float:
        """In points of share, above 0 where the new profile spends more."""
        return self.new_share - self.old_share

    @property
    def sure(self) -> bool:
        """Whether it is more than so many samples differ by chance."""
        return abs(self.change) > SURE_ERRORS * self.error


def require_comparable(new: Profile, old: Profile) -> None:
    """Raises Incomparable unless both are of one mode, one profiler and one workload."""
    if new.mode != old.mode:
        raise Incomparable(f"a profile of mode {new.mode} can't be compared with one of mode {old.mode}")
    if new.profiler != old.profiler:
        raise Incomparable(f"a profile by {new.profiler} can't be compared with one by {old.profiler}")
    if new.workload_digest != old.workload_digest:
        raise Incomparable("profiles of different workloads can't be compared")


def largest_changes(new: Profile, old: Profile, limit: int = 10) -> list[Change]:
    """The functions whose own share changed most, in either direction. Raises Incomparable."""
    require_comparable(new, old)
    before, after = _by_key(old), _by_key(new)
    old_samples, new_samples = old.effective_samples, new.effective_samples
    changes = []
    for key in before.keys() | after.keys():
        new_share = after[key].self_share if key in after else 0.0
        old_share = before[key].self_share if key in before else 0.0
        if new_share == old_share:
            continue
        error = math.hypot(_standard_error(new_share, new_samples), _standard_error(old_share, old_samples))
        changes.append(Change(*key, new_share, old_share, error))
    changes.sort(key=lambda one: (-abs(one.change), one.file, one.function, one.concern))
    return changes[:limit]


def _by_key(profile: Profile) -> dict[tuple[str, str, Concern], FunctionShare]:
    return {(one.function, one.file, one.concern): one for one in functions(profile)}


def _standard_error(share: float, samples: int) -> float:
    """Of a share in so many samples. None of them, or all, is taken for one of them, or all but one."""
    if not samples:
        return 0.0
    held = min(max(share, 1 / samples), 1 - 1 / samples) if samples > 1 else 0.5
    return math.sqrt(held * (1 - held) / samples)
