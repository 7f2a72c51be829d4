"""The letters that answer a reader: a long text, files, and what was refused."""

from collections.abc import Mapping
from datetime import date

from journal.book import Journal
from journal.model import Attachment
from reports.card import LONGEST, begins, goes_on, refused_note
from reports.catalogue import long_date
from reports.hints import hints
from reports.links import new_links
from reports.render import Draft, safe_name, to_draft
from reports.school import Detail, School, StaffMember
from reports.words import cut, mark, plain, speak

_TEXT_BYTES = 60_000  # of a text shown in a letter; past it the whole goes along as a file
_FILES_BYTES = 17 * 1024 * 1024  # base64 makes 24 MB of it, and most servers stop at 25


def write_text(journal: Journal, school: School, member: StaffMember, number: int) -> Draft:
    """The whole text of one long appeal, with a sign where the daily letter stopped."""
    entry = journal.entry(number)
    text = plain(entry.text).strip()
    shown = _fitting(text)
    stopped = cut(shown, LONGEST) if goes_on(entry, Detail.FULL) else len(shown)
    attachments: tuple[Attachment, ...] = ()
    if len(shown) < len(text):
        whole = Attachment(name=f"{number}.txt", media_type="text/plain", content=text.encode())
        attachments = (whole,)
    links = new_links(school, member.language, [number])
    context = {
        "headline": speak(member.language).gettext("The whole text of №%(number)s") % {"number": number},
        "mark": mark(entry, member.language),
        "content": "" if begins(text, entry.content) else entry.content,
        "first": shown[:stopped].rstrip(),
        "rest": shown[stopped:].strip(),
        "attached": bool(attachments),
        "written_in": entry.language,
        "notes": hints(entry, member.language),
        "acts": links.acts(number),
        "private": True,
    }
    return to_draft("text", school, member, context, attachments, links)


def write_files(journal: Journal, school: School, member: StaffMember, number: int) -> Draft:
    """The attachments of one appeal, as far as one letter can carry them."""
    entry = journal.entry(number)
    sent: list[Attachment] = []
    left: list[str] = []
    room = _FILES_BYTES
    for one in journal.attachments(number):
        room -= len(one.content)
        name = safe_name(f"{number}-{one.name}")
        if room < 0:
            room += len(one.content)
            left.append(name)
        else:
            sent.append(Attachment(name=name, media_type=one.media_type, content=one.content))
    context = {
        "headline": speak(member.language).gettext("The files of №%(number)s") % {"number": number},
        "mark": mark(entry, member.language),
        "number": number,
        "files": [(one.name, _size(len(one.content), member.language)) for one in sent],
        "too_large": left,
        "notes": refused_note(entry, member.language),
        "private": True,
    }
    return to_draft("files", school, member, context, tuple(sent))


def write_refusal(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    """Calmly tells the registered address that a letter in its name was put aside, not who sent it."""
    speech = speak(member.language)
    reasons = {
        "no-valid-token": speech.gettext(
            "A letter came to the box from your address, but it was not a reply to a recent letter of ours."
        ),
        "other-sender": speech.gettext(
            "A reply to a letter that we sent to you came from an address other than this one."
        ),
    }
    doubtful = speech.gettext(
        "A reply in your name came to the box, and we could not be sure that it was yours."
    )
    context = {
        "headline": speech.gettext("A reply was not accepted"),
        "what": reasons.get(str(data.get("reason", "")), doubtful),
        "day": long_date(date.fromisoformat(str(data["on"])), member.language) if data.get("on") else "",
    }
    return to_draft("refusal", school, member, context)


def _fitting(text: str) -> str:
    """As much of a text as one letter shows, counted as HTML will hold it."""
    size = 0
    for at, one in enumerate(text):
        size += 5 if one in "<>&'\"\n" else len(one.encode())
        if size > _TEXT_BYTES:
            return text[: cut(text, at)]
    return text


def _size(count: int, language: str) -> str:
    speech = speak(language)
    if count < 1024 * 1024:
        return speech.gettext("%(size)s KB") % {"size": max(round(count / 1024), 1)}
    size = f"{count / 1024 / 1024:.1f}"
    return speech.gettext("%(size)s MB") % {"size": size if language == "en" else size.replace(".", ",")}
