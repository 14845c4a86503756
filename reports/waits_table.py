"""Table of what tasks waited for, and which function of the workload made them wait."""

from __future__ import annotations

from collections import Counter

from ..profilers.concerns import concerns_of
from ..profilers.locations import ELSEWHERE, OWN
from ..profilers.profile import Frame, Profile, Stack
from ..scenarios.concerns import Concern
from .combinations_table import Detail
from .shares_table import Share, SharesTable

_WORKLOAD = (OWN, ELSEWHERE, "agentperf/")

_Key = tuple[str, str, Concern, str]


def waits_table(profile: Profile, detail: Detail = Detail.TOP) -> SharesTable:
    """The longest waits first; takes the width it is printed in."""
    weights_s: Counter[_Key] = Counter()
    for sample in profile.samples:
        if sample.stack:
            weights_s[_key(sample.stack)] += sample.weight_s  # type: ignore[assignment]
    whole_s = profile.total_s or 1.0
    shares = [
        Share((weight_s / whole_s,), (awaited, function), concern, file)
        for (awaited, function, concern, file), weight_s in weights_s.most_common()
    ]
    return SharesTable(shares, ("share",), ("waiting for", "in"), "waits", detail)


def _key(stack: Stack) -> _Key:
    """What is waited for stands at the end of the stack; the function is the last before it that libraries
    are called from."""
    waiting = _workloads(stack[:-1] or stack)
    return stack[-1].function, waiting.function, concerns_of(stack)[-1], waiting.file


def _workloads(stack: Stack) -> Frame:
    own = (frame for frame in reversed(stack) if frame.file.startswith(_WORKLOAD))
    return next(own, stack[-1])
