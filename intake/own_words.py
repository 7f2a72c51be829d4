"""Finds what the writer of a plain letter wrote: no quoted letters, signatures or lines of mail programs.

For anonymous letters, where all of that may tell who wrote, and where five mail programs must give the same
text. The words themselves are never altered; in doubt a line stays.
"""

import re

_FLAGS = re.IGNORECASE | re.VERBOSE
_ANSWERED = re.compile(
    r"""-{2,}\s?((original | initial)\ message | исходное\ сообщение | бастапқы\ (хат | хабар)\w*)\s?-*""",
    _FLAGS,
)
_FORWARDED = re.compile(
    r"""-{2,}\s?(forwarded\ message | (пересылаемое | пересланное | переадресованное)\ (сообщение | письмо)
      | қайта\ жіберілген\ (хат | хабар)\w*)\s?-*
    | begin\ forwarded\ message: | начало\ переадресованного\ сообщения:""",
    _FLAGS,
)
_RULE = re.compile(r"[_-]{3,}")
_MAY_BEGIN = frozenset(
    "-_bBнН"
)  # one of the three above; and all below need a colon: most lines have neither
_HEADER_LINE = re.compile(
    r"""\*?(from | to | cc | sent | date | subject | reply-to | от | кому | копия | дата | отправлено | тема
    | кімнен | кімге | көшірме | күні | жіберілді | тақырыбы | тақырып)\*?\s?:\*?(\s.*)?""",
    _FLAGS,
)
# «22 қар. 2026 ж., Айгүл <…> жазды:»; a child's «Асқар маған жазды:» has no date and no address.
_ATTRIBUTION = re.compile(
    r"(?=.*[\d@]) .{0,300} (wrote | writes | писал\w*(\(-?а\))? | пиш[еу]т | жазды | жазған | > | \d\d)\s?:",
    _FLAGS,
)
_DATED = re.compile(r"(?=.*\b20\d\d\b)(?=.*\d[:.]\d\d).*<[^\s<>@]{1,100}@[^\s<>@]{1,200}>[^<>]{0,30}:")
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
    | sincerely(\ yours)? | yours\ (sincerely | truly | faithfully) | best\ wishes
    | thank\ you\ in\ advance)\b[\s,.!–—-]*""",
    _FLAGS,
)
# What programs write where a picture or a file stood: it holds the file's name, or the picture's id.
_STOOD_HERE = re.compile(
    r"""\[ (?: (?:inline\ |embedded\ )? image | cid | (?:встроенное\ )? изображение | рисунок | картинка
        | сурет | кескін ) \s? : [^\[\]\n]{0,300} \]
    | < [^<>@\n/]{1,150} \. (?: jpe?g | png | gif | webp | heic | bmp | tiff? | pdf | docx? | xlsx? | pptx?
        | mp[34] | mov | m4a | zip ) >""",
    _FLAGS,
)
_LINK = re.compile(r"\s?<https?://[^<>\s]*>")
_BULLET = re.compile(r"\s*[•·●▪◦*–—-]\s+")
_ADDRESS = re.compile(r"<?[^\s<>@]{1,100}@[^\s<>@]{1,200}>?")
_QUOTED = re.compile(r"\s{0,3}[^\W\d_]{0,3}>")  # also «АС> » of The Bat!
_QUOTE_MARKS = re.compile(r"\s{0,3}([^\W\d_]{0,3}>\s{0,3})*")
_WRAP_FROM, _WRAP_TO = 56, 80  # between these columns mail programs break lines
_LONGEST_SIGNATURE = 8  # filled lines
_LONGEST_CLOSING = 60  # characters of one line of it


def own_lines(text: str) -> list[str]:
    """The lines above the signature, without quotes and what devices add. A forwarded letter's words stay."""
    lines = _STOOD_HERE.sub("", text.replace("\u00a0", " ")).split("\n")
    end, forwards = _first_earlier_letter(lines)
    own = _without_signature(_without_quotes(lines[:end]))
    if forwards:
        return own + _words_of_others(lines[end:])
    if any(line.strip() for line in own):
        return own
    return _words_of_others([line for line in lines[:end] if _QUOTED.match(line)] + lines[end:])


