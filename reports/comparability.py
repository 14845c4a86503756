"""Which two runs may be compared, and how far: the rules, and what is said where one does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from ..experiments.preparation import RequestError
from ..scenarios.schema import Scenario
from ..scenarios.wording import listed, quoted
from .document import Document
from .enumerations import Status

_MACHINE = ("hostname", "cpu_model", "cpu_count")
_SOFTWARE = ("system", "release", "machine", "python_implementation", "python_version", "sqlite_version")
_WORKLOAD = ("steps", "load", "state")
_SETTINGS = ("interactive", "persistence", "websocket", "monitoring", "validation")
_SHOWN_PACKAGES = 5


class Refusals(StrEnum):
    """What to do with what should not be compared."""

    ENFORCED = "enforced"
    WARNED = "warned"


class Scope(StrEnum):
    """Which combinations of two runs are the same thing."""

    COMMON = "common"
    """All that both ran."""
    ENDS = "ends"
    """Nothing on, and everything on: their switches are different things."""


@dataclass(frozen=True, slots=True)
class Comparability:
    """`warnings` are rules that were overruled, `notes` what is worth knowing."""

    scope: Scope
    times: bool
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


class NotComparable(RequestError):
    """What differs between two runs, and how to go on."""


def comparability(base: Document, new: Document, refusals: Refusals) -> Comparability:
    """How far the two may be compared. Raises NotComparable, one line."""
    if base.run_id == new.run_id:
        raise NotComparable(
            f"both are run {quoted(base.run_id)}: a run can't be compared with itself, name another"
        )
    broken = list(_broken(base, new))
    if broken and refusals is Refusals.ENFORCED:
        raise NotComparable(f"{broken[0]}, or compare nevertheless by --lenient")
    machine = _differences(base, new, _MACHINE)
    times = not machine or refusals is Refusals.WARNED
    warnings = list(broken)
    notes = []
    if machine and times:
        warnings.append(f"measured on two machines ({machine}): times differ for that reason too")
    elif machine:
        notes.append(
            f"measured on two machines ({machine}): times are not compared, only what each switch saves; "
            "measure both on one machine, or compare times nevertheless by --lenient"
        )
    other_runtime = _other_runtime(base, new)
    if other_runtime:
        notes.append(f"{other_runtime}: only nothing on and everything on are compared")
    return Comparability(
        scope=Scope.ENDS if other_runtime else Scope.COMMON,
        times=times,
        warnings=tuple(warnings),
        notes=(*notes, *_notes(base, new)),
    )


def _broken(base: Document, new: Document) -> Iterator[str]:
    """The rules that don't hold, each with what differs and what to do."""
    if base.time_scale != new.time_scale:
        yield (
            f"the time scale is {base.time_scale:g} in the first run and {new.time_scale:g} in the second; "
            "measure both at one scale"
        )
    elif base.scenario.workload_digest != new.scenario.workload_digest:
        parts = [part for part in _WORKLOAD if _part(base, part) != _part(new, part)]
        what = f"in {listed(parts, 'and')}" if parts else "in their digest"
        yield f"the workloads differ {what}; measure both with the same scenario"
    if base.metric is not new.metric:
        yield (
            f"the first run compares {base.metric.words}, the second {new.metric.words}; "
            "measure both by the same --metric"
        )


def _differences(base: Document, new: Document, keys: tuple[str, ...]) -> str:
    """hostname a and b, cpu_count 2 and 4"""
    return ", ".join(
        f"{key} {_shown(first)} and {_shown(second)}"
        for key in keys
        if (first := _environment(base).get(key)) != (second := _environment(new).get(key))
    )


def _environment(document: Document) -> dict[str, Any]:
    return document.environment.model_dump()


def _shown(value: object) -> str:
    return quoted(value) if isinstance(value, str) else str(value)


def _other_runtime(base: Document, new: Document) -> str:
    """What differs, or nothing."""
    first, second = _runtime(base), _runtime(new)
    if first[0] != second[0]:
        names = [quoted(uses) if uses else "the reference one" for uses, _ in (first, second)]
        return f"the runtimes differ ({' and '.join(names)})"
    if first[1] != second[1]:
        changed = sorted(first[1] ^ second[1])
        return f"the runtimes know different switches ({listed(map(quoted, changed), 'and')} only in one)"
    return ""


def _runtime(document: Document) -> tuple[str | None, frozenset[str]]:
    """Where the runtime is (None: the reference one), and its switches."""
    scenario = _scenario(document)
    if scenario is None or scenario.runtime is None:
        return None, frozenset()
    return scenario.runtime.uses, frozenset(scenario.runtime.optimizations)


def _scenario(document: Document) -> Scenario | None:
    """None where a later release wrote it, in a way that this one can't read."""
    try:
        return Scenario.model_validate(document.scenario.document)
    except ValidationError:
        return None


def _part(document: Document, name: str) -> object:
    scenario = _scenario(document)
    return getattr(scenario, name) if scenario else document.scenario.document.get(name)


def _notes(base: Document, new: Document) -> Iterator[str]:
    settings = [name for name in _SETTINGS if _part(base, name) != _part(new, name)]
    if _parameters(base) != _parameters(new):
        settings.append("runtime.parameters")
    if settings:
        yield f"the scenarios differ in {listed(settings, 'and')}"
    software = _differences(base, new, _SOFTWARE)
    if software:
        yield f"the software differs: {software}"
    packages = _packages(base, new)
    if packages:
        yield f"packages differ: {packages}"
    if base.agentperf_version != new.agentperf_version:
        versions = f"{quoted(base.agentperf_version)} and {quoted(new.agentperf_version)}"
        yield f"measured by two versions of agentperf: {versions}"
    for place, document in (("first", base), ("second", new)):
        if document.status is not Status.COMPLETE:
            yield f"the {place} run is not whole: {document.status}"


def _parameters(document: Document) -> object:
    scenario = _scenario(document)
    return scenario.runtime.parameters if scenario and scenario.runtime else None


def _packages(base: Document, new: Document) -> str:
    first, second = (_environment(document).get("packages") for document in (base, new))
    if not isinstance(first, dict) or not isinstance(second, dict):
        return ""
    changed = [name for name in sorted({*first, *second}) if first.get(name) != second.get(name)]
    shown = [
        f"{quoted(name)} {_shown(first.get(name, 'absent'))} and {_shown(second.get(name, 'absent'))}"
        for name in changed[:_SHOWN_PACKAGES]
    ]
    more = len(changed) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
