"""The command on the page repeats the run."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from agentperf.experiments.combination_list import CombinationList
from agentperf.experiments.preparation import Request, prepare
from agentperf.experiments.profile_preparation import Subject, prepare_profiled
from agentperf.reports.assembly import assemble
from agentperf.reports.document import Document
from agentperf.reports.page.repeat import SCENARIO_FILE, repeat
from agentperf.scenarios.loader import load
from agentperf.scenarios.measure import Measure

from .conftest import Documents
from .kinds_of_documents import changed


def of_quickstart(*overrides: str, request: Request | None = None) -> Document:
    """A run of a bundled scenario, with two blocks said to be there."""
    run = prepare(load("quickstart", overrides=overrides), request or Request(), Measure())
    document = assemble(run, [])
    return changed(document, design=document.design.model_dump() | {"blocks": 2})


def asked_again(command: str, folder: Path) -> str:
    """What the command says it would do."""
    program = f'agentperf() {{ {shlex.quote(sys.executable)} -m agentperf "$@" --dry-run; }}'
    ended = subprocess.run(["sh", "-c", f"{program}\n{command}"], capture_output=True, text=True, cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_bundled_scenario_is_named(tmp_path: Path) -> None:
    document = of_quickstart("measure.seed=7", "measure.isolate=trial", "measure.threshold=2%")
    told = repeat(document)
    assert not told.needs_file
    for part in ("run quickstart", "--seed 7", "--blocks 2", "--threshold 2%", "--set measure.isolate=trial"):
        assert part in told.command
    assert "64 combinations" in asked_again(told.command, tmp_path)


def test_a_scenario_that_was_changed_goes_into_a_file(tmp_path: Path) -> None:
    document = of_quickstart(
        "steps.writer.cpu=2ms", request=Request(("pooling", "parallelism"), ("lazy_state",))
    )
    told = repeat(document)
    assert told.needs_file
    assert f"run {SCENARIO_FILE}" in told.command and "--hold lazy_state" in told.command
    (tmp_path / SCENARIO_FILE).write_text(json.dumps(document.scenario.document))
    assert "4 combinations" in asked_again(told.command, tmp_path)


def test_a_list_of_combinations_is_given_on_standard_input(tmp_path: Path) -> None:
    listed = CombinationList("none\npooling\nall but pooling\n", "<stdin>")
    document = of_quickstart(request=Request(combinations=listed))
    records: list[dict[str, object]] = [
        {"on": on, "improvement_percent": None, "improvement_low": None, "improvement_high": None}
        | {"metrics": {}, "counters": {}, "outcome_digest": None}
        for on in ((), ("pooling",), document.design.factors[:4])
    ]
    told = repeat(changed(document, combinations=records))
    assert told.command.endswith("END")
    assert "3 combinations" in asked_again(told.command, tmp_path)


@pytest.mark.parametrize("kind", ["hostile", "anytime", "empty", "screening"])
def test_whatever_the_names_a_shell_takes_them_as_words(documents: Documents, kind: str) -> None:
    document = documents(kind)
    command = repeat(document).command.replace("\\\n", "")
    words = shlex.split(command.partition(" <<")[0])
    assert words[:2] == ["agentperf", "run"]
    assert ("--anytime" in words) is (kind == "anytime")
    assert ("--blocks" in words) is bool(document.design.blocks)


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (Subject("pooling,parallelism", "none"), ["--flags parallelism,pooling", "--against none"]),
        (Subject("none"), ["--flags none"]),
    ],
)
def test_a_profile_is_repeated_as_one(subject: Subject, said: list[str]) -> None:
    run = prepare_profiled(load("quickstart"), subject, 3, Measure())
    document = assemble(run, [])
    told = repeat(changed(document, design=document.design.model_dump() | {"blocks": 3}))
    command = " ".join(told.command.replace("\\\n", "").split())
    assert command.startswith("agentperf profile quickstart --flags")
    for part in (*said, "--blocks 3", f"--seed {run.seed}"):
        assert part in command
    assert ("--against" in command) is (subject.against is not None)
    assert "END" not in command and not told.needs_file
