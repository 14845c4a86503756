"""The pages and the program say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from agentperf.agents.counters import Counters
from agentperf.experiments.profile_choices import PY_SPY_RATE_HZ
from agentperf.reports.document import Document
from agentperf.scenarios.bundled import bundled
from agentperf.scenarios.json_schema import scenario_schema
from agentperf.scenarios.loader import load, parse
from agentperf.scenarios.optimizations import Optimization

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text()


def named(text: str) -> set[str]:
    """Everything in backquotes outside of code blocks, and the parts of dotted names."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return {part for code in re.findall(r"`([^`]+)`", prose) for part in re.findall(r"\w+", code)}


def keys(schema: dict[str, Any]) -> set[str]:
    """Every key that a scenario may hold."""
    found: set[str] = set()
    for value in schema.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                found |= keys(part)
    return found | set(schema["properties"] if isinstance(schema.get("properties"), dict) else ())


def test_every_key_of_a_scenario_is_on_its_page() -> None:
    missing = keys(scenario_schema()) - named(page("scenarios.md"))
    assert not missing


def test_every_field_of_the_document_is_on_its_page() -> None:
    missing = set(Document.model_fields) - named(page("json.md"))
    assert missing <= {"schema_version", "claims", "price"}
    assert "`schema_version` is 1" in page("json.md")


@pytest.mark.parametrize("switch", Optimization)
def test_every_switch_is_explained(switch: Optimization) -> None:
    assert f"| `{switch}` |" in page("runtime.md")


def test_exact_counts_name_counters() -> None:
    table = page("runtime.md").partition("## Exact counts")[2].partition("## ")[0]
    counters = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    assert counters and counters <= set(Counters.__dataclass_fields__)


@pytest.mark.parametrize("name", bundled())
def test_every_bundled_scenario_is_listed_with_its_scale(name: str) -> None:
    scenario = load(name).scenario
    scale = f"1/{round(1 / scenario.measure.time_scale)}"
    assert f"| `{name}` | {scenario.description} | {len(scenario.steps)} | {scale} |" in page("scenarios.md")


def test_the_example_scenario_is_valid() -> None:
    (example,) = re.findall(r"```yaml\n(name: .*?)```", page("scenarios.md"), re.DOTALL)
    scenario, _ = parse(example.encode(), "docs/scenarios.md")
    assert [step.agent for step in scenario.steps] == ["planner", "researcher", "writer"]


def test_what_profilers_cost_was_measured_at_the_rate_of_the_pass() -> None:
    measured = page("profilers.md").partition("(Medians")[2].partition(")\n\n")[0]
    assert f"py-spy at {PY_SPY_RATE_HZ} times a second" in " ".join(measured.split())


def test_a_report_is_asked_for_with_the_file_it_needs() -> None:
    shown = re.findall(r"agentperf report\b[^`\n]*", page("profiling.md"))
    assert shown and all("--html" in command for command in shown)


def test_links_between_pages_lead_somewhere() -> None:
    for file in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.glob("*.md")):
        for target in re.findall(r"\]\(([\w./-]+)\)", file.read_text()):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


def test_no_page_tells_to_install_the_other_agentperf() -> None:
    for file in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.glob("*.md")):
        assert not re.search(r"pip install agentperf(?!-lab)", file.read_text())
