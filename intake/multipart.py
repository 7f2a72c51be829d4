"""Reads what a browser sends with the page: the typed fields and the files, counted while they come in.

A request's Content-Length is never believed. The typed words are kept even when the files are too many, too
large or cut off on the way, so that the family does not have to write them again (RFC 7578, WHATWG URL §5).
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from intake.charset import decode
from intake.file_names import safe_name
from intake.spool import Spool

# It tells unexpected bytes of a form to its logger: a log of ours holds nothing that a family sent.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)

log = logging.getLogger(__name__)
_CHARSET = "_charset_"
_BETWEEN = b"\x1f"
_MEDIA_TYPE = re.compile(r"(text|image|audio|video|application)/[a-z0-9][a-z0-9.+-]{0,80}")


class Fault(StrEnum):
    """What was wrong with a request's body."""

    MANY_FILES = "many-files"
    LARGE_FILES = "large-files"
    TOO_MUCH = "too-much"  # past every measure: reading has stopped
    BROKEN = "broken"  # not what a browser sends, or cut off


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may bring. Reading stops at `body`; up to there, files too many are passed over."""

    names: frozenset[str]  # of the typed fields; others are passed over
    files: int
    file_bytes: int  # all files together
    body: int
    field_bytes: int = 1024 * 1024  # all typed fields together
    fields: int = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file as the browser named it, name and type made harmless."""

    name: str
    media_type: str
    size: int
    file: Spool

    def read(self) -> bytes:
        return self.file.read()


@dataclass(slots=True)
class Body:
    """What has come of a request so far; `close` lets its files vanish."""

    values: dict[str, str] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)
    faults: set[Fault] = field(default_factory=set)
    brought_files: bool = False  # also those that were passed over

    def close(self) -> None:
        for upload in self.uploads:
            upload.file.close()


async def read_body(
    content_type: str, chunks: AsyncIterator[bytes], limits: Limits, body: Body, spool: Path | None = None
) -> None:
    """Fill `body` as the chunks come; what has arrived stays there even if the line breaks.

    The first value of a repeated field counts.
    """
    kind, options = parse_options_header(content_type)
    reader: _Multipart | _Urlencoded
    if kind == b"multipart/form-data" and 0 < len(options.get(b"boundary", b"")) <= 70:
        reader = _Multipart(options[b"boundary"], limits, body, spool)
    elif kind == b"application/x-www-form-urlencoded":
        reader = _Urlencoded(limits, body)
    else:
        body.faults.add(Fault.BROKEN)
        return
    received = 0
    try:
        async for chunk in chunks:
            received += len(chunk)
            if received > limits.body:
                body.faults.add(Fault.TOO_MUCH)
                break
            reader.write(chunk)
    except (FormParserError, _TooMuch) as fault:
        body.faults.add(Fault.TOO_MUCH if isinstance(fault, _TooMuch) else Fault.BROKEN)
    finally:
        declared = options.get(b"charset", b"").decode("latin-1")
        body.values = _decode(reader.finish(), declared)


async def patiently(chunks: AsyncIterator[bytes], *, idle: float, whole: float) -> AsyncIterator[bytes]:
    """The same chunks. Raises TimeoutError when the next does not come, or when all take too long."""
    clock = asyncio.get_running_loop().time
    until = clock() + whole
    while True:
        async with asyncio.timeout_at(min(clock() + idle, until)):
            chunk = await anext(chunks, b"")
        if not chunk:
            return
        yield chunk


class _TooMuch(Exception):
    """More fields, or more bytes in them, than any family types."""


