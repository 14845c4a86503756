"""From YAML events to a tree of nodes with places, within fixed bounds.

The tree is built without recursion, and the bounds hold before anything is constructed from it: a limited
depth, a limited number of values in which an alias counts in full each time, no merge keys, no duplicates.
"""

import re
from collections.abc import Iterable
from typing import Any, NoReturn

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from .invalid import InvalidValue
from .nodes import Entry, Extent, MappingNode, Node, Place, ScalarNode, SequenceNode
from .problems import fail
from .wording import quoted
from .yaml_events import events
from .yaml_scalars import resolved

MAX_VALUES = 300_000
MAX_LEVELS = 50

# What an escape such as "\\ud800" makes, and no UTF-8 can hold.
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_yaml(data: bytes, source: str) -> Node:
    """The one document in `data`, null if there is none. Raises ScenarioError for anything else."""
    return _Composer(source).compose(events(data, source))


def bounded_extent(children: Iterable[Node], place: Place) -> Extent:
    """The extent of a list or mapping at `place`. Raises ScenarioError beyond the bounds."""
    extent = Extent.around(children)
    if extent.values > MAX_VALUES:
        _too_many(place)
    if extent.levels > MAX_LEVELS:
        _too_deep(place)
    return extent


class _Open:
    """A list or mapping whose end has not been seen."""

    __slots__ = ("anchor", "entries", "items", "key", "place")

    def __init__(self, place: Place, anchor: str | None, entries: dict[str, Entry] | None) -> None:
        self.place = place
        self.anchor = anchor
        self.items: list[Node] = []
        self.entries = entries
        self.key: tuple[str, Place] | None = None


class _Composer:
    def __init__(self, source: str) -> None:
        self._source = source
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}  # None while the anchored list or mapping is still open
        self._values = 0
        self._root: Node = ScalarNode(Place(source, 1, 1), None)

    def compose(self, parsed: Iterable[Any]) -> Node:
        documents = 0
        for event in parsed:
            match event:
                case DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        fail(self._place(event), "a second document starts here", "keep one scenario a file")
                case ScalarEvent():
                    self._add(self._scalar(event), self._place(event), event.anchor)
                case AliasEvent():
                    self._add(self._aliased(event), self._place(event), None)
                case SequenceStartEvent():
                    self._enter(event, None)
                case MappingStartEvent():
                    self._enter(event, {})
                case SequenceEndEvent() | MappingEndEvent():
                    self._leave()
        return self._root

    def _enter(self, event: Any, entries: dict[str, Entry] | None) -> None:
        place = self._place(event)
        if len(self._open) >= MAX_LEVELS:
            _too_deep(place)
        if self._open and self._open[-1].entries is not None and self._open[-1].key is None:
            fail(place, "a list or mapping cannot be a key", "use text")
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._open.append(_Open(place, event.anchor, entries))

    def _leave(self) -> None:
        closed = self._open.pop()
        node: Node
        if closed.entries is None:
            items = tuple(closed.items)
            node = SequenceNode(closed.place, items, bounded_extent(items, closed.place))
        else:
            values = tuple(entry.node for entry in closed.entries.values())
            node = MappingNode(closed.place, closed.entries, bounded_extent(values, closed.place))
        self._add(node, closed.place, closed.anchor)

    def _add(self, node: Node, place: Place, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if parent.entries is not None and parent.key is None:
            parent.key = self._key(node, place, parent.entries), place
            return
        self._values += 1
        if self._values > MAX_VALUES:
            _too_many(place)
        if parent.entries is None or parent.key is None:
            parent.items.append(node)
        else:
            key, key_place = parent.key
            parent.entries[key] = Entry(key_place, node)
            parent.key = None

    def _key(self, node: Node, place: Place, entries: dict[str, Entry]) -> str:
        if not isinstance(node, ScalarNode):
            fail(place, "a list or mapping cannot be a key", "use text")
        if not isinstance(node.value, str):
            fail(place, f"the key {quoted(node.value)} is not text", "put it in quotes")
        if node.value == "<<":
            fail(place, "merge keys (<<) are not supported", "alias whole values, or repeat the keys")
        if node.value in entries:
            first = entries[node.value].key_place.line
            fail(place, f"the key {quoted(node.value)} is already on line {first}", "keep one of them")
        return node.value

    def _scalar(self, event: ScalarEvent) -> ScalarNode:
        place = self._place(event)
        if _SURROGATE.search(event.value):
            fail(place, "an escape stands for half a character", "write the character itself")
        if event.style is not None:
            return ScalarNode(place, event.value)
        parent = self._open[-1] if self._open else None
        if not event.value and parent is not None and parent.key is not None:
            place = parent.key[1]  # an empty value is nowhere; ruamel has it stand where the next thing does
        try:
            return ScalarNode(place, resolved(event.value))
        except InvalidValue as error:
            fail(place, error.what, error.remedy)

    def _aliased(self, event: AliasEvent) -> Node:
        anchor = str(event.anchor)
        alias = quoted(f"*{anchor}")
        if anchor not in self._anchors:
            fail(self._place(event), f"the alias {alias} has no anchor", f"write '&{anchor}' before it")
        node = self._anchors[anchor]
        if node is None:
            fail(self._place(event), f"the alias {alias} contains itself", "write the value out")
        return node

    def _place(self, event: Any) -> Place:
        return Place(self._source, event.start_mark.line + 1, event.start_mark.column + 1)


def _too_many(place: Place) -> NoReturn:
    fail(place, f"more than {MAX_VALUES:,} values, aliases included", "use fewer of either")


def _too_deep(place: Place) -> NoReturn:
    fail(place, f"more than {MAX_LEVELS} levels deep", "flatten it")
