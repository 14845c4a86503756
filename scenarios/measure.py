"""How a scenario wishes to be measured; what it leaves open (None) the run decides."""

from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from .choices import DesignName, Inference, Isolation, Metric
from .invalid import InvalidValue, refusal, refused
from .quantities import Count, Percentage, PositiveCount, PositiveDuration, PositivePercentage, Scale
from .section import Section

# An exact number of blocks leaves nothing to a rule: asking for one takes back what was asked for before.
EXCLUDES = MappingProxyType(
    {
        "blocks": ("max_blocks", "precision", "budget"),
        "max_blocks": ("blocks",),
        "precision": ("blocks",),
        "budget": ("blocks",),
    }
)


class Measure(Section):
    """`warmup` counts the discarded trials of a block, all off and all on in turn.

    `blocks` and `max_blocks` count complete rotations where the design is rotating. Where a scenario names
    both `blocks` and a rule, `blocks` counts.
    """

    design: DesignName | None = None
    blocks: Annotated[PositiveCount, Field(le=100_000)] | None = None
    max_blocks: Annotated[PositiveCount, Field(le=100_000)] | None = None
    precision: PositivePercentage | None = None
    budget: PositiveDuration | None = None
    spread: PositiveDuration | None = None
    inference: Inference = Inference.FIXED
    time_scale: Scale = 1.0
    metric: Metric = Metric.WALL
    threshold: Percentage = Field(default=1.0, json_schema_extra={"default": "1%"})
    isolate: Isolation = Isolation.BLOCK
    seed: Annotated[Count, Field(lt=2**63)] | None = None
    warmup: Annotated[Count, Field(le=100)] = 2

    def over(self, other: Self) -> Self:
        """What is written here, and of `other` what is not and does not clash with it."""
        written = {name: getattr(self, name) for name in self.model_fields_set}
        return other.model_copy(update={**dict.fromkeys(excluded(written)), **written})

    @model_validator(mode="after")
    def _stop_once(self) -> Self:
        if self.blocks is not None and self.max_blocks is not None:
            error = InvalidValue(
                "blocks and max_blocks exclude each other", "blocks is exact, max_blocks a limit"
            )
            raise refused(refusal(("max_blocks",), self.max_blocks, error))
        return self


def excluded(written: dict[str, Any]) -> frozenset[str]:
    """The keys that clash with those that have a value."""
    return frozenset(
        other for name, value in written.items() if value is not None for other in EXCLUDES.get(name, ())
    )
