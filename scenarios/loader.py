"""From the name of a scenario to a validated one, or to a ScenarioError that says where it is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .nodes import MappingNode, Node, ScalarNode, plain
from .overrides import override
from .problems import ScenarioError, fail, problems_of
from .schema import Scenario
from .sources import read_source
from .wording import quoted
from .yaml_reader import read_yaml


@dataclass(frozen=True, slots=True)
class LoadedScenario:
    """A scenario and where it came from.

    `document` is the data as written, overrides applied; `Scenario.model_validate(document)` gives `scenario`
    again. `origin` is what the user named. `directory` is where the modules of the file's own code are looked
    for; there is none for standard input and the bundled library.
    """

    scenario: Scenario
    document: dict[str, Any]
    origin: str
    directory: Path | None


def load(source: str, *, overrides: Sequence[str] = ()) -> LoadedScenario:
    """The scenario called `source` (a path, `-` for standard input, or a bundled name).

    Each of `overrides` is `path.to.field=value`, applied in turn. Raises ScenarioError, and nothing else, for
    whatever is wrong with the source, its content or an override.
    """
    read = read_source(source)
    scenario, document = parse(read.data, read.origin, overrides=overrides)
    return LoadedScenario(scenario, document, read.origin, read.directory)


def parse(data: bytes, origin: str, *, overrides: Sequence[str] = ()) -> tuple[Scenario, dict[str, Any]]:
    """The scenario that `data` describes, and its document; `origin` is the name errors give it."""
    root = read_yaml(data, origin)
    _require_mapping(root)
    for option in overrides:
        root = override(root, option)
    document = plain(root)
    try:
        return Scenario.model_validate(document), document
    except ValidationError as error:
        raise ScenarioError(problems_of(error, root)) from None


def _require_mapping(root: Node) -> None:
    if isinstance(root, MappingNode):
        return
    empty = isinstance(root, ScalarNode) and root.value is None
    what = "there is no scenario in it" if empty else f"a scenario is a mapping, not {quoted(plain(root))}"
    fail(root.place, what, "start with 'name:' and 'steps:'")
