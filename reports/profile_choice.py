"""Which of a run's profiles and timelines are meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ..experiments.combination import Combination
from ..experiments.combination_list import ALL, NONE
from ..experiments.named_combination import as_flags, named_combination
from ..experiments.preparation import RequestError
from ..experiments.traces import SessionTrace
from ..profilers.profile import Mode, Profile
from ..scenarios.wording import listed, quoted, suggestion
from .benchmarks import NothingToExport
from .combination_names import swept_part
from .document import Document
from .dossier import Dossier
from .export_format import OF_PROFILES, OF_TIMELINES, ExportFormat

_NAMED = 8

_Shown = TypeVar("_Shown", Profile, SessionTrace)


@dataclass(frozen=True, slots=True)
class Choice:
    """`flags` as on the command line: "none", "all", or swept switches with commas between them."""

    flags: str | None = None
    mode: Mode | None = None


def chosen(dossier: Dossier, kind: ExportFormat, choice: Choice) -> Dossier:
    """The dossier with just the profiles and timelines that were chosen.

    Raises NothingToExport where there are none of them, or the format holds nothing to choose among, and
    RequestError where `flags` name no combination of the run.
    """
    if choice.mode is not None and kind not in OF_PROFILES:
        raise NothingToExport(f"{kind} holds no profiles, leave out --mode")
    if choice.flags is not None and kind not in (*OF_PROFILES, *OF_TIMELINES):
        raise NothingToExport(f"{kind} holds every combination, leave out --flags")
    profiles, traces = dossier.profiles, dossier.traces
    if choice.flags is not None:
        on = _combination(dossier.document, choice.flags)
        profiles, traces = _of(dossier.document, profiles, on), _of(dossier.document, traces, on)
        if kind in OF_PROFILES and dossier.profiles and not profiles:
            raise NothingToExport(_none_of(dossier, choice.flags, "profile", dossier.profiles))
        if kind in OF_TIMELINES and dossier.traces and not traces:
            raise NothingToExport(_none_of(dossier, choice.flags, "timeline", dossier.traces))
    if choice.mode is not None:
        modes = list(dict.fromkeys(profile.mode for profile in profiles))
        profiles = tuple(profile for profile in profiles if profile.mode is choice.mode)
        if modes and not profiles:
            raise NothingToExport(f"no profile of mode {choice.mode}, there is {listed(modes, 'and')}")
    return replace(dossier, profiles=profiles, traces=traces)


def require_profiles(dossier: Dossier) -> tuple[Profile, ...]:
    """All of them. Raises NothingToExport without any."""
    if not dossier.profiles:
        run = dossier.document.run_id
        raise NothingToExport(f"run {run} holds no profiles; 'agentperf run SCENARIO --profile' takes some")
    return dossier.profiles


def require_traces(dossier: Dossier) -> tuple[SessionTrace, ...]:
    """All of them. Raises NothingToExport without any."""
    if not dossier.traces:
        run = dossier.document.run_id
        raise NothingToExport(
            f"run {run} holds no timelines, which the reference runtime records: "
            "'agentperf run SCENARIO' of a scenario with steps takes some"
        )
    return dossier.traces


def _combination(document: Document, flags: str) -> Combination:
    factors = document.design.factors

    def require_swept(names: Sequence[str]) -> None:
        for name in names:
            if name not in factors:
                hint = suggestion(name, (*factors, NONE, ALL))
                raise RequestError(f"--flags: {quoted(name)} is not a swept switch of the run, {hint}")

    return named_combination(flags, "--flags", factors, require_swept)


def _of(document: Document, every: tuple[_Shown, ...], on: Combination) -> tuple[_Shown, ...]:
    return tuple(one for one in every if frozenset(swept_part(document, one.on)) == on)


def _none_of(dossier: Dossier, flags: str, what: str, every: Iterable[Profile | SessionTrace]) -> str:
    others = list(dict.fromkeys(as_flags(one.on, dossier.document.design.factors) for one in every))
    return f"the run holds no {what} of {quoted(flags)}, choose by --flags among {_few(others)}"


def _few(names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return "; ".join(names)
    return f"{'; '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
