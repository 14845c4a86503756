"""Which profiles an export is of, and what is said where there are none."""

from dataclasses import replace

import pytest

from agentperf.experiments.preparation import RequestError
from agentperf.profilers.profile import Mode
from agentperf.reports.benchmarks import NothingToExport
from agentperf.reports.dossier import Dossier
from agentperf.reports.export_format import OF_PROFILES, OF_TIMELINES, ExportFormat
from agentperf.reports.exports import EXPORTERS
from agentperf.reports.profile_choice import Choice, chosen
from agentperf.reports.profile_names import profile_name

from .planted_dossiers import planted


def names(dossier: Dossier) -> list[str]:
    return [profile_name(dossier.document, profile) for profile in dossier.profiles]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), ["cpu: nothing on", "await: nothing on", "cpu: everything on", "await: everything on",
                    "cpu: pooling (thin: 99 samples)"]),
        (Choice("none"), ["cpu: nothing on", "await: nothing on"]),
        (Choice(" pooling,"), ["cpu: pooling (thin: 99 samples)"]),
        (Choice("all", Mode.CPU), ["cpu: everything on"]),
        (Choice("lazy_validation, pooling,parallelism", Mode.AWAIT), ["await: everything on"]),
        (Choice(mode=Mode.AWAIT), ["await: nothing on", "await: everything on"]),
    ],
)  # fmt: skip
def test_what_is_chosen(choice: Choice, expected: list[str]) -> None:
    assert names(chosen(planted(), ExportFormat.SPEEDSCOPE, choice)) == expected


def test_timelines_are_chosen_by_combination() -> None:
    dossier = chosen(planted(), ExportFormat.OTLP_JSON, Choice("none"))
    assert [(trace.on, trace.block) for trace in dossier.traces] == [(frozenset(), 0), (frozenset(), 1)]


@pytest.mark.parametrize(
    ("kind", "choice", "words"),
    [
        (ExportFormat.CSV, Choice(mode=Mode.CPU), "csv holds no profiles, leave out --mode"),
        (ExportFormat.OTLP_JSON, Choice(mode=Mode.CPU), "otlp-json holds no profiles, leave out --mode"),
        (ExportFormat.JSON, Choice("none"), "json holds every combination, leave out --flags"),
        (ExportFormat.SPEEDSCOPE, Choice(","), "--flags names no switch, write 'none'"),
        (ExportFormat.SPEEDSCOPE, Choice("none,pooling"), "--flags: 'none' stands beside other switches"),
        (
            ExportFormat.SPEEDSCOPE,
            Choice("poling"),
            "--flags: 'poling' is not a swept switch of the run, did you mean 'pooling'?",
        ),
        (
            ExportFormat.COLLAPSED,
            Choice("parallelism"),
            "the run holds no profile of 'parallelism', choose by --flags among none; all; pooling",
        ),
        (ExportFormat.CHROME_TRACE, Choice("parallelism"), "the run holds no timeline of 'parallelism'"),
        (ExportFormat.COLLAPSED, Choice(mode=Mode.WALL), "no profile of mode wall, there is cpu and await"),
        (ExportFormat.COLLAPSED, Choice("pooling", Mode.AWAIT), "no profile of mode await, there is cpu"),
    ],
)
def test_what_can_not_be_chosen(kind: ExportFormat, choice: Choice, words: str) -> None:
    with pytest.raises((NothingToExport, RequestError)) as refused:
        chosen(planted(), kind, choice)
    assert words in str(refused.value)


@pytest.mark.parametrize("kind", [*OF_PROFILES, *OF_TIMELINES])
def test_what_is_not_there_is_told_with_what_to_do(kind: ExportFormat) -> None:
    nothing = replace(planted(), profiles=(), traces=())
    for choice in (Choice(), Choice("pooling")):
        with pytest.raises(NothingToExport, match="'agentperf run SCENARIO") as refused:
            EXPORTERS[kind](chosen(nothing, kind, choice))
        assert ("--profile" in str(refused.value)) == (kind in OF_PROFILES)
