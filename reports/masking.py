"""Takes out of an appeal's text what says who wrote it, before the text leaves the school.

Of a signed appeal its own name, telephone and address, wherever they stand in the text; of every appeal
telephones, e-mail addresses, accounts, IIN and home addresses, whosever they are, and the letter of a class.
What stays is the child's own words: where something was taken out stands «[…]».
"""

import re
from collections.abc import Iterator
from functools import cache

from journal.model import Applicant, Entry
from reports import name_forms
from reports.identifying import Clue, places_of
from reports.sounding import sound, sounds
from reports.words import plain

GONE = "[…]"
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*")
_MAIL = re.compile(r"[\w.+-]{1,64}\s?@\s?[\w-]{1,63}(?:\s?\.\s?[\w-]{1,63}){1,5}")
_GRADE = re.compile(r".*?\d{1,2}|\w+", re.DOTALL)
_WHOLE = (Clue.PHONE, Clue.ACCOUNT, Clue.IIN, Clue.ADDRESS)
_DIGITS = re.compile(r"(?:[ ().-]{0,3}\d)*")  # what is left of a telephone
_FEWEST = 5  # digits that are a telephone's own


def without_writer(entry: Entry) -> str:
    """The text of an appeal, or its brief content where it has no text, as somebody outside may read it."""
    text = plain(entry.text).strip() or plain(entry.content).strip()
    spans = [*_spans_of_kinds(text), *_spans_of(entry.phone, text)]
    if entry.applicant is not None:
        spans += [*_spans_of_name(entry.applicant, text), *_literally(entry.applicant.address, text)]
        spans += _literally(entry.applicant.email, text)
    return _cut(text, spans)


def _spans_of_kinds(text: str) -> Iterator[tuple[int, int]]:
    yield from (found.span() for found in _MAIL.finditer(text))
    for kind in _WHOLE:
        for start, end in places_of(kind, text):
            rest = _DIGITS.match(text, end) if kind is Clue.PHONE else None
            yield start, rest.end() if rest else end
    for start, end in places_of(Clue.CLASS, text):
        grade = _GRADE.match(text, start, end)
        yield (grade.end() if grade else start), end


def _spans_of(phone: str, text: str) -> Iterator[tuple[int, int]]:
    """A telephone in whatever groups it was typed."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) >= _FEWEST:
        own = r"[^\w\n]{0,3}".join(digits[-10:])
        yield from (found.span() for found in re.finditer(rf"(?:\+?\d[^\w\n]{{0,3}})?{own}", text))


def _spans_of_name(applicant: Applicant, text: str) -> Iterator[tuple[int, int]]:
    """A word that is the surname, the given name or the patronymic; with a capital letter also its forms."""
    parts = (applicant.surname, applicant.given_name, applicant.patronymic)
    own = {word.casefold() for part in parts for word in _WORD.findall(part) if len(word) > 1}
    forms = [_forms(word) for word in own]
    for found in _WORD.finditer(text) if own else ():
        word = found[0]
        if word.casefold() in own or (
            word[0].isupper() and any(each.fullmatch(heard) for each in forms for heard in sounds(word))
        ):
            yield found.span()


@cache
def _forms(word: str) -> re.Pattern[str]:
    kinds = (name_forms.surname, name_forms.given_name, name_forms.patronymic)
    shorn = re.escape(sound(word)[:-1]) if len(word) > 4 else re.escape(sound(word))  # «Марии» sounds «мари»
    return re.compile("|".join([*(kind(word) for kind in kinds), shorn]))


def _literally(value: str, text: str) -> Iterator[tuple[int, int]]:
    words = [re.escape(one) for one in plain(value).split()]
    if len("".join(words)) >= _FEWEST:
        pattern = re.compile(r"\s+".join(words), re.IGNORECASE)
        yield from (found.span() for found in pattern.finditer(text))


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    kept: list[str] = []
    at = 0
    for start, end in sorted(spans):
        between = text[at:start]
        if not kept or between.strip(" .,"):
            kept += [between, GONE]
        at = max(at, end)
    return "".join([*kept, text[at:]])
