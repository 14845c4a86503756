"""What was claimed of the switches, beside what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from .contrasts import against_none
from .estimates import Estimate, block_t
from .layout import Layout
from .winsorize import Winsorized

TOLERANCE_POINTS = 5.0  # what a claim may be off by, in points of the saved time


class ClaimVerdict(StrEnum):
    """What the interval says of a claim, with a tolerance of 5 points."""

    CONFIRMED = "confirmed"
    UNDERSTATED = "understated"
    OVERSTATED = "overstated"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """A claimed saving of time, from `claimed_low` to `claimed_high` percent, and the measured one: the
    claimed switches, and no other, against nothing. `estimate` is None where the run did not measure both."""

    claim: str
    claimed_low: float
    claimed_high: float
    estimate: Estimate | None
    verdict: ClaimVerdict


def claim_outcomes(
    layout: Layout,
    data: Winsorized,
    claims: Mapping[str, tuple[float, float]],
    claimed_sets: Mapping[str, AbstractSet[str]],
) -> tuple[ClaimOutcome, ...]:
    """One outcome per claim (low and high percent of the time saved), in order.

    `claimed_sets` names the switches of each claim. Where some of them are not swept, no trial ran exactly
    them, or others are held on throughout, there is no estimate. Raises KeyError for a claim without its set.
    """
    rows = {
        claim: against_none(layout, on) if (on := claimed_sets[claim]) and not layout.held else None
        for claim in claims
    }
    asked = {claim: row for claim, row in rows.items() if row is not None}
    estimates = dict(zip(asked, block_t(data, list(asked.values())), strict=True))
    return tuple(_outcome(claim, *claimed, estimates.get(claim)) for claim, claimed in claims.items())


def claim_verdict(
    low: float | None, high: float | None, claimed_low: float, claimed_high: float
) -> ClaimVerdict:
    """The verdict on a claim of `claimed_low` to `claimed_high`, from the interval of what was measured;
    all in percent of the time saved.

    A small claim with its tolerance reaches below zero. A saving that was claimed and is shown not to be
    there is refuted all the same.
    """
    if low is None or high is None:
        return ClaimVerdict.INCONCLUSIVE
    if high <= 0 < claimed_low:
        return ClaimVerdict.REFUTED
    least, most = claimed_low - TOLERANCE_POINTS, claimed_high + TOLERANCE_POINTS
    if least <= low and high <= most:
        return ClaimVerdict.CONFIRMED
    if low > most:
        return ClaimVerdict.UNDERSTATED
    if high <= 0:
        return ClaimVerdict.REFUTED
    if high < least and low > 0:
        return ClaimVerdict.OVERSTATED
    return ClaimVerdict.INCONCLUSIVE


def _outcome(claim: str, claimed_low: float, claimed_high: float, estimate: Estimate | None) -> ClaimOutcome:
    low, high = (estimate.improvement_low, estimate.improvement_high) if estimate else (None, None)
    verdict = claim_verdict(low, high, claimed_low, claimed_high)
    return ClaimOutcome(claim, claimed_low, claimed_high, estimate, verdict)
