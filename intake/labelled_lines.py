"""Reads fields that stand as «Label: value», one to a line, with the text over many lines.

After the text only a block of labels that ends the body counts, and only with a way to answer in it: what a
child writes about somebody («Имя: …») must not become the child's own name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from intake.labels import METADATA, PERHAPS, Labels
from intake.machine_words import Stripped, is_moment, labelled, looks_labelled

_LETTER_FROM = re.compile(r"(?i)\*?(from|от|кімнен)\*?\s?:.*")
_LETTER_TO = re.compile(r"(?i)\*?(to|cc|sent|кому|копия|отправлено|кімге|көшірме|жіберілді)\*?\s?:.*")
MAY_BE_TEXT = frozenset(("name", "surname", "given_name", "patronymic", "class_group", "address", "subject"))
_WAYS_TO_ANSWER = frozenset(("email", "phone", "anonymous"))
_EMPTY = re.compile(r"(?i)\W*|\W*(empty|не (указан|заполнен)[оаы]?|көрсетілмеген|толтырылмаған|n/a|none)\W*")
_NO = re.compile(r"(?i)\W*(нет|жоқ|no|n|off|0|false|unchecked|не (анонимно|срочно)|жасырын емес)\W*")
_MOST_STRAY = 2  # lines of a value that goes on, before the text is taken to have begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One field as it stood; `field` is "" where the label is not known: `written` goes into the text."""

    field: str
    value: str
    written: str


def says_no(value: str) -> bool:
    """Whether a box was left unticked, or «no» stands where a name belongs."""
    return bool(_EMPTY.fullmatch(value) or _NO.fullmatch(value))


def wishes(row: Row) -> bool:
    """Whether a field asks that nobody should know."""
    return row.field == "anonymous" and not says_no(row.value)


def lined(body: Stripped, labels: Labels) -> list[Row]:
    """«Label: value», one field to a line, the text over many."""
    marks, lines = _marks_alone(body.lines, labels)
    filled = [line for line in lines if line.strip()]
    if not filled or not looks_labelled(filled[0]) or _is_head_of_a_letter(filled[:6]):
        return []
    head, rest, seen = _head(lines, labels)
    seen |= {row.field for row in marks}
    rows = marks + head + list(text_and_end(rest, seen, labels, anonymous=any(map(wishes, marks + head))))
    sure = body.sure + sum(row.field == METADATA for row in head)
    is_form = (
        len(seen) >= 3
        or ("text" in seen and len(seen) >= 2)
        or (seen and sure + body.greetings)
        or sure + body.greetings >= 2
    )
    return rows if is_form else []


def _marks_alone(lines: list[str], labels: Labels) -> tuple[list[Row], list[str]]:
    """«Жасырын өтініш» and «Шұғыл» alone on the first lines, as our own form's readable part has them."""
    marks: list[Row] = []
    for place, line in enumerate(lines):
        field = labels.field_of(line) if line.strip() and len(line) <= 80 else ""
        if line.strip() and field not in ("anonymous", "urgent"):
            return marks, lines[place:]
        if field:
            marks.append(Row(field=field, value="иә", written=line))
    return [], lines


def _is_head_of_a_letter(lines: list[str]) -> bool:
    """«От: … Кому: …» stands above a forwarded letter."""
    return any(map(_LETTER_FROM.fullmatch, lines)) and any(map(_LETTER_TO.fullmatch, lines))


def _head(lines: list[str], labels: Labels) -> tuple[list[Row], list[str], set[str]]:
    """The rows before the text; the lines from where the text begins; the fields that were told."""
    rows: list[Row] = []
    seen: set[str] = set()
    perhaps: list[Row] = []
    stray = 0
    for place, line in enumerate(lines):
        if not line.strip():
            continue
        row = _head_row(line, seen, labels)
        if row.field == "text":
            return (
                _whole_addresses(rows) + _machine_s(perhaps),
                [row.value, *lines[place + 1 :]],
                seen | {"text"},
            )
        if row.field in (METADATA, PERHAPS):
            perhaps.append(row)
            continue
        rows += _machine_s(perhaps)
        perhaps = []
        stray = 0 if looks_labelled(line) else stray + 1
        if stray > _MOST_STRAY:
            begin = _lines_back(lines, place, _MOST_STRAY)
            return rows[:-_MOST_STRAY], lines[begin:], seen
        rows.append(row)
        seen |= {row.field} - {""}
    return rows + _machine_s(perhaps), [], seen


def _whole_addresses(rows: list[Row]) -> list[Row]:
    """«Адрес: Абай 1», «кв. 5»: above a text with its label, a line that goes on is the address's."""
    whole: list[Row] = []
    for row in rows:
        if whole and whole[-1].field == "address" and not row.field and labelled(row.written) is None:
            whole[-1] = replace(whole[-1], value=f"{whole[-1].value}, {row.written.strip()}")
        else:
            whole.append(row)
    return whole


def _head_row(line: str, seen: set[str], labels: Labels) -> Row:
    pair = labelled(line)
    field = labels.field_of(pair[0]) if pair else ""
    if pair is None or (field == "text" and field in seen):
        return Row(field="", value="", written=line)
    return Row(field=field, value=pair[1], written=line.strip())


def _machine_s(rows: list[Row]) -> list[Row]:
    """Neighbouring lines of metadata: of a machine if any of them surely is, or if they tell a moment."""
    sure = any(row.field == METADATA for row in rows) or len(rows) > 1
    return [
        row if row.field == METADATA else Row(field="", value="", written=row.written)
        for row in rows
        if row.field == METADATA or not (sure or is_moment(row.value))
    ]


def _lines_back(lines: list[str], place: int, count: int) -> int:
    """The place of the filled line that stands `count` filled lines above."""
    while count:
        place -= 1
        count -= bool(lines[place].strip())
    return place


def text_and_end(
    lines: list[str], seen: set[str], labels: Labels, *, anonymous: bool = False
) -> Iterator[Row]:
    """The text, and the fields that a form put after it: a block of new labels that ends the body."""
    end = [*_end_block(lines, seen, labels)]
    told = {row.field for _, row in end}
    if not anonymous and told & MAY_BE_TEXT and not says_whose(told):
        end = []  # «Имя: …» alone may be whom the text is about
    start = end[-1][0] if end else len(lines)
    text = "\n".join(lines[:start]).strip("\n")
    if text.strip():
        yield Row(field="text", value=text, written=text)
    yield from (row for _, row in reversed(end))


def _end_block(lines: list[str], seen: set[str], labels: Labels) -> Iterator[tuple[int, Row]]:
    """From the last line upwards."""
    told = set(seen)
    for place in reversed(range(1, len(lines))):
        line = lines[place]
        pair = labelled(line)
        field = labels.field_of(pair[0]) if pair else ""
        if not line.strip():
            continue
        if pair is None or field in ("", "text", "urgent", PERHAPS) or field in told:
            return
        told |= {field} - {METADATA}
        yield place, Row(field=field, value=pair[1], written=line.strip())


def says_whose(fields: set[str]) -> bool:
    """Whether fields below a text are the writer's: with a way to answer, or a wish to be anonymous."""
    return bool(fields & _WAYS_TO_ANSWER)
