"""What a user expects of a run or of a comparison, as `--fail-on` says it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..experiments.design import Design
from ..experiments.preparation import RequestError
from ..scenarios.choices import DesignKind
from ..scenarios.invalid import InvalidValue
from ..scenarios.units import parse_percentage
from ..scenarios.wording import quoted, suggestion
from .fragments import Fragment

_EFFECT, _REGRESSION = "effect", "regression"
_WRITE = {
    _EFFECT: "write effect:NAME:MIN%, such as effect:pooling:10%",
    _REGRESSION: "write regression:MAX%, such as regression:5%",
}
_PLACE = {_EFFECT: "'agentperf run'", _REGRESSION: "'agentperf compare'"}


class Outcome(StrEnum):
    """What the data say of an expectation."""

    MET = "met"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Judgement:
    """An expectation as it was written, its outcome, and the figures that say so."""

    expectation: str
    outcome: Outcome
    fragments: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class EffectExpectation:
    """`effect:NAME:MIN%`: the switch saves at least so much on average."""

    written: str
    optimization: str
    min_percent: float


@dataclass(frozen=True, slots=True)
class RegressionExpectation:
    """`regression:MAX%`: nothing became slower by more."""

    written: str
    max_percent: float


def effect_expectation(written: str) -> EffectExpectation:
    """Of the command line of `run`; MIN may be negative, for a switch that may cost a little.

    Raises RequestError.
    """
    rest = _of_kind(_EFFECT, written)
    name, _, least = rest.rpartition(":")
    magnitude = _percentage(least.strip().removeprefix("-"), written, _EFFECT)
    percent = math.copysign(magnitude, -1 if least.strip().startswith("-") else 1)
    if not name or percent >= 100:
        raise RequestError(f"--fail-on {quoted(written)}: {_WRITE[_EFFECT]}")
    return EffectExpectation(written, name.strip(), percent)


def regression_expectation(written: str) -> RegressionExpectation:
    """Of the command line of `compare`. Raises RequestError."""
    return RegressionExpectation(written, _percentage(_of_kind(_REGRESSION, written), written, _REGRESSION))


def check_estimable(expectations: Sequence[EffectExpectation], design: Design) -> None:
    """Raises RequestError for a switch that is not swept, and for a design that tells no average effect."""
    for one in expectations:
        if one.optimization not in design.factors:
            raise RequestError(
                f"--fail-on {quoted(one.written)}: {quoted(one.optimization)} is not swept, "
                f"{suggestion(one.optimization, design.factors)}"
            )
        if design.kind is DesignKind.ONE_AT_A_TIME and len(design.factors) > 1:
            raise RequestError(
                f"--fail-on {quoted(one.written)}: the design {design.kind.value} tells no average effect; "
                "take another --design"
            )


def _of_kind(kind: str, written: str) -> str:
    """What stands behind the kind."""
    found, colon, rest = written.strip().partition(":")
    if found == kind and colon:
        return rest
    if found in _PLACE and colon:
        raise RequestError(f"--fail-on {quoted(written)} is for {_PLACE[found]}, here {_WRITE[kind]}")
    raise RequestError(f"--fail-on {quoted(written)}: {_WRITE[kind]}")


def _percentage(text: str, written: str, kind: str) -> float:
    try:
        return parse_percentage(text)
    except InvalidValue as error:
        raise RequestError(f"--fail-on {quoted(written)}: {_WRITE[kind]}") from error
