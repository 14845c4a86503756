"""Sentences that hold names from a scenario: each way of printing escapes the names its own way."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..scenarios.wording import printable
from .visible_text import short_label, shortened

_QUOTE_WIDTH = 200


@dataclass(frozen=True, slots=True)
class Name:
    """Name of a switch, as the scenario has it."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What someone else's program said."""

    text: str


Fragment = str | Name | Quote


def joined(names: Sequence[str], separator: str, before_last: str | None = None) -> tuple[Fragment, ...]:
    """Names with words between them: a, b and c."""
    fragments: list[Fragment] = []
    for number, name in enumerate(names):
        if number:
            fragments.append(before_last if before_last and number == len(names) - 1 else separator)
        fragments.append(Name(name))
    return tuple(fragments)


def listed(names: Sequence[str]) -> tuple[Fragment, ...]:
    """a, b and c"""
    return joined(names, ", ", before_last=" and ")


def plain(fragment: Fragment) -> str:
    """As a terminal shows it: names and quotes cut short, nothing in them left to be interpreted."""
    match fragment:
        case Name(text):
            return short_label(text)
        case Quote(text):
            return shortened(printable(text), _QUOTE_WIDTH)
        case str():
            return fragment


def plain_sentence(fragments: Sequence[Fragment]) -> str:
    return "".join(map(plain, fragments))
