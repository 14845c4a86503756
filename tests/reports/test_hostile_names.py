"""Names that want to be something else, from a scenario to every output of the installed program.

Agents and switches may be named in the letters of any language, names and descriptions hold whatever can be
printed, and what a user's code raises, prints, or calls its functions, may be anything at all.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from markdown_it import MarkdownIt
from rich.console import RenderableType

from agentperf.experiments.store import Store
from agentperf.profilers.profile import Frame, Mode, Profile, ProfilerName, Sample
from agentperf.reports.combinations_table import Detail
from agentperf.reports.page.page import render, render_profiles
from agentperf.reports.profile_terminal import View, attached_report, profile_report

from .planted_dossiers import hostile_dossier

COMMAND = Path(sys.executable).with_name("agentperf")
PATIENCE_S = 120.0
LONG = 10_000

NAME = '=HYPERLINK("http://x")|`</script><script>alert(1)</script>`|<marquee onload=x>[bold red]x[/]**_שלום'
DESCRIPTION = "</textarea></script><script>alert(2)</script>\n| a | b |\n\t=1+1 `${{ x }}`\n" + "d" * LONG
WORDS = "@SUM(1)|</script><script>alert(3)</script>``|\x1b[31m[red]x[/red]\x1b[2J\x9b2J\u202e\u2067\r\n# y\n"
SWITCHES = ["constructor", "שלום", "مرحبا-", "x" * 100]

RUNTIME = f"""
from contextlib import asynccontextmanager

WORDS = {WORDS!r} + "w" * {LONG}


@asynccontextmanager
async def open_runtime(enabled, parameters):
    async def run_session(session):
        if parameters["fails"] and enabled:
            print(WORDS)
            raise ValueError(WORDS)
        return {{"index": session.index}}

    yield run_session
"""
# The measured window of such a runtime is over in microseconds: what it shows does not matter here.
OWN: dict[str, Any] = {
    "name": NAME,
    "description": DESCRIPTION,
    "runtime": {
        "uses": "hostile_runtime:open_runtime",
        "optimizations": SWITCHES[:3],
        "parameters": {"fails": False, NAME: WORDS},
    },
    "claims": {"constructor": "10%", "שלום+مرحبا-": "20%", "order": SWITCHES[:3]},
    "measure": {"blocks": 2, "warmup": 0},
}
FAILING = OWN | {
    "runtime": OWN["runtime"] | {"optimizations": SWITCHES[3:], "parameters": {"fails": True}},
    "claims": {},
}
STEPS: dict[str, Any] = {
    "name": NAME,
    "description": DESCRIPTION,
    "steps": [
        {"agent": "שלום", "llm": {"latency": "1ms", "model": NAME}},
        {"agent": "constructor", "needs": ["שלום"], "tool": {"latency": "1ms", "name": NAME}},
        {"agent": "x" * 100, "needs": ["שלום"]},
    ],
    "optimizations": ["pooling"],
    "state": {"sections": 2, "section_size": "1KB"},
    "measure": {"blocks": 2, "warmup": 0},
}
SCENARIOS = {"own": OWN, "failing": FAILING, "steps": STEPS}
EXITS_WITH = {"own": 0, "failing": 5, "steps": 0}

FUNCTIONS = (NAME, WORDS, "f;g 12", "\x00\x01", " ", "", "ש", "w" * LONG)

# What moves a terminal's cursor, breaks a line, or turns the order of what follows: controls but the line
# feed, line separators, and the marks of bidirectional text.
NEVER_RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Hostile:
    """A run of a scenario, and the command in its folder."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        self.kind = kind
        (folder / "hostile_runtime.py").write_text(RUNTIME, encoding="utf-8")
        (folder / "hostile.yaml").write_text(json.dumps(SCENARIOS[kind]), encoding="utf-8")
        files = ("--export-json", "run.json", "--export-csv", "run.csv", "--export-markdown", "run.md")
        html = ("--html", "run.html")
        self.ended = self("run", "hostile.yaml", "--on-error", "continue", "-v", *files, *html)
        assert self.ended.returncode == EXITS_WITH[kind], self.ended.stderr
        other = json.loads(self.read("run.json")) | {"run_id": NAME}
        (folder / "other.json").write_text(json.dumps(other), encoding="utf-8")

    def __call__(self, *arguments: str) -> CompletedProcess[str]:
        heeded = ("AGENTPERF_", "GITHUB_", "_AGENTPERF_", "FORCE_COLOR")
        variables = {name: value for name, value in os.environ.items() if not name.startswith(heeded)}
        summary = {"GITHUB_STEP_SUMMARY": str(self.folder / "summary.md")}
        return subprocess.run(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=variables | summary,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
        )

    def read(self, name: str) -> str:
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return file.read()


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Hostile]:
    """Each of the scenarios, run when it is first asked for."""
    return cache(lambda kind: Hostile(tmp_path_factory.mktemp(kind), kind))


