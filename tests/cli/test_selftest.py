"""`agentperf selftest`: what goes where, what is left behind, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, NamedTuple

import pytest
from typer.main import get_command

from agentperf.cli.exit_code import ExitCode
from agentperf.cli.program import app
from agentperf.cli.selftesting import Strictness, ending
from agentperf.experiments.run import StopReason
from agentperf.reports.figures import percent
from agentperf.reports.selftest_record import (
    FamilyRecord,
    RelabelledRecord,
    SelftestDocument,
    SelftestNoiseRecord,
    VisibleRecord,
)

from .test_import_time import HEAVY

Program = Callable[..., CompletedProcess[str]]
PAGE = (Path(__file__).parents[2] / "docs" / "selftest.md").read_text()


class Ran(NamedTuple):
    """A selftest that ended, and the folder that it ran in."""

    folder: Path
    ended: CompletedProcess[str]


@pytest.fixture(scope="module")
def tested(program_in: Callable[[Path], Program], tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Two blocks, shown and exported."""
    folder = tmp_path_factory.mktemp("selftest")
    wishes = ("--blocks", "2", "--seed", "5", "--export-json", "figures.json")
    return Ran(folder, program_in(folder)("selftest", *wishes))


@pytest.fixture(scope="module")
def figures(tested: Ran) -> SelftestDocument:
    return SelftestDocument.model_validate_json((tested.folder / "figures.json").read_text())


def test_results_go_to_standard_output_and_everything_else_to_standard_error(tested: Ran) -> None:
    assert tested.ended.returncode == 0, tested.ended.stderr
    assert "6 switches that change nothing, 64 combinations, 2 blocks" in tested.ended.stdout
    assert "selftest: 64 combinations in 2 blocks, 132 trials" in tested.ended.stderr
    assert "block 2 of 2: 64 trials" in tested.ended.stderr
    assert "block" not in tested.ended.stdout.partition("False alarms of this run")[2]


def test_the_figures_shown_are_those_exported(tested: Ran, figures: SelftestDocument) -> None:
    assert figures.blocks == 2
    assert figures.seed == 5
    assert [record.questions for record in figures.families] == [6, 6, 6, 15]
    assert figures.relabelled and figures.relabelled.analyses == 1000
    assert figures.noise.trial_sd_percent and figures.trial_median_s
    shown = " ".join(tested.ended.stdout.split())
    assert f"In {percent(100 * figures.relabelled.rate)} " in shown
    assert f"scatter by {percent(figures.noise.trial_sd_percent)} " in shown


def test_no_run_is_kept_unless_a_store_is_named(tested: Ran, figures: SelftestDocument) -> None:
    assert figures.run_id is None
    assert [path.name for path in (tested.folder / ".agentperf").iterdir()] == [".gitignore"]
    assert "saved" not in tested.ended.stderr


def test_a_named_store_keeps_the_run(program: Program) -> None:
    ended = program("selftest", "--blocks", "1", "--store", "kept.db", "--json", "-q")
    assert ended.returncode == 0, ended.stderr
    document = json.loads(ended.stdout)
    assert document["schema_version"] == 1
    assert document["run_id"] in program("runs", "list", "--store", "kept.db").stdout


def test_the_users_own_store_is_not_the_named_one(program: Program, tmp_path: Path) -> None:
    ended = program("selftest", "--blocks", "1", "-q", AGENTPERF_STORE=str(tmp_path / "mine.db"))
    assert ended.returncode == 0, ended.stderr
    assert not (tmp_path / "mine.db").exists()


def test_an_interrupt_ends_it_with_what_there_is(program: Any) -> None:
    with program.started("selftest", "--blocks", "50") as running:
        assert running.stderr and running.stdout
        for said in running.stderr:
            if said.startswith("block 2 of 50"):
                break
        running.send_signal(signal.SIGINT)
        said = running.stderr.read()
        assert running.wait(timeout=60) == ExitCode.INTERRUPTED
        assert "interrupted: ending after this trial" in said
        assert "2 blocks" in running.stdout.read()
    assert [path.name for path in (program.folder / ".agentperf").iterdir()] == [".gitignore"]


def test_strictly_one_block_is_inconclusive(program: Program) -> None:
    ended = program("selftest", "--blocks", "1", "--strict", "--no-progress")
    assert ended.returncode == ExitCode.INCONCLUSIVE
    assert "No result" in ended.stdout
    assert "block 1 of 1" not in ended.stderr


@pytest.mark.parametrize(
    ("alarms", "low", "strictness", "stop_reason", "code"),
    [
        (50, 0.038, Strictness.STRICT, StopReason.BLOCKS, ExitCode.DONE),
        (20, 0.013, Strictness.STRICT, StopReason.BLOCKS, ExitCode.DONE),
        (90, 0.074, Strictness.STRICT, StopReason.BUDGET, ExitCode.INCONCLUSIVE),
        (90, 0.074, Strictness.LENIENT, StopReason.BLOCKS, ExitCode.DONE),
        (90, 0.074, Strictness.STRICT, StopReason.INTERRUPTED, ExitCode.INTERRUPTED),
    ],
)
def test_only_too_many_false_alarms_are_a_failure(
    alarms: int,
    low: float,
    strictness: Strictness,
    stop_reason: StopReason,
    code: ExitCode,
    figures: SelftestDocument,
) -> None:
    relabelled = RelabelledRecord(
        analyses=1000,
        with_false_alarm=alarms,
        with_verdict=0,
        rate=alarms / 1000,
        rate_low=low,
        rate_high=2 * alarms / 1000,
    )
    document = figures.model_copy(update={"relabelled": relabelled, "stop_reason": stop_reason})
    assert ending(strictness, document) is code


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--budget", "soon"], "error: --budget: 'soon' is not a duration"),
        (["--budget", "1m", "--blocks", "3"], "error: --blocks is exact, leave out --budget"),
        (["--blocks", "0"], "--blocks"),
        (["--json", "--export-json", "-"], "two exports go to standard output"),
        (["--export-json", "missing/figures.json"], "missing/figures.json: No such file or directory"),
    ],
)
def test_what_can_not_be_done_is_one_line(arguments: list[str], what: str, program: Program) -> None:
    ended = program("selftest", *arguments)
    assert ended.returncode == ExitCode.INVALID
    (line,) = ended.stderr.splitlines()
    assert line.startswith("error: ") and what in line
    assert not ended.stdout


def test_help_imports_nothing_heavy() -> None:
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "agentperf", "selftest", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ended.stderr.splitlines()}
    assert not imported & HEAVY


def test_every_field_is_on_its_page() -> None:
    records = (SelftestDocument, SelftestNoiseRecord, FamilyRecord, RelabelledRecord, VisibleRecord)
    for field in (name for record in records for name in record.model_fields):
        assert f"`{field}`" in PAGE or f"`{field}[]`" in PAGE, field


def test_every_option_is_on_its_page() -> None:
    command = get_command(app).commands["selftest"]  # type: ignore[attr-defined]  # of a group
    for parameter in command.params:
        assert f"`{parameter.opts[0]}" in PAGE, parameter.opts
