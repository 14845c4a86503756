"""A session of pyinstrument: `python -m pyinstrument --load FILE` shows it, in every way it knows.

A frame is "function NUL file NUL line"; the format is that of pyinstrument 5's Session.to_json.
"""

from __future__ import annotations

import json

from pydantic import JsonValue

from ..experiments.named_combination import as_flags
from ..profilers.profile import Frame, Mode
from ..scenarios.wording import listed, printable
from .benchmarks import NothingToExport
from .dossier import Dossier
from .profile_choice import require_profiles
from .profile_names import profile_name, thread_names

_SEPARATOR = "\x00"
_NAMED = 4


def export_pyinstrument(dossier: Dossier) -> str:
    """One profile. Raises NothingToExport where there is none, or several."""
    document = dossier.document
    profile, *others = require_profiles(dossier)
    if others:
        raise NothingToExport(_which(dossier))
    name = profile_name(document, profile)
    root, several = _information(name, "", 0), len(thread_names(profile)) > 1
    records: list[JsonValue] = []
    for sample in profile.samples:
        thread = [_information(f"thread {sample.thread}", "", 0)] if several else []
        records.append([[root, *thread, *map(_frame, sample.stack)], round(sample.weight_s, 9)])
    target = f"{printable(document.scenario.name)}, run {document.run_id}, {name}: shares, not times"
    session: dict[str, JsonValue] = {
        "start_time": document.created_at.timestamp(),
        "duration": profile.total_s,
        "min_interval": profile.interval_s,
        "max_interval": profile.interval_s,
        "sample_count": len(profile.samples),
        "start_call_stack": [root],
        "target_description": target,
        "cpu_time": profile.total_s if profile.mode is Mode.CPU else 0.0,
        "sys_path": [],
        "sys_prefixes": [],
        "frame_records": records,
    }
    return json.dumps(session, allow_nan=False, separators=(",", ":")) + "\n"


def _frame(frame: Frame) -> JsonValue:
    return _information(frame.function, frame.file, frame.line)


def _information(function: str, file: str, line: int) -> str:
    return _SEPARATOR.join((printable(function), printable(file), str(line)))


def _which(dossier: Dossier) -> str:
    profiles = dossier.profiles
    modes = list(dict.fromkeys(profile.mode for profile in profiles))
    combinations = list(dict.fromkeys(as_flags(one.on, dossier.document.design.factors) for one in profiles))
    ways = []
    if len(combinations) > 1:
        named = ", ".join(combinations[:_NAMED])
        more = f" and {len(combinations) - _NAMED} more" if len(combinations) > _NAMED else ""
        ways.append(f"--flags ({named}{more})")
    if len(modes) > 1:
        ways.append(f"--mode ({listed(modes)})")
    how = listed(ways or ["--flags and --mode"], "and")
    return f"a pyinstrument session holds one profile, and there are {len(profiles)}: choose by {how}"
