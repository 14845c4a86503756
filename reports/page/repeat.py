"""The command that repeats a run, as it can be pasted into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...scenarios.bundled import bundled
from ...scenarios.choices import DesignKind, Inference, Metric
from ...scenarios.loader import load
from ...scenarios.measure import Measure
from ...scenarios.wording import printable
from ..combination_names import swept_part
from ..document import Document

SCENARIO_FILE = "scenario.json"
# What options of their own say; the rest of the section `measure` goes by --set.
_SAID_BY_OPTIONS = (
    *("design", "blocks", "max_blocks", "precision", "budget", "spread", "inference", "metric"),
    *("threshold", "seed"),
)


@dataclass(frozen=True, slots=True)
class Repeat:
    """`needs_file` where the scenario is not one of the bundled ones as they are now."""

    command: str
    needs_file: bool


def repeat(document: Document) -> Repeat:
    """The same combinations in the same orders with the same latencies, as many blocks as there are."""
    bundled_measure = _bundled_measure(document)
    command = "profile" if document.subject else "run"
    if bundled_measure is None:
        words = ["agentperf", command, SCENARIO_FILE]
    else:
        words = [
            "agentperf",
            command,
            document.scenario.name,
            *_measured_otherwise(document, bundled_measure),
        ]
    options = _of_a_profile(document) if document.subject else _options(document)
    command = " \\\n  ".join(printable(shlex.join(line)) for line in (words, *options))
    if document.design.kind is DesignKind.EXPLICIT and not document.subject:
        listed = "\n".join(printable(line) for line in _listed(document))
        command = f"{command} <<'END'\n{listed}\nEND"
    return Repeat(command, bundled_measure is None)


def _options(document: Document) -> Iterator[tuple[str, ...]]:
    """Each with its value."""
    design = document.design
    yield ("--flags", ",".join(design.factors) or "none")
    if design.held:
        yield ("--hold", ",".join(design.held))
    if design.kind is DesignKind.EXPLICIT:
        yield ("--combinations", "-")
    else:
        yield ("--design", design.kind.value)
    if design.blocks:
        yield ("--blocks", str(design.blocks))
    if design.inference is Inference.ANYTIME:
        yield ("--anytime",)
    if design.spread_s is not None:
        yield ("--spread", f"{design.spread_s:g}s")
    if document.metric is not Metric.WALL:
        yield ("--metric", document.metric.value)
    if document.threshold_percent != Measure().threshold:
        yield ("--threshold", f"{document.threshold_percent:g}%")
    yield ("--seed", str(document.seed))


def _of_a_profile(document: Document) -> Iterator[tuple[str, ...]]:
    """Of what the run looks into, and of what that is held up to."""
    for option, on in zip(("--flags", "--against"), document.subject, strict=False):
        yield (option, ",".join(swept_part(document, on)) or "none")
    if document.design.blocks:
        yield ("--blocks", str(document.design.blocks))
    if document.metric is not Metric.WALL:
        yield ("--set", f"measure.metric={document.metric}")
    yield ("--seed", str(document.seed))


def _listed(document: Document) -> Iterator[str]:
    for record in document.combinations:
        yield " + ".join(swept_part(document, record.on)) or "none"


def _bundled_measure(document: Document) -> dict[str, Any] | None:
    """How a bundled scenario of this name wishes to be measured; None unless all else in it is the same."""
    scenario = document.scenario
    if scenario.name not in bundled():
        return None
    now, then = dict(load(scenario.name).document), dict(scenario.document)
    measure, _ = now.pop("measure", {}), then.pop("measure", {})
    return dict(measure) if now == then else None


def _measured_otherwise(document: Document, bundled_measure: dict[str, Any]) -> Iterator[str]:
    measure = document.scenario.document.get("measure") or {}
    for name, value in measure.items() if isinstance(measure, dict) else ():
        if name not in _SAID_BY_OPTIONS and bundled_measure.get(name) != value:
            yield from ("--set", f"measure.{name}={value}")
