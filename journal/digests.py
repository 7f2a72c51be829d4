"""By what the history knows a row again: a digest of it as it was written, of its sealed bytes too."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, select

from journal.tables import conflicts, deeds, entries, measures

# What may rightfully change after an entry was recorded; the rest may not.
_CHANGING = {"status", "cause", "finding", "considered_by", "closed_on", "data_key", "purged_on", "escalated"}
FIXED_ENTRY = [column for column in entries.c if column.name not in _CHANGING]
FIXED_MEASURE = [column for column in measures.c if column.name != "undone_on"]
FIXED_DEED = [column for column in deeds.c if column.name not in ("state", "undone_on")]


def entry_digest(values: Mapping[str, Any], files: Sequence[str]) -> str:
    """Of an entry's row as it was written, with the digests of its attachments."""
    return digest_of([row_of(FIXED_ENTRY, values), list(files)])


def attachment_digest(line: bytes, content: bytes) -> str:
    """Of an attachment's row as it was written."""
    return digest_of([plain(line), plain(content)])


def measure_digest(values: Mapping[str, Any]) -> str:
    """Of a measure's row as it was written."""
    return digest_of([row_of(FIXED_MEASURE, values)])


def deed_digest(values: Mapping[str, Any]) -> str:
    """Of a deed's row as it was written."""
    return digest_of([row_of(FIXED_DEED, values)])


def conflicts_digest(connection: Connection, number: int) -> str:
    """Of all that is kept of whom an entry names."""
    return conflicts_digests(connection, number).get(number, "")


def conflicts_digests(connection: Connection, number: int | None = None) -> dict[int, str]:
    """The same of every entry of which anything is kept."""
    query = select(conflicts).order_by(conflicts.c.number, conflicts.c.reader)
    if number is not None:
        query = query.where(conflicts.c.number == number)
    kept: dict[int, list[Any]] = {}
    for row in connection.execute(query):
        kept.setdefault(row.number, []).append(row_of(conflicts.c, row._asdict()))
    return {number: digest_of(rows) for number, rows in kept.items()}


def row_of(columns: Iterable[Column[Any]], values: Mapping[str, Any]) -> dict[str, object]:
    """By name and without what is empty: a column that a later migration adds spoils no older digest."""
    found = {column.name: plain(values.get(column.name)) for column in columns}
    return {name: value for name, value in found.items() if value is not None}


def plain(value: object) -> object:
    """Bytes, which are long, by their digest; days as ISO 8601; the rest as it is."""
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value.isoformat() if isinstance(value, date) else value


def digest_of(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
