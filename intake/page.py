"""The page on which a child or parent writes: what may be typed into it, what is missing, how it looks."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from functools import cache
from pathlib import Path

from intake.file_names import COMMON_KINDS
from intake.form import FormFields
from intake.text import plain_line, plain_text
from journal.model import Role
from reports.catalogue import LANGUAGES
from reports.school import Detail, School
from reports.shipped import templates
from reports.templating import environment

TEXT_LIMIT = 20_000  # characters of one letter: ten printed pages
LINE_LIMIT = 200  # characters of every other field
_SIGNED = ("surname", "given_name", "patronymic", "address", "email")
_LINES = (*_SIGNED, "class_group", "phone", "subject")
NAMES = frozenset({"submission_id", "language", "switch", "who", "text", "urgent", "_charset_", *_LINES})
_SUBMISSION_ID = re.compile(r"[0-9a-f]{32}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSettings:
    """All that the page needs to know of its school, and the one thing that it does: submit a letter."""

    school: School
    submit: Callable[[EmailMessage], None]  # raises when the letter was not taken
    clock: Callable[[], datetime]
    attachment_count: int = 5
    attachment_megabytes: int = 20  # all files of a letter together
    helplines: tuple[tuple[str, str], ...] = ()  # (what it is, number); else the school's, else 111 and 112
    site: str = ""  # the only site that may show the page in a frame of its own
    keep_signed: timedelta = timedelta(3 * 365)  # what the page on privacy says, as the config has it
    keep_anonymous: timedelta = timedelta(365)
    keep_backups: timedelta = timedelta(35)
    spool: Path | None = None  # where large uploads pass through, sealed; else the system's own folder


class Problem(StrEnum):
    """Why a letter was not sent yet. The words for each stand in parts.html.j2."""

    TEXT_MISSING = "text-missing"
    TEXT_LONG = "text-long"
    SURNAME_MISSING = "surname-missing"
    NAME_MISSING = "name-missing"
    EMAIL_ODD = "email-odd"
    LINE_LONG = "line-long"
    FILES_MANY = "files-many"
    FILES_LARGE = "files-large"
    FILES_REFUSED = "files-refused"
    FILES_UNCLEAN = "files-unclean"
    BROKEN = "broken"
    SERVER_DOWN = "server-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A page as it was filled in. The submission id stays the same until the letter is sent."""

    submission_id: str
    fields: FormFields


def empty(language: str) -> Typed:
    """A page that nobody has written on."""
    return read_typed({"language": language}, language)


def read_typed(values: Mapping[str, str], language: str) -> Typed:
    """What was typed, without characters that nobody types. Nothing is judged here."""
    lines = {name: plain_line(values.get(name, "")) for name in _LINES}
    given = values.get("submission_id", "")
    return Typed(
        submission_id=given if _SUBMISSION_ID.fullmatch(given) else secrets.token_hex(16),
        fields=FormFields(
            anonymous=values.get("who") != "signed",
            text=plain_text(values.get("text", "")),
            language=language,
            urgent=bool(values.get("urgent")),
            **lines,
        ),
    )


def find_problems(fields: FormFields) -> dict[str, Problem]:
    """By field, in the order of the page. Of an anonymous letter the signed fields do not matter."""
    found: dict[str, Problem] = {}
    if not fields.anonymous:
        if not fields.surname:
            found["surname"] = Problem.SURNAME_MISSING
        if not fields.given_name:
            found["given_name"] = Problem.NAME_MISSING
        if fields.email and not _EMAIL.fullmatch(fields.email):
            found["email"] = Problem.EMAIL_ODD
    if not fields.text:
        found["text"] = Problem.TEXT_MISSING
    elif len(fields.text) > TEXT_LIMIT:
        found["text"] = Problem.TEXT_LONG
    for name in _LINES:
        if len(getattr(fields, name)) > LINE_LIMIT and not (fields.anonymous and name in _SIGNED):
            found[name] = Problem.LINE_LONG
    return found


