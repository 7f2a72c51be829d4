"""Takes a reply apart: what mail programs put around a letter that they quote, and what a person wrote.

Programs write three things: `>` before quoted lines, a line such as «… жазды:» or a block of header fields
before the quoted letter, and sometimes the whole letter below that without any mark at all.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from intake.our_letter import QUOTE, OurLetter, squash, without_inserted
from reports.numbers import file_request, read_head

_MOST = 400_000  # characters of a reply that are looked at
_MOST_LINES = 8_000
_LONGEST_LINE = 20_000
_LONGEST_FRAME = 1_000  # no program introduces a quotation at greater length
_MOST_FIELDS = 30  # lines of a header block: no program quotes more of them
_MOST_OWN = 10  # marks of a family's own before a line
_TOLD = 8  # squashed characters
_FLAGS = re.IGNORECASE

# No two neighbours in it match the same signs: a line of a thousand dashes would cost its length cubed.
_SEPARATOR = re.compile(
    r"[\W_]*(?<=[-_—*=]{2})\s*(?:(?:original|forwarded|reply)\s+(?:message|appointment|e?-?mail)"
    r"|(?:исходное|пересылаемое|пересланное|переадресованное|первоначальное|оригинальное)\s+(?:сообщение|письмо)"
    r"|(?:бастапқы|түпнұсқа|қайта\s+жіберілген|жіберілген)\s+(?:хабар\w*|хат\w*)|конец\s+пересылаемого\s+сообщения"
    r"|end\s+of\s+forwarded\s+message)[\W_]*"
    r"|\W*(?:begin forwarded message|начало переадресованного сообщения)\s*:\W*",
    _FLAGS,
)
_FROM_LABEL = r"(?:from|от(?:\s+кого)?|кімнен|жіберуші|отправитель)"
_LABEL = re.compile(
    rf"[\s*_>]*+(?P<from>{_FROM_LABEL})?(?:sent|to|cc|bcc|subject|date|reply-to|importance|attachments?"
    r"|отправлено|дата|кому|копия|скрытая копия|тема|важность|вложения|ответить"
    r"|жіберілді|жіберілген уақыты|жіберген күні|күні|кімге|көшірме(?:сі)?|тақырыбы|тақырып"
    r"|маңыздылығы|тіркемелер)?"
    r"[\s*_]*+:(?!\d)[\s*_]*\S?.*",
    _FLAGS,
)
_BARE_COLON = re.compile(r"[\s*_>]*:")
_VERB = re.compile(
    r"(?:пиш(?:ет|ете|ут)|(?:на)?писали?|(?:на)?писала|(?:на)?писал\(-?а\)|жазды|жазған(?:ы)?|жазып\s*отыр|wrote|writes)\s*:\s*$",
    _FLAGS,
)
_YOU = re.compile(
    r"\W*(?:вы\s+(?:на)?писали|сіз\s.{0,60}жаз(?:дыңыз|ған)|(?:on\s.{0,60})?you\s+wrote)\b", _FLAGS
)
_YEAR = re.compile(r"(?<!\d)(?:20\d\d(?!\d)|\d{1,2}[./]\d{1,2}[./]\d\d(?!\d))")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a reply. `depth` counts the marks of quoting; `text` is without them."""

    text: str
    depth: int
    squashed: str
    marks: str = ""  # the marks of quoting, as they stand in `OurLetter.marks`


@dataclass(slots=True)
class Region:
    """A stretch of a reply below the lines that a program put there; the first has none above it."""

    frame: list[Line]
    lines: list[Line] = field(default_factory=list)
    marked: bool = False  # the program marked what it quoted, so that unmarked lines are the writer's


def read_lines(text: str, ours: OurLetter) -> list[Line]:
    """The lines of a reply with their depth of quoting."""
    lines = []
    for raw in text[:_MOST].split("\n", _MOST_LINES)[:_MOST_LINES]:
        raw = raw[:_LONGEST_LINE]
        mark = QUOTE.match(raw)
        body = (raw[mark.end() :] if mark else raw).strip()
        marks = re.findall(r"[>|]", mark[1]) if mark else []
        squashed = squash(body)
        bare = squash(without_inserted(body)) if "<" in body or "[" in body else squashed
        if bare != squashed and not ours.has(squashed):
            squashed = bare
        lines.append(Line(text=body, depth=len(marks), squashed=squashed, marks="".join(marks)))
    return lines


def own_mark(line: Line, ours: OurLetter) -> bool:
    """Whether all marks before a line may have stood in our letter already: families write «>» too."""
    return line.depth > 0 and own_depth(line, ours) == line.depth


def own_depth(line: Line, ours: OurLetter) -> int:
    """How many of its marks a line may have had in our letter."""
    most = min(line.depth, _MOST_OWN)
    found = (
        n for n in range(most, 0, -1) if any(line.marks[-n:] + line.squashed in one for one in ours.marks)
    )
    return next(found, 0)


def speaks(line: str, ours: OurLetter) -> bool:
    """Whether a line names an appeal so plainly that it is an answer, wherever it stands."""
    if file_request(line):
        return True
    head = read_head(line)
    if head is None or not head.clear or not head.style:
        return False
    return head.marked or (ours.told is not None and set(head.numbers) <= ours.told)


