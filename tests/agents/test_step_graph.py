"""The graph of steps: a topological order, and who may see whose merge."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from agentperf.agents.graph import StepGraph
from agentperf.scenarios.schema import Step


@st.composite
def steps(draw: st.DrawFn) -> list[Step]:
    """Steps in any order, each of which needs some of those before it in another order."""
    names = [f"agent_{index}" for index in range(draw(st.integers(1, 9)))]
    found = [
        Step(agent=name, needs=tuple(draw(st.sets(st.sampled_from(names[:index])))) if index else ())
        for index, name in enumerate(names)
    ]
    return draw(st.permutations(found))


def ancestors(graph: StepGraph, rank: int) -> set[int]:
    found = set(graph.needs[rank])
    return found.union(*(ancestors(graph, need) for need in found))


@given(steps(), st.integers(0, 4))
def test_ranks_are_a_topological_order(steps: Sequence[Step], sections: int) -> None:
    graph = StepGraph.of(steps, sections)
    assert sorted(graph.steps, key=steps.index) == steps
    for rank, step in enumerate(graph.steps):
        assert {graph.steps[need].agent for need in graph.needs[rank]} == set(step.needs)
        assert all(need < rank for need in graph.needs[rank])
        assert all(rank in graph.dependents[need] for need in graph.needs[rank])
    assert sum(map(len, graph.dependents)) == sum(map(len, graph.needs))


@given(steps(), st.integers(0, 4))
def test_a_step_sees_the_last_of_its_ancestors_in_each_section(steps: Sequence[Step], sections: int) -> None:
    graph = StepGraph.of(steps, sections)
    for rank in range(len(steps)):
        last: dict[int, int] = {}
        for ancestor in sorted(ancestors(graph, rank)):
            if sections:
                last[graph.section[ancestor]] = ancestor
        assert graph.visible[rank] == last


@given(st.integers(1, 9), st.integers(0, 4))
def test_sections_are_written_in_turn(count: int, sections: int) -> None:
    graph = StepGraph.of([Step(agent=f"agent_{index}") for index in range(count)], sections)
    assert graph.section == tuple(rank % sections if sections else -1 for rank in range(count))
