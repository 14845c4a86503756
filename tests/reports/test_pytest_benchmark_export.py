"""pytest-benchmark itself reads the export."""

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

from agentperf.reports.benchmarks import benchmarks
from agentperf.reports.document import Document
from agentperf.reports.pytest_benchmark_export import export_pytest_benchmark

Documents = Callable[[str], Document]


def compare(folder: Path, *arguments: str) -> str:
    """In a folder of its own: the tool makes .benchmarks where it stands."""
    finished = subprocess.run(
        [sys.executable, "-m", "pytest_benchmark", "compare", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    assert "Failed to load" not in finished.stdout + finished.stderr
    return finished.stdout


def save(document: Document, path: Path) -> None:
    path.write_text(export_pytest_benchmark(document), encoding="utf-8")


def test_compare(documents: Documents, tmp_path: Path) -> None:
    save(documents("realistic"), tmp_path / "before.json")
    save(documents("slower"), tmp_path / "after.json")
    output = compare(tmp_path, "before.json", "after.json")
    assert "benchmark 'support-triage': 16 tests" in output
    assert "parallelism+pooling (before)" in output
    assert "none (after)" in output
    assert compare(tmp_path, "before.json", "after.json", "--group-by=fullname").count(": 2 tests") == 8


def test_every_kind_is_read(documents: Documents, tmp_path: Path) -> None:
    kinds = ("hostile", "one_value", "throughput", "unfinished", "empty")
    for kind in kinds:
        save(documents(kind), tmp_path / f"{kind}.json")
    output = compare(tmp_path, *(f"{kind}.json" for kind in kinds))
    assert "benchmark 'support-triage': 21 tests" in output
    assert ": 32 tests" in output
    assert r"two\nlines \x1b[31mred\x1b[0m" in output


def test_figures_are_those_of_the_trials(documents: Documents, tmp_path: Path) -> None:
    document = documents("realistic")
    save(document, tmp_path / "run.json")
    compare(tmp_path, "run.json", "--csv=table.csv", "--columns=min,max,mean,median,rounds")
    with (tmp_path / "table.csv").open(newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    for benchmark in benchmarks(document):
        row = rows[f"support-triage::{benchmark.name}"]
        assert float(row["mean"]) == fmean(benchmark.values_s)
        assert float(row["min"]) == min(benchmark.values_s)
        assert int(row["rounds"]) == document.design.blocks
