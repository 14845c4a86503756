"""How long a flame graph's first picture takes, beside d3-flame-graph with the same data and browser.

From the call, with the data parsed, to the second frame after it returns: ours still has its tree to inflate,
the other gets the objects it wants. Each repetition is a page of its own, and the arms take turns. The other
is raced twice: as it comes, and told to leave out what is narrower than a pixel, which ours does always.
It comes from the npm registry, into a folder of the test. Nothing here fails for being slow.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from agentperf.reports.page.embedded_json import embedded_json
from agentperf.reports.page.scripts import scripts, styles
from agentperf.reports.page.templating import templates
from agentperf.reports.page.tree_columns import TreeColumns

GOALS_MS = {50_000: 100, 200_000: 300}
REPETITIONS = 7
DEEPEST = 60
FUNCTIONS = 3000
PACKAGES = ("d3@7", "d3-flame-graph@5")
OURS, THEIRS, THEIRS_CUT = "agentperf", "d3-flame-graph", "d3-flame-graph, cut at 1 px"
ARMS = (OURS, THEIRS, THEIRS_CUT)
PATIENCE_MS = 300_000
FLAGS = ("--no-sandbox", "--disable-gpu")

PAINTED = """
const frame = () => new Promise(requestAnimationFrame);
const painted = async (started) => { await frame(); await frame(); return performance.now() - started; };
const data = JSON.parse(document.getElementById("data").textContent);
"""
RACE_OURS = """
globalThis.race = async () => {
  const started = performance.now();
  globalThis.viewer = agentperf.flameGraph.mount(document.getElementById("flame-graphs"), data);
  await viewer.ready;
  return painted(started);
};
globalThis.act = async (what) => {
  const { viewer } = globalThis;
  await painted(0);
  await new Promise((done) => setTimeout(done, 100));
  const started = performance.now();
  if (what === "search") { await viewer.change({ search: "function_1" }); }
  else { viewer.zoomTo(viewer.nodeUnder(300, 300)); }
  const drawn = performance.now() - started;
  await frame(); await new Promise((done) => setTimeout(done)); await frame();
  return drawn;
};
"""
RACE_THEIRS = """
globalThis.race = async (least) => {
  const started = performance.now();
  const make = flamegraph.default ?? flamegraph.flamegraph ?? flamegraph;
  const chart = make().width(1200).transitionDuration(0).selfValue(false);
  if (least) { chart.minFrameSize(least); }
  d3.select("#chart").datum(data).call(chart);
  return painted(started);
};
"""


class MadeTree:
    """A tree of `count` nodes that grow unevenly, as calls do; the same for all arms."""

    def __init__(self, count: int) -> None:
        order = random.Random(count)
        self.frames = [
            (
                f"function_{number}",
                f"package_{number % 40}/module_{number % 300}.py",
                number % 900,
                number % 9,
            )
            for number in range(FUNCTIONS)
        ]
        parent, depth = [-1], [0]
        children: list[list[int]] = [[]]
        while len(parent) < count:
            above = len(parent) - 1 if order.random() < 0.55 else order.randrange(len(parent))
            if depth[above] == DEEPEST:
                continue
            children[above].append(len(parent))
            children.append([])
            parent.append(above)
            depth.append(depth[above] + 1)
        self.children = children
        self.frame = [-1, *(order.randrange(FUNCTIONS) for _ in range(count - 1))]
        self.own = [
            0 if node == 0 else round(order.paretovariate(1.2)) if not below or order.random() < 0.1 else 0
            for node, below in enumerate(children)
        ]

    def packed(self) -> Mapping[str, Any]:
        """As the report has it."""
        frame: list[int] = []
        depth: list[int] = []
        own: list[int] = []
        runs: list[tuple[int, float]] = []
        waiting = [(0, 0)]
        while waiting:
            node, level = waiting.pop()
            if self.own[node]:
                runs.append((len(frame), self.own[node]))
            frame.append(self.frame[node])
            depth.append(level)
            own.append(self.own[node])
            waiting += [(child, level + 1) for child in reversed(self.children[node])]
        return TreeColumns(frame, depth, own, runs).packed()

    def nested(self) -> Mapping[str, Any]:
        """As d3-flame-graph wants it: {name, value, children}, the value with all below."""
        made: list[dict[str, Any]] = [{} for _ in self.own]
        for node in range(len(made) - 1, -1, -1):
            below = [made[child] for child in self.children[node]]
            name = self.frames[self.frame[node]][0] if node else "all"
            made[node] = {
                "name": name,
                "value": self.own[node] + sum(child["value"] for child in below),
                "children": below,
            }
        return made[0]

    def data(self) -> Mapping[str, Any]:
        profile = {
            "id": "cpu-0", "mode": "cpu", "profiler": "py-spy", "name": "nothing on", "on": [],
            "samples": sum(self.own), "taken": sum(self.own), "intervalSeconds": 0.002, "thin": False,
            "caveats": [], "measuredSeconds": None, "tree": self.packed(),
        }  # fmt: skip
        return {
            "concerns": [f"concern {n}" for n in range(9)], "frames": self.frames, "profiles": [profile],
            "open": {"profile": "cpu-0", "against": None},
        }  # fmt: skip


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder node_modules with the competitor in it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("npm")
    (folder / "package.json").write_text('{"private": true}')
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
    fetched = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if fetched.returncode:
        pytest.skip(f"the npm registry can't be reached: {fetched.stderr[-200:]}")
    return folder / "node_modules"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser without a window."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("Chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


def page_of(body: str, data: Mapping[str, Any], codes: Sequence[str]) -> str:
    """One file, as both arms get it."""
    elements = "".join(f"<script>{code}</script>" for code in codes)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>race</title>'
        + "".join(f"<style>{style}</style>" for style in styles())
        + f'</head><body>{body}<script type="application/json" id="data">{embedded_json(data)}</script>'
        + f"{elements}</body></html>"
    )


def write_pages(folder: Path, packages: Path, made: MadeTree) -> Mapping[str, str]:
    """The address of each arm's page."""
    viewer = templates().get_template("flame_graphs.html.j2").render()
    own = [text for text in scripts() if "profile-data" not in text]  # without the one that mounts
    others = [
        (packages / name).read_text(encoding="utf-8")
        for name in ("d3/dist/d3.min.js", "d3-flame-graph/dist/d3-flamegraph.umd.min.js")
    ]
    ours = page_of(f'<section id="flame-graphs">{viewer}</section>', made.data(), [*own, PAINTED, RACE_OURS])
    theirs = page_of('<div id="chart"></div>', made.nested(), [*others, PAINTED, RACE_THEIRS])
    (folder / "ours.html").write_text(ours, encoding="utf-8")
    (folder / "theirs.html").write_text(theirs, encoding="utf-8")
    theirs_at = (folder / "theirs.html").as_uri()
    return {OURS: (folder / "ours.html").as_uri(), THEIRS: theirs_at, THEIRS_CUT: theirs_at}


