"""A real browser, and Node.js: skipped with a reason where a machine has none."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # which refuses to run as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser(do_without: Callable[[str, str], NoReturn]) -> Iterator[Browser]:
    """Chromium, without a window. Not for longer than a module: its event loop keeps others from running."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        do_without("chromium", "Chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def node(do_without: Callable[[str, str], NoReturn]) -> Path:
    """The program that runs JavaScript."""
    found = shutil.which("node")
    if found is None:
        do_without("node", "Node.js is not installed")
    return Path(found)
