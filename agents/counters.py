"""Exact counts of what a trial did: free of noise, they explain its times."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(slots=True)
class Counters:
    """Incremented by the parts of a runtime; the names are those of the JSON document."""

    commits: int = 0
    rows_written: int = 0
    bytes_written: int = 0
    connections_opened: int = 0
    frames_sent: int = 0
    bytes_sent: int = 0
    validations: int = 0
    monitoring_records: int = 0
    fsyncs: int = 0

    def reset(self) -> None:
        """Back to zero: the timed window begins."""
        for field in fields(self):
            setattr(self, field.name, 0)
