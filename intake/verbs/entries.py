"""The Journal on the command line: its entries, one entry whole, a measure by hand, the history's proof."""

import argparse
import sys
import unicodedata
from collections.abc import Iterator

from intake.config import Config
from intake.verbs.opening import one_school, open_journal, today
from intake.verbs.output import complain, print_json, print_table, say
from intake.verbs.person import person
from intake.verbs.telling_story import story_lines, story_to_json
from intake.verbs.values import WrongUsage
from journal.chain import Verified
from journal.model import Applicant, Entry, Measure, Role
from journal.openings import Opening, note_opened, openings
from journal.story import story
from reports.register import to_json

LONGEST_MEASURE = 20_000  # characters
# The codes of the history, in words.
HOW = {
    "show": "shown whole",
    "files": "its files written out",
    "list": "in the list of entries",
    "summary": "in a preview of the daily letter",
    "held": "as a held message, before it was let in",
    "reply": "in a reply of staff, which quotes a letter",
    "csv": "in an export for a spreadsheet",
    "json": "in an export for other programs",
    "letter-text": "its whole text, in a letter",
    "letter-files": "its files, in a letter",
    "letter-forward": "passed on, in a letter",
}
ALTERED = {
    "altered": "what was recorded of it is another",
    "missing": "its row is gone",
    "destroyed": "its content was destroyed, and the history knows nothing of it",
    "added": "the history does not know of it",
    "passed-over": "there is no such number; numbers have no gaps",
    "conflict": "whom it is not shown to is other than was said",
    "measure-altered": "a measure is another than was recorded",
    "measure-missing": "a measure is gone",
    "measure-added": "a measure of which the history does not know",
}


def listing(asked: argparse.Namespace) -> int:
    """All entries, a line each. Names and subjects stand in it: the history says who saw them."""
    config = one_school(asked)
    with open_journal(config) as journal:
        found = list(journal.entries())
        note_opened(journal, "list", numbers=[one.number for one in found], by=person(), on=today(config))
    if asked.json:
        print_json(to_json(found))
        return 0
    rows = [_row(entry) for entry in found]
    heads = ("№", "received", "due", "applicant", "class", "brief content", "status")
    print_table(heads, rows, empty="the Journal is empty", fold=("applicant", "brief content", "status"))
    return 0


def _row(entry: Entry) -> tuple[object, ...]:
    return (
        entry.number,
        entry.term.received_on,
        entry.term.due_on,
        applicant(entry.applicant),
        entry.class_group,
        ("URGENT · " if entry.urgent else "") + (_destroyed(entry) or entry.content),
        f"{entry.status} ({len(entry.measures)})" if entry.measures else entry.status,
    )


def _destroyed(entry: Entry) -> str:
    return f"content destroyed on {entry.purged_on}" if entry.purged_on else ""


def applicant(who: Applicant | None) -> str:
    """The name as the register has it, or the regulation's mark."""
    if who is None:
        return "жасырын"
    names = (who.surname, who.given_name, who.patronymic)
    return " ".join(name for name in names if name) or who.email or who.address


def show(asked: argparse.Namespace) -> int:
    """One entry, whole. The history says that it was opened, before it is (clause 5.1)."""
    config = one_school(asked)
    with open_journal(config) as journal:
        entry = journal.entry(asked.number)
        note_opened(journal, "show", number=entry.number, by=person(), on=today(config))
        told = story(journal, entry.number)
    if asked.json:
        print_json({**to_json([entry])[0], "story": story_to_json(told)})
    else:
        say(*_lines(entry), "", *story_lines(told, config.school))
    return 0


def _lines(entry: Entry) -> Iterator[str]:
    term = entry.term
    yield f"№ {entry.number}{' · URGENT' if entry.urgent else ''} · {entry.status}"
    yield f"received   {term.received_on} by {entry.channel}, registered {term.registered_on}"
    yield f"due        {term.due_on}"
    yield f"applicant  {applicant(entry.applicant)}"
    if entry.applicant is not None:
        yield from _field("address", entry.applicant.address)
        yield from _field("e-mail", entry.applicant.email)
    yield from _field("class", entry.class_group)
    yield from _field("telephone", entry.phone)
    yield from _field("repeats", f"probably № {entry.repeats}" if entry.repeats else "")
    yield from ("", _destroyed(entry) or entry.content, "")
    if entry.text.strip() != entry.content.strip():
        yield from (entry.text, "")
    for index, line in enumerate(entry.attachments, 1):
        yield f"file {index}     {line.name} ({line.media_type}, {line.size} bytes)"
    yield from _field("not kept", ", ".join(entry.refused))
    for measure in entry.measures:
        said = f"{measure.by} ({measure.role}): {measure.text}" if measure.by else measure.role
        yield f"measure    {measure.recorded_on} · {said}"
    if not entry.measures:
        yield "measure    none yet"
    yield from _field("finding", entry.finding or "")


