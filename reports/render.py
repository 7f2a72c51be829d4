"""Makes a letter of its parts: words from the templates, and the message as RFC 5322 wants it.

Whatever a family wrote is data: it is escaped, shown as words, and never read as a template.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache

from css_inline import CSSInliner
from jinja2 import Environment
from markupsafe import Markup, escape

from journal.model import Attachment, LetterKind
from reports.links import Links
from reports.reference import family_message_id, marker, message_id, reply_to
from reports.school import School, StaffMember
from reports.templating import environment
from reports.words import defang, numbers, one_line, plain, speak

_SLOT = "<!-- token -->"  # the frame's place for it; a family's «<» is always escaped, so there is no other
_MEDIA_TYPE = re.compile(r"(image|audio|video|application|text)/[a-z0-9][a-z0-9.+-]{0,80}", re.ASCII)
_ACTIVE = {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml"}
_NAME_LIMIT = 120


class HeaderRefused(ValueError):
    """A header field with a control character in it: the letter is not made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A letter before it has a token and a recipient. `links`: the tokens of its links, by appeal."""

    subject: str
    text: str
    html: str
    language: str = "kk"
    attachments: tuple[Attachment, ...] = ()
    links: Mapping[int, str] = field(default_factory=dict)


def to_draft(
    name: str,
    school: School,
    member: StaffMember,
    context: Mapping[str, object],
    attachments: tuple[Attachment, ...] = (),
    links: Links | None = None,
) -> Draft:
    """A letter that is no daily one, by its template's name: its headline is its subject."""
    language, headline = member.language, str(context["headline"])
    subject = f"{speak(language).gettext('Trust Box')}: {headline[:1].lower()}{headline[1:]}"
    common = {"subject": subject, "school": school.name(language), "name": member.name}
    text, html = render(name, language, {"day": "", "private": False, **common, **context})
    return Draft(
        subject=subject,
        text=text,
        html=html,
        language=language,
        attachments=attachments,
        links=links.tokens if links else {},
    )


def render(name: str, language: str, context: Mapping[str, object]) -> tuple[str, str]:
    """One letter as plain text and as HTML with its style in place; both say the same."""
    values = {**context, "language": language}
    text = _environment(language, html=False).get_template(f"{name}.txt.j2").render(values)
    html = _environment(language, html=True).get_template(f"{name}.html.j2").render(values)
    # Blank lines of a family's text are indented, so these are the templates' own.
    tidy = re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)^\n*\Z", "", text.strip("\n")))
    return tidy + "\n", _inliner().inline(re.sub(r"\n\s*", "\n", html))


def compose(
    draft: Draft, *, school: School, to: str, kind: LetterKind, token: str, now: datetime
) -> EmailMessage:
    """The message itself. Raises HeaderRefused rather than let a header field say more than it should."""
    if kind is LetterKind.ANSWER:
        return _to_family(draft, school=school, to=to, token=token, now=now)
    name = speak(draft.language).gettext("Trust Box")
    # Without subaddresses the token still comes back in References and in the body.
    answers = reply_to(school.box, token) if school.subaddress else school.box
    message = _begun(draft, name, school=school, to=to, kind=kind, now=now)
    message["Reply-To"] = str(Address(display_name=name, addr_spec=_checked(answers)))
    message["Message-ID"] = _checked(message_id(school.box, token))
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5
    message["X-Auto-Response-Suppress"] = "DR, RN, NRN, AutoReply"
    # Base64 keeps every line short and plain ASCII, and is half as long as quoted-printable for Cyrillic.
    message.set_content(f"{draft.text}\n{marker(token)}\n", cte="base64")
    before, _, after = draft.html.rpartition(_SLOT)
    message.add_alternative(f"{before}{escape(marker(token))}{after}", subtype="html", cte="base64")
    for attachment in draft.attachments:
        main, sub = _media_type(attachment.media_type).split("/")
        message.add_attachment(
            attachment.content, maintype=main, subtype=sub, filename=safe_name(attachment.name)
        )
    message["Content-Language"] = draft.language  # last: a part that is put in takes Content-* fields with it
    return message


