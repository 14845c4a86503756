"""An option whose value may be left out, which typer has none of: `--profile` is `--profile=key`."""

from __future__ import annotations

from collections.abc import Sequence

COMMAND, OPTION = "run", "--profile"
VALUES = ("key", "every")
DEFAULT = "key"
END_OF_OPTIONS = "--"


def with_value_of_profile(arguments: Sequence[str]) -> list[str]:
    """What the user wrote behind the program's name, with a value where `run --profile` has none."""
    if arguments[:1] != [COMMAND]:
        return list(arguments)
    end = arguments.index(END_OF_OPTIONS) if END_OF_OPTIONS in arguments else len(arguments)
    completed: list[str] = []
    for argument in arguments[:end]:
        if argument in VALUES and completed[-1] == OPTION:
            completed[-1] = f"{OPTION}={argument}"
        else:
            completed.append(argument)
    return [f"{OPTION}={DEFAULT}" if one == OPTION else one for one in completed] + list(arguments[end:])
