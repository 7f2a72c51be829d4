"""How the machine fares: the newest looks into the mailbox, and what keeps Senim from its work."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The newest complete look into a folder of the mailbox."""

    folder: str
    since: date  # the first look of all: what lay there before that day is not ours
    standing: int  # messages that still stood in it afterwards, not dealt with
    looked_on: date  # no finer: what came since the look before came between the two


class Trouble(StrEnum):
    """What keeps Senim from its work, as the administrator is told of it."""

    MAILBOX = "mailbox"  # cannot be read
    MAILBOX_LOGIN = "mailbox_login"  # refuses the password
    FILING = "filing"  # takes letters into no folder: full, or one is missing
    LETTERS = "letters"  # a letter is late: it could not be sent
    LETTERS_LOGIN = "letters_login"  # the submission server refuses the password
    JOURNAL = "journal"  # its database cannot be reached or written
    DISK = "disk"  # is full
    READING = "reading"  # the process that reads letters cannot be started
    BACKUP = "backup"  # there is no new one since two days


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTrouble:
    """A trouble that has begun and is not over. `since` is UTC; `told`: its letter is owed."""

    kind: Trouble
    since: datetime
    told: bool
