"""The folders on the mail server: makes them, moves letters between them, and destroys what must not stay."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from functools import cached_property
from typing import Any

from intake.imap_faults import CommandRefused, FolderMissing, find_in_capabilities
from intake.incoming import Folders
from intake.server import Finding, Server, Unreachable

log = logging.getLogger(__name__)

COMMAND = 500  # UIDs in one command: servers take lines of 8,000 bytes (RFC 7162 §4)
DELETED = b"\\Deleted"  # RFC 9051 §2.3.2


class Cabinet:
    """The folders of one connection. `client` is an IMAPClient; `asking` turns its faults into ours."""

    def __init__(
        self,
        client: Any,  # the library stays in connection.py
        server: Server,
        folders: Folders,
        asking: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        self._client = client
        self._server = server
        self._folders = folders
        self._asking = asking
        self._warned = False
        self._may_delete = True
        self._selected = ""  # nothing, until a SELECT has succeeded
        self.uidvalidity = self.settle(folders.inbox)

    def probe(self) -> list[Finding]:
        """What `senim check` asks: does the server allow all that we do? Makes missing folders, no more."""
        with self._asking("its capabilities"):
            offered = frozenset(word.decode("ascii", "replace") for word in self._client.capabilities())
        findings = find_in_capabilities(offered)
        if "X-GM-EXT-1" in offered and not self._folders.trash:
            name = self.special(rb"\Trash")
            to_do = (
                f"set mailbox.folders.trash to {name}" if name else "name its bin as mailbox.folders.trash"
            )
            remedy = f"Gmail keeps expunged letters in All Mail: {to_do}"
            findings.append(Finding("Gmail destroys letters", False, remedy))
        if not self._folders.junk and (junk := self.special(rb"\Junk")):
            remedy = f"a form's letters may land in «{junk}», where Senim does not look"
            value = json.dumps(junk, ensure_ascii=False)
            findings.append(Finding("junk", True, f"{remedy}: set mailbox.folders.junk to {value}"))
        ours = (self._folders.journaled, self._folders.held, self._folders.ignored)
        named = (self._folders.junk, self._folders.trash, self._folders.sent)
        findings += [self._probe_folder(name, make=name in ours) for name in (*ours, *named) if name]
        return findings

    def _probe_folder(self, name: str, *, make: bool) -> Finding:
        title = f"folder {name}"
        try:
            if make:
                self.ensure(name)
            elif not self.exists(name):
                return Finding(title, False, "there is no such folder: see mailbox.folders in config.yaml")
            self.select(name)
        except (FolderMissing, CommandRefused) as fault:
            return Finding(title, False, str(fault))
        return Finding(title, True)

    def destroy(self, uids: Sequence[int]) -> None:
        """Nothing of these messages of the selected folder may be left in any folder."""
        if self._folders.trash:
            self.move(uids, self._folders.trash)
            self.empty_trash()
        else:
            self.expunge(uids)

    def empty_trash(self) -> None:
        """Destroy everything in the bin; leaves the bin selected."""
        self.select(self._folders.trash or "")
        with self._asking("a list of messages"):
            uids = self._client.search("ALL")
        for some in slices(uids):
            self.expunge(some)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """From the selected folder. Dying after the copy leaves a second copy, never none."""
        with self._asking(f"a move to «{folder}»"):
            if self.can("MOVE"):  # RFC 6851
                self._client.move(uids, self._on_server(folder))
                return
            if not self._may_delete:  # before a copy is made: there would be one more after each pass
                raise CommandRefused(self._server, "the removal of messages", "[NOPERM]")
            self._client.copy(uids, self._on_server(folder))
        self.expunge(uids)

    def expunge(self, uids: Sequence[int]) -> None:
        """Exactly these (RFC 4315). A plain EXPUNGE would also destroy what someone else marked."""
        with self._asking("the removal of messages"):
            self._client.add_flags(uids, [DELETED], silent=True)
            if self.can("UIDPLUS"):
                self._client.uid_expunge(uids)
            elif not self._warned:
                log.warning("no UIDPLUS here: what was dealt with is marked as deleted and stays")
                self._warned = True

    def ensure(self, folder: str) -> bool:
        """Make the folder if it is not there. False if it is."""
        if self.exists(folder):
            return False
        try:
            with self._asking(f"a new folder «{folder}»"):
                self._client.create_folder(self._on_server(folder))
        except CommandRefused:
            if not self.exists(folder):  # else another worker was quicker
                raise FolderMissing(
                    f"{self._server.where} has no folder «{folder}» and does not let us make it: make it by "
                    "hand, or name another one under mailbox.folders in config.yaml"
                ) from None
        with suppress(CommandRefused), self._asking("a subscription"):
            self._client.subscribe_folder(self._on_server(folder))  # so that mail programs show it
        return True

    def exists(self, folder: str) -> bool:
        with self._asking("a list of folders"):
            found = self._client.list_folders("", self._on_server(folder))
        return any(not {b"\\Noselect", b"\\NonExistent"} & set(flags) for flags, _, _ in found)

    def special(self, flag: bytes) -> str:
        """The folder that the server names for a purpose (RFC 6154 §2), else one of the usual name."""
        with self._asking("the names of its folders"):
            return str(self._client.find_special_folder(flag) or "")

    def select(self, folder: str) -> int:
        """Select a folder; returns its UIDVALIDITY."""
        self._selected = ""
        try:
            with self._asking(f"the folder «{folder}»"):
                answer = self._client.select_folder(self._on_server(folder))
                uidvalidity = int(answer[b"UIDVALIDITY"])
                lasting = answer.get(b"PERMANENTFLAGS")  # without it, all of them (RFC 9051 §6.3.2)
                self._may_delete = lasting is None or DELETED in lasting
        except CommandRefused as refusal:
            if refusal.passing or self.exists(folder):
                raise
            raise FolderMissing(
                f"{self._server.where} has no folder «{folder}»: see mailbox.folders in config.yaml"
            ) from None
        self._selected = folder
        return uidvalidity

    def settle(self, folder: str) -> int:
        """Select the folder to which `return_home` returns; its UIDVALIDITY."""
        uidvalidity = self.select(folder)
        self._home, self.uidvalidity = folder, uidvalidity
        return uidvalidity

    def return_home(self) -> None:
        if self._selected != self._home and self.select(self._home) != self.uidvalidity:
            # The UIDs that we know are no longer those messages (RFC 9051 §2.3.1.1).
            self._selected = ""
            raise Unreachable(
                f"{self._server.where} rebuilt «{self._home}» meanwhile: it is read anew next time"
            )

    @cached_property
    def _hierarchy(self) -> tuple[str, str]:
        """How the server separates levels of folders, and what its personal folders begin with (RFC 2342)."""
        with self._asking("its way of naming folders"):
            personal = self._client.namespace().personal if self.can("NAMESPACE") else None
            if personal:
                prefix, separator = personal[0]
                return separator or "/", prefix
            root = self._client.list_folders("", "")
            return (root[0][1] or b"/").decode() if root else "/", ""

    def _on_server(self, folder: str) -> str:
        if folder.upper() == "INBOX":
            return "INBOX"
        separator, prefix = self._hierarchy
        name = folder.replace("/", separator)
        return name if name.startswith(prefix) else prefix + name

    def can(self, capability: str) -> bool:
        with self._asking("its capabilities"):
            return bool(self._client.has_capability(capability))


def slices(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many as fit in one command."""
    return (uids[start : start + COMMAND] for start in range(0, len(uids), COMMAND))
