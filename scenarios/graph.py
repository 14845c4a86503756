"""Who needs whom: names are unique, every need is a step, and nobody waits for itself."""

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from pydantic_core import InitErrorDetails

from .invalid import InvalidValue, refusal, refused
from .wording import quoted, suggestion

MAX_NAMED_IN_CYCLE = 12
MAX_SUGGESTIONS = 10
MAX_REFUSALS = 100

Dependencies = Sequence[tuple[str, tuple[str, ...]]]


def check_graph(steps: Dependencies) -> None:
    """Refuse duplicate agents, unknown and repeated needs, and circles, each at its own place in the list.

    `steps` are (agent, needs) in the order of the file. Linear in steps plus needs, but for the search of the
    nearest name of an unknown one, which is done for the first few only.
    """
    unknown_named = 0
    positions: dict[str, int] = {}
    refusals = []
    for index, (agent, _) in enumerate(steps):
        first = positions.setdefault(agent, index)
        if first != index:
            error = InvalidValue(
                f"agent {quoted(agent)} is already step {first}", "give every step its own name"
            )
            refusals.append(refusal((index, "agent"), agent, error))
    for index, (_, needs) in enumerate(steps):
        seen: set[str] = set()
        for position, need in enumerate(needs):
            if need not in positions:
                unknown_named += 1
                near = positions if unknown_named <= MAX_SUGGESTIONS else ()
                error = InvalidValue(f"unknown step {quoted(need)}", suggestion(need, near))
            elif need in seen:
                error = InvalidValue(f"{quoted(need)} is needed twice", "name it once")
            else:
                seen.add(need)
                continue
            refusals.append(refusal((index, "needs", position), need, error))
        if len(refusals) >= MAX_REFUSALS:
            break
    refusals = refusals or _circle(steps, positions)
    if refusals:
        raise refused(*refusals[:MAX_REFUSALS])


def is_chain(steps: Dependencies) -> bool:
    """Whether no two steps can ever run at the same time."""
    sorter = TopologicalSorter(dict(steps))
    sorter.prepare()
    while sorter.is_active():
        ready = sorter.get_ready()
        if len(ready) > 1:
            return False
        sorter.done(*ready)
    return True


def _circle(steps: Dependencies, positions: dict[str, int]) -> list[InitErrorDetails]:
    try:
        TopologicalSorter(dict(steps)).prepare()
    except CycleError as error:
        # each name of the circle is needed by the next, and the first stands again at the end
        circle = error.args[1][:-1]
        start = min(range(len(circle)), key=lambda place: positions[circle[place]])
        circle = circle[start:] + circle[:start]
        index = positions[circle[0]]
        needs = steps[index][1]
        named = [*circle, circle[0]]
        if len(named) > MAX_NAMED_IN_CYCLE:
            named = [*named[: MAX_NAMED_IN_CYCLE - 2], "…", named[-2], named[-1]]
        what = f"steps wait for each other: {' → '.join(named)}"
        place = (index, "needs", needs.index(circle[-1]))
        return [refusal(place, circle[-1], InvalidValue(what, "remove one of these needs"))]
    return []
