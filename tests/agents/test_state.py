"""Both ways to hold a session's state: who sees what, and the same bytes in the end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agentperf.agents.counters import Counters
from agentperf.agents.graph import StepGraph
from agentperf.agents.sections import Section, section, section_name, state_model, transcript
from agentperf.agents.state import EagerState, InitialState, LazyState, State
from agentperf.scenarios.schema import Step

both_ways = pytest.mark.parametrize("kind", [EagerState, LazyState])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
RESULTS = st.dictionaries(st.text(), JSON, max_size=3)
CHAIN = StepGraph.of([Step(agent="a"), Step(agent="b", needs=("a",)), Step(agent="c", needs=("b",))], 2)


def empty(
    kind: type[State], graph: StepGraph = CHAIN, sections: int = 2, size_bytes: int = 300
) -> tuple[State, Counters]:
    counters = Counters()
    return kind(graph, InitialState.of(sections, size_bytes), counters), counters


def result_of(rank: int, result: dict[str, Any] | None = None) -> dict[str, Any]:
    return section(f"agent_{rank}", rank + 1, transcript(300), result or {})


@given(
    results=st.lists(RESULTS, min_size=1, max_size=6),
    sections=st.integers(0, 4),
    size_bytes=st.sampled_from([0, 1, 256, 700]),
    order=st.randoms(use_true_random=False),
)
def test_snapshots_are_the_same_bytes_in_any_order_of_merging(
    results: Sequence[dict[str, Any]], sections: int, size_bytes: int, order: Any
) -> None:
    graph = StepGraph.of([Step(agent=f"agent_{rank}") for rank in range(len(results))], sections)
    ranks = list(range(len(results)))
    states = []
    for kind in (EagerState, LazyState):
        order.shuffle(ranks)
        state, _ = empty(kind, graph, sections, size_bytes)
        for revision, rank in enumerate(ranks):
            assert state.revision == revision
            state.merge(rank, result_of(rank, results[rank]))
            state.snapshot()
        states.append(state)
    eager, lazy = (state.snapshot() for state in states)
    assert eager == lazy
    written = json.loads(eager)
    assert list(written) == [section_name(index) for index in range(sections)]
    for index, name in enumerate(written):
        writers = [rank for rank in ranks if graph.section[rank] == index]
        assert written[name]["author"] == (f"agent_{max(writers)}" if writers else "intake")


@both_ways
def test_a_step_sees_its_ancestors_merges_only(kind: type[State]) -> None:
    steps = [Step(agent="a"), Step(agent="stranger"), Step(agent="c", needs=("a",))]
    graph = StepGraph.of(steps, 3)
    state, _ = empty(kind, graph, sections=3)
    for rank in (1, 0):
        state.merge(rank, result_of(rank))
    seen = state.view(2)
    assert [value.author for value in seen.values()] == ["agent_0", "intake", "intake"]
    assert {name: plain["author"] for name, plain in state.plain(2).items()} == {
        name: value.author for name, value in seen.items()
    }
    assert [plain["author"] for plain in state.plain_now().values()] == ["agent_0", "agent_1", "intake"]


@both_ways
def test_a_view_does_not_move_with_later_merges(kind: type[State]) -> None:
    state, _ = empty(kind)
    state.merge(0, result_of(0))
    seen = state.view(1)
    state.merge(1, result_of(1))
    state.merge(2, result_of(2))  # into the section of step 0
    assert [value.author for value in seen.values()] == ["agent_0", "intake"]


@both_ways
def test_a_view_is_a_mapping_of_the_sections_there_are(kind: type[State]) -> None:
    state, _ = empty(kind)
    seen = state.view(0)
    assert list(seen) == ["section_00", "section_01"]
    assert len(seen) == 2
    assert isinstance(seen["section_01"], Section)
    for name in (
        "section_02",
        "section_0",
        "section_000",
        "section_-1",
        "section_\N{ARABIC-INDIC DIGIT ONE}1",
        "0",
        "",
    ):
        assert name not in seen
        with pytest.raises(KeyError):
            seen[name]


@both_ways
def test_a_merge_that_is_no_section_is_rejected_at_the_latest_when_it_is_seen(kind: type[State]) -> None:
    state, _ = empty(kind)
    with pytest.raises(ValidationError):
        state.merge(0, result_of(0) | {"revision": "first"})
        dict(state.view(1))


def test_eager_validates_everything_at_every_access() -> None:
    state, counters = empty(EagerState)
    for access in (
        lambda: state.view(0),
        lambda: state.merge(0, result_of(0)),
        state.snapshot,
        state.snapshot,
    ):
        before = counters.validations
        access()
        assert counters.validations == before + 1


def test_lazy_validates_a_section_when_it_is_first_touched() -> None:
    state, counters = empty(LazyState)
    seen = state.view(0)
    list(seen)
    state.merge(0, result_of(0))
    assert counters.validations == 0
    assert seen["section_00"] is seen["section_00"]
    assert counters.validations == 1
    first = state.snapshot()
    assert counters.validations == 2  # the changed section; the other stands as it was stored
    assert state.snapshot() == first
    assert state.view(1)["section_00"].author == "agent_0"
    assert counters.validations == 2


def test_more_than_a_hundred_sections_keep_their_order() -> None:
    graph = StepGraph.of([Step(agent="a")], 101)
    texts = {empty(kind, graph, sections=101, size_bytes=1)[0].snapshot() for kind in (EagerState, LazyState)}
    (text,) = texts
    assert list(json.loads(text))[-2:] == ["section_99", "section_100"]


@given(st.integers(0, 5000))
def test_a_transcript_has_the_size_that_is_asked(size_bytes: int) -> None:
    messages = transcript(size_bytes)
    assert sum(len(message["content"].encode()) for message in messages) == size_bytes
    Section.model_validate(section("a", 0, messages, {}))


def test_sections_are_optional() -> None:
    assert state_model(2).model_validate({}).model_dump() == {"section_00": None, "section_01": None}
