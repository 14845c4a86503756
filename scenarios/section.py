"""A mapping of the scenario file: frozen, and closed to keys it does not know."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler
from pydantic_core import InitErrorDetails

from .invalid import InvalidKey, InvalidValue, refusal, refused
from .wording import quoted, suggestion

MAX_NAMED_KEYS = 5


class Section(BaseModel):
    """Field names are the keys of the file; an unknown key is refused and the nearest known one named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="wrap")
    @classmethod
    def _refuse_unknown_keys(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, Mapping):
            if isinstance(data, cls):
                return data
            keys = ", ".join(list(cls.model_fields)[:4])
            raise InvalidValue(f"must be a mapping, not {quoted(data)}", f"write its keys, such as {keys}")
        known = data.keys() if cls.model_config["extra"] == "allow" else cls.model_fields.keys()
        unknown = [key for key in data if key not in known]
        if not unknown:
            return handler(data)
        refusals = [refusal((key,), data[key], _unknown(key, known)) for key in unknown[:MAX_NAMED_KEYS]]
        try:
            handler({key: value for key, value in data.items() if key in known})
        except ValidationError as error:
            refusals += [_again(details) for details in error.errors(include_url=False)]
        raise refused(*refusals)


def _unknown(key: Any, known: Iterable[str]) -> InvalidKey:
    return InvalidKey(f"unknown key {quoted(key)}", suggestion(str(key), known))


def _again(details: Any) -> InitErrorDetails:
    return InitErrorDetails(
        type=details["type"], loc=details["loc"], input=details["input"], ctx=details.get("ctx", {})
    )
