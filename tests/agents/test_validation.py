"""Both ways to be sure of data: what each layer rejects, and how often each is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from agentperf.agents.counters import Counters
from agentperf.agents.sections import section, transcript
from agentperf.agents.validation import LAYERS, EntryValidation, Exchange, LayeredValidation, Validation
from agentperf.scenarios.schema import Step

ENGINE, AGENT, RELIABILITY, STATE, FIELDS = range(len(LAYERS))
Plain = dict[str, Any]

BAD_SECTIONS = {
    "author": {"author": None},
    "revision": {"revision": "first"},
    "messages": {"messages": "none"},
    "role": {"messages": [{"role": "stranger", "content": ""}]},
    "content": {"messages": [{"role": "user", "content": 1}]},
    "message": {"messages": ["hello"]},
    "result": {"result": ["a list"]},
    "result's key": {"result": {1: "one"}},
    "result's value": {"result": {"deep": [{"deeper": object()}]}},
}
every_bad_section = pytest.mark.parametrize("change", BAD_SECTIONS.values(), ids=BAD_SECTIONS)
every_missing_field = pytest.mark.parametrize("field", ["author", "revision", "messages", "result"])


def good() -> Plain:
    return section("a", 1, transcript(300), {"token": "1"})


def states(*sections: Plain) -> Callable[[], Mapping[str, Plain]]:
    return lambda: {f"section_{index:02}": plain for index, plain in enumerate(sections)}


STEP = Step.model_validate({"agent": "writer", "needs": ["planner", "entry"], "retries": 1, "timeout": "1s"})
ADMITTED = Exchange(0, None, states(good(), good()))
BEFORE = Exchange(0, STEP, states(good(), good()), {"planner": good(), "entry": good()})
AFTER = replace(BEFORE, output=good())


def rejecting(exchange: Exchange) -> set[int]:
    """The layers that reject it, each asked alone."""
    found = set()
    for number, layer in enumerate(LAYERS):
        try:
            layer(exchange)
        except ValidationError:
            found.add(number)
    return found


@pytest.mark.parametrize("exchange", [ADMITTED, BEFORE, AFTER])
def test_every_layer_lets_good_data_through(exchange: Exchange) -> None:
    assert rejecting(exchange) == set()


@every_bad_section
def test_who_rejects_a_bad_section(change: Plain) -> None:
    bad = good() | change
    assert rejecting(replace(BEFORE, inputs={"planner": good(), "entry": bad})) == {
        ENGINE,
        AGENT,
        RELIABILITY,
    }
    assert rejecting(replace(AFTER, inputs={"planner": good(), "entry": bad})) == {ENGINE, AGENT, RELIABILITY}
    assert rejecting(replace(AFTER, output=bad)) == {ENGINE, AGENT, RELIABILITY, STATE, FIELDS}
    for exchange in (ADMITTED, BEFORE, AFTER):
        assert rejecting(replace(exchange, sections=states(good(), bad))) == {STATE, FIELDS}


@every_missing_field
def test_who_rejects_a_section_without_a_field(field: str) -> None:
    bad = {name: value for name, value in good().items() if name != field}
    assert rejecting(replace(BEFORE, inputs={"planner": bad, "entry": good()})) == {
        ENGINE,
        AGENT,
        RELIABILITY,
    }
    assert rejecting(replace(AFTER, output=bad)) == {ENGINE, AGENT, RELIABILITY, STATE, FIELDS}
    assert rejecting(replace(BEFORE, sections=states(bad, good()))) == {STATE, FIELDS}


@pytest.mark.parametrize("exchange", [BEFORE, AFTER])
def test_the_agents_layer_misses_an_input(exchange: Exchange) -> None:
    assert rejecting(replace(exchange, inputs={"planner": good()})) == {AGENT}


@pytest.mark.parametrize("session", [-1, "first", None])
def test_the_engine_rejects_a_session_that_is_none(session: Any) -> None:
    for exchange in (ADMITTED, BEFORE, AFTER):
        assert rejecting(replace(exchange, session=session)) == {ENGINE}


@pytest.mark.parametrize(
    ("change", "layers"),
    [
        ({"agent": None}, {ENGINE, RELIABILITY}),
        ({"retries": -1}, {RELIABILITY}),
        ({"timeout": 0.0}, {RELIABILITY}),
        ({"timeout": "soon"}, {RELIABILITY}),
    ],
)
def test_who_rejects_a_bad_step(change: Plain, layers: set[int]) -> None:
    bad = Step.model_construct(**(dict(STEP) | change))
    assert rejecting(replace(BEFORE, step=bad)) == layers


def test_the_engine_rejects_needs_that_are_no_names() -> None:
    LAYERS[ENGINE](BEFORE)
    bad = Step.model_construct(**(dict(STEP) | {"needs": (1,)}))
    with pytest.raises(ValidationError):
        LAYERS[ENGINE](replace(BEFORE, step=bad))


@pytest.mark.parametrize("layers", range(len(LAYERS) + 1))
def test_layers_are_counted_each_time(layers: int) -> None:
    counters = Counters()
    validation: Validation = LayeredValidation(layers, counters)
    validation.admit(ADMITTED)
    validation.before(BEFORE)
    validation.after(AFTER)
    assert counters.validations == 3 * layers


@pytest.mark.parametrize("layers", range(len(LAYERS) + 1))
def test_the_entry_is_counted_once_and_then_what_changed(layers: int) -> None:
    counters = Counters()
    validation: Validation = EntryValidation(layers, counters)
    validation.admit(ADMITTED)
    assert counters.validations == 2 * (layers > 0)  # the request and the state it comes with
    validation.before(BEFORE)
    assert counters.validations == 2 * (layers > 0)
    validation.after(AFTER)
    assert counters.validations == 3 * (layers > 0)


@pytest.mark.parametrize("layers", range(1, len(LAYERS) + 1))
@every_bad_section
def test_both_reject_a_bad_output_before_it_is_merged(change: Plain, layers: int) -> None:
    bad = replace(AFTER, output=good() | change)
    for validation in (LayeredValidation(layers, Counters()), EntryValidation(layers, Counters())):
        with pytest.raises(ValidationError):
            validation.after(bad)


@every_bad_section
def test_both_reject_a_bad_state_at_the_entry(change: Plain) -> None:
    bad = replace(ADMITTED, sections=states(good(), good() | change))
    for validation in (LayeredValidation(len(LAYERS), Counters()), EntryValidation(1, Counters())):
        with pytest.raises(ValidationError):
            validation.admit(bad)


def test_both_reject_a_bad_request_at_the_entry() -> None:
    for validation in (LayeredValidation(1, Counters()), EntryValidation(1, Counters())):
        with pytest.raises(ValidationError):
            validation.admit(replace(ADMITTED, session=-1))


def test_no_layers_let_everything_through() -> None:
    bad = replace(AFTER, output={}, session=-1)
    for validation in (LayeredValidation(0, Counters()), EntryValidation(0, Counters())):
        validation.admit(bad)
        validation.before(bad)
        validation.after(bad)
