"""The people of the letters' tests: readers, families, and the day on which it all happens."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from journal.model import Appeal, Applicant, Channel, Entry, Role, Status
from reports.clock import term
from reports.news import News, Occasion
from reports.school import Detail, School, StaffMember

ALMATY = ZoneInfo("Asia/Almaty")
TODAY = date(2026, 11, 23)  # a Monday
THREE = datetime(2026, 11, 23, 15, tzinfo=ALMATY)
LANGUAGES = ("kk", "ru", "en")
TOKEN = "0123456789abcdef0123456789abcdef"


def aigul(language: str = "kk", detail: Detail = Detail.FULL) -> StaffMember:
    return StaffMember(
        name="Айгүл Сейітқызы",
        address="psy@school.example",
        role=Role.PSYCHOLOGIST,
        language=language,
        detail=detail,
    )


SCHOOL = School(
    names={"kk": "№15 мектеп-лицейі", "ru": "Школа-лицей №15", "en": "School-lyceum No. 15"},
    time_zone=ALMATY,
    languages=("kk", "ru", "en"),
    box="box@school.example",
    staff=(aigul(),),
)
MOTHER = Applicant(
    surname="Серікова",
    given_name="Динара",
    patronymic="Болатовна",
    address="Алматы, Абай даңғылы 12",
    email="dinara@family.example",
)


def moment(day: int, hour: int = 10, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ALMATY)


def an_entry(number: int, text: str = "Мені сыныптастарым мазақ етеді.", **changes: object) -> Entry:
    """Аружан of 7Ә wrote this today, anonymously, unless the changes say otherwise."""
    values: dict[str, object] = {
        "applicant": None,
        "term": term(SCHOOL, moment(23)),
        "channel": Channel.PAGE,
        "content": text[:150],
        "language": "kk",
        "class_group": "7Ә",
        "phone": "",
        "urgent": False,
        "status": Status.REGISTERED,
    }
    return Entry(number=number, text=text, **{**values, **changes})  # type: ignore[arg-type]


def an_appeal(text: str = "Мені сыныптастарым мазақ етеді.", **changes: object) -> Appeal:
    values: dict[str, object] = {
        "applicant": None,
        "term": term(SCHOOL, moment(23)),
        "channel": Channel.PAGE,
        "content": text[:150],
        "language": "kk",
        "class_group": "7Ә",
    }
    return Appeal(text=text, **{**values, **changes})  # type: ignore[arg-type]


def news(*new: Entry, waiting: tuple[Entry, ...] = (), **changes: object) -> News:
    values: dict[str, object] = {
        "counted_from": date(2026, 11, 22),
        "digest": "3f2a9c11d0e4b7768899aabbccddeeff",
    }
    return News(new=new, waiting=(*waiting, *new), **{**values, **changes})  # type: ignore[arg-type]


def occasion(*, late: bool = False) -> Occasion:
    return Occasion(period=TODAY, due_at=THREE, today=TODAY, late=late)
