"""The scenario of `agentperf selftest`, which is not in the library: there is nothing to find out from it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from .loader import LoadedScenario, parse

NAME = "selftest"


def selftest_scenario(overrides: Sequence[str] = ()) -> LoadedScenario:
    """Six switches that change nothing, on a runtime that does real work. Raises ScenarioError for an
    override that is not valid."""
    data = files(__package__).joinpath("selftest.yaml").read_bytes()
    scenario, document = parse(data, NAME, overrides=overrides)
    return LoadedScenario(scenario, document, NAME, None)
