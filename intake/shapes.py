"""Takes the body of a form mailer's letter apart into its fields, whatever shape the mailer gave them.

Lines «Label: value», a table's rows, «--- Label ---» above each value, labels and values in turn, or Joomla's
places.
"""

import re
from collections.abc import Callable, Iterator

from intake.labelled_lines import MAY_BE_TEXT, Row, lined, says_no, says_whose, text_and_end
from intake.labels import METADATA, PERHAPS, Labels
from intake.machine_words import Stripped, is_moment, labelled, looks_labelled, stripped

_MARKER = re.compile(r"-{3}\s(\S.{0,150}?)\s-{3}")
_JOOMLA = re.compile(r"[^\n]{0,200}https?://\S{1,300}\s[^\n]{0,100}:", re.IGNORECASE)
_NAME_AND_MAIL = re.compile(r"[^\n<>]{0,200}<\s?(?:[^\s<>@]{1,64}@[^\s<>@]{1,200})?\s?>")
_MOST_LINES = 5_000  # a book is a plain letter
_NO_FIELDS = frozenset(("", METADATA, PERHAPS))


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
        or lined(inner, labels)
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
        *text_and_end(rest, {"name", "subject", "email"}, labels),
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
    marks = _without_marks_in_text(marks, lines)
    rows: list[Row] = []
    for (place, label, field), end in zip(marks, [one[0] for one in marks[1:]] + [len(lines)], strict=True):
        rows += _below(lines[place + 1 : end], label, field)
    return rows


def _without_marks_in_text(marks: list[tuple[int, str, str]], lines: list[str]) -> list[tuple[int, str, str]]:
    text = next((number for number, one in enumerate(marks) if one[2] == "text"), len(marks))
    after = marks[text + 1 :]
    boxes = [place for place, _, field in marks[:text] if field == "anonymous"]
    values = [next(filter(str.strip, lines[place + 1 :]), "") for place in boxes]
    own = not all(map(says_no, values)) or says_whose({one[2] for one in after})
    return marks[: text + 1] + [one for one in after if own or one[2] not in MAY_BE_TEXT]


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
