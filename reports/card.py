"""What a letter shows of one appeal: as a card with its words, or as a row of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from journal.model import Entry
from reports.catalogue import short_date
from reports.conflict_words import named_note
from reports.hints import hints
from reports.links import Act, Links
from reports.school import Detail
from reports.words import brief, cut, mark, one_line, plain, speak

LONGEST = 4_000  # characters of a text in the daily letter; the whole then comes in a letter of its own
_ROW = 110  # characters of a brief content in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One appeal as a card. `facts` are labelled values, `notes` our own sentences, `acts` links below."""

    number: int
    urgent: bool
    mark: str
    facts: tuple[tuple[str, str], ...]
    content: str
    text: str
    notes: tuple[str, ...]
    language: str
    acts: tuple[Act, ...] = ()
    state: str = ""  # as of a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One appeal as a row of a list. `alarm` is what must not be overlooked, `href` what its number opens."""

    number: int
    mark: str
    facts: tuple[str, ...]
    content: str
    alarm: str = ""
    href: str = ""
    state: str = ""  # who looks after it, where it was passed on, what the family was told


def to_card(
    entry: Entry,
    language: str,
    *,
    detail: Detail,
    today: date,
    named: Sequence[str] = (),
    links: Links | None = None,
) -> Card:
    """A new appeal for a reader's letter. `named`: who does not get it because it names them."""
    text = plain(entry.text).strip() if detail is Detail.FULL else ""
    shown = text[: cut(text, LONGEST)].rstrip()
    return Card(
        number=entry.number,
        urgent=entry.urgent,
        mark=mark(entry, language),
        facts=tuple(_facts(entry, language, detail=detail, today=today)),
        content="" if begins(text, entry.content) else entry.content,
        text=shown,
        notes=(
            *named_note(entry.number, named, language),
            *_notes(entry, language, detail=detail, continues=goes_on(entry, detail)),
        ),
        language=entry.language,
        acts=links.acts(entry.number) if links and entry.purged_on is None else (),
    )


def goes_on(entry: Entry, detail: Detail) -> bool:
    """Whether a card shows only the beginning of the text, and the whole comes in a letter of its own."""
    return detail is Detail.FULL and len(plain(entry.text).strip()) > LONGEST


def to_row(entry: Entry, language: str, *, today: date, links: Links | None = None) -> Row:
    """An appeal that waits, with its age in days and its deadline."""
    speech = speak(language)
    age = max((today - entry.term.received_on).days, 0)
    due = {"date": short_date(entry.term.due_on, language)}
    overdue = today > entry.term.due_on
    waits = (
        speech.ngettext("waits for %(num)s day", "waits for %(num)s days", age) % {"num": age}
        if age
        else speech.gettext("came today")
    )
    alarms = [speech.gettext("URGENT")] if entry.urgent else []
    alarms += [speech.gettext("overdue since %(date)s") % due] if overdue else []
    return Row(
        number=entry.number,
        mark=mark(entry, language),
        facts=(waits,) if overdue else (waits, speech.gettext("due %(date)s") % due),
        content=brief(entry.content, _ROW),
        alarm=" · ".join(alarms),
        href=links.measure(entry.number) if links else "",
    )


def to_line(entry: Entry, language: str) -> Row:
    """A new appeal for which the letter had no more room: on one line."""
    urgent = speak(language).gettext("URGENT") if entry.urgent else ""
    return Row(
        number=entry.number,
        mark=mark(entry, language),
        facts=(),
        content=brief(entry.content, _ROW),
        alarm=urgent,
    )


def _facts(entry: Entry, language: str, *, detail: Detail, today: date) -> list[tuple[str, str]]:
    speech = speak(language)
    facts: list[tuple[str, str]] = []
    # An anonymous child's number is for whoever may call: readers of whole texts.
    if entry.phone.strip() and (detail is Detail.FULL or not entry.anonymous):
        facts.append((speech.gettext("Telephone"), one_line(entry.phone)))
    if entry.applicant and entry.applicant.address.strip():
        facts.append((speech.gettext("Address"), one_line(entry.applicant.address)))
    if entry.applicant and entry.applicant.email.strip():
        facts.append((speech.gettext("E-mail"), one_line(entry.applicant.email)))
    if entry.term.received_on != today:
        facts.append((speech.gettext("Received"), short_date(entry.term.received_on, language)))
    if entry.purged_on is None:  # else nothing is left of which something could be due
        facts.append((speech.gettext("Deadline"), short_date(entry.term.due_on, language)))
    return facts


def _notes(entry: Entry, language: str, *, detail: Detail, continues: bool) -> list[str]:
    speech = speak(language)
    notes = []
    if continues:
        notes.append(speech.gettext("The text goes on in a letter of its own."))
    if entry.attachments:
        count = len(entry.attachments)
        kept = speech.ngettext("%(num)s file came with it.", "%(num)s files came with it.", count) % {
            "num": count
        }
        how = speech.gettext("To get them, reply “%(example)s”.") % {
            "example": file_request(entry.number, language)
        }
        notes.append(f"{kept} {how}" if detail is Detail.FULL else kept)
    notes.extend(refused_note(entry, language))
    notes.extend(hints(entry, language, detail=detail))
    if entry.repeats:
        notes.append(speech.gettext("Probably a repeat of №%(number)s.") % {"number": entry.repeats})
    return notes


def refused_note(entry: Entry, language: str) -> list[str]:
    """Says that files of an appeal were not stored, and of which kinds."""
    count = len(entry.refused)
    if not count:
        return []
    kinds = ", ".join(dict.fromkeys(one_line(kind) for kind in entry.refused))
    lost = speak(language).ngettext(
        "%(num)s file was not accepted (%(kinds)s): what could show who sent it cannot be removed.",
        "%(num)s files were not accepted (%(kinds)s): what could show who sent them cannot be removed.",
        count,
    )
    return [lost % {"num": count, "kinds": kinds}]


def file_request(number: int, language: str) -> str:
    """The words that ask for an appeal's files, as `slip` reads them: «файл 12»."""
    return speak(language).gettext("file %(number)s") % {"number": number}


def begins(text: str, content: str) -> bool:
    """Whether the brief content only repeats the first words of the text shown below it."""
    start = " ".join(plain(content).split()).rstrip("…. ")
    return bool(text) and " ".join(text.split()).startswith(start)
