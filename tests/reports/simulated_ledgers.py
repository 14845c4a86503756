"""The ledgers of simulated trials, and what replays of them might predict."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from agentperf.reports.effect_record import OptimizationRecord
from agentperf.reports.ledger_record import LedgerRecord
from agentperf.reports.trial_record import TrialRecord
from agentperf.reports.what_if_record import Supposition, WhatIfRecord
from agentperf.scenarios.concerns import Concern

from .simulated_trials import BLOCKS, Combination

SHARES = dict(zip(Concern, (0.6, 0.1, 0.12, 0.05, 0.04, 0.03, 0.02, 0.03, 0.01), strict=True))


def ledgers(
    factors: Sequence[str], cells: Iterable[Combination], trials: Sequence[TrialRecord]
) -> list[LedgerRecord]:
    """The same shares under every combination."""
    found = []
    for cell in cells:
        sessions_s = fmean(trial.metrics.wall_s or 0.0 for trial in trials if frozenset(trial.on) == cell)
        found.append(
            LedgerRecord(
                on=tuple(factor for factor in factors if factor in cell),
                blocks=BLOCKS,
                sessions_s=sessions_s,
                seconds={concern: share * sessions_s for concern, share in SHARES.items()},
                shares=SHARES,
            )
        )
    return found


def what_if(factors: Sequence[str], effects: Sequence[OptimizationRecord]) -> list[WhatIfRecord]:
    """A supposition for each switch, with a prediction three points off; then some from everything on."""
    by_needs: Mapping[str, tuple[Supposition, tuple[Concern, ...]]] = {
        "parallelism": (Supposition.BY_NEEDS, ()),
        "batched_persistence": (Supposition.ONE_COMMIT, (Concern.PERSISTENCE, Concern.CONNECTIONS)),
    }
    found = []
    for effect, concern in zip(effects, list(Concern)[1:], strict=False):
        supposition, concerns = by_needs.get(effect.optimization, (Supposition.NO_TIME, (concern,)))
        measured = effect.alone.improvement_percent if effect.alone else 0.0
        found.append(
            WhatIfRecord(
                on=(),
                supposition=supposition,
                concerns=concerns,
                predicted_percent=measured + 3,
                predicted_low=measured + 2,
                predicted_high=measured + 4,
                blocks=BLOCKS,
                replay_error_percent=-0.4,
                optimization=effect.optimization,
                measured_percent=measured if effect.alone else None,
                measured_low=effect.alone.improvement_low if effect.alone else None,
                measured_high=effect.alone.improvement_high if effect.alone else None,
                difference_points=3.0 if effect.alone else None,
                remarks=("it leaves 1.00 ms of 13.0 ms (commits 24 -> 1)",),
            )
        )
    found += [
        WhatIfRecord(
            on=tuple(factors),
            supposition=Supposition.NO_TIME,
            concerns=(concern,),
            predicted_percent=100 * share,
            predicted_low=None,
            predicted_high=None,
            blocks=1,
            replay_error_percent=2.5,
        )
        for concern, share in SHARES.items()
    ]
    return found
