"""Destroys our copies on the mail server: they lie outside the seals, and were only to be looked at.

What is held and waits for a decision is never touched, whatever its age: it is not here at all.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from intake.cabinet import Cabinet, slices
from intake.imap_faults import CommandRefused, FolderMissing
from intake.incoming import Folders
from intake.server import ServerFault

OURS = "X-Senim-Letter"  # in every letter that we send
FORM = "X-Submission-Id"  # in every letter of the page: a copy of it among what was sent is a child's letter
_FIELDS = f"BODY.PEEK[HEADER.FIELDS ({OURS} {FORM})]"


Meant = Callable[[bytes], bool]
_Find = Callable[[bool], list[int]]  # in the folder that is selected; True: among what was sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """How many copies were destroyed, and what cannot be known here."""

    count: int
    sent: str  # the folder of what was sent; "" where neither the config nor the server names one
    lasting: bool  # False: the server only marks them as deleted


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
        """Those whose INTERNALDATE is earlier than that day; returns how many."""
        return self._go_through(lambda sent: self._of(sent, "BEFORE", before))

    def destroy_meant(self, since: date, meant: Meant) -> Gone:
        """Those of that day and later that are meant: each is read."""
        count = self._go_through(lambda sent: self._meant(self._of(sent, "SINCE", since), meant))
        return Gone(count=count, sent=self._sent, lasting=self._cabinet.can("UIDPLUS"))

    def _go_through(self, find: _Find) -> int:
        """A folder that the server refuses keeps no other full. Raises the first refusal afterwards."""
        gone = 0
        refusals: list[ServerFault] = []
        for folder, sent in self._places():
            try:
                if self._cabinet.exists(folder):
                    self._cabinet.select(folder)
                    gone += self._destroy(find(sent), folder)
            except (CommandRefused, FolderMissing) as refusal:
                refusals.append(refusal)
        if refusals:
            raise refusals[0]
        return gone

    def _places(self) -> Iterator[tuple[str, bool]]:
        folders = self._folders
        waiting = {name.casefold() for name in (folders.inbox, folders.held, folders.junk) if name}
        for name, sent in ((folders.journaled, False), (folders.ignored, False), (self._sent, True)):
            if name and name.casefold() not in waiting:  # whoever files everything in one folder keeps all
                yield name, sent

    @cached_property
    def _sent(self) -> str:
        return self._folders.sent or self._cabinet.special(rb"\Sent")

    def _destroy(self, uids: list[int], folder: str) -> int:
        for some in slices(uids):
            self._cabinet.select(folder)  # destroying may go through the bin
            self._cabinet.destroy(some)
        return len(uids)

    def _of(self, sent: bool, *when: object) -> list[int]:
        """People may send from the same mailbox: theirs stay. The page's letters go whatever their day."""
        if not sent:
            return self._search(*when)
        ours, form = self._search("HEADER", OURS, "", *when), self._search("HEADER", FORM, "")
        return sorted(self._with_our_fields({*ours, *form}))

    def _meant(self, uids: list[int], meant: Meant) -> list[int]:
        found = []
        for uid in uids:  # one at a time: they may be large
            with self._asking("the text of a copy"):
                raw = self._client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
            if raw and meant(raw):
                found.append(uid)
        return found

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
