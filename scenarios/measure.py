"""How a scenario wishes to be measured; what it leaves open (None) the run decides."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from .choices import DesignKind, Isolation, Metric
from .invalid import InvalidValue, refusal, refused
from .quantities import Count, Percentage, PositiveCount, PositiveDuration, PositivePercentage, Scale
from .section import Section


class Measure(Section):
    """`warmup` counts the discarded trials of a block, all off and all on in turn."""

    design: DesignKind | None = None
    blocks: Annotated[PositiveCount, Field(le=100_000)] | None = None
    max_blocks: Annotated[PositiveCount, Field(le=100_000)] | None = None
    precision: PositivePercentage | None = None
    budget: PositiveDuration | None = None
    time_scale: Scale = 1.0
    metric: Metric = Metric.WALL
    threshold: Percentage = Field(default=1.0, json_schema_extra={"default": "1%"})
    isolate: Isolation = Isolation.BLOCK
    seed: Annotated[Count, Field(lt=2**63)] | None = None
    warmup: Annotated[Count, Field(le=100)] = 2

    @model_validator(mode="after")
    def _stop_once(self) -> Self:
        if self.blocks is not None and self.max_blocks is not None:
            error = InvalidValue(
                "blocks and max_blocks exclude each other", "blocks is exact, max_blocks a limit"
            )
            raise refused(refusal(("max_blocks",), self.max_blocks, error))
        return self
