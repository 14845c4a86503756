"""Where the time goes adds up, in the document and in the table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import RenderableType

from agentperf.experiments.trial import Trial
from agentperf.reports.assembly import assemble
from agentperf.reports.document import Document
from agentperf.reports.ledger_table import ledger_table
from agentperf.scenarios.concerns import Concern

from .planted_runs import SCENARIO, a_run, planted
from .planted_sessions import SWITCHES, a_traced_run, traced

Printed = Callable[[RenderableType, int], str]


@pytest.fixture(scope="module")
def document() -> Document:
    run = a_traced_run()
    return assemble(run, traced(run))


def test_the_parts_of_a_ledger_add_up_to_the_mean_session(document: Document) -> None:
    assert len(document.ledgers) == 2 ** len(SWITCHES)
    for record in document.ledgers:
        walls_s = [trial.metrics.wall_s or 0.0 for trial in document.trials if trial.on == record.on]
        assert record.blocks == len(walls_s)
        assert record.sessions_s == pytest.approx(sum(walls_s) / len(walls_s))
        assert sum(record.seconds.values()) == pytest.approx(record.sessions_s)
        assert sum(record.shares.values()) == pytest.approx(1)
        assert list(record.seconds) == list(Concern)


def test_repeats_of_a_block_count_as_one() -> None:
    run = a_traced_run(blocks=2)
    (part,) = run.design.parts
    twice = replace(run, design=replace(run.design, parts=((*part, part[0]),)))
    trials = traced(twice)
    slow = [
        replace(trial, ledger={**(trial.ledger or {}), "other": 1.0}) if trial.order == len(part) else trial
        for trial in trials
    ]
    (nothing, *_) = assemble(twice, slow).ledgers
    assert nothing.blocks == 2 and nothing.seconds[Concern.OTHER] == pytest.approx(0.5)


def test_a_row_for_each_concern_that_took_time(document: Document, printed: Printed) -> None:
    text = printed(ledger_table(document), 160)
    assert [line.split("  ")[0] for line in text.splitlines() if re.search(r"\d %", line)] == [
        "agent work",
        "persistence",
        "connections",
        "validation",
    ]
    nothing, everything = document.ledgers[0], document.ledgers[-1]
    for record in (nothing, everything):
        assert f"{1000 * record.sessions_s:.1f}" in text
        assert f"{100 * record.shares[Concern.AGENT_WORK]:.1f} %" in text
    change_ms = 1000 * (everything.sessions_s - nothing.sessions_s)
    assert f"{change_ms:+.1f}" in text


def test_one_combination_or_two_of_ones_choice(document: Document, printed: Printed) -> None:
    one = printed(ledger_table(document, [("pooling",)]), 100)
    assert "pooling" in one and "change" not in one and "nothing on" not in one
    two = printed(ledger_table(document, [(), ("pooling",)]), 100)
    assert "pooling" in two and "change" in two and "nothing on" in two
    assert "No spans were recorded" in printed(ledger_table(document, [("unknown",)]), 100)


@pytest.mark.parametrize("width", range(50, 201, 25))
def test_no_figure_is_cut_in_any_width(document: Document, printed: Printed, width: int) -> None:
    text = printed(ledger_table(document, [(), SWITCHES[:2]]), width)
    assert "\N{HORIZONTAL ELLIPSIS}" not in text
    assert max(map(len, text.splitlines())) <= width


def test_time_that_nothing_accounts_for_is_warned_of() -> None:
    run = a_traced_run()

    def with_other(trial: Trial, seconds: float) -> Trial:
        return replace(trial, ledger={**(trial.ledger or {}), "other": seconds})

    def warned(seconds: float) -> list[str]:
        trials = [with_other(trial, seconds if trial.on == {"pooling"} else 0.0) for trial in traced(run)]
        return [warning for warning in assemble(run, trials).warnings if "ledger" in warning]

    assert warned(0.001) == []
    (warning,) = warned(0.1)
    assert "with pooling on" in warning and "a profile may tell what it is" in warning


def test_of_ones_own_runtime_the_warning_says_what_to_do() -> None:
    run = a_run(document=dict(SCENARIO))
    trials = [replace(trial, ledger={"agent work": 0.5, "other": 0.5}) for trial in planted(run)]
    (warning,) = assemble(run, trials).warnings
    assert warning.startswith("up to 50.0 % of a session's time (with nothing on)")
    assert "session.span" in warning
