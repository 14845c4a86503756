"""A user's own runtime in place of the reference one."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue, Strict

from .invalid import InvalidValue
from .quantities import Location
from .section import Section
from .wording import quoted

MAX_SWITCHES = 32
RESERVED = ("none", "all", "order")
_SWITCH = re.compile(r"[^\W\d_][\w-]{0,99}")


def _switch_name(text: str) -> str:
    if not _SWITCH.fullmatch(text):
        raise InvalidValue(
            f"{quoted(text)} cannot name a switch",
            "start with a letter, go on with letters, digits, '_' and '-'",
        )
    if text in RESERVED:
        raise InvalidValue(f"{quoted(text)} has a meaning of its own", "choose another name")
    return text


Switch = Annotated[str, Strict(), AfterValidator(_switch_name)]


class Runtime(Section):
    """Where the runtime is, the switches it understands, and what it is opened with."""

    uses: Location
    optimizations: Annotated[tuple[Switch, ...], Field(max_length=MAX_SWITCHES)] = ()
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
