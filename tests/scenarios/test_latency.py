import math
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from agentperf.scenarios.latency import Constant, Exponential, Latency, LogNormal, Uniform

ADAPTER: TypeAdapter[Any] = TypeAdapter(Latency)
inside = st.floats(min_value=1e-12, max_value=1 - 1e-12)
written = st.sampled_from(
    [
        "5ms",
        {"distribution": "constant", "value": "1s"},
        {"distribution": "uniform", "low": "1ms", "high": "2ms"},
        {"distribution": "exponential", "mean": "1s"},
        {"distribution": "lognormal", "median": "12ms", "sigma": 0.3},
        {"distribution": "lognormal", "median": "5.7s", "p90": "22.2s", "maximum": "120s"},
    ]
)


def test_a_bare_duration_is_constant() -> None:
    latency = ADAPTER.validate_python("8ms")
    assert latency == Constant(distribution="constant", value="8ms")  # type: ignore[arg-type]
    assert latency.quantile(0.99) == 0.008


def test_uniform_is_linear_in_u() -> None:
    latency = ADAPTER.validate_python({"distribution": "uniform", "low": "10ms", "high": "30ms"})
    assert isinstance(latency, Uniform)
    assert [latency.quantile(u) for u in (0.25, 0.5)] == pytest.approx([0.015, 0.02])


def test_exponential_has_its_mean() -> None:
    latency = ADAPTER.validate_python({"distribution": "exponential", "mean": "2s"})
    assert isinstance(latency, Exponential)
    assert latency.typical_s == pytest.approx(2 * math.log(2))
    quantiles = [latency.quantile((part + 0.5) / 10_000) for part in range(10_000)]
    assert sum(quantiles) / len(quantiles) == pytest.approx(2, rel=1e-3)


def test_lognormal_by_p90_meets_median_and_p90() -> None:
    latency = ADAPTER.validate_python({"distribution": "lognormal", "median": "5.7s", "p90": "22.2s"})
    assert isinstance(latency, LogNormal)
    assert latency.quantile(0.5) == pytest.approx(5.7)
    assert latency.quantile(0.9) == pytest.approx(22.2)


def test_lognormal_by_sigma() -> None:
    latency = ADAPTER.validate_python({"distribution": "lognormal", "median": "12ms", "sigma": 0.3})
    assert latency.quantile(NormalDist().cdf(1)) == pytest.approx(0.012 * math.exp(0.3))


def test_maximum_cuts_the_tail_only() -> None:
    cut = ADAPTER.validate_python(
        {"distribution": "lognormal", "median": "0.3s", "p90": "13.6s", "maximum": "60s"}
    )
    whole = cut.model_copy(update={"maximum": None})
    assert cut.quantile(0.999) == 60.0 < whole.quantile(0.999)
    assert cut.quantile(0.9) == whole.quantile(0.9)


@given(written, inside, inside)
def test_quantiles_are_finite_and_never_fall(document: Any, one: float, other: float) -> None:
    latency = ADAPTER.validate_python(document)
    low, high = sorted((one, other))
    assert 0 <= latency.quantile(low) <= latency.quantile(high) < math.inf


@given(written)
def test_typical_is_the_median(document: Any) -> None:
    latency = ADAPTER.validate_python(document)
    assert latency.typical_s == pytest.approx(latency.quantile(0.5))


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ({"distribution": "uniform", "low": "2s", "high": "1s"}, "low is more than high"),
        ({"distribution": "lognormal", "median": "2s"}, "one of sigma and p90"),
        ({"distribution": "lognormal", "median": "2s", "sigma": 1, "p90": "3s"}, "one of sigma and p90"),
        ({"distribution": "lognormal", "median": "2s", "p90": "2s"}, "p90 is not above the median"),
        ({"distribution": "lognormal", "median": "2s", "p90": "5s", "maximum": "4s"}, "maximum cuts below"),
        ({"distribution": "lognormal", "median": 0, "sigma": 1}, "more than 0"),
        ({"distribution": "lognormal", "median": "1s", "sigma": math.nan}, "less than or equal to 5"),
        ({"distribution": "exponential", "mean": "0s"}, "more than 0"),
    ],
)
def test_contradictions_are_refused(document: Any, what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        ADAPTER.validate_python(document)
