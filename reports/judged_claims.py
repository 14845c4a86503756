"""The claims of a scenario: as the analysis takes them, and what it found, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ..analysis.analysis import Analysis
from ..experiments.anchors import ClaimedSets
from ..experiments.combination import NOTHING
from ..experiments.design import Design
from ..scenarios.schema import Scenario
from .claim_record import ClaimedOrderRecord, ClaimRecord


@dataclass(frozen=True, slots=True)
class Claimed:
    """Claim to low and high percent, claim to its switches, and the order."""

    gains: Mapping[str, tuple[float, float]]
    sets: Mapping[str, frozenset[str]]
    order: tuple[str, ...]

    @classmethod
    def by(cls, scenario: Scenario | None, design: Design) -> Claimed:
        """Nothing where the scenario is not known. A claim that the design can't judge has no switches."""
        if scenario is None:
            return cls({}, {}, ())
        sets = ClaimedSets.of(scenario, design)
        nothing = dict.fromkeys(sets.untested, NOTHING)
        return cls(scenario.claims.gains, {**nothing, **sets.tested}, scenario.claims.order)


def scenario_of(document: Mapping[str, Any]) -> Scenario | None:
    """The scenario that was run; None where another release wrote it in words that this one does not know."""
    try:
        return Scenario.model_validate(document)
    except ValidationError:
        return None


def claim_records(analysis: Analysis | None, time_scale: float) -> tuple[ClaimRecord, ...]:
    """One for each claim, in the order of the scenario."""
    if analysis is None:
        return ()
    records = []
    for outcome in analysis.claims:
        estimate = outcome.estimate if outcome.estimate and outcome.estimate.low is not None else None
        records.append(
            ClaimRecord(
                claim=outcome.claim,
                claimed_low=outcome.claimed_low,
                claimed_high=outcome.claimed_high,
                measured_percent=estimate.improvement_percent if estimate else None,
                low=estimate.improvement_low if estimate else None,
                high=estimate.improvement_high if estimate else None,
                time_scale=time_scale,
                verdict=outcome.verdict,
            )
        )
    return tuple(records)


def claimed_order_record(analysis: Analysis | None) -> ClaimedOrderRecord | None:
    """None where no order was claimed, or there is nothing to compare."""
    if analysis is None or analysis.claimed_order is None:
        return None
    judged = analysis.claimed_order
    advantage = judged.advantage if judged.advantage and judged.advantage.low is not None else None
    return ClaimedOrderRecord(
        order=judged.order,
        verdict=judged.verdict,
        step=judged.step,
        better=judged.better,
        advantage_percent=advantage.improvement_percent if advantage else None,
        advantage_low=advantage.improvement_low if advantage else None,
        advantage_high=advantage.improvement_high if advantage else None,
    )
