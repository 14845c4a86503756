"""From bytes to a tree of nodes with places, by the safe part of YAML 1.2 and within fixed bounds.

ruamel.yaml splits the text into events. The tree is built here, without recursion, so that the bounds hold
before anything is constructed: no tags, no merge keys, an alias counts in full each time, a limited depth.
"""

import re
from collections.abc import Iterator
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
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
from .problems import Problem, ScenarioError
from .wording import quoted
from .yaml_scalars import resolved

MAX_BYTES = 1_000_000
MAX_NODES = 500_000
MAX_LEVELS = 50

# What YAML 1.2 calls non-printable (section 5.1), which no YAML file may hold.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_REMEDIES = (
    ("'\\t'", "indent with spaces, not tabs"),
    ("cannot start any token", "put the value in quotes"),
    ("mapping values are not allowed", "check the indentation, and put text that holds ': ' in quotes"),
    ("end of stream", "close what was opened: a quote, a bracket or a brace"),
    ("stream end", "close what was opened: a quote, a bracket or a brace"),
    ("block end", "check the indentation of this line and the one above"),
)


def read_yaml(data: bytes, source: str) -> Node:
    """The one document in `data`, null if there is none. Raises ScenarioError for anything else."""
    text = _decoded(data, source)
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        place = _place_in(text[: forbidden.start()], source)
        _fail(place, f"the text holds the control character {quoted(forbidden[0])}", "remove it")
    return _Composer(source).compose(_events(text, source))


def bounded_extent(children: tuple[Node, ...], place: Place) -> Extent:
    """The extent of a list or mapping at `place`. Raises ScenarioError beyond the bounds."""
    extent = Extent.around(children)
    if extent.nodes > MAX_NODES:
        _fail(place, f"this expands to more than {MAX_NODES:,} values", "use fewer aliases or fewer values")
    if extent.levels > MAX_LEVELS:
        _fail(place, f"this is nested more than {MAX_LEVELS} levels deep", "flatten it")
    return extent


def _decoded(data: bytes, source: str) -> str:
    if len(data) > MAX_BYTES:
        _fail(
            Place(source),
            f"the file is larger than {MAX_BYTES // 1_000_000} MB",
            "describe the workload in fewer steps",
        )
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        _fail(_place_in(before, source), f"byte 0x{data[error.start]:02x} is not UTF-8", "write it in UTF-8")


def _events(text: str, source: str) -> Iterator[Any]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(source) if mark is None else Place(source, mark.line + 1, mark.column + 1)
        problem = str(error.problem or error.context)
        remedy = next(
            (remedy for words, remedy in _REMEDIES if words in problem), "check the punctuation there"
        )
        _fail(place, f"not valid YAML: {problem}", remedy)
    except (ValueError, OverflowError, LookupError, AttributeError, AssertionError) as error:
        # what ruamel's scanner lets through on broken escapes and directives
        _fail(Place(source), f"not valid YAML: {error}", "check escapes and directives")


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
        self._root: Node = ScalarNode(Place(source, 1, 1), None)

    def compose(self, events: Iterator[Any]) -> Node:
        documents = 0
        for event in events:
            match event:
                case DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        _fail(self._place(event), "a second document starts here", "keep one scenario a file")
                case ScalarEvent():
                    self._refuse_tag(event)
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
        self._refuse_tag(event)
        place = self._place(event)
        if len(self._open) >= MAX_LEVELS:
            _fail(place, f"this is nested more than {MAX_LEVELS} levels deep", "flatten it")
        if self._open and self._open[-1].entries is not None and self._open[-1].key is None:
            _fail(place, "a list or mapping cannot be a key", "use text")
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
        if parent.entries is None:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = self._key(node, place, parent.entries), place
        else:
            key, key_place = parent.key
            parent.entries[key] = Entry(key_place, node)
            parent.key = None

    def _key(self, node: Node, place: Place, entries: dict[str, Entry]) -> str:
        if not isinstance(node, ScalarNode):
            _fail(place, "a list or mapping cannot be a key", "use text")
        if not isinstance(node.value, str):
            _fail(place, f"the key {quoted(node.value)} is not text", "put it in quotes")
        if node.value == "<<":
            _fail(place, "merge keys (<<) are not supported", "alias whole values, or repeat the keys")
        if node.value in entries:
            first = entries[node.value].key_place.line
            _fail(place, f"the key {quoted(node.value)} is already on line {first}", "keep one of them")
        return node.value

    def _scalar(self, event: ScalarEvent) -> ScalarNode:
        place = self._place(event)
        if event.style is not None:
            return ScalarNode(place, event.value)
        try:
            return ScalarNode(place, resolved(event.value))
        except InvalidValue as error:
            _fail(place, error.what, error.remedy)

    def _aliased(self, event: AliasEvent) -> Node:
        anchor = str(event.anchor)
        alias = quoted(f"*{anchor}")
        if anchor not in self._anchors:
            _fail(self._place(event), f"the alias {alias} has no anchor", f"write '&{anchor}' before it")
        node = self._anchors[anchor]
        if node is None:
            _fail(self._place(event), f"the alias {alias} contains itself", "write the value out")
        return node

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None:
            tag = quoted(str(event.tag))
            _fail(self._place(event), f"the tag {tag} is refused", "remove it: only plain data is loaded")

    def _place(self, event: Any) -> Place:
        return Place(self._source, event.start_mark.line + 1, event.start_mark.column + 1)


def _place_in(text_before: str, source: str) -> Place:
    line = text_before.count("\n") + 1
    return Place(source, line, len(text_before) - (text_before.rfind("\n") + 1) + 1)


def _fail(place: Place, message: str, hint: str) -> NoReturn:
    raise ScenarioError([Problem.at(place, message, hint)])
