"""The history cannot be rewritten unseen: each event carries the digest of the one before it.

Pure: values in, values out. `journal.history` reads and writes the rows.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

SHORTEST = 12  # digits of a digest that a person has to give, at the least, to have it looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the history. The day is as fine as it gets: a time could find out a child."""

    seq: int
    on: date
    kind: str
    number: int | None
    role: str | None
    detail: str  # canonical JSON
    previous: str
    digest: str

    @classmethod
    def after(
        cls,
        previous: str,
        seq: int,
        kind: str,
        *,
        on: date,
        number: int | None,
        role: str | None,
        detail: Mapping[str, str | int],
    ) -> Self:
        text = write_detail(detail)
        digest = digest_of(seq, on, kind, number, role, text, previous)
        return cls(
            seq=seq, on=on, kind=kind, number=number, role=role, detail=text, previous=previous, digest=digest
        )

    def rightful(self) -> bool:
        """Whether the event is as it was written."""
        return self.digest == digest_of(
            self.seq, self.on, self.kind, self.number, self.role, self.detail, self.previous
        )


def write_detail(detail: Mapping[str, str | int]) -> str:
    """One text for one mapping, whatever the order in which it was filled."""
    return json.dumps(dict(detail), sort_keys=True, separators=(",", ":"))


def read_detail(text: str) -> dict[str, str | int]:
    """The mapping of `write_detail`; empty for a text that somebody spoilt."""
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def digest_of(
    seq: int, on: date, kind: str, number: int | None, role: str | None, detail: str, previous: str
) -> str:
    """SHA-256 over a canonical encoding. The leading 1 is the encoding's version."""
    fields = [1, seq, on.isoformat(), kind, number, role, detail, previous]
    return hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()


def beginning(school: str) -> str:
    """What stands before a school's first event, so that no other school's history fits."""
    return hashlib.sha256(f"senim journal of {school}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Altered:
    """A row that is not as the history says: of which entry, and what of it (a column, or a short code)."""

    number: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The answer of a walk along the history."""

    events: int  # that were read in order before the first broken link
    digest: str  # of the last of them
    ok: bool
    broken_at: int | None = None  # the order number of the first event that is wrong or missing
    altered: tuple[Altered, ...] = ()  # what stands in the register and does not follow from the history
    digest_found: bool | None = None  # whether the digest that a person gave was met; None: none was given


class Walk:
    """A walk along the history from its beginning, one event at a time."""

    def __init__(self, beginning: str, *, looking_for: str | None = None) -> None:
        self.events = 0
        self.digest = beginning
        self.broken_at: int | None = None
        self._altered: set[Altered] = set()
        self._wanted = None if looking_for is None else "".join(looking_for.split()).lower()
        self._found = self._met()

    def step(self, event: Event) -> bool:
        """True while the chain holds."""
        expected = self.events + 1
        if event.seq != expected or event.previous != self.digest or not event.rightful():
            self.breaks_at(expected)
            return False
        self.events = event.seq
        self.digest = event.digest
        self._found = self._found or self._met()
        return True

    def breaks_at(self, seq: int) -> None:
        self.broken_at = seq if self.broken_at is None else min(seq, self.broken_at)

    def meets(self, altered: Altered) -> None:
        self._altered.add(altered)

    def end(self) -> Verified:
        return Verified(
            events=self.events,
            digest=self.digest,
            ok=self.broken_at is None and not self._altered and self._found is not False,
            broken_at=self.broken_at,
            altered=tuple(sorted(self._altered)),
            digest_found=self._found,
        )

    def _met(self) -> bool | None:
        if self._wanted is None:
            return None
        return len(self._wanted) >= SHORTEST and self.digest.startswith(self._wanted)
