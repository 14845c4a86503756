"""Which of several wishes counts: an option, then an AGENTPERF_* variable, then the scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from json import dumps
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from ..scenarios.measure import Measure

# What a scenario could have said too, and where.
PATHS = {
    "anytime": "measure.inference",
    "blocks": "measure.blocks",
    "budget": "measure.budget",
    "database": "persistence.database",
    "design": "measure.design",
    "isolate": "measure.isolate",
    "max_blocks": "measure.max_blocks",
    "metric": "measure.metric",
    "precision": "measure.precision",
    "seed": "measure.seed",
    "spread": "measure.spread",
    "threshold": "measure.threshold",
}
# What a run keeps from its beginning, and what may be said again when it is resumed.
SETTLED = (
    *("flags", "hold", "design", "combinations", "isolate", "metric", "threshold", "seed"),
    "anytime",
)
SAID_AGAIN = ("blocks", "max_blocks", "precision", "budget", "spread")


@dataclass(frozen=True, slots=True)
class Said:
    """Parameters by name: of the command line, and of the environment where that doesn't clash with it."""

    options: Mapping[str, Any]
    variables: Mapping[str, Any]

    @classmethod
    def of(cls, context: typer.Context, set_options: Sequence[str]) -> Said:
        """Raises RequestError for two wishes of the command line, or two of the environment, that clash."""
        options, variables = _given(context, "COMMANDLINE"), _given(context, "ENVIRONMENT")
        labels = {name: f"--{_dashed(name)}" for name in options}
        for option in set_options:
            path = option.partition("=")[0].strip()
            labels |= {name: f"--set {path}" for name, known in PATHS.items() if known == path}
        _refuse_clashes(labels)
        _refuse_clashes({name: f"AGENTPERF_{name.upper()}" for name in variables})
        taken_back = {other for name in labels for other in _excluded_by(name)}
        return cls(options, {name: value for name, value in variables.items() if name not in taken_back})

    def value(self, name: str) -> Any:
        """What was said, or None."""
        return self.options.get(name, self.variables.get(name))

    def overrides(self, set_options: Sequence[str]) -> tuple[str, ...]:
        """All as overrides of the scenario, the most important last. Raises RequestError."""
        for said, label in ((self.variables, "AGENTPERF_{}"), (self.options, "--{}")):
            measure = {
                path.removeprefix("measure."): said[name]
                for name, path in PATHS.items()
                if name in said and path.startswith("measure.")
            }
            # validated here too, so that the error names what the user wrote
            measure_of(measure, partial(_labelled, label=label))
        return (*_as_overrides(self.variables), *set_options, *_as_overrides(self.options))

    def again(self, set_options: Sequence[str] = ()) -> Measure:
        """What is said of the end of a run that is resumed. Raises RequestError, also for what is settled."""
        from ..experiments.preparation import RequestError
        from ..scenarios.wording import listed

        paths = [option.partition("=")[0].strip() for option in set_options]
        settled = [f"--{_dashed(name)}" for name in SETTLED if name in self.options]
        settled += [f"--set {path}" for path in paths if _says_how_to_measure(path)]
        if settled:
            raise RequestError(
                f"{listed(settled, 'and')}: settled when the run began, leave out to resume it"
            )
        said = {name: self.options[name] for name in SAID_AGAIN if name in self.options}
        return measure_of(said, partial(_labelled, label="--{}"))


def measure_of(plain: Mapping[str, Any], named: Callable[[str], str]) -> Measure:
    """How to measure; `named` says how to call a key. Raises RequestError for the first mistake."""
    from pydantic import ValidationError

    from ..experiments.preparation import RequestError
    from ..scenarios.invalid import InvalidValue
    from ..scenarios.measure import Measure

    try:
        return Measure.model_validate(plain)
    except ValidationError as error:
        first = error.errors()[0]
        cause = first.get("ctx", {}).get("error")
        message = (
            str(cause) if isinstance(cause, InvalidValue) else first["msg"].removeprefix("Value error, ")
        )
        raise RequestError(f"{named('.'.join(map(str, first['loc'])))}: {message}") from error


def _says_how_to_measure(path: str) -> bool:
    """Rather than what: the time scale is the workload's."""
    return path == "measure" or (path.startswith("measure.") and path != "measure.time_scale")


def _given(context: typer.Context, source: str) -> dict[str, Any]:
    def came_from(name: str) -> str:
        found = context.get_parameter_source(name)
        return found.name if found else ""

    found = {
        name: value
        for name, value in context.params.items()
        if value is not None and came_from(name) == source
    }
    flag = {"anytime": "anytime"} if found.pop("anytime", False) else {}  # what the scenario's key would hold
    return found | flag


def _excluded_by(name: str) -> tuple[str, ...]:
    from ..scenarios.measure import EXCLUDES

    lists = {"combinations": ("design",), "design": ("combinations",)}
    return (*EXCLUDES.get(name, ()), *lists.get(name, ()))


def _refuse_clashes(labels: Mapping[str, str]) -> None:
    from ..experiments.preparation import RequestError

    for name in ("blocks", "combinations"):
        if name in labels and (
            clashing := [labels[other] for other in _excluded_by(name) if other in labels]
        ):
            what = "is exact" if name == "blocks" else "is a design of its own"
            raise RequestError(f"{labels[name]} {what}, leave out {' and '.join(clashing)}")


def _as_overrides(said: Mapping[str, Any]) -> Iterator[str]:
    """Values quoted as YAML reads them."""
    for name, path in PATHS.items():
        if name in said:
            value = said[name]
            yield f"{path}={dumps(value) if isinstance(value, str) else value}"


def _labelled(key: str, label: str) -> str:
    name = next(name for name, path in PATHS.items() if path == f"measure.{key}")
    return label.format(name.upper() if label.startswith("AGENTPERF") else _dashed(name))


def _dashed(name: str) -> str:
    return name.replace("_", "-")
