"""Waiting for what comes true by itself, without a guess at how long it takes."""

import time
from collections.abc import Callable

PATIENCE = 30  # seconds after which it is a failure


def comes_true(what: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return as soon as `what` is true; fail when it is not after so long."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.01)
