"""What the profiles and the timelines of a run are called."""

from __future__ import annotations

from collections.abc import Collection

from ..profilers.profile import Profile
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


def thread_names(profile: Profile) -> tuple[str, ...]:
    """Its threads, as they come in the profile."""
    return tuple(dict.fromkeys(sample.thread for sample in profile.samples))
