"""Why py-spy was refused, in one line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agentperf.profilers.py_spy import attach_command, refusal

# As py-spy 0.4.3 says it on Linux, in a container without the capability, and on macOS.
REFUSALS = [
    "Permission Denied: Try running again with elevated permissions by going 'sudo env \"PATH=$PATH\" !!'\n",
    "Error: Failed to suspend process\n\nCaused by:\n    0: EPERM: Operation not permitted\n",
    "Error: Failed to get process executable name. Check that the process is running.\n\n"
    "Caused by:\n    0: Permission denied (os error 13)\n",
    "This program requires root on OSX.\nTry running again with elevated permissions by going 'sudo !!'\n",
]


@pytest.mark.parametrize("said", REFUSALS)
def test_a_refusal_is_one_line_that_says_what_to_do(said: str) -> None:
    reason = refusal(said)
    assert reason is not None
    assert "\n" not in reason
    assert any(remedy in reason for remedy in ("sudo", "SYS_PTRACE", "restart"))


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Error: Failed to find python version from target process",
        "Error: No such file or directory (os error 2)",
        "PermissionError: [Errno 13] Permission denied: '/data'",  # of the program itself
        "ValueError: this needs elevated permissions",
    ],
)
def test_other_troubles_are_none(said: str) -> None:
    assert refusal(said) is None


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("setpriv"), reason="drops a capability")
def test_a_real_refusal(tmp_path: Path) -> None:
    """Of a process that belongs to root, looked at without the capability to trace."""
    dropping = ["setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-all", "--"]
    if subprocess.run([*dropping, "true"], capture_output=True).returncode:
        pytest.skip("only root may drop a capability")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        try:
            run = subprocess.run(
                [
                    *dropping,
                    *attach_command(process.pid, tmp_path / "profile.json", duration_s=1, rate_hz=200),
                ],
                capture_output=True,
                text=True,
            )
        finally:
            process.kill()
    if run.returncode == 0:
        pytest.skip("this system lets anyone trace")
    assert refusal(run.stderr)
