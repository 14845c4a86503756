"""The parts of the reference runtime around the pipeline: where it saves, whom it tells, what it checks."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, Strict

from .database_url import FRESH_SQLITE, check_database_url
from .quantities import Count, Flag
from .section import Section


class Synchronous(StrEnum):
    """How hard SQLite makes sure that a commit is on the disk; its own words (PRAGMA synchronous)."""

    OFF = "off"
    NORMAL = "normal"
    FULL = "full"
    EXTRA = "extra"


class Sink(StrEnum):
    """Where monitoring records go."""

    FILE = "file"


class Persistence(Section):
    """The database and how often a step writes to it, the write of its merge included."""

    database: Annotated[str, Strict(), AfterValidator(check_database_url)] = FRESH_SQLITE
    writes_per_step: Annotated[Count, Field(le=1000)] = 3
    synchronous: Synchronous = Synchronous.FULL


class WebSocket(Section):
    """Who listens, and how many updates a step sends to each."""

    subscribers: Annotated[Count, Field(le=10_000)] = 3
    updates_per_step: Annotated[Count, Field(le=1000)] = 5


class Monitoring(Section):
    """Where records of what happened go, and how many a step makes."""

    sink: Sink = Sink.FILE
    fsync: Flag = True
    events_per_step: Annotated[Count, Field(le=1000)] = 2


class Validation(Section):
    """How many layers check the same data: engine, agent preconditions, reliability, state, every field."""

    layers: Annotated[Count, Field(le=5)] = 5
