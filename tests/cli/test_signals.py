"""Ctrl-C and SIGTERM where nothing is measured: while the program starts, writes and ends."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import Any

import pytest

HALT = """
import signal, sys, time

signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a shell's foreground


class Halt:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            print("halted", file=sys.stderr, flush=True)
            time.sleep(600)


sys.meta_path.insert(0, Halt())
"""


@pytest.fixture
def halted(tmp_path: Path) -> Callable[..., Any]:
    """The command in a folder of its own, where it is about to import a module and waits."""

    @contextmanager
    def halted(module: str, *arguments: str) -> Iterator[Popen[str]]:
        site = tmp_path / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(HALT.format(module=module))
        command = Path(sys.executable).with_name("agentperf")
        environment = dict(os.environ) | {"PYTHONPATH": str(site)}
        with Popen(
            [command, *arguments], cwd=tmp_path, env=environment, stdin=DEVNULL, stderr=PIPE, text=True
        ) as running:
            try:
                assert running.stderr and running.stderr.readline() == "halted\n"
                yield running
            finally:
                running.kill()

    return halted


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "module", ["agentperf.cli.program", "typer", "agentperf.cli.conducting", "numpy", "pydantic_core"]
)
def test_while_modules_are_imported(
    halted: Callable[..., Any], tmp_path: Path, module: str, number: signal.Signals
) -> None:
    with halted(module, "run", "quickstart", "--html", "page.html") as running:
        running.send_signal(number)
        assert running.stderr.read() == "interrupted\n"
        assert running.wait(timeout=60) == 130
    assert {one.name for one in tmp_path.iterdir()} == {"site"}


def test_while_a_page_is_rendered_the_file_stays_as_it_was(
    shown: Any, halted: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text("old")
    store = str(shown.folder / ".agentperf" / "results.db")
    with halted("agentperf.reports.page.page", "report", "--html", "page.html", "--store", store) as running:
        running.send_signal(signal.SIGINT)
        assert running.stderr.read() == "interrupted\n"
        assert running.wait(timeout=60) == 130
    assert (tmp_path / "page.html").read_text() == "old"
    assert {one.name for one in tmp_path.iterdir()} == {"page.html", "site"}


def test_after_a_process_was_sampled(tracing: None, halted: Callable[..., Any]) -> None:
    """What was installed to end the sampling early is gone."""
    with Popen([sys.executable, "-c", "print(flush=True); input()"], stdin=PIPE, stdout=PIPE) as waiting:
        assert waiting.stdout and waiting.stdout.readline()
        try:
            page = ("--html", "page.html", "--no-progress", "-q")
            with halted(
                "agentperf.reports.page.page", "attach", str(waiting.pid), "--duration", "1s", "--idle", *page
            ) as running:
                running.send_signal(signal.SIGINT)
                assert running.stderr.read() == "interrupted\n"
                assert running.wait(timeout=60) == 130
        finally:
            waiting.kill()


def test_while_nothing_is_imported_either(program: Any, tmp_path: Path) -> None:
    """To read a scenario from a pipe is to wait for whoever writes it."""
    os.mkfifo(tmp_path / "scenario.yaml")
    with program.started("scenario", "check", "scenario.yaml") as running:
        with (tmp_path / "scenario.yaml").open("w"):  # it has been opened at the other end
            # Python heeds no signal that comes right before it asks the system to read, but the next one.
            while running.poll() is None:
                running.send_signal(signal.SIGTERM)  # SIGINT is ignored below a shell's "&"
                with suppress(TimeoutExpired):
                    running.wait(timeout=5)
        assert running.returncode == 130
        assert running.stderr.read() == "interrupted\n"
