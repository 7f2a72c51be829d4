"""How what a family wrote is shown to staff: as words only, never as a link, a command or a disguise."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from gettext import NullTranslations

from journal.model import Applicant, Entry, Finding, Role
from reports.catalogue import translations

_KEPT = "\n\t"
# Characters that turn the order of writing round (Unicode TR 36) and the sign that begins our own last line.
_DISGUISES = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u2042]")
_SCHEME = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,20})://")
_ENDINGS = (
    "com|net|org|info|biz|kz|ru|su|by|uz|kg|tj|me|io|cc|tv|ly|gg|gl|co|app|dev|link|site|online|top|xyz|club|"
    "shop|store|live|page|web|space|website|icu|vip|fun|pro|click|work|tk|ml|ga|cf|gq|ws|edu|gov|eu|uk|de|cn|"
    "қаз|рф|рус|онлайн|сайт|орг|ком"
)
_DOMAIN = re.compile(rf"(?i)(?<![\w@.-])((?:[\w-]{{1,63}}\.){{1,8}}(?:{_ENDINGS})|www\.[\w.-]+)(?![\w@-])")
_SENTENCE_END = re.compile(r"[.!?…][»”\"')\]]*(?=\s)|\n")
_GRADE = re.compile(r"(?<!\d)(1[0-2]|\d)(?!\d)")
# «1-топ», «группа № 2», «2 смена»: a number that is no grade.
_GROUP = re.compile(
    r"(?i)\d{1,2}[\s-]{0,3}(?:кіші\s|ересек\s|под)?(?:топ|тоб|груп|смен|ауысым|group|shift)\w*"
    r"|(?:топ|тоб|груп|смен|ауысым|group|shift)\w{0,6}[\s:№-]{1,3}\d{1,2}(?!\d)"
)


def speak(language: str) -> NullTranslations:
    """The words of letters in a language."""
    return translations("letters", language)


def plain(text: str) -> str:
    """A family's text without control characters and without marks that disguise what is written."""
    lines = _DISGUISES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = re.sub("[\u2028\u2029\x0b\x0c\x85]", "\n", lines)
    return "".join(one for one in lines if one in _KEPT or unicodedata.category(one) not in {"Cc", "Cs"})


def one_line(text: str) -> str:
    """A family's words on a single line, for names, telephones and brief contents."""
    return defang(" ".join(plain(text).split()))


def defang(text: str) -> str:
    """Addresses of sites written so that no program makes links of them: «https[:]//example[.]com»."""
    opened = _SCHEME.sub(r"\1[:]//", text)
    # After «//» any host counts, whatever it ends in.
    hosts = re.sub(r"(?<=\[:\]//)[^\s/]+", lambda found: _dots(found[0]), opened)
    return _DOMAIN.sub(lambda found: _dots(found[0]), hosts)


def _dots(host: str) -> str:
    return re.sub(r"(?<!\[)\.(?!\])", "[.]", host)


