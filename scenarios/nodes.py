"""A YAML document as a tree of values that know where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

KeyPath: TypeAlias = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written: line and column of a file, both from 1, or an option."""

    source: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """Text, a number, true, false or null."""

    place: Place
    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    place: Place
    items: tuple[Node, ...]
    extent: Extent


@dataclass(frozen=True, slots=True)
class Entry:
    """What a key of a mapping holds, and where the key stands."""

    key_place: Place
    node: Node


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping; keys are in the order of the file."""

    place: Place
    entries: Mapping[str, Entry]
    extent: Extent


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


@dataclass(frozen=True, slots=True)
class Extent:
    """How many values stand here and below, an alias counting in full each time, and on how many levels."""

    values: int
    levels: int

    @classmethod
    def around(cls, children: Iterable[Node]) -> Extent:
        """The extent of a list or mapping of `children`."""
        values, levels = 1, 0
        for child in children:
            if isinstance(child, ScalarNode):
                values += 1
            else:
                values += child.extent.values
                levels = max(levels, child.extent.levels)
        return cls(values, levels + 1)


def plain(node: Node) -> Any:
    """The bare data of `node`: JSON-able, and shared with nothing even where the file used aliases."""
    match node:
        case ScalarNode():
            return node.value
        case SequenceNode():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {key: plain(entry.node) for key, entry in node.entries.items()}


def child(node: Node, part: int | str) -> Node | None:
    """What `node` holds under a key or an index, or None."""
    if isinstance(node, MappingNode):
        entry = node.entries.get(part) if isinstance(part, str) else None
        return None if entry is None else entry.node
    if isinstance(node, SequenceNode) and isinstance(part, int) and 0 <= part < len(node.items):
        return node.items[part]
    return None


def spelled(path: KeyPath) -> str:
    """`steps.0.cpu`, the same words that `--set` takes."""
    return ".".join(str(part) for part in path)
