"""The schema for editors says what the loader says, as far as it can."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from agentperf.scenarios.bundled import bundled
from agentperf.scenarios.json_schema import scenario_schema
from agentperf.scenarios.loader import load, parse
from agentperf.scenarios.problems import ScenarioError
from agentperf.scenarios.starter import starter

SCHEMA = scenario_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
STEP = {"agent": "a"}


def test_it_is_a_schema_and_plain_data() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(json.dumps(SCHEMA)))


@pytest.mark.parametrize("name", bundled())
def test_it_accepts_the_library(name: str) -> None:
    VALIDATOR.validate(load(name).document)


def test_it_accepts_the_starter() -> None:
    VALIDATOR.validate(parse(starter().encode(), "starter.yaml")[1])


def test_it_accepts_bare_and_structured_latencies() -> None:
    for latency in ("5ms", 0, {"distribution": "constant", "value": "1s"}):
        VALIDATOR.validate({"name": "x", "steps": [{"agent": "a", "llm": {"latency": latency}}]})


@pytest.mark.parametrize(
    "document",
    [
        {"steps": [STEP]},
        {"name": "x"},
        {"name": "x", "steps": [STEP], "lod": {}},
        {"name": "x", "steps": [{}]},
        {"name": "x", "steps": [{"agent": "a", "cpu": 5}]},
        {"name": "x", "steps": [{"agent": "a", "cpu": "5 fortnights"}]},
        {"name": "x", "steps": [{"agent": "a", "llm": {"latency": {"value": "1s"}}}]},
        {"name": "x", "steps": [{"agent": "a", "llm": {"latency": {"distribution": "normal"}}}]},
        {"name": "x", "steps": [STEP], "interactive": "no"},
        {"name": "x", "steps": [STEP], "load": {"sessions": 0}},
        {"name": "x", "steps": [STEP], "load": {"concurrency": 2, "arrival_rate": "5/s"}},
        {"name": "x", "steps": [STEP], "state": {"section_size": 4096}},
        {"name": "x", "steps": [STEP], "persistence": {"synchronous": False}},
        {"name": "x", "steps": [STEP], "claims": {"pooling": 40}},
        {"name": "x", "steps": [STEP], "measure": {"metric": "speed"}},
        {"name": "x", "runtime": {"optimizations": []}},
    ],
)
def test_it_refuses_what_the_loader_refuses(document: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(ScenarioError):
        parse(json.dumps(document).encode(), "x.json")


def objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    yield from schema["$defs"].values()


def test_every_default_is_valid_as_it_would_be_written() -> None:
    checked = 0
    for described in objects(SCHEMA):
        for field in described.get("properties", {}).values():
            if "default" in field:
                jsonschema.validate(field["default"], {**field, "$defs": SCHEMA["$defs"]})
                checked += 1
    assert checked > 30


def test_closed_mappings_are_closed() -> None:
    for described in objects(SCHEMA):
        if "properties" in described and "order" not in described["properties"]:
            assert described["additionalProperties"] is False
