"""Fetches the next letters and has them read while the last ones are written down, a few megabytes at a time.

Beside the thread that writes, one alone speaks with the mail server (one connection, one command at a time),
and two wait for the processes that read letters. None of them touches the Journal.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from intake.cabinet import slices
from intake.incoming import BATCH_BYTES, Incoming, batches
from intake.mailbox import Mailbox
from intake.pipeline import Letter
from journal.model import Filing

BATCHES = 3  # on their way at once, beside the one that is written: two are read, one is fetched
ROOM = 2 * BATCH_BYTES  # for all of them; a larger one is alone on its way

MakeReady = Callable[[Sequence[Incoming]], list[Letter]]
File = Callable[[Mailbox, Mapping[int, Filing]], str]  # answers why something was not filed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coming:
    """A batch on its way."""

    weight: int  # bytes
    fetched: Future[list[Incoming]]
    ready: Future[list[Letter]]


class Ahead:
    """Letters come out in the order of their UIDs; filings go in, and are done one after the other."""

    def __init__(self, mailbox: Mailbox, make_ready: MakeReady, file: File) -> None:
        self._mailbox = mailbox
        self._make_ready = make_ready
        self._file = file
        self._line = ThreadPoolExecutor(1, "mail-server")
        self._reading = ThreadPoolExecutor(2, "reading")  # so that no process idles between two batches
        self._coming: deque[_Coming] = deque()
        self._filings: list[Future[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        for one in self._coming:
            one.fetched.cancel()
            one.ready.cancel()
        # What is committed is still filed; but who is told to end at once waits for nobody.
        at_once = fault is not None and not isinstance(fault, Exception)
        for thread in (self._line, self._reading):
            thread.shutdown(wait=not at_once, cancel_futures=at_once)

    def batches(self, uids: Sequence[int], wanted: Callable[[Incoming], bool]) -> Iterator[list[Letter]]:
        """Raises what fetching or reading a batch raised, in its place."""
        for batch in self._standing(uids, wanted):
            weight = sum(one.size for one in batch if one.size <= self._mailbox.LIMIT)
            while self._no_room_for(weight):
                yield self._coming.popleft().ready.result()
            fetched = self._line.submit(self._mailbox.read, batch)
            ready = self._reading.submit(lambda fetched: self._make_ready(fetched.result()), fetched)
            self._coming.append(_Coming(weight=weight, fetched=fetched, ready=ready))
        while self._coming:
            yield self._coming.popleft().ready.result()

    def file(self, filings: Mapping[int, Filing]) -> None:
        """Have it done after all that the mail server was asked before."""
        self._filings.append(self._line.submit(self._file, self._mailbox, filings))

    def refusals(self) -> list[str]:
        """Why filings were not done, once all are through. Raises ServerFault."""
        return [refusal for filing in self._filings if (refusal := filing.result())]

    def _standing(self, uids: Sequence[int], wanted: Callable[[Incoming], bool]) -> Iterator[list[Incoming]]:
        for some in slices(sorted(uids)):
            standing = self._line.submit(self._mailbox.standing, some).result()
            yield from batches(list(filter(wanted, standing)), self._mailbox.LIMIT)

    def _no_room_for(self, weight: int) -> bool:
        if not self._coming:
            return False
        together = sum(one.weight for one in self._coming) + weight
        return len(self._coming) >= BATCHES or together > ROOM
