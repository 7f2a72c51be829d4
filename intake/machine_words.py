"""Knows what a site's form mailer writes around a family's words: its greeting, its footer, its metadata.

None of it is the family's, and some of it (IP address, browser, page, time) could find a child out.
"""

import re
from dataclasses import dataclass

from intake.labels import METADATA, OUT_OF_THE_BOX, PERHAPS, Labels, bare

_FLAGS = re.IGNORECASE | re.VERBOSE
_SITES_OWN = re.compile(
    r"""(информационное\ сообщение\ (с\ )?сайта | notification\ from | informational?\ message\ (from|of))\b.*
    | (a\ )?message\ has\ been\ sent\ to\ you\ (from | through | via)\b.*
    | вам\ было\ отправлено\ сообщение\ (через | с)\b.*
    | сізге\ .{0,60} (хабарлама | өтініш | хат)\ (келді | жіберілді | түсті).*
    | someone\ just\ submitted\ your\ form\b.* | here'?s\ what\ they\ had\ to\ say:? | hey\ there\W*
    | request\ details:? | (информация\ о | данные)\ заявк[еи]:? | (детали | данные)\ формы:?""",
    _FLAGS,
)
_GREETING = re.compile(
    r"""(у\ вас\ |получен[ао]\ |поступил[ао]\ )?(новая | новое)?\ ?(заявка | сообщение | обращение | письмо)
        \ (с | со | из | через | на)\ .{0,120}
    | (новая | новое)\ (заявка | сообщение | обращение | письмо)\W*
    | сайттан\ .{0,80} | .{1,60}\ сайтынан\ .{0,60} | жаңа\ (өтініш | хабарлама | хат)\b.{0,80}
    | (a\ )?new\ (form\ |contact\ |website\ )?(submission | message | entry | enquiry | response)\b.{0,120}
    | you('ve|\ have)?\ (received | got)\ a\ (new\ )?(message | submission)\b.{0,120}
    | сообщение\ отправлено\ с\ помощью\ .{0,120}""",
    _FLAGS,
)
_FAREWELL = re.compile(
    r"""((данное | это)\ )?(сообщение | письмо)\ (было\ )?(сгенерировано | создано | отправлено)
        \ автоматически\b.{0,120}
    | (данное | это)\ (электронное\ )?(сообщение | письмо)\ (было\ )?отправлено
        \ (с | со | через | из)\b.{0,250}
    | сообщение\ отправлено\ с\ (сайта | помощью)\b.{0,200}
    | (бұл\ )?(хат | хабарлама)\ .{0,120}(автоматты | сайт).{0,120}(жіберілді | жасалды | жіберілген).{0,60}
    | this\ (notification | message | e-?mail)\ (has\ been | was | is)\ (generated | sent)?
        \ ?automatically\b.{0,120}
    | this\ e-?mail\ was\ sent\ from\ a\ contact\ form\ on\b.{0,250}
    | this\ is\ a\ notification\ that\ a\ contact\ form\ was\ submitted\b.{0,250}
    | powered\ by\b.{0,100} | sent\ from\ .{1,120} | you\ are\ receiving\ this\ because\ .{1,200}
    | (this\ form\ was\ )?submitted\ (at\ |on\ )?\W{0,3}\d.{0,80}""",
    _FLAGS,
)
_SECTION = re.compile(
    r"(?i)(additional information|дополнительная информация|қосымша ақпарат|metadata|метаданные)\s?:?"
)
_YEAR = re.compile(r"\b20\d\d\b")
_RULE = re.compile(r"[-—–_=*~]{2,}")
_ADDRESS_ON_THE_WEB = re.compile(r"(?i)<?https?://[^\s<>]{1,2000}>?")
_ENDS_WITH_SITE = re.compile(r"(?i)[^\n]{1,300}\(\s?https?://[^\s()]{1,500}\s?\)\W?")
_MACHINE_S_VALUE = re.compile(
    r"""(?:\d{1,3}\.){3}\d{1,3}(?:,.*)? | (?:[0-9a-f]{1,4}:){3,7}[0-9a-f:.]* | Mozilla/\d.*""", _FLAGS
)
_MOMENT = re.compile(
    r"""(?=.*\d{1,2}[:.]\d{2}) (?=.*(?:\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{2,4}|\b20\d\d\b))
        [\w\s.,:/+()-]{8,60}""",
    _FLAGS,
)
_LABELLED = re.compile(r"(?:[-•·]\s+|\d{1,2}[.)]\s+)?(\**[^\n:\t]{1,100}?)\s{0,20}([:\t])\s*(\S.*)?")
_BEFORE_TAB = re.compile(r"([^\n\t]{1,100})\t\s*(\S.*)?")
_LETTER = re.compile(r"[^\W\d_]")
_SENT = frozenset({"отправлено", "жіберілді", "sent", "submitted", "создано", "датасоздания"})
_MOST_GREETINGS = 8  # filled lines
_SENTENCE = re.compile(r"[.!;](?:\s|$)|,")
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripped:
    """A body between greeting and footer, and how many lines around it can only be a form mailer's."""

    lines: list[str]
    greetings: int
    sure: int


