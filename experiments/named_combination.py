"""A combination as a command line names it: `a,b`, `none` or `all`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .combination import NOTHING, Combination
from .combination_list import ALL, NONE
from .preparation import RequestError


def named_combination(
    text: str, option: str, everything: Iterable[str], require: Callable[[Sequence[str]], None]
) -> Combination:
    """What `option` says; `all` is `everything`.

    Raises RequestError for a list that can't be meant, and has `require` raise it for such a name.
    """
    names = [name for part in text.split(",") if (name := part.strip())]
    if names == [NONE]:
        return NOTHING
    if names == [ALL]:
        return frozenset(everything)
    if not names:
        raise RequestError(f"{option} names no switch, write '{NONE}' for nothing on")
    if mixed := {NONE, ALL} & set(names):
        raise RequestError(f"{option}: '{min(mixed)}' stands beside other switches, give it alone")
    require(names)
    if twice := [name for name in names if names.count(name) > 1]:
        raise RequestError(f"{option} names {twice[0]} twice")
    return frozenset(names)
