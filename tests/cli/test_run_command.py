"""`agentperf run`: what goes where, and what its options do."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema
import pytest

from agentperf.cli import results
from agentperf.experiments.preparation import RequestError
from agentperf.reports.export_format import ExportFormat

Program = Callable[..., CompletedProcess[str]]

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "document.schema.json").read_text())
QUIET_TABLES = ("What each switch saves", "The combinations, best first", "In short")


def test_tables_go_to_standard_output_and_everything_else_to_standard_error(shown: Any) -> None:
    assert shown.ended.returncode == 0
    out, err = shown.ended.stdout, shown.ended.stderr
    for heading in QUIET_TABLES:
        assert heading in out
        assert heading not in err
    for words in (
        "4 combinations in 2 blocks, 8 trials",
        "block 1 of 2: 4 trials",
        "warning: 2 ",
        "saved as run",
    ):
        assert words in err
        assert words not in out


def test_every_line_of_progress_stays_one_line(shown: Any) -> None:
    progress = [line for line in shown.ended.stderr.splitlines() if line.startswith("block ")]
    assert len(progress) == 2
    assert all(line.endswith(" left") for line in progress)


def test_verbose_tells_how_much_of_the_time_was_timed(shown: Any) -> None:
    (line,) = [line for line in shown.ended.stderr.splitlines() if line.startswith("timed windows: ")]
    words = line.split()
    timed_s, all_s = float(words[2]), float(words[5])
    assert 0 <= timed_s < all_s
    assert line.endswith("%), worker start-up included")


def test_verbose_shows_every_combination(shown: Any) -> None:
    table = shown.ended.stdout.partition("The combinations, best first")[2]
    for name in ("none", "a", "b", "all"):
        assert f"\n{name} " in table


def test_json_is_one_document_alone_and_valid(printed: Any) -> None:
    assert printed.ended.returncode == 0
    jsonschema.validate(json.loads(printed.ended.stdout), SCHEMA)
    assert "block 1 of 1: 2 trials" in printed.ended.stderr


def test_a_wish_for_colours_does_not_animate_a_pipe(printed: Any) -> None:
    assert "\x1b[33mwarning\x1b[0m: 1 " in printed.ended.stderr
    assert "\x1b[2K" not in printed.ended.stderr and "\x1b[?25l" not in printed.ended.stderr
    assert "\x1b" not in printed.ended.stdout


def test_flags_hold_set_and_isolate(printed: Any) -> None:
    document = json.loads(printed.ended.stdout)
    assert (document["design"]["factors"], document["design"]["held"]) == (["b"], ["a"])
    assert sorted(trial["on"] for trial in document["trials"]) == [[], ["b"]]
    assert len({trial["worker"] for trial in document["trials"]}) == 2
    assert document["scenario"]["document"]["load"] == {"sessions": 2}


def test_json_on_standard_output_and_in_a_file_is_the_same(printed: Any) -> None:
    assert (printed.folder / "run.json").read_text() == printed.ended.stdout


def test_every_export_is_written(shown: Any) -> None:
    document = json.loads((shown.folder / "run.json").read_text())
    jsonschema.validate(document, SCHEMA)
    rows = list(csv.reader((shown.folder / "run.csv").read_text().splitlines()))
    assert len(rows) == 1 + len(document["trials"]) == 9
    assert document["run_id"] in (shown.folder / "run.md").read_text()


def test_the_run_is_saved_where_it_says(shown: Any) -> None:
    saved = (shown.folder / ".agentperf" / "results.db", shown.folder / ".agentperf" / ".gitignore")
    assert all(file.exists() for file in saved)
    assert not list((shown.folder / ".agentperf").glob("trials-*"))


def test_standard_output_takes_one_export(program: Any, bench: Path) -> None:
    ended = program("run", bench, "--json", "--export-csv", "-")
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == "error: two exports go to standard output, give each a file of its own\n"
    assert not list(program.folder.iterdir())


def test_exports_that_can_not_be_written_are_found_before_anything_is_measured(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"two exports go to run\.json, give each a file of its own"):
        results.check([(ExportFormat.JSON, "run.json"), (ExportFormat.CSV, "run.json")])
    with pytest.raises(RequestError, match="two exports go to"):
        results.check([(ExportFormat.JSON, "run.json")], page="./run.json")
    with pytest.raises(RequestError, match="is the scenario and would be overwritten"):
        results.check([], page=f"{tmp_path}/../{tmp_path.name}/a.yaml", source=str(tmp_path / "a.yaml"))
    with pytest.raises(FileNotFoundError):
        results.check([(ExportFormat.JSON, str(tmp_path / "missing" / "run.json"))])


def test_dry_run_says_what_would_be_run_and_leaves_no_trace(program: Any, bench: Path) -> None:
    ended = program("run", bench, "--dry-run", "--blocks", "12", "--set", "measure.warmup=2")
    assert ended.returncode == 0
    assert ended.stdout.splitlines()[0] == "bench: 4 combinations in 12 blocks, 72 trials."
    assert "to within ±" in ended.stdout.splitlines()[1]
    assert ended.stderr == ""
    assert not list(program.folder.iterdir())


def test_flags_all_is_what_the_scenario_sweeps(program: Program, bench: Path) -> None:
    said = program("run", bench, "--flags", "all", "--dry-run")
    assert (said.returncode, said.stdout) == (0, program("run", bench, "--dry-run").stdout)


def test_flags_none_sweeps_nothing_and_no_progress_shows_none(program: Program, bench: Path) -> None:
    """What the workload prints is no progress, and never goes to standard output."""
    wishes = ("--json", "--flags", "none", "--no-progress", "--set", "runtime.parameters.does=speak")
    ended = program("run", bench, *wishes)
    document = json.loads(ended.stdout)
    jsonschema.validate(document, SCHEMA)
    assert document["design"]["factors"] == document["effects"] == []
    assert [trial["on"] for trial in document["trials"]] == [[]]
    assert ended.stderr.startswith('bench: 1 combination in 1 block, 1 trial.\n{"finished": true}\n')
    assert "block 1" not in ended.stderr.partition("\n")[2]
    assert "saved as run" in ended.stderr


def test_switches_that_can_not_act_are_warned_of(program: Program) -> None:
    scenario = (
        "name: chain\nsteps: [{agent: one}, {agent: two, needs: [one]}]\noptimizations: [parallelism]\n"
    )
    ended = program("run", "-", "--dry-run", stdin=scenario)
    assert ended.stderr.startswith("warning: parallelism can't act in this scenario: ")
    assert program("run", "-", "--dry-run", "--flags", "pooling", stdin=scenario).stderr == ""


def test_a_switch_that_can_not_act_is_warned_of_once_before_it_is_measured(program: Program) -> None:
    """And again wherever the run is looked at later."""
    scenario = "name: chain\nsteps: [{agent: one}, {agent: two, needs: [one]}]\n"
    wishes = ("--flags", "parallelism", "--blocks", "1", "--set", "measure.warmup=0", "--json")
    ended = program("run", "-", *wishes, stdin=scenario)
    before, warning, after = ended.stderr.partition("parallelism can't act in this scenario: ")
    assert warning and "block 1 of 1" not in before
    assert "block 1 of 1" in after and warning not in after
    assert json.loads(ended.stdout)["warnings"][0].startswith(warning)
    assert program("runs", "show").stderr.startswith(f"warning: {warning}")


def test_the_module_is_the_same_program(program: Any) -> None:
    ended = program.as_module("run", "--blocks", "0")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("error: Invalid value for '--blocks'")
    assert ended.stderr.endswith(", see 'agentperf run --help'\n")
