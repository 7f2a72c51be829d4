"""Chromium for the tests, driven by Playwright, with nothing of its own that speaks to the network."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

INSTALL = "apt-get install chromium"
QUIET = ("--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-dev-shm-usage")


def program() -> str:
    """The installed browser. Without one the test fails and says what to install."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail(
            f"chromium is not installed; the page is tried in a real browser: {INSTALL}", pytrace=False
        )
    return path


# Of one module: while Playwright is open, its event loop runs in this thread and asyncio.run() cannot.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail(
            f"chromium is not installed; the page is tried in a real browser: {INSTALL}", pytrace=False
        )
    as_root = () if os.getuid() else ("--no-sandbox",)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *as_root])
        yield browser
        browser.close()
