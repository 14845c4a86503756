"""speedscope's own schema accepts the export, and it says what the profiles say."""

import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import jsonschema
import pytest

from agentperf.reports.dossier import Dossier
from agentperf.reports.export_format import ExportFormat
from agentperf.reports.profile_choice import Choice, chosen
from agentperf.reports.speedscope_export import export_speedscope
from agentperf.scenarios.wording import printable

from .planted_dossiers import (
    COMMIT,
    HOSTILE,
    INTERVAL_S,
    MAIN,
    NATIVE,
    SESSION,
    WORKER,
    WRITER,
    hostile_dossier,
    planted,
)

SCHEMA = "package/dist/release/file-format-schema.json"


@pytest.fixture(scope="session")
def schema(
    tmp_path_factory: pytest.TempPathFactory, do_without: Callable[[str, str], NoReturn]
) -> dict[str, Any]:
    """What the npm package ships; it is asked for once."""
    npm = shutil.which("npm")
    if npm is None:
        do_without("npm", "npm is not installed")
    folder = tmp_path_factory.mktemp("speedscope")
    packed = subprocess.run(
        [npm, "pack", "--silent", "speedscope"], cwd=folder, capture_output=True, text=True, timeout=120
    )
    if packed.returncode != 0:
        do_without("npm", f"npm can't fetch speedscope: {packed.stderr.strip()[:200]}")
    with tarfile.open(next(folder.glob("*.tgz"))) as package:
        member = package.extractfile(SCHEMA)
        assert member is not None
        loaded: dict[str, Any] = json.load(member)
    return loaded


def exported(dossier: Dossier) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(export_speedscope(dossier))
    return loaded


@pytest.mark.parametrize("dossier", [planted(), hostile_dossier()], ids=["planted", "hostile"])
def test_its_schema(schema: dict[str, Any], dossier: Dossier) -> None:
    jsonschema.Draft7Validator(schema).validate(exported(dossier))


def test_the_schema_refuses_what_is_wrong(schema: dict[str, Any]) -> None:
    file = exported(planted())
    file["profiles"][0]["unit"] = "shares"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate(file)


def test_every_profile_is_there_by_thread() -> None:
    file = exported(planted())
    titles = ("cpu: nothing on", "await: nothing on", "cpu: everything on", "await: everything on")
    assert [profile["name"] for profile in file["profiles"]] == [
        f"{title}, thread {thread}"
        for title in (*titles, "cpu: pooling (thin: 99 samples)")
        for thread in (MAIN, WORKER)
    ]
    assert file["activeProfileIndex"] == 0
    assert file["name"].endswith("shares, not times") and "shares, not times" in file["exporter"]


def test_what_runs_is_shown_first() -> None:
    waiting, running = planted().profiles[1], planted().profiles[0]
    file = exported(replace(planted(), profiles=(waiting, running)))
    assert file["profiles"][file["activeProfileIndex"]]["name"] == "cpu: nothing on, thread MainThread"
    assert exported(replace(planted(), profiles=(waiting,)))["activeProfileIndex"] == 0


def test_stacks_and_weights_are_those_of_the_samples() -> None:
    dossier = chosen(planted(), ExportFormat.SPEEDSCOPE, Choice("pooling"))
    (profile,) = dossier.profiles
    file = exported(dossier)
    assert file["shared"]["frames"] == [
        {"name": frame.function} | ({"file": frame.file, "line": frame.line} if frame.file else {})
        for frame in (SESSION, WRITER, COMMIT, NATIVE)
    ]
    frames = (SESSION, WRITER, COMMIT, NATIVE)
    for thread, shown in zip((MAIN, WORKER), file["profiles"], strict=True):
        told = [
            tuple(frames[number] for number in stack)
            for stack, weight in zip(shown["samples"], shown["weights"], strict=True)
            for _ in range(round(weight / INTERVAL_S))
        ]
        assert told == [sample.stack for sample in profile.samples if sample.thread == thread]
        assert shown["endValue"] == pytest.approx(sum(shown["weights"]))


def test_hostile_names_are_text_on_one_line() -> None:
    text = export_speedscope(hostile_dossier())
    assert text.isascii()
    file = json.loads(text)
    assert {frame["name"] for frame in file["shared"]["frames"]} == set(map(printable, HOSTILE))
    assert all(profile["name"].isprintable() for profile in file["profiles"])
