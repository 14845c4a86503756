"""Pages that hold nothing but the flame graph viewer, with data made up here."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from agentperf.reports.page.content_security import content_security_policy
from agentperf.reports.page.embedded_json import embedded_json
from agentperf.reports.page.scripts import scripts, styles
from agentperf.reports.page.templating import templates
from agentperf.reports.page.tree_columns import TreeColumns
from agentperf.scenarios.concerns import Concern

Call = tuple[str, str, int, int]
"""Function, file, line, number of the concern."""
Run = tuple[Sequence[Call], float]
"""A stack, outermost first, and for how many samples it lasted."""
Data = dict[str, Any]

PATIENCE_MS = 10_000

MOUNT = """
addEventListener("DOMContentLoaded", () => {
  const data = JSON.parse(document.getElementById("profile-data").textContent);
  globalThis.viewer = agentperf.flameGraph.mount(document.getElementById("flame-graphs"), data);
});
"""


class ProfileData:
    """Data of a page, in the form that the report embeds."""

    def __init__(self) -> None:
        self.frames: list[Call] = []
        self.profiles: list[Data] = []
        self._numbers: dict[Call, int] = {}

    def add(self, name: str, runs: Sequence[Run], **fields: Any) -> ProfileData:
        """A profile of these stacks, in the order of time."""
        tree = self._tree(runs)
        samples = sum(tree.own)
        mode = fields.get("mode", "cpu")
        self.profiles.append(
            {
                "id": f"{mode}-{len(self.profiles)}",
                "mode": mode,
                "profiler": "py-spy",
                "name": name,
                "on": [] if name == "nothing on" else name.split(" + "),
                "samples": round(samples),
                "taken": round(samples),
                "intervalSeconds": 0.002,
                "thin": samples < 1000,
                "caveats": [],
                "measuredSeconds": None,
                "tree": tree.packed(),
            }
            | fields
        )
        return self

    def data(self) -> Data:
        cpu = [profile for profile in self.profiles if profile["mode"] == "cpu"]
        return {
            "concerns": [concern.value for concern in Concern],
            "frames": self.frames,
            "profiles": self.profiles,
            "open": {"profile": next(iter([*cpu, *self.profiles]), {"id": None})["id"], "against": None},
        }

    def _tree(self, runs: Sequence[Run]) -> TreeColumns:
        root = _Node(-1)
        in_time: list[tuple[_Node, float]] = []
        for stack, samples in runs:
            node = root
            for call in stack:
                node = node.children.setdefault(self._number(call), _Node(self._number(call)))
            node.own += samples
            in_time.append((node, samples))
        frame: list[int] = []
        depth: list[int] = []
        own: list[float] = []
        waiting = [(root, 0)]
        while waiting:
            node, level = waiting.pop()
            node.number = len(frame)
            frame.append(node.frame)
            depth.append(level)
            own.append(node.own)
            waiting += [(child, level + 1) for child in reversed(node.children.values())]
        return TreeColumns(frame, depth, own, [(node.number, samples) for node, samples in in_time])

    def _number(self, call: Call) -> int:
        if call not in self._numbers:
            self._numbers[call] = len(self.frames)
            self.frames.append(call)
        return self._numbers[call]


@dataclass(slots=True)
class _Node:
    frame: int
    children: dict[int, _Node] = field(default_factory=dict)
    own: float = 0.0
    number: int = 0


@pytest.fixture
def profile_data() -> ProfileData:
    """Without a profile yet."""
    return ProfileData()


@pytest.fixture
def two_runs() -> ProfileData:
    """An agent system with nothing on and with pooling, profiled for CPU time and for waits."""
    made = ProfileData()
    nothing = agent_runs(random.Random(1), connects=30, saves=45)
    pooling = agent_runs(random.Random(2), connects=0, saves=45, checks=12)
    made.add("nothing on", nothing, measuredSeconds=0.080)
    made.add("pooling", pooling, measuredSeconds=0.056, caveats=["Threads are sampled from their start."])
    made.add("nothing on", waits(3), mode="await", profiler="await sampler")
    made.add("pooling", waits(1), mode="await", profiler="await sampler")
    return made


def agent_runs(generator: random.Random, *, connects: int, saves: int, checks: int = 0) -> Sequence[Run]:
    """Three agents in turns, forty times; the counts are samples in each turn of a whole session."""
    top: Call = ("run_session", "agentperf/agents/session.py", 40, 7)
    save: Call = ("save", "agentperf/agents/persistence.py", 61, 1)
    runs: list[Run] = []

    def some(mean: float, *stack: Call) -> None:
        samples = generator.randint(0, round(2 * mean))
        if samples:
            runs.append(((top, *stack), samples))

    for _ in range(40):
        for agent in ("planner", "researcher", "writer"):
            act: Call = (f"invoke_agent {agent}", "agentperf/agents/work.py", 12, 0)
            some(4, act, ("think", "agentperf/agents/work.py", 30, 0))
            some(1, act)
            some(connects / 30, act, save, ("connect", "sqlalchemy/pool/base.py", 885, 2))
            some(checks / 30, act, save, ("pre_ping", "sqlalchemy/pool/base.py", 712, 2))
            some(saves / 60, act, save, ("execute", "sqlalchemy/engine/base.py", 1411, 1))
            some(
                saves / 60,
                act,
                save,
                ("commit", "aiosqlite/core.py", 170, 1),
                ("_execute", "aiosqlite/core.py", 133, 1),
            )
            some(1, act, ("validate", "pydantic/main.py", 640, 4), ("validate", "pydantic/main.py", 640, 4))
            some(0.5, act, ("send", "websockets/asyncio/server.py", 300, 3))
        some(2, ("_run_once", "asyncio/base_events.py", 1922, 7), ("select", "selectors.py", 451, 7))
    return runs


def waits(connecting: int) -> Sequence[Run]:
    """Samples of tasks that wait."""
    act: Call = ("invoke_agent planner", "agentperf/agents/work.py", 12, 0)
    sleep: Call = ("sleep", "asyncio/tasks.py", 703, 0)
    return [
        ((act, sleep), 700.5),
        (
            (
                act,
                ("save", "agentperf/agents/persistence.py", 61, 1),
                ("connect", "sqlalchemy/pool/base.py", 885, 2),
            ),
            150 * connecting,
        ),
    ]


def page_text(data: Data) -> str:
    """The viewer under the report's content security policy."""
    inline_scripts, inline_styles = [*_viewer_scripts(), MOUNT], styles()
    body = templates().get_template("flame_graphs.html.j2").render()
    policy = content_security_policy(inline_scripts, inline_styles)
    return "\n".join(
        (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>flame graphs</title>',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">',
            *(f"<style>{style}</style>" for style in inline_styles),
            f'</head><body><section id="flame-graphs"><h2>Flame graphs</h2>{body}</section>',
            f'<script type="application/json" id="profile-data">{embedded_json(data)}</script>',
            *(f"<script>{script}</script>" for script in inline_scripts),
            "</body></html>",
        )
    )


