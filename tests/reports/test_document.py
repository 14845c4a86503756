"""The document holds what the contract promises, and refuses what would mislead."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from agentperf.reports.combination_record import CombinationRecord
from agentperf.reports.document import Document
from agentperf.reports.record import Interval
from agentperf.scenarios.choices import Inference, Metric

EFFECT = {
    "ratio",
    "ratio_low",
    "ratio_high",
    "improvement_percent",
    "improvement_low",
    "improvement_high",
    "p_adjusted",
    "verdict",
}
METRICS = {
    "wall_s",
    "settled_s",
    "cpu_s",
    "latency_p50_s",
    "latency_p95_s",
    "latency_p99_s",
    "throughput_per_s",
    "peak_memory_bytes",
    "loop_lag_max_s",
}
COUNTERS = {
    "commits",
    "rows_written",
    "bytes_written",
    "connections_opened",
    "frames_sent",
    "bytes_sent",
    "validations",
    "monitoring_records",
    "fsyncs",
}
DESIGN = {
    "precision_percent",
    "precision_reached_percent",
    "max_blocks",
    "budget_s",
    "inference",
    "resolution",
    "aliases",
    "trials_per_block",
}
CONDITIONAL = {
    "optimization",
    "given",
    "without_percent",
    "without_low",
    "without_high",
    "with_percent",
    "with_low",
    "with_high",
    "saved_without_s",
    "saved_with_s",
}
TOP_LEVEL = {
    "schema_version",
    "run_id",
    "created_at",
    "agentperf_version",
    "scenario",
    "environment",
    "seed",
    "design",
    "metric",
    "effects",
    "interactions",
    "combinations",
    "plan",
    "claims",
    "price",
    "trials",
}
RECORDS = {
    "interactions": {"optimizations", "ratio", "ratio_low", "ratio_high", "p_adjusted", "conditionals"},
    "combinations": {
        "on",
        "improvement_percent",
        "improvement_low",
        "improvement_high",
        "metrics",
        "counters",
        "outcome_digest",
    },
    "plan": {"add", "cumulative_improvement_percent", "low", "high", "enough", "ties"},
    "shares": {"optimization", "improvement_percent", "improvement_low", "improvement_high", "share_percent"},
    "claims": {
        "claim",
        "claimed_low",
        "claimed_high",
        "measured_percent",
        "low",
        "high",
        "time_scale",
        "verdict",
    },
    "trials": {"block", "order", "on", "metrics", "counters", "worker", "surroundings"},
}

Documents = Callable[[str], Document]


@pytest.fixture
def realistic(documents: Documents) -> Document:
    return documents("realistic")


def test_every_promised_name_is_there(realistic: Document) -> None:
    data = realistic.model_dump(mode="json")
    assert data.keys() >= TOP_LEVEL
    assert data["scenario"].keys() >= {"name", "digest", "workload_digest", "document"}
    assert data["design"].keys() >= {"kind", "factors", "held", "combinations", "blocks", "stop_reason"}
    assert data["design"].keys() >= DESIGN
    assert data["noise"].keys() >= {"lag1_autocorrelation", "trend_percent", "trend_low", "trend_high"}
    assert data["interactions"][0]["conditionals"][0].keys() == CONDITIONAL
    assert data["claimed_order"].keys() >= {"order", "verdict", "step", "better"}
    assert data["sufficient_sets"][0]
    assert data["price"][0].keys() >= {"optimization"}
    for effect in data["effects"]:
        assert all(effect[question].keys() >= EFFECT for question in ("alone", "average", "last"))
    for name, promised in RECORDS.items():
        assert data[name][0].keys() >= promised
    combination = data["combinations"][0]
    assert combination["metrics"].keys() == METRICS == data["trials"][0]["metrics"].keys()
    assert combination["counters"].keys() == COUNTERS == data["trials"][0]["counters"].keys()
    assert combination["metrics"]["wall_s"].keys() == {"median", "low", "high"}


def test_a_document_survives_its_json(any_document: Document) -> None:
    assert Document.model_validate_json(any_document.model_dump_json()) == any_document


def test_optional_lists_default_to_empty(realistic: Document) -> None:
    data = realistic.model_dump()
    for name in ("interactions", "claims", "price", "settled_effects", "warnings"):
        del data[name]
    document = Document.model_validate(data)
    assert (document.interactions, document.claims, document.price) == ((), (), ())


def test_a_document_of_an_older_release_is_read(documents: Documents) -> None:
    document = documents("older")
    assert (document.shares, document.sufficient_sets, document.claimed_order) == ((), (), None)
    assert document.design.inference is Inference.FIXED and document.trials[0].surroundings is None


@pytest.mark.parametrize(
    ("record", "change"),
    [
        ("noise", {"trend_low": 99.0}),
        ("claimed_order", {"step": 9}),
        ("claimed_order", {"advantage_low": None}),
    ],
)
def test_what_contradicts_itself_is_refused(
    realistic: Document, record: str, change: dict[str, object]
) -> None:
    data = realistic.model_dump()
    data[record] |= change
    with pytest.raises(ValidationError):
        Document.model_validate(data)


def test_a_later_release_may_add_fields(realistic: Document) -> None:
    assert Document.model_validate(realistic.model_dump() | {"of_a_later_release": 1}) == realistic


def test_what_else_the_environment_holds_is_kept(realistic: Document) -> None:
    data = realistic.model_dump()
    data["environment"]["sqlite_version"] = "3.45"
    again = Document.model_validate(data).model_dump(mode="json")
    assert again["environment"]["sqlite_version"] == "3.45"


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
@pytest.mark.parametrize(
    "place",
    [("time_scale",), ("environment", "load"), ("scenario", "document", "x"), ("noise", "clipped_share")],
)
def test_numbers_are_finite(realistic: Document, place: tuple[str, ...], number: float) -> None:
    data = realistic.model_dump()
    *path, last = place
    inner = data
    for key in path:
        inner = inner[key]
    inner[last] = number
    with pytest.raises(ValidationError):
        Document.model_validate(data)


def test_an_interval_holds_its_estimate(realistic: Document) -> None:
    record = realistic.combinations[1].model_dump()
    with pytest.raises(ValidationError, match="does not hold"):
        CombinationRecord.model_validate(record | {"improvement_low": 99.0})
    with pytest.raises(ValidationError, match="come together"):
        CombinationRecord.model_validate(record | {"improvement_low": None})
    with pytest.raises(ValidationError, match="does not hold"):
        Interval(median=1, low=2, high=3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"status": "running"}, "stop_reason"),
        (
            {"trials": [{"block": 0, "order": 0, "on": ["x"], "metrics": {}, "counters": {}, "worker": ""}]},
            "swept",
        ),
        ({"effects": [{"optimization": "x", "alone": None, "average": None, "last": None}]}, "not swept"),
    ],
)
def test_the_parts_fit_together(realistic: Document, change: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Document.model_validate(realistic.model_dump() | change)


def test_throughput_is_analysed_as_seconds_per_session(realistic: Document) -> None:
    metrics = realistic.combinations[0].metrics
    measured, analysed = metrics.throughput_per_s, metrics.analysed_s(Metric.THROUGHPUT)
    assert measured and analysed
    assert (analysed.low, analysed.high) == (1 / (measured.high or 0), 1 / (measured.low or 0))
