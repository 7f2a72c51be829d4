"""Sees which kinds of words in an anonymous text may show who wrote it, so that staff are warned in time.

The words are a child's own: nothing is altered, cut or hidden. Whose name it is, the writer's or another's,
no program can know; so a letter only says «may». What pupils write every day is no clue: «Гульнара Сериковна»
alone, a grade, a mark, a date.

Every pattern begins at something rare and reaches a bounded way from it, so that the time taken grows with
the text's length and not with its square.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from reports.names import GIVEN_LIKE_SURNAMES
from reports.words import plain


class Clue(StrEnum):
    """A kind of words by which a writer may be known."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ACCOUNT = "account"
    IIN = "iin"
    CLASS = "class"
    ADDRESS = "address"


_READ = 100_000  # characters of a text: more than a family writes
_SPACES = re.compile(r"[^\S\n]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_LETTER = "А-ЯЁӘҒҚҢӨҰҮҺІA-Z"
_CAPITAL = rf"[{_LETTER}][\w'’-]{{1,24}}"
_END = r"(?![\w])"

# 8 707 123-45-67 · +7 (7172) 12 34 56 · 7071234567 · +44 … · «тел. 27-15-30»
_GAP = r"[ ()-]{0,3}"
_PHONE = rf"""
    (?<!\d)(?:\+\ ?7|8|7){_GAP}7(?:{_GAP}\d){{9}}(?!\d)
  | (?<![\d.])(?:8\.)?7\d\d\.\d{{3}}\.\d\d\.?\d\d(?!\d)
  | (?<!\d)7\d\d{_GAP}\d{{3}}{_GAP}\d\d{_GAP}\d\d(?!\d)
  | (?<!\d)\+\ ?\d(?:{_GAP}\d){{9,13}}(?!\d)
  | (?i:\b(?:тел|телефон\w{{0,6}}|whats\ ?app|ватсап\w{{0,4}}|нөмірі\w{{0,3}}|номер\w{{0,2}}))
    [ .:№-]{{1,4}}\d(?:[ -]?\d){{4,9}}(?!\d)
"""
_EMAIL = r"(?<=[\w.+-])[ ]?@[ ]?[\w-]{1,63}[ ]?\.[ ]?[a-zа-яқ]{2,20}"
# @name · t.me/name · «инста: aru_07». A name there is of Latin letters.
_ACCOUNT = r"""
    (?<![\w.@])@[A-Za-z][\w.]{2,29}
  | (?i:\b(?:vk\.com|vk\.ru|ok\.ru|t\.me|wa\.me|instagram\.com|tiktok\.com|facebook\.com|fb\.com|threads\.net
      |snapchat\.com|twitter\.com|x\.com|youtube\.com|discord\.gg)/[@\w])
  | (?i:\b(?:инста|инст[аеу]грам\w{0,4}|insta(?:gram)?|телеграмм?\w{0,4}|telegram|tg|тг|тикток\w{0,3}
      |tik\ ?tok|вк|vk|снап\w{0,4}|дискорд\w{0,3}|discord|ник\w{0,4}|nick(?:name)?|аккаунт\w{0,4}))
    (?:\ ?[:=-]\ ?@?[A-Za-z][\w.]{2,29}|\ [A-Za-z]{1,25}[_.\d][\w.]{1,25})
"""
# The date of birth within it tells an IIN from any other twelve digits.
_IIN = r"""
    (?<!\d)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?[0-6]\d{5}(?!\d)
  | (?i:\b(?:жсн|иин|iin))[ :№-]{1,4}\d
"""
_GRADE = r"(?<![\w.,/№+-])(?:1[0-2]|\d)"
_SMALL = "аәбвгғдabc"  # the letters of classes; «й», «е», «м», «х» end the numerals of Russian
_PUPILS = r"(?i:сынып|сыныб|класс|кл\b|оқушы|ученик|учениц|class|grade)"
# 7Ә · 7 «Ә» · 7-А · 7 а класс · класс 7 Б · из 7 Б · 7 Ә-да · седьмой «А»
_CLASS = rf"""
    {_GRADE}[ ]?[«"“„'‘][{_LETTER}{_SMALL}][»"”“'’]
  | {_GRADE}(?:-?[А-ЯӘҒҚҢӨҰҮҺІABCEFH]|[аәбвгғд]){_END}
  | {_GRADE}[ -]{{1,2}}[{_LETTER}{_SMALL}][ -]{{1,2}}{_PUPILS}
  | {_GRADE}[ ]?[{_LETTER}{_SMALL}жзик][ -]{_PUPILS}
  | {_GRADE}-?(?:ші|шы|й|го|м|ом|ой|му)[ ](?:[«"“„][{_LETTER}{_SMALL}][»"”“]|[{_LETTER}]{_END})
  | (?<![\w.,/№+-])(?:1[01]|[1-9])[ /][АӘБВГҒДЕABC](?=[.,;:!?)\n]|$|[ ](?:и|мен|пен|бен|деген|and)[ ]\d)
  | {_GRADE}[ ][{_LETTER}{_SMALL}]-(?:да|де|та|те|ны|ні|ға|ге|ла|ле|ын|ін)
  | (?i:\b(?:сынып|сыныб|класс|class|grade)\w{{0,5}})[ :№-]{{1,3}}(?:1[0-2]|\d)[ -]?[{_LETTER}]{_END}
  | (?i:\b(?:из|в|с))[ ](?:1[0-2]|\d)[ ][{_LETTER}]{_END}
  | (?i:\b(?:перв|втор|треть|четверт|пят|шест|седьм|восьм|девят|десят|одиннадцат|бірінші|екінші|үшінші
      |төртінші|бесінші|алтыншы|жетінші|сегізінші|тоғызыншы|оныншы))[а-яәіы]{{0,4}}
    [ ](?:[«"“„][{_LETTER}{_SMALL}][»"”“]|[{_LETTER}][ ]{_PUPILS})
"""
_ADDRESS = rf"""
    (?i:\b(?:пәтер\w{{0,4}}|кв\.|кв|квартир\w{{1,2}}|flat|apartment|apt\.?))[ :№#]{{0,3}}\d{{1,4}}{_END}
  | (?<!\d)\d{{1,4}}[ ]?-?[ ]?(?i:пәтер)
  | (?i:\b(?:по\ адресу|мекенжайы\w{{0,3}}|(?:мой|наш)\ адрес))[^\n]{{0,50}}?\d{{1,4}}
  | (?<!\d)\d{{1,4}}[абвАБВ]?-?[ ]?(?i:үй(?:де|інде|дің)?)[ ,.]{{1,2}}(?i:тұра|\d|пәтер)
  | (?i:\bүй)[ №:]{{1,3}}\d{{1,4}}{_END}
  | (?i:\b(?:дом|д\.)|\bдоме[ ]№)[ №]{{0,2}}\d{{1,4}}[абв]?[ ]?,[ ]?(?i:кв|под|пәтер)
  | (?i:\b(?:жив|прожив|тұра)\w{{1,5}})[^\n.!?]{{0,50}}\b(?i:дом|үй|доме|д\.|ул)\w{{0,6}}[ .№]{{1,3}}\d{{1,4}}
  | (?i:\b(?:ул\.?|улиц[аеуы]|просп?\.?|пр-т|проспект\w?|мкр\.?|микрорайон\w?))[ ]{{0,2}}{_CAPITAL}
    (?:[ ]{_CAPITAL})?[ ,]{{1,2}}(?i:д\.|дом)?[ №]{{0,2}}\d{{1,3}}{_END}
  | (?i:\b(?:көшесі|даңғылы|ықшамауданы|к-сі|street|avenue))[ ,№]{{1,3}}(?i:үй[ ])?\d{{1,3}}(?![ ]?[а-яәі])
  | (?<![\d№])\d{{1,4}}[ ]{_CAPITAL}[ ](?:Street|St\.|Avenue|Ave\.|Road)
"""
_NAMED = (  # what says a name next: «менің атым», «меня зовут», «my name is»; and a form's own label
    rf"(?i:\b(?:атым|есімім|тегім|фамилиям|аты|есімі|тегі|зовут|фамилия|им[яи]\ моё|моё\ имя|мое\ имя"
    rf"|name\ is|name's|surname\ is|call\ me))[ ]?[:,-]?[ ]?(?:[а-яәғқңөұүһі]{{1,12}}[ ])?{_CAPITAL}"
    rf"|(?i:\bмен)[ ]{_CAPITAL}(?:[мбп][ыі]н\b|,|[ ]-)"
    rf"|(?i:\b(?:я|i\ am|i'm))[ ]?[-,]?[ ]{_CAPITAL}(?:,[ ]"
    r"(?i:ученик|учениц|мама|мать|отец|папа|a\ pupil|из|from))"
    rf"|(?i:құрметпен|с\ уважением|с\ ув\.?|ізгі\ ниетпен|regards|sincerely)[ ]?[,:-]?[ ]{_CAPITAL}"
    r"|(?im:^[ ]{0,3}(?:имя|ф\.?[ ]?и\.?[ ]?о\.?|фамилия|аты[ -]жөні\w{0,2}|тегі|full[ ]name|name)"
    r"[ ]?[:-][ ]?[^\W\d_])"
)
_SMALL_NAME = re.compile(  # children write «атым аружан»: a comma or the end then follows
    r"(?i:\b(?:атым|есімім|меня\ зовут|my\ name\ is))[ ]([а-яёәғқңөұүһіa-z]{3,20})(?=[ ]?[,.;!\n]|$)"
)
_NO_NAME = re.compile(  # «атым жасырын», and what others shout: «меня зовут дурой»
    "жасыр|белгісіз|құпия|керек|маңыз|бөлек|кім|емес|secret|hidden|unknown|anonymous|not|[оеы][йм]$"
)
_SIGNED = re.compile(rf"(?:{_CAPITAL}|[{_LETTER}]\.)(?:[ ]?(?:{_CAPITAL}|[{_LETTER}]\.)){{0,2}}[.!]?")
_PARTING = re.compile(
    r"(?i:құрметпен|ізгі ниетпен|с уважением|ваш[аи]?|ученик|учениц|родител|оқушы|ата-ана|анасы|әкесі|regards"
    r"|sincerely|yours)[\w ,-]{0,40}"
)
_THANKS = re.compile(
    r"(?i:рахмет|рақмет|спасибо|благодар|сіз|вам|вас|thank|you|помогит|көмек|жауап|пожалуйста)"
)
_RUN = re.compile(rf"(?<![\w.]){_CAPITAL}(?:[ ](?:{_CAPITAL}|[{_LETTER}]\.))+")
_PATRONYMIC = re.compile(
    r".{2,}(?:[оеё]вич(?:а|у|ем|е)?|[оеё]вн(?:а|ы|е|у|ой)|ичн(?:а|ы|е|у|ой)|[ұу]лы\w{0,4}|[қк]ызы\w{0,4}"
    r"|[eo]vich|[eo]vna|uly|qyzy|kyzy)"
)
_SURNAME = re.compile(
    r".{2,}(?:(?:[оеё]в|ин)(?:а|у|ым|е|ой|қа|ке|аны|аның|аға|ты|ті|тың|тің)?|(?:ск|цк)(?:ий|ая|ого|ому|ой|ую)"
    r"|енко|[eo]v|[eo]va|sky|skaya)"
)
# Words that begin a sentence and end like a surname.
_NO_SURNAME = frozenset(
    ("снова", "готова", "голова", "основа", "половина", "причина", "один", "новая", "любовь")
)
_CALLED = re.compile(r"(?i:атындағы|атында|көше|даңғыл|лицей|гимназия|мектеб)")
_IN_HONOUR = re.compile(r"(?i:имени|им\.|ул\.?|улиц\w|проспект\w?|пр\.|памятник\w?)[ ]?$")

_PATTERNS: Mapping[Clue, re.Pattern[str]] = {
    Clue.PHONE: re.compile(_PHONE, re.VERBOSE),
    Clue.EMAIL: re.compile(_EMAIL, re.IGNORECASE),
    Clue.ACCOUNT: re.compile(_ACCOUNT, re.VERBOSE),
    Clue.IIN: re.compile(_IIN, re.VERBOSE),
    Clue.CLASS: re.compile(_CLASS, re.VERBOSE),
    Clue.ADDRESS: re.compile(_ADDRESS, re.VERBOSE),
}
_NAMES = re.compile(_NAMED)


def clues(*texts: str) -> tuple[Clue, ...]:
    """The kinds of words in a family's texts that may show who wrote them, each once."""
    read = [_smoothed(text[:_READ]) for text in texts]
    return tuple(clue for clue in Clue if any(_has(clue, text) for text in read))


def places_of(clue: Clue, text: str) -> Iterator[tuple[int, int]]:
    """Where such words stand in a text without control characters; not of names, which only may be some."""
    found = _PATTERNS[clue].finditer(_DASHES.sub("-", _SPACES.sub(" ", text)))  # as long as it was
    return (one.span() for one in found)


def _has(clue: Clue, text: str) -> bool:
    if clue is Clue.NAME:
        return (
            bool(_NAMES.search(text)) or _names_itself(text) or _is_signed(text) or _holds_a_full_name(text)
        )
    return bool(_PATTERNS[clue].search(text))


def _smoothed(text: str) -> str:
    return _DASHES.sub("-", _SPACES.sub(" ", plain(text)))


def _names_itself(text: str) -> bool:
    return any(not _NO_NAME.search(found[1].casefold()) for found in _SMALL_NAME.finditer(text))


def _is_signed(text: str) -> bool:
    """Whether the last line is a name and nothing else, as under a letter."""
    lines = [line.strip() for line in text.rstrip()[-200:].splitlines() if line.strip()]
    if len(lines) < 2 or not _SIGNED.fullmatch(lines[-1]) or _THANKS.search(lines[-1]):
        return False
    return len(lines[-1].split()) > 1 or bool(_PARTING.fullmatch(lines[-2]))


def _holds_a_full_name(text: str) -> bool:
    for found in _RUN.finditer(text):
        before, after = text[max(found.start() - 12, 0) : found.start()], text[found.end() : found.end() + 12]
        if not _IN_HONOUR.search(before) and not _CALLED.match(after.lstrip()) and _is_full(found[0].split()):
            return True
    return False


def _is_full(words: list[str]) -> bool:
    """Surname with given name or initial, in either order; never a name and a patronymic alone."""
    for one, two in itertools.pairwise(words):
        if _PATRONYMIC.fullmatch(one) or _PATRONYMIC.fullmatch(two):
            continue
        if _is_surname(one) != _is_surname(two):
            return True
    return any(
        _PATRONYMIC.fullmatch(two) and (_is_surname(one) or _is_surname(three))
        for one, two, three in zip(words, words[1:], words[2:], strict=False)
    )


def _is_surname(word: str) -> bool:
    low = word.casefold()
    return bool(_SURNAME.fullmatch(low)) and low not in _NO_SURNAME | GIVEN_LIKE_SURNAMES