@pytest.fixture(params=SCENARIOS)
def hostile(request: pytest.FixtureRequest, runs: Callable[[str], Hostile]) -> Hostile:
    return runs(request.param)


@pytest.fixture
def own(runs: Callable[[str], Hostile]) -> Hostile:
    """The runtime whose switches have hostile names."""
    return runs("own")


@pytest.fixture(scope="module")
def profiled(runs: Callable[[str], Hostile]) -> Hostile:
    """Steps, and a profile of functions and threads with every hostile name."""
    hostile = runs("steps")
    samples = [
        Sample(thread, (Frame(function, file, 7), Frame(file, function, 0)), 0.002)
        for thread in FUNCTIONS[:3]
        for function in FUNCTIONS
        for file in FUNCTIONS
    ]
    of_hostile = Profile(
        ProfilerName.PY_SPY, Mode.CPU, 0.002, tuple(samples), frozenset(), None, caveats=FUNCTIONS
    )

    async def add() -> None:
        async with Store.open(hostile.folder / ".agentperf" / "results.db") as store:
            await store.add_profile((await store.run()).id, of_hostile)

    asyncio.run(add())
    return hostile


def test_the_run_on_a_terminal(hostile: Hostile) -> None:
    for text in (hostile.ended.stdout, hostile.ended.stderr):
        assert not NEVER_RAW.search(text)
    assert hostile.ended.stdout.startswith('=HYPERLINK("http://x")|`</scr'), "names are shown, not hidden"
    assert max(map(len, hostile.ended.stdout.splitlines())) < 200, "long names are cut in tables"


@pytest.mark.parametrize(
    "arguments", ["runs list", "runs show -v", "compare run.json other.json", "scenario check hostile.yaml"]
)
def test_other_commands_on_a_terminal(own: Hostile, arguments: str) -> None:
    ended = own(*arguments.split())
    assert ended.returncode == 0, ended.stderr
    for text in (ended.stdout, ended.stderr):
        assert not NEVER_RAW.search(text)
        assert max(map(len, text.splitlines()), default=0) < 1000


def test_json_holds_what_the_scenario_holds(hostile: Hostile) -> None:
    text = hostile.read("run.json")
    assert not NEVER_RAW.search(text)
    document = json.loads(text)
    assert document["scenario"]["name"] == NAME
    assert document["scenario"]["document"]["description"] == DESCRIPTION
    if hostile.kind == "own":
        assert document["scenario"]["document"]["runtime"]["parameters"][NAME] == WORDS
        assert document["design"]["factors"] == SWITCHES[:3]


def test_no_cell_is_a_formula(hostile: Hostile) -> None:
    text = hostile.read("run.csv")
    assert not NEVER_RAW.search(text)
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert {len(row) for row in rows} == {len(header)}
    for cell in (cell for row in (header, *rows) for cell in row):
        assert not cell.startswith(FORMULA) or _is_number(cell), cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