def _to_family(draft: Draft, *, school: School, to: str, token: str, now: datetime) -> EmailMessage:
    """A letter that a person wrote and a family reads: from the school by name, and no way in for staff."""
    name = school.name(draft.language)
    message = _begun(draft, name, school=school, to=to, kind=LetterKind.ANSWER, now=now)
    message["Message-ID"] = _checked(family_message_id(school.box, token))
    # No Auto-Submitted: a person wrote it (RFC 3834 §5). An answering machine may stay silent all the same.
    message["X-Auto-Response-Suppress"] = "DR, RN, NRN, OOF, AutoReply"
    message.set_content(draft.text, cte="base64")
    message.add_alternative(draft.html.replace(_SLOT, ""), subtype="html", cte="base64")
    message["Content-Language"] = draft.language
    return message


def _begun(
    draft: Draft, name: str, *, school: School, to: str, kind: LetterKind, now: datetime
) -> EmailMessage:
    """What every letter begins with."""
    message = EmailMessage(policy=SMTP)
    message["From"] = str(Address(display_name=name, addr_spec=_checked(school.box)))
    message["To"] = str(Address(addr_spec=_checked(to)))
    # Not message["Subject"]: Python's own folding drops the space at which it breaks a line of encoded words.
    message.set_raw("Subject", _encoded(_checked(draft.subject)))
    message["Date"] = format_datetime(now.astimezone(school.time_zone))
    message["X-Senim-Letter"] = kind.value
    return message


def _encoded(subject: str) -> str:
    """A subject in encoded words of at most 75 characters (RFC 2047 §2)."""
    charset = None if subject.isascii() else "utf-8"
    return Header(subject, charset, header_name="Subject").encode()


def safe_name(name: str) -> str:
    """A file name that is a name only: no path, no control characters, not too long, its ending kept."""
    bare = re.sub(r'[\\/:*?"<>|]+', "_", " ".join(plain(name).split())).strip(" .") or "file"
    stem, dot, ending = bare.rpartition(".")
    if len(bare) <= _NAME_LIMIT or not dot:
        return bare[:_NAME_LIMIT]
    return f"{stem[: _NAME_LIMIT - 12]}.{ending[:10]}"


def _media_type(stored: str) -> str:
    kind = stored.lower()
    # What a mail program would open by itself goes as a bare file, like any kind that we cannot name.
    return kind if _MEDIA_TYPE.fullmatch(kind) and kind not in _ACTIVE else "application/octet-stream"


def _checked(value: str) -> str:
    if any(ord(one) < 32 or 0x7F <= ord(one) <= 0x9F for one in value):
        raise HeaderRefused(
            "a header field of a letter has a control character: see the addresses in config.yaml"
        )
    return value


@cache
def _environment(language: str, *, html: bool) -> Environment:
    made = environment("letters", language, html=html)
    made.filters.update(
        family=_family_html if html else _family_text,
        line=one_line,
        numbers=numbers,
        rule=_rule,
        bound=_bound,
    )
    return made


@cache
def _inliner() -> CSSInliner:
    # The rules for dark mode stay where the frame has them, in a style of their own behind the charset.
    return CSSInliner(keep_at_rules=False, load_remote_stylesheets=False)


def _family_html(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in defang(plain(text)).split("\n"))


def _family_text(text: str) -> str:
    # Indented, so that no line of it can be taken for one of ours.
    return "\n".join(f"  {line}" for line in defang(plain(text)).split("\n"))


def _rule(heading: str) -> str:
    return f"{heading}\n{'-' * len(heading)}"


def _bound(line: str) -> str:
    # A figure stays with its word, or with the dash before it, where the line is broken.
    return re.sub(r"(?<=\d) |(?<=—) (?=\d)", "\u00a0", line)
