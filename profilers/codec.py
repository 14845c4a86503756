"""A profile as JSON: frames and stacks once each, samples as runs."""

from __future__ import annotations

from typing import Any

from .profile import Frame, Mode, Profile, ProfilerName, Sample, Stack

VERSION = 1


class NotAProfile(ValueError):
    """JSON that is none of a profile, or of a version to come."""


def profile_to_json(profile: Profile) -> dict[str, Any]:
    """Compact and complete: `profile_from_json` gives an equal profile.

    `frames`: [function, file, line]. `stacks`: [parent, frame], the parent an earlier stack, -1 for none.
    `runs`: [thread, stack, weight in seconds, how many in a row].
    """
    frames: dict[Frame, int] = {}
    stacks: dict[tuple[int, int], int] = {}
    ends: dict[Stack, int] = {(): -1}
    threads: dict[str, int] = {}
    runs: list[list[Any]] = []
    for sample in profile.samples:
        if sample.stack not in ends:
            parent = -1
            for frame in sample.stack:
                node = parent, frames.setdefault(frame, len(frames))
                parent = stacks.setdefault(node, len(stacks))
            ends[sample.stack] = parent
        run = [threads.setdefault(sample.thread, len(threads)), ends[sample.stack], sample.weight_s]
        if runs and runs[-1][:3] == run:
            runs[-1][3] += 1
        else:
            runs.append([*run, 1])
    return {
        "version": VERSION,
        "profiler": profile.profiler.value,
        "mode": profile.mode.value,
        "interval_s": profile.interval_s,
        "on": sorted(profile.on),
        "workload_digest": profile.workload_digest,
        "caveats": list(profile.caveats),
        "threads": list(threads),
        "frames": [[frame.function, frame.file, frame.line] for frame in frames],
        "stacks": [list(node) for node in stacks],
        "runs": runs,
    }


def profile_from_json(document: dict[str, Any]) -> Profile:
    """Raises NotAProfile."""
    try:
        if document["version"] != VERSION:
            raise NotAProfile(f"version {document['version']} of a profile is not known here")
        frames = [Frame(str(function), str(file), int(line)) for function, file, line in document["frames"]]
        stacks: list[Stack] = []
        for parent, frame in document["stacks"]:
            before = () if parent == -1 else stacks[_index(parent)]
            stacks.append((*before, frames[_index(frame)]))
        samples: list[Sample] = []
        for thread, stack, weight_s, count in document["runs"]:
            held = () if stack == -1 else stacks[_index(stack)]
            samples += [Sample(str(document["threads"][_index(thread)]), held, float(weight_s))] * count
        return Profile(
            profiler=ProfilerName(document["profiler"]),
            mode=Mode(document["mode"]),
            interval_s=float(document["interval_s"]),
            samples=tuple(samples),
            on=frozenset(map(str, document["on"])),
            workload_digest=None if document["workload_digest"] is None else str(document["workload_digest"]),
            caveats=tuple(map(str, document["caveats"])),
        )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        if isinstance(error, NotAProfile):
            raise
        raise NotAProfile(f"not a profile: {type(error).__name__}: {error}") from error


def _index(number: int) -> int:
    """Of a list from its beginning: Python would count negative ones from the end."""
    if number < 0:
        raise IndexError(number)
    return number
