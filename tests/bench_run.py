"""The two runs that `make bench` compares, each in a process of its own.

`python -m tests.bench_run raw|library|pull CONFIG`. `raw` is what no program can beat: one UID FETCH of
everything, appended to a file as it comes. `pull` is the worker's own pass. Both print a line of JSON; with
SENIM_BENCH=split, `pull` also says what its time went into.
"""

import json
import os
import resource
import socket
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from intake.config import Config, load
from intake.pull import pull

spent: dict[str, float] = defaultdict(float)


def raw(config: Config, out: Path) -> dict[str, float]:
    """Log in, select, one command; every byte to the disk."""
    began = time.perf_counter()
    server = config.imap
    plain = socket.create_connection((server.host, server.port))
    with server.tls_context().wrap_socket(plain, server_hostname=server.host) as line, out.open("ab") as file:
        line.sendall(f'a LOGIN {server.username} "{server.password}"\r\n'.encode())
        line.sendall(b"b EXAMINE INBOX\r\nc UID FETCH 1:* (BODY.PEEK[])\r\n")
        end = b""
        while b"\r\nc OK" not in end:
            some = line.recv(1 << 18)
            if not some or b"\r\nc NO" in end:
                sys.exit("the raw read broke off")
            file.write(some)
            end = end[-100:] + some[-300:]
        file.flush()
        os.fsync(file.fileno())
    return _done(began, out)


def library(config: Config, out: Path) -> dict[str, float]:
    """The same by the library that we read mail with, which takes the answer apart into letters."""
    began = time.perf_counter()
    server = config.imap
    with (
        IMAPClient(server.host, server.port, ssl_context=server.tls_context()) as client,
        out.open("ab") as file,
    ):
        client._imap.debug = 0
        client.login(server.username, server.password)
        client.select_folder("INBOX", readonly=True)
        for parts in client.fetch(client.search(), ["BODY.PEEK[]"]).values():
            file.write(parts[b"BODY[]"])
        file.flush()
        os.fsync(file.fileno())
    return _done(began, out)


def _done(began: float, out: Path) -> dict[str, float]:
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time(),
        "bytes": out.stat().st_size,
    }


def pulled(config: Config) -> dict[str, object]:
    if "split" in os.environ.get("SENIM_BENCH", ""):
        _watch()
    began, cpu = time.perf_counter(), time.process_time()
    report = pull(config, datetime.now(UTC))
    took = time.perf_counter() - began
    return {
        "seconds": took,
        "cpu": time.process_time() - cpu,
        "children": sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]),
        "recorded": report.recorded,
        "held": report.held,
        "split": {name: round(value, 3) for name, value in spent.items()},
    }


@contextmanager
def _clock(name: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    finally:
        spent[name] += time.perf_counter() - began


def _around(owner: Any, name: str, what: str) -> None:
    real: Callable[..., Any] = getattr(owner, name)

    def watched(*arguments: Any, **named: Any) -> Any:
        with _clock(what):
            return real(*arguments, **named)

    setattr(owner, name, watched)


def _watch() -> None:
    """Seconds of three threads, which overlap, and within «writing» of its parts."""
    from intake import pipeline
    from intake.ahead import Ahead
    from intake.mailbox import Mailbox
    from intake.pull import _Pass
    from intake.reader import Reader

    _around(Mailbox, "standing", "mail server: sizes")
    _around(Mailbox, "read", "mail server: letters")
    _around(Mailbox, "file", "mail server: filing")
    _around(Reader, "clean", "reading: files written anew")
    _around(_Pass, "_commit", "writing: all")
    _around(pipeline, "decide", "writing: deciding and recording")
    _around(pipeline, "_receive", "writing: receiving")
    _around(Ahead, "refusals", "writing: waits for the last filing")


if __name__ == "__main__":
    what, place = sys.argv[1:]
    (config,) = load(Path(place))
    copies = {"raw": raw, "library": library}
    file = Path(place).with_name("copy")
    file.unlink(missing_ok=True)
    print(json.dumps(copies[what](config, file) if what in copies else pulled(config)))
