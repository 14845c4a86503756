"""What a profile says in a terminal: shares, never times, at any width and whatever the names are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from agentperf.profilers.difference import Change
from agentperf.profilers.profile import Frame, Mode, Profile, ProfilerName, Sample
from agentperf.reports.changes_table import change_style, change_words
from agentperf.reports.combinations_table import Detail
from agentperf.reports.profile_terminal import View, attached_report, profile_report, sample_words
from agentperf.reports.waits_table import waits_table
from agentperf.scenarios.concerns import Concern

from .planted_dossiers import ALL, POOLING, hostile_dossier, planted, profile

Printed = Callable[[RenderableType, int], str]
NOTHING = frozenset[str]()


def change(new: float, old: float, error: float = 0.001) -> Change:
    return Change("f", "f.py", Concern.STATE, new, old, error)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("detail", Detail)
def test_every_view_fits_and_says_what_it_is(printed: Printed, width: int, detail: Detail) -> None:
    text = printed(profile_report(planted(), View(ALL, NOTHING), detail), width)
    assert all(cell_len(line) <= width for line in text.splitlines())
    joined = " ".join(text.split())
    assert joined.count("Shares, not times") == 4
    assert "everything on, against nothing on" in joined
    assert joined.count("nothing is known of native code") == 2


def test_the_shares_are_those_of_the_samples(printed: Printed) -> None:
    """An eighth each of the four stacks, twice."""
    text = printed(profile_report(planted(), View(ALL)), 120)
    cpu = text.partition("What the CPU does")[2].partition("What tasks wait for")[0]
    (native,) = [line for line in cpu.splitlines() if "sqlite3_step" in line]
    assert native.split()[:2] == ["25.0", "%"]
    (session,) = [line for line in cpu.splitlines() if "invoke_workflow" in line]
    assert session.count("25.0 %") == 1 and session.count("100.0 %") == 1


def test_a_thin_profile_is_marked_with_how_little_it_knows(printed: Printed) -> None:
    text = " ".join(printed(profile_report(planted(), View(POOLING, NOTHING)), 120).split())
    assert "Thin: only 99 samples by py-spy, one every 2 ms, so" in text
    assert "known to within 10.1 points at best." in text
    assert "Thin: only 99 samples on one side." in text
    assert sample_words(profile(NOTHING)) == "1,000 samples by py-spy, one every 2 ms."
    assert sample_words(profile(NOTHING, samples=1)).startswith("Thin: only 1 sample by")


def test_samples_of_unequal_weight_count_as_equal_ones() -> None:
    whole = profile(NOTHING)
    light = tuple(replace(sample, weight_s=sample.weight_s / 100) for sample in whole.samples)
    mixed = replace(whole, samples=(*whole.samples, *light))
    assert sample_words(mixed) == (
        "Worth 1,020 samples by py-spy, one every 2 ms (2,000 were taken, of unequal weight)."
    )
    thin = replace(whole, samples=(*whole.samples[:500], *light))
    assert sample_words(thin).startswith("Thin: only worth 520 samples by py-spy")


def test_a_profile_without_a_sample_says_so(printed: Printed) -> None:
    dossier = replace(planted(), profiles=(profile(ALL, samples=0), profile(ALL, Mode.AWAIT, samples=0)))
    text = " ".join(printed(profile_report(dossier, View(ALL)), 100).split())
    assert "Not one sample: nothing ran long enough to be seen." in text
    assert "Not one sample: nothing waited long enough to be seen." in text


def test_what_was_not_profiled_is_left_out(printed: Printed) -> None:
    dossier = replace(planted(), profiles=())
    assert "What" not in printed(profile_report(dossier, View(ALL, NOTHING)), 100).replace("Where", "")


def test_a_runtime_without_spans_is_told_of_where_the_ledger_would_stand(printed: Printed) -> None:
    with_spans = " ".join(printed(profile_report(planted(), View(ALL)), 100).split())
    assert "No ledger" not in with_spans
    document = planted().document.model_copy(update={"ledgers": ()})
    text = " ".join(printed(profile_report(replace(planted(), document=document), View(ALL)), 100).split())
    title, said = "Where a session's time goes", "No ledger: this runtime records no spans"
    assert 0 < text.index(title) < text.index(said) < text.index("What the CPU does")


def program_of_its_own() -> Profile:
    """Three quarters of its own code, a quarter in SQLite."""
    own = Frame("crunch", "./burning.py", 1)
    stacks = [(own,)] * 3 + [(own, Frame("execute", "sqlite3/dbapi2.py", 9))]
    samples = tuple(Sample("MainThread", stack, 0.01) for stack in stacks)
    return Profile(ProfilerName.PY_SPY, Mode.CPU, 0.01, samples)


def test_a_program_without_agents_has_no_agent_work(printed: Printed) -> None:
    profile = program_of_its_own()
    text = printed(attached_report(profile, "process 7"), 120)
    assert "By concern: own code 75.0 %, persistence 25.0 %" in text
    assert "agent work" not in text
    agents = Sample("MainThread", (Frame("act", "agentperf/agents/agent.py", 1),), 0.01)
    with_agents = replace(profile, samples=(*profile.samples, agents))
    assert "agent work" in printed(attached_report(with_agents, "process 7"), 120)
    of_a_run = replace(profile, workload_digest="w")
    assert "agent work" in printed(attached_report(of_a_run, "process 7"), 120)


def test_a_program_that_is_all_its_own_is_not_told_so(printed: Printed) -> None:
    profile = program_of_its_own()
    text = printed(attached_report(replace(profile, samples=profile.samples[:3]), "process 7"), 120)
    assert "By concern" not in text and "crunch" in text


def test_profiles_that_can_not_be_compared_are_not(printed: Printed) -> None:
    other = replace(profile(NOTHING), profiler=ProfilerName.PYINSTRUMENT)
    dossier = replace(planted(), profiles=(profile(ALL), other))
    text = printed(profile_report(dossier, View(ALL, NOTHING)), 120)
    assert "a profile by py-spy can't be compared with one by pyinstrument" in text


def test_names_are_shown_and_never_obeyed(printed: Printed) -> None:
    dossier = hostile_dossier()
    for one in dossier.profiles:
        for width in (80, 120):
            text = printed(profile_report(dossier, View(one.on, NOTHING), Detail.ALL), width)
            text += printed(attached_report(one, "process 1: \x1b[31m\u202e\n" + "x" * 100), width)
            assert all(cell_len(line) <= width for line in text.splitlines())
            assert all(character.isprintable() or character == "\n" for character in text)


@pytest.mark.parametrize(
    ("given", "words", "style"),
    [
        (change(0.068, 0.10), "3.2 points less", "bold bright_blue"),
        (change(0.10, 0.068), "3.2 points more", "bold red"),
        (change(0.12, 0.0), "12.0 points, new", "bold magenta"),
        (change(0.0, 0.04), "4.0 points, gone", "bold bright_blue"),
        (change(0.10, 0.09, error=0.01), "1.0 points more, chance", "dim"),
    ],
)
def test_the_sign_of_a_change_is_in_words(given: Change, words: str, style: str) -> None:
    assert (change_words(given), change_style(given)) == (words, style)


def test_a_wait_is_told_with_who_made_the_task_wait() -> None:
    library = Frame("Queue.get", "asyncio/queues.py", 5)
    own = Frame("fetch", "./agents.py", 3)
    driver = Frame("execute", "aiosqlite/core.py", 9)
    stacks = [(own, library), (own, driver, Frame("a thread", "", 0)), (library,)]
    samples = tuple(Sample("tasks", stack, 0.25) for stack in (stacks[0], stacks[0], stacks[1], stacks[2]))
    table = waits_table(Profile(ProfilerName.AWAIT_SAMPLER, Mode.AWAIT, 0.005, samples))
    assert [(one.parts[0], one.names, one.file) for one in table.shares] == [
        (0.5, ("Queue.get", "fetch"), "./agents.py"),
        (0.25, ("a thread", "fetch"), "./agents.py"),
        (0.25, ("Queue.get", "Queue.get"), "asyncio/queues.py"),
    ]


def test_without_colours_nothing_is_lost(printed: Printed) -> None:
    console = Console(width=100, color_system="standard", force_terminal=True)
    with console.capture() as capture:
        console.print(profile_report(planted(), View(POOLING, NOTHING)))
    assert "\x1b[" in capture.get()
    assert "\x1b" not in printed(profile_report(planted(), View(POOLING, NOTHING)), 100)
