"""Takes the body of a form mailer's letter apart into its fields, whatever shape the mailer gave them.

Lines «Label: value», a table's rows, «--- Label ---» above each value, labels and values in turn, or Joomla's
places. Only known labels split the text, and after the text only those that end the body: what a child writes
about somebody («Имя: …») must not become the child's own name.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from intake.labels import METADATA, PERHAPS, Labels
from intake.machine_words import Stripped, is_moment, labelled, looks_labelled, stripped

_MARKER = re.compile(r"-{3}\s(\S.{0,150}?)\s-{3}")
_JOOMLA = re.compile(r"[^\n]{0,200}https?://\S{1,300}\s[^\n]{0,100}:", re.IGNORECASE)
_NAME_AND_MAIL = re.compile(r"[^\n<>]{0,200}<\s?(?:[^\s<>@]{1,64}@[^\s<>@]{1,200})?\s?>")
_LETTER_FROM = re.compile(r"(?i)\*?(from|от|кімнен)\*?\s?:.*")
_LETTER_TO = re.compile(r"(?i)\*?(to|cc|sent|кому|копия|отправлено|кімге|көшірме|жіберілді)\*?\s?:.*")
_MAY_BE_TEXT = frozenset(("name", "surname", "given_name", "patronymic", "class_group", "address", "subject"))
_WAYS_TO_ANSWER = frozenset(("email", "phone", "anonymous"))
_MOST_STRAY = 2  # lines of a value that goes on, before the text is taken to have begun
_MOST_LINES = 5_000  # a book is a plain letter
_NO_FIELDS = frozenset(("", METADATA, PERHAPS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One field as it stood; `field` is "" where the label is not known: `written` goes into the text."""

    field: str
    value: str
    written: str


def rows_of(body: str, subject: str, labels: Labels, *, is_html: bool) -> list[Row]:
    """The fields of a body in their order; none where no layout begins it."""
    lines = body.split("\n")
    if len(lines) > _MOST_LINES:
        return []
    joomla = _joomla(lines, subject, labels)
    if joomla:
        return joomla
    inner = stripped(lines, labels)
    if not any(map(str.strip, inner.lines)):
        return []
    return (
        _marked(inner.lines, labels)
        or _table(inner, labels)
        or _stacked(inner, labels, bare=is_html)
        or _lines(inner, labels)
    )


def _joomla(lines: list[str], subject: str, labels: Labels) -> list[Row]:
    """«This is an enquiry email via URL from:», `Name <mail>`, the text, own fields; «Site: subject»."""
    filled = [place for place, line in enumerate(lines) if line.strip()][:2]
    if len(filled) < 2 or not _JOOMLA.fullmatch(lines[filled[0]].strip()):
        return []
    who = lines[filled[1]].strip()
    if not _NAME_AND_MAIL.fullmatch(who):
        return []
    own = subject.partition(": ")[2]
    rest = stripped(lines[filled[1] + 1 :], labels).lines
    return [
        Row(field="name", value=who, written=who),
        Row(field="subject", value=own, written=own),
        *_text_and_end(rest, {"name", "subject", "email"}, labels),
    ]


def _marked(lines: list[str], labels: Labels) -> list[Row]:
    """WPForms: «--- Label ---» above each value."""
    rows = _split(lines, _of_marker, labels)
    return rows if any(row.field not in _NO_FIELDS for row in rows) else []


def _table(body: Stripped, labels: Labels) -> list[Row]:
    """HTML: a row for each field, its label and its value in two cells."""
    rows = _split(body.lines, _of_cells, labels)
    known = {row.field for row in rows} - _NO_FIELDS
    is_form = "text" in known or len(known) > 1 or (rows and body.sure + body.greetings)
    return rows if is_form else []


def _of_marker(line: str) -> tuple[str, str] | None:
    found = _MARKER.fullmatch(line.strip())
    return (found[1], "") if found else None


def _of_cells(line: str) -> tuple[str, str] | None:
    return labelled(line) if "\t" in line.strip() else None


