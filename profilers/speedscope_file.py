"""The file that py-spy writes: speedscope's, the only one of its formats that keeps the order of samples."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from .profile import Frame, Sample, Stack
from .window import MAIN_THREAD


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
            roots = [frames[stack[0]] if stack else None for stack in recorded["samples"]]
            outermost = {frames[stack[1]].function for stack in recorded["samples"] if len(stack) > 1}
            threads = _threads(recorded["name"], roots, MAIN_THREAD if outermost & _PROGRAM else "")
            for thread, indices, weight_s in zip(
                threads, recorded["samples"], recorded["weights"], strict=True
            ):
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
_PROGRAM = {"<module>", "_run_module_as_main"}  # where the program itself begins: a file, or `-m`
_NAME = re.compile(r'Thread (\d+) "(.*)"', re.DOTALL)


def _heads(frame: Frame) -> bool:
    """Whether the frame stands for a thread or a process."""
    return not frame.file and not frame.line and _HEAD.fullmatch(frame.function) is not None


def _threads(name: str, roots: Sequence[Frame | None], nameless: str) -> list[str]:
    """The thread of each sample, by its outermost frame; `nameless` where py-spy never learned a name, as
    happens to the main thread when it is looked at too early.

    A system gives the number of a thread that has ended to a new one, so that one list may hold several, each
    with a name of its own. While a thread starts it has none yet: then it is the next that is said.
    """
    heads = [_HEAD.fullmatch(root.function) if root and not root.file else None for root in roots]
    names = [head[2] if head else None for head in heads]
    named = _NAME.fullmatch(name)
    following = next(filter(None, reversed(names)), (named[2] or nameless) if named else name)
    threads = []
    for own in reversed(names):
        following = own or following
        threads.append(_unnumbered(following))
    return threads[::-1]


def _unnumbered(name: str) -> str:
    """ "Thread-7 (work)" is "work", "asyncio_3" is "asyncio", and one without a name "Thread"."""
    target = re.fullmatch(r"Thread-\d+ \((.+)\)", name, re.DOTALL)
    return target[1] if target else re.sub(r"[-_]\d+$", "", name) or "Thread"
