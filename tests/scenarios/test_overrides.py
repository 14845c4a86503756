import pytest

from agentperf.scenarios.loader import parse
from agentperf.scenarios.problems import ScenarioError
from agentperf.scenarios.schema import Scenario

BASE = """\
name: base
steps:
  - agent: planner
    llm: &model {latency: 5ms}
  - {agent: writer, needs: [planner], llm: *model}
"""


def overridden(*options: str) -> Scenario:
    return parse(BASE.encode(), "base.yaml", overrides=options)[0]


def test_a_field_that_is_written_and_one_that_is_not() -> None:
    scenario = overridden("name=other", "measure.time_scale=1/100", "load.sessions=3")
    assert (scenario.name, scenario.measure.time_scale, scenario.load.sessions) == ("other", 0.01, 3)


def test_a_step_by_index_and_by_agent() -> None:
    scenario = overridden("steps.0.cpu=1ms", "steps.writer.cpu=2ms")
    assert [step.cpu for step in scenario.steps] == [0.001, 0.002]


def test_one_use_of_an_alias_is_changed_alone() -> None:
    scenario = overridden("steps.writer.llm.latency=9ms")
    latencies = [step.llm.latency.typical_s for step in scenario.steps if step.llm]
    assert latencies == [0.005, 0.009]


def test_values_are_yaml() -> None:
    scenario = overridden(
        "load={sessions: 4, concurrency: 2}",
        "optimizations=[pooling]",
        "interactive=true",
        "steps.writer.timeout=null",
        "description='a=b'",
    )
    assert (scenario.load.sessions, scenario.load.concurrency) == (4, 2)
    assert scenario.factors == ("pooling",)
    assert scenario.interactive is True
    assert scenario.steps[1].timeout is None
    assert scenario.description == "a=b"


def test_the_last_one_wins() -> None:
    assert overridden("load.sessions=2", "load.sessions=3").load.sessions == 3


def test_the_document_holds_them() -> None:
    scenario, document = parse(BASE.encode(), "base.yaml", overrides=["measure.seed=5"])
    assert document["measure"] == {"seed": 5}
    assert Scenario.model_validate(document) == scenario


@pytest.mark.parametrize(
    ("option", "message", "hint"),
    [
        ("measure.seed", "an override is a path and a value", "path.to.field=value"),
        ("=5", "an override is a path and a value", "path.to.field=value"),
        ("measure..seed=5", "an override is a path and a value", "path.to.field=value"),
        (".".join("a" * 50) + "=1", "an override is a path and a value", "path.to.field=value"),
        ("steps.0.cpu=2xs", "steps.0.cpu: '2xs' has an unknown unit 'xs'", "5ms"),
        ("steps.2.cpu=2ms", "steps has no item '2'", "it has 2, counted from 0"),
        ("steps.99999999999.cpu=2ms", "steps has no item '99999999999'", "it has 2"),
        ("steps.writr.cpu=2ms", "steps has no 'writr'", "did you mean 'writer'?"),
        ("mesure.seed=5", "unknown key 'mesure'", "did you mean 'measure'?"),
        ("measure.sed=5", "measure: unknown key 'sed'", "did you mean 'seed'?"),
        ("name.first=x", "name holds 'base', which has no 'first'", "set name itself"),
        ("load=[1", "not valid YAML: expected ',' or ']'", "close"),
        ("load=!!python/name:x y", "not valid YAML: found a tag", "plain data"),
        ("load=*model", "the alias '*model' has no anchor", "&model"),
        ("description=\x1b[31m", "the text holds the control character", "remove it"),
        ("description=\udc80", "byte 0xed is not UTF-8", "UTF-8"),
        ("name=", "name: must not be empty", "give it a value"),
        ("load.sessions=-5", "load.sessions: must be at least 1, not -5", "larger"),
    ],
)
def test_errors_name_the_option(option: str, message: str, hint: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        overridden(option)
    (problem,) = refused.value.problems
    assert problem.message.startswith(message)
    assert hint in problem.hint
    assert problem.line is None
    assert problem.file.startswith(f"--set {option[:5]}" if option.isprintable() else "--set ")
    assert str(refused.value).isprintable()


def test_errors_of_the_file_still_name_its_line() -> None:
    with pytest.raises(ScenarioError) as refused:
        parse(BASE.encode() + b"lod: 1\n", "base.yaml", overrides=["measure.seed=x"])
    assert [problem.file for problem in refused.value.problems] == ["base.yaml", "--set measure.seed=x"]
