"""Which of clashing wishes of how to measure counts, and which clash cannot be settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import typer

from agentperf.cli.precedence import SAID_AGAIN, SETTLED, Said
from agentperf.cli.program import app
from agentperf.experiments.preparation import RequestError
from agentperf.scenarios.choices import DesignName, Inference
from agentperf.scenarios.loader import parse
from agentperf.scenarios.measure import Measure

COMMAND: Any = typer.main.get_command(app)


def said(*arguments: str, setting: Sequence[str] = ()) -> Said:
    """What the command line and the environment say; `setting` are the values of --set."""
    given = [word for option in setting for word in ("--set", option)]
    return Said.of(COMMAND.commands["run"].make_context("run", [*arguments, *given]), setting)


def measured(file: str, *arguments: str, setting: Sequence[str] = ()) -> Measure:
    """How a scenario is measured whose file says `measure: {file}`."""
    data = f"name: x\nsteps: [{{agent: one}}]\nmeasure: {file}\n".encode()
    overrides = said(*arguments, setting=setting).overrides(setting)
    return parse(data, "x.yaml", overrides=overrides)[0].measure


def ending(measure: Measure) -> tuple[Any, ...]:
    return measure.blocks, measure.max_blocks, measure.precision, measure.budget


@pytest.mark.parametrize(
    ("file", "arguments", "expected"),
    [
        ("{blocks: 5}", ("--precision", "2%"), (None, None, 2.0, None)),
        ("{blocks: 5}", ("--budget", "10m"), (None, None, None, 600.0)),
        ("{blocks: 5}", ("--max-blocks", "7"), (None, 7, None, None)),
        ("{max_blocks: 50, precision: 1%, budget: 1h}", ("--blocks", "3"), (3, None, None, None)),
        ("{max_blocks: 50, budget: 1h}", ("--precision", "2%"), (None, 50, 2.0, 3600.0)),
        ("{precision: 5%}", ("--precision", "2%"), (None, None, 2.0, None)),
        ("{blocks: 5}", (), (5, None, None, None)),
        ("{}", ("--max-blocks", "9", "--budget", "1m"), (None, 9, None, 60.0)),
    ],
)
def test_an_option_takes_back_what_clashes_with_it_in_the_scenario(
    file: str, arguments: tuple[str, ...], expected: tuple[Any, ...]
) -> None:
    assert ending(measured(file, *arguments)) == expected


def test_a_variable_takes_back_what_clashes_in_the_scenario_and_an_option_what_clashes_in_a_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AGENTPERF_BLOCKS", "4")
    assert ending(measured("{precision: 5%}")) == (4, None, None, None)
    assert ending(measured("{}", "--precision", "2%")) == (None, None, 2.0, None)
    assert ending(measured("{}", setting=["measure.precision=2%"])) == (None, None, 2.0, None)
    assert ending(measured("{}", "--blocks", "6")) == (6, None, None, None)
    assert ending(measured("{}", setting=["measure.blocks=7"])) == (7, None, None, None)


def test_set_takes_back_too_and_the_last_one_counts() -> None:
    assert ending(measured("{blocks: 5}", setting=["measure.precision=2%"])) == (None, None, 2.0, None)
    assert ending(measured("{blocks: 5}", setting=["measure={precision: 2%}"])) == (None, None, 2.0, None)
    assert ending(measured("{precision: 5%}", setting=["measure.blocks=null"])) == (None, None, 5.0, None)
    assert ending(measured("{}", "--blocks", "6", setting=["measure.blocks=7"])) == (6, None, None, None)


@pytest.mark.parametrize(
    ("arguments", "setting", "complaint"),
    [
        (("--blocks", "3", "--precision", "2%"), (), "--blocks is exact, leave out --precision"),
        (
            ("--budget", "1m", "--blocks", "3", "--max-blocks", "4"),
            (),
            "--blocks is exact, leave out --max-blocks and --budget",
        ),
        (
            ("--blocks", "3"),
            ("measure.precision=2%",),
            "--blocks is exact, leave out --set measure.precision",
        ),
        (("--budget", "1m"), ("measure.blocks=2",), "--set measure.blocks is exact, leave out --budget"),
        (
            ("--design", "full", "--combinations", "list.txt"),
            (),
            "--combinations is a design of its own, leave out --design",
        ),
    ],
)
def test_wishes_of_one_command_line_must_not_clash(
    arguments: tuple[str, ...], setting: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(RequestError) as raised:
        said(*arguments, setting=setting)
    assert str(raised.value) == complaint


def test_wishes_of_the_environment_must_not_clash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTPERF_BLOCKS", "4")
    monkeypatch.setenv("AGENTPERF_BUDGET", "4m")
    with pytest.raises(RequestError, match=r"^AGENTPERF_BLOCKS is exact, leave out AGENTPERF_BUDGET$"):
        said()


def test_a_list_and_a_design_of_different_origin_do_not_clash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTPERF_DESIGN", "rotating")
    assert said("--combinations", "list.txt").value("design") is None
    monkeypatch.delenv("AGENTPERF_DESIGN")
    monkeypatch.setenv("AGENTPERF_COMBINATIONS", "list.txt")
    assert said().value("combinations") == "list.txt"
    by_name = said("--design", "fractional")
    assert by_name.value("combinations") is None and by_name.value("design") is DesignName.FRACTIONAL


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--precision", "2"), "--precision: '2' has no unit, write a percentage such as 5%"),
        (("--precision", "0%"), "--precision: must be more than 0, write a larger value"),
        (("--budget", "2x"), "--budget: '2x' has an unknown unit 'x', write a duration"),
        (("--spread", "soon"), "--spread: 'soon' is not a duration, write a duration"),
        (("--threshold", "x"), "--threshold: 'x' is not a percentage, write a percentage"),
        (("--max-blocks", "100001"), "--max-blocks: Input should be less than or equal to 100000"),
    ],
)
def test_a_mistake_names_the_option(arguments: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(RequestError) as raised:
        said(*arguments).overrides(())
    assert str(raised.value).startswith(complaint)
    with pytest.raises(RequestError):
        said(*arguments).again()


def test_a_mistake_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTPERF_PRECISION", "little")
    with pytest.raises(RequestError, match=r"^AGENTPERF_PRECISION: 'little' is not a percentage"):
        said().overrides(())


def test_anytime_and_spread_are_keys_of_the_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    measure = measured("{}", "--anytime", "--spread", "30m")
    assert (measure.inference, measure.spread) == (Inference.ANYTIME, 1800.0)
    assert measured("{inference: anytime}").inference is Inference.ANYTIME
    monkeypatch.setenv("AGENTPERF_ANYTIME", "0")
    assert measured("{}").inference is Inference.FIXED
    monkeypatch.setenv("AGENTPERF_ANYTIME", "1")
    assert measured("{}").inference is Inference.ANYTIME


def test_what_may_be_said_again_of_a_run_and_what_was_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTPERF_BLOCKS", "4")  # counts for new runs only
    monkeypatch.setenv("AGENTPERF_SEED", "4")
    again = said("--precision", "2%", "--max-blocks", "40", "--budget", "1h", "--spread", "2h").again()
    assert (ending(again), again.spread) == ((None, 40, 2.0, 3600.0), 7200.0)
    assert said("--blocks", "12").again() == Measure(blocks=12)
    for design in (("--design", "full"), ("--combinations", "list.txt")):
        with pytest.raises(RequestError) as raised:
            said("--anytime", *design).again()
        settled = "settled when the run began, leave out to resume it"
        assert str(raised.value) == f"{design[0]} and --anytime: {settled}"
    for setting in ("measure.blocks=3", "measure = {seed: 3}"):
        with pytest.raises(RequestError, match=rf"^--set {setting.partition('=')[0].strip()}: settled when"):
            said().again([setting])
    assert said().again(["measure.time_scale=1/10", "load.sessions=2"]) == Measure()


def test_every_option_of_how_to_measure_is_settled_or_may_be_said_again() -> None:
    parameters = {parameter.name for parameter in COMMAND.commands["run"].params}
    assert {*SETTLED, *SAID_AGAIN} <= parameters
    assert not set(SETTLED) & set(SAID_AGAIN)
