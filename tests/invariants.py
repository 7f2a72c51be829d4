"""What must hold of a school whatever befell it: nothing lost, nothing twice, nothing taken too early.

I1 each message that came has exactly one row, or is held, once. I2 none leaves the inbox before its row.
I3 numbers have no gap. I4 one Message-ID for each reader's day. I5 a reply counts once. I7 a second run
changes nothing. I9 the database is sound. (I6, no trace of a child: test_canaries.py. I8, that somebody is
told: the tests of troubles.)
"""

import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, text

from intake.config import load
from journal.book import Journal
from journal.letters import listed
from journal.model import LetterKind, LetterState
from journal.tables import letters as letters_table
from journal.tables import metadata
from tests.school import SchoolUnderTest
from tests.servers import PATIENCE

JOURNALED, HELD = "Senim/Journaled", "Senim/Held"
# Notes of when we looked, not of what we found.
OF_LOOKING = {"folders", "troubles"}
WHERE = {"anonymous": None, "signed": JOURNALED, "held": HELD}

Mailbox = dict[str, list[bytes]]  # folder → its messages
Delivered = dict[str, str]  # the mark in a letter's text → "anonymous", "signed" or "held"


def open_journal(school: SchoolUnderTest) -> Journal:
    (config,) = load(school.folder / "config.yaml")
    return Journal.open(config.journal_url, config.journal_key())


def mailbox(school: SchoolUnderTest) -> Mailbox:
    """The box with all its folders, by one login."""
    found: Mailbox = {}
    with school.mail._client(school.box.address) as client:
        for flags, _, name in client.list_folders():
            if {rb"\Noselect", rb"\NonExistent"} & set(flags):
                continue
            client.select_folder(name, readonly=True)
            fetched = client.fetch(client.search(), ["BODY.PEEK[]"])
            found[name.replace(".", "/")] = [fetched[uid][b"BODY[]"] for uid in sorted(fetched)]
    return found


def kept(journal: Journal, marks: Iterable[str]) -> Counter[str]:
    """How often each mark stands in the Journal: as an entry or among what waits to be looked at."""
    texts = [entry.text for entry in journal.entries()]
    held = [journal.held_message(one.id).raw for one in journal.held()]
    texts += [raw.decode("latin-1") for raw in held if raw is not None]
    return Counter(mark for mark in marks for words in texts if mark in words)


def at_any_moment(school: SchoolUnderTest, delivered: Delivered) -> None:
    """Also while a fault lasts: I1 (none twice), I2, I3, I9."""
    _at_any_moment(school, delivered, mailbox(school))


def _at_any_moment(school: SchoolUnderTest, delivered: Delivered, box: Mailbox) -> Counter[str]:
    with open_journal(school) as journal:
        found = kept(journal, delivered)
        numbers = [entry.number for entry in journal.entries()]
        assert numbers == list(range(1, journal.last_number() + 1)), "numbers have a gap"  # I3
        assert sound(journal)  # I9
    twice = [mark for mark, count in found.items() if count > 1]
    assert not twice, f"kept twice: {[(mark, delivered[mark]) for mark in twice]}"  # I1
    waiting = b"".join(box["INBOX"])
    lost = [mark for mark in delivered if not found[mark] and mark.encode() not in waiting]
    assert not lost, f"neither kept nor in the inbox: {[(mark, delivered[mark]) for mark in lost]}"  # I2
    return found


def recovered(
    school: SchoolUnderTest, delivered: Delivered, *, marked: bool = False, copies: int = 1
) -> None:
    """After the faults and one more pass: I1 exactly, each letter where it belongs, and all the others.

    `marked`: the server has no UIDPLUS, so what was filed stays in the inbox, marked as deleted. `copies`:
    how often one letter may have come after kills between the final dot and its settling.
    """
    box = mailbox(school)
    found = _at_any_moment(school, delivered, box)
    assert [mark for mark in delivered if found[mark] != 1] == []
    for mark, kind in delivered.items():
        for place in (JOURNALED, HELD):
            there = sum(mark.encode() in raw for raw in box.get(place, []))
            assert bool(there) == (WHERE[kind] == place), f"{mark} ({kind}): {there} in {place}"
    if not marked:
        assert box["INBOX"] == []
    a_letter_a_day(school, copies=copies)


def a_letter_a_day(school: SchoolUnderTest, *, copies: int = 1) -> None:
    """I4: each reader has one Message-ID for each day that was settled; `copies` of it at the most."""
    with open_journal(school) as journal, journal.store.reading() as connection:
        sent = connection.execute(
            select(letters_table.c.id).where(
                letters_table.c.kind == LetterKind.DAILY.value,
                letters_table.c.state == LetterState.SENT.value,
            )
        ).all()
    if not sent:
        return
    dailies = [(one.address, school.letters(one, "daily")) for one in school.readers]
    ids = {(address, letter["Message-ID"]) for address, letters in dailies for letter in letters}
    assert len(ids) == len(sent), f"{len(ids)} different letters arrived, {len(sent)} are settled"
    counted = Counter(letter["Message-ID"] for _, letters in dailies for letter in letters)
    assert all(count <= copies for count in counted.values()), counted


def sound(journal: Journal) -> bool:
    """The database says of itself that it is whole, and the history that nobody rewrote it."""
    if journal.store.engine.dialect.name == "sqlite":
        with journal.store.reading() as connection:
            if connection.execute(text("PRAGMA integrity_check")).scalars().all() != ["ok"]:
                return False
            if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
                return False
    return journal.verify().ok


def state(school: SchoolUnderTest) -> dict[str, Any]:
    """Everything that a second run could change: all rows, all folders."""
    with open_journal(school) as journal, journal.store.reading() as connection:
        rows = {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in metadata.sorted_tables
            if table.name not in OF_LOOKING
        }
    with open_journal(school) as journal:
        settled = sum(letter.state is LetterState.SENT for letter in listed(journal))
    sent = _arrived(school, settled) if settled else {}
    return {**rows, **mailbox(school), "sent": sent}


def _arrived(school: SchoolUnderTest, settled: int) -> dict[str, int]:
    """How much each reader has, once all that the server took has come: it needs a moment."""
    until = time.monotonic() + PATIENCE
    while True:
        found = {one.address: len(school.mail.messages(one.address)) for one in school.readers}
        if sum(found.values()) >= settled:
            return found
        assert time.monotonic() < until, f"{found} of {settled}"
        time.sleep(0.05)
