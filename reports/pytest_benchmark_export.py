"""JSON of pytest-benchmark: `pytest-benchmark compare before.json after.json` reads it."""

import json
from collections.abc import Sequence
from statistics import fmean, median, quantiles, stdev

from pydantic import JsonValue

from ..scenarios.wording import printable
from .benchmarks import Benchmark, benchmarks
from .document import Document

# The release whose reader this was checked against; the tool does not look at it.
_FORMAT_VERSION = "5.1.0"


def export_pytest_benchmark(document: Document) -> str:
    """One benchmark for each combination, all in a group named after the scenario."""
    environment = document.environment
    suite = {
        "machine_info": {
            "node": environment.hostname,
            "machine": environment.machine,
            "python_implementation": environment.python_implementation,
            "python_version": environment.python_version,
            "release": environment.release,
            "system": environment.system,
            "cpu": {"brand_raw": environment.cpu_model, "count": environment.cpu_count},
        },
        "commit_info": {},
        "benchmarks": [_benchmark(document, benchmark) for benchmark in benchmarks(document)],
        "datetime": document.created_at.isoformat(),
        "version": _FORMAT_VERSION,
    }
    return json.dumps(suite, indent=2, allow_nan=False) + "\n"


def _benchmark(document: Document, benchmark: Benchmark) -> dict[str, JsonValue]:
    scenario = printable(document.scenario.name)
    return {
        "group": scenario,
        "name": benchmark.name,
        "fullname": f"{scenario}::{benchmark.name}",
        "params": {factor: factor in benchmark.on for factor in document.design.factors},
        "param": None,
        "extra_info": {"agentperf_run": document.run_id, "metric": document.metric.value},
        "options": {},
        "stats": _stats(benchmark.values_s),
    }


def _stats(values_s: Sequence[float]) -> dict[str, JsonValue]:
    """The tool's own fields; quartiles as statistics.quantiles(method="inclusive") has them."""
    mean, deviation = fmean(values_s), stdev(values_s) if len(values_s) > 1 else 0.0
    lower, _, upper = quantiles(values_s, n=4, method="inclusive") if len(values_s) > 1 else [values_s[0]] * 3
    fence = 1.5 * (upper - lower)
    inside = [value for value in values_s if lower - fence <= value <= upper + fence]
    beyond_deviation = sum(abs(value - mean) > deviation for value in values_s)
    beyond_fence = len(values_s) - len(inside)
    return {
        "min": min(values_s),
        "max": max(values_s),
        "mean": mean,
        "stddev": deviation,
        "rounds": len(values_s),
        "median": median(values_s),
        "iqr": upper - lower,
        "q1": lower,
        "q3": upper,
        "iqr_outliers": beyond_fence,
        "stddev_outliers": beyond_deviation,
        "outliers": f"{beyond_deviation};{beyond_fence}",
        "ld15iqr": min(inside),
        "hd15iqr": max(inside),
        "ops": 1 / mean,
        "total": sum(values_s),
        "data": list(values_s),
        "iterations": 1,
    }
