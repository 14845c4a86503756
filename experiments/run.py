"""A run: one experiment, what was asked of it, and how it ended."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from ..scenarios.choices import Inference, Isolation, Metric
from .design import Design


class StopReason(StrEnum):
    """Why a run holds the blocks it holds."""

    PRECISION = "precision"
    BUDGET = "budget"
    BLOCKS = "blocks"
    MAX_BLOCKS = "max_blocks"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """`document` is the scenario as plain data, overrides applied; `modules` the folder of its own code.

    `blocks` and `max_blocks` count rows of the analysis: blocks, or complete rotations. Where `blocks` is
    None, a rule decides: `max_blocks`, `precision_percent` and `budget_s`, whichever is met first. `spread_s`
    is the time over which blocks are spread. `stop_reason` is None while the run goes on, and after a crash.
    """

    id: str
    created_at: str
    agentperf_version: str
    scenario_name: str
    scenario_digest: str
    workload_digest: str
    document: dict[str, Any]
    modules: str | None
    environment: dict[str, Any]
    seed: int
    design: Design
    blocks: int | None
    warmup: int
    isolation: Isolation
    metric: Metric
    threshold_percent: float
    time_scale: float
    stop_reason: StopReason | None = None
    elapsed_s: float = 0.0
    max_blocks: int | None = None
    precision_percent: float | None = None
    budget_s: float | None = None
    spread_s: float | None = None
    inference: Inference = Inference.FIXED


def new_run_id(now: datetime) -> str:
    """Sorts by time, and tells apart runs of the same second."""
    return f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