def _split(lines: list[str], begin: Callable[[str], tuple[str, str] | None], labels: Labels) -> list[Row]:
    """Rows that say where they begin, the unknown ones too. None unless the first line begins one."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        pair = begin(line)
        if pair is not None:
            found.append((pair[0], [pair[1]]))
        elif found:
            found[-1][1].append(line)
        elif line.strip():
            return []
    return [_row(label, "\n".join(value).strip(), labels) for label, value in found]


def _row(label: str, value: str, labels: Labels) -> Row:
    field = labels.field_of(label)
    if field == PERHAPS:
        field = METADATA if is_moment(value) else ""
    written = f"{label}:\n{value}" if "\n" in value else f"{label}: {value}"
    return Row(field=field, value=value, written=written)


def _stacked(body: Stripped, labels: Labels, *, bare: bool) -> list[Row]:
    """Labels alone on their lines, each value below; without a colon only where HTML set them apart."""
    marks: list[tuple[int, str, str]] = []  # place, label, field
    told: set[str] = set()
    lines = body.lines
    for place, line in enumerate(lines):
        pair = labelled(line)
        if pair is None and bare and len(line) <= 80:
            pair = line.strip(), ""
        field = labels.field_of(pair[0]) if pair else ""
        if pair is None or field in ("", PERHAPS) or field in told:
            continue
        if pair[1]:
            if "text" in told:
                continue  # «Телефон: …» inside the text
            return []
        marks.append((place, pair[0], field))
        told |= {field} - {METADATA}
    if (
        len(told) + body.sure + body.greetings < 2
        or not marks
        or any(line.strip() for line in lines[: marks[0][0]])
    ):
        return []
    marks = _without_marks_in_text(marks)
    rows: list[Row] = []
    for (place, label, field), end in zip(marks, [one[0] for one in marks[1:]] + [len(lines)], strict=True):
        rows += _below(lines[place + 1 : end], label, field)
    return rows


def _without_marks_in_text(marks: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    text = next((number for number, one in enumerate(marks) if one[2] == "text"), len(marks))
    after = marks[text + 1 :]
    own = bool({field for *_, field in marks[:text]} & {"anonymous"}) or _says_whose(
        {one[2] for one in after}
    )
    return marks[: text + 1] + [one for one in after if own or one[2] not in _MAY_BE_TEXT]


def _below(lines: list[str], label: str, field: str) -> Iterator[Row]:
    if field == "text":
        yield Row(field=field, value="\n".join(lines).strip("\n"), written=label)
        return
    filled = [line.strip() for line in lines if line.strip()]
    if filled and not looks_labelled(filled[0]):
        yield Row(field=field, value=filled[0], written=f"{label}: {filled[0]}")
        filled = filled[1:]
    else:
        yield Row(field=field, value="", written=label)
    for line in filled:
        yield Row(field="", value="", written=line)


def _lines(body: Stripped, labels: Labels) -> list[Row]:
    """«Label: value», one field to a line, the text over many."""
    marks, lines = _marks_alone(body.lines, labels)
    filled = [line for line in lines if line.strip()]
    if not filled or not looks_labelled(filled[0]) or _is_head_of_a_letter(filled[:6]):
        return []
    head, rest, seen = _head(lines, labels)
    seen |= {row.field for row in marks}
    rows = marks + head + list(_text_and_end(rest, seen, labels, anonymous="anonymous" in seen))
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
            return rows + _machine_s(perhaps), [row.value, *lines[place + 1 :]], seen | {"text"}
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


def _head_row(line: str, seen: set[str], labels: Labels) -> Row:
    pair = labelled(line)
    field = labels.field_of(pair[0]) if pair else ""
    if pair is None or field in seen:
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


def _text_and_end(
    lines: list[str], seen: set[str], labels: Labels, *, anonymous: bool = False
) -> Iterator[Row]:
    """The text, and the fields that a form put after it: a block of new labels that ends the body."""
    end = [*_end_block(lines, seen, labels)]
    told = {row.field for _, row in end}
    if not anonymous and told & _MAY_BE_TEXT and not _says_whose(told):
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


def _says_whose(fields: set[str]) -> bool:
    """Whether fields below a text are the writer's: with a way to answer, or a wish to be anonymous."""
    return bool(fields & _WAYS_TO_ANSWER)