def split_regions(lines: list[Line], ours: OurLetter) -> list[Region]:
    """The reply cut wherever a program says that an earlier letter begins."""
    regions = [Region(frame=[])]
    at = 0
    while at < len(lines):
        length = 0 if lines[at].depth or not lines[at].text else _frame_at(lines, at, ours)
        if not length:
            regions[-1].lines.append(lines[at])
            at += 1
            continue
        frame = lines[at : at + length]
        if regions[-1].frame and not any(line.text for line in regions[-1].lines):
            regions[-1].frame.extend(frame)  # a separator and the header block under it
            regions[-1].lines.clear()
        else:
            regions.append(Region(frame=frame))
        at += length
    for region in regions:
        region.marked = any(line.depth and not own_mark(line, ours) for line in region.lines)
    return regions


def is_foreign(region: Region, tokens: list[str], ours: OurLetter, writer: frozenset[str]) -> bool:
    """Whether a region holds another letter than the one answered: nothing in it may be believed.

    `tokens` are those that stand in its unmarked lines: one that is not this letter's belongs to another
    letter of ours. Without our text at hand, unmarked quotes cannot be told from answers.
    """
    if any(token not in ours.tokens for token in tokens):
        return True
    if not region.frame:
        return False
    if not ours.known:
        return not region.marked
    if region.marked:
        return False
    return not _from_us(region.frame, ours, writer)


def _from_us(frame: list[Line], ours: OurLetter, writer: frozenset[str]) -> bool:
    labelled = [
        line for line in frame if (label := _LABEL.fullmatch(line.text[:_LONGEST_FRAME])) and label["from"]
    ]
    for line in labelled or frame:
        if _names_us(line, ours):
            return True
        if _ADDRESS.search(line.text[:_LONGEST_FRAME]):
            return False
    words = set(re.findall(r"[^\W\d_]+", " ".join(line.text for line in labelled).casefold()))
    return not (words & writer)


def names_us(lines: Iterable[Line], ours: OurLetter) -> bool:
    """Whether lines that introduce a letter name us as its writer, or say «you wrote»."""
    return any(_names_us(line, ours) or _YOU.match(line.text) for line in lines)


def introduces_another(lines: list[Line], at: int, ours: OurLetter) -> bool:
    """Whether a quoted line introduces yet another letter, so that an earlier reply is quoted here."""
    first = lines[at]
    if not first.text or len(first.text) > _LONGEST_FRAME or ours.has(first.squashed):
        return False
    label = _LABEL.fullmatch(first.text)
    if _SEPARATOR.fullmatch(first.text) or (label and label["from"]):
        return True
    near = lines[at : at + 3]
    joined = ""
    for line in near:
        joined = f"{joined} {line.text[:_LONGEST_FRAME]}".strip()
        if _is_attribution(joined, ours):
            return not names_us(near, ours)
    return False


def _names_us(line: Line, ours: OurLetter) -> bool:
    return ours.named_in(line.text) or bool(ours.name and ours.name in line.squashed)


def _frame_at(lines: list[Line], at: int, ours: OurLetter) -> int:
    """How many lines from here on a program wrote to introduce an earlier letter; 0 for none."""
    first = lines[at].text
    if len(first) > _LONGEST_FRAME or speaks(first, ours):
        return 0
    told = len(lines[at].squashed) >= _TOLD and ours.has(lines[at].squashed)
    if _SEPARATOR.fullmatch(first):
        # A family may have written that too; a program puts our own name under it.
        block = lines[at + 1 : at + 1 + _header_block(lines, at + 1)]
        return 1 if not told or any(_names_us(line, ours) for line in block) else 0
    if told:
        return 0  # a family's words, which may look like anything
    return _header_block(lines, at) or _attribution(lines, at, ours)


def _header_block(lines: list[Line], at: int) -> int:
    """«От: … Отправлено: … Кому: …»: at least two such lines, one of them the sender's."""
    count, sender = 0, False
    for line in lines[at : at + _MOST_FIELDS]:
        label = _LABEL.fullmatch(line.text[:_LONGEST_FRAME])
        if line.depth or not label or _BARE_COLON.match(line.text):
            break
        sender = sender or label["from"] is not None
        count += 1
    return count if count > 1 and sender else 0


def _attribution(lines: list[Line], at: int, ours: OurLetter) -> int:
    """«22 қар. 2026 ж., Сенім жәшігі <…> жазды:», on one line or broken over up to three."""
    joined = ""
    for length in (1, 2, 3):
        line = lines[at + length - 1] if at + length <= len(lines) else None
        if line is None or line.depth or not line.text or len(joined) > 400:
            return 0
        if length > 1 and speaks(line.text, ours):
            return 0
        joined = f"{joined} {line.text}".strip()
        if _is_attribution(joined, ours):
            return length
        if not (_YEAR.search(joined) or _TIME.search(joined) or "@" in joined):
            return 0
    return 0


def _is_attribution(text: str, ours: OurLetter) -> bool:
    if not text.endswith(":"):
        return False
    dated = bool(_YEAR.search(text) and _TIME.search(text))
    named = ours.named_in(text) or bool(ours.name and ours.name in squash(text))
    return dated or named or bool(_VERB.search(text) and re.search(r"[\d@]", text))
