"""The file that py-spy writes: speedscope's, the only one of its formats that keeps the order of samples."""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path
from typing import Any

from .profile import Frame, Sample, Stack


class NoProfile(Exception):
    """What a profiler wrote is not there or can't be read."""


def read_speedscope(path: Path) -> tuple[Sample, ...]:
    """All samples of the file, thread by thread, in order of time within each; file names are absolute.

    Threads whose names differ by their number alone, as those of connections that are opened again and again,
    are taken for one after another. Raises NoProfile.
    """
    try:
        document: Any = json.loads(path.read_bytes())
        frames = [
            Frame(frame["name"], frame["file"] or "", frame["line"] or 0)
            for frame in document["shared"]["frames"]
        ]
        stacks: dict[tuple[int, ...], Stack] = {}
        samples: dict[str, list[Sample]] = {}
        for recorded in document["profiles"]:
            thread = _thread(recorded["name"], [frames[stack[0]] for stack in recorded["samples"] if stack])
            for indices, weight_s in zip(recorded["samples"], recorded["weights"], strict=True):
                key = tuple(indices)
                if key not in stacks:
                    stacks[key] = tuple(frames[index] for index in key if not _heads(frames[index]))
                if stacks[key]:
                    sample = Sample(thread, stacks[key], float(weight_s))
                    samples.setdefault(thread, []).append(sample)
    except OSError as error:
        raise NoProfile(f"py-spy left no profile: {error}") from error
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise NoProfile(f"py-spy's profile can't be read: {type(error).__name__}: {error}") from error
    return tuple(chain.from_iterable(samples.values()))


_HEAD = re.compile(r"(?:thread|process) \((\d+)\)(?:: (.*))?|process \d+.*", re.DOTALL)
_NAME = re.compile(r'Thread (\d+) "(.*)"', re.DOTALL)


def _heads(frame: Frame) -> bool:
    """Whether the frame stands for a thread or a process."""
    return not frame.file and not frame.line and _HEAD.fullmatch(frame.function) is not None


def _thread(name: str, roots: list[Frame]) -> str:
    """A thread's last name: while it starts it has none yet."""
    heads = (_HEAD.fullmatch(root.function) for root in reversed(roots) if not root.file)
    last = next((head[2] for head in heads if head and head[2]), None)
    named = _NAME.fullmatch(name)
    return _unnumbered(last or (named[2] if named else name))


def _unnumbered(name: str) -> str:
    """ "Thread-7 (work)" is "work", "asyncio_3" is "asyncio", and one without a name "Thread"."""
    target = re.fullmatch(r"Thread-\d+ \((.+)\)", name, re.DOTALL)
    return target[1] if target else re.sub(r"[-_]\d+$", "", name) or "Thread"