class _Multipart:
    """Callbacks of the push parser; one part after the other."""

    def __init__(self, boundary: bytes, limits: Limits, body: Body, spool: Path | None) -> None:
        self._limits, self._body = limits, body
        self._spool = spool
        self._fields: list[tuple[str, bytearray]] = []
        self._field_bytes = self._file_bytes = 0
        self._header = (bytearray(), bytearray())
        self._headers: dict[bytes, bytes] = {}
        self._file: Spool | None = None
        self._name, self._is_file, self._size = b"", False, 0
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    def write(self, chunk: bytes) -> None:
        self._parser.write(chunk)

    def finish(self) -> list[tuple[str, bytes]]:
        if not self._ended:
            self._body.faults.add(Fault.BROKEN)
            if self._file:  # cut off in the middle of it
                self._file.close()
        return [(name, bytes(value)) for name, value in self._fields if name in self._limits.names]

    def _begin(self) -> None:
        self._headers, self._header = {}, (bytearray(), bytearray())

    def _header_end(self) -> None:
        self._headers[bytes(self._header[0]).lower()] = bytes(self._header[1])
        self._header = (bytearray(), bytearray())

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name", b"")
        filename = options.get(b"filename")
        self._is_file, self._size, self._file = filename is not None, 0, None
        if filename is None:
            if len(self._fields) >= self._limits.fields:
                raise _TooMuch
            self._fields.append((name.decode("latin-1"), bytearray()))
        elif filename:  # browsers send an empty name when no file was chosen
            self._name = filename
            self._body.brought_files = True
            if len(self._body.uploads) >= self._limits.files:
                self._body.faults.add(Fault.MANY_FILES)
            elif Fault.LARGE_FILES not in self._body.faults:
                self._file = Spool(self._spool)

    def _data(self, data: bytes, start: int, end: int) -> None:
        length = end - start
        if not self._is_file:
            self._field_bytes += length
            if self._field_bytes > self._limits.field_bytes:
                raise _TooMuch
            self._fields[-1][1].extend(data[start:end])
        elif self._file:
            self._file_bytes += length
            if self._file_bytes > self._limits.file_bytes:
                self._give_up(Fault.LARGE_FILES)
                return
            self._size += length
            try:
                self._file.write(data[start:end])
            except OSError as fault:  # the disk is full: the words come back all the same
                log.error("an upload could not be kept: %s", type(fault).__name__)
                self._give_up(Fault.LARGE_FILES)

    def _give_up(self, fault: Fault) -> None:
        self._body.faults.add(fault)
        if self._file:
            self._file.close()
        self._file = None

    def _part_end(self) -> None:
        if not self._file:
            return
        said = self._headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
        media_type = said if _MEDIA_TYPE.fullmatch(said) else "application/octet-stream"
        upload = Upload(
            name=safe_name(decode(self._name, None), media_type),
            media_type=media_type,
            size=self._size,
            file=self._file,
        )
        self._file = None
        self._body.uploads.append(upload)

    def _end(self) -> None:
        self._ended = True


class _Urlencoded:
    """`a=b&c=d`: small, so it is kept whole and taken apart at the end."""

    def __init__(self, limits: Limits, body: Body) -> None:
        self._limits, self._body = limits, body
        self._raw = bytearray()

    def write(self, chunk: bytes) -> None:
        self._raw += chunk
        if len(self._raw) > 3 * self._limits.field_bytes:  # every byte may be written as %XX
            raise _TooMuch

    def finish(self) -> list[tuple[str, bytes]]:
        pairs = bytes(self._raw).replace(b"+", b" ").split(b"&", self._limits.fields)
        if len(pairs) > self._limits.fields:
            self._body.faults.add(Fault.TOO_MUCH)
            pairs.pop()
        split = [pair.partition(b"=") for pair in pairs]
        named = [(unquote_to_bytes(name).decode("latin-1"), value) for name, _, value in split]
        return [(name, unquote_to_bytes(value)) for name, value in named if name in self._limits.names]


def _decode(fields: list[tuple[str, bytes]], declared: str) -> dict[str, str]:
    """All fields of a page are in one charset, which browsers write into a field called `_charset_`.

    Without a word it is guessed from all of them together: «7Ә» alone would be too little to guess from.
    """
    said = next((value.decode("latin-1") for name, value in fields if name == _CHARSET), declared)
    joined = _BETWEEN.join(value.replace(_BETWEEN, b"") for _, value in fields)
    texts = decode(joined, said).split(_BETWEEN.decode())
    if len(texts) != len(fields):  # read as an alphabet of two bytes a letter
        texts = [value.decode("utf-8", "replace") for _, value in fields]
    values: dict[str, str] = {}
    for (name, _), text in zip(fields, texts, strict=True):
        values.setdefault(name, text)
    return values
