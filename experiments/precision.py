"""How precisely the effects of a run are known by now."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.analysis import analyse
from ..analysis.stopping import Precision, precision_reached
from ..scenarios.schema import Scenario
from .anchors import ClaimedSets
from .observations import observations
from .run import Run
from .trial import Trial


def precision_so_far(run: Run, trials: Sequence[Trial]) -> Precision | None:
    """The widest interval of what the run is to find out; None before there are two complete rows."""
    seen = observations(run, trials, run.metric)
    if len(seen.rows) < 2:
        return None
    scenario = Scenario.model_validate(run.document)
    tested = ClaimedSets.of(scenario, run.design).tested
    analysis = analyse(
        run.design.columns,
        run.design.factors,
        seen.log_times,
        strata=run.design.strata,
        inference=run.inference,
        claims={claim: scenario.claims.gains[claim] for claim in tested},
        claimed_sets=tested,
    )
    return precision_reached(analysis)
