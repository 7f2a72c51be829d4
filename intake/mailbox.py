"""The school's mailbox on its server: reads what came and, once the Journal has it, puts it where it belongs.

The mailbox is the queue. Reading leaves no trace (BODY.PEEK, RFC 9051 §6.4.5: \\Seen is never our state);
filing is the only change, comes last, and may be repeated.
"""

import logging
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from intake.cabinet import DELETED, Cabinet, slices
from intake.connection import asking, connect, hang_up, log_out
from intake.imap_faults import CommandRefused, FolderMissing
from intake.incoming import Folders, Incoming, batches
from intake.old_copies import Gone, Meant, OldCopies
from intake.server import Finding, Server, ServerFault, Unreachable
from journal.model import Filing, Origin

__all__ = ["CommandRefused", "FolderMissing", "Folders", "Incoming", "Mailbox"]

log = logging.getLogger(__name__)


class Mailbox:
    """A logged-in connection with the inbox selected. Every method raises ServerFault and nothing else.

    With `folders.trash` (Gmail, where an expunged message lives on in «All Mail») what must be destroyed goes
    through that folder, and everything in that folder is destroyed: the mailbox is dedicated to the box.
    """

    LIMIT = 30 * 1024 * 1024  # bytes; a larger message is HELD without being fetched
    MOST_ANEW = 6  # connections that may break while letters are fetched, before the pass is given up

    def __init__(self, client: Any, server: Server, folders: Folders, opened_at: datetime) -> None:
        self._client = client
        self._server = server
        self._folders = folders
        self._opened_at = opened_at
        self._trash_checked = False
        self._cabinet = Cabinet(client, server, folders, self._asking)
        self.folder = folders.inbox
        self.junk = folders.junk
        self.uidvalidity = self._cabinet.uidvalidity
        self._anew = 0
        self.left: list[int] = []  # letters at which the line broke whenever they were asked for
        self.why_left: Unreachable | None = None

    @classmethod
    @contextmanager
    def open(cls, server: Server, folders: Folders, *, now: datetime | None = None) -> Iterator["Mailbox"]:
        """Connect, log in and select the inbox; changes nothing on the server."""
        client = connect(server)
        try:
            mailbox = cls(client, server, folders, now or datetime.now(UTC))
        except BaseException:
            hang_up(client)
            raise
        try:
            yield mailbox
        except BaseException:
            with suppress(OSError):  # wakes a thread that still waits for an answer: only then can we close
                mailbox._client.socket().shutdown(socket.SHUT_RDWR)
            hang_up(mailbox._client)
            raise
        log_out(mailbox._client)

    def enter(self, folder: str) -> None:
        """Read and file in another folder from now on. Raises FolderMissing."""
        self.uidvalidity = self._cabinet.settle(folder)
        self.folder = folder

    def uids(self, *, since: date | None = None) -> list[int]:
        """Every message of the folder, oldest first, also those that someone marked as \\Deleted or \\Seen.

        `since`: only those whose INTERNALDATE is that day or later, as the server's own clock has it.
        """
        self._cabinet.return_home()
        with self._asking("a list of messages"):
            return sorted(self._client.search("ALL" if since is None else ["SINCE", since]))

    def fetch(self, uids: Sequence[int]) -> Iterator[list[Incoming]]:
        """The messages in batches of a few megabytes. One that is gone by now is left out."""
        for some in slices(sorted(uids)):
            for batch in batches(self.standing(some), self.LIMIT):
                yield self.read(batch)

    def standing(self, uids: Sequence[int]) -> list[Incoming]:
        """What stands under these UIDs, no more than fit in one command: how large, and since when."""
        self._cabinet.return_home()
        with self._asking("the sizes of messages"):
            found = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        return [self._standing(uid, found[uid]) for uid in uids if uid in found]

    def _standing(self, uid: int, attributes: Mapping[bytes, object]) -> Incoming:
        received_at = attributes.get(b"INTERNALDATE")
        if not isinstance(received_at, datetime):
            received_at = self._opened_at  # a date that cannot be read must not stop the line
        size = attributes.get(b"RFC822.SIZE")
        return Incoming(
            origin=Origin(mailbox=self.folder, uidvalidity=self.uidvalidity, uid=uid),
            received_at=received_at.astimezone(UTC),
            size=size if isinstance(size, int) else 0,
            raw=None,
        )

    def read(self, batch: Sequence[Incoming]) -> list[Incoming]:
        """The same with their bytes. What is gone by now is left out; what is too large comes without."""
        self._cabinet.return_home()
        bodies = self._bodies_or_left([one.origin.uid for one in batch if one.size <= self.LIMIT])
        return [
            replace(one, raw=bodies.get(one.origin.uid))
            for one in batch
            if one.size > self.LIMIT or one.origin.uid in bodies
        ]

    def _bodies_or_left(self, uids: Sequence[int]) -> dict[int, bytes | None]:
        """A letter at which the server falls over must not keep the others out: they are asked for alone."""
        try:
            return self._bodies(uids)
        except Unreachable as fault:
            self._begin_anew(fault)
        found: dict[int, bytes | None] = {}
        for uid in uids:
            try:
                found |= self._bodies([uid])
            except Unreachable as fault:
                self.left.append(uid)
                self.why_left = fault
                self._begin_anew(fault)
        return found

    def _begin_anew(self, fault: Unreachable) -> None:
        """Another connection, where the last one was. Raises the fault when there were too many."""
        if self._anew == self.MOST_ANEW:
            raise fault
        self._anew += 1
        hang_up(self._client)
        self._client = connect(self._server)
        self._cabinet = Cabinet(self._client, self._server, self._folders, self._asking)
        if self._cabinet.settle(self.folder) != self.uidvalidity:
            raise fault

    def _bodies(self, uids: Sequence[int]) -> dict[int, bytes | None]:
        """The whole texts by UID. A message that the server itself cannot read is None: it will be HELD."""
        if not uids:
            return {}
        try:
            with self._asking("the text of messages"):
                found = self._client.fetch(uids, ["BODY.PEEK[]"])
        except CommandRefused as refusal:
            if refusal.passing:
                raise
            if len(uids) == 1:
                return {uids[0]: None}
            return {uid: raw for one in uids for uid, raw in self._bodies([one]).items()}
        return {uid: found[uid].get(b"BODY[]") for uid in uids if uid in found}

    def file(self, plan: Mapping[Filing, Sequence[int]]) -> None:
        """Put messages where they belong; UIDs that are gone already do no harm.

        What may identify a child is destroyed first; a full folder does not keep the rest from being filed.
        """
        steps: list[Callable[[], None]] = []
        if self._folders.trash and not self._trash_checked:
            steps.append(self._finish_destroying)
        for filing in sorted(plan, key=lambda filing: filing is not Filing.EXPUNGED):
            steps += [partial(self._file, filing, some) for some in slices(plan[filing])]
        refusals: list[ServerFault] = []
        for step in steps:
            try:
                step()
            except (CommandRefused, FolderMissing) as refusal:
                refusals.append(refusal)
        if refusals:
            raise refusals[0]

    def _finish_destroying(self) -> None:
        # An earlier run may have died between moving to the bin and destroying there.
        self._cabinet.empty_trash()
        self._trash_checked = True

    def _file(self, filing: Filing, uids: Sequence[int]) -> None:
        # A fault may have left us in another folder, where these UIDs are other letters.
        self._cabinet.return_home()
        poor = not self._cabinet.can("UIDPLUS")  # what is done with stays, marked, until someone compacts
        copied = filing in (Filing.JOURNALED, Filing.IGNORED) and not self._cabinet.can("MOVE")
        if not poor and not copied:
            self._put_where_it_belongs(filing, uids)
            return
        # What is marked was copied before. One more copy at each pass would in the end fill the mailbox.
        flags = self._flags(uids)
        marked = [uid for uid in flags if DELETED in flags[uid]]
        self._put_where_it_belongs(filing, [uid for uid in flags if uid not in marked])
        if marked and not poor:
            self._cabinet.expunge(marked)

    def _put_where_it_belongs(self, filing: Filing, uids: Sequence[int]) -> None:
        if not uids:
            return
        try:
            self._put(filing, uids)
        except CommandRefused as refusal:
            # Where all is in order nobody asks whether the folder is there and the letters are; now we do.
            there = list(self._flags(uids))
            target = self._folders.of(filing)
            made = target is not None and self._cabinet.ensure(target)
            if refusal.passing or (there == list(uids) and not made):
                raise
            if there:
                self._put(filing, there)

    def _put(self, filing: Filing, uids: Sequence[int]) -> None:
        target = self._folders.of(filing)
        if target is None:
            self._cabinet.destroy(uids)
        else:
            self._cabinet.move(uids, target)

    def _flags(self, uids: Sequence[int]) -> dict[int, Sequence[bytes]]:
        """The marks of those that are still there."""
        self._cabinet.return_home()
        with self._asking("the marks of messages"):
            found = self._client.fetch(uids, ["FLAGS"])
        return {uid: found[uid].get(b"FLAGS", ()) for uid in uids if uid in found}

    def remove_held(self, raw: bytes) -> bool:
        """Destroy every copy of that message in the folder of held mail. False if there is none."""
        found = [uid for uid in self._held_of(len(raw)) if self._bodies([uid]).get(uid) == raw]
        if found:
            self._cabinet.destroy(found)
        return bool(found)

    def remove_large(self, size: int) -> bool:
        """The same of a message that was too large to be fetched: the only one there of exactly that size."""
        found = self._held_of(size) if size > self.LIMIT else []
        if len(found) == 1:
            self._cabinet.destroy(found)
        return len(found) == 1

    def _held_of(self, size: int) -> list[int]:
        held = self._folders.held
        if not self._cabinet.exists(held):
            return []
        self._cabinet.select(held)
        with self._asking("a search among held messages"):
            # There is no «=»: between one less and one more (RFC 9051 §6.4.4).
            return list(self._client.search(["LARGER", max(size - 1, 0), "SMALLER", size + 1]))

    def destroy_old_copies(self, before: date) -> int:
        """Journaled, ignored and sent by us, received earlier than that day. Returns how many."""
        return OldCopies(self._client, self._cabinet, self._folders, self._asking).destroy(before)

    def destroy_copies(self, since: date, meant: Meant) -> Gone:
        """Of those, whatever was received on that day or later and is meant."""
        return OldCopies(self._client, self._cabinet, self._folders, self._asking).destroy_meant(since, meant)

    def probe(self) -> list[Finding]:
        """What `senim check` asks: does the server allow all that we do? Makes missing folders, no more."""
        return self._cabinet.probe()

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        with asking(self._server, what):
            yield
