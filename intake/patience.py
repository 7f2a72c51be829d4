"""How long to wait before trying again: longer after each failure, from the beginning after a success."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_SPREAD = 0.2  # up or down, so that thirty schools do not come back to their server in the same second


@dataclass(slots=True)
class Patience:
    """The pauses in seconds, the last one for ever."""

    pauses: Sequence[float]
    failures: int = 0

    def longer(self) -> float:
        """Another failure: how long to wait now."""
        pause = self.pauses[min(self.failures, len(self.pauses) - 1)]
        self.failures += 1
        return pause * random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - nothing secret

    def restored(self) -> None:
        """It worked."""
        self.failures = 0
