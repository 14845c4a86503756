"""What the profiles and the timelines of a run are called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..profilers.locations import PACKAGE_NAME
from ..profilers.profile import Profile
from ..scenarios.concerns import Concern
from .combination_names import combination_phrase
from .document import Document
from .fragments import Name
from .visible_text import switch_label


def combination_title(document: Document, on: Collection[str]) -> str:
    """On one line: nothing on; everything on; all but pooling; pooling + parallelism"""
    words = combination_phrase(document, on)
    return "".join(switch_label(word.text) if isinstance(word, Name) else str(word) for word in words)


def profile_name(document: Document, profile: Profile) -> str:
    """cpu: nothing on; says where there are too few samples to trust small shares"""
    name = f"{profile.mode}: {combination_title(document, profile.on)}"
    return f"{name} (thin: {profile.effective_samples} samples)" if profile.thin else name


def concern_names(profiles: Iterable[Profile]) -> Mapping[Concern, str]:
    """What concerns are called beside the functions of these profiles, in the order of reports.

    A program that was attached to and runs nothing of agentperf's has no agents: its work is its own code's.
    """
    own = "own code" if all(map(_is_of_another_program, profiles)) else Concern.AGENT_WORK.value
    return {concern: own if concern is Concern.AGENT_WORK else concern.value for concern in Concern}


def _is_of_another_program(profile: Profile) -> bool:
    if profile.workload_digest is not None:
        return False
    frames = {frame for stack in {sample.stack for sample in profile.samples} for frame in stack}
    return not any(frame.file.startswith(f"{PACKAGE_NAME}/") for frame in frames)


def thread_names(profile: Profile) -> tuple[str, ...]:
    """Its threads, as they come in the profile."""
    return tuple(dict.fromkeys(sample.thread for sample in profile.samples))
