"""The words of letters and pages in Kazakh, Russian and English, from the .po files beside the templates.

English sentences are the keys, so English needs no catalogue. The files are read as they are: nothing
has to be compiled after an edit.
"""

from datetime import date
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from typing import Literal

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from reports.shipped import templates

Area = Literal["letters", "page", "demo", "recovery"]
LANGUAGES = ("kk", "ru", "en")


@cache
def translations(area: Area, language: str) -> NullTranslations:
    """The catalogue of one area; sentences it lacks come back in English."""
    path = templates() / area / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as lines:
        catalogue = read_po(lines, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def long_date(day: date, language: str) -> str:
    """A day as people write it: «2026 жылғы 22 қараша», «22 ноября 2026 г.», «22 November 2026»."""
    if language == "kk":
        return format_date(day, "y 'жылғы' d MMMM", locale="kk")
    return format_date(day, "d MMMM y 'г.'" if language == "ru" else "d MMMM y", locale=language)


def month_named(month: int, language: str) -> str:
    """A month by itself: «қараша», «ноябрь», «November»."""
    name = format_date(date(2000, month, 1), "LLLL", locale=language)
    return name if language == "en" else name.lower()  # the data have «Қараша»


def short_date(day: date, language: str) -> str:
    """A day without its year, for subjects: «22 қараша»."""
    return format_date(day, "d MMMM", locale=language)


# The endings of «…ға дейін» behind the months, from January on.
_UNTIL_KK = ("ға", "ға", "ға", "ге", "ға", "ға", "ге", "ға", "ке", "ға", "ға", "ға")


def until_date(day: date, language: str) -> str:
    """A day as it stands in «until …»: «15 желтоқсанға», «15 декабря», «15 December»."""
    said = short_date(day, language)
    return said + _UNTIL_KK[day.month - 1] if language == "kk" else said
