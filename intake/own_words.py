"""Finds what the writer of a plain letter wrote: no quoted letters, signatures or lines of mail programs.

For anonymous letters, where all of that may tell who wrote, and where five mail programs must give the same
text. The words themselves are never altered.
"""

import re

_FLAGS = re.IGNORECASE | re.VERBOSE
_ATTRIBUTION = re.compile(
    r"""on\b.{5,200}\bwrote: | .{0,200}\b(писал | написал | пишет | жазды | жазған)\w{0,5}(\(а\))?\s?:
    | .{0,200}<[^<>@\s]{1,70}@[^<>\s]{1,200}>\s?:?""",
    _FLAGS,
)
_QUOTE_BEGINS = re.compile(
    r"""-{2,}\s?(original\ message | forwarded\ message | исходное\ сообщение | пересылаемое\ сообщение
      | пересланное\ сообщение | бастапқы\ хат\w* | қайта\ жіберілген\ \w+)\s?-*
    | begin\ forwarded\ message: | начало\ переадресованного\ сообщения: | _{10,}""",
    _FLAGS,
)
_HEADER_LINE = re.compile(
    r"""\*?(from | to | cc | sent | date | subject | reply-to | от | кому | копия | дата | отправлено | тема
    | кімнен | кімге | көшірме | күні | жіберілді | тақырыбы | тақырып)\*?\s?:\*?\s.*""",
    _FLAGS,
)
_DEVICE = re.compile(
    r"""\W{0,5} (отправлено\ (с | из | через | от)\b.{0,80} | послано\ с\b.{0,80}
    | sent\ (from | via | with | using)\b.{0,80}
    | (get | скачать | получить)\ outlook\b.{0,60} | yahoo\ mail.{0,60}android.{0,40}
    | .{1,50}(нан | нен | дан | ден | тан | тен | арқылы)\ жіберілді.{0,20} | жіберілген\ құрылғы:.{0,60})""",
    _FLAGS,
)
_VALEDICTION = re.compile(
    r"""(с\ (большим\ | глубоким\ )?уважением | с\ наилучшими\ пожеланиями | заранее\ (благодар\w+ | спасибо)
    | құрметпен | ізгі\ ниетпен | сәлеммен | алдын\ ала\ ра[қх]мет | (best\ | kind\ | warm\ )?regards
    | sincerely(\ yours)? | yours\ (sincerely | truly | faithfully) | best\ wishes | thank\ you\ in\ advance)\b[\s,.!–—-]*""",
    _FLAGS,
)
_BULLET = re.compile(r"^\s*[•·●▪◦*–—-]\s+")
_ADDRESSES = re.compile(r"\S+@\S+")
_WRAP_FROM, _WRAP_TO = 56, 80  # between these columns mail programs break lines


def own_lines(text: str) -> list[str]:
    """The lines of a letter above its signature, without quotes and what devices add."""
    lines: list[str] = []
    for line in text.split("\n"):
        bare = line.strip()
        if line.rstrip(" ") == "--" or bare in ("--", "—") or _QUOTE_BEGINS.fullmatch(bare):
            break
        if not (bare.startswith(">") or _DEVICE.fullmatch(bare) or _ATTRIBUTION.fullmatch(bare)):
            lines.append(line.replace("\u00a0", " ").rstrip())
    return _without_header_block(lines)


def quoted_lines(text: str) -> list[str]:
    """What a forwarded letter says, without the lines that name people: for letters without own words."""
    lines = [re.sub(r"^[>\s]+", "", line).rstrip() for line in text.split("\n")]
    gone = (_HEADER_LINE, _ATTRIBUTION, _QUOTE_BEGINS, _DEVICE)
    return [
        _ADDRESSES.sub("", line) for line in lines if not any(one.fullmatch(line.strip()) for one in gone)
    ]


def signature_start(lines: list[str]) -> int | None:
    """Where a closing «С уважением, …» begins, if at most four short lines follow it."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    for place in filled[-5:]:
        after = [lines[later].strip() for later in filled if later > place]
        if _VALEDICTION.match(lines[place].strip()) and all(len(line) <= 60 for line in after):
            return place
    return None


def after_valediction(line: str) -> str:
    """«С уважением, Ерлан Маратов» → «Ерлан Маратов»; other lines as they are."""
    return _VALEDICTION.sub("", line.strip(), count=1)


def reflow(lines: list[str]) -> str:
    """One line for each paragraph, single spaces, no empty lines: no program's wrapping is seen."""
    paragraphs: list[str] = []
    widest = max((len(line) for line in lines), default=0)
    wrapped = _WRAP_FROM <= widest <= _WRAP_TO
    room = 0  # what would have fitted on the line before
    for line in lines:
        words = " ".join(_BULLET.sub("- ", line).split())
        if not words:
            room = -1
            continue
        first = len(words.split(" ", 1)[0])
        if wrapped and paragraphs and 0 <= room < first + 1 and not words.startswith("- "):
            paragraphs[-1] += " " + words
        else:
            paragraphs.append(words)
        room = widest - len(line)
    return "\n".join(paragraphs)


def _without_header_block(lines: list[str]) -> list[str]:
    """Cuts at two header lines in a row: Outlook's way to begin the letter that is answered."""
    for place in range(len(lines) - 1):
        if all(_HEADER_LINE.fullmatch(line.strip()) for line in lines[place : place + 2]):
            return lines[:place]
    return lines
