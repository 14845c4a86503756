import re

from agentperf.scenarios.inert import inert_switches
from agentperf.scenarios.loader import parse
from agentperf.scenarios.schema import Scenario, Step
from agentperf.scenarios.section import Section
from agentperf.scenarios.starter import starter


def test_it_is_a_valid_scenario_in_which_all_switches_act() -> None:
    scenario, _ = parse(starter().encode(), "starter.yaml")
    assert inert_switches(scenario, scenario.factors) == {}


def test_what_is_commented_out_is_valid_too() -> None:
    text = starter()
    every = re.sub(r"^( *)# ((?:  )*[a-z_+]+:)", r"\1\2", text, flags=re.MULTILINE)
    parts = every.split("runtime:\n", 1)
    without_runtime = parts[0] + parts[1].split("\n\n", 1)[1]
    without_limits = re.sub(r"^  blocks: .*\n", "", without_runtime, flags=re.MULTILINE)
    scenario, _ = parse(without_limits.encode(), "starter.yaml")
    assert scenario.claims.gains
    assert scenario.steps[-1].uses
    assert scenario.measure.seed == 1


def test_every_key_is_explained() -> None:
    sections: list[type[Section]] = [Scenario, Step]
    sections += [
        field.annotation
        for field in Scenario.model_fields.values()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
    ]
    for section in sections:
        for key in section.model_fields:
            assert re.search(rf"\b{key}\b", starter()), key
