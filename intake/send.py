"""One pass over what is owed: each letter whose hour has come is written, submitted and settled."""

import threading
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from intake.config import Config
from intake.desk import Desk, to_desk
from intake.outbox import Sent, owe_due, send_one
from intake.reader import Reader
from intake.school_key import open_journal
from intake.server import ServerFault
from intake.submission import OutcomeUnknown, Refused, submit
from intake.telling import letters_judged, owe_unread
from journal.letters import prune
from journal.model import LetterKind

# What is told of letters waits until the others have gone: then it is known how they fared.
_FIRST = frozenset(LetterKind) - {LetterKind.NOTICE}
_LAST = frozenset({LetterKind.NOTICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """What one sending pass came to, in letters."""

    owed: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    server_down: bool = False
    late: bool = False  # a daily letter should have left long ago, or the password is refused

    @property
    def clean(self) -> bool:
        return not (self.failed or self.server_down or self.late)


def send(config: Config, now: datetime, *, stopping: threading.Event | None = None) -> SendReport:
    """One pass over what is owed. A letter that could not leave stays owed and is tried again later."""
    stopping = stopping or threading.Event()
    with open_journal(config) as journal, Reader() as reader:
        desk = to_desk(config, journal, now, reader)  # no letter is read here, so nothing is started
        owed = owe_due(desk)
        if owed:
            prune(journal, now)  # once a day is enough
        round_ = _Round(config, desk, stopping)
        round_.go(_FIRST)
        owe_unread(journal, desk.school, desk.now)
        in_time = round_.judged()
        if not round_.counted[Sent.SERVER_DOWN] and round_.go(_LAST):
            in_time = round_.judged()  # that a notice could leave may be the news of another one
            if not round_.counted[Sent.SERVER_DOWN]:
                round_.go(_LAST)
    counted = round_.counted
    down = counted[Sent.SERVER_DOWN]
    return SendReport(
        owed=owed,
        sent=counted[Sent.SENT],
        deferred=counted[Sent.DEFERRED] + down,
        failed=counted[Sent.FAILED],
        server_down=down > 0,
        late=not in_time,
    )


class _Round:
    """Letter after letter, and how the server took them."""

    def __init__(self, config: Config, desk: Desk, stopping: threading.Event) -> None:
        self._config = config
        self._desk = desk
        self._stopping = stopping
        self._faults: list[Exception] = []
        self._accepted = False
        self.counted: Counter[Sent] = Counter()

    def go(self, kinds: Collection[LetterKind]) -> bool:
        """Until nothing is left, or the server is gone. Whether there was a letter at all."""
        tried = False
        while not self._stopping.is_set():
            step = send_one(self._desk, self._submit, kinds)
            self.counted[step] += 1
            tried = tried or step is not Sent.NOTHING_OWED
            if step in (Sent.NOTHING_OWED, Sent.SERVER_DOWN):
                break
        return tried

    def judged(self) -> bool:
        """Whether letters leave in time."""
        desk = self._desk
        return letters_judged(
            desk.journal, desk.school, desk.now, faults=self._faults, accepted=self._accepted
        )

    def _submit(self, raw: bytes, recipient: str) -> None:
        config = self._config
        try:
            submit(raw, server=config.submission, sender=config.school.box, recipients=[recipient])
            self._accepted = True
        except (Refused, OutcomeUnknown):
            self._accepted = True  # it listened: the fault is this letter's
            raise
        except ServerFault as fault:
            self._faults.append(fault)
            raise
