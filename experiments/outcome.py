"""The outcome digest: what must be the same under every combination, in one line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, combinations
from math import comb
from typing import Any

from .combination import Combination
from .trial import Trial

MAX_SETS = 5_000  # of one size, among which to look for what changes an outcome: a second's work


class OutcomeError(Exception):
    """An outcome that can't be compared, because it is not JSON."""


def digest(outcomes: Sequence[Any], evidence: Any) -> str:
    """SHA-256 of the outcomes by session and of what the runtime left behind. Raises OutcomeError."""
    try:
        canonical = json.dumps([outcomes, evidence], sort_keys=True, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise OutcomeError(f"a session's outcome is not JSON: {error}") from error
    return hashlib.sha256(canonical.encode()).hexdigest()


def not_repeatable(trials: Iterable[Trial]) -> tuple[Combination, ...]:
    """The combinations whose repeats within a block have unlike outcomes, in the order in which they ran."""
    return tuple(on for on, digests in _digests(trials).items() if len(digests) > 1)


def changed_by(trials: Iterable[Trial], factors: Sequence[str]) -> tuple[str, ...]:
    """The switches that change the outcome of a block; none when all its trials agree.

    A switch is blamed when turning it on changes the digest although nothing else changes. Where no two such
    trials exist, as in a fraction, the smallest sets of switches are blamed that tell unlike trials apart. To
    be asked only where outcomes are repeatable.
    """
    digests = {on: frozenset(found) for on, found in _digests(trials).items()}
    if len(set(digests.values())) <= 1:
        return ()
    blamed = [
        factor
        for factor in factors
        if any(
            factor not in on and on | {factor} in digests and digests[on | {factor}] != found
            for on, found in digests.items()
        )
    ]
    return tuple(blamed) or _smallest_explanation(digests, factors)


def _digests(trials: Iterable[Trial]) -> dict[Combination, set[str | None]]:
    digests: dict[Combination, set[str | None]] = {}
    for trial in trials:
        digests.setdefault(trial.on, set()).add(trial.outcome_digest)
    return digests


def _smallest_explanation(
    digests: Mapping[Combination, frozenset[str | None]], factors: Sequence[str]
) -> tuple[str, ...]:
    """The switches of the smallest sets of which the digest is a function; all, where the search is long."""

    def explains(names: Combination) -> bool:
        return len({(on & names, found) for on, found in digests.items()}) == len(
            {on & names for on in digests}
        )

    for size in range(1, len(factors)):
        if comb(len(factors), size) > MAX_SETS:
            break
        if explaining := [names for names in combinations(factors, size) if explains(frozenset(names))]:
            blamed = set(chain(*explaining))
            return tuple(factor for factor in factors if factor in blamed)
    return tuple(factors)
