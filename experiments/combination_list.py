"""A user's own list of combinations: a line for each, every mistake told at its place.

`none`, `all`, `all but a, b`, or names joined by `+`, `,` or blanks; `#` begins a comment.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..scenarios.nodes import Place
from ..scenarios.problems import Problem, ScenarioError, fail
from ..scenarios.sources import STANDARD_INPUT
from ..scenarios.wording import quoted, suggestion
from .combination import NOTHING, Combination

NONE, ALL = "none", "all"
MAX_BYTES = 1_000_000
MAX_COMBINATIONS = 1024  # each is run in every block
_WORD = re.compile(r"[^\s,+]+")
_JOINT = re.compile(r"[,+]+")  # in a line without a word, where it is a mistake


@dataclass(frozen=True, slots=True)
class CombinationList:
    """A list as it is written, and the name that errors give it."""

    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    place: Place


def read_list(name: str) -> CombinationList:
    """The list in a file, or on standard input (`-`). Raises ScenarioError."""
    origin = "<stdin>" if name == STANDARD_INPUT else name
    try:
        if name == STANDARD_INPUT:
            data = sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin else b""
        else:
            with Path(name).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        fail(Place(origin), f"the combinations can't be read: {reason}", "name a readable file or '-'")
    if len(data) > MAX_BYTES:
        fail(Place(origin), f"the list is larger than {MAX_BYTES // 1_000_000} MB", "shorten it")
    try:
        return CombinationList(data.decode("utf-8-sig"), origin)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        fail(Place(origin, line, column), f"byte {data[error.start]:#x} is not UTF-8", "save it as UTF-8")


def listed_combinations(listed: CombinationList, factors: Sequence[str]) -> tuple[Combination, ...]:
    """The combinations, in the order of the list. Raises ScenarioError, which holds every mistake found:
    an unknown or repeated switch, a repeated combination, and fewer than two, which compare nothing."""
    lines: dict[Combination, int] = {}
    problems: list[Problem] = []
    for words in _lines(listed):
        try:
            combination = _combination(words, factors)
            if (before := lines.setdefault(combination, words[0].place.line or 0)) != words[0].place.line:
                fail(words[0].place, f"the same combination as in line {before}", "list it once")
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    if len(lines) < 2:
        what = "the list holds one combination" if lines else "there is no combination in it"
        fail(Place(listed.origin), what, "list two or more to compare, such as none and all, one a line")
    if len(lines) > MAX_COMBINATIONS:
        fail(Place(listed.origin), f"the list holds {len(lines)} combinations", f"keep {MAX_COMBINATIONS}")
    return tuple(lines)


def _lines(listed: CombinationList) -> Iterator[list[_Word]]:
    """The words of each line that has any."""
    for number, line in enumerate(listed.text.replace("\r\n", "\n").split("\n"), 1):
        written = line.partition("#")[0]
        found = list(_WORD.finditer(written)) or list(_JOINT.finditer(written))
        if found:
            yield [_Word(match[0], Place(listed.origin, number, match.start() + 1)) for match in found]


def _combination(words: Sequence[_Word], factors: Sequence[str]) -> Combination:
    match [word.text for word in words]:
        case ["none"]:
            return NOTHING
        case ["all"]:
            return frozenset(factors)
        case ["all", "but", *left_out]:
            if not left_out:
                fail(words[1].place, "'all but' leaves out no switch", "name those that stay off")
            return frozenset(factors) - _named(words[2:], factors)
        case _:
            return _named(words, factors)


def _named(words: Sequence[_Word], factors: Sequence[str]) -> frozenset[str]:
    seen: set[str] = set()
    for word in words:
        if word.text in (NONE, ALL):
            fail(word.place, f"{quoted(word.text)} stands beside other words", "give it a line of its own")
        if word.text not in factors:
            fail(
                word.place,
                f"{quoted(word.text)} is not a swept switch",
                suggestion(word.text, [*factors, NONE, ALL]),
            )
        if word.text in seen:
            fail(word.place, f"{quoted(word.text)} is named twice", "name it once")
        seen.add(word.text)
    return frozenset(seen)