def cut(text: str, limit: int) -> int:
    """Where to cut a text so that `limit` characters remain at most: at a sentence's end, else a word's."""
    if len(text) <= limit:
        return len(text)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, limit + 1) if found.end() <= limit]
    if ends and ends[-1] >= limit // 2:
        return ends[-1]
    space = text.rfind(" ", limit // 2, limit)
    return space if space > 0 else limit


def brief(text: str, limit: int) -> str:
    """One line of at most about `limit` characters, with «…» where it goes on."""
    line = one_line(text)
    return line if len(line) <= limit else line[: cut(line, limit)].rstrip(" .") + "…"


def full_name(applicant: Applicant) -> str:
    """Surname, given name, patronymic: what there is of them."""
    parts = (applicant.surname, applicant.given_name, applicant.patronymic)
    return one_line(" ".join(part for part in parts if part.strip()))


def who(entry: Entry, language: str) -> str:
    """The applicant as a letter names one, or the mark of clause 4.2: «жасырын»."""
    if entry.applicant is None:
        return speak(language).gettext("anonymous")
    unnamed = "" if entry.purged_on else speak(language).gettext("name not given")
    return full_name(entry.applicant) or unnamed


def class_shown(entry: Entry, language: str) -> str:
    """The class as a letter shows it: of an anonymous child the grade only, «7Ә» being «7-сынып».

    What is not read as one grade is not shown: «Күншуақ тобы» may have ten children. The Journal keeps it.
    """
    if not entry.anonymous:
        return one_line(entry.class_group)
    grade = grade_band(entry.class_group)
    return "" if grade is None else speak(language).gettext("grade %(grade)s") % {"grade": grade}


def grade_band(class_group: str) -> int | None:
    """The grade in a class as people type it («7Ә», «10 "Б"», «7-сынып»); None when not one alone."""
    found = {int(digits) for digits in _GRADE.findall(_GROUP.sub(" ", class_group))}
    return found.pop() if len(found) == 1 else None


def mark(entry: Entry, language: str) -> str:
    """Who and of which class, on one line: «жасырын, 7-сынып»; and whether all that was destroyed."""
    parts = (who(entry, language), class_shown(entry, language), destroyed(entry.purged_on, language))
    return ", ".join(part for part in parts if part)


def destroyed(on: date | None, language: str) -> str:
    """Says in place of a content that it was destroyed on that day; "" for None."""
    said = speak(language).gettext("content destroyed (%(date)s)")
    return "" if on is None else said % {"date": in_figures(on, language)}


def in_figures(day: date, language: str) -> str:
    """A day as the register writes it: «22.11.2026»."""
    return day.isoformat() if language == "en" else f"{day:%d.%m.%Y}"


def role_named(role: Role, language: str) -> str:
    """What a member of staff is at the school, in words."""
    speech = speak(language)
    return {
        Role.PSYCHOLOGIST: speech.gettext("psychologist"),
        Role.SOCIAL_PEDAGOGUE: speech.gettext("social pedagogue"),
        Role.DEPUTY_DIRECTOR: speech.gettext("deputy director"),
        Role.DIRECTOR: speech.gettext("director"),
        Role.LAST_RESORT: speech.gettext("reader outside the school"),
        Role.OUTSIDE: speech.gettext("outside the school"),
        Role.FAMILY: speech.gettext("family"),
    }.get(role, speech.gettext("administrator"))


def found(finding: str, language: str) -> str:
    """What an appeal was found to be, as a sentence without its full stop; "" for none."""
    speech = speak(language)
    said = {
        Finding.UNFOUNDED: speech.gettext("Found to be unfounded"),
        Finding.JUSTIFIED: speech.gettext("Found to be justified"),
        Finding.PARTLY: speech.gettext("Found to be partly justified"),
    }
    return said[Finding(finding)] if finding else ""


def numbers(found: Iterable[int]) -> str:
    """Numbers of appeals as people write them: «№12, 14–17»."""
    runs: list[list[int]] = []
    for number in sorted(set(found)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    spans = []
    for run in runs:
        spans.extend([f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(one) for one in run])
    return "№" + ", ".join(spans) if spans else ""


# «№12», «№12, 14–17».
_NUMBERS = re.compile(r"(?i)(?:№|#|\bNo?\b\.?)\s?(\d{1,7}(?!\d)(?:(?:,\s?|–)\d{1,7}(?!\d))*)")
_SPAN = re.compile(r"(\d+)(?:–(\d+))?")
_WIDEST = 10_000  # numbers of one span


def numbers_named(text: str) -> frozenset[int]:
    """Every number that a text of ours names, as `numbers` writes them."""
    found: set[int] = set()
    for listed in _NUMBERS.findall(text):
        for first, last in _SPAN.findall(listed):
            end = int(last) if last else int(first)
            found |= {int(first), *range(int(first), min(end, int(first) + _WIDEST) + 1)}
    return frozenset(found)
