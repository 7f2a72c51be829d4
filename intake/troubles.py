"""Notices what keeps Senim from its work, and tells the administrator once when it begins, once when it ends.

    troubles = Troubles(config)          # one for each school, as long as the process lives
    troubles.pulled(outcome, now)        # after every pull: its PullReport, or the exception that ended it
    troubles.sent(outcome, now)          # after every sending pass: its SendReport, or the exception

Neither raises anything: what goes wrong in telling goes to the log. The worker and `senim pull`, `senim send`
call them alike; between processes the Journal remembers, and what hit the Journal itself only the worker does.
`findings(config, now)` is what `senim check` says about it.
"""

from datetime import datetime

from intake.config import Config
from intake.pull import PullReport
from intake.send import SendReport
from intake.server import Finding


class Troubles:
    """One school's troubles, as one process meets them."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def pulled(self, outcome: PullReport | Exception, now: datetime) -> None:
        """A pull has ended: well, or not."""

    def sent(self, outcome: SendReport | Exception, now: datetime) -> None:
        """A sending pass has ended: well, or not."""


def findings(config: Config, now: datetime) -> list[Finding]:
    """What is wrong just now, since when, and what to do about it. Raises what opening the Journal raises."""
    return []
