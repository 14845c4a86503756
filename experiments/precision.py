"""How precisely the effects of a run are known by now."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.analysis import analyse
from ..analysis.stopping import Precision, precision_reached
from ..scenarios.claims import claimed_switches
from ..scenarios.schema import Scenario
from .observations import observations
from .run import Run
from .trial import Trial


def precision_so_far(run: Run, trials: Sequence[Trial]) -> Precision | None:
    """The widest interval of what the run is to find out; None before there are two complete rows."""
    seen = observations(run, trials, run.metric)
    if len(seen.rows) < 2:
        return None
    scenario = Scenario.model_validate(run.document)
    claims = scenario.claims.gains
    analysis = analyse(
        run.design.columns,
        run.design.factors,
        seen.log_times,
        strata=run.design.strata,
        inference=run.inference,
        claims=claims,
        claimed_sets={claim: claimed_switches(claim, scenario.factors) for claim in claims},
    )
    return precision_reached(analysis)
