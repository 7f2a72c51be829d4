"""The process that reads letters, with weaknesses: a letter that names one makes it misbehave in that way.

`python -P -m tests.misreading` stands in for `intake.reader_child`; the real one knows nothing of this.
"""

import ctypes
import os
import resource
import signal
import stat
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from intake import reader_child, signature
from intake import written_anew as anew
from intake.cleaning import Fresh
from intake.message import Message, parse
from intake.reader_shape import Header, pack
from journal.model import Attachment

MARK = b"X-Weakness: "
WEAK = (sys.executable, "-P", "-m", "tests.misreading")  # in place of intake.reader_process.COMMAND
read_before = 0
changed: Header = {}  # what is put in place of the answer's own


def weak(name: str) -> bytes:
    """A letter that finds the weakness of this name."""
    return MARK + f"{name}\r\nFrom: mother@family.example\r\nSubject: x\r\n\r\nтекст\r\n".encode()


def connection() -> int:
    """Our end of the connection, as rubbish from a library would find it."""
    descriptors = (int(path.name) for path in Path("/proc/self/fd").iterdir())
    return next(one for one in sorted(descriptors) if one > 2 and stat.S_ISSOCK(os.fstat(one).st_mode))


def spin() -> None:
    while True:
        pass


def swell() -> None:
    kept = []
    while True:
        kept.append(b"x" * (64 << 20))  # 4 GB, in pieces and written to


def hang_up() -> None:
    os.close(connection())
    time.sleep(3600)


def say(*pieces: bytes) -> None:
    os.write(connection(), b"".join(pieces))


def gossip() -> None:
    print("a letter's words", flush=True)
    print("a letter's words", file=sys.stderr, flush=True)
    os.write(1, b"\0\0\0\2{}")


def tired() -> None:
    if read_before > 1:  # the specimen, and another letter
        os.kill(os.getpid(), signal.SIGKILL)


WEAKNESSES: dict[str, Callable[[], object]] = {
    "sleeps": lambda: time.sleep(3600),
    "spins": spin,
    "swells": swell,
    "asks for 4 GB": lambda: bytes(4 << 30),
    "is killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "crashes": lambda: ctypes.string_at(1),
    "leaves": lambda: os._exit(0),
    "hangs up": hang_up,
    "prints": gossip,
    "says noise": lambda: say(b"From: mother@family.example\r\n" * 9),
    "says a list": lambda: say(struct.pack(">I", 2), b"[]"),
    "says a deep heap": lambda: say(struct.pack(">I", 200_000), b"[" * 200_000),
    "says a huge header": lambda: say(b"\xff\xff\xff\xff"),
    "promises huge files": lambda: say(*_promise(1 << 40)),
    "promises less than nothing": lambda: say(*_promise(-1)),
    "answers something else": lambda: changed.update({"is": "well"}),
    "answers with words": lambda: changed.update({"is": "unreadable", "code": "Аружан 7Ә"}),
    "answers another letter": lambda: say(*pack({"is": "unreadable", "code": "old", "to": "0" * 16})),
    "tires": tired,
}


def _promise(size: int) -> list[bytes]:
    words = b'{"is": "read", "sizes": [%d]}' % size
    return [struct.pack(">I", len(words)), words]


REWRITES: dict[str, Callable[[Message], Message]] = {
    "answers a number": lambda message: replace(message, subject=5),  # type: ignore[arg-type]
    "answers half a letter": lambda message: replace(message, subject="\ud800"),
    "answers a path": lambda message: replace(message, attachments=(_file("../../etc/passwd", b""),)),
    "answers 400 files": lambda message: replace(message, attachments=(_file("a", b""),) * 400),
    "answers 80 MB": lambda message: replace(message, attachments=(_file("a", bytes(80 << 20)),)),
    "answers a long header": lambda message: replace(message, recipients=("a" * 100,) * 30_000),
    "tells of itself": lambda message: replace(message, references=tuple(_facts())),
}


def _file(name: str, content: bytes) -> Attachment:
    return Attachment(name=name, media_type="image/png", content=content)


def _leads_to(link: Path) -> str:
    """The file, or the kind of what is no file; "" for the descriptor by which the folder was just listed."""
    with suppress(FileNotFoundError):
        return str(link.readlink()).partition(":")[0]
    return ""


def _facts() -> list[str]:
    links = sorted(Path("/proc/self/fd").iterdir(), key=lambda link: int(link.name))
    limits = (resource.RLIMIT_AS, resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)
    return [
        "descriptors " + " ".join(_leads_to(link) for link in links if _leads_to(link)),
        "environment " + " ".join(sorted(os.environ)),
        "limits " + " ".join(str(resource.getrlimit(one)[1]) for one in limits),
        f"dumpable {ctypes.CDLL(None).prctl(3)}",  # PR_GET_DUMPABLE
        f"folder {Path.cwd()}",
        f"process {os.getpid()}",
    ]


def read(raw: bytes) -> Message:
    global read_before
    name = raw.removeprefix(MARK).partition(b"\r\n")[0].decode() if raw.startswith(MARK) else ""
    if name in WEAKNESSES:
        WEAKNESSES[name]()
    message = parse(raw)
    read_before += 1
    return REWRITES[name](message) if name in REWRITES else message


def written_anew(content: bytes) -> Fresh:
    if content.startswith(MARK):
        WEAKNESSES[content.removeprefix(MARK).decode()]()
    return anew.written_anew(content)


def names_wanted(raw: bytes) -> tuple[str, ...]:
    name = raw.removeprefix(MARK).partition(b"\r\n")[0].decode()
    if name in WEAKNESSES:
        WEAKNESSES[name]()
    return (name,)


if __name__ == "__main__":
    answer = {"pack": lambda header, blobs=(): pack({**header, **changed}, blobs)}
    vars(reader_child).update(parse=read, written_anew=written_anew, CPU_SECONDS=3, **answer)
    vars(signature)["names_wanted"] = names_wanted
    reader_child.main()
