"""`agentperf profile`, `run --profile` and `run --html`, as a user meets them."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess, Popen
from typing import Any

import pytest

SMALL = """
name: small
steps: [{agent: thinker, cpu: 2ms}, {agent: waiter, llm: {latency: 2ms}}]
state: {sections: 2, section_size: 100B}
persistence: {writes_per_step: 1, synchronous: "off"}
websocket: {subscribers: 0}
monitoring: {fsync: false}
"""
FEW = ("--samples", "10", "--blocks", "1")
BUSY = ("--set", "runtime.parameters.does=compute_and_wait")
INSIDE = ("--profiler", "pyinstrument")
STOPPING = "interrupted: ending without this combination's profiles; press Ctrl-C again to leave at once\n"
AFTER_TRIAL = "interrupted: ending after this trial; press Ctrl-C again to leave at once\n"


def kept(folder: Path) -> list[tuple[str, str]]:
    """Mode and combination of every profile in the store."""
    with closing(sqlite3.connect(folder / ".agentperf" / "results.db")) as connection:
        rows = connection.execute(
            "SELECT mode, combination FROM profiles ORDER BY length(combination), combination, mode"
        )
        return [(mode, "+".join(json.loads(on))) for mode, on in rows]


class Shown:
    """A profile that was taken once for all tests that look at it."""

    def __init__(self, folder: Path, ended: CompletedProcess[str]) -> None:
        self.folder, self.ended = folder, ended


@pytest.fixture(scope="module")
def profiled(
    tracing: None, tmp_path_factory: pytest.TempPathFactory, program_in: Callable[[Path], Any]
) -> Shown:
    folder = tmp_path_factory.mktemp("profiled")
    (folder / "small.yaml").write_text(SMALL)
    wishes = ("--flags", "batched_persistence", "--against", "none", "--html", "page.html")
    return Shown(folder, program_in(folder)("profile", "small.yaml", *wishes, *FEW))


def test_it_says_where_the_time_goes_and_what_changes(profiled: Shown) -> None:
    assert profiled.ended.returncode == 0, profiled.ended.stderr
    out = profiled.ended.stdout
    assert "batched_persistence, against nothing on" in out
    titles = ("Where a session", "What the CPU", "What tasks wait")
    sections = [line for line in out.splitlines() if line.startswith(titles)]
    assert sections == [
        "Where a session's time goes, measured without a profiler",
        "What the CPU does: batched_persistence",
        "What tasks wait for: batched_persistence",
        "What the CPU does: from nothing on to batched_persistence",
        "What tasks wait for: from nothing on to batched_persistence",
    ]
    assert out.count("Shares, not times") == 4
    assert "Thin: only" in out and "compute" in out and "agent work" in out
    assert all(len(line) <= 120 for line in out.splitlines())


def test_it_says_what_it_does_on_standard_error(profiled: Shown) -> None:
    lines = profiled.ended.stderr.splitlines()
    assert lines[0] == "small: batched_persistence and none, timed in 1 block, then profiled."
    assert "profiling 1 of 2: batched_persistence" in lines
    assert "profiling 2 of 2: none" in lines
    assert lines[-1].startswith("saved as run ")


def test_it_is_saved_as_a_run_with_its_profiles(profiled: Shown, program_in: Callable[[Path], Any]) -> None:
    assert kept(profiled.folder) == [
        *(("await", ""), ("cpu", "")),
        *(("await", "batched_persistence"), ("cpu", "batched_persistence")),
    ]
    program = program_in(profiled.folder)
    assert program("runs", "show").returncode == 0
    page = program("report", "latest", "--html", "-").stdout
    assert "batched_persistence" in page and 'id="profile-data"' in page
    assert (profiled.folder / "page.html").read_text().strip() == page.strip()


@pytest.mark.parametrize(
    ("wishes", "fault"),
    [
        (("--flags", "c"), "error: unknown switch 'c', known: a, b\n"),
        (("--flags", "a", "--against", "a"), "error: --flags and --against name the same combination"),
        ((*INSIDE, "--rate", "100"), "error: --rate: for py-spy only"),
        (("--samples", "0"), "error: Invalid value for '--samples'"),
        (("--html", "no/such/folder.html"), "error: no/such/folder.html: "),
    ],
)
def test_bad_usage_is_one_line_before_anything_is_measured(
    program: Any, bench: Path, wishes: tuple[str, ...], fault: str
) -> None:
    ended = program("profile", bench, *wishes)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(fault) and ended.stderr.count("\n") == 1


def test_a_workload_that_fails_is_not_a_profilers_fault(program: Any, bench: Path) -> None:
    ended = program("profile", bench, "--set", "runtime.parameters.does=fail", *FEW, *INSIDE)
    assert ended.returncode == 5
    assert ended.stderr.splitlines()[-1] == "error: block 1, a+b on: ValueError: no such customer"
    assert "flame graphs" not in ended.stderr and ended.stdout == ""


def test_where_tracing_is_refused_one_line_says_why(program: Any, refusing: Path, bench: Path) -> None:
    ended = program.by(refusing, "profile", bench, *BUSY, *FEW)
    assert ended.returncode == 0, ended.stderr
    (warning,) = [line for line in ended.stderr.splitlines() if "ptrace" in line]
    assert warning.startswith("warning: ") and "pyinstrument takes over" in warning
    assert "What the main thread does: everything on" in ended.stdout and "by pyinstrument" in ended.stdout
    assert kept(program.folder) == [("await", "a+b"), ("wall", "a+b")]


def test_run_profiles_the_key_combinations_and_resume_those_that_are_missing(
    program: Any, bench: Path
) -> None:
    wishes = ("--set", "runtime.parameters.does=compute_and_wait", *INSIDE)
    ended = program("run", bench, *wishes, "--combinations", "-", "--profile", *FEW[:2], stdin="none\na\n")
    assert ended.returncode == 0, ended.stderr
    assert "profiling 1 of 2: none\nprofiling 2 of 2: all\n" in ended.stderr
    assert ended.stderr.splitlines()[-1].startswith("see the profiles by 'agentperf report ")
    both = [("await", ""), ("wall", ""), ("await", "a"), ("wall", "a")]
    assert kept(program.folder) == both

    with closing(sqlite3.connect(program.folder / ".agentperf" / "results.db")) as connection:
        connection.execute("DELETE FROM profiles WHERE combination = '[]' AND mode = 'wall'")
        connection.commit()
    rest = ("--profile", "every", *INSIDE, *FEW[:2], "--html", "page.html")
    again = program("run", "--resume", "latest", *rest)
    assert again.returncode == 0, again.stderr
    assert "profiling 1 of 1: none\n" in again.stderr
    assert kept(program.folder) == both
    assert 'id="profile-data"' in (program.folder / "page.html").read_text()


def test_a_page_needs_no_profile(program: Any, bench: Path) -> None:
    ended = program("run", bench, "--html", "page.html")
    assert ended.returncode == 0 and "profiling" not in ended.stderr
    assert (program.folder / "page.html").read_text().lstrip().lower().startswith("<!doctype html>")


def test_a_page_on_standard_output_is_alone_there(program: Any, bench: Path) -> None:
    ended = program("run", bench, "--html", "-", "--export-json", "run.json")
    assert ended.stdout.lstrip().lower().startswith("<!doctype html>")
    assert json.loads((program.folder / "run.json").read_text())["run_id"]
    clash = program("run", bench, "--html", "-", "--json")
    assert clash.returncode == 2 and "two exports go to standard output" in clash.stderr


def test_a_dry_run_says_what_would_be_profiled(program: Any, bench: Path) -> None:
    ended = program("run", bench, "--profile", "every", "--dry-run")
    (line,) = [one for one in ended.stdout.splitlines() if "profiled" in one]
    assert line.startswith("Then 4 combinations will be profiled, about 0:0")
    assert line.endswith(": none; a; b; all.")
    assert not (program.folder / ".agentperf").exists()


def until(running: Popen[str], line: str) -> None:
    """Reads standard error up to that line."""
    assert running.stderr
    for said in running.stderr:
        if said == line:
            return
    pytest.fail(f"the program ended without saying: {line}")


def through_the_block(door: Any) -> int:
    """Lets the timed trial in; the worker whose trial is the first that is profiled."""
    timed: int = door.knock()
    door.let_in()
    profiled: int = door.knock()
    assert profiled != timed
    return profiled


@pytest.fixture
def one_block(knocking: tuple[str | Path, ...]) -> tuple[str | Path, ...]:
    return (*knocking, "--flags", "none", *FEW)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_interrupt_gives_the_combination_up(
    tracing: None,
    program: Any,
    door: Any,
    one_block: tuple[str | Path, ...],
    ended: Callable[[int], bool],
    number: signal.Signals,
) -> None:
    """However long its session goes on: it is never let in. The timed trials are kept."""
    with program.started("profile", *one_block, "--html", "page.html") as running:
        worker = through_the_block(door)
        parent = parent_of(worker)
        running.send_signal(number)
        until(running, STOPPING)
        assert running.stderr
        rest = running.stderr.read()
        assert running.wait(timeout=60) == 130
    assert ended(worker) and ended(parent)
    assert "Traceback" not in rest and rest.startswith("saved as run ")
    again = rest.splitlines()[-1]
    assert again.startswith("go on by 'agentperf run --resume ") and again.endswith(" --profile=every'")
    assert kept(program.folder) == []
    assert "trials" in program("runs", "export").stdout
    assert (program.folder / "page.html").read_text().startswith("<!DOCTYPE html>")
    assert {one.name for one in (program.folder / ".agentperf").iterdir()} == {".gitignore", "results.db"}


def test_what_was_profiled_before_an_interrupt_is_kept_and_the_rest_can_be_resumed(
    program: Any, door: Any, knocking: tuple[str | Path, ...]
) -> None:
    with program.started("run", *knocking, "--flags", "a", "--profile", *INSIDE, *FEW) as running:
        timed = {door.knock()}
        door.let_in()
        timed.add(door.knock())
        door.let_in()
        assert len(timed) == 1
        first = worker = door.knock()
        while worker == first:
            door.let_in()
            worker = door.knock()
        running.send_signal(signal.SIGINT)
        until(running, STOPPING)
        assert running.stderr
        rest = running.stderr.read()
        assert running.wait(timeout=60) == 130
    assert kept(program.folder) == [("await", ""), ("wall", "")]
    again = rest.splitlines()[-1]
    assert again.startswith("go on by 'agentperf run --resume ") and again.endswith(" --profile=key'")
    door.close()
    resumed = program(
        *again.removeprefix("go on by 'agentperf ").removesuffix("'").split(), *INSIDE, *FEW[:2]
    )
    assert resumed.returncode == 0, resumed.stderr
    assert "profiling 1 of 1: all" in resumed.stderr
    assert kept(program.folder) == [("await", ""), ("wall", ""), ("await", "a"), ("wall", "a")]


def test_nothing_is_profiled_after_an_interrupt_in_the_last_trial(
    program: Any, door: Any, knocking: tuple[str | Path, ...]
) -> None:
    wishes = ("--flags", "none", "--blocks", "1", "--profile", *INSIDE)
    with program.started("run", *knocking, *wishes) as running:
        door.knock()
        running.send_signal(signal.SIGINT)
        until(running, AFTER_TRIAL)
        door.close()
        assert running.stderr
        *_, last = running.stderr.read().splitlines()
        assert running.wait(timeout=60) == 130
    assert last.startswith("go on by 'agentperf run --resume ") and last.endswith(" --profile=key'")
    assert kept(program.folder) == []


def test_nothing_of_a_pass_outlives_the_program(
    tracing: None,
    program: Any,
    door: Any,
    one_block: tuple[str | Path, ...],
    ended: Callable[[int], bool],
) -> None:
    """However it ends: here by a second signal, and by one that it can't heed."""
    with program.started("profile", *one_block) as running:
        worker = through_the_block(door)
        parent = parent_of(worker)
        assert b"py-spy" in Path(f"/proc/{parent}/cmdline").read_bytes()
        running.kill()
        running.wait(timeout=60)
    assert ended(worker) and ended(parent)


def test_a_second_interrupt_leaves_at_once(
    program: Any, door: Any, one_block: tuple[str | Path, ...], ended: Callable[[int], bool]
) -> None:
    with program.started("profile", *one_block, *INSIDE) as running:
        worker = through_the_block(door)
        running.send_signal(signal.SIGINT)
        until(running, STOPPING)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) == 130
    assert ended(worker)


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