@pytest.mark.parametrize("count", GOALS_MS)
def test_first_picture(
    count: int,
    benchmark: Any,
    chromium: Any,
    packages: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The time of each arm in turns; searching and zooming of ours on the same page."""
    addresses = write_pages(tmp_path, packages, MadeTree(count))
    times: dict[str, list[float]] = {arm: [] for arm in (*ARMS, "search", "zoom")}

    def turn() -> None:
        for arm in ARMS:
            page = chromium.new_page(viewport={"width": 1200, "height": 900})
            page.set_default_timeout(PATIENCE_MS)
            page.goto(addresses[arm])
            times[arm].append(page.evaluate(f"race({1 if arm == THEIRS_CUT else 0})"))
            if arm == OURS:
                for what in ("search", "zoom"):
                    times[what].append(page.evaluate("(what) => act(what)", what))
            page.close()

    benchmark.pedantic(turn, rounds=REPETITIONS)
    table = Table("", "min ms", "median ms", "÷ agentperf", "goal", title=f"{count:,} nodes, first picture")
    ours = statistics.median(times[OURS])
    for arm, taken in times.items():
        median = statistics.median(taken)
        ratio = f"{median / ours:.1f}" if arm in ARMS else ""
        goal = f"< {GOALS_MS[count]}" if arm == OURS else "< 50" if arm not in ARMS else ""
        table.add_row(arm, f"{min(taken):.0f}", f"{median:.0f}", ratio, goal)
        benchmark.extra_info[arm] = taken
    with capsys.disabled():
        Console(width=100).print(table)
