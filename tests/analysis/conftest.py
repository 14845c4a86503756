"""Shared by the tests of analysis/."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest

from agentperf.analysis.layout import Layout


@pytest.fixture(scope="session")
def factorial() -> Callable[[str], Layout]:
    """The full factorial of switches named by one letter each: factorial("ab") is none, a, b, ab."""

    def layout(factors: str) -> Layout:
        sizes = range(len(factors) + 1)
        return Layout.of(
            [set(cell) for size in sizes for cell in combinations(factors, size)], tuple(factors)
        )

    return layout
