"""A run of one or two combinations that are to be looked into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..scenarios.choices import DesignKind
from ..scenarios.loader import LoadedScenario
from ..scenarios.schema import Measure, Scenario
from .combination import NOTHING, Combination
from .combination_list import ALL, NONE
from .design import Design
from .preparation import RequestError, require_known, run_of
from .run import Run

BLOCKS = 3  # enough for the ledger and the time taken, which shares are scaled by; no intervals are made


@dataclass(frozen=True, slots=True)
class Subject:
    """What to look into, as a user writes it: `a,b`, `none` or `all`; `against` what to hold it up to."""

    flags: str = ALL
    against: str | None = None

    def of(self, scenario: Scenario) -> tuple[Combination, ...]:
        """One or two combinations, the one to look into first. Raises RequestError."""
        combinations = [_combination(self.flags, "--flags", scenario)]
        if self.against is not None:
            combinations.append(_combination(self.against, "--against", scenario))
            if combinations[0] == combinations[1]:
                raise RequestError("--flags and --against name the same combination, give two to compare")
        return tuple(combinations)


def prepare_profiled(loaded: LoadedScenario, subject: Subject, blocks: int, defaults: Measure) -> Run:
    """A short run of just these combinations, not yet begun. Raises RequestError.

    All switches of the scenario count as swept, so that `all` and `all but a` keep their meaning.
    """
    scenario = loaded.scenario
    combinations = subject.of(scenario)
    named = [name for on in combinations for name in sorted(on) if name not in scenario.factors]
    factors = (*scenario.factors, *dict.fromkeys(named))
    design = Design(DesignKind.EXPLICIT, factors, (), (combinations,))
    measure = scenario.measure.over(defaults)
    exact = {"blocks": blocks, "max_blocks": None, "precision": None, "budget": None, "spread": None}
    return run_of(loaded, design, measure.model_copy(update=exact))


def _combination(text: str, option: str, scenario: Scenario) -> Combination:
    names = [name for part in text.split(",") if (name := part.strip())]
    if names == [NONE]:
        return NOTHING
    if names == [ALL]:
        return frozenset(scenario.factors)
    if not names:
        raise RequestError(f"{option} names no switch, write '{NONE}' for nothing on")
    if mixed := {NONE, ALL} & set(names):
        raise RequestError(f"{option}: '{min(mixed)}' stands beside other switches, give it alone")
    require_known(names, scenario)
    return frozenset(_once(names, option))


def _once(names: Sequence[str], option: str) -> Sequence[str]:
    if twice := [name for name in names if names.count(name) > 1]:
        raise RequestError(f"{option} names {twice[0]} twice")
    return names
