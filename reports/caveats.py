"""Every warning that a run's own data can give rise to: what a reader must know before believing a number.

Each is one line: what, how much, and what to do about it, which is not what the run already does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from .design_caveats import few_blocks, inert_switches, precision_missed
from .evidence import Evidence
from .ledger_caveats import unattributed_time
from .machine_caveats import changing_speed, loaded_machine
from .noise_caveats import clipping_that_matters, drift, many_outliers, trend_within_blocks
from .trial_caveats import changed_outcomes, failed_trials, said_by_the_runtime

CAVEATS: Sequence[Callable[[Evidence], Iterator[str]]] = (
    changed_outcomes,
    failed_trials,
    inert_switches,
    few_blocks,
    precision_missed,
    loaded_machine,
    changing_speed,
    drift,
    trend_within_blocks,
    many_outliers,
    clipping_that_matters,
    unattributed_time,
    said_by_the_runtime,
)
"""In the order of their weight."""

CAVEATS_OF_A_SELFTEST: Sequence[Callable[[Evidence], Iterator[str]]] = (
    changed_outcomes,
    failed_trials,
    loaded_machine,
    changing_speed,
    said_by_the_runtime,
)
"""Those that don't advise an option which `agentperf selftest` lacks."""


def caveats(
    evidence: Evidence, among: Sequence[Callable[[Evidence], Iterator[str]]] = CAVEATS
) -> tuple[str, ...]:
    """The warnings of a run, the gravest first."""
    return tuple(warning for caveat in among for warning in caveat(evidence))
