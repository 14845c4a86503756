"""All there is to show of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..experiments.traces import SessionTrace
    from ..profilers.profile import Profile
    from .document import Document


@dataclass(frozen=True, slots=True)
class Dossier:
    """The document, and what is too large for it."""

    document: Document
    profiles: tuple[Profile, ...] = ()
    traces: tuple[SessionTrace, ...] = ()
