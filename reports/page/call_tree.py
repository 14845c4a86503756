"""The call tree of a profile, for a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ...profilers.profile import Profile, Sample, Stack
from .tree_columns import TreeColumns

ROOT = -1
_DECIMALS = 3


@dataclass(slots=True)
class _Node:
    frame: int
    children: dict[int, _Node] = field(default_factory=dict)
    own: float = 0.0
    number: int = 0


def call_tree(
    profile: Profile, frames_of: Callable[[Stack], Sequence[int]], thread_frame: Callable[[str], int]
) -> TreeColumns:
    """Samples are counted by their weight, in intervals.

    Where there are several threads, each is a node below the root, and the runs go through one after another.
    """
    root = _Node(ROOT)
    threads: dict[str, list[Sample]] = {}
    for sample in profile.samples:
        threads.setdefault(sample.thread, []).append(sample)
    known: dict[tuple[str, int], _Node] = {}  # by identity: one stack is many samples
    in_time: list[tuple[_Node, float]] = []
    for thread, samples in threads.items():
        top = root if len(threads) == 1 else _child(root, thread_frame(thread))
        for sample in samples:
            node = known.get((thread, id(sample.stack)))
            if node is None:
                node = top
                for frame in frames_of(sample.stack):
                    node = _child(node, frame)
                known[thread, id(sample.stack)] = node
            count = sample.weight_s / profile.interval_s if profile.interval_s else 1.0
            node.own += count
            in_time.append((node, count))
    frames, depths, own = _flat(root)
    runs: list[tuple[int, float]] = []
    for node, count in in_time:
        if runs and runs[-1][0] == node.number:
            runs[-1] = (node.number, runs[-1][1] + count)
        else:
            runs.append((node.number, count))
    return TreeColumns(frames, depths, own, [(number, _short(count)) for number, count in runs])


def _child(node: _Node, frame: int) -> _Node:
    child = node.children.get(frame)
    if child is None:
        child = node.children[frame] = _Node(frame)
    return child


def _flat(root: _Node) -> tuple[list[int], list[int], list[float]]:
    """In preorder; numbers the nodes. A loop, since a stack may be deeper than Python's own."""
    frames: list[int] = []
    depths: list[int] = []
    own: list[float] = []
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        node.number = len(frames)
        frames.append(node.frame)
        depths.append(depth)
        own.append(_short(node.own))
        waiting += [(child, depth + 1) for child in reversed(node.children.values())]
    return frames, depths, own


def _short(count: float) -> float:
    """Digits beyond those that matter don't deflate."""
    return round(count, _DECIMALS)