def _viewer_scripts() -> Sequence[str]:
    """All but the one that mounts what a report has."""
    return [script for script in scripts() if "profile-data" not in script]


@dataclass
class Opened:
    """A viewer in a browser, with what went wrong there and where it tried to go."""

    page: Page
    errors: list[str]
    requests: list[str]

    def part(self, name: str) -> Any:
        return self.page.locator(f'[data-flame="{name}"]')

    def text(self, name: str) -> str:
        return str(self.part(name).text_content())

    def choose(self, part: str, words: str) -> None:
        """Presses one of the radio buttons, and waits for the picture."""
        self.part(part).get_by_role("radio", name=words, exact=True).check()
        self.settle()

    def settle(self) -> None:
        """Until the picture and the table behind it are drawn."""
        self.page.evaluate(
            """async () => {
              await viewer.ready;
              await viewer.loaded;
              for (let turn = 0; turn < 3; turn++) {
                await new Promise(requestAnimationFrame);
                await new Promise((done) => setTimeout(done));
              }
            }"""
        )

    def node(self, *names: str) -> int:
        """The number of the node of that path of functions in the picture."""
        found = self.page.evaluate(
            """(names) => {
              const { picture } = viewer.scene;
              let node = 0;
              for (const name of names) {
                node = agentperf.flameLayout.childrenOf(picture, node)
                  .find((child) => viewer.data.frames[picture.frame[child]][0] === name) ?? -1;
              }
              return node;
            }""",
            list(names),
        )
        return int(found)

    def middle(self, *names: str) -> tuple[float, float]:
        """Where the rectangle of that path is in the window."""
        self.part("canvas").scroll_into_view_if_needed()
        box = self.page.evaluate("(node) => viewer.boxOf(node)", self.node(*names))
        canvas = self.part("canvas").bounding_box()
        return canvas["x"] + box["left"] + box["width"] / 2, canvas["y"] + box["top"] + box["height"] / 2

    def zoomed(self) -> str:
        """The function that is zoomed to."""
        return str(self.page.evaluate("viewer.label(viewer.zoom)"))

    def pixel(self, left: float, top: float) -> list[int]:
        """Of the canvas, in CSS pixels from its corner."""
        found = self.page.evaluate(
            """([left, top]) => {
              const { canvas } = viewer.parts;
              const ratio = canvas.width / canvas.clientWidth;
              const one = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
              one.drawImage(canvas, -Math.floor(left * ratio), -Math.floor(top * ratio));
              return [...one.getImageData(0, 0, 1, 1).data];
            }""",
            [left, top],
        )
        return list(found)


Open = Callable[..., Opened]


@pytest.fixture
def open_viewer(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens data in a page of its own, from a file; at the end nothing may have gone wrong in any."""
    opened: list[Opened] = []
    contexts = []

    def open_one(data: Data, *, width: int = 1200, fragment: str = "", **context: Any) -> Opened:
        file = tmp_path / f"viewer-{len(opened)}.html"
        file.write_text(page_text(data), encoding="utf-8")
        made = browser.new_context(viewport={"width": width, "height": 900}, **context)
        contexts.append(made)
        one = Opened(made.new_page(), [], [])
        opened.append(one)
        one.page.set_default_timeout(PATIENCE_MS)
        one.page.on("console", lambda message: _note(one, message))
        one.page.on("pageerror", lambda error: one.errors.append(str(error)))
        one.page.on("request", lambda request: _ask(one, request))
        one.page.goto(file.as_uri() + fragment)
        one.settle()
        return one

    yield open_one
    for context in contexts:
        context.close()
    for one in opened:
        assert one.errors == []
        assert one.requests == []


def _note(opened: Opened, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        opened.errors.append(message.text)


def _ask(opened: Opened, request: Request) -> None:
    if not request.url.startswith(("file:", "data:", "blob:")):
        opened.requests.append(request.url)
