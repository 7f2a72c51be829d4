"""Looks for the letters of `senim check --circle` wherever they may have come to lie, and takes them away.

Only what comes after the look-out began is read, and no more of it than its beginning. A worker may be at the
same mailbox: each finds it in order that the other has taken a letter of the check away already.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from intake.cabinet import Cabinet
from intake.connection import asking, connect, hang_up, log_out
from intake.imap_faults import CommandRefused, FolderMissing
from intake.incoming import Folders
from intake.marked_letter import is_marked, is_report_on
from intake.server import Server

BEGINNING = 64 * 1024  # bytes of a message: its header, or what a report returns of the letter
_FEW = 20  # messages read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A letter of the check, or a report that it was not delivered, and the folder where it lay."""

    mark: str
    folder: str
    report: bool
    start: bytes


@dataclass(slots=True, kw_only=True)
class _Place:
    """A folder: the first UID that is new in it, and those looked at since."""

    uidvalidity: int
    first: int
    seen: set[int] = field(default_factory=set)


class Lookout:
    """One connection, all folders. Every method raises ServerFault and nothing else."""

    def __init__(self, client: Any, server: Server, folders: Folders) -> None:
        self._client = client
        self._asking = partial(asking, server)
        # Without a bin of its own the cabinet destroys exactly what it is told, and never a whole bin.
        self._cabinet = Cabinet(client, server, replace(folders, trash=None), self._asking)
        self._bin = folders.trash or ""
        self.junk = folders.junk or self._cabinet.special(rb"\Junk")
        sent = folders.sent or self._cabinet.special(rb"\Sent")  # a provider may keep a copy of what is sent
        arrivals = (folders.inbox, folders.ignored, folders.held, self.junk)
        self._arrivals = [one for one in dict.fromkeys(arrivals) if one]
        self._all = [one for one in dict.fromkeys((*arrivals, sent, self._bin)) if one]  # the bin is the last
        self._places: dict[str, _Place] = {}
        for folder in self._all:
            self._begin(folder)

    @classmethod
    @contextmanager
    def open(cls, server: Server, folders: Folders) -> Iterator["Lookout"]:
        """Connect and log in; what lies in the folders now is never looked at."""
        client = connect(server)
        try:
            yield cls(client, server, folders)
        except BaseException:
            hang_up(client)
            raise
        log_out(client)

    def find(self, marks: Sequence[str]) -> list[Found]:
        """What has come since the last look, where a letter may arrive: a copy in Sent is no arrival."""
        return [
            found
            for folder in self._arrivals
            for _, start in self._new(folder)
            for mark in marks
            if (found := _known(start, mark, folder)) is not None
        ]

    def folder_named(self, mark: str) -> str:
        """The folder that a server made of a subaddress: some file «box+word@» into a folder «word»."""
        with self._asking("a list of folders"):
            listed = self._client.list_folders()
        return next((str(name) for _, _, name in listed if mark in name), "")

    def clear(self, marks: Sequence[str]) -> int:
        """Destroy the letters with these marks and the reports on them; returns how many were destroyed."""
        gone = 0
        for made in filter(None, map(self.folder_named, marks)):
            with self._asking("the removal of a folder"):
                self._client.delete_folder(made)  # its name is our mark: nobody else's letter is in it
            gone += 1
        for folder in self._all:
            new = self._new(folder, again=True)
            mine = [uid for uid, start in new if any(_known(start, mark, folder) for mark in marks)]
            if mine and self._bin and folder != self._bin:
                self._cabinet.move(mine, self._bin)  # Gmail: what is expunged elsewhere lives on in All Mail
            elif mine:
                self._cabinet.destroy(mine)
                gone += len(mine)
        return gone

    def _new(self, folder: str, *, again: bool = False) -> Iterator[tuple[int, bytes]]:
        """The beginnings of the messages that came since; the folder stays selected meanwhile."""
        if (place := self._open(folder)) is None:
            return
        if again:
            place.seen.clear()
        with self._asking("a list of messages"):
            found = self._client.search(["UID", f"{place.first}:*"])
        # «n:*» names the last message even where that is older (RFC 9051 §9, seq-range).
        uids = [uid for uid in sorted(found) if uid >= place.first and uid not in place.seen]
        for begin in range(0, len(uids), _FEW):
            some = uids[begin : begin + _FEW]
            with self._asking("the beginning of messages"):
                answers = self._client.fetch(some, [f"BODY.PEEK[]<0.{BEGINNING}>"])
            for uid in some:
                place.seen.add(uid)
                start = answers.get(uid, {}).get(b"BODY[]<0>")
                if start:
                    yield uid, start

    def _begin(self, folder: str) -> None:
        if self._cabinet.exists(folder):
            uidvalidity = self._cabinet.select(folder)
            with self._asking("a list of messages"):
                first = max(self._client.search("ALL"), default=0) + 1
            self._places[folder] = _Place(uidvalidity=uidvalidity, first=first)

    def _open(self, folder: str) -> _Place | None:
        """Select the folder. One that was made meanwhile is new from its first message on."""
        if not self._cabinet.exists(folder):
            return None
        try:
            uidvalidity = self._cabinet.select(folder)
        except (CommandRefused, FolderMissing):
            return None  # gone again, or not for us: the other folders are still looked at
        place = self._places.get(folder)
        if place is None or place.uidvalidity != uidvalidity:
            place = self._places[folder] = _Place(uidvalidity=uidvalidity, first=1)
        return place


def _known(start: bytes, mark: str, folder: str) -> Found | None:
    report = is_report_on(start, mark)
    if not report and not is_marked(start, mark):
        return None
    return Found(mark=mark, folder=folder, report=report, start=start)
