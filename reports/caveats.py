"""Every warning that a run's own data can give rise to: what a reader must know before believing a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ..experiments.combination import Combination
from ..experiments.outcome import changed_by
from ..experiments.run import Run
from ..experiments.trial import Trial

MIN_BLOCKS = 5  # fewer make intervals too wide to be of use; simulated coverage begins here
Blocks = Sequence[Mapping[Combination, Trial]]


def caveats(run: Run, blocks: Blocks, trials: Sequence[Trial]) -> tuple[str, ...]:
    """In the order of their weight."""
    return (
        *_changed_outcomes(run, blocks),
        *_failed_trials(trials),
        *_few_blocks(run, blocks),
        *_said_by_the_runtime(trials),
    )


def _changed_outcomes(run: Run, blocks: Blocks) -> tuple[str, ...]:
    changed = {name for block in blocks for name in changed_by(block.values(), run.design.factors)}
    if not changed:
        return ()
    names = ", ".join(name for name in run.design.factors if name in changed)
    return (f"the outcome of sessions depends on {names}: the combinations do not do the same work",)


def _failed_trials(trials: Sequence[Trial]) -> tuple[str, ...]:
    failed = [trial for trial in trials if trial.error]
    if not failed:
        return ()
    return (f"{len(failed)} trials failed, and their blocks are left out; the first: {failed[0].error}",)


def _few_blocks(run: Run, blocks: Blocks) -> tuple[str, ...]:
    if run.stop_reason is None or len(blocks) >= MIN_BLOCKS:
        return ()
    return (
        f"{len(blocks)} complete blocks are few: intervals are wide, and there are none with less than two",
    )


def _said_by_the_runtime(trials: Sequence[Trial]) -> tuple[str, ...]:
    said = Counter(message for trial in trials for message in trial.warnings)
    return tuple(
        f"{message} ({count} times)" if count > 1 else message for message, count in said.most_common(5)
    )
