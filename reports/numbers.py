"""The ways in which people name an appeal at the head of a line: «№12:», «12, 13 -», «12-15)», «файл 12»."""

import re
from dataclasses import dataclass

WIDEST = 50  # appeals in one range: «12-15» is meant, «1-1000» is a slip of the finger

_FLAGS = re.IGNORECASE
_DASH = r"[-‐‑–—]"
_BEGIN = re.compile(r"(?:[•·▪*‐‑–—-]\s+|[–—•·▪](?=[№\d#])|-(?=№))?(?P<bold>[*_]{0,2})[(\[]?", _FLAGS)
_IN_QUOTES = re.compile(r"«[^«»]*»|“[^“”]*”|„[^„“”]*[“”]|\"[^\"]*\"")
_LEAD = re.compile(
    r"(?:(?:по|к|ко|на|about|re|for|обращени[еяюй]|өтініш\w{0,4}|жазба|запись|appeals?|пункт)\s+){0,2}",
    _FLAGS,
)
_MARK = re.compile(
    r"(?:№\s*(?:№\s*)?|#\s?|n\s?[°º]\s?|n\s?(?=\d)|(?P<weak>(?:no|nr)\b\.?\s*|(?:номер|нөмір|number)\s+))",
    _FLAGS,
)
_SUFFIX = (
    r"(?:-(?:інші|ыншы|нші|ншы|ші|шы|ге|ке|ға|қа|ді|ды|ні|ны|нің|дің|ның|дың|де|да"
    r"|й|я|е|го|му|ый|ой|th)(?!\w))?"
)
_RANGE = re.compile(rf"(\d{{1,7}})(\s?){_DASH}\s?(\d{{1,7}})(?!\w)(?!\s?[.:/]\s?\d)(?!-)", _FLAGS)
_ONE = re.compile(rf"(\d{{1,7}}){_SUFFIX}(?!\w)(?![./]\d)", _FLAGS)
_NO_NUMBER_OF_ONE = re.compile(r"\d+(?:\s?[.:/]\s?\d|-\w|\s*%)")  # «12.5», «7-ші», «80 %»
_JOIN = re.compile(r"\s*(?:,\s*(?:және|и|and)\b|[,;/&+]|\b(?:және|и|and|мен|пен|бен)\b|(?=№))\s*", _FLAGS)
_CLOSE = re.compile(
    rf"\s*(?P<colon>:)(?!\s?00\b)|\s*(?P<bracket>[)\]])|\s*(?P<dot>\.)"
    rf"|(?P<dash>\s*[–—]+|\s+{_DASH}+|-+(?=\s|$)|\s*(?:→|=>|=|->))",
    _FLAGS,
)
_TIGHT = re.compile(rf"\s*(?:{_DASH}|[,;])", _FLAGS)  # also enough after «№12»
# «№ 45 мектеп», «5 – сынып», «12. қараша»: a school, a class, a day, and not the number of an appeal
_NOT_AN_APPEAL = re.compile(
    r"\W*(?:\w\W{0,2}\s)?(?:(?:жалпы білім беретін|жалпы|орта|негізгі|общеобр\w*|средн\w*|secondary|high)\s)?"
    r"(?:мектеп|школ|лице[йя]|гимнази|school|lyceum|gymnasium|сынып|сыныб|класс|кл\b|grade|класт|каб|оқушы|учени|балабақша"
    r"|дет\w*\s?сад|қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан|январ|феврал"
    r"|март|апрел|ма[йя]\b|июн|июл|август|сентябр|октябр|ноябр|декабр)",
    _FLAGS,
)

