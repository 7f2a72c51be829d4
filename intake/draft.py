"""Makes of a letter what it would be as an appeal, as far as that can be said without the Journal.

Most of a letter's time goes into this, so it is done beforehand and in the process apart. Its days, and what
may be kept of an anonymous appeal's files, are added by `intake.registration`.
"""

from dataclasses import dataclass, replace
from datetime import date

from intake.appeal import to_appeal
from intake.cleaning import Cleaned
from intake.form import FormFields, NotOurForm, read_form
from intake.labels import Labels
from intake.layouts import read_layout
from intake.message import Message, Unreadable, sole_address
from journal.model import Appeal, Channel, Term
from reports.danger import tells_of_danger
from reports.whom import named_by

UNDATED = Term(received_on=date.min, registered_on=date.min, due_on=date.min)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What of a school decides how its letters are read."""

    language: str  # its default one
    staff: tuple[str, ...]  # names: more likely what a plain letter is about than its writers
    addresses: frozenset[str]  # of staff, casefolded
    labels: Labels  # of other sites' forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A letter read, and what it would be as an appeal: why it can be none, or None where nobody asked.

    An anonymous appeal has no files yet; those of its letter are in `message`.
    """

    message: Message
    appeal: Appeal | Unreadable | None
    named: tuple[str, ...] = ()  # the members of staff whom it names


def draft(message: Message, habits: Habits, *, anyway: bool = False) -> Draft:
    """`anyway`: also where it looks like a reply, or like mail of a machine or a list."""
    try:
        appeal = _appeal(message, habits, anyway=anyway)
        return Draft(message=message, appeal=appeal, named=named_by(appeal, habits.staff) if appeal else ())
    except MemoryError:
        raise
    except Exception as fault:  # the class alone: an error's text may quote the letter
        return Draft(message=message, appeal=Unreadable(f"error-{type(fault).__name__}"))


def _appeal(message: Message, habits: Habits, *, anyway: bool) -> Appeal | None:
    of_staff = (sole_address(message) or "").casefold() in habits.addresses
    if not anyway and (of_staff or message.marks.our_letter):
        return None
    form = _form(message, habits.labels)
    if not anyway and form is None and (message.marks.automatic or message.aside):
        return None
    appeal = to_appeal(
        message,
        form.fields if form else None,
        term=UNDATED,
        default_language=habits.language,
        clean=lambda _: Cleaned(),
        form=form.channel if form else Channel.LETTER,
        staff=habits.staff,
    )
    return appeal if appeal.urgent else replace(appeal, urgent=tells_of_danger(appeal.content, appeal.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What was typed into a form, and which: our page's or another site's."""

    fields: FormFields
    channel: Channel


def _form(message: Message, labels: Labels) -> _Form | None:
    """The form in a letter; None for a plain one. A part that only looks like ours does not count."""
    if message.form_part is not None:
        try:
            return _Form(fields=read_form(message.form_part), channel=Channel.PAGE)
        except NotOurForm:
            pass  # its text may still be a layout
    if message.marks.delivery_report:
        return None  # whatever a mail server quotes in it
    fields = read_layout(message, labels)
    return None if fields is None else _Form(fields=fields, channel=Channel.FORM)
