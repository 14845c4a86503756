"""flamegraph.pl reads the export: each line parsed as it does."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentperf.profilers.profile import Frame, Mode, Profile, ProfilerName, Sample
from agentperf.reports.collapsed_export import export_collapsed
from agentperf.reports.dossier import Dossier
from agentperf.reports.export_format import ExportFormat
from agentperf.reports.profile_choice import Choice, chosen

from .planted_dossiers import INTERVAL_S, hostile_dossier, planted

LINE = re.compile(r"^(.*)\s+?(\d+(?:\.\d*)?)$")  # flamegraph.pl's own
PLANTED = planted()


def parsed(dossier: Dossier) -> dict[tuple[str, ...], int]:
    """As flamegraph.pl does: the count, then another one before it where that looks like one."""
    found: Counter[tuple[str, ...]] = Counter()
    for line in export_collapsed(dossier).split("\n")[:-1]:
        match = LINE.match(line)
        assert match, line
        assert not LINE.match(match[1]), "taken for the counts of two profiles"
        frames = tuple(match[1].split(";"))
        assert all(frames), line
        assert frames not in found
        found[frames] += int(match[2])
    return found


def only(flags: str, mode: Mode | None = None) -> Dossier:
    return chosen(planted(), ExportFormat.COLLAPSED, Choice(flags, mode))


def test_one_profile() -> None:
    session = "invoke_workflow (agentperf/agents/work.py:40)"
    writer = "invoke_agent writer (agentperf/agents/agent.py:12)"
    commit = "commit (sqlalchemy/engine/base.py:2600)"
    found = parsed(only("all", Mode.CPU))
    assert found == {
        ("MainThread", session, writer, commit, "sqlite3_step"): 500_000,
        ("MainThread", session, writer): 500_000,
        ("MainThread", session): 500_000,
        ("MainThread", session, writer, commit): 250_000,
        ("asyncio_0", session, writer, commit): 250_000,
    }
    assert sum(found.values()) == round(1000 * INTERVAL_S * 1e6)


def test_of_one_combination_what_runs_is_meant() -> None:
    assert parsed(only("all")) == parsed(only("all", Mode.CPU))


def test_several_profiles_have_a_root_each_and_what_waits_is_not_added_to_what_runs() -> None:
    roots = Counter[str]()
    for frames, count in parsed(planted()).items():
        roots[frames[0]] += count
    assert roots == {
        "cpu: nothing on": 2_000_000,
        "cpu: everything on": 2_000_000,
        "cpu: pooling (thin: 99 samples)": 198_000,
    }


def test_what_waits_where_it_is_chosen() -> None:
    found = parsed(only("none", Mode.AWAIT))
    assert sum(found.values()) == 2_000_000
    waiting = tuple(one for one in planted().profiles if one.mode is Mode.AWAIT)
    assert {frames[0] for frames in parsed(replace(planted(), profiles=waiting))} == {
        "await: nothing on",
        "await: everything on",
    }


def test_hostile_names_keep_to_their_frame() -> None:
    found = parsed(hostile_dossier())
    assert {len(frames) for frames in found} == {3}, "a thread and two frames"
    assert sum(found.values()) == round(sum(s.weight_s for s in hostile_dossier().profiles[0].samples) * 1e6)


@given(st.lists(st.lists(st.text(max_size=8), max_size=4), min_size=1, max_size=8))
def test_any_name_keeps_to_its_frame(stacks: list[list[str]]) -> None:
    samples = [Sample("main", tuple(Frame(name, "", 0) for name in stack), INTERVAL_S) for stack in stacks]
    of_any = Profile(ProfilerName.PY_SPY, Mode.CPU, INTERVAL_S, tuple(samples))
    found = parsed(replace(PLANTED, profiles=(of_any,)))
    assert sum(found.values()) == 2_000 * len(stacks)
    assert {len(frames) for frames in found} == {max(len(stack), 1) for stack in stacks}


@pytest.mark.parametrize("name", ["f 12", "f 3.5", "f 3."])
def test_the_end_of_a_name_is_no_count(name: str) -> None:
    of_name = Profile(
        ProfilerName.PY_SPY, Mode.CPU, INTERVAL_S, (Sample("main", (Frame(name, "", 0),), INTERVAL_S),)
    )
    assert set(parsed(replace(planted(), profiles=(of_name,)))) == {(name.replace(" ", "_"),)}
