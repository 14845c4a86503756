"""Where the time of a combination's sessions went."""

from pydantic import Field

from ..scenarios.concerns import Concern
from .record import Record


class LedgerRecord(Record):
    """The wall time of a session by concern, each instant charged once, along the critical path.

    Means, over blocks and over the sessions that were recorded, so that the parts add up. A combination of
    which no spans were recorded has no ledger.
    """

    on: tuple[str, ...]
    blocks: int = Field(ge=1)
    sessions_s: float = Field(ge=0)
    """The mean time of a session from its start, which in an open loop may be later than it was meant."""
    seconds: dict[Concern, float]
    """For every concern; "other" is what none of them accounts for."""
    shares: dict[Concern, float]
    """The same as parts of 1; all zero where sessions took no time."""
