"""A combination as a command line names it: `a,b`, `none` or `all`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .combination import Combination, ordered
from .combination_list import ALL, NONE
from .preparation import RequestError


def named_switches(text: str, option: str) -> tuple[str, ...] | None:
    """The switches that `option` names, in its order; None where it says `all`.

    Raises RequestError for a list that can't be meant.
    """
    names = tuple(name for part in text.split(",") if (name := part.strip()))
    if names == (NONE,):
        return ()
    if names == (ALL,):
        return None
    if not names:
        raise RequestError(
            f"{option} names no switch, write '{NONE}', '{ALL}', or switches with commas between them"
        )
    if mixed := {NONE, ALL} & set(names):
        raise RequestError(f"{option}: '{min(mixed)}' stands beside other switches, give it alone")
    if twice := [name for name in names if names.count(name) > 1]:
        raise RequestError(f"{option} names {twice[0]} twice")
    return names


def named_combination(
    text: str, option: str, everything: Iterable[str], require: Callable[[Sequence[str]], None]
) -> Combination:
    """What `option` says; `all` is `everything`.

    Raises RequestError for a list that can't be meant, and has `require` raise it for such a name.
    """
    names = named_switches(text, option)
    if names is None:
        return frozenset(everything)
    require(names)
    return frozenset(names)


def as_flags(on: Combination, factors: Sequence[str]) -> str:
    """The combination as `--flags` takes it."""
    swept = ordered(on, factors)
    if len(swept) in (0, len(factors)):
        return ALL if swept else NONE
    return ",".join(swept)
