"""JSON of hyperfine: its plotting and statistics scripts read it."""

import json
from statistics import fmean, median, stdev

from pydantic import JsonValue

from .benchmarks import Benchmark, benchmarks
from .document import Document


def export_hyperfine(document: Document) -> str:
    """One result for each combination. `parameters` tells 1 or 0 for each swept switch.

    agentperf does not tell user from system time: `user` holds the mean of both, or 0
    where it was not measured, since the format knows no null there.
    """
    results = [_result(document, benchmark) for benchmark in benchmarks(document)]
    return json.dumps({"results": results}, indent=2, allow_nan=False) + "\n"


def _result(document: Document, benchmark: Benchmark) -> dict[str, JsonValue]:
    values_s = benchmark.values_s
    return {
        "command": benchmark.name,
        "mean": fmean(values_s),
        "stddev": stdev(values_s) if len(values_s) > 1 else None,
        "median": median(values_s),
        "user": fmean(benchmark.cpu_s) if benchmark.cpu_s else 0.0,
        "system": 0.0,
        "min": min(values_s),
        "max": max(values_s),
        "times": list(values_s),
        "exit_codes": [0] * len(values_s),
        "parameters": {factor: str(int(factor in benchmark.on)) for factor in document.design.factors},
    }
