"""What is asked of the runtime: how many sessions, how fast, and how large the state they carry."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from .invalid import InvalidValue, refusal, refused
from .quantities import Count, PositiveCount, PositiveRate, Size
from .section import Section

MAX_SECTION_SIZE_BYTES = 64_000_000
MAX_STATE_SIZE_BYTES = 1_000_000_000


class Arrivals(StrEnum):
    """How the sessions of an open loop are spread over time."""

    POISSON = "poisson"
    CONSTANT = "constant"


class Load(Section):
    """A closed loop of `concurrency` sessions at a time, or an open one at `arrival_rate` per second."""

    model_config = ConfigDict(json_schema_extra={"not": {"required": ["arrival_rate", "concurrency"]}})

    sessions: Annotated[PositiveCount, Field(le=1_000_000)] = 1
    concurrency: Annotated[PositiveCount, Field(le=100_000)] = 1
    arrival_rate: PositiveRate | None = None
    arrivals: Arrivals = Arrivals.POISSON

    @model_validator(mode="after")
    def _open_or_closed(self) -> Self:
        written = self.model_fields_set
        if self.arrival_rate is not None and "concurrency" in written:
            error = InvalidValue(
                "arrival_rate and concurrency exclude each other",
                "keep concurrency for a closed loop, arrival_rate for an open one",
            )
            raise refused(refusal(("concurrency",), self.concurrency, error))
        if self.arrival_rate is None and "arrivals" in written:
            error = InvalidValue(
                "arrivals means nothing without arrival_rate", "add arrival_rate, such as 50/s"
            )
            raise refused(refusal(("arrivals",), self.arrivals, error))
        return self


class State(Section):
    """The state a session carries: so many optional sections of so many bytes."""

    sections: Annotated[Count, Field(le=1000)] = 24
    section_size: Size = Field(default=4000, json_schema_extra={"default": "4KB"})

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.section_size > MAX_SECTION_SIZE_BYTES:
            error = InvalidValue("is more than 64MB", "make the sections smaller")
            raise refused(refusal(("section_size",), self.section_size, error))
        if self.sections * self.section_size > MAX_STATE_SIZE_BYTES:
            raise InvalidValue("sections times section_size is more than 1GB", "make the state smaller")
        return self
