"""Files of results: whole or not at all, with an error that names them, and nothing left behind."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from agentperf.cli.output_file import require_writable, write_file

NOBODY = 65534
FULL = Path("/dev/full")


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def names() -> list[str]:
    return [one.name for one in Path().iterdir()]


def test_a_new_file_has_the_mode_of_any_other(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    write_file("text é\n", "new.txt")
    assert (tmp_path / "new.txt").read_text("utf-8") == "text é\n"
    assert (tmp_path / "new.txt").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_another_takes_the_place_of_a_file_with_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "there.txt"
    file.write_text("old")
    file.chmod(0o640)
    with file.open() as reader:
        write_file("new", "there.txt")
        assert reader.read() == "old"
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert names() == ["there.txt"]


@pytest.mark.parametrize("text", ["old", None])
def test_a_link_stays_one(tmp_path: Path, text: str | None) -> None:
    (tmp_path / "folder").mkdir()
    if text:
        (tmp_path / "folder" / "file").write_text(text)
    (tmp_path / "link").symlink_to("folder/file")
    require_writable("link")
    assert (tmp_path / "folder" / "file").exists() == bool(text)
    write_file("new", "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "file").read_text() == "new"


def test_all_names_of_a_file_show_the_same(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("old")
    (tmp_path / "other").hardlink_to(tmp_path / "one")
    write_file("new", "one")
    assert (tmp_path / "other").read_text() == "new"


def test_a_text_that_can_not_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "there.txt").write_text("old")
    for target in ("there.txt", "new.txt"):
        with pytest.raises(UnicodeEncodeError):
            write_file("\ud800", target)
    assert (tmp_path / "there.txt").read_text() == "old"
    assert names() == ["there.txt"]


def test_what_is_writable_is_found_out_without_a_trace(tmp_path: Path) -> None:
    (tmp_path / "there.txt").write_text("old")
    for target in ("there.txt", "new.txt"):
        require_writable(target)
    assert names() == ["there.txt"] and (tmp_path / "there.txt").read_text() == "old"
    for target, number in ((".", errno.EISDIR), ("no/such", errno.ENOENT), ("there.txt/x", errno.ENOTDIR)):
        with pytest.raises(OSError) as refused:
            require_writable(target)
        assert (refused.value.errno, refused.value.filename) == (number, target)


def test_a_pipe_is_not_opened_before_there_is_something_to_write(program: Any, bench: Path) -> None:
    """Or the program would wait for who reads it, who would get nothing."""
    os.mkfifo("pipe")
    with program.started("run", bench, "--blocks", "1", "--export-csv", "pipe") as running:
        assert Path("pipe").read_text().startswith("run_id,")
        assert running.wait(timeout=60) == 0


def test_standard_output_by_its_name_is_no_file_to_replace(program: Any, shown: Any, tmp_path: Path) -> None:
    store = shown.folder / ".agentperf" / "results.db"
    arguments = ("runs", "export", "--store", store, "--format", "csv", "--output", "/dev/stdout")
    with (tmp_path / "redirected").open("w") as stdout, program.started(*arguments, stdout=stdout) as running:
        assert running.wait(timeout=60) == 0
        assert os.fstat(stdout.fileno()).st_size == (shown.folder / "run.csv").stat().st_size


@pytest.mark.skipif(not FULL.exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize("target", ["/dev/full", "link"])
def test_a_full_disk_is_named(program: Any, shown: Any, tmp_path: Path, target: str) -> None:
    (tmp_path / "link").symlink_to(FULL)
    store = shown.folder / ".agentperf" / "results.db"
    ended = program("runs", "export", "--store", store, "--output", target)
    assert (ended.returncode, ended.stderr) == (2, f"error: {target}: No space left on device\n")
    assert FULL.is_char_device()


@pytest.mark.skipif(not FULL.exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize(
    "arguments", [("runs", "list"), ("runs", "export"), ("report", "--html", "-"), ("scenario", "schema")]
)
def test_standard_output_on_a_full_disk_is_named(
    program: Any, shown: Any, arguments: tuple[str, ...]
) -> None:
    store = () if arguments[0] == "scenario" else ("--store", shown.folder / ".agentperf" / "results.db")
    with FULL.open("w") as stdout, program.started(*arguments, *store, stdout=stdout) as running:
        assert running.stderr.read() == "error: standard output: No space left on device\n"
        assert running.wait(timeout=60) == 2
