"""Destroys our old copies on the mail server: they lie outside the seals, and were only to be looked at.

What is held and waits for a decision is never touched, whatever its age: it is not here at all.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from intake.cabinet import Cabinet, slices
from intake.imap_faults import CommandRefused, FolderMissing
from intake.incoming import Folders
from intake.server import ServerFault

OURS = "X-Senim-Letter"  # in every letter that we send
FORM = "X-Submission-Id"  # in every letter of the page: a copy of it among what was sent is a child's letter
_FIELDS = f"BODY.PEEK[HEADER.FIELDS ({OURS} {FORM})]"


class OldCopies:
    """What may go, by folder. `client` and `asking` are those of the cabinet's own connection."""

    def __init__(
        self,
        client: Any,  # the library stays in connection.py
        cabinet: Cabinet,
        folders: Folders,
        asking: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        self._client = client
        self._cabinet = cabinet
        self._folders = folders
        self._asking = asking

    def destroy(self, before: date) -> int:
        """Those whose INTERNALDATE is earlier than that day; returns how many.

        A folder that the server refuses does not keep the others full. Raises the first refusal afterwards.
        """
        gone = 0
        refusals: list[ServerFault] = []
        for folder, find in self._places():
            try:
                if self._cabinet.exists(folder):
                    self._cabinet.select(folder)
                    gone += self._destroy(find(before), folder)
            except (CommandRefused, FolderMissing) as refusal:
                refusals.append(refusal)
        if refusals:
            raise refusals[0]
        return gone

    def _places(self) -> Iterator[tuple[str, Callable[[date], list[int]]]]:
        folders = self._folders
        waiting = {name.casefold() for name in (folders.inbox, folders.held, folders.junk) if name}
        sent = folders.sent or self._cabinet.special(rb"\Sent")
        for name, find in (
            (folders.journaled, self._all_old),
            (folders.ignored, self._all_old),
            (sent, self._sent_by_us),
        ):
            if name and name.casefold() not in waiting:  # whoever files everything in one folder keeps all
                yield name, find

    def _destroy(self, uids: list[int], folder: str) -> int:
        for some in slices(uids):
            self._cabinet.select(folder)  # destroying may go through the bin
            self._cabinet.destroy(some)
        return len(uids)

    def _all_old(self, before: date) -> list[int]:
        return self._search("BEFORE", before)

    def _sent_by_us(self, before: date) -> list[int]:
        """People may send from the same mailbox: theirs stay."""
        old = self._search("HEADER", OURS, "", "BEFORE", before)
        form = self._search("HEADER", FORM, "")
        return sorted(self._with_our_fields({*old, *form}))

    def _search(self, *criteria: object) -> list[int]:
        # Where nothing can be destroyed at once, what was marked the day before is not marked again.
        still = () if self._cabinet.can("UIDPLUS") else ("UNDELETED",)
        with self._asking("a search for old copies"):
            return sorted(self._client.search([*still, *criteria]))

    def _with_our_fields(self, uids: set[int]) -> set[int]:
        """Some servers find more by a header field than have it."""
        found: set[int] = set()
        for some in slices(sorted(uids)):
            with self._asking("the marks of what was sent"):
                answers = self._client.fetch(some, [_FIELDS])
            for uid in some:
                values = answers.get(uid, {}).values()
                if any(isinstance(one, bytes) and one.strip() for one in values):
                    found.add(uid)
        return found
