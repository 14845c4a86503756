"""JSON of pyperf: `python -m pyperf compare_to before.json after.json` reads it.

A block is a fresh process, as pyperf's run is: each block becomes one run of each combination.
"""

import json

from pydantic import JsonValue

from ..scenarios.wording import printable
from .benchmarks import Benchmark, NothingToExport, benchmarks
from .document import Document


def export_pyperf(document: Document) -> str:
    """Suite of one benchmark for each combination. Raises NothingToExport without any value.

    pyperf refuses an empty suite, an empty name, and a line end in a text.
    """
    found = benchmarks(document)
    if not found:
        raise NothingToExport("no trial has a value yet, and pyperf cannot read a file without one")
    suite = {
        "version": "1.0",
        "metadata": _metadata(document),
        "benchmarks": [_benchmark(benchmark) for benchmark in found],
    }
    return json.dumps(suite, allow_nan=False) + "\n"


def _benchmark(benchmark: Benchmark) -> dict[str, JsonValue]:
    return {
        "metadata": {"name": benchmark.name},
        "runs": [
            {"values": list(block.values_s), "metadata": {"agentperf_block": block.number}}
            for block in benchmark.blocks
        ],
    }


def _metadata(document: Document) -> dict[str, str | int]:
    environment = document.environment
    texts = {
        "date": document.created_at.isoformat(sep=" "),
        "hostname": environment.hostname,
        "cpu_model_name": environment.cpu_model,
        "python_implementation": environment.python_implementation,
        "python_version": environment.python_version,
        "agentperf_version": document.agentperf_version,
        "agentperf_run": document.run_id,
        "agentperf_scenario": document.scenario.name,
        "agentperf_metric": document.metric.value,
    }
    metadata: dict[str, str | int] = {"unit": "second"}
    metadata |= {key: printable(text) for key, text in texts.items() if text and text.strip()}
    if environment.cpu_count:
        metadata["cpu_count"] = environment.cpu_count
    return metadata
