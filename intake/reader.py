"""Has letters read and their files written anew in processes apart, so that no letter can harm the worker.

There are as many as the machine has use for, two at most. Each is long-lived; it is ended and replaced when
it dies, hangs, swells or answers what was not asked. A letter with which that happened is tried once more,
alone, in a fresh one; then it is Unreadable, and held. The letters before and after it lose nothing.
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from intake.cleaning import Cleaned, Fresh, NotCleanable, clean
from intake.draft import Draft, Habits
from intake.draft_shape import draft_in, habits_out
from intake.gate import MOST_BYTES, Unreadable
from intake.message import Message
from intake.reader_process import ReaderProcess, reason
from intake.reader_process import ReaderUnavailable as ReaderUnavailable
from intake.reader_shape import (
    Header,
    NotOurShape,
    TooMuch,
    code_in,
    fresh_in,
    letter_with_keys_out,
    message_in,
    names_in,
)
from journal.model import Attachment

PROCESSES = min(2, os.cpu_count() or 1)
BUNDLE = 32  # letters that are handed over at once: a process need not wait for us after each one
BUNDLE_BYTES = 512 * 1024
AHEAD = 3  # bundles for each process that are under way before the first one is asked for
AHEAD_BYTES = 16 * 1024 * 1024

log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")
_Understand = Callable[[Header, list[bytes]], _Answer]


class _Misbehaved(Exception):
    """A process did not answer as agreed; `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Reader:
    """Reads letters, from any thread. Nothing is started before the first; `close` ends what was started.

    A thread for each process waits for its answers. These threads also start the processes and live as long
    as the reader: the system ends a process together with the thread that started it (prctl(2)).
    """

    def __init__(self, processes: int = PROCESSES) -> None:
        self._processes = processes
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reader")
        self._idle: list[ReaderProcess] = []
        self._all: set[ReaderProcess] = set()
        self._closed = False
        self._changing = threading.Lock()  # of _all and _closed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the processes, also in the middle of a letter."""
        with self._changing:
            self._closed = True
            for process in self._all:
                process.kill()
        self._threads.shutdown()
        while self._all:
            self._all.pop().end()

    def read(self, raw: bytes) -> Message:
        """What `intake.message.parse` makes of a letter. Raises Unreadable, ReaderUnavailable."""
        return self._letter({"ask": "read"}, raw, message_in)

    def draft(self, raw: bytes, habits: Habits) -> Draft:
        """What `intake.draft.draft` makes of a letter, whatever it looks like.

        Raises Unreadable, ReaderUnavailable.
        """
        return self._letter({"ask": "draft", "anyway": True, "habits": habits_out(habits)}, raw, draft_in)

    def drafts(self, raws: Iterable[bytes], habits: Habits) -> Iterator[Draft | Unreadable]:
        """Each letter's draft, or why it has none, in their order; the next ones are read meanwhile.

        Takes from `raws` only what may be under way, in the caller's own thread. Raises ReaderUnavailable.
        """
        header: Header = {"ask": "draft", "anyway": False, "habits": habits_out(habits)}
        waiting: deque[tuple[Future[list[Draft | Unreadable]], int]] = deque()
        try:
            for bundle in _bundles(raws):
                size = sum(map(len, bundle))
                while waiting and (
                    len(waiting) >= AHEAD * self._processes
                    or size + sum(one for _, one in waiting) > AHEAD_BYTES
                ):
                    yield from waiting.popleft()[0].result()
                waiting.append((self._threads.submit(self._bundle, header, bundle, draft_in), size))
            while waiting:
                yield from waiting.popleft()[0].result()
        finally:  # also when nobody wants the rest
            for future, _ in waiting:
                future.cancel()

    def clean(self, files: Sequence[Attachment]) -> Cleaned:
        """What `intake.cleaning.clean` makes of files. A file that harms its process is refused, alone.

        Raises ReaderUnavailable.
        """
        return clean(files, self._write_anew)

    def _write_anew(self, content: bytes) -> Fresh:
        fresh = self._ask({"ask": "clean"}, [content], fresh_in)
        if fresh is None:
            raise NotCleanable
        return fresh

    def signatures(self, raw: bytes) -> tuple[str, ...]:
        """What `intake.signature.names_wanted` says of a letter. Raises Unreadable, ReaderUnavailable."""
        if len(raw) > MOST_BYTES:
            raise Unreadable("too-large")
        return self._ask({"ask": "signatures"}, [raw], names_in)

    def verify(self, raw: bytes, keys: Mapping[str, bytes], now: datetime) -> tuple[str, ...]:
        """What `intake.signature.verified` says of a letter. Raises Unreadable, ReaderUnavailable."""
        if len(raw) > MOST_BYTES:
            raise Unreadable("too-large")
        header, blobs = letter_with_keys_out(raw, keys, now)
        return self._ask({**header, "ask": "verify"}, blobs, names_in)

    # -- in the threads of the reader ---------------------------------------------------

    def _ask(self, header: Header, blobs: list[bytes], understand: _Understand[_Answer]) -> _Answer:
        (answer,) = self._threads.submit(self._each, header, [blobs], understand).result()
        return _or_raise(answer)

    def _letter(self, header: Header, raw: bytes, understand: _Understand[_Answer]) -> _Answer:
        (answer,) = self._threads.submit(self._bundle, header, [raw], understand).result()
        return _or_raise(answer)

    def _bundle(
        self, header: Header, raws: list[bytes], understand: _Understand[_Answer]
    ) -> list[_Answer | Unreadable]:
        letters = [[raw] for raw in raws if len(raw) <= MOST_BYTES]
        read = iter(self._each(header, letters, understand))
        return [next(read) if len(raw) <= MOST_BYTES else Unreadable("too-large") for raw in raws]

    def _each(
        self, header: Header, questions: list[list[bytes]], understand: _Understand[_Answer]
    ) -> list[_Answer | Unreadable]:
        """An answer for every question; one with which a process misbehaves is asked once more, alone."""
        answers: list[_Answer | Unreadable] = []
        while len(answers) < len(questions):
            try:
                for answer in self._exchange(self._process(), header, questions[len(answers) :], understand):
                    answers.append(answer)
            except _Misbehaved as fault:
                log.warning("reading broke off, once more in a fresh process: %s", fault.reason)
                answers.append(self._once_more(header, questions[len(answers)], understand))
        return answers

    def _once_more(
        self, header: Header, question: list[bytes], understand: _Understand[_Answer]
    ) -> _Answer | Unreadable:
        try:
            (answer,) = self._exchange(self._fresh(), header, [question], understand)
        except _Misbehaved as fault:
            return Unreadable(fault.reason)
        return answer

    def _exchange(
        self,
        process: ReaderProcess,
        header: Header,
        questions: list[list[bytes]],
        understand: _Understand[_Answer],
    ) -> Iterator[_Answer | Unreadable]:
        blobs = [blob for question in questions for blob in question]
        try:
            for answer, files in process.ask(header, blobs, answers=len(questions)):
                yield _understood(answer, files, understand)
        except BaseException as fault:  # also when nobody hears us out: half an answer may be on its way
            how = self._without(process)
            code = reason(fault, how)
            if code is None:
                raise
            raise _Misbehaved(code) from None
        self._idle.append(process)

    def _process(self) -> ReaderProcess:
        while self._idle:
            process = self._idle.pop()
            if not process.ended:  # that one ended between two letters is no letter's fault
                return process
            self._without(process)
        return self._fresh()

    def _fresh(self) -> ReaderProcess:
        process = ReaderProcess() if not self._closed else None
        with self._changing:
            if process is not None and not self._closed:
                self._all.add(process)
                return process
        if process is not None:
            process.end()
        raise ReaderUnavailable("the reader was closed; the letter stays in the mailbox")

    def _without(self, process: ReaderProcess) -> int:
        with self._changing:
            self._all.discard(process)
        return process.end()


def _bundles(raws: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Neighbours together, as many as may be handed over at once; a large one alone."""
    bundle: list[bytes] = []
    size = 0
    for raw in raws:
        if bundle and (len(bundle) == BUNDLE or size + len(raw) > BUNDLE_BYTES):
            yield bundle
            bundle, size = [], 0
        bundle.append(raw)
        size += len(raw)
    if bundle:
        yield bundle


def _understood(answer: Header, files: list[bytes], understand: _Understand[_Answer]) -> _Answer | Unreadable:
    """Raises NotOurShape."""
    if answer.get("is") == "unreadable":
        return Unreadable(code_in(answer))
    if answer.get("is") == "too-large":
        raise TooMuch
    if answer.get("is") != "read":
        raise NotOurShape
    return understand(answer, files)


def _or_raise(answer: _Answer | Unreadable) -> _Answer:
    if isinstance(answer, Unreadable):
        raise answer
    return answer
