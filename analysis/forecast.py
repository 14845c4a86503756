"""How wide an interval to expect, before a run and during it."""

from __future__ import annotations

import math

from ..scenarios.choices import Inference
from .estimates import Estimate
from .student import critical_t


def expected_half_width(
    trial_sd: float, *, cells: int, blocks: int, inference: Inference = Inference.FIXED
) -> float | None:
    """The log half-width to expect of the 95 % interval of a main effect of a balanced design.

    2 t sd / √trials, which tends to 3.92 sd / √trials. `cells` and `blocks` are those of the analysis: of a
    rotating design, all combinations and rotations. None under two blocks, where there is no interval.
    """
    if blocks < 2:
        return None
    half_width = critical_t(blocks, inference) * 2 * trial_sd / math.sqrt(blocks * cells)
    return half_width if math.isfinite(half_width) else None


def projected_half_width(
    estimate: Estimate, *, blocks: int, planned: int, inference: Inference = Inference.FIXED
) -> float | None:
    """The log half-width to expect, once there are `planned` blocks, of an interval now made from `blocks`.

    Unlike `expected_half_width`, it knows by how much effects differ from block to block. None where either
    number is under two.
    """
    if estimate.low is None or estimate.high is None or planned < 2:
        return None
    now = (estimate.high - estimate.low) / 2
    shrinks = critical_t(planned, inference) / critical_t(blocks, inference)
    return now * shrinks * math.sqrt(blocks / planned) if math.isfinite(shrinks) else None
