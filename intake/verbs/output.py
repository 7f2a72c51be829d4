"""Prints what a verb found: tables on a terminal, plain columns in a pipe, JSON for other programs."""

import dataclasses
import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.status import Status

Row = Sequence[object]


def say(*lines: str) -> None:
    """Lines for people, free of signs that a terminal would obey."""
    for line in lines:
        sys.stdout.write(f"{printable(line)}\n")


def complain(line: str) -> None:
    """A line about trouble."""
    sys.stderr.write(f"senim: {printable(line)}\n")


def working(words: str) -> "Status":
    """Shows a person at a terminal that something is happening. To be used in a `with`; it can be updated."""
    return Console(stderr=True).status(words, spinner="line")


def printable(text: str) -> str:
    """What families wrote reaches a terminal here: an escape sequence in it must do nothing."""
    return "".join(sign if sign.isprintable() or _is_harmless(sign) else "\ufffd" for sign in text)


def _is_harmless(sign: str) -> bool:
    """Python calls no-break spaces unprintable too, and the joiners inside one emoji."""
    return sign in "\n\t\u00ad\u200c\u200d" or unicodedata.category(sign) == "Zs"


def print_json(value: object) -> None:
    """The value as JSON, with Kazakh and Russian letters as they are."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def _plain(value: Any) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (frozenset, set, tuple)):
        return list(value)
    if isinstance(value, Enum):
        return value.value
    return str(value)


def print_table(heads: Sequence[str], rows: Sequence[Row], *, empty: str, fold: Sequence[str] = ()) -> None:
    """Rows under heads. A person is told when there are none (`empty`); a pipe gets the heads alone."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        _print_columns([list(heads), *cells])
    elif not cells:
        say(empty)
    else:
        table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for head in heads:
            # Numbers and days are never cut; words are folded into lines below each other.
            table.add_column(head, no_wrap=head not in fold, overflow="fold")
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))  # Text: brackets in an appeal are no markup
        Console().print(table)


def _print_columns(rows: Sequence[Sequence[str]]) -> None:
    """As wide as the words are: a pipe has no edge to cut them at."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    for row in rows:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return " ".join(printable(str(value)).split())
