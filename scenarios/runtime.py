"""A user's own runtime in place of the reference one."""

from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue

from .invalid import refused
from .quantities import Location
from .section import Section
from .switches import MAX_SWITCHES, Switch, misnamed


def _named_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if refusals := misnamed(names, names, "switch"):
        raise refused(*refusals)
    return names


class Runtime(Section):
    """Where the runtime is, the switches it understands, and what it is opened with."""

    uses: Location
    optimizations: Annotated[
        tuple[Switch, ...], Field(max_length=MAX_SWITCHES), AfterValidator(_named_once)
    ] = ()
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
