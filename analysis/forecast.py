"""How wide an interval to expect, before a run and during it."""

from __future__ import annotations

import math

from .estimates import Estimate
from .student import critical_t


def expected_half_width(trial_sd: float, *, cells: int, blocks: int) -> float | None:
    """The log half-width to expect of the 95 % interval of a main effect of a full factorial design.

    2 t sd / √trials, which tends to 3.92 sd / √trials. None under two blocks.
    """
    if blocks < 2:
        return None
    return critical_t(blocks) * 2 * trial_sd / math.sqrt(blocks * cells)


def projected_half_width(estimate: Estimate, *, blocks: int, planned: int) -> float | None:
    """The log half-width to expect, once there are `planned` blocks, of an interval now made from `blocks`.

    Unlike `expected_half_width`, it knows by how much effects differ from block to block. None where either
    number is under two.
    """
    if estimate.low is None or estimate.high is None or planned < 2:
        return None
    now = (estimate.high - estimate.low) / 2
    return now * critical_t(planned) / critical_t(blocks) * math.sqrt(blocks / planned)
