"""The figures of a selftest in words, and the words true to the figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import RenderableType

from agentperf.experiments.run import StopReason
from agentperf.reports.run_record import EnvironmentRecord
from agentperf.reports.selftest_record import (
    Family,
    FamilyRecord,
    RelabelledRecord,
    SelftestDocument,
    SelftestNoiseRecord,
    VisibleRecord,
)
from agentperf.reports.selftest_terminal import selftest_report

Printed = Callable[[RenderableType, int], str]
QUESTIONS: Mapping[Family, int] = {
    Family.AVERAGE: 6,
    Family.ALONE: 6,
    Family.LAST: 6,
    Family.INTERACTIONS: 15,
}


def selftest(found: Mapping[Family, Any] | None = None, **changes: Any) -> SelftestDocument:
    families = tuple(
        FamilyRecord(family=family, questions=questions, false_alarms=(found or {}).get(family, ()))
        for family, questions in QUESTIONS.items()
    )
    document = SelftestDocument(
        run_id=None,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        agentperf_version="0",
        environment=EnvironmentRecord(hostname="here"),
        seed=1,
        switches=6,
        combinations=64,
        blocks=10,
        stop_reason=StopReason.BLOCKS,
        elapsed_s=38.4,
        trial_median_s=0.007,
        noise=SelftestNoiseRecord(trial_sd_percent=7.31, clipped_share=0.02),
        families=families,
        relabelled=RelabelledRecord(
            analyses=1000, with_false_alarm=48, with_verdict=31, rate=0.048, rate_low=0.0364, rate_high=0.0631
        ),
        smallest_visible=VisibleRecord(blocks_per_minute=15.6, average_percent=1.62, alone_percent=8.9),
    )
    return document.model_copy(update=changes)


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def test_every_figure_is_there(printed: Printed) -> None:
    text = in_one_line(printed(selftest_report(selftest()), 100))
    for words in (
        "6 switches that change nothing, 64 combinations, 10 blocks, 38 s",
        "average over all combinations 6 0",
        "interactions of two switches 15 0",
        "analysed 1,000 times",
        "4.8 % [3.6, 6.3]",
        "5.0 % are promised.",
        "scatter by 7.3 %",
        "saves 1.6 % on average, or 8.9 % alone",
    ):
        assert words in text
    assert "do not trust" not in text


def test_an_alarm_is_named(printed: Printed) -> None:
    found = {Family.LAST: (("same_b",),), Family.INTERACTIONS: (("same_a", "same_c"), ("same_e", "same_f"))}
    text = in_one_line(printed(selftest_report(selftest(found)), 100))
    assert "last on top of all others 6 1 same_b" in text
    assert "interactions of two switches 15 2 same_a x same_c, same_e x same_f" in text


def test_too_many_alarms_are_called_so(printed: Printed) -> None:
    many = RelabelledRecord(
        analyses=1000, with_false_alarm=90, with_verdict=60, rate=0.09, rate_low=0.074, rate_high=0.109
    )
    document = selftest(relabelled=many)
    assert document.is_trustworthy is False
    assert "do not trust the intervals of this machine" in in_one_line(
        printed(selftest_report(document), 100)
    )


def test_fewer_than_promised_are_no_fault() -> None:
    few = RelabelledRecord(
        analyses=1000, with_false_alarm=20, with_verdict=10, rate=0.02, rate_low=0.013, rate_high=0.031
    )
    assert selftest(relabelled=few).is_trustworthy


def test_nothing_is_claimed_from_one_block(printed: Printed) -> None:
    silent = SelftestNoiseRecord(trial_sd_percent=None, clipped_share=None)
    families = tuple(FamilyRecord(family=family, questions=0, false_alarms=()) for family in Family)
    document = selftest(blocks=1, families=families, relabelled=None, smallest_visible=None, noise=silent)
    text = printed(selftest_report(document), 80)
    assert "No result" in text
    assert "1 block, " in text
    assert "False alarms" not in text


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int, printed: Printed) -> None:
    found = {Family.INTERACTIONS: (("same_a", "same_c"), ("same_e", "same_f"))}
    text = printed(selftest_report(selftest(found)), width)
    assert all(len(line.rstrip()) <= width for line in text.splitlines())
    assert "..." not in text and "…" not in text
