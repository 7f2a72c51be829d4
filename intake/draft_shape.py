"""How a letter and its draft as an appeal cross from the process that reads letters, checked like all else.

The files of the letter go across once: a signed appeal has the same.
"""

from intake.draft import UNDATED, Draft, Habits
from intake.form import LANGUAGES
from intake.labels import OUT_OF_THE_BOX, Labels
from intake.message import Message, Unreadable
from intake.reader_shape import (
    Fields,
    Header,
    code_in,
    demand,
    message_in,
    message_out,
    words_in,
)
from journal.model import Appeal, Applicant, Channel

_PARTS = ("surname", "given_name", "patronymic", "address", "email")
_LINES = ("content", "language", "class_group", "phone")


def habits_out(habits: Habits) -> Header:
    """The labels that everybody knows stay at home."""
    known = OUT_OF_THE_BOX.known
    more = {label: field for label, field in habits.labels.known.items() if known.get(label) != field}
    return {
        "language": habits.language,
        "staff": habits.staff,
        "addresses": list(habits.addresses),
        "labels": more,
    }


def habits_in(said: object) -> Habits:
    fields = Fields(said)
    more = fields.inner("labels")
    labels = Labels(known={**OUT_OF_THE_BOX.known, **more}) if more else OUT_OF_THE_BOX
    return Habits(
        language=fields.line("language"),
        staff=fields.lines("staff"),
        addresses=frozenset(fields.lines("addresses")),
        labels=labels,
    )


def draft_out(draft: Draft) -> tuple[Header, list[bytes]]:
    header, blobs = message_out(draft.message)
    if not isinstance(draft.appeal, Appeal):
        fault = None if draft.appeal is None else {"code": draft.appeal.reason}
        return {**header, "appeal": None, "fault": fault}, [b"", *blobs]
    text = draft.appeal.text if draft.appeal.text != draft.message.text else None
    header["appeal"] = _appeal_out(draft.appeal) | {"same_text": text is None, "named": draft.named}
    return header, [(text or "").encode(), *blobs]


def _appeal_out(appeal: Appeal) -> dict[str, object]:
    applicant = appeal.applicant and {name: getattr(appeal.applicant, name) for name in _PARTS}
    lines = {name: getattr(appeal, name) for name in _LINES}
    return {**lines, "channel": appeal.channel.value, "urgent": appeal.urgent, "applicant": applicant}


def draft_in(header: Header, blobs: list[bytes]) -> Draft:
    """The draft in an answer. Raises NotOurShape."""
    demand([blobs])
    text, *rest = blobs
    message = message_in(header, rest)
    if (said := header.get("appeal")) is not None:
        fields = Fields(said)
        return Draft(message=message, appeal=_appeal_in(fields, text, message), named=fields.lines("named"))
    if (fault := header.get("fault")) is None:
        return Draft(message=message, appeal=None)
    demand([isinstance(fault, dict)])
    return Draft(message=message, appeal=Unreadable(code_in({"code": Fields(fault).line("code")})))


def _appeal_in(said: Fields, text: bytes, message: Message) -> Appeal:
    applicant = said.optional("applicant")
    channel, language = said.line("channel"), said.line("language")
    demand([channel in {*Channel}, language in LANGUAGES])
    return Appeal(
        applicant=_applicant_in(applicant) if applicant else None,
        term=UNDATED,
        channel=Channel(channel),
        content=said.line("content"),
        text=message.text if said.flag("same_text") else words_in(text),
        language=language,
        class_group=said.line("class_group"),
        phone=said.line("phone"),
        urgent=said.flag("urgent"),
        attachments=message.attachments if applicant else (),
    )


def _applicant_in(said: Fields) -> Applicant:
    return Applicant(**{name: said.line(name) for name in _PARTS})
