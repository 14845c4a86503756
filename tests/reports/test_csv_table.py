"""One tidy row for each trial, and nothing in it that a spreadsheet would run."""

import csv
import io
from collections.abc import Callable

import pytest

from agentperf.reports.csv_table import export_csv
from agentperf.reports.document import Document

Documents = Callable[[str], Document]


def rows(document: Document) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export_csv(document))))


def test_header(documents: Documents) -> None:
    header, *_ = export_csv(documents("realistic")).splitlines()
    assert header == (
        "run_id,scenario,block,order,worker,combination,on.parallelism,on.pooling,on.lazy_validation,"
        "wall_s,settled_s,cpu_s,latency_p50_s,latency_p95_s,latency_p99_s,throughput_per_s,"
        "peak_memory_bytes,loop_lag_max_s,commits,rows_written,bytes_written,connections_opened,"
        "frames_sent,bytes_sent,validations,monitoring_records,fsyncs,error,"
        "started_at,load_average_1min,cpu_mhz,spin_s"
    )


def test_every_trial_with_its_exact_figures(documents: Documents) -> None:
    document = documents("realistic")
    trials = sorted(document.trials, key=lambda trial: (trial.block, trial.order))
    for row, trial in zip(rows(document), trials, strict=True):
        assert (int(row["block"]), int(row["order"])) == (trial.block, trial.order)
        assert float(row["wall_s"]) == trial.metrics.wall_s
        assert int(row["commits"]) == trial.counters.commits
        assert trial.surroundings and float(row["started_at"]) == trial.surroundings.started_at
        on = {factor for factor in document.design.factors if row[f"on.{factor}"] == "1"}
        assert on == set(trial.on)


def test_what_was_not_measured_is_empty(documents: Documents) -> None:
    *_, failed = [row for row in rows(documents("failed")) if row["error"]]
    assert (failed["wall_s"], failed["commits"], failed["error"]) == ("", "", "ValueError: no")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_text_is_a_formula(documents: Documents, start: str) -> None:
    document = documents("realistic")
    name = f"{start}1+1"
    scenario = document.scenario.model_copy(update={"name": name})
    trial = document.trials[0].model_copy(update={"worker": name, "error": name})
    row, *_ = rows(document.model_copy(update={"scenario": scenario, "trials": (trial,)}))
    assert all(row[column].startswith(f"'{start}"[:1]) for column in ("scenario", "worker", "error"))


def test_no_cell_of_hostile_names_is_a_formula(documents: Documents) -> None:
    table = csv.reader(io.StringIO(export_csv(documents("hostile"))))
    assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
