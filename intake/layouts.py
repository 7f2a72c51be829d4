"""Reads the letters that other sites' form mailers write, so that a school may keep the form it has.

Contact Form 7, WPForms, Elementor, Bitrix, Joomla, Tilda, Formspree, uCoz and whatever writes its fields like
them. A layout counts only where it begins the unquoted body; what is not understood stays in the text, whole,
and nothing is ever refused. Form mailers add IP addresses, browsers, pages, times and ids: those are nobody's
words and go nowhere.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from intake import signs
from intake.form import MOST_SHORT, FormFields, tidied
from intake.headers import plain_mailbox
from intake.labelled_lines import Row, says_no
from intake.labels import METADATA, OUT_OF_THE_BOX, Labels
from intake.message import Message, sole_address
from intake.shapes import rows_of
from reports.names import split_name

_MAIL = re.compile(r"<?(?<![^\s<(\[,;:])([^\s<>@,;:()\[\]]{1,64}@[^\s<>@,;:()\[\]]{1,200})>?")
_YES = re.compile(r"(?i)\W*(да|иә|ия|yes|y|on|1|true|checked|ок|ok|отмечено|шұғыл|срочно|urgent)\W*")
_NOBODY = re.compile(
    r"(?i)\W*(аноним\w*|anonym\w*|жасырын\w*|белгісіз|неизвестн\w*|инкогнито|incognito|никто|ешкім|guest|гость)\b.*"
)
_NAMES = ("name", "surname", "given_name", "patronymic")
_IDENTIFYING = (*_NAMES, "address", "email")
_MOST_NAME_WORDS = 6


def read_layout(message: Message, labels: Labels = OUT_OF_THE_BOX) -> FormFields | None:
    """What a family typed into another site's form; None where the body is not a form mailer's."""
    for body in dict.fromkeys((message.text, message.html)):
        if body.lstrip().startswith(">"):
            continue
        rows = rows_of(body, message.subject, labels, is_html=body == message.html)
        if rows:
            return _fields(rows, message)
    return None


def _fields(rows: list[Row], message: Message) -> FormFields:
    values, pieces = _sorted_out(rows)
    subject = "" if signs.only_asks(values.get("subject", "")) else values.get("subject", "")
    text = _joined(pieces)
    anonymous = (
        "anonymous" in values
        or any(_NOBODY.fullmatch(values.get(name, "")) for name in _NAMES)
        or signs.says_anonymous(values.get("subject", ""), text.split("\n"))
    )
    fields = FormFields(
        anonymous=True,
        class_group=values.get("class_group", ""),
        phone=values.get("phone", ""),
        subject=subject,
        text=_joined(piece for piece in pieces if not piece.tells_who) if anonymous else text,
        urgent="urgent" in values,
    )
    return tidied(fields if anonymous else _signed(fields, values, message))


def _signed(fields: FormFields, values: dict[str, str], message: Message) -> FormFields:
    """The same with whoever signs it. A form that gives no name is anonymous."""
    written = values.get("name", "")
    given = values.get("given_name", "") or _MAIL.sub("", written).strip(' "«»<>,;')
    surname, patronymic = values.get("surname", ""), values.get("patronymic", "")
    if not (surname or patronymic or values.get("given_name")):
        name = split_name(given)
        surname, given, patronymic = name.surname, name.given_name, name.patronymic
    if not (surname or given or patronymic):
        return fields
    mail = _MAIL.search(values.get("email", "")) or _MAIL.search(written)
    return replace(
        fields,
        anonymous=False,
        surname=surname,
        given_name=given,
        patronymic=patronymic,
        address=values.get("address", ""),
        email=mail[1] if mail else _reply_address(message),
    )


def _reply_address(message: Message) -> str:
    """The visitor's address in Reply-To, when it is not the site's or the box's own."""
    mailbox = plain_mailbox(message.reply_to[0]) if len(message.reply_to) == 1 else None
    if mailbox is None or mailbox[1] == sole_address(message) or mailbox[1] in message.recipients:
        return ""
    return mailbox[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A piece of the text; some stood where a name or an address belongs, and could not go there."""

    words: str
    tells_who: bool = False


def _sorted_out(rows: Iterable[Row]) -> tuple[dict[str, str], list[_Piece]]:
    """The values of the fields, and the text: what was typed there and all that is no field."""
    values: dict[str, str] = {}
    text: list[_Piece] = []
    for row in rows:
        value = row.value if row.field == "text" else " ".join(row.value.split())
        if row.field == METADATA or (row.field and values.get(row.field) == value):
            continue
        if row.field == "text":
            text.append(_Piece(words=value))
        elif row.field and _is_left_out(row.field, value):
            continue
        elif row.field and row.field not in values and _fits(row.field, value):
            values[row.field] = value
        else:
            text.append(_Piece(words=row.written, tells_who=row.field in _IDENTIFYING))
            if row.field == "anonymous":  # «Жасырын: мені ұрды»: the wish counts, and the words stay
                values["anonymous"] = value
    return values, text


def _joined(pieces: Iterable[_Piece]) -> str:
    return "\n".join(piece.words for piece in pieces).strip("\n")


def _is_left_out(field: str, value: str) -> bool:
    if field in ("class_group", "subject"):
        return not any(map(str.isalnum, value))  # «0» is a class too
    return says_no(value)


def _fits(field: str, value: str) -> bool:
    """Whether a value can be what its label says; else it is text."""
    if len(value) > MOST_SHORT:
        return False
    match field:
        case "phone":
            return any(map(str.isdigit, value))
        case "email":
            return "@" in value
        case "urgent":
            return bool(_YES.fullmatch(value))
        case "anonymous":
            return bool(_YES.fullmatch(value)) or signs.only_asks(value)
        case "name" | "surname" | "given_name" | "patronymic":
            return len(value.split()) <= _MOST_NAME_WORDS and any(map(str.isalpha, value))
    return True
