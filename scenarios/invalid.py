"""How a validator refuses a value: what is wrong, and what to do, each in its own words."""

from pydantic import ValidationError
from pydantic_core import InitErrorDetails


class InvalidValue(ValueError):
    """A value that cannot be used; `what` says why, `remedy` what to write instead."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}, {remedy}")
        self.what = what
        self.remedy = remedy


class InvalidKey(InvalidValue):
    """A key that cannot stand where it does; the mistake is the key, not what it holds."""


def refusal(where: tuple[int | str, ...], value: object, error: InvalidValue) -> InitErrorDetails:
    """One refusal, placed at `where` relative to the value under validation."""
    return InitErrorDetails(type="value_error", loc=where, input=value, ctx={"error": error})


def refused(*refusals: InitErrorDetails) -> ValidationError:
    """The error that holds all `refusals`.

    Raised inside a validator, pydantic adopts them under the place of the validated value, so that a rule
    over several fields can point at the one that breaks it.
    """
    return ValidationError.from_exception_data("scenario", list(refusals))
