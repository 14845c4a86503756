"""How long a model or a tool takes to answer: four distributions, each drawn by its quantile function.

Drawing by quantiles lets the caller choose the uniform numbers, and so give every combination of a block the
same latencies and stratify them over blocks.
"""

import math
from statistics import NormalDist
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from .invalid import InvalidValue
from .quantities import DURATION_SCHEMA, Duration, PositiveDuration
from .section import Section

Z90 = NormalDist().inv_cdf(0.9)


class Constant(Section):
    """Always the same; a bare duration means this."""

    distribution: Literal["constant"]
    value: Duration

    def quantile(self, u: float) -> float:
        """Seconds."""
        return self.value

    @property
    def typical_s(self) -> float:
        """The median, in seconds."""
        return self.value


class Uniform(Section):
    """Equally likely anywhere between low and high."""

    distribution: Literal["uniform"]
    low: Duration
    high: Duration

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise InvalidValue("low is more than high", "swap them")
        return self

    def quantile(self, u: float) -> float:
        """Seconds that a share `u` of all draws stays under; 0 < u < 1."""
        return self.low + u * (self.high - self.low)

    @property
    def typical_s(self) -> float:
        """The median, in seconds."""
        return self.quantile(0.5)


class Exponential(Section):
    """Memoryless, with the given mean."""

    distribution: Literal["exponential"]
    mean: PositiveDuration

    def quantile(self, u: float) -> float:
        """Seconds that a share `u` of all draws stays under; 0 < u < 1: -mean ln(1 - u)."""
        return -self.mean * math.log1p(-u)

    @property
    def typical_s(self) -> float:
        """The median, in seconds."""
        return self.quantile(0.5)


class LogNormal(Section):
    """The usual shape of answering times: given by its median and either sigma or the 90th percentile.

    `maximum` cuts the tail as a timeout of the called service would: a draw beyond it is the maximum.
    """

    distribution: Literal["lognormal"]
    median: PositiveDuration
    sigma: Annotated[float, Field(gt=0, le=5, strict=True)] | None = None
    p90: PositiveDuration | None = None
    maximum: PositiveDuration | None = None

    @model_validator(mode="after")
    def _spread_given_once(self) -> Self:
        if (self.sigma is None) == (self.p90 is None):
            raise InvalidValue(
                "a lognormal latency takes exactly one of sigma and p90", "give one of the two"
            )
        if self.p90 is not None and self.p90 <= self.median:
            raise InvalidValue("p90 is not above the median", "nine of ten answers come within p90, raise it")
        if self.maximum is not None and self.maximum < (self.p90 or self.median):
            raise InvalidValue("maximum cuts below the other quantiles", "raise it")
        return self

    @property
    def log_sd(self) -> float:
        """Standard deviation of the logarithm: sigma, or ln(p90 / median) / z(0.9)."""
        if self.sigma is not None:
            return self.sigma
        assert self.p90 is not None
        return math.log(self.p90 / self.median) / Z90

    def quantile(self, u: float) -> float:
        """Seconds that a share `u` of all draws stays under; 0 < u < 1: median exp(sigma z(u))."""
        drawn = self.median * math.exp(self.log_sd * NormalDist().inv_cdf(u))
        return drawn if self.maximum is None else min(drawn, self.maximum)

    @property
    def typical_s(self) -> float:
        """The median, in seconds."""
        return self.median


def _bare_duration(written: Any) -> Any:
    if isinstance(written, str | int | float):
        return {"distribution": "constant", "value": written}
    return written


class _OrBareDuration:
    """Tells editors what `_bare_duration` tells pydantic."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [DURATION_SCHEMA, handler(schema)]}


DISTRIBUTIONS = ("constant", "uniform", "exponential", "lognormal")
Distribution = Annotated[Constant | Uniform | Exponential | LogNormal, Field(discriminator="distribution")]
Latency = Annotated[Distribution, BeforeValidator(_bare_duration), _OrBareDuration()]
