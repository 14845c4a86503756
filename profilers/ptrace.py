"""Why a system does not let one process look into another, and what to do about it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

# What py-spy 0.4.3 says: a sentence of its own, or an error and what caused it.
_SENTENCE = re.compile(r"permission denied: try running again|requires root on osx", re.IGNORECASE)
_ERROR = re.compile(
    r"^error: .*(permission denied|operation not permitted)", re.IGNORECASE | re.DOTALL | re.M
)


def refusal(stderr_text: str) -> str | None:
    """One line on why the system refused py-spy, and what to do about it; None where that was not it."""
    if not (_SENTENCE.search(stderr_text) or _ERROR.search(stderr_text)):
        return None
    if sys.platform == "darwin" or "on osx" in stderr_text.lower():
        return "macOS lets only root sample a process: run it with sudo"
    said = "the system refused py-spy to trace the process (ptrace)"
    scope = _ptrace_scope()
    if _in_container():
        return f"{said}: start the container with --cap-add SYS_PTRACE"
    if scope is not None and scope >= 3:
        return f"{said}: kernel.yama.ptrace_scope is 3, which only a restart can change"
    if scope == 2:
        return f"{said}: kernel.yama.ptrace_scope is 2, which leaves it to root; run it with sudo"
    if scope == 1:
        return (
            f"{said}: kernel.yama.ptrace_scope is 1, so it may trace only what it started; "
            "run it with sudo, or after sudo sysctl kernel.yama.ptrace_scope=0"
        )
    return f"{said}: run it as the process's user or with sudo"


def _ptrace_scope() -> int | None:
    """The Yama module's setting (kernel documentation, admin-guide/LSM/Yama); None where it has none."""
    try:
        return int(Path("/proc/sys/kernel/yama/ptrace_scope").read_text())
    except (OSError, ValueError):
        return None


def _in_container() -> bool:
    if any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv")):
        return True
    try:
        control_groups = Path("/proc/1/cgroup").read_text()
    except OSError:
        return False
    return any(word in control_groups for word in ("docker", "kubepods", "containerd", "lxc"))
