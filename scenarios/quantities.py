"""Field types of a scenario: what users write, what code reads, and what an editor is told, side by side."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Strict, WithJsonSchema

from .invalid import InvalidValue
from .units import (
    DURATION_UNITS_S,
    NUMBER,
    RATE_UNITS_PER_S,
    SIZE_UNITS_BYTES,
    parse_duration,
    parse_percentage,
    parse_percentage_range,
    parse_rate,
    parse_scale,
    parse_size,
)
from .wording import quoted

LONGEST_NAME_CHARACTERS = 200


def _written(units: str, *examples: str) -> dict[str, Any]:
    return {
        "anyOf": [{"type": "string", "pattern": f"^\\s*{units}\\s*$"}, {"const": 0}],
        "examples": list(examples),
    }


def _any_of(units: dict[str, Any]) -> str:
    return f"{NUMBER}\\s*({'|'.join(units)})"


def _above_zero(amount: float) -> float:
    if amount <= 0:
        raise InvalidValue("must be more than 0", "write a larger value")
    return amount


def _at_most_all(percentage: float) -> float:
    if percentage > 100:
        raise InvalidValue(f"{percentage:g}% is more than 100%", "write a percentage between 0% and 100%")
    return percentage


def _range_at_most_all(percentages: tuple[float, float]) -> tuple[float, float]:
    _at_most_all(percentages[1])
    return percentages


def _one_line(text: str) -> str:
    if not text.strip():
        raise InvalidValue("must not be blank", "give it a name")
    if len(text) > LONGEST_NAME_CHARACTERS:
        raise InvalidValue(f"is longer than {LONGEST_NAME_CHARACTERS} characters", "shorten it")
    if not text.isprintable():
        raise InvalidValue(f"{quoted(text)} holds a control character", "use printable text on one line")
    return text


def _prose(text: str) -> str:
    if not all(character.isprintable() or character in "\n\t" for character in text):
        raise InvalidValue("holds a control character", "use printable text")
    return text


def _location(text: str) -> str:
    module, _, attribute = text.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), *attribute.split("."))):
        raise InvalidValue(
            f"{quoted(text)} does not say where the code is",
            "write module:function, such as my_package.agents:write",
        )
    return text


DURATION_SCHEMA = _written(_any_of(DURATION_UNITS_S), "5ms", "2s", "10m")
_PERCENTAGE = _written(f"{NUMBER}\\s*%", "5%")
_RANGE = _written(f"{NUMBER}\\s*(%?\\s*[-\N{EN DASH}]\\s*{NUMBER}\\s*)?%", "50%", "80-90%")
_SCALE = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "string", "pattern": f"^\\s*{NUMBER}\\s*(/\\s*{NUMBER}\\s*)?$"},
    ],
    "examples": [1.0, "1/100"],
}

Duration = Annotated[float, BeforeValidator(parse_duration), WithJsonSchema(DURATION_SCHEMA)]
PositiveDuration = Annotated[
    float, BeforeValidator(parse_duration), AfterValidator(_above_zero), WithJsonSchema(DURATION_SCHEMA)
]
Size = Annotated[
    int,
    BeforeValidator(parse_size),
    WithJsonSchema(_written(_any_of(SIZE_UNITS_BYTES), "4KB", "4KiB", "1MB")),
]
PositiveRate = Annotated[
    float,
    BeforeValidator(parse_rate),
    AfterValidator(_above_zero),
    WithJsonSchema(_written(f"{NUMBER}\\s*/({'|'.join(RATE_UNITS_PER_S)})", "50/s", "30/m")),
]
Percentage = Annotated[
    float, BeforeValidator(parse_percentage), AfterValidator(_at_most_all), WithJsonSchema(_PERCENTAGE)
]
PositivePercentage = Annotated[Percentage, AfterValidator(_above_zero)]
PercentageRange = Annotated[
    tuple[float, float],
    BeforeValidator(parse_percentage_range),
    AfterValidator(_range_at_most_all),
    WithJsonSchema(_RANGE),
]
Scale = Annotated[float, BeforeValidator(parse_scale), Field(le=1000), WithJsonSchema(_SCALE)]

Count = Annotated[int, Strict(), Field(ge=0)]
PositiveCount = Annotated[int, Strict(), Field(ge=1)]
Flag = Annotated[bool, Strict()]

Name = Annotated[str, Strict(), AfterValidator(_one_line)]
Prose = Annotated[str, Strict(), AfterValidator(_prose)]
Location = Annotated[str, Strict(), AfterValidator(_location)]
