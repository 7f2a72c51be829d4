"""One appeal's whole story on the command line: a line for each thing that happened, in order."""

from collections.abc import Iterator, Sequence

from journal.model import DeedKind
from journal.openings import EXPORTED, FORWARDED, OPENED
from journal.story import Happening
from reports.school import School

# The codes of the history, in words.
WHAT = {
    "recorded": "received and registered",
    "measure": "measure",
    "undone": "taken back",
    "purged": "content destroyed",
    "released": "let in by hand: it had been held",
    "by-hand": "a measure written at the machine",
    "named": "it names one of the readers: kept back from them",
    "conflict-marked": "a reader said that it concerns a colleague",
    "conflict-lifted": "a reader said that it concerns none of the colleagues it names",
    "conflict-unsaid": "what was said of a conflict was taken back",
    "sent-forward": "the letter that passes it on has left",
    "failed-forward": "the letter that passes it on did not arrive",
    "sent-answer": "the answer has left to the family",
    "failed-answer": "the answer did not reach the family",
    OPENED: "opened",
    EXPORTED: "exported",
    FORWARDED: "sent",
    DeedKind.CLOSED: "closed",
    DeedKind.FOUND: "finding",
    DeedKind.CAUSE: "cause",
    DeedKind.CONTENT: "brief content corrected",
    DeedKind.CLASS: "class corrected",
    DeedKind.NAME: "name corrected",
    DeedKind.PASSED_ON: "passed on",
    DeedKind.ANSWERED: "answer to the family",
    DeedKind.RESPONSIBLE: "responsible",
    DeedKind.CONSIDERED: "read",
}
HOW = {
    "letter-urgent": "in an urgent letter",
    "letter-forward": "in a letter that passes it on",
    "letter-text": "its whole text",
    "letter-files": "its files",
}


def story_lines(found: Sequence[Happening], school: School) -> Iterator[str]:
    """What happened, in order: the day, what, by whom, the words."""
    yield "story"
    for one in found:
        yield f"{one.on} {_told(one, school)}"


def _told(one: Happening, school: School) -> str:
    said = WHAT.get(one.what, one.what)
    if one.code:
        said += f" ({HOW.get(one.code, one.code)})"
    if by := _by(one, school):
        said += f" to {by}" if one.what == FORWARDED else f" by {by}"
    if one.words:
        who = school.member(one.words) if one.what == DeedKind.RESPONSIBLE else None
        said += f": {who.name if who else ' '.join(one.words.split())}"
    return said + (f" [taken back on {one.undone_on}]" if one.undone_on else "")


def _by(one: Happening, school: School) -> str:
    """A name with its role, or a login; a reader's address as their name."""
    reader = school.reader(one.by) if one.by else None
    name = reader.name if reader else one.by
    if one.role is None:
        return name
    return f"{name} ({one.role})" if name else str(one.role)


def story_to_json(found: Sequence[Happening]) -> list[dict[str, object]]:
    """The same for other programs."""
    return [
        {
            "day": one.on.isoformat(),
            "what": one.what,
            "code": one.code,
            "by": one.by,
            "role": one.role.value if one.role else None,
            "words": one.words,
            "undone_on": one.undone_on.isoformat() if one.undone_on else None,
        }
        for one in found
    ]
