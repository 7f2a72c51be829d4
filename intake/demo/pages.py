"""How the demo's window on the staff's mail looks: its pages, in three languages."""

from datetime import date, datetime

from intake.demo.client import Opened, open_letter
from intake.demo.ground import STAFF, Person
from intake.demo.postoffice import Kept
from intake.demo.stage import Stage, entries, mailbox
from journal.model import Applicant, Entry, Measure, Role
from reports.catalogue import long_date, short_date, translations
from reports.templating import environment
from reports.words import full_name

NAMES = (("kk", "Қазақша"), ("ru", "Русский"), ("en", "English"))
_EXAMPLES = {
    "kk": "№1: сыныппен әңгіме өткізілді",
    "ru": "№1: проведена беседа с классом",
    "en": "№1: talked with the class",
}


def mail_page(
    stage: Stage, person: Person, opened: Opened | None, *, language: str, here: str, told: str
) -> str:
    """One mailbox, or one letter of it."""
    boxes = {one.key: mailbox(stage, one) for one in STAFF}
    people = [
        {"key": one.key, "name": one.name, "role": role(one.role, language), "letters": len(boxes[one.key])}
        for one in STAFF
    ]
    return _render(
        stage,
        "letter.html.j2" if opened else "mail.html.j2",
        language=language,
        here=here,
        told=told,
        place="mail",
        refresh=opened is None,
        person=person,
        people=people,
        letters=[_line(stage, kept, language) for kept in boxes[person.key]],
        letter=opened,
        when=_when(stage, opened.written_at, language) if opened else "",
        example=_EXAMPLES[person.language],
    )


def journal_page(stage: Stage, *, language: str, here: str, told: str) -> str:
    """The Journal as a table."""
    rows = [_row(entry, language) for entry in entries(stage)]
    return _render(
        stage,
        "journal.html.j2",
        language=language,
        here=here,
        told=told,
        place="journal",
        refresh=True,
        entries=rows,
    )


def role(of: Role, language: str) -> str:
    """What a role is called."""
    _ = translations("demo", language).gettext
    names = {
        Role.PSYCHOLOGIST: _("psychologist"),
        Role.SOCIAL_PEDAGOGUE: _("social pedagogue"),
        Role.DEPUTY_DIRECTOR: _("deputy director for upbringing"),
    }
    return names.get(of, of.value)


def applicant(one: Applicant | None) -> str:
    """Who signed, in the order of the register; empty for an anonymous appeal."""
    return full_name(one) if one else ""


def _render(stage: Stage, template: str, *, language: str, here: str, told: str, **context: object) -> str:
    return (
        environment("demo", language)
        .get_template(template)
        .render(
            language=language,
            languages=NAMES,
            in_language={code: f"/{code}/{here.partition(f'/{language}/')[2]}" for code, _ in NAMES},
            here=here,
            page_url=stage.page_url,
            notice=_notice(told, language),
            **context,
        )
    )


def _notice(told: str, language: str) -> str:
    _ = translations("demo", language).gettext
    notices = {
        "sent": _("The letters have been sent: one to each member of staff."),
        "replied": _("The reply has been sent. The answer to it stands on top of this mailbox."),
        "written": _("Six families have written. Their appeals stand in the Journal."),
        "nothing": _("Nothing was sent. The window in which the demo runs says why."),
    }
    return notices.get(told, "")


def _line(stage: Stage, kept: Kept, language: str) -> dict[str, object]:
    opened = open_letter(kept.raw)
    return {
        "uid": kept.uid,
        "subject": opened.subject,
        "sender": opened.sender,
        "when": _when(stage, opened.written_at, language),
    }


def _row(entry: Entry, language: str) -> dict[str, object]:
    return {
        "number": entry.number,
        "received": long_date(entry.term.received_on, language),
        "applicant": applicant(entry.applicant),
        "class_group": entry.class_group,
        "phone": entry.phone,
        "language": entry.language,
        "urgent": entry.urgent,
        "content": entry.content,
        "files": len(entry.attachments),
        "measures": [_measure(one, language) for one in entry.measures],
    }


def _measure(one: Measure, language: str) -> dict[str, str]:
    return {"text": one.text, "by": one.by, "on": _day(one.recorded_on, language)}


def _day(day: date, language: str) -> str:
    return short_date(day, language)


def _when(stage: Stage, moment: datetime, language: str) -> str:
    local = moment.astimezone(stage.config.school.time_zone)
    return f"{_day(local.date(), language)}, {local:%H:%M}"
