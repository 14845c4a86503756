"""`--set path.to.field=value`: changes of a scenario that its file does not hold.

A path walks keys and indices; a step may also be named by its agent (`steps.writer.cpu=2ms`). What it changes
remembers the option it came from, so that an error about it names the option and not a line.
"""

from collections.abc import Sequence

from .measure import EXCLUDES
from .nodes import Entry, KeyPath, MappingNode, Node, Place, ScalarNode, SequenceNode, child, plain, spelled
from .problems import ScenarioError, fail
from .wording import quoted, suggestion
from .yaml_reader import bounded_extent, read_yaml

MAX_PARTS = 20


def override(root: Node, option: str) -> Node:
    """`root` with one `path=value` applied; the value is YAML. Raises ScenarioError that names the option."""
    return _Override(option).applied(root)


class _Override:
    def __init__(self, option: str) -> None:
        self._place = Place(f"--set {option}")
        path, separator, written = option.partition("=")
        self._parts = [part.strip() for part in path.split(".")]
        if not separator or not all(self._parts) or len(self._parts) > MAX_PARTS:
            fail(self._place, "an override is a path and a value", "write path.to.field=value")
        self._value = self._read(written)

    def applied(self, root: Node) -> Node:
        root = self._replaced(root, 0, ())
        match self._parts:
            case ["measure", key] if plain(self._value) is not None and isinstance(root, MappingNode):
                return self._without(root, "measure", EXCLUDES.get(key, ()))
            case _:
                return root

    def _without(self, root: MappingNode, name: str, keys: Sequence[str]) -> Node:
        """What was asked for before and clashes with this, in the mapping of that name, is taken back."""
        entry = root.entries[name]
        if not isinstance(entry.node, MappingNode):
            return root
        left = {key: below for key, below in entry.node.entries.items() if key not in keys}
        extent = bounded_extent(tuple(below.node for below in left.values()), self._place)
        section = Entry(entry.key_place, MappingNode(entry.node.place, left, extent))
        return MappingNode(root.place, {**root.entries, name: section}, root.extent)

    def _replaced(self, node: Node, position: int, path: KeyPath) -> Node:
        if position == len(self._parts):
            return self._value
        part = self._parts[position]
        if isinstance(node, SequenceNode):
            index = self._index(node, part, path)
            below = self._replaced(node.items[index], position + 1, (*path, part))
            items = (*node.items[:index], below, *node.items[index + 1 :])
            return SequenceNode(node.place, items, bounded_extent(items, self._place))
        if isinstance(node, ScalarNode):
            if node.value is not None:
                fail(
                    self._place,
                    f"{spelled(path)} holds {quoted(node.value)}, which has no {quoted(part)}",
                    f"set {spelled(path)} itself, such as {spelled(path)}={{{part}: …}}",
                )
            node = MappingNode(self._place, {}, bounded_extent((), self._place))
        entry = node.entries.get(part, Entry(self._place, ScalarNode(self._place, None)))
        below = self._replaced(entry.node, position + 1, (*path, part))
        entries = {**node.entries, part: Entry(entry.key_place, below)}
        values = tuple(entry.node for entry in entries.values())
        return MappingNode(node.place, entries, bounded_extent(values, self._place))

    def _index(self, node: SequenceNode, part: str, path: KeyPath) -> int:
        agents = [child(item, "agent") for item in node.items]
        names = [agent.value if isinstance(agent, ScalarNode) else None for agent in agents]
        if part in names:
            return names.index(part)
        count = len(node.items)
        if not part.isascii() or not part.isdigit():
            known = [name for name in names if isinstance(name, str)]
            fail(self._place, f"{spelled(path)} has no {quoted(part)}", suggestion(part, known))
        if len(part) > len(str(count)) or int(part) >= count:
            fail(
                self._place, f"{spelled(path)} has no item {quoted(part)}", f"it has {count}, counted from 0"
            )
        return int(part)

    def _read(self, written: str) -> Node:
        try:
            # an argument that is not UTF-8 arrives as lone surrogates, which the reader refuses
            node = read_yaml(written.encode("utf-8", "surrogatepass"), self._place.source)
        except ScenarioError as error:
            first = error.problems[0]
            fail(self._place, first.message, first.hint)
        return _moved(node, self._place)


def _moved(node: Node, place: Place) -> Node:
    match node:
        case ScalarNode():
            return ScalarNode(place, node.value)
        case SequenceNode():
            return SequenceNode(place, tuple(_moved(item, place) for item in node.items), node.extent)
        case MappingNode():
            entries = {key: Entry(place, _moved(entry.node, place)) for key, entry in node.entries.items()}
            return MappingNode(place, entries, node.extent)
