"""Collapsed stacks: flamegraph.pl, inferno and speedscope read them. `frame;frame;frame count`, a line each.

https://github.com/brendangregg/FlameGraph: frames are parted by `;`, the count is behind the last blank, and
a second number before it would be taken for the count of another profile.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache

from ..profilers.profile import Frame, Mode, Profile, Stack
from ..scenarios.wording import printable
from .dossier import Dossier
from .profile_choice import require_profiles
from .profile_names import profile_name, thread_names

_ENDS_LIKE_A_COUNT = re.compile(r"\s(?=\d+(?:\.\d*)?$)")


def export_collapsed(dossier: Dossier) -> str:
    """Counts are microseconds of samples: shares, not times. What waits is in it only where it was chosen.

    One root frame for each profile where there are several, then one for each thread where there are several.
    Raises NothingToExport without profiles.
    """
    profiles, frame_text = _running(require_profiles(dossier)), cache(_frame)
    counts: Counter[str] = Counter()
    for profile in profiles:
        root = [_text(profile_name(dossier.document, profile))] if len(profiles) > 1 else []
        several = len(thread_names(profile)) > 1
        weights_s: defaultdict[tuple[str, Stack], float] = defaultdict(float)
        for sample in profile.samples:
            weights_s[sample.thread, sample.stack] += sample.weight_s
        for (thread, stack), weight_s in weights_s.items():
            names = [*root, *([_text(thread)] if several else []), *map(frame_text, stack)]
            counts[";".join(names or ["(nothing)"])] += round(weight_s * 1e6)
    return "".join(f"{stack} {max(count, 1)}\n" for stack, count in counts.items())


def _running(profiles: Sequence[Profile]) -> Sequence[Profile]:
    """Those of threads; all where there are none: what waits and what runs do not add up to anything."""
    return [profile for profile in profiles if profile.mode is not Mode.AWAIT] or profiles


def _frame(frame: Frame) -> str:
    place = f" ({frame.file}:{frame.line})" if frame.line else f" ({frame.file})"
    return _text(f"{frame.function}{place if frame.file else ''}")


def _text(name: str) -> str:
    """One frame whatever is in it: neither its end nor its count can be written in a name."""
    shown = printable(name).replace(";", ":").strip() or "(no name)"
    return _ENDS_LIKE_A_COUNT.sub("_", shown)
