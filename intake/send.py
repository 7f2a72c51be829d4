"""One pass over what is owed: each letter whose hour has come is written, submitted and settled."""

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from intake.config import Config
from intake.desk import to_desk
from intake.outbox import Sent, owe_due, send_one
from intake.reader import Reader
from intake.submission import submit
from journal.book import Journal
from journal.letters import prune


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """What one sending pass came to, in letters."""

    owed: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    server_down: bool = False

    @property
    def clean(self) -> bool:
        return not (self.failed or self.server_down)


def send(config: Config, now: datetime, *, stopping: threading.Event | None = None) -> SendReport:
    """One pass over what is owed. A letter that could not leave stays owed and is tried again later."""
    stopping = stopping or threading.Event()
    with Journal.open(config.journal_url, config.journal_key()) as journal, Reader() as reader:
        desk = to_desk(config, journal, now, reader)  # no letter is read here, so nothing is started
        owed = owe_due(desk)
        if owed:
            prune(journal, now)  # once a day is enough
        counted: Counter[Sent] = Counter()
        while not stopping.is_set():
            step = send_one(desk, partial(_submit, config))
            counted[step] += 1
            if step in (Sent.NOTHING_OWED, Sent.SERVER_DOWN):
                break
    down = counted[Sent.SERVER_DOWN]
    return SendReport(
        owed=owed,
        sent=counted[Sent.SENT],
        deferred=counted[Sent.DEFERRED] + down,
        failed=counted[Sent.FAILED],
        server_down=down > 0,
    )


def _submit(config: Config, raw: bytes, recipient: str) -> None:
    submit(raw, server=config.submission, sender=config.school.box, recipients=[recipient])
