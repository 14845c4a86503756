"""The profile pass, as commands order it: what is missing is profiled, shown as it goes and kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..experiments.combination import Combination
from ..experiments.experiment import Failure
from ..experiments.job import OnError
from ..experiments.location import workspace
from ..experiments.profile_pass import ProfilePass, ProfileRequest
from ..experiments.run import Run
from ..experiments.store import Store
from ..reports.combination_names import words_among
from ..reports.fragments import plain_sentence
from .interrupt import interruptible
from .pass_progress import PassProgress
from .progress import Display
from .terminal import terminal


@dataclass(frozen=True, slots=True)
class PassEnd:
    """How a pass ended: whether it was interrupted, what is yet to be profiled, and what failed."""

    interrupted: bool
    left: Sequence[Combination]
    failures: Sequence[Failure]


async def take_profiles(
    run: Run,
    store: Store,
    place: Path,
    combinations: Sequence[Combination],
    request: ProfileRequest,
    on_error: OnError,
    display: Display,
) -> PassEnd:
    """Profiles these combinations of a run, beside whose store, at `place`, the trials keep their files."""
    progress = PassProgress(terminal, display, len(combinations), lambda on: combination_name(run, on))
    with workspace(place) as folder:
        taken = ProfilePass(run, store, folder, request, on_error, progress.listener)
        with interruptible(taken.stop), progress.showing():
            await taken.conduct(combinations)
        left = await taken.left(combinations)
    return PassEnd(taken.stopped, left, taken.failures)


def combination_name(run: Run, on: Collection[str]) -> str:
    """none; all; pooling; all but pooling"""
    return plain_sentence(words_among(run.design.factors, on))
