"""The recovery sheet for the school's safe: the key in lines of digits that a person can type back.

Digits alone: they are the same on every keyboard and in every language, and can be read out over a
telephone. A line is

    three groups of four digits: ten for four bytes of the key, two to check them

and the check digits also count the line's number (ISO 7064, MOD 97-10), so a line in another's place is
noticed. Eight lines hold the key; the ninth holds its number, by which two sheets are told apart.
"""

import re
import unicodedata
from datetime import date

from journal.sealing import KEY_BYTES, Keys
from reports.catalogue import long_date
from reports.school import School
from reports.templating import environment

_STEP = 4  # bytes in a line
_KEY_LINES = KEY_BYTES // _STEP
LINES = _KEY_LINES + 1
_DIGITS = 10  # of four bytes
_LINE_NUMBER = re.compile(r"\s*([1-9])\s*[.):]\s*")


class Mistyped(Exception):
    """Lines that are not as the sheet has them. `lines` are their numbers."""

    def __init__(self, message: str, *lines: int) -> None:
        super().__init__(message)
        self.lines = lines


def write_lines(key: bytes) -> list[str]:
    """The nine lines of a key, without their numbers."""
    whole = key + bytes.fromhex(Keys(key).id)
    parts = [whole[start : start + _STEP] for start in range(0, len(whole), _STEP)]
    return [_line(number, part) for number, part in enumerate(parts, 1)]


def _line(number: int, part: bytes) -> str:
    digits = f"{int.from_bytes(part, 'big'):0{_DIGITS}d}"
    digits += _check(number, digits)
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def _check(number: int, digits: str) -> str:
    return f"{98 - int(f'{number}{digits}00') % 97:02d}"


def read_lines(typed: str) -> bytes:
    """The key from what was typed: spaces, dashes and the lines' numbers do not matter. Raises Mistyped."""
    lines = [line for line in typed.splitlines() if line.strip()]
    if len(lines) != LINES:
        raise Mistyped(
            f"The sheet has {LINES} lines of digits, and {len(lines)} were typed: type all of them."
        )
    parts: list[bytes] = []
    wrong: list[int] = []
    for number, line in enumerate(lines, 1):
        try:
            parts.append(read_line(number, line))
        except Mistyped:
            wrong.append(number)
    if wrong:
        raise Mistyped(_wrong(*wrong), *wrong)
    key, number_of_key = b"".join(parts[:-1]), parts[-1]
    if Keys(key).id != number_of_key.hex():
        raise Mistyped(
            "Each line is right by itself, but together they are no key: were lines of two sheets mixed, or "
            f"is line {LINES} from another one?"
        )
    return key


def read_line(number: int, line: str) -> bytes:
    """What one line stands for. Raises Mistyped."""
    digits = _digits(number, line)
    if len(digits) != _DIGITS + 2 or digits[_DIGITS:] != _check(number, digits[:_DIGITS]):
        raise Mistyped(_wrong(number), number)
    value = int(digits[:_DIGITS])
    if value >= 256**_STEP:
        raise Mistyped(_wrong(number), number)
    return value.to_bytes(_STEP, "big")


def _digits(number: int, line: str) -> str:
    """Without the line's number and what groups the digits; empty where anything else stands in it."""
    plain = unicodedata.normalize("NFKC", line)
    begins = _LINE_NUMBER.match(plain)
    if begins:
        if int(begins[1]) != number:
            return ""
        plain = plain[begins.end() :]
    digits = re.sub(r"[\s\-–—.·]", "", plain)
    return digits if re.fullmatch(r"[0-9]*", digits) else ""


def _wrong(*lines: int) -> str:
    many = len(lines) > 1
    named = ", ".join(map(str, lines))
    return f"Line{'s' if many else ''} {named} {'are' if many else 'is'} mistyped: compare with the sheet."


def write_sheet(school: School, key: bytes, *, day: date, keep_days: int) -> str:
    """One A4 page as HTML, in each of the school's languages. `keep_days`: how long backups are kept."""
    parts = [
        environment("recovery", language)
        .get_template("words.html.j2")
        .render(language=language, school=school.name(language), day=long_date(day, language), days=keep_days)
        for language in school.languages
    ]
    return (
        environment("recovery", school.languages[0])
        .get_template("sheet.html.j2")
        .render(language=school.languages[0], parts=parts, lines=write_lines(key), key_id=Keys(key).id)
    )
