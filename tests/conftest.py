"""What all tests share lives in plug-ins of this folder; each is named here."""

import os

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.databases",
    "tests.servers",
    "tests.school",
    "tests.taking",
    "tests.tried",
    "tests.desk",
    "tests.command",
    "tests.browser",
]

# The same examples on every run, so that red means a change; `make soak` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", max_examples=1_000, deadline=None, print_blob=True)
settings.load_profile("new" if os.environ.get("SENIM_SOAK") else "same")

SERVERS = {"mail", "school", "chromium", "postgresql"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Where a test is of what is decided, not of how it is kept, `make soak` alone tries PostgreSQL too."""
    if item.get_closest_marker("decides") and "in PostgreSQL" in item.name:
        item.add_marker(pytest.mark.soak)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for a real server is `real`: `make check` leaves those to `make test`."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if asked & SERVERS or "PostgreSQL" in item.name:
            item.add_marker(pytest.mark.real)