class Elements(HTMLParser):
    """Every element with its attributes, and the text of each script."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data


OF_MARKDOWN = {"h3", "p", "code", "ul", "li", "strong", "em", "blockquote", "details", "summary"}
OF_MARKDOWN |= {"table", "thead", "tbody", "tr", "th", "td", "br"}


@pytest.mark.parametrize("name", ["run.md", "summary.md"])
def test_markdown_is_text_alone(hostile: Hostile, name: str) -> None:
    text = hostile.read(name)
    assert not NEVER_RAW.search(text)
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    elements = Elements(rendered).found
    assert {tag for tag, _ in elements} <= OF_MARKDOWN
    for _, attributes in elements:
        assert set(attributes) <= {"style"}  # how a column is aligned
    for table in re.findall("<table>.*?</table>", rendered, re.DOTALL):
        columns = {len(re.findall("<t[hd]", row)) for row in re.findall("<tr>.*?</tr>", table, re.DOTALL)}
        assert len(columns) == 1, "a name broke out of its cell"


@pytest.mark.parametrize("kind", ["pyperf", "hyperfine", "pytest-benchmark"])
def test_formats_of_benchmarks(own: Hostile, kind: str) -> None:
    ended = own("runs", "export", "--format", kind)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not NEVER_RAW.search(ended.stdout)
    for text in _texts(json.loads(ended.stdout)):
        assert not NEVER_RAW.search(text)


@pytest.mark.parametrize("kind", ["speedscope", "pyinstrument", "chrome-trace", "otlp-json"])
def test_formats_of_profiles_and_timelines(profiled: Hostile, kind: str) -> None:
    ended = profiled("runs", "export", "--format", kind)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not NEVER_RAW.search(ended.stdout)
    # pyinstrument's own mark between the parts of a frame
    texts = [text.replace("\x00", " ") for text in _texts(json.loads(ended.stdout))]
    assert not [text for text in texts if NEVER_RAW.search(text)]
    assert any("<script>alert(1)</script>" in text for text in texts)


def test_collapsed_stacks_keep_to_their_lines(profiled: Hostile) -> None:
    ended = profiled("runs", "export", "--format", "collapsed")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not NEVER_RAW.search(ended.stdout)
    for line in ended.stdout.splitlines():
        stack, _, count = line.rpartition(" ")
        assert int(count) > 0
        assert len(stack.split(";")) == 3, "a thread and two frames"


@pytest.mark.parametrize("mode", Mode)
def test_profiles_on_a_terminal(printed: Callable[[RenderableType, int], str], mode: Mode) -> None:
    dossier = hostile_dossier()
    on = frozenset(dossier.document.design.factors)
    (new,) = (replace(profile, mode=mode) for profile in dossier.profiles)
    old = replace(new, on=frozenset(), samples=new.samples[::2])
    compared = profile_report(replace(dossier, profiles=(new, old)), View(on, frozenset()), Detail.ALL)
    for report in (compared, attached_report(new, WORDS, Detail.ALL)):
        for width in (40, 120):
            text = printed(report, width)
            assert not NEVER_RAW.search(text)
            assert max(map(len, text.splitlines())) <= width


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, keys included."""
    match value:
        case str():
            yield value
        case dict():
            for key, item in value.items():
                yield key
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)


def _check_page(text: str) -> None:
    page = Elements(text)
    tags = {tag for tag, _ in page.found}
    assert not tags & {"marquee", "iframe", "object", "embed", "base"}
    for tag, attributes in page.found:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("href", "src", "action"):
            assert (attributes.get(name) or "#").startswith(("#", "data:")), attributes
    (policy,) = (
        attributes["content"] or ""
        for tag, attributes in page.found
        if tag == "meta" and attributes.get("http-equiv", "") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    kinds = [attributes.get("type") for tag, attributes in page.found if tag == "script"]
    assert len(kinds) == len(page.scripts)
    for kind, script in zip(kinds, page.scripts, strict=True):
        if kind == "application/json":
            json.loads(script)
            assert not re.search("[<>&\u2028\u2029]", script)
        else:
            assert "alert(" not in script


def test_the_page(hostile: Hostile) -> None:
    _check_page(hostile.read("run.html"))


def test_the_page_of_a_process_that_was_attached_to() -> None:
    _check_page(render_profiles(hostile_dossier().profiles, WORDS))


def test_the_page_of_hostile_switches_and_agents() -> None:
    _check_page(render(hostile_dossier()))


def test_the_page_with_profiles(profiled: Hostile) -> None:
    written = profiled("report", "--html", "profiled.html")
    assert written.returncode == 0, written.stderr
    _check_page(profiled.read("profiled.html"))
