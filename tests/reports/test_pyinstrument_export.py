"""pyinstrument itself loads the export and shows it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agentperf.profilers.profile import Mode
from agentperf.reports.benchmarks import NothingToExport
from agentperf.reports.dossier import Dossier
from agentperf.reports.export_format import ExportFormat
from agentperf.reports.profile_choice import Choice, chosen
from agentperf.reports.pyinstrument_export import export_pyinstrument

from .planted_dossiers import hostile_dossier, planted


def shown(dossier: Dossier, folder: Path, *options: str) -> str:
    """What `python -m pyinstrument --load` prints."""
    path = folder / "session.json"
    path.write_text(export_pyinstrument(dossier), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pyinstrument", "--load", path, *options],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def only(flags: str, mode: Mode) -> Dossier:
    return chosen(planted(), ExportFormat.PYINSTRUMENT, Choice(flags, mode))


def test_it_is_shown(tmp_path: Path) -> None:
    text = shown(only("all", Mode.CPU), tmp_path)
    assert "cpu: everything on: shares, not times" in text
    assert "Samples:  1000" in text and "Duration: 2.000" in text and "CPU time: 2.000" in text
    for part in ("2.000 cpu: everything on", "1.750 thread MainThread", "0.250 thread asyncio_0"):
        assert part in text
    assert "1.250 invoke_agent writer" in text.replace("  agentperf", " agentperf")
    assert "sqlalchemy/engine/base.py:2600" in text


def test_its_shares_are_those_of_the_samples(tmp_path: Path) -> None:
    tree = json.loads(shown(only("none", Mode.CPU), tmp_path, "-r", "json", "--show-all"))
    root = tree["root_frame"]
    assert (root["function"], root["time"]) == ("cpu: nothing on", pytest.approx(2.0))
    by_thread = {child["function"]: child["time"] for child in root["children"]}
    assert by_thread == {"thread MainThread": pytest.approx(1.75), "thread asyncio_0": pytest.approx(0.25)}


def test_what_waits_has_no_cpu_time(tmp_path: Path) -> None:
    assert "CPU time: 0.000" in shown(only("none", Mode.AWAIT), tmp_path)


def test_hostile_names_are_shown_as_text(tmp_path: Path) -> None:
    text = shown(hostile_dossier(), tmp_path)
    assert all(line.isprintable() for line in text.splitlines())
    assert r"\x1b[31mred" in text


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (
            Choice(),
            "there are 5: choose by --flags (none, all, pooling) and --mode (cpu or await)",
        ),
        (Choice("none"), "there are 2: choose by --mode (cpu or await)"),
        (Choice(mode=Mode.CPU), "there are 3: choose by --flags (none, all, pooling)"),
    ],
)
def test_one_profile_has_to_be_chosen(choice: Choice, words: str) -> None:
    with pytest.raises(NothingToExport) as refused:
        export_pyinstrument(chosen(planted(), ExportFormat.PYINSTRUMENT, choice))
    assert str(refused.value).endswith(words)
