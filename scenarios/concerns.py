"""What a runtime spends time on: the words in which spans, frames and ledgers are sorted."""

from __future__ import annotations

from enum import StrEnum


class Concern(StrEnum):
    """In the order in which reports show them."""

    AGENT_WORK = "agent work"
    PERSISTENCE = "persistence"
    CONNECTIONS = "connections"
    NOTIFICATIONS = "notifications"
    VALIDATION = "validation"
    MONITORING = "monitoring"
    STATE = "state"
    EVENT_LOOP = "event loop"
    OTHER = "other"
