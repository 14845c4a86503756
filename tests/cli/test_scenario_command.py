"""`agentperf scenario`: list, show, check, schema and new."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import jsonschema
from ruamel.yaml import YAML

from agentperf.scenarios.bundled import bundled, bundled_path

Program = Callable[..., CompletedProcess[str]]


def test_list_describes_every_bundled_scenario(program: Program) -> None:
    lines = [line for line in program("scenario", "list").stdout.splitlines() if not line.startswith(" ")]
    assert [line.split()[0] for line in lines] == list(bundled())
    assert all(len(line.split()) > 4 for line in lines)


def test_show_prints_a_scenario_to_the_byte(program: Program) -> None:
    assert program("scenario", "show", "quickstart").stdout == bundled_path("quickstart").read_text("utf-8")


def test_check_tells_every_mistake(program: Program, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("name: 3\nsteps: [{agent: one, cpu: fast}]\nstat: {}\n")
    ended = program("scenario", "check", "wrong.yaml")
    assert (ended.returncode, ended.stdout) == (2, "")
    lines = ended.stderr.splitlines()
    assert len(lines) == 3
    for line, place in zip(lines, ("wrong.yaml:1:7", "wrong.yaml:2:27", "wrong.yaml:3:1"), strict=True):
        assert line.startswith("error: ") and f"({place})" in line


def test_check_tells_what_is_swept_and_what_can_not_act(program: Program) -> None:
    scenario = "name: one\nsteps: [agent: x]\n"
    ended = program("scenario", "check", "-", "--set", "steps.0.cpu=1ms", stdin=scenario)
    assert ended.returncode == 0
    first, *_, last = ended.stderr.splitlines()
    assert first.startswith("warning: parallelism can't act in this scenario: ")
    assert last.startswith("one: valid, 1 steps, sweeps parallelism, ")


def test_the_schema_accepts_the_starter_which_is_not_overwritten(program: Program, tmp_path: Path) -> None:
    ended = program("scenario", "new")
    assert (ended.returncode, ended.stderr) == (0, "wrote scenario.yaml; try 'agentperf run scenario.yaml'\n")
    written = (tmp_path / "scenario.yaml").read_text()
    again = program("scenario", "new")
    assert (again.returncode, again.stderr) == (2, "error: scenario.yaml: File exists\n")
    assert (tmp_path / "scenario.yaml").read_text() == written
    schema = json.loads(program("scenario", "schema").stdout)
    jsonschema.validate(YAML(typ="safe", pure=True).load(written), schema)
