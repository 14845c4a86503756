"""The data of the flame graphs, read back as a browser would."""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agentperf.profilers.profile import Frame, Mode, Profile, ProfilerName, Sample
from agentperf.reports.page.profile_data import profile_data
from agentperf.scenarios.concerns import Concern

from .conftest import Documents
from .simulated_dossiers import profiles_of

INTERVAL_S = 0.005
FRAMES = [Frame(f"f{number}", f"m{number % 2}.py", number) for number in range(5)]
STACKS = st.lists(st.sampled_from(FRAMES), max_size=6).map(tuple)
SAMPLES = st.lists(st.builds(Sample, st.sampled_from(["main", "other"]), STACKS, st.just(INTERVAL_S)))


def profile(samples: list[Sample]) -> Profile:
    return Profile(ProfilerName.PY_SPY, Mode.CPU, INTERVAL_S, tuple(samples))


def tree_of(listed: dict[str, Any]) -> dict[str, Any]:
    """As the page's script reads it."""
    packed = listed["tree"]
    nodes, runs = packed["nodes"], packed["runs"]
    own, samples, frame, depth, ends = columns_of(zlib.decompress(b64decode(packed["columns"])), nodes, runs)
    return {
        "self": list(own),
        "frame": [int(number) for number in frame],
        "depth": [int(number) for number in depth],
        "runs": list(zip(map(int, ends), samples, strict=True)),
    }


def columns_of(data: bytes, nodes: int, runs: int) -> list[tuple[float, ...]]:
    columns = []
    at = 0
    for kind, length in (("d", nodes), ("d", runs), ("i", nodes), ("i", nodes), ("i", runs)):
        layout = struct.Struct(f"<{length}{kind}")
        columns.append(layout.unpack_from(data, at))
        at += layout.size
    assert at == len(data)
    return columns


def paths(data: dict[str, Any], tree: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The functions on the way to each node."""
    way: list[str] = []
    for frame, depth in zip(tree["frame"], tree["depth"], strict=True):
        del way[max(depth - 1, 0) :]
        if frame >= 0:
            way.append(data["frames"][frame][0])
        yield tuple(way)


@given(SAMPLES)
def test_the_samples_can_be_read_back_in_their_order(samples: list[Sample]) -> None:
    data = profile_data([profile(samples)])
    tree = tree_of(data["profiles"][0])
    ways = list(paths(data, tree))
    threads = list(dict.fromkeys(sample.thread for sample in samples))
    in_order = [sample for thread in threads for sample in samples if sample.thread == thread]
    shown = [tuple(frame.function for frame in sample.stack) for sample in in_order]
    if len(threads) > 1:
        shown = [(sample.thread, *stack) for sample, stack in zip(in_order, shown, strict=True)]
    assert [ways[node] for node, count in tree["runs"] for _ in range(round(count))] == shown
    counted = {way: own for way, own in zip(ways, tree["self"], strict=True) if own}
    assert counted == Counter(shown)
    assert len(ways) == len(set(ways)), "a path is one node"
    assert tree["frame"][0] == -1 and tree["depth"][0] == 0


@given(SAMPLES)
def test_frames_are_listed_once(samples: list[Sample]) -> None:
    frames = profile_data([profile(samples), profile(samples)])["frames"]
    assert len(frames) == len({(function, file, concern) for function, file, _, concern in frames})


def test_weighted_samples_keep_their_weights() -> None:
    stack = tuple(FRAMES[:2])
    data = profile_data([profile([Sample("main", stack, weight * INTERVAL_S) for weight in (0.25, 0.5)])])
    (one,) = data["profiles"]
    tree = tree_of(one)
    assert tree["self"] == [0, 0, 0.75]
    assert tree["runs"] == [(2, 0.75)]
    assert (one["samples"], one["taken"]) == (2, 2)


def test_samples_of_unequal_weight_count_as_equal_ones() -> None:
    heavy = [Sample("main", tuple(FRAMES[:2]), INTERVAL_S)] * 600
    light = [Sample("other", tuple(FRAMES[:1]), INTERVAL_S / 100)] * 1200
    (one,) = profile_data([profile(heavy + light)])["profiles"]
    assert (one["samples"], one["taken"], one["thin"]) == (624, 1800, True)


def test_what_was_measured_without_a_profiler_stands_beside_it(documents: Documents) -> None:
    document = documents("realistic")
    combination = document.combinations[-1]
    assert combination.metrics.wall_s
    on = frozenset(combination.on)
    listed = profile_data(list(profiles_of(on, 30)), document)["profiles"]
    assert [one["mode"] for one in listed] == ["cpu", "await"]
    assert listed[1]["measuredSeconds"] == combination.metrics.wall_s.median
    assert [one["name"] for one in listed] == ["everything on"] * 2
    assert all(one["thin"] and one["samples"] == 30 for one in listed)
    assert len({one["id"] for one in listed}) == 2


def test_without_a_run_nothing_was_measured() -> None:
    data = profile_data(list(profiles_of(frozenset(), 5)))
    assert [one["measuredSeconds"] for one in data["profiles"]] == [None, None]
    assert data["concerns"] == [concern.value for concern in Concern]


def test_names_of_frames_are_visible_and_short() -> None:
    stack = (Frame("\x1b[31m\u202e" + "x" * 10_000, "</script>", 1),)
    data = profile_data([profile([Sample("main", stack, INTERVAL_S)])])
    (name, file, _, _) = data["frames"][0]
    assert name.startswith(r"\x1b[31m\u202e") and len(name) <= 240
    assert file == "</script>"


def test_a_deep_stack_is_no_trouble() -> None:
    stack = tuple(Frame(f"f{depth}", "deep.py", depth) for depth in range(5_000))
    tree = tree_of(profile_data([profile([Sample("main", stack, INTERVAL_S)])])["profiles"][0])
    assert tree["depth"] == list(range(5_001))
