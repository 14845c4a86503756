"""The installed command, run in folders of its own, and a door at which its trials knock."""

from __future__ import annotations

import os
import pty
import select
import socket
import subprocess
import sys
import sysconfig
import termios
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen
from typing import IO, Any

import pytest

COMMAND = str(Path(sys.executable).with_name("agentperf"))
BENCH = Path(__file__).parents[1] / "experiments" / "own_runtime" / "bench.yaml"
PATIENCE_S = 60.0
COLOURS = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES")


def environment(**more: str) -> dict[str, str]:
    """That of the tests without what the program or its terminal would heed."""
    heeded = ("AGENTPERF_", "GITHUB_", "_AGENTPERF_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(heeded)}
    return {name: value for name, value in plain.items() if name not in COLOURS} | {"TERM": "xterm"} | more


class Program:
    """The installed command in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str | Path, stdin: str = "", **variables: str) -> CompletedProcess[str]:
        """Its end, with all that it wrote."""
        return self._run([COMMAND, *arguments], stdin, variables)

    def as_module(self, *arguments: str | Path) -> CompletedProcess[str]:
        """The same by `python -m agentperf`."""
        return self._run([sys.executable, "-m", "agentperf", *arguments], "", {})

    def by(self, python: Path, *arguments: str | Path) -> CompletedProcess[str]:
        """The same as a module of another interpreter."""
        return self._run([python, "-m", "agentperf", *arguments], "", {})

    def _run(
        self, command: list[str | Path], stdin: str, variables: Mapping[str, str]
    ) -> CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment(**variables),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
        )

    @contextmanager
    def started(
        self, *arguments: str | Path, stdout: int | IO[Any] = PIPE, stderr: int | IO[Any] = PIPE
    ) -> Iterator[Popen[str]]:
        """The running program; killed if it is still there afterwards."""
        with (
            Popen(
                [COMMAND, *arguments],
                cwd=self.folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                text=True,
            ) as running,
            killed_in_the_end(running),
        ):
            yield running


@contextmanager
def killed_in_the_end(running: Popen[Any]) -> Iterator[None]:
    """And when a test waits for it too long."""
    watchdog = threading.Timer(PATIENCE_S, running.kill)
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()
        running.kill()


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """In an empty folder, which is no project."""
    return Program(tmp_path)


@pytest.fixture(scope="session")
def program_in() -> Callable[[Path], Program]:
    """The command in a folder that other tests use too."""
    return Program


@pytest.fixture
def refusing(tmp_path: Path) -> Path:
    """The Python of an installation like this one, but for a py-spy that is told no by its system."""
    site, folder = Path(sysconfig.get_path("purelib")), tmp_path / "installation"
    packages = folder / site.relative_to(sys.prefix)
    packages.parent.mkdir(parents=True)
    packages.symlink_to(site)
    (folder / "pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix) / 'bin'}\n")
    programs = folder / "bin"
    programs.mkdir()
    (programs / "python").symlink_to(Path(sys.executable).resolve())
    (programs / "py-spy").write_text(
        "#!/bin/sh\necho 'Permission Denied: Try running again with elevated permissions' >&2\nexit 1\n"
    )
    (programs / "py-spy").chmod(0o755)
    return programs / "python"


@pytest.fixture(scope="session")
def bench() -> Path:
    """A scenario with two switches and a runtime of its own, whose parameter `does` says what it does."""
    return BENCH


class Door:
    """Where bench.knock tells that a trial is running, and waits until it is let in."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self._open: list[socket.socket] = []

    def knock(self) -> int:
        """Waits for the next trial to run; the id of its process."""
        connection, _ = self._listening.accept()
        self._open.append(connection)
        with connection.makefile() as said:
            return int(said.readline())

    def let_in(self) -> None:
        """The trial that knocked last goes on."""
        self._open[-1].close()

    def close(self) -> None:
        """All go on, and no other will knock."""
        for connection in (self._listening, *self._open):
            connection.close()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """Trials of the scenario `knocking` knock here."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "door"))
        listening.listen()
        listening.settimeout(PATIENCE_S)
        door = Door(listening)
        try:
            yield door
        finally:
            door.close()


@pytest.fixture
def knocking(bench: Path, tmp_path: Path) -> tuple[str | Path, ...]:
    """What to run to have trials knock at the door."""
    door = tmp_path / "door"
    return (bench, "--set", "runtime.parameters.does=knock", "--set", f"runtime.parameters.door={door}")


@dataclass(frozen=True)
class Ran:
    """A program that ended, and the folder that it ran in."""

    folder: Path
    ended: CompletedProcess[str]


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A run of two blocks, its tables shown and every file written."""
    program = Program(tmp_path_factory.mktemp("shown"))
    exports = ("--export-json", "run.json", "--export-csv", "run.csv", "--export-markdown", "run.md")
    return Ran(program.folder, program("run", BENCH, "-v", "--seed", "7", "--blocks", "2", *exports))


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A run of one block, its document on standard output and in a file, where colours are wished for."""
    program = Program(tmp_path_factory.mktemp("printed"))
    wishes = ("--flags", "b", "--hold", "a", "--isolate", "trial", "--set", "load.sessions=2")
    exports = ("--json", "--export-json", "run.json")
    return Ran(program.folder, program("run", BENCH, *wishes, *exports, FORCE_COLOR="1"))


@pytest.fixture
def ended() -> Callable[[int], bool]:
    """Whether a process that is not our child has ended, waiting for it a while."""
    if not hasattr(os, "pidfd_open"):
        pytest.skip("only Linux tells when another's child ends")

    def ended(pid: int) -> bool:
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            return True
        try:
            return bool(select.select([process], [], [], PATIENCE_S)[0])
        finally:
            os.close(process)

    return ended


class Screen:
    """A terminal in which a program runs as in a user's window: what it shows, and keys to press."""

    def __init__(self, descriptor: int, running: Popen[bytes]) -> None:
        self._descriptor = descriptor
        self.running = running
        self.shown = ""

    def until(self, words: str) -> None:
        """Reads until they have been shown."""
        while words not in self.shown:
            assert self._read(), f"the program ended without showing: {words}"

    def rest(self) -> int:
        """Reads until the program has ended; its exit code."""
        while self._read():
            pass
        return self.running.wait(timeout=PATIENCE_S)

    def press(self, keys: bytes) -> None:
        os.write(self._descriptor, keys)

    def _read(self) -> bool:
        try:
            read = os.read(self._descriptor, 65536)
        except OSError:  # nobody has the terminal open any more
            return False
        self.shown += read.decode("utf-8", "replace")
        return bool(read)


# A session's leader that opens a terminal makes it its own: Ctrl-C goes to whoever runs in its foreground.
TAKE_TERMINAL = (
    "import os, sys; os.close(os.open(sys.argv[1], os.O_RDWR)); os.execv(sys.argv[2], sys.argv[2:])"
)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Callable[..., Screen]]:
    """Runs the command in a terminal of so many columns."""
    with ExitStack() as stack:

        def screen(*arguments: str | Path, columns: int = 80, **variables: str) -> Screen:
            ours, theirs = pty.openpty()
            stack.callback(os.close, ours)
            termios.tcsetwinsize(ours, (40, columns))
            running = stack.enter_context(
                Popen(
                    [sys.executable, "-c", TAKE_TERMINAL, os.ttyname(theirs), COMMAND, *arguments],
                    cwd=tmp_path,
                    env=environment(**variables),
                    stdin=theirs,
                    stdout=theirs,
                    stderr=theirs,
                    start_new_session=True,
                )
            )
            stack.enter_context(killed_in_the_end(running))
            os.close(theirs)
            return Screen(ours, running)

        yield screen