def labelled(line: str) -> tuple[str, str] | None:
    """(label, value) of «Телефон: 87010000000» or of a table's row; None for any other line."""
    if ":" not in line and "\t" not in line:  # most lines, seen at once
        return None
    line = line.strip()
    found = _BEFORE_TAB.fullmatch(line)
    if found and _LETTER.search(found[1]):
        return found[1].strip(" *:"), (found[2] or "").strip()
    found = _LABELLED.fullmatch(line)
    if not found or not _LETTER.search(found[1]) or (found[3] or "").startswith("//"):
        return None
    value = (found[3] or "").strip()
    return found[1].strip(" *"), value.lstrip("* ") if found[1].startswith("*") else value


def looks_labelled(line: str) -> bool:
    """Whether a line has the shape of a field, known or not: a few words and a colon."""
    pair = labelled(line)
    return pair is not None and len(pair[0].split()) <= _MOST_WORDS and not _SENTENCE.search(pair[0])


def is_moment(value: str) -> bool:
    """Day and time together, as a machine writes them."""
    return len(value) <= 60 and bool(_MOMENT.fullmatch(value))


def without_traces(text: str) -> str:
    """Without the lines that name an IP address, a browser or the moment of sending, wherever they stand.

    For anonymous letters alone: what stands between lines that we do not know is in no footer. A child may
    write «Уақыты: 20.11.2026 14:05» of what happened; such a line goes only beside one of a machine's.
    """
    lines = text.split("\n")
    traces = [False, *map(_is_trace, lines), False]
    kept = (
        line
        for place, line in enumerate(lines, 1)
        if not traces[place]
        and not _tells_when_it_was_sent(line)
        and not (_is_labelled_moment(line) and (traces[place - 1] or traces[place + 1]))
    )
    return "\n".join(kept)


def stripped(lines: list[str], labels: Labels) -> Stripped:
    """The lines between the site's greeting and its footer."""
    start, greetings = _end_of_greeting(lines, labels)
    end, sure = _start_of_footer(lines[start:], labels)
    return Stripped(lines=lines[start : start + end], greetings=greetings, sure=sure)


def _end_of_greeting(lines: list[str], labels: Labels) -> tuple[int, int]:
    end = count = seen = 0
    for place, line in enumerate(map(str.strip, lines)):
        if not line:
            continue
        seen += 1
        if seen > _MOST_GREETINGS or not _greets(line, labels):
            break
        count += not _RULE.fullmatch(line)
        end = place + 1
    return (end, count) if count else (0, 0)


def _greets(line: str, labels: Labels) -> bool:
    if len(line) > 200 or "\t" in line:
        return False
    if _RULE.fullmatch(line) or _SITES_OWN.fullmatch(line):
        return True
    pair = labelled(line)  # «Сообщение с сайта: …» may hold the family's words
    return bool(_GREETING.fullmatch(line)) and not (pair and (pair[1] or labels.field_of(pair[0])))


def _start_of_footer(lines: list[str], labels: Labels) -> tuple[int, int]:
    """The place where the footer begins, and how many of its lines can only be a machine's.

    A line that a child could have written («Время: 10:00») goes only below a rule or between such lines.
    """
    start, sure, perhaps = _start_of_farewell(lines), 0, 0
    sure += start < len(lines)
    for place in reversed(range(start)):
        line = lines[place].strip()
        if not line:
            continue
        if _RULE.fullmatch(line) or _SECTION.fullmatch(line):
            if not (sure or perhaps):
                continue
            return (place, sure) if _under(lines[place + 1 : start], labels) or sure else (start, sure)
        if _is_sure(line, labels):
            start, sure, perhaps = place, sure + 1, 0
        elif _is_perhaps(line, labels):
            perhaps += 1
        else:
            break
    return start, sure


def _under(lines: list[str], labels: Labels) -> bool:
    """Whether lines under a rule are a footer though none is sure: «Date: …» and «Time: …» at least."""
    filled = [line.strip() for line in lines if line.strip()]
    dated = any(_YEAR.search(line) or _ADDRESS_ON_THE_WEB.fullmatch(line) for line in filled)
    return len(filled) > 1 and dated and all(_is_perhaps(line, labels) for line in filled)


def _start_of_farewell(lines: list[str]) -> int:
    """Contact Form 7: «-- » and a sentence with the site's address."""
    filled = [place for place, line in enumerate(lines) if line.strip()][-3:]
    for place in filled[:-1]:
        below = [lines[one].strip() for one in filled if one > place]
        says = all(_FAREWELL.fullmatch(line) or _ENDS_WITH_SITE.fullmatch(line) for line in below)
        if lines[place].strip() in ("--", "—") and says:
            return place
    return len(lines)


def _is_sure(line: str, labels: Labels) -> bool:
    if len(line) <= 300 and _FAREWELL.fullmatch(line):
        return True
    pair = labelled(line)
    if pair is None:
        return False
    return labels.field_of(pair[0]) == METADATA or _is_trace(line)


def _is_trace(line: str) -> bool:
    pair = labelled(line)
    return pair is not None and looks_labelled(line) and bool(_MACHINE_S_VALUE.fullmatch(pair[1]))


def _tells_when_it_was_sent(line: str) -> bool:
    pair = labelled(line)
    return pair is not None and bare(pair[0]) in _SENT and is_moment(pair[1])


def _is_labelled_moment(line: str) -> bool:
    pair = labelled(line)
    return pair is not None and OUT_OF_THE_BOX.field_of(pair[0]) == PERHAPS and is_moment(pair[1])


def _is_perhaps(line: str, labels: Labels) -> bool:
    pair = labelled(line)
    return bool(_ADDRESS_ON_THE_WEB.fullmatch(line)) or bool(pair and labels.field_of(pair[0]) == PERHAPS)
