"""Shared by the tests of analysis/."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest

from agentperf.analysis.layout import FloatArray, Layout

Noise = Callable[[np.random.Generator, Layout, int], FloatArray]


@pytest.fixture(scope="session")
def factorial() -> Callable[[str], Layout]:
    """The full factorial of switches named by one letter each: factorial("ab") is none, a, b, ab."""

    def layout(factors: str) -> Layout:
        sizes = range(len(factors) + 1)
        return Layout.of(
            [set(cell) for size in sizes for cell in combinations(factors, size)], tuple(factors)
        )

    return layout


@pytest.fixture(scope="session")
def noise() -> Noise:
    """The noise of test_coverage.py, on no effect at all: noise(rng, layout, blocks)."""

    def simulate(rng: np.random.Generator, layout: Layout, blocks: int) -> FloatArray:
        columns = len(layout.columns)
        on = np.array([[factor in column for column in layout.columns] for factor in layout.factors], float)
        place = (
            rng.permuted(np.tile(np.arange(columns), (blocks, 1)), axis=1)
            + columns * np.arange(blocks)[:, np.newaxis]
        )
        log_times: FloatArray = (
            rng.normal(0, 0.02, (blocks, len(on))) @ on
            + rng.normal(0, 0.075, (blocks, 1))
            + rng.uniform(0.03, 0.10) * rng.normal(size=(blocks, columns))
            + math.log(2) * (rng.random((blocks, columns)) < 0.03)
            + np.log1p(0.10 * place / (blocks * columns))
        )
        return log_times

    return simulate
