"""docs/coverage.md is what the study of coverage wrote, whole; docs/method.md quotes it."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from agentperf.scenarios.choices import Inference

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "tests" / "studies" / "test_coverage_study.py"
PAGE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
METHOD = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def study() -> dict[str, Any]:
    return runpy.run_path(str(STUDY))


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|")]


def test_every_case_is_there(study: dict[str, Any]) -> None:
    looked_at = study["LOOKED_AT"].name
    wanted = [
        *(f"| {case.name} | {case.extent} | " for case in study["FIXED"]),
        *(f"| {case.name} | {case.until} | " for case in study["STOPPED"]),
        *(f"| {looked_at} | {inference} | " for inference in Inference),
    ]
    for start in wanted:
        assert len([row for row in rows(PAGE) if row.startswith(start)]) == 1, start
    assert len(rows(PAGE)) == len(wanted) + 3 * 2


def test_it_is_the_study_that_judges(study: dict[str, Any]) -> None:
    assert f"{study['RUNS']} runs in each row" in PAGE
    coverages = [float(figure) for figure in re.findall(r"([\d.]+) % \(±", PAGE)]
    assert len(coverages) >= 60
    assert study["LEAST"] <= min(coverages) <= max(coverages) <= study["MOST"]


def test_its_words_are_those_of_the_template(study: dict[str, Any]) -> None:
    prose = [line for line in PAGE.splitlines() if line and not line.startswith("|")]
    lines = study["TEMPLATE"].read_text(encoding="utf-8").splitlines()
    patterns = [re.sub(r"\\{\w+\\}", ".+", re.escape(line)) for line in lines if line]
    for line in prose:
        assert any(re.fullmatch(pattern, line) for pattern in patterns if pattern != ".+"), line


def test_the_method_quotes_it() -> None:
    quoted = [row for row in rows(METHOD) if "(±" in row]
    assert len(quoted) >= 8
    assert set(quoted) <= set(rows(PAGE))
