"""A user's own code: found, or refused with what went wrong."""

from __future__ import annotations

import os.path
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agentperf.agents import extension
from agentperf.agents.extension import ExtensionError
from agentperf.agents.runtime import open_runtime
from agentperf.agents.site import Site
from agentperf.scenarios.schema import Scenario


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    extension.make_importable(tmp_path)
    return tmp_path


def test_a_function_beside_the_scenario_is_found(modules: Path) -> None:
    (modules / "beside_the_scenario.py").write_text("class Agents:\n    def act(): return 7\n")
    assert extension.load("beside_the_scenario:Agents.act")() == 7


def test_what_is_installed_comes_first(modules: Path) -> None:
    (modules / "posixpath.py").write_text("join = print\n")
    assert extension.load("posixpath:join") is os.path.join


def test_a_directory_is_added_once(modules: Path) -> None:
    extension.make_importable(modules)
    extension.make_importable(None)
    assert sys.path.count(str(modules)) == 1


@pytest.mark.parametrize(
    ("source", "uses", "reason"),
    [
        (None, "not_there:act", "ModuleNotFoundError: No module named 'not_there'"),
        ("", "own:act", "AttributeError: module 'own' has no attribute 'act'"),
        ("act = 1", "own:act", "'own:act' is not a function"),
        ("1 / 0", "own:act", "ZeroDivisionError: division by zero"),
        ("def act(:", "own:act", "SyntaxError: "),
        ("import sys\nsys.exit('usage: …')", "own:act", "SystemExit: usage: …"),
    ],
)
def test_what_cannot_be_loaded_is_explained(
    source: str | None, uses: str, reason: str, modules: Path
) -> None:
    if source is not None:
        (modules / "own.py").write_text(source)
    with pytest.raises(ExtensionError) as refused:
        extension.load(uses)
    assert repr(uses) in str(refused.value)
    assert reason in str(refused.value)


async def test_a_step_that_cannot_be_loaded_opens_no_runtime(
    scenario: Callable[..., Scenario], site: Callable[..., Site]
) -> None:
    opened = open_runtime(frozenset(), {}, scenario({"agent": "a", "uses": "not_there:act"}), site=site())
    with pytest.raises(ExtensionError):
        async with opened:
            raise AssertionError