_FILE_WORD = re.compile(
    r"файл\w*|files?|вложени\w*|тіркеме\w*|қосымша\w*|attachments?|фото\w*|photos?|сурет\w*", _FLAGS
)
_ASKING = re.compile(
    r"жібер\w*|бер(?:іңіз\w*|ші|іңдер)|керек|өтінемін|маған|бойынша|номер\w*|нөмір\w*|өтініш\w*|при?шлите|вышлите|отправьте"
    r"|скиньте|дайте|пожалуйста|мне|нуж(?:ен|ны|но|на)|по|к|из|от|обращени\w*|please|send|me|the|of|for|from|to|appeals?"
    r"|n|no|nr|number|және|мен|пен|бен|и|and",
    _FLAGS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The beginning of a line that names appeals. `rest` is what the line says of them."""

    line: str
    numbers: tuple[int, ...]
    rest: str
    marked: bool  # with «№» or its like
    style: str  # what closes it: ":", ")", ".", "-", or nothing
    clear: bool  # False: «№12, 13 оқушымен…» may speak of one appeal or of two


def read_head(line: str) -> Head | None:
    """The appeals named at the head of a line; None when it does not begin with any."""
    if _IN_QUOTES.fullmatch(line):
        line = line[1:-1].strip()  # the example of our letter, copied with its marks
    begin = _BEGIN.match(line)
    at = begin.end() if begin else 0
    lead = _LEAD.match(line, at)
    mark = _MARK.match(line, lead.end() if lead else at)
    listed = _Listed(line, mark.end() if mark else at, first_marked=mark is not None)
    if not listed.numbers:
        return None
    bold = bool(begin and begin["bold"])
    at = _skip_bold(line, listed.end, bold)
    close = _CLOSE.match(line, at) or (_TIGHT.match(line, at) if mark else None)
    style = _style(close)
    if close:
        at = _skip_bold(line, close.end(), bold)
    rest = line[at:].strip()
    if bold and at <= listed.end + len(style):  # «*№12: all of the line*»
        rest = rest.rstrip("*_ ")
    named = line[listed.start : listed.end]
    if not _stands(named, rest, mark, style, line[at - 1 : at + 1]):
        return None
    several = len(listed.numbers) > 1
    clear = listed.clear and (not several or style not in ("", ",") or listed.all_marked or not rest)
    return Head(line=line, numbers=listed.numbers, rest=rest, marked=bool(mark), style=style, clear=clear)


def marked_number(line: str) -> int | None:
    """The number with its mark that a line begins with, whatever stands behind: «№13 оқушымен»."""
    begin = _BEGIN.match(line)
    mark = _MARK.match(line, begin.end() if begin else 0)
    if mark is None or mark["weak"]:
        return None
    number = _ONE.match(line, mark.end())
    return int(number[1]) if number else None


class _Listed:
    """The numbers themselves: «12», «12-15», «№12, №13 және 14»."""

    def __init__(self, line: str, at: int, *, first_marked: bool) -> None:
        self.clear = True
        self.all_marked = first_marked
        self.start = self.end = at
        found: list[int] = []
        while True:
            stretch, end = self._one(line, at)
            if not stretch:
                break
            found.extend(stretch)
            self.end = end
            join = _JOIN.match(line, end)
            if not join:
                break
            mark = _MARK.match(line, join.end())
            at = mark.end() if mark else join.end()
            if _ONE.match(line, at) and not _NO_NUMBER_OF_ONE.match(line, at):
                self.all_marked = self.all_marked and mark is not None
            else:
                break
        self.numbers = tuple(dict.fromkeys(found))

    def _one(self, line: str, at: int) -> tuple[list[int], int]:
        ranged = _RANGE.match(line, at)
        if ranged:
            first, last = int(ranged[1]), int(ranged[3])
            if 0 < first < last and last - first < WIDEST:
                self.all_marked = False  # «№12 - 15 оқушымен» must be closed to be a range
                return list(range(first, last + 1)), ranged.end()
            if not ranged[2]:
                self.clear = False
        one = _ONE.match(line, at)
        return ([int(one[1])], one.end()) if one and int(one[1]) > 0 else ([], at)


def _skip_bold(line: str, at: int, bold: bool) -> int:
    while bold and at < len(line) and line[at] in "*_":
        at += 1
    return at


def _style(close: re.Match[str] | None) -> str:
    if not close:
        return ""
    kind = close.lastgroup
    return {"colon": ":", "bracket": ")", "dot": ".", "dash": "-"}.get(kind or "", ",")


def _stands(named: str, rest: str, mark: re.Match[str] | None, style: str, around: str) -> bool:
    """Whether the numbers name appeals, or begin a date, a time, a class, a school."""
    if mark and not mark["weak"]:
        return (bool(style) and style != ",") or not _NOT_AN_APPEAL.match(rest)
    if not style:
        return not rest
    if style == ":":
        return not (around[:1] == ":" and around[1:].isdigit())
    if re.match(r"\d+,\d", named) and style != ")":
        return False  # «12,5 – орташа балл»
    if style == ")":
        return not re.match(r"\d{2,4}[\s-]+\d{2}", rest)  # «(701) 111-22-33»
    return not rest[:1].isdigit() and not _NOT_AN_APPEAL.match(rest)


def file_request(line: str) -> tuple[int, ...]:
    """The appeals whose files a line asks for, «файл 12»; nothing when it says anything else besides."""
    if (
        len(line) > 200
        or re.search(r"\d\s?[.:/]\s?\d|\d[^\W\d_]|\d{8}", line)
        or not wants_files(re.sub(r"\d", " ", line))
    ):
        return ()
    found: list[int] = []
    for first, last in re.findall(rf"(\d+)(?:\s?{_DASH}\s?(\d+))?", line):
        stretch = range(int(first), int(last or first) + 1)
        if not 0 < len(stretch) <= WIDEST:
            return ()
        found.extend(stretch)
    return tuple(number for number in dict.fromkeys(found) if number)


def wants_files(text: str) -> bool:
    """Whether a text is nothing but a request for files."""
    words = re.findall(r"[^\W\d_]+", text)
    return any(_FILE_WORD.fullmatch(word) for word in words) and all(
        _FILE_WORD.fullmatch(word) or _ASKING.fullmatch(word) for word in words
    )
