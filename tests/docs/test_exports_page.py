"""docs/exports.md names every format, and every attribute that spans are exported with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentperf.reports import otlp_export
from agentperf.reports.export_format import ExportFormat

PAGE = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ExportFormat)
def test_every_format_has_a_line(kind: ExportFormat) -> None:
    assert f"\n| `{kind}` |" in PAGE


def test_every_attribute_is_named() -> None:
    source = Path(otlp_export.__file__).read_text(encoding="utf-8")
    attributes = set(re.findall(r'"((?:gen_ai|agentperf)\.[a-z_.]+)"', source))
    assert len(attributes) > 10
    assert not {name for name in attributes if f"`{name}`" not in PAGE}
