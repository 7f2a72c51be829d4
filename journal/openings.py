"""Who has seen what a family wrote: noted in the history before it is shown, and told for one entry.

Without the note nothing is shown: whoever asks for content writes the note first, and a fault of the Journal
stops both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, or_, select

from journal import chain
from journal.book import Journal
from journal.model import HeldState, Letter, LetterKind, Role
from journal.spans import within, write_spans
from journal.store import Store
from journal.tables import events, letters

OPENED, EXPORTED, FORWARDED = "opened", "exported", "forwarded"  # kinds of events
# Letters that bring the content of certain appeals, at another hour than the daily one.
CARRIERS = frozenset({LetterKind.TEXT, LetterKind.FILES, LetterKind.FORWARD, LetterKind.URGENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One look at an entry. `by`: the login at the machine, or the address to which a letter went."""

    on: date
    how: str  # show, files, list, summary, held, reply; csv, json; letter-text, -files, -forward
    by: str
    role: Role | None = None


def note_opened(
    journal: Journal,
    how: str,
    *,
    by: str,
    on: date,
    number: int | None = None,
    numbers: Iterable[int] = (),
    role: Role | None = None,
) -> None:
    """One entry (`number`) or several are about to be shown at the machine."""
    detail = {"how": how, "by": by}
    if number is None:
        detail["numbers"] = write_spans(numbers)
    journal.note(OPENED, on=on, number=number, role=role, detail=detail)


def note_held_opened(journal: Journal, held_id: int, *, by: str, on: date) -> None:
    """A held message is about to be shown: nobody knows yet whether it is an appeal."""
    journal.note(OPENED, on=on, detail={"how": "held", "by": by, "held": held_id})


def note_exported(journal: Journal, form: str, numbers: Iterable[int], *, by: str, on: date) -> None:
    """These entries are about to be written to a file or a pipe."""
    journal.note(EXPORTED, on=on, detail={"how": form, "by": by, "numbers": write_spans(numbers)})


def note_forwarded(journal: Journal, letter: Letter, number: int, on: date) -> None:
    """A letter that somebody asked for is about to bring the content of an entry. Its row says to whom."""
    detail: dict[str, str | int] = {"how": f"letter-{letter.kind.value}", "letter": letter.id}
    journal.note(FORWARDED, on=on, number=number, role=letter.reader.role, detail=detail)


def openings(journal: Journal, number: int) -> list[Opening]:
    """Every look at this entry, the oldest first; also at the held message that it was."""
    store = journal.store
    was_held = held_as(store, number)
    looks = events.c.kind.in_((OPENED, EXPORTED, FORWARDED))
    mine = or_(events.c.number == number, events.c.number.is_(None))
    with store.reading() as connection:
        rows = connection.execute(select(events).where(looks, mine).order_by(events.c.seq)).all()
    return [opening(journal, row) for row in rows if row.number == number or covers(row, number, was_held)]


def covers(row: Row[Any], number: int, was_held: int | None) -> bool:
    """Whether an event that names several entries, or a held message, is about this one."""
    detail = chain.read_detail(row.detail)
    if "held" in detail:
        return detail["held"] == was_held
    return within(number, str(detail.get("numbers", "")))


def held_as(store: Store, number: int) -> int | None:
    """The held message that was let in as this entry, where it was one."""
    let_in = select(events.c.detail).where(
        events.c.kind == HeldState.RELEASED.value, events.c.number == number
    )
    with store.reading() as connection:
        found = connection.execute(let_in).scalar()
    held_id = chain.read_detail(found).get("held") if found else None
    return held_id if isinstance(held_id, int) else None


def opening(journal: Journal, row: Row[Any]) -> Opening:
    """A look at an entry, from its event."""
    detail = chain.read_detail(row.detail)
    by = _addressee(journal, detail.get("letter")) if row.kind == FORWARDED else str(detail.get("by", ""))
    return Opening(
        on=row.day, how=str(detail.get("how", "")), by=by, role=None if row.role is None else Role(row.role)
    )


def _addressee(journal: Journal, letter: object) -> str:
    """The address is sealed in the letter's own row, so that the history names nobody in clear."""
    with journal.store.reading() as connection:
        row = connection.execute(
            select(letters.c.id, letters.c.address).where(letters.c.id == letter)
        ).first()
    if row is None:
        return ""
    place = journal.store.place("letters", "address", row.id)
    return journal.store.keys.open_text(row.address, place=place)
