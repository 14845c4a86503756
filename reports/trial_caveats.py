"""Warnings about the trials: what went wrong in them, and what their runtime said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain, groupby

from ..experiments.outcome import changed_by, not_repeatable
from .evidence import Evidence

_MESSAGES_SHOWN = 5


def changed_outcomes(evidence: Evidence) -> Iterator[str]:
    """Combinations that do not do the same work cannot be compared."""
    factors = evidence.run.design.factors
    trials = sorted(chain(*evidence.rows), key=lambda trial: (trial.block, trial.order))
    blocks = [list(block) for _, block in groupby(trials, key=lambda trial: trial.block)]
    if any(map(not_repeatable, blocks)):
        yield (
            "the outcome of sessions differs between trials of the same combination:"
            " draw all that is random from session.rng"
        )
        return
    changed = {name for block in blocks for name in changed_by(block, factors)}
    if changed:
        names = ", ".join(name for name in factors if name in changed)
        yield f"the outcome of sessions depends on {names}: the combinations do not do the same work"


def failed_trials(evidence: Evidence) -> Iterator[str]:
    """Blocks that are not whole tell nothing."""
    failed = [trial for trial in evidence.trials if trial.error]
    if failed:
        trials = "1 trial" if len(failed) == 1 else f"{len(failed)} trials"
        yield f"{trials} failed, and what is not complete is left out; the first: {failed[0].error}"


def said_by_the_runtime(evidence: Evidence) -> Iterator[str]:
    """The five that were said most often."""
    said = Counter(message for trial in evidence.trials for message in trial.warnings)
    for message, count in said.most_common(_MESSAGES_SHOWN):
        yield f"{message} ({count} times)" if count > 1 else message
