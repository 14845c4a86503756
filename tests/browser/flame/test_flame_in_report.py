"""The viewer in the page that the report writes, from profiles as the profilers hand them over."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from agentperf.profilers.profile import Frame, Mode, Profile, ProfilerName, Sample
from agentperf.reports.page.page import render_profiles


def test_the_reports_own_page_shows_its_profiles(browser: Browser, tmp_path: Path) -> None:
    work = Frame("work", "agent.py", 3)
    samples = [Sample("MainThread", (Frame("run", "agent.py", 1), work), 0.002)] * 700
    samples += [Sample("saver", (Frame("save", "store.py", 8),), 0.002)] * 300
    profile = Profile(ProfilerName.PY_SPY, Mode.CPU, 0.002, tuple(samples))
    file = tmp_path / "report.html"
    file.write_text(render_profiles([profile], "process 12"), encoding="utf-8")
    page = browser.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    row = page.locator('[data-flame="table"] tbody tr').first
    row.wait_for()
    cells = row.locator("th, td").all_inner_texts()
    assert [cells[0], *cells[2:]] == ["work agent.py:3", "70.0 %", "70.0 %", "700"]
    page.locator('[data-flame="search"]').fill("store")
    page.get_by_text("30.0 % matched in 1 function").wait_for()
    page.locator('[data-flame="canvas"]').focus()
    page.keyboard.press("ArrowDown")
    assert page.locator('[data-flame="focused"]').inner_text().startswith("MainThread; ")
    assert errors == []
    page.close()
