"""`--help` and `scenario list` load this room; it must stay light."""

import subprocess
import sys

HEAVY = ("numpy", "scipy", "sqlalchemy", "websockets", "rich", "typer", "asyncio")


def test_the_room_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from agentperf.scenarios import loader, inert, json_schema, starter\n"
        "loader.load('quickstart')\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
