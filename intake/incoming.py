"""What the mailbox hands over: the messages that came, and the names of the folders where they are put."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from journal.model import Filing, Origin

BATCH_BYTES = 4 * 1024 * 1024  # of letters in memory at once; a larger letter is a batch of its own
BATCH_COUNT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Names of folders, «/» between levels whatever the server uses. `trash` is for Gmail: see `Mailbox`."""

    inbox: str = "INBOX"
    journaled: str = "Senim/Journaled"
    held: str = "Senim/Held"
    ignored: str = "Senim/Ignored"
    junk: str | None = None
    trash: str | None = None
    sent: str | None = None

    def of(self, filing: Filing) -> str | None:
        """Where a message is put; None for what is destroyed."""
        return {
            Filing.JOURNALED: self.journaled,
            Filing.IGNORED: self.ignored,
            Filing.HELD: self.held,
            Filing.EXPUNGED: None,
        }[filing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message as it stood on the server. `raw` is None when it was not fetched: too large, or refused."""

    origin: Origin
    received_at: datetime  # INTERNALDATE, UTC; never the Date field, which the sender writes
    size: int
    raw: bytes | None


def batches(standing: Sequence[Incoming], limit: int) -> Iterator[list[Incoming]]:
    """Cut by what will be in memory: a message over the limit is not fetched and weighs nothing."""
    batch: list[Incoming] = []
    weight = 0
    for one in standing:
        size = one.size if one.size <= limit else 0
        if batch and (weight + size > BATCH_BYTES or len(batch) == BATCH_COUNT):
            yield batch
            batch, weight = [], 0
        batch.append(one)
        weight += size
    if batch:
        yield batch
