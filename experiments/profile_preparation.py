"""A run of one or two combinations that are to be looked into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from ..scenarios.choices import DesignKind
from ..scenarios.loader import LoadedScenario
from ..scenarios.schema import Measure, Scenario
from .combination import Combination
from .combination_list import ALL
from .design import Design
from .named_combination import named_combination
from .preparation import RequestError, require_known, run_of
from .run import Run


@dataclass(frozen=True, slots=True)
class Subject:
    """What to look into, as a user writes it: `a,b`, `none` or `all`; `against` what to hold it up to."""

    flags: str = ALL
    against: str | None = None

    def of(self, scenario: Scenario) -> tuple[Combination, ...]:
        """One or two combinations, the one to look into first. Raises RequestError."""
        known = partial(require_known, scenario=scenario)
        on = named_combination(self.flags, "--flags", scenario.factors, known)
        if self.against is None:
            return (on,)
        against = named_combination(self.against, "--against", scenario.factors, known)
        if on == against:
            raise RequestError("--flags and --against name the same combination, give two to compare")
        return on, against


def prepare_profiled(loaded: LoadedScenario, subject: Subject, blocks: int, defaults: Measure) -> Run:
    """A short run of just these combinations, not yet begun. Raises RequestError.

    All switches of the scenario count as swept, so that `all` and `all but a` keep their meaning.
    """
    scenario = loaded.scenario
    combinations = subject.of(scenario)
    named = [name for on in combinations for name in sorted(on) if name not in scenario.factors]
    factors = (*scenario.factors, *dict.fromkeys(named))
    design = Design(DesignKind.EXPLICIT, factors, (), (combinations,), subject=combinations)
    measure = scenario.measure.over(defaults)
    exact = {"blocks": blocks, "max_blocks": None, "precision": None, "budget": None, "spread": None}
    return run_of(loaded, design, measure.model_copy(update=exact))
