"""A file of results: there whole or not at all, and an error names it."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STREAMS = ("/dev/", "/proc/")  # there are names of what is open, as /dev/stdout, which may be a regular file


def require_writable(target: str) -> None:
    """Leaves everything as it was. Raises OSError where nothing could be written."""
    with naming(target):
        before = _status(target)
        if before is None:
            file = Path(os.path.realpath(target))  # where a link leads that leads nowhere yet
            file.open("x").close()
            file.unlink()
        elif stat.S_ISREG(before.st_mode) or stat.S_ISDIR(before.st_mode):
            Path(target).open("a").close()
        elif not os.access(target, os.W_OK):  # to open a pipe would be to wait for its reader
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))


def write_file(text: str, target: str) -> None:
    """Puts the text in the file's place, with its mode; a device or a pipe is just written to.

    Raises OSError, and leaves the file as it was.
    """
    with naming(target):
        before = _status(target)
        if not _is_replaceable(target, before):
            Path(target).write_text(text, encoding="utf-8")
            return
        file = Path(os.path.realpath(target))
        part = file.with_name(f".agentperf-{secrets.token_hex(8)}.part")
        try:
            part.open("x").close()
        except PermissionError:
            if before is None:
                raise
            Path(target).write_text(text, encoding="utf-8")  # as the folder's right is not the file's
            return
        try:
            part.write_text(text, encoding="utf-8")
            if before is not None:
                with suppress(PermissionError):
                    os.chown(part, -1, before.st_gid)
                part.chmod(stat.S_IMODE(before.st_mode))
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)


def _status(target: str) -> os.stat_result | None:
    try:
        return Path(target).stat()
    except FileNotFoundError:
        return None


def _is_replaceable(target: str, before: os.stat_result | None) -> bool:
    """Whether another file in its place is the same to everybody: no device, no pipe, no other's, no link."""
    if str(Path(target).absolute()).startswith(STREAMS):
        return False
    return before is None or (
        stat.S_ISREG(before.st_mode) and before.st_nlink == 1 and before.st_uid == os.geteuid()
    )


@contextmanager
def naming(target: str) -> Iterator[None]:
    """An OSError names what the user knows, whatever it was about; that of a full disk names nothing."""
    try:
        yield
    except BrokenPipeError:  # which main ends quietly
        raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, target) from error
