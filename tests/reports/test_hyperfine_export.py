"""The export has the shape of hyperfine's own, and what hyperfine's scripts reach for."""

import json
import shutil
import statistics
import subprocess
from collections.abc import Callable, Mapping
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agentperf.reports.document import Document
from agentperf.reports.hyperfine_export import export_hyperfine

Documents = Callable[[str], Document]
HYPERFINE = shutil.which("hyperfine")
MEASURED_BY_SOME_RELEASES = {"memory_usage_byte"}


def results(document: Document) -> list[dict[str, Any]]:
    exported: list[dict[str, Any]] = json.loads(export_hyperfine(document))["results"]
    return exported


@pytest.mark.parametrize("kind", ["realistic", "hostile", "one_value", "throughput", "unfinished", "empty"])
def test_what_the_scripts_read(documents: Documents, kind: str) -> None:
    """plot_whisker, plot_histogram, plot_progression, plot_benchmark_comparison, advanced_statistics."""
    read = results(documents(kind))
    labels, times = [entry["command"] for entry in read], [entry["times"] for entry in read]
    assert len(set(labels)) == len(labels)
    assert sorted(range(len(labels)), key=lambda index: read[index]["median"]) is not None
    for entry, ran in zip(read, times, strict=True):
        assert np.percentile(ran, [5, 25, 75, 95]).shape == (4,)
        assert round(entry["mean"], 9) == round(float(np.mean(ran)), 9)
        assert entry["median"] == statistics.median(ran)
        assert (entry["min"], entry["max"]) == (min(ran), max(ran))
        assert len(entry["exit_codes"]) == len(ran)
        if len(ran) > 1:
            assert entry["stddev"] == pytest.approx(float(np.std(ran, ddof=1)))


def test_one_switch_can_be_plotted_as_a_parameter(documents: Documents) -> None:
    """plot_parametrized wants exactly one parameter, and a number in it; welch_ttest wants two results."""
    read = results(documents("one_switch"))
    parameters = [next(iter(entry["parameters"].items())) for entry in read]
    assert [(name, float(value)) for name, value in parameters] == [("pooling", 0.0), ("pooling", 1.0)]
    assert [len(entry["parameters"]) for entry in read] == [1, 1]
    assert [entry["command"] for entry in read] == ["none", "all"]


def test_values_are_the_trials(documents: Documents) -> None:
    document = documents("realistic")
    by_name = {entry["command"]: entry for entry in results(document)}
    trials = [trial for trial in document.trials if trial.on == ("pooling",)]
    assert by_name["pooling"]["times"] == [trial.metrics.wall_s for trial in trials]
    assert by_name["pooling"]["parameters"] == {"parallelism": "0", "pooling": "1", "lazy_validation": "0"}


@pytest.mark.skipif(HYPERFINE is None, reason="hyperfine is not installed")
def test_keys_and_types_are_those_of_hyperfine(documents: Documents, tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    command = [str(HYPERFINE), "-N", "-r", "2", "-P", "n", "1", "2", "echo {n}", "--export-json", str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    own, *_ = json.loads(path.read_text())["results"]
    ours, *_ = results(documents("realistic"))
    assert ours.keys() == own.keys() - MEASURED_BY_SOME_RELEASES
    assert {key: kind(ours[key]) for key in ours} == {key: kind(own[key]) for key in ours}


def kind(value: object) -> object:
    match value:
        case Mapping():
            return {kind(item) for item in value.values()}
        case list():
            return [kind(item) for item in value[:1]]
        case Real():
            return "number"
        case _:
            return type(value).__name__
