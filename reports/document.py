"""The JSON document of a run: the one thing every table, report and export is drawn from."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from ..scenarios.choices import Metric
from .advice_record import PlanStep, PriceRecord, ShareRecord
from .claim_record import ClaimedOrderRecord, ClaimRecord
from .combination_record import CombinationRecord
from .design_record import DesignRecord, NoiseRecord
from .effect_record import InteractionRecord, OptimizationRecord
from .enumerations import Status
from .ledger_record import LedgerRecord
from .record import Record
from .run_record import EnvironmentRecord, ScenarioRecord
from .trial_record import TrialRecord
from .what_if_record import WhatIfRecord


class Document(Record):
    """Result of one agentperf run. Times are seconds, sizes bytes, ratios plain numbers."""

    schema_version: Literal[1] = 1
    run_id: str
    created_at: AwareDatetime
    agentperf_version: str
    status: Status
    scenario: ScenarioRecord
    environment: EnvironmentRecord
    seed: int
    design: DesignRecord
    subject: tuple[tuple[str, ...], ...] = Field(default=(), max_length=2)
    """What a run looks into that `profile` made: one combination, or one and another that it is held up to.
    Empty for an experiment."""
    metric: Metric
    threshold_percent: float = Field(ge=0)
    """What counts as equivalent: within +- this of no change."""
    time_scale: float = Field(gt=0)
    """Factor on simulated latencies, timeouts and gaps between arrivals."""
    noise: NoiseRecord = NoiseRecord()
    effects: tuple[OptimizationRecord, ...]
    settled_effects: tuple[OptimizationRecord, ...] = ()
    """The same effects on settled time, where the metric is wall: work that is only put off shows here."""
    interactions: tuple[InteractionRecord, ...] = ()
    combinations: tuple[CombinationRecord, ...]
    plan: tuple[PlanStep, ...]
    sufficient_sets: tuple[tuple[str, ...], ...] = ()
    """The smallest sets of switches shown to be within 5 % of the best, all of that size."""
    shares: tuple[ShareRecord, ...] = ()
    claims: tuple[ClaimRecord, ...] = ()
    claimed_order: ClaimedOrderRecord | None = None
    ledgers: tuple[LedgerRecord, ...] = ()
    """Where the time of a session goes, for each combination of which spans were recorded."""
    what_if: tuple[WhatIfRecord, ...] = ()
    """What replays predict: from nothing on, beside what switches saved alone; then from everything on."""
    price: tuple[PriceRecord, ...] = ()
    trials: tuple[TrialRecord, ...]
    warnings: tuple[str, ...] = ()

    @property
    def ledgers_by_combination(self) -> Mapping[frozenset[str], LedgerRecord]:
        """In the order of `ledgers`."""
        return {frozenset(record.on): record for record in self.ledgers}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.status is Status.RUNNING) != (self.design.stop_reason is None):
            raise ValueError("stop_reason is null exactly while the run goes on")
        combinations = [frozenset(combination.on) for combination in self.combinations]
        if len(set(combinations)) != len(combinations):
            raise ValueError("a combination stands twice in combinations")
        switches = {*self.design.factors, *self.design.held}
        for on in {*combinations, *(frozenset(trial.on) for trial in self.trials)}:
            if not on <= switches:
                raise ValueError(f"{', '.join(sorted(on - switches))}: neither swept nor held in this design")
        for effect in (*self.effects, *self.settled_effects):
            if effect.optimization not in self.design.factors:
                raise ValueError(f"{effect.optimization}: has an effect, but was not swept")
        return self
