"""How long a profile pass will take, as far as can be told before it begins."""

from __future__ import annotations

from ..scenarios.schema import Scenario
from .forecast import WORKER_START_S, forecast
from .run import Run

# Both phases of the bundled scenarios, measured on a slow two-core machine.
PHASES_S = 25.0
PHASES = 2  # each runs a trial at least


def profile_forecast_s(run: Run, scenario: Scenario, combinations: int) -> float:
    """Seconds, for so many combinations; of a user's own runtime the trials are taken to be short."""
    block = forecast(run, scenario, 1)
    trial_s = (block.duration_s or 0.0) / block.trials if block.trials else 0.0
    shortest_s = (run.warmup + PHASES) * trial_s
    return combinations * (WORKER_START_S + max(PHASES_S, shortest_s))