def _field(label: str, value: str) -> Iterator[str]:
    if value:
        yield f"{label:<10} {value}"


def measure(asked: argparse.Namespace) -> int:
    """A measure in the administrator's name, or of the member of staff who is named."""
    config = one_school(asked)
    by, role = _author(config, asked.by)
    text = _clean(sys.stdin.read() if asked.text == "-" else asked.text)
    with open_journal(config) as journal, journal.transaction():
        # Under whose login the measure was written in that name.
        journal.note("by-hand", on=today(config), number=asked.number, role=role, detail={"by": person()})
        journal.add_measure(asked.number, Measure(text=text, by=by, role=role, recorded_on=today(config)))
    say(f"recorded for № {asked.number}, by {by} ({role})")
    return 0


def _author(config: Config, address: str | None) -> tuple[str, Role]:
    if address is None:
        administrator = config.school.administrator
        return administrator.name if administrator else "administrator", Role.ADMINISTRATOR
    member = config.school.member(address)
    if member is None:
        raise WrongUsage("--by: nobody in `staff` has this address; write one as it stands in config.yaml")
    return member.name, member.role


def _clean(text: str) -> str:
    """Words only: what a terminal or a letter would obey is left out."""
    signs = unicodedata.normalize("NFC", text)
    kept = "".join(sign for sign in signs if sign == "\n" or unicodedata.category(sign)[0] != "C").strip()
    if not kept:
        raise WrongUsage("the measure is empty; write what was done, like: senim journal measure 12 «…»")
    if len(kept) > LONGEST_MEASURE:
        raise WrongUsage(f"the measure is longer than {LONGEST_MEASURE} signs; write its essence")
    return kept


def opened(asked: argparse.Namespace) -> int:
    """Who has seen an entry, on which day and how. Nothing of the entry itself is shown."""
    config = one_school(asked)
    with open_journal(config) as journal:
        number = journal.entry(asked.number).number
        found = openings(journal, number)
    if asked.json:
        print_json([{"day": one.on, "how": one.how, "by": one.by, "role": one.role} for one in found])
        return 0
    rows = [(one.on, HOW.get(one.how, one.how), _by(one, config)) for one in found]
    print_table(
        ("day", "how", "by"), rows, empty=f"nobody has opened № {number} at the machine", fold=("by",)
    )
    return 0


def _by(one: Opening, config: Config) -> str:
    """A login; or the reader's name, with the role in which a letter went there."""
    member = config.school.member(one.by) if one.role else None
    name = member.name if member else one.by
    return f"{name} ({one.role})" if one.role else name


def verify(asked: argparse.Namespace) -> int:
    """Walk the history. Trouble when a link is broken, a row is altered, a letter's digest is not in it."""
    with open_journal(one_school(asked)) as journal:
        found = journal.verify(asked.digest)
    if asked.json:
        print_json(found)
    elif found.broken_at is None and not found.altered:
        say(f"the history is whole: {found.events} events, digest {found.digest}")
    else:
        _say_what_is_wrong(found)
    if found.digest_found is False:
        complain("the digest asked for is not in this history; it was rewritten since, or mistyped")
    elif found.digest_found and not asked.json:
        say("the digest asked for is in it")
    return int(not found.ok or found.digest_found is False)


def _say_what_is_wrong(found: Verified) -> None:
    for one in found.altered:
        complain(f"№ {one.number}: {ALTERED.get(one.what, f'{one.what} is not as the history says')}")
    if found.broken_at is None:
        complain("the register was altered behind the history; compare with the last backup")
    else:
        complain(f"the history was altered at event {found.broken_at}; compare with the last backup")
