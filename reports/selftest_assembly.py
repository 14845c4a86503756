"""From a run of identical arms to what it says of the machine."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ..analysis.layout import Layout
from ..analysis.relabelling import relabelled_false_alarms, smallest_visible_effect_percent
from ..analysis.verdicts import SIGNIFICANCE
from ..experiments.observations import Observations, observations
from ..experiments.run import Run, StopReason
from ..experiments.stopping_rule import FEWEST_BLOCKS
from ..experiments.trial import Trial
from .assembly import assemble
from .caveats import CAVEATS_OF_A_SELFTEST, caveats
from .design_caveats import MIN_BLOCKS
from .design_words import counted_rows
from .document import Document
from .evidence import Evidence
from .selftest_record import (
    Family,
    FamilyRecord,
    RelabelledRecord,
    SelftestDocument,
    SelftestNoiseRecord,
    VisibleRecord,
)

RELABELLINGS = 1000  # its interval is then ±1.4 points about the promised 5 %
ALONE_CELLS = 2  # a switch alone is a main effect in a design of two combinations
MINUTE_S = 60.0
_MORE_BLOCKS: Mapping[StopReason | None, str] = {
    StopReason.BLOCKS: f"--blocks {FEWEST_BLOCKS}",
    StopReason.BUDGET: "a longer --budget",
}


def assemble_selftest(run: Run, trials: Sequence[Trial], run_id: str | None) -> SelftestDocument:
    """The document of a run that has ended. `run_id` is given where the run is kept."""
    assert run.stop_reason
    document = assemble(run, trials)
    seen = observations(run, trials, run.metric)
    times_s = [trial.metrics.wall_s for row in seen.rows for trial in row if trial.metrics]
    return SelftestDocument(
        run_id=run_id,
        created_at=datetime.fromisoformat(run.created_at),
        agentperf_version=run.agentperf_version,
        environment=document.environment,
        seed=run.seed,
        switches=len(run.design.factors),
        combinations=len(run.design.combinations),
        blocks=len(seen.rows),
        stop_reason=run.stop_reason,
        elapsed_s=run.elapsed_s,
        trial_median_s=statistics.median(times_s) if times_s else None,
        noise=SelftestNoiseRecord(
            trial_sd_percent=document.noise.trial_sd_percent, clipped_share=document.noise.clipped_share
        ),
        families=tuple(_families(document)),
        relabelled=_relabelled(run, seen),
        smallest_visible=_smallest_visible(run, document),
        warnings=tuple(_warnings(run, seen, trials)),
    )


def _warnings(run: Run, seen: Observations, trials: Sequence[Trial]) -> Iterator[str]:
    yield from caveats(Evidence(run, None, seen.rows, trials, None), CAVEATS_OF_A_SELFTEST)
    number = len(seen.rows)
    advice = _MORE_BLOCKS.get(run.stop_reason)
    if number < MIN_BLOCKS and advice:
        few = counted_rows(run.design.kind, number, "complete ")
        yield f"only {few}: {advice} would tell more"


def _families(document: Document) -> Iterator[FamilyRecord]:
    for family in (Family.AVERAGE, Family.ALONE, Family.LAST):
        found = [
            ((record.optimization,), effect.p_adjusted)
            for record in document.effects
            if (effect := getattr(record, family)) is not None
        ]
        yield _family(family, found)
    yield _family(
        Family.INTERACTIONS, [(record.optimizations, record.p_adjusted) for record in document.interactions]
    )


def _family(family: Family, found: Sequence[tuple[tuple[str, ...], float]]) -> FamilyRecord:
    return FamilyRecord(
        family=family,
        questions=len(found),
        false_alarms=tuple(switches for switches, p_adjusted in found if p_adjusted < SIGNIFICANCE),
    )


def _relabelled(run: Run, seen: Observations) -> RelabelledRecord | None:
    if len(seen.rows) < 2:
        return None
    layout = Layout.of(run.design.columns, run.design.factors, run.design.strata)
    found = relabelled_false_alarms(
        layout, seen.log_times, RELABELLINGS, run.seed, threshold_percent=run.threshold_percent
    )
    return RelabelledRecord(
        analyses=found.analyses,
        with_false_alarm=found.with_alarm,
        with_verdict=found.with_verdict,
        rate=found.rate,
        rate_low=found.low,
        rate_high=found.high,
    )


def _smallest_visible(run: Run, document: Document) -> VisibleRecord | None:
    blocks, sd_percent = document.design.blocks, document.noise.trial_sd_percent
    if not blocks or sd_percent is None or run.elapsed_s <= 0:
        return None
    per_minute = blocks * MINUTE_S / run.elapsed_s

    def smallest(cells: int) -> float | None:
        return smallest_visible_effect_percent(
            math.log1p(sd_percent / 100), cells, math.floor(per_minute), len(run.design.factors)
        )

    return VisibleRecord(
        blocks_per_minute=per_minute,
        average_percent=smallest(len(run.design.combinations)),
        alone_percent=smallest(ALONE_CELLS),
    )
