"""The recipe of docs/continuous-integration.md does what it says: its own commands, run as a runner would."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "continuous-integration.md").read_text()
PACED = ROOT / "tests" / "cli" / "paced_runtime"
COMMAND = Path(sys.executable).with_name("agentperf")
PATIENCE_S = 300.0


def scripts() -> dict[str, str]:
    """The shell scripts of the workflow, by the names of their steps."""
    (workflow,) = re.findall(r"```yaml\n(name: performance.*?)```", PAGE, re.DOTALL)
    steps = YAML(typ="safe").load(workflow)["jobs"]["compare"]["steps"]
    return {step["name"]: step["run"] for step in steps if "run" in step}


def checkouts(folder: Path) -> None:
    """Two, with the command installed in each; the head's cache is slower by half."""
    for side, cache in (("base", "0.60"), ("head", "0.90")):
        bench, programs = folder / side / "bench", folder / side / ".venv" / "bin"
        bench.mkdir(parents=True)
        code = (PACED / "paced.py").read_text().replace('"cache": 0.60', f'"cache": {cache}')
        (bench / "paced.py").write_text(code)
        programs.mkdir(parents=True)
        (programs / "agentperf").symlink_to(COMMAND)
    shutil.copy(PACED / "paced.yaml", folder / "head" / "bench" / "scenario.yaml")


def test_the_recipe_finds_the_slower_switch(tmp_path: Path) -> None:
    checkouts(tmp_path)
    summary = tmp_path / "summary.md"
    steps = scripts()
    measure = steps["Measure in turns"].replace("seq 2 12", "seq 2 3")
    codes = [
        subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=tmp_path,
            env=os.environ | {"GITHUB_STEP_SUMMARY": str(summary)},
            capture_output=True,
            timeout=PATIENCE_S,
        ).returncode
        for script in (measure, steps["Compare"])
    ]
    assert codes == [0, 3]
    text = summary.read_text()
    assert text.count("###") == 1, "the summary holds the comparison alone"
    assert "**Regressed:** `cache`" in text
    assert "the runs took turns: 3 and 3 blocks" in text
    base, head = (json.loads((tmp_path / f"{side}.json").read_text()) for side in ("base", "head"))
    assert base["scenario"]["workload_digest"] == head["scenario"]["workload_digest"]