def without_closing(lines: list[str]) -> list[str]:
    """The lines above a closing «С уважением, …» and the few short lines under it."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    for place in filled[-5:]:
        under = [lines[later].strip() for later in filled if later > place]
        if _closes(lines[place].strip()) and all(len(line) <= _LONGEST_CLOSING for line in under):
            return lines[:place]
    return lines


def after_valediction(line: str) -> str:
    """«С уважением, Ерлан Маратов» → «Ерлан Маратов»; other lines as they are."""
    found = _VALEDICTION.match(line)
    return line[found.end() :] if found else line


def reflow(lines: list[str]) -> str:
    """One line for each paragraph, single spaces, no empty lines: no program's wrapping is seen."""
    paragraphs: list[list[str]] = []
    widest = max(map(len, lines), default=0)
    wrapped = _WRAP_FROM <= widest <= _WRAP_TO
    room = -1  # columns that were free at the end of the line before; -1 where no line can continue
    for line in lines:
        words = " ".join(_BULLET.sub("- ", line, count=1).split() if _BULLET.match(line) else line.split())
        if not words:
            room = -1
            continue
        would_fit = len(words.split(" ", 1)[0]) + 1 <= room
        if wrapped and room >= 0 and not would_fit and not words.startswith("- "):
            paragraphs[-1].append(words)
        else:
            paragraphs.append([words])
        room = widest - len(line.rstrip())
    return "\n".join(map(" ".join, paragraphs))


def _first_earlier_letter(lines: list[str]) -> tuple[int, bool]:
    """Where a mail program put an earlier letter, and whether it was forwarded rather than answered."""
    for place, line in enumerate(lines):
        bare = line.strip()
        if not bare or _QUOTED.match(bare):
            continue
        if bare[0] in _MAY_BEGIN:
            if _FORWARDED.fullmatch(bare):
                return place, True
            if _ANSWERED.fullmatch(bare) or (_RULE.fullmatch(bare) and _is_header_block(lines, place + 1)):
                return place, False
        if ":" not in bare:
            continue
        if _is_header_block(lines, place) or (
            _DATED.fullmatch(bare) and not _is_quoted(lines[place + 1 : place + 9])
        ):
            return place, False
    return len(lines), False


def _is_header_block(lines: list[str], start: int) -> bool:
    """Outlook's «От: … Отправлено: …»: two such lines in a row."""
    pair = [line.strip() for line in lines[start : start + 2]]
    return len(pair) == 2 and all(_HEADER_LINE.fullmatch(line) for line in pair)


def _is_quoted(lines: list[str]) -> bool:
    """Whether the next words are marked as a quote, so that what is not marked is the writer's."""
    return bool(_QUOTED.match(next((line for line in lines if line.strip()), "")))


def _without_quotes(lines: list[str]) -> list[str]:
    own: list[str] = []
    for line in lines:
        if not _QUOTED.match(line):
            own.append(line)
            continue
        while own and not own[-1].strip():
            own.pop()
        del own[len(own) - _attribution_height(own) :]
    return own


def _attribution_height(lines: list[str]) -> int:
    """How many lines a program wrote above a quote: «22 қар. 2026 ж., … жазды:», perhaps broken in two."""
    above, last = ["", "", *lines[-2:]][-2:]
    if _ATTRIBUTION.fullmatch(last.strip()):
        complete = re.search(r"\d", last) or not re.search(r"\d", above)
        return 1 if complete else 2
    return 2 if re.search(r"\d", above) and _ATTRIBUTION.fullmatch(f"{above.strip()} {last.strip()}") else 0


def _without_signature(lines: list[str]) -> list[str]:
    under = 0  # filled lines
    for place in range(len(lines) - 1, -1, -1):
        if lines[place].strip() in ("--", "—"):  # RFC 3676 §4.3
            return _without_devices(lines[:place])
        under += bool(lines[place].strip())
        if under > _LONGEST_SIGNATURE:
            break
    return _without_devices(lines)


def _without_devices(lines: list[str]) -> list[str]:
    lines = lines[:]
    while lines and (not lines[-1].strip() or _DEVICE.fullmatch(_LINK.sub("", lines[-1]).strip())):
        lines.pop()
    return lines


def _words_of_others(lines: list[str]) -> list[str]:
    """What an earlier letter says, without the lines and addresses that name people."""
    bare = [_QUOTE_MARKS.sub("", line, count=1).rstrip() for line in lines]
    gone = (_HEADER_LINE, _ATTRIBUTION, _ANSWERED, _FORWARDED, _DEVICE)
    return [_ADDRESS.sub("", line) for line in bare if not any(one.fullmatch(line.strip()) for one in gone)]


def _closes(line: str) -> bool:
    """A valediction alone or with a name, not a sentence that begins like one."""
    name = after_valediction(line)
    return name != line and (not name or (name[0].isupper() and len(name) <= _LONGEST_CLOSING))
