"""The Appeals Registration Journal as other programs read it (JSON) and as a spreadsheet opens it (CSV).

JSON: a list of objects whose keys are a promise to other programs. CSV: the columns of the regulation's
clause 4.2, in its order.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from journal.model import Applicant, Entry, Measure
from reports.words import destroyed, found, in_figures, role_named, speak

BOM = "\ufeff"  # written before a CSV file, so that Excel reads Kazakh letters as they are
_FORMULA = "=+-@\t\r\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b"  # and their other widths
_UNSEEN = " \n\u00a0\u200b\u200c\u200d\u2060\ufeff\0"  # a spreadsheet may drop these before it looks


def to_json(entries: Iterable[Entry]) -> list[dict[str, object]]:
    """The register's entries with the keys and the order that other programs rely on."""
    return [_object(entry) for entry in entries]


def to_csv(entries: Iterable[Entry], language: str) -> Iterator[str]:
    """The register's table line by line. Write BOM first, and without a translation of line ends."""
    yield _line(_header(language))
    for entry in entries:
        yield _line(_cells(entry, language))


def defused(value: str) -> str:
    """A value that no spreadsheet takes for a formula: one that could be begins with an apostrophe."""
    bare = value.lstrip(_UNSEEN)
    return f"'{value}" if bare[:1] and bare[0] in _FORMULA else value


def _object(entry: Entry) -> dict[str, object]:
    person = entry.applicant or Applicant()
    return {
        "number": entry.number,
        "received_on": entry.term.received_on.isoformat(),
        "registered_on": entry.term.registered_on.isoformat(),
        "due_on": entry.term.due_on.isoformat(),
        "anonymous": entry.anonymous,
        "channel": entry.channel.value,
        "surname": person.surname,
        "given_name": person.given_name,
        "patronymic": person.patronymic,
        "address": person.address,
        "email": person.email,
        "class_group": entry.class_group,
        "phone": entry.phone,
        "content": entry.content,
        "text": entry.text,
        "language": entry.language,
        "urgent": entry.urgent,
        "status": entry.status.value,
        "cause": entry.cause,
        "finding": entry.finding.value if entry.finding else None,
        "considered_by": [role.value for role in entry.considered_by],
        "measures": [_measure(one) for one in entry.measures],
        "attachments": [
            {"name": one.name, "media_type": one.media_type, "size": one.size} for one in entry.attachments
        ],
        "purged_on": entry.purged_on.isoformat() if entry.purged_on else None,
    }


def _measure(measure: Measure) -> dict[str, object]:
    return {
        "text": measure.text,
        "by": measure.by,
        "role": measure.role.value,
        "recorded_on": measure.recorded_on.isoformat(),
    }


def _header(language: str) -> list[str]:
    speech = speak(language)
    return [
        speech.gettext("No."),
        speech.gettext("Received from the box on"),
        speech.gettext("Surname"),
        speech.gettext("Given name"),
        speech.gettext("Patronymic"),
        speech.gettext("Address"),
        speech.gettext("Class or group"),
        speech.gettext("Telephone"),
        speech.gettext("Brief content"),
        speech.gettext("Measures taken"),
    ]


def _cells(entry: Entry, language: str) -> list[str]:
    person = entry.applicant or Applicant(address=speak(language).gettext("anonymous"))
    return [
        str(entry.number),
        in_figures(entry.term.received_on, language),
        person.surname,
        person.given_name,
        person.patronymic,
        person.address or person.email,
        entry.class_group,
        entry.phone,
        destroyed(entry.purged_on, language) or entry.content,
        "\n".join([*(_taken(one, language) for one in entry.measures), *_found(entry, language)]),
    ]


def _taken(measure: Measure, language: str) -> str:
    day = in_figures(measure.recorded_on, language)
    if not measure.by:  # destroyed with the rest: whose office it was, and when, is kept
        return f"{day}, {role_named(measure.role, language)}"
    return f"{day}, {measure.by}: {measure.text}"


def _found(entry: Entry, language: str) -> list[str]:
    return [] if entry.finding is None else [found(entry.finding.value, language)]


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(
        [defused(cell) for cell in cells]
    )
    return written.getvalue()
