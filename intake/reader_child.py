"""The process that reads letters and writes their files anew, within bounds of time and memory.

`intake.reader` starts and watches it. Whatever a letter does to the libraries that read it, it does to this
process: it may write no file, dies when a letter takes too long, leaves no copy of its memory, and ends
with its parent.
"""

import ctypes
import math
import os
import resource
import signal
import socket
import time
from collections.abc import Iterator

from intake.cleaning import Fresh, NotCleanable
from intake.core_dumps import forbid_core_dumps
from intake.draft import draft
from intake.draft_shape import draft_out, habits_in
from intake.gate import Unreadable
from intake.message import parse
from intake.reader_shape import (
    Header,
    Line,
    TooMuch,
    fresh_out,
    letter_with_keys_in,
    message_out,
    pack,
)
from intake.written_anew import written_anew

MEMORY = 1024**3  # bytes of address space
CPU_SECONDS = 10  # for one letter
_SPECIMEN = b"Content-Type: text/html; charset=utf-8\r\nSubject: x\r\n\r\n<p>x</p>\r\n"
_PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    """Answer on the connection that stands at standard input, until its other end is closed."""
    line = Line(socket.socket(fileno=os.dup(0)))
    _confine()
    parse(_SPECIMEN)  # a process that cannot read even this is given no letter: it dies here
    line.say(pack({"is": "ready"}))
    try:
        while True:
            for answer in _answers(*line.hear()):
                line.say(answer)
                del answer  # nothing of a letter waits here for the next one
    except (EOFError, ConnectionError):
        return


def _answers(header: Header, blobs: list[bytes]) -> Iterator[list[bytes]]:
    """One for each letter, or one for a question of another kind."""
    questions = [[raw] for raw in blobs] if header.get("ask") in ("read", "draft") else [blobs]
    del blobs
    for place in range(len(questions)):
        _give_time()
        yield _answer(header, questions.pop(0), to=[header.get("id"), place])


def _answer(header: Header, blobs: list[bytes], *, to: list[object]) -> list[bytes]:
    try:
        answer, files = _done(header, blobs)
        return pack({**answer, "is": "read", "to": to}, files)
    except Unreadable as fault:
        return pack({"is": "unreadable", "code": fault.reason, "to": to})
    except (MemoryError, TooMuch):
        return pack({"is": "too-large", "to": to})
    except Exception as fault:  # the class alone: an error's text may quote the letter
        return pack({"is": "unreadable", "code": f"error-{type(fault).__name__}", "to": to})


def _done(header: Header, blobs: list[bytes]) -> tuple[Header, list[bytes]]:
    match header.get("ask"):
        case "read":
            return message_out(parse(blobs[0]))
        case "draft":
            habits = habits_in(header.get("habits"))
            return draft_out(draft(parse(blobs[0]), habits, anyway=header.get("anyway") is True))
        case "clean":
            return fresh_out(_written_anew(*blobs))
    from intake import signature  # here: few letters are replies, and fewer need their signatures read

    if header.get("ask") == "signatures":
        return {"names": signature.names_wanted(blobs[0])}, []
    return {"names": signature.verified(*letter_with_keys_in(header, blobs))}, []


def _written_anew(content: bytes) -> Fresh | None:
    try:
        return written_anew(content)
    except NotCleanable:
        return None


def _confine() -> None:
    # What a library prints could be words of a letter, and would garble our answers.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    # A worker that is asked to end still finishes its letter; the closed connection ends us after it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _limit(resource.RLIMIT_AS, MEMORY)
    forbid_core_dumps()
    _limit(resource.RLIMIT_FSIZE, 0)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # also in the middle of a letter


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (bound, bound))


def _give_time() -> None:
    """The system counts a process's seconds from its start: for each letter the end is moved forward."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    end = math.ceil(time.process_time()) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (end if hard == resource.RLIM_INFINITY else min(end, hard), hard))


if __name__ == "__main__":
    main()
