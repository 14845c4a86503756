"""pyperf itself reads the export."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agentperf.reports.benchmarks import NothingToExport
from agentperf.reports.document import Document
from agentperf.reports.pyperf_export import export_pyperf

Documents = Callable[[str], Document]

VALUES = """
import json, sys, pyperf
suite = pyperf.BenchmarkSuite.load(sys.argv[1])
print(json.dumps({bench.get_name(): bench.get_values() for bench in suite}))
"""


def pyperf(*arguments: str | Path) -> str:
    finished = subprocess.run(
        [sys.executable, "-m", "pyperf", *map(str, arguments)], capture_output=True, text=True, timeout=120
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def saved(document: Document, path: Path) -> Path:
    path.write_text(export_pyperf(document), encoding="utf-8")
    return path


def test_compare_to(documents: Documents, tmp_path: Path) -> None:
    before = saved(documents("realistic"), tmp_path / "before.json")
    after = saved(documents("slower"), tmp_path / "after.json")
    output = pyperf("compare_to", before, after)
    for name in ("none", "parallelism+pooling", "all"):
        assert f"\n{name}: Mean +- std dev: [before] " in f"\n{output}"
    assert output.count("x slower") == 1 + len(documents("realistic").combinations)


def test_every_kind_is_read(documents: Documents, tmp_path: Path) -> None:
    kinds = ("throughput", "hostile", "one_value", "unfinished")
    paths = [saved(documents(kind), tmp_path / f"{kind}.json") for kind in kinds]
    output = pyperf("stats", *paths)
    assert output.count("Total number of values: ") == 8 + 32 + 8 + 5
    assert r"two\nlines \x1b[31mred\x1b[0m" in output
    assert "not significant (32)" in pyperf("compare_to", "--table", paths[1], paths[1])
    assert "agentperf_run: 20261122-154621-7f3a" in pyperf("metadata", paths[0])


def test_values_are_the_trials(documents: Documents, tmp_path: Path) -> None:
    document = documents("realistic")
    path = saved(document, tmp_path / "run.json")
    read = subprocess.run([sys.executable, "-c", VALUES, path], capture_output=True, text=True, check=True)
    values = json.loads(read.stdout)
    assert list(values) == [
        "none",
        "parallelism",
        "pooling",
        "lazy_validation",
        "parallelism+pooling",
        "parallelism+lazy_validation",
        "pooling+lazy_validation",
        "all",
    ]
    on = ("parallelism", "pooling")
    assert values["parallelism+pooling"] == [
        trial.metrics.wall_s for trial in document.trials if trial.on == on
    ]


def test_a_block_is_a_run(documents: Documents) -> None:
    document = documents("realistic")
    suite = json.loads(export_pyperf(document))
    assert [len(benchmark["runs"]) for benchmark in suite["benchmarks"]] == [document.design.blocks] * 8


def test_nothing_measured_is_refused(documents: Documents) -> None:
    with pytest.raises(NothingToExport, match="no trial has a value"):
        export_pyperf(documents("empty"))
