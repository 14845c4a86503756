"""What is wrong with a scenario, where, and what to do: every way of failing to load one ends here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import ValidationError

from .invalid import InvalidKey, InvalidValue
from .latency import DISTRIBUTIONS
from .nodes import KeyPath, MappingNode, Node, Place, child, spelled
from .wording import listed, printable, quoted, suggestion


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `file` is as the user gave it, or the option at fault; lines and columns count from 1."""

    message: str
    hint: str
    file: str
    line: int | None = None
    column: int | None = None

    @classmethod
    def at(cls, place: Place, message: str, hint: str) -> "Problem":
        """A problem whose texts are made printable, whatever the file held."""
        return cls(printable(message), printable(hint), printable(place.source), place.line, place.column)

    def __str__(self) -> str:
        where = str(Place(self.file, self.line, self.column))
        return f"{self.message} ({where}), {self.hint}"


class ScenarioError(Exception):
    """A scenario that cannot be used; holds every problem found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=_in_document_order))
        super().__init__(self.problems)

    def __str__(self) -> str:
        more = len(self.problems) - 1
        return f"{self.problems[0]}{f' (and {more} more)' if more else ''}"


def fail(place: Place, message: str, hint: str) -> NoReturn:
    """Raise a ScenarioError with one problem."""
    raise ScenarioError([Problem.at(place, message, hint)])


def problems_of(error: ValidationError, root: Node) -> list[Problem]:
    """pydantic's findings in this house's words, each at the place of the key or value it is about."""
    return [_problem(details, root) for details in error.errors(include_url=False)]


def _in_document_order(problem: Problem) -> tuple[bool, int, int]:
    return problem.line is None, problem.line or 0, problem.column or 0


def _problem(details: Any, root: Node) -> Problem:
    location: KeyPath = details["loc"]
    error = details.get("ctx", {}).get("error")
    if isinstance(error, InvalidKey):
        path, node = _found(root, location[:-1])
        place = _key_place(node, location[-1])
    elif details["type"] == "union_tag_invalid":
        path, node = _found(root, (*location, "distribution"))
        place = node.place
    else:
        path, node = _found(root, location)
        place = node.place
    what, remedy = _words(details, error)
    subject = spelled(path)
    return Problem.at(place, f"{subject}: {what}" if subject else what, remedy)


def _found(root: Node, location: KeyPath) -> tuple[KeyPath, Node]:
    """The deepest node on the way to `location`.

    Parts that are not in the document are skipped: a missing key, and the names that pydantic inserts for the
    member of a union.
    """
    node = root
    path: KeyPath = ()
    for part in location:
        below = child(node, part)
        if below is not None:
            node, path = below, (*path, part)
    return path, node


def _key_place(node: Node, key: int | str) -> Place:
    if isinstance(node, MappingNode) and key in node.entries:
        return node.entries[str(key)].key_place
    return node.place


def _words(details: Any, error: object) -> tuple[str, str]:
    """What is wrong and what to do, by pydantic's type of error."""
    value, context = details["input"], details.get("ctx", {})
    kind: str = details["type"]
    if kind == "missing":
        return f"{quoted(details['loc'][-1])} is missing", "add it"
    if value is None and not isinstance(error, InvalidKey):
        return "must not be empty", "give it a value or leave the key out"
    if isinstance(error, InvalidValue):
        return error.what, error.remedy
    match kind:
        case "int_type" | "int_from_float":
            return f"must be a whole number, not {quoted(value)}", "write digits only"
        case "float_type":
            return f"must be a number, not {quoted(value)}", "write a number"
        case "bool_type":
            return f"must be true or false, not {quoted(value)}", "write true or false"
        case "string_type":
            return f"must be text, not {quoted(value)}", "put it in quotes"
        case "tuple_type":
            return f"must be a list, not {quoted(value)}", "write [a, b], or one '- item' a line"
        case "dict_type":
            return f"must be a mapping, not {quoted(value)}", "write 'key: value' lines"
        case "enum" | "literal_error":
            known = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
            return f"must be {listed(known)}, not {quoted(value)}", suggestion(str(value), known)
        case "union_tag_not_found":
            return "'distribution' is missing", f"add it: {listed(DISTRIBUTIONS)}"
        case "union_tag_invalid":
            return f"unknown distribution {quoted(context['tag'])}", suggestion(context["tag"], DISTRIBUTIONS)
        case "greater_than_equal":
            return f"must be at least {context['ge']}, not {quoted(value)}", "write a larger number"
        case "greater_than":
            return f"must be more than {context['gt']}, not {quoted(value)}", "write a larger number"
        case "less_than_equal":
            return f"must be at most {context['le']}, not {quoted(value)}", "write a smaller number"
        case "less_than":
            return f"must be less than {context['lt']}, not {quoted(value)}", "write a smaller number"
        case "too_long":
            return f"holds more than {context['max_length']} items", "shorten the list"
        case _:
            said = details["msg"].removeprefix("Value error, ")
            return said[:1].lower() + said[1:], "correct it"
