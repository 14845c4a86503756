"""What the tests of several rooms share: tests that are coroutines, and a PostgreSQL server of their own."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from agentperf.profilers.py_spy import record_command, refusal

TEST_DEADLINE_S = 30.0  # a test that hangs fails
DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")  # not on PATH
REQUIRED = "AGENTPERF_TESTS_REQUIRE"  # names what must be there, as in .ci/run
POSTGRESQL_USER = "postgres"  # a server refuses to run as root


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where bytecode must not be written beside the sources, processes share a folder of it: to compile the
    program anew takes each longer than most of them run."""
    with pytest.MonkeyPatch.context() as environment:
        if os.environ.get("PYTHONDONTWRITEBYTECODE"):
            environment.delenv("PYTHONDONTWRITEBYTECODE")
            environment.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("bytecode")))
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs a test that is a coroutine function."""
    test = pyfuncitem.obj
    if not inspect.iscoroutinefunction(test):
        return None
    fixtures = {name: pyfuncitem.funcargs[name] for name in inspect.signature(test).parameters}
    asyncio.run(_supervised(test(**fixtures)))
    return True


async def _supervised(test: Coroutine[Any, Any, None]) -> None:
    """Awaits the test. Fails where it leaves a task behind, or an exception that nobody retrieved."""
    unretrieved: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unretrieved.append(context))
    running = asyncio.create_task(test)
    await asyncio.wait({running}, timeout=TEST_DEADLINE_S)
    if not running.done():
        hangs_at = running.get_stack()[-1]
        running.cancel()  # and once more when the loop closes, should it hang while it cleans up
        await asyncio.wait({running}, timeout=1)
        raise TimeoutError(f"hangs at {hangs_at}")
    running.result()
    gc.collect(1)  # what was never awaited or retrieved is reported when it is collected: here, not later
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert not unretrieved


class _Server:
    """A cluster in a directory of its own, listening on loopback only."""

    def __init__(self, programs: Path, directory: Path) -> None:
        self._programs = programs
        self._directory = directory
        self._data = directory / "data"
        self._password = secrets.token_urlsafe()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://{POSTGRESQL_USER}:{self._password}@127.0.0.1:{self._port}/postgres"

    def create(self) -> None:
        password = self._directory / "password"
        password.write_text(self._password)
        self._own(self._directory, password)
        self._run(
            "initdb", "--no-sync", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
            f"--username={POSTGRESQL_USER}", f"--pwfile={password}", f"--pgdata={self._data}",
        )  # fmt: skip
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(f"listen_addresses = '127.0.0.1'\nport = {self._port}\n")
            settings.write("unix_socket_directories = ''\nfsync = on\n")

    def control(self, *arguments: str) -> None:
        """pg_ctl, awaited until the server has done as told."""
        log = self._directory / "log"
        self._run("pg_ctl", *arguments, "--wait", f"--pgdata={self._data}", f"--log={log}")

    def _run(self, program: str, *arguments: str) -> None:
        other_user = ["runuser", "-u", POSTGRESQL_USER, "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*other_user, self._programs / program, *arguments],
            cwd=self._directory,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def _own(self, *paths: Path) -> None:
        if os.geteuid() == 0:
            for path in paths:
                shutil.chown(path, POSTGRESQL_USER)


@pytest.fixture(scope="session")
def do_without() -> Callable[[str, str], NoReturn]:
    """Called with the name of a thing that a test needs, and why it is not there: skips the test, or fails it
    where the thing is required."""

    def skip_or_fail(name: str, reason: str) -> NoReturn:
        if name in os.environ.get(REQUIRED, "").split(","):
            pytest.fail(reason)
        pytest.skip(reason)

    return skip_or_fail


@pytest.fixture(scope="session")
def tracing(tmp_path_factory: pytest.TempPathFactory, do_without: Callable[[str, str], NoReturn]) -> None:
    """That py-spy may look into a process which it starts itself."""
    profile = tmp_path_factory.mktemp("tracing") / "profile.json"
    program = [sys.executable, "-c", "sum(range(10_000_000))"]
    said = subprocess.run([*record_command(profile, rate_hz=200), *program], capture_output=True, text=True)
    if reason := refusal(said.stdout + said.stderr):
        do_without("ptrace", reason)


@pytest.fixture(scope="session")
def _postgresql_server(do_without: Callable[[str, str], NoReturn]) -> Iterator[_Server]:
    programs = _programs()
    if programs is None:
        do_without("postgresql", "the PostgreSQL server programs (initdb, pg_ctl) are not installed")
    # not tmp_path: the server's user may not look into a folder of root's
    with tempfile.TemporaryDirectory(prefix="agentperf-postgresql-") as directory:
        server = _Server(programs, Path(directory))
        server.create()
        server.control("start")
        try:
            yield server
        finally:
            server.control("stop", "--mode=immediate")


def _programs() -> Path | None:
    on_path = shutil.which("pg_ctl")
    if on_path and shutil.which("initdb"):
        return Path(on_path).parent
    versions = sorted(DEBIAN_PROGRAMS.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


@pytest.fixture
def postgresql(_postgresql_server: _Server) -> str:
    """The URL of a real PostgreSQL server that waits for the disk, the same one for all tests."""
    return _postgresql_server.url


@pytest.fixture
def restart_postgresql(_postgresql_server: _Server) -> Callable[[], None]:
    """Makes the server forget its connections, as a crash would; returns when it accepts new ones."""
    return lambda: _postgresql_server.control("restart", "--mode=immediate")
