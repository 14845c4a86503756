"""What somebody said the switches bring, for the measurement to test."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ConfigDict, Field

from .invalid import InvalidKey, InvalidValue, refusal, refused
from .quantities import PercentageRange
from .section import Section
from .switches import Switches, misnamed
from .wording import quoted, suggestion

ALL = "all"
MAX_CLAIMS = 100


class Claims(Section):
    """Claimed improvements in percent, by claim (a switch, `a+b`, or `all`), and the claimed order."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, PercentageRange] = Field(init=False)

    order: Switches = ()

    @property
    def gains(self) -> Mapping[str, tuple[float, float]]:
        """Claim to (low, high) percent, in the order of the file."""
        return MappingProxyType(self.__pydantic_extra__)


def claimed_switches(claim: str, factors: tuple[str, ...]) -> frozenset[str]:
    """The switches a claim is about: all `factors`, or those it names, joined by `+`."""
    return frozenset(factors if claim == ALL else _parts(claim))


def check_claims(claims: Claims, swept: tuple[str, ...]) -> None:
    """Refuse claims about anything but the swept switches, each at its own place."""
    if len(claims.gains) > MAX_CLAIMS:
        raise InvalidValue(f"more than {MAX_CLAIMS} claims", "keep fewer")
    refusals = misnamed(claims.order, swept, "swept optimization", "order")
    for claim, claimed in claims.gains.items():
        parts = _parts(claim)
        wrong = next((part for part in parts if part not in swept), None)
        if claim != ALL and wrong is not None:
            remedy = suggestion(wrong, [*swept, ALL])
            error = InvalidKey(f"{quoted(wrong)} is not a swept optimization", remedy)
        elif len(set(parts)) < len(parts):
            error = InvalidKey(f"{quoted(claim)} names a switch twice", "name it once")
        else:
            continue
        refusals.append(refusal((claim,), claimed, error))
    if refusals:
        raise refused(*refusals)


def _parts(claim: str) -> list[str]:
    return [part.strip() for part in claim.split("+")]
