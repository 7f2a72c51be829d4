"""Turns what stands in config.yaml into the values that the rest of Senim works with."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from intake import profiles
from intake.authentication import Trust
from intake.config_types import DAYS
from intake.labels import Labels, labels_with
from intake.settings import CausePart, ForwardPart, Settings, StaffPart
from journal.model import Filing, Role
from reports.school import Cause, Deadline, Detail, Escalation, School, StaffMember

_SQLITE = "sqlite:///"
_OUTSIDE = {"kk": "Мектептен тыс оқырман", "ru": "Читатель вне школы", "en": "Reader outside the school"}
_ADMINISTRATOR = {"kk": "Әкімші", "ru": "Администратор", "en": "Administrator"}


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What becomes of a letter on the mail server once it is in the Journal, and for how long it stays."""

    signed: Filing
    anonymous: Filing
    keep_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """How replies of staff are believed."""

    trust: Trust
    days: int
    undo: timedelta
    answer_delay: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSettings:
    """The page: where it listens, what it links to, how much may be attached."""

    host: str
    port: int
    url: str
    site: str
    helplines: tuple[tuple[str, str], ...]
    attachment_count: int
    attachment_megabytes: int
    spool: Path
    publish: Path | None
    labels: Labels  # of other sites' forms


def beside(path: Path, name: str | None) -> Path | None:
    """Relative paths are relative to the config's folder, whatever folder the command runs in."""
    return path.parent / Path(name).expanduser() if name else None


def to_journal_url(path: Path, url: str) -> str:
    file = database_file(url)
    return url if file is None else f"{_SQLITE}{path.parent / file}"


def database_file(url: str) -> Path | None:
    """The file of a Journal in SQLite; None for one on a server."""
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None


def to_key_file(path: Path, settings: Settings) -> Path:
    """Beside the Journal, unless it is named."""
    named = beside(path, settings.journal.key_file)
    if named is not None:
        return named
    file = database_file(to_journal_url(path, settings.journal.url))
    return path.parent / "journal.key" if file is None else file.with_suffix(".key")


def to_after(settings: Settings) -> After:
    after = settings.mailbox.after
    return After(
        signed=Filing.JOURNALED if after.signed == "move" else Filing.EXPUNGED,
        anonymous=Filing.EXPUNGED,
        keep_days=after.keep_days,
    )


def to_replies(settings: Settings) -> Replies:
    replies = settings.replies
    by_server = profiles.of_host(settings.mailbox.imap.host)
    return Replies(
        trust=Trust(
            profile=by_server if replies.profile == "auto" else replies.profile,
            authserv_id=replies.trusted_authserv_id or "",
            name_server=replies.name_server or "",
        ),
        days=replies.days,
        undo=replies.undo,
        answer_delay=replies.answer_delay,
    )


def to_form(path: Path, settings: Settings) -> FormSettings:
    form = settings.form
    host, _, port = form.listen.rpartition(":")
    return FormSettings(
        host=host.strip("[]"),
        port=int(port),
        url=form.url or "",
        site=form.site or "",
        helplines=_helplines(settings),
        attachment_count=form.attachments.count,
        attachment_megabytes=form.attachments.megabytes,
        spool=path.parent / form.spool,
        publish=beside(path, form.publish),
        labels=labels_with({str(field): typed for field, typed in form.labels.items()}),
    )


def _helplines(settings: Settings) -> tuple[tuple[str, str], ...]:
    """A name for each language is shown whole on every page: a child in need reads what it can."""
    return tuple(
        (" / ".join(line.name.values()) if isinstance(line.name, dict) else line.name, line.number)
        for line in settings.form.helplines
    )


def to_school(settings: Settings) -> School:
    part = settings.school
    default = part.languages[0]
    return School(
        names={str(language): name for language, name in part.name.items()},
        time_zone=ZoneInfo(part.time_zone),
        languages=tuple(part.languages),
        box=settings.mailbox.address,
        staff=tuple(_member(one, default) for one in settings.staff),
        administrator=_administrator(settings),
        summary_at=settings.summary.at,
        every_day=settings.summary.on == "every-day",
        deadline=Deadline(
            working_days=settings.deadline.working_days,
            off=frozenset(settings.deadline.off),
            work=frozenset(settings.deadline.work),
        ),
        helplines=_helplines(settings),
        reply_days=settings.replies.days,
        subaddress=settings.replies.subaddress,
        undo=settings.replies.undo,
        answer_delay=settings.replies.answer_delay,
        urgent_steps={str(language): words for language, words in settings.urgent.steps.items()},
        acknowledge=settings.urgent.acknowledge,
        escalation=Escalation(
            deputy_after=settings.escalate.deputy_after, director_after=settings.escalate.director_after
        ),
        forward={code: _outside(part, default) for code, part in settings.forward.items()},
        causes=tuple(_cause(part) for part in settings.causes),
        last_resort=_last_resort(settings),
    )


def _last_resort(settings: Settings) -> StaffMember | None:
    part = settings.conflict
    if part.last_resort is None:
        return None
    language = part.language or settings.school.languages[0]
    return StaffMember(
        name=part.name or _OUTSIDE[language],
        address=part.last_resort,
        role=Role.LAST_RESORT,
        language=language,
    )


def _outside(part: ForwardPart, default: str) -> StaffMember:
    return StaffMember(
        name=part.name, address=part.address, role=Role.OUTSIDE, language=part.language or default
    )


def _cause(part: CausePart) -> Cause:
    words = {str(language): tuple(stems) for language, stems in part.words.items()}
    return Cause(id=part.id, names={str(language): name for language, name in part.name.items()}, words=words)


def _member(part: StaffPart, default: str) -> StaffMember:
    return StaffMember(
        name=part.name,
        address=part.address,
        role=part.role,
        language=part.language or default,
        detail=part.detail,
        hour=part.hour,
        days=frozenset(DAYS.index(day) for day in part.days) if part.days else None,
    )


def _administrator(settings: Settings) -> StaffMember | None:
    part = settings.administrator
    if part is None:
        return None
    language = part.language or settings.school.languages[0]
    return StaffMember(
        name=part.name or _ADMINISTRATOR[language],
        address=part.address,
        role=Role.ADMINISTRATOR,
        language=language,
        detail=Detail.NUMBERS,
    )
