"""The outcome digest: what must be the same under every combination, in one line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from .combination import Combination
from .trial import Trial


class OutcomeError(Exception):
    """An outcome that can't be compared, because it is not JSON."""


def digest(outcomes: Sequence[Any], evidence: Any) -> str:
    """SHA-256 of the outcomes by session and of what the runtime left behind. Raises OutcomeError."""
    try:
        canonical = json.dumps([outcomes, evidence], sort_keys=True, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise OutcomeError(f"a session's outcome is not JSON: {error}") from error
    return hashlib.sha256(canonical.encode()).hexdigest()


def changed_by(trials: Iterable[Trial], factors: Sequence[str]) -> tuple[str, ...]:
    """The switches that change the outcome of a block; none when all its trials agree.

    A switch is blamed when turning it on changes the digest although nothing else changes. Where no two such
    trials exist, all switches that differ between unlike trials are named.
    """
    digests: dict[Combination, str | None] = {trial.on: trial.outcome_digest for trial in trials}
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
    return tuple(blamed or factors)
