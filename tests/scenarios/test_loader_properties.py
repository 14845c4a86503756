"""Whatever the loader is fed, it gives a scenario or a ScenarioError that fits on one line."""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agentperf.scenarios.bundled import bundled
from agentperf.scenarios.loader import load, parse
from agentperf.scenarios.problems import ScenarioError
from agentperf.scenarios.schema import Scenario

LIBRARY = [load(name).document for name in bundled() if name != "deep-dag"]

YAML_PIECES = st.one_of(
    st.sampled_from(
        ["name", "steps", "agent", "llm", "latency", "needs", "5ms", "null", ".nan", "1e9", "0x"]
    ),
    st.sampled_from(
        [*"~|>#%@`?!'{}[],\"\\", ": ", "- ", "&a ", "*a", "<<", "---", "...", "!!str ", "%YAML 1.1"]
    ),
    st.sampled_from(["\n", "  ", "\t", "\r", "\\x", "\\U", "\x1b", "\ufeff", "\N{LINE SEPARATOR}"]),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
)
VALUES = st.recursive(
    SCALARS | st.sampled_from(["5ms", "4KB", "50/s", "80-90%", "all", "planner", "lognormal"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def check(data: bytes, *overrides: str) -> None:
    try:
        scenario, document = parse(data, "any.yaml", overrides=overrides)
    except ScenarioError as error:
        assert error.problems
        assert str(error).isprintable()
        for problem in error.problems:
            assert (problem.line is None) == (problem.column is None)
            assert problem.line is None or (problem.line >= 1 and (problem.column or 0) >= 1)
    else:
        assert Scenario.model_validate(document) == scenario
        assert scenario.digest and scenario.workload_digest and json.dumps(document, allow_nan=False)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    check(data)


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    check(text.encode("utf-8", "surrogatepass"))


@given(st.lists(YAML_PIECES, max_size=40))
@settings(max_examples=400)
def test_any_string_of_yaml(pieces: list[str]) -> None:
    check("".join(pieces).encode())


@given(st.data())
def test_a_file_with_any_damage(data: st.DataObject) -> None:
    source = bytearray(_written(data.draw(st.sampled_from(LIBRARY))))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(source) - 1))
        source[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    check(bytes(source))


@given(st.data())
@settings(max_examples=300)
def test_a_document_with_any_value_anywhere(data: st.DataObject) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(LIBRARY)))
    for _ in range(data.draw(st.integers(1, 3))):
        _mutate(document, data)
    check(_written(document))


@given(st.lists(st.text(max_size=30), max_size=3), st.sampled_from(["=", "", ": "]))
def test_any_overrides(pieces: list[str], joint: str) -> None:
    check(b"name: x\nsteps: [{agent: a}]\n", joint.join(pieces))


@given(
    st.sampled_from(
        [
            "name",
            "steps",
            "steps.0",
            "steps.a.cpu",
            "load.sessions",
            "measure.time_scale",
            "claims",
            "new.key",
        ]
    ),
    VALUES,
)
def test_any_value_for_an_override(path: str, value: Any) -> None:
    check(b"name: x\nsteps: [{agent: a}]\n", f"{path}={value}")


def _written(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


def _mutate(document: Any, data: st.DataObject) -> None:
    """Replaces, removes or adds something at a random place of nested lists and mappings."""
    node = document
    while True:
        places: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not places:
            return
        place = data.draw(st.sampled_from(places))
        below = node[place]
        if isinstance(below, dict | list) and below and data.draw(st.booleans()):
            node = below
            continue
        match data.draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                node[place] = data.draw(VALUES)
            case "remove":
                del node[place]
            case _ if isinstance(node, dict):
                node[data.draw(st.text(max_size=10))] = data.draw(VALUES)
            case _:
                node.append(data.draw(VALUES))
        return