def choose_language(asked: str, accepted: str, school: School) -> str:
    """The language asked for, else the browser's first that we know (RFC 9110 §12.5.4), else the school's."""
    if asked in LANGUAGES:
        return asked
    wishes: list[tuple[float, str]] = []
    for wish in accepted[:500].split(","):
        tag, _, weight = wish.partition(";")
        found = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", weight)
        quality = float(found[1]) if found else 1.0
        wishes.append((quality, tag.strip().lower().partition("-")[0]))
    known = [(quality, tag) for quality, tag in wishes if tag in LANGUAGES and quality > 0]
    return max(known, key=lambda wish: wish[0])[1] if known else school.languages[0]


def form_page(
    settings: PageSettings,
    language: str,
    typed: Typed,
    *,
    problems: Mapping[str, Problem] | None = None,
    unclean: Sequence[str] = (),
    lost_files: bool = False,
) -> str:
    """The page itself, empty or with everything that was typed. `unclean`: kinds of FILES_UNCLEAN."""
    return _render(
        settings,
        language,
        "form.html.j2",
        typed=typed,
        fields=typed.fields,
        problems=problems or {},
        unclean=sorted(COMMON_KINDS.intersection(unclean)),
        lost_files=lost_files,
        text_limit=TEXT_LIMIT,
        line_limit=LINE_LIMIT,
    )


def sent_page(settings: PageSettings, language: str) -> str:
    """«It has arrived»."""
    return _render(settings, language, "sent.html.j2")


def privacy_page(settings: PageSettings, language: str) -> str:
    """What is kept of a letter, who reads it, for how long, and what cannot be hidden."""
    return _render(
        settings,
        language,
        "privacy.html.j2",
        outside=settings.school.last_resort.name if settings.school.last_resort else "",
        passed_to=[one.name for one in settings.school.forward.values()],
        keep_signed=settings.keep_signed.days,
        keep_anonymous=settings.keep_anonymous.days,
        keep_backups=settings.keep_backups.days,
    )


def note_page(settings: PageSettings, language: str, status: int, root: str) -> str:
    """A small page for an address that does not exist, or for a fault of ours. `root` leads to the page."""
    return _render(settings, language, "note.html.j2", status=status, root=root)


def headers(site: str) -> dict[str, str]:
    """What every answer says: keep nothing, tell nobody, show it in no frame but the school's own."""
    policy = security_policy(site)
    always = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    }
    return {**always, "X-Frame-Options": "DENY"} if policy.endswith("'none'") else always


def security_policy(site: str) -> str:
    """Content-Security-Policy: our own style and script by their digest, and nothing else from anywhere."""
    own = f"style-src {_digest('style.css')}; script-src {_digest('leave.js')}"
    frames = site if re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", site) else "'none'"
    rest = f"form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
    return f"default-src 'none'; img-src data:; {own}; {rest}"


def _render(settings: PageSettings, language: str, template: str, **context: object) -> str:
    school = settings.school
    return (
        environment("page", language)
        .get_template(template)
        .render(
            language=language,
            languages=sorted(LANGUAGES, key=lambda one: (*school.languages, *LANGUAGES).index(one)),
            school=school.name(language),
            readers=_readers(school),
            time=school.summary_at.strftime("%H:%M"),
            every_day=school.every_day,
            helplines=settings.helplines or school.helplines,
            count=settings.attachment_count,
            megabytes=settings.attachment_megabytes,
            style=_asset("style.css"),
            script=_asset("leave.js"),
            **context,
        )
    )


def _readers(school: School) -> list[Role]:
    """The roles that are shown what families write, each once."""
    return list(dict.fromkeys(one.role for one in school.staff if one.detail is not Detail.NUMBERS))


@cache
def _asset(name: str) -> str:
    return (templates() / "page" / name).read_text(encoding="utf-8")


def _digest(name: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(_asset(name).encode()).digest()).decode()}'"
