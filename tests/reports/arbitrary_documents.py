"""Documents that hold whatever the records allow, likely or not."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from agentperf.analysis.verdicts import Verdict
from agentperf.experiments.run import StopReason
from agentperf.reports.document import Document
from agentperf.reports.enumerations import ClaimVerdict
from agentperf.scenarios.choices import DesignKind, Inference, Metric

from .simulated_documents import REALISTIC, simulated

PERCENTS = st.floats(-1e12, 100) | st.sampled_from([0.0, -0.04, 100.0])
RATIOS = st.floats(1e-12, 1e12)
SECONDS = st.none() | st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1e-12])
SHARES = st.floats(0, 1)
NOTHING: st.SearchStrategy[dict[str, Any]] = st.just({})
NAMES = st.text(min_size=1, max_size=60)


@st.composite
def arbitrary_documents(draw: st.DrawFn) -> Document:
    """A full factorial of three switches, every figure of which may be anything."""
    data = simulated(REALISTIC, metric=draw(st.sampled_from(Metric))).model_dump()
    names = draw(st.lists(NAMES, min_size=3, max_size=3, unique=True))
    data = _renamed(data, dict(zip(REALISTIC, names, strict=True)))
    for record in data["effects"]:
        for question in ("alone", "average", "last"):
            record[question] = draw(st.none() | _effects())
    for record in data["interactions"]:
        record |= draw(_spread("ratio", "ratio_low", "ratio_high", RATIOS)) | {"p_adjusted": draw(SHARES)}
        for one in record["conditionals"]:
            one |= draw(_spread("without_percent", "without_low", "without_high", PERCENTS))
            one |= draw(_spread("with_percent", "with_low", "with_high", PERCENTS))
            one |= {"saved_without_s": draw(SECONDS), "saved_with_s": draw(SECONDS)}
        record["conditionals"] = record["conditionals"][: draw(st.integers(0, 2))]
    for step in data["plan"]:
        step |= draw(_spread("cumulative_improvement_percent", "low", "high", PERCENTS))
        step |= {"enough": draw(st.booleans()), "ties": draw(st.lists(st.sampled_from(names), max_size=3))}
    for share in data["shares"]:
        share["share_percent"] = draw(st.none() | st.floats(-1e6, 1e6))
    for claim in data["claims"]:
        claim |= draw(
            _spread("measured_percent", "low", "high", PERCENTS)
            | st.just(dict.fromkeys(("measured_percent", "low", "high")))
        )
        claim["verdict"] = draw(st.sampled_from(ClaimVerdict))
    for record in data["what_if"]:
        record |= draw(_spread("predicted_percent", "predicted_low", "predicted_high", PERCENTS))
        record |= draw(_spread("measured_percent", "measured_low", "measured_high", PERCENTS))
        record |= {"difference_points": draw(st.none() | PERCENTS)}
        record |= {"remarks": draw(st.lists(NAMES, max_size=2))}
    for record in data["ledgers"]:
        record |= {"sessions_s": draw(st.floats(0, 1e6)), "blocks": draw(st.integers(1, 1000))}
    data["claimed_order"] = draw(st.none() | _orders(names))
    data["sufficient_sets"] = draw(st.lists(st.lists(st.sampled_from(names), max_size=3), max_size=9))
    data["noise"] = draw(NOTHING | _noise())
    data["design"] |= draw(_designs())
    data["time_scale"] = draw(st.floats(1e-9, 1e9))
    data["threshold_percent"] = draw(st.floats(0, 1e6))
    for name in draw(st.sets(st.sampled_from(["plan", "shares", "interactions", "claims", "trials"]))):
        data[name] = ()
    return Document.model_validate(data)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def _spread(
    estimate: str, low: str, high: str, numbers: st.SearchStrategy[float]
) -> st.SearchStrategy[dict[str, Any]]:
    """An estimate and the ends of its interval, in order."""
    ordered = st.tuples(numbers, numbers, numbers).map(sorted)
    return ordered.map(lambda ends: dict(zip((low, estimate, high), ends, strict=True)))


@st.composite
def _effects(draw: st.DrawFn) -> dict[str, Any]:
    return {
        **draw(_spread("ratio", "ratio_low", "ratio_high", RATIOS)),
        **draw(_spread("improvement_percent", "improvement_low", "improvement_high", PERCENTS)),
        "p_adjusted": draw(SHARES),
        "verdict": draw(st.sampled_from(Verdict)),
        "unclipped_improvement_percent": draw(st.none() | PERCENTS),
    }


@st.composite
def _orders(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    order = draw(st.permutations(names))
    found: dict[str, Any] = {"step": draw(st.integers(1, 3)), "better": names[0]}
    found |= draw(NOTHING | _spread("advantage_percent", "advantage_low", "advantage_high", PERCENTS))
    told: dict[str, Any] = found if draw(st.booleans()) else {}
    return {"order": order, "verdict": draw(st.sampled_from(ClaimVerdict)), **told}


@st.composite
def _noise(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "trial_sd_percent": draw(st.none() | st.floats(0, 1e9)),
        "clipped_share": draw(st.none() | SHARES),
        "lag1_autocorrelation": draw(st.none() | st.floats(-1, 1)),
        **draw(NOTHING | _spread("trend_percent", "trend_low", "trend_high", PERCENTS)),
    }


@st.composite
def _designs(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "kind": draw(st.sampled_from(DesignKind)),
        "blocks": draw(st.integers(0, 100_000)),
        "trials_per_block": draw(st.none() | st.integers(0, 1000)),
        "stop_reason": draw(st.sampled_from(StopReason)),
        "precision_percent": draw(st.none() | st.floats(0, 100)),
        "precision_reached_percent": draw(st.none() | st.floats(0, 1e12)),
        "inference": draw(st.sampled_from(Inference)),
        "resolution": draw(st.none() | st.integers(2, 32)),
        "aliases": draw(st.lists(st.text(max_size=80), max_size=20)),
    }
