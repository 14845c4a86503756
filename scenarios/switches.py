"""Names of switches, and lists of them."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field, Strict
from pydantic_core import InitErrorDetails

from .invalid import InvalidValue, refusal
from .wording import quoted, suggestion

MAX_SWITCHES = 32
RESERVED = ("none", "all", "order")
_NAME = re.compile(r"[^\W\d_][\w-]{0,99}")


def _switch_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise InvalidValue(
            f"{quoted(text)} cannot name a switch",
            "start with a letter, go on with letters, digits, '_' and '-'",
        )
    if text in RESERVED:
        raise InvalidValue(f"{quoted(text)} has a meaning of its own", "choose another name")
    return text


Switch = Annotated[str, Strict(), AfterValidator(_switch_name)]
Switches = Annotated[tuple[Annotated[str, Strict()], ...], Field(max_length=MAX_SWITCHES)]


def misnamed(
    names: Sequence[str], known: Sequence[str], kind: str, *where: int | str
) -> list[InitErrorDetails]:
    """Refusals of the names in the list at `where` that are not among `known`, or come a second time."""
    refusals = []
    for position, name in enumerate(names):
        if name not in known:
            error = InvalidValue(f"unknown {kind} {quoted(name)}", suggestion(name, known))
        elif names.index(name) < position:
            error = InvalidValue(f"{quoted(name)} is listed twice", "name it once")
        else:
            continue
        refusals.append(refusal((*where, position), name, error))
    return refusals
