"""What somebody said the switches bring, for the measurement to test."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import ConfigDict, Field, Strict

from .quantities import PercentageRange
from .runtime import MAX_SWITCHES
from .section import Section

ALL = "all"


class Claims(Section):
    """Claimed improvements in percent, by claim (a switch, `a+b`, or `all`), and the claimed order."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, PercentageRange] = Field(init=False)

    order: Annotated[tuple[Annotated[str, Strict()], ...], Field(max_length=MAX_SWITCHES)] = ()

    @property
    def gains(self) -> Mapping[str, tuple[float, float]]:
        """Claim to (low, high) percent, in the order of the file."""
        return MappingProxyType(self.__pydantic_extra__)


def claimed_switches(claim: str, factors: tuple[str, ...]) -> frozenset[str]:
    """The switches a claim is about: all `factors`, or those it names, joined by `+`."""
    if claim == ALL:
        return frozenset(factors)
    return frozenset(part.strip() for part in claim.split("+"))
