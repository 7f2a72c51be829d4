"""The form's letter, both directions: what our page writes and what the pipeline reads.

One letter from the box to itself: a text that a person can read, and the same fields for the machine in an
application/json part named senim.json. docs/form-letter.md tells other sites how to send the same.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from intake.file_names import kind_of, safe_name
from intake.headers import plain_mailbox
from intake.text import plain_line, plain_text
from journal.model import Attachment

VERSION = 1
PART_NAME = "senim.json"
MOST_SHORT = 300  # characters of a name, a class, a telephone …
MOST_TEXT = 100_000
_MOST_PART = 2_000_000  # bytes
_SUBMISSION_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]{0,60}/[A-Za-z0-9][\w!#$&^.+-]{0,100}", re.ASCII)


class NotOurForm(Exception):
    """A JSON part that is not a form's letter (docs/form-letter.md): the letter is read as a plain one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFields:
    """What a family typed into the form. Without a word to the contrary it is anonymous."""

    anonymous: bool = True
    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    address: str = ""
    email: str = ""
    class_group: str = ""
    phone: str = ""
    subject: str = ""
    text: str = ""
    language: str = ""  # of the page: kk, ru, en; "" when not told
    urgent: bool = False


LANGUAGES = ("kk", "ru", "en")
_NAMES = tuple(field.name for field in fields_of(FormFields))
_IDENTIFYING = ("surname", "given_name", "patronymic", "address", "email")
# The letter's subject tells nothing, not even in the list of a mailbox.
SUBJECTS = {"kk": "Сенім жәшігі: өтініш", "ru": "Ящик доверия: обращение", "en": "Trust Box: an appeal"}
# The words are part of the letter's format, so they stand here and in docs/form-letter.md.
_LABELS: Mapping[str, Mapping[str, str]] = {
    "kk": {
        "anonymous": "Жасырын өтініш",
        "urgent": "Шұғыл",
        "surname": "Тегі",
        "given_name": "Аты",
        "patronymic": "Әкесінің аты",
        "address": "Мекенжайы",
        "email": "Эл. поштасы",
        "class_group": "Сыныбы/тобы",
        "phone": "Телефоны",
        "subject": "Тақырыбы",
        "text": "Өтініш мәтіні",
    },
    "ru": {
        "anonymous": "Анонимное обращение",
        "urgent": "Срочно",
        "surname": "Фамилия",
        "given_name": "Имя",
        "patronymic": "Отчество",
        "address": "Адрес",
        "email": "Эл. почта",
        "class_group": "Класс/группа",
        "phone": "Телефон",
        "subject": "Тема",
        "text": "Текст обращения",
    },
    "en": {
        "anonymous": "An anonymous appeal",
        "urgent": "Urgent",
        "surname": "Surname",
        "given_name": "Given name",
        "patronymic": "Patronymic",
        "address": "Address",
        "email": "E-mail",
        "class_group": "Class/group",
        "phone": "Telephone",
        "subject": "Subject",
        "text": "The appeal",
    },
}


def write_form(
    fields: FormFields, attachments: Sequence[Attachment], *, box: str, submission_id: str, now: datetime
) -> EmailMessage:
    """The letter of one submission. A name typed before «anonymous» was chosen never leaves the page."""
    mailbox = plain_mailbox(box)
    if mailbox is None or not _SUBMISSION_ID.fullmatch(submission_id):
        raise ValueError(
            "write_form needs a plain address of the box and a submission id of 8 to 64 letters and digits"
        )
    fields = tidied(fields)
    letter = EmailMessage(policy=SMTP)
    letter["From"] = letter["To"] = mailbox[1]
    letter["Subject"] = SUBJECTS.get(fields.language, SUBJECTS["kk"])
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)  # the day only, no zone
    letter["Date"] = format_datetime(day)
    letter["Message-ID"] = f"<{submission_id}@{mailbox[1].partition('@')[2]}>"
    letter["X-Submission-Id"] = submission_id
    letter.set_content(_readable(fields), cte="base64")
    part = json.dumps({"senim_form": VERSION} | _filled(fields), ensure_ascii=False, indent=1).encode()
    letter.add_attachment(part, "application", "json", filename=PART_NAME)
    for number, file in enumerate(attachments, 1):
        maintype, _, subtype = _media_type(file).partition("/")
        letter.add_attachment(
            file.content, maintype, subtype, filename=_attached_name(file, number, fields.anonymous)
        )
    return letter


def read_form(part: bytes) -> FormFields:
    """The fields of a form's letter. Raises NotOurForm; keys that we do not know are passed over."""
    if len(part) > _MOST_PART:
        raise NotOurForm("the part is too long")
    try:
        values = json.loads(part.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise NotOurForm("the part is not JSON in UTF-8") from fault
    if not isinstance(values, dict) or not _is_version(values.get("senim_form")):
        raise NotOurForm("the part is not of this version of the form")
    known = {name: values[name] for name in _NAMES if values.get(name) is not None}
    for name, value in known.items():
        if not isinstance(value, bool if name in ("anonymous", "urgent") else str):
            raise NotOurForm(f"the field {name} is not of its type")
        if isinstance(value, str) and len(value) > (MOST_TEXT if name == "text" else MOST_SHORT):
            raise NotOurForm(f"the field {name} is too long")
    return tidied(FormFields(**known))


def _is_version(value: object) -> bool:
    return type(value) is int and value == VERSION  # `true` and 1.0 are no versions


def tidied(fields: FormFields) -> FormFields:
    """Clean lines in every field; without the identifying ones if anonymous."""
    changes: dict[str, str] = {}
    for name, value in _strings(fields).items():
        changes[name] = plain_text(value) if name == "text" else plain_line(value)
    if changes["language"] not in LANGUAGES:
        changes["language"] = ""
    if fields.anonymous:
        changes |= dict.fromkeys(_IDENTIFYING, "")
    return replace(fields, **changes)  # type: ignore[arg-type]  # only text fields are changed


def _strings(fields: FormFields) -> dict[str, str]:
    values = {field.name: getattr(fields, field.name) for field in fields_of(fields)}
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _filled(fields: FormFields) -> dict[str, object]:
    """Empty fields are left out, so that an anonymous letter has no place where a name could be."""
    return {"anonymous": fields.anonymous, "urgent": fields.urgent} | {
        name: value for name, value in _strings(fields).items() if value
    }


def _readable(fields: FormFields) -> str:
    labels = _LABELS.get(fields.language, _LABELS["kk"])
    marks = [labels[name] for name in ("anonymous", "urgent") if getattr(fields, name)]
    strings = _strings(fields)
    lines = [
        f"{label}: {strings[name]}" for name, label in labels.items() if name != "text" and strings.get(name)
    ]
    return "\n".join([*marks, *lines, "", f"{labels['text']}:", fields.text, ""])


def _media_type(file: Attachment) -> str:
    """As sent, but a file stays a file: an attached letter is not opened by those who carry it."""
    is_leaf = not file.media_type.startswith(("message/", "multipart/"))
    return (
        file.media_type if is_leaf and _MEDIA_TYPE.fullmatch(file.media_type) else "application/octet-stream"
    )


def _attached_name(file: Attachment, number: int, anonymous: bool) -> str:
    """A file's name on its way: for an anonymous appeal only its kind, since a name may tell who sent it."""
    if not anonymous:
        name = safe_name(file.name, file.media_type)
        return name if name != PART_NAME else f"{number}.json"
    kind = kind_of(file.name)
    return f"{number}{kind if kind != '?' else ''}"
