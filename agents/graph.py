"""The steps of a scenario as a directed acyclic graph, ranked in topological order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from ..scenarios.schema import Step


@dataclass(frozen=True, slots=True)
class StepGraph:
    """Steps by rank, their place in the topological order; all indices below are ranks.

    `section[r]` is the state section that step r writes. `visible[r]` maps each section to the last of r's
    ancestors that wrote it: what r may see, whatever else has run by then. Sections nobody wrote are absent.
    """

    steps: tuple[Step, ...]
    needs: tuple[tuple[int, ...], ...]
    dependents: tuple[tuple[int, ...], ...]
    section: tuple[int, ...]
    visible: tuple[dict[int, int], ...]

    @classmethod
    def of(cls, steps: Sequence[Step], sections: int) -> StepGraph:
        """The graph of a validated scenario's steps, whose merges go to `sections` sections in turn."""
        by_name = {step.agent: step for step in steps}
        order = tuple(TopologicalSorter({step.agent: step.needs for step in steps}).static_order())
        rank = {name: index for index, name in enumerate(order)}
        needs = tuple(tuple(rank[need] for need in by_name[name].needs) for name in order)
        dependents: list[list[int]] = [[] for _ in order]
        for step_rank, its_needs in enumerate(needs):
            for need in its_needs:
                dependents[need].append(step_rank)
        section = tuple(index % sections if sections else -1 for index in range(len(order)))
        return cls(
            steps=tuple(by_name[name] for name in order),
            needs=needs,
            dependents=tuple(map(tuple, dependents)),
            section=section,
            visible=_visible(needs, section),
        )


def _visible(needs: Sequence[Sequence[int]], section: Sequence[int]) -> tuple[dict[int, int], ...]:
    visible: list[dict[int, int]] = []
    for its_needs in needs:
        writers: dict[int, int] = {}
        for need in its_needs:
            for place, writer in (*visible[need].items(), (section[need], need)):
                if place >= 0:
                    writers[place] = max(writer, writers.get(place, -1))
        visible.append(writers)
    return tuple(visible)
