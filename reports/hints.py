"""Tells a reader, below an anonymous appeal, that its words may show who wrote it, and where its class is.

How much is told goes by how much the letter shows: of words that a reader does not get nothing is said.
"""

from journal.model import Entry
from reports.identifying import Clue, clues
from reports.school import Detail
from reports.words import class_shown, speak


def hints(entry: Entry, language: str, *, detail: Detail = Detail.FULL) -> list[str]:
    """Our own sentences, none for a signed appeal. The text stays as it was written."""
    if not entry.anonymous:
        return []
    full = detail is Detail.FULL
    speech = speak(language)
    said = []
    found = clues(entry.content, entry.text) if full else clues(entry.content)
    if found:
        kinds = {"kinds": ", ".join(_kind(clue, language) for clue in found)}
        said.append(
            speech.gettext("Words in the text may show who wrote it (%(kinds)s). Please tell them to nobody.")
            % kinds
        )
    if full and entry.class_group.strip() and not class_shown(entry, language):
        said.append(
            speech.gettext("The class or group stands in the Journal only: here it could show who wrote.")
        )
    return said


def _kind(clue: Clue, language: str) -> str:
    speech = speak(language)
    return {
        Clue.NAME: speech.gettext("a name"),
        Clue.PHONE: speech.gettext("a telephone number"),
        Clue.EMAIL: speech.gettext("an e-mail address"),
        Clue.ACCOUNT: speech.gettext("an account"),
        Clue.IIN: speech.gettext("an IIN"),
        Clue.CLASS: speech.gettext("a class letter"),
        Clue.ADDRESS: speech.gettext("a home address"),
    }[clue]
