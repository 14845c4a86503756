"""File names are short, and tell nothing of the machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agentperf.agents import agent
from agentperf.profilers.locations import Locations
from agentperf.profilers.profile import Frame, Sample

OWN = Path("/home/me/agents")


@pytest.mark.parametrize(
    ("file", "short"),
    [
        ("/usr/lib/python3.12/asyncio/events.py", "asyncio/events.py"),
        ("/opt/python3.13t/lib/python3.13t/selectors.py", "selectors.py"),
        ("/v/lib/python3.11/site-packages/sqlalchemy/pool/base.py", "sqlalchemy/pool/base.py"),
        ("/usr/lib/python3/dist-packages/yaml/reader.py", "yaml/reader.py"),
        (r"C:\Python312\Lib\asyncio\events.py", "asyncio/events.py"),
        (r"C:\v\Lib\site-packages\pydantic\main.py", "pydantic/main.py"),
        ("/home/me/agents/triage.py", "./triage.py"),
        ("/home/me/agents/tools/search.py", "./tools/search.py"),
        ("/home/me/agents/.venv/lib/python3.12/site-packages/httpx/_client.py", "httpx/_client.py"),
        ("/home/you/python3/tools/search.py", ".../tools/search.py"),
        ("/srv/checkout/package/module.py", ".../package/module.py"),
        ("/module.py", ".../module.py"),
        ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap>"),
        ("<string>", "<string>"),
        ("", ""),
    ],
)
def test_short(file: str, short: str) -> None:
    assert Locations([OWN]).short(file) == short


def test_the_standard_library_here() -> None:
    assert Locations().short(asyncio.sleep.__code__.co_filename) == "asyncio/tasks.py"


def test_our_own_rooms() -> None:
    assert Locations().short(agent.__file__) == "agentperf/agents/agent.py"


def test_the_nearest_root_counts() -> None:
    locations = Locations([OWN, OWN / "tools"])
    assert locations.short("/home/me/agents/tools/search.py") == "./search.py"


def test_an_example_beside_our_rooms_is_its_owners() -> None:
    example = Path(agent.__file__).parents[1] / "examples" / "own_agents"
    assert Locations([example]).short(str(example / "triage_agents.py")) == "./triage_agents.py"


def test_samples() -> None:
    frame = Frame("search", "/home/me/agents/triage.py", 3)
    (sample,) = Locations([OWN]).shortened([Sample("MainThread", (frame, frame), 0.005)])
    assert sample == Sample("MainThread", (Frame("search", "./triage.py", 3),) * 2, 0.005)
