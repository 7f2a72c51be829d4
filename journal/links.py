"""The links in a letter that open a ready reply: each has a token of its own, which names letter and appeal.

A link lives as long as its letter can be answered: it is found only through the letter, and goes with it.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from journal.book import Journal
from journal.model import Letter
from journal.store import Writing
from journal.tables import letters, links


def keep_links(journal: Journal, letter: Letter, tokens: Mapping[int, str]) -> None:
    """Know the links of a letter that was just frozen: their tokens by the numbers of the appeals.

    Those of an earlier writing of it go: that one never left.
    """
    with journal.store.writing() as writing:
        writing.connection.execute(delete(links).where(links.c.letter == letter.id))
        rows = [
            {"token": journal.fingerprint("token", token), "letter": letter.id, "number": number}
            for number, token in tokens.items()
        ]
        if rows:
            writing.connection.execute(insert(links), rows)


def link_with(connection: Connection, mark: str) -> tuple[int, int] | None:
    """The letter and the appeal of the link with this fingerprint."""
    row = connection.execute(select(links.c.letter, links.c.number).where(links.c.token == mark)).first()
    return None if row is None else (row.letter, row.number)


def forget_links(writing: Writing, over: ColumnElement[bool]) -> None:
    """Forget the links of the letters that nobody can answer any more."""
    writing.connection.execute(delete(links).where(links.c.letter.in_(select(letters.c.id).where(over))))
