"""What a trial of the reference runtime is given by whoever runs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .audience import Audience
from .draws import Draws


@dataclass(frozen=True, slots=True)
class Site:
    """An empty directory of its own, the block's random numbers, and subscribers to call."""

    directory: Path
    draws: Draws
    audience: Audience
