"""What to do about it, by the simulated trials."""

import math
from collections.abc import Sequence
from itertools import combinations as subsets
from math import comb
from statistics import fmean

from agentperf.reports.advice_record import PlanStep, ShareRecord
from agentperf.reports.claim_record import ClaimedOrderRecord, ClaimRecord
from agentperf.reports.enumerations import ClaimVerdict

from .simulated_findings import difference, effect
from .simulated_trials import Combination, Logs


def plan(factors: Sequence[str], logs: Logs) -> Sequence[PlanStep]:
    """The greedy path over the cells as measured."""
    chosen: list[str] = []
    steps: list[PlanStep] = []
    best = min(fmean(difference(logs, cell, frozenset())) for cell in logs)
    while len(chosen) < len(factors):
        rest = [factor for factor in factors if factor not in chosen]
        chosen.append(min(rest, key=lambda factor: fmean(logs[frozenset({*chosen, factor})])))
        gain = effect(difference(logs, frozenset(chosen), frozenset()))
        enough = math.log(gain.ratio) <= 0.95 * best and not any(step.enough for step in steps)
        steps.append(
            PlanStep(
                add=chosen[-1],
                cumulative_improvement_percent=gain.improvement_percent,
                low=gain.improvement_low,
                high=gain.improvement_high,
                enough=enough,
                ties=(rest[-1],) if len(steps) == 1 and rest[-1] != chosen[-1] else (),
            )
        )
    return steps


def sufficient(factors: Sequence[str], logs: Logs) -> tuple[tuple[str, ...], ...]:
    """The smallest sets that keep 95 % of the best log gain, as measured."""
    gains = {cell: fmean(difference(logs, cell, frozenset())) for cell in logs}
    needed = 0.95 * min(gains.values())
    for size in range(1, len(factors) + 1):
        found = tuple(on for on in subsets(factors, size) if gains[frozenset(on)] <= needed)
        if found:
            return found
    return ()


def shares(factors: Sequence[str], logs: Logs) -> tuple[ShareRecord, ...]:
    """Shapley values of the log times, cell by cell as in the textbook."""
    total = fmean(difference(logs, frozenset(factors), frozenset()))
    return tuple(share(factor, factors, logs, total) for factor in factors)


def share(factor: str, factors: Sequence[str], logs: Logs, total: float) -> ShareRecord:
    number = len(factors)
    weighted = [
        [
            step / (number * comb(number - 1, len(cell) - 1))
            for step in difference(logs, cell, cell - {factor})
        ]
        for cell in logs
        if factor in cell
    ]
    blocks = [sum(block) for block in zip(*weighted, strict=True)]
    record = effect(blocks)
    return ShareRecord(
        optimization=factor,
        **record.model_dump(include=set(ShareRecord.model_fields) - {"optimization", "share_percent"}),
        share_percent=100 * fmean(blocks) / total,
    )


def claims(factors: Sequence[str], logs: Logs, time_scale: float) -> tuple[ClaimRecord, ...]:
    """One of every verdict, as far as there are switches."""
    claimed: list[tuple[str, float, float, ClaimVerdict]] = [
        (factors[0], 50, 50, ClaimVerdict.OVERSTATED),
        ("all", 80, 90, ClaimVerdict.OVERSTATED),
    ]
    for factor, verdict in zip(factors[1:], ClaimVerdict, strict=False):
        claimed.append((factor, 10, 12.5, verdict))
    if len(factors) > 1:
        claimed.append((f"{factors[0]}+{factors[1]}", 60, 70, ClaimVerdict.INCONCLUSIVE))
    return tuple(claim(*one, factors, logs, time_scale) for one in claimed)


def claim(
    name: str,
    low: float,
    high: float,
    verdict: ClaimVerdict,
    factors: Sequence[str],
    logs: Logs,
    time_scale: float,
) -> ClaimRecord:
    on: Combination = frozenset(factors if name == "all" else name.split("+"))
    measured = effect(difference(logs, on, frozenset()))
    return ClaimRecord(
        claim=name,
        claimed_low=low,
        claimed_high=high,
        measured_percent=measured.improvement_percent,
        low=measured.improvement_low,
        high=measured.improvement_high,
        time_scale=time_scale,
        verdict=verdict,
    )


def claimed_order(factors: Sequence[str], logs: Logs) -> ClaimedOrderRecord | None:
    """The list read backwards: refuted at its first step where another switch leaves over 5 % less time."""
    if len(factors) < 2:
        return None
    order = tuple(reversed(factors))
    better = min(factors, key=lambda factor: fmean(logs[frozenset({factor})]))
    ahead = effect(difference(logs, frozenset({better}), frozenset({order[0]})))
    if ahead.improvement_low < 5:
        return ClaimedOrderRecord(order=order, verdict=ClaimVerdict.INCONCLUSIVE)
    return ClaimedOrderRecord(
        order=order,
        verdict=ClaimVerdict.REFUTED,
        step=1,
        better=better,
        advantage_percent=ahead.improvement_percent,
        advantage_low=ahead.improvement_low,
        advantage_high=ahead.improvement_high,
    )
