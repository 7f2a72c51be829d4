"""What crosses between Senim and the process that reads letters: words, marks and files, each one checked.

A piece is the length of its header (four bytes), the header as JSON, and the bytes of files, whose sizes are
in the header. Nothing of it can become code or another object: whoever hears it builds the values anew, from
these fields and of these types only, and never takes more than the limits below.
"""

import json
import re
import socket
import struct
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import accumulate

from intake.cleaning import KINDS, Fresh
from intake.message import Marks, Message
from journal.model import Attachment

MOST_HEADER = 2_000_000  # bytes; the header of a letter is at most 64 KiB before its words are decoded
MOST_BYTES = 72 * 1024 * 1024  # of all files and texts of one piece together
MOST_PIECES = 300
MOST_NAMES = 5  # of hosts
MOST_KEY_BYTES = 4096
NEVER = float("inf")

Header = dict[str, object]
_CODE = re.compile(r"[A-Za-z][A-Za-z-]{0,60}")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})+")
_MEDIA_TYPE = re.compile(r"[!-~]{1,200}")


class NotOurShape(Exception):
    """What was heard is not what was agreed."""


class TooMuch(NotOurShape):
    """What was heard, or would be, is larger than any honest answer."""


def pack(header: Mapping[str, object], blobs: Sequence[bytes] = ()) -> list[bytes]:
    """One piece, ready to be said. Raises TooMuch."""
    sizes = [len(blob) for blob in blobs]
    words = json.dumps({**header, "sizes": sizes}, ensure_ascii=False).encode()
    if sum(sizes) > MOST_BYTES or len(sizes) > MOST_PIECES or len(words) > MOST_HEADER:
        raise TooMuch
    return [struct.pack(">I", len(words)) + words, *blobs]


class Line:
    """One end of it. Raises TimeoutError after the moment `until`, EOFError when the other end is gone."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def close(self) -> None:
        self._end.close()

    def say(self, piece: Sequence[bytes], *, until: float = NEVER) -> None:
        """Send what `pack` made."""
        for part in piece:
            self._end.settimeout(_left(until))
            self._end.sendall(part)

    def hear(self, *, until: float = NEVER) -> tuple[Header, list[bytes]]:
        (length,) = struct.unpack(">I", self._take(4, until))
        if length > MOST_HEADER:
            raise TooMuch
        try:
            words = self._take(length, until)
            header = json.loads(words.decode())
            if b"\\ud" in words or b"\\uD" in words:  # JSON can write half a letter, which no file can hold
                json.dumps(header, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise NotOurShape from None
        if not isinstance(header, dict):
            raise NotOurShape
        sizes = header.pop("sizes", None)
        if not isinstance(sizes, list) or not all(type(size) is int and size >= 0 for size in sizes):
            raise NotOurShape
        if sum(sizes) > MOST_BYTES or len(sizes) > MOST_PIECES:
            raise TooMuch
        taken = memoryview(self._take(sum(sizes), until))
        ends = list(accumulate(sizes))
        return header, [bytes(taken[end - size : end]) for size, end in zip(sizes, ends, strict=True)]

    def more_waits(self) -> bool:
        """Whether something was said that nobody asked for."""
        return bool(self._peek())

    def hung_up(self) -> bool:
        """Whether the other end is closed."""
        return self._peek() == b""

    def _peek(self) -> bytes | None:
        self._end.settimeout(0)
        try:
            return self._end.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _take(self, size: int, until: float) -> bytearray:
        taken = bytearray(size)
        room = memoryview(taken)
        while room:
            self._end.settimeout(_left(until))
            count = self._end.recv_into(room)
            if not count:
                raise EOFError
            room = room[count:]
        return taken


def _left(until: float) -> float | None:
    # A little is always left: after a process was stopped for a while, what has come meanwhile still counts.
    return None if until == NEVER else max(until - time.monotonic(), 0.01)


def message_out(message: Message) -> tuple[Header, list[bytes]]:
    """A message as header and blobs; the long texts travel like files."""
    texts = [message.text.encode(), message.html.encode(), message.form_part or b""]
    header: Header = {
        "marks": asdict(message.marks),
        "has_form": message.form_part is not None,
        "files": _kinds(message.attachments),
        "message_id": message.message_id,
        "date": message.date,
        "references": message.references,
        "from_fields": message.from_fields,
        "sender_fields": message.sender_fields,
        "reply_to": message.reply_to,
        "to_fields": message.to_fields,
        "trace": message.trace,
        "recipients": message.recipients,
        "subject": message.subject,
        "authentication_results": message.authentication_results,
        "submission_id": message.submission_id,
    }
    return header, texts + [file.content for file in message.attachments]


def message_in(header: Header, blobs: list[bytes]) -> Message:
    """The message in an answer. Raises NotOurShape."""
    read, marks = Fields(header), Fields(header.get("marks"))
    if len(blobs) < 3:
        raise NotOurShape
    text, html, form_part = blobs[:3]
    return Message(
        message_id=read.line("message_id"),
        date=read.line("date"),
        references=read.lines("references"),
        from_fields=read.lines("from_fields"),
        sender_fields=read.lines("sender_fields"),
        reply_to=read.lines("reply_to"),
        to_fields=read.lines("to_fields"),
        trace=read.lines("trace"),
        recipients=read.lines("recipients"),
        subject=read.line("subject"),
        marks=Marks(
            auto_submitted=marks.line("auto_submitted"),
            precedence=marks.line("precedence"),
            list_id=marks.flag("list_id"),
            our_letter=marks.line("our_letter"),
            autoreply=marks.flag("autoreply"),
            delivery_report=marks.flag("delivery_report"),
            null_sender=marks.flag("null_sender"),
            spam=marks.flag("spam"),
        ),
        authentication_results=read.lines("authentication_results"),
        submission_id=read.line("submission_id"),
        text=words_in(text),
        html=words_in(html),
        form_part=form_part if read.flag("has_form") else None,
        attachments=files_in(header, blobs[3:]),
    )


def files_in(header: Header, blobs: list[bytes]) -> tuple[Attachment, ...]:
    """The files in a piece. Raises NotOurShape."""
    kinds = header.get("files")
    if not isinstance(kinds, list) or len(kinds) != len(blobs):
        raise NotOurShape
    return tuple(_file(kind, content) for kind, content in zip(kinds, blobs, strict=True))


def fresh_out(fresh: Fresh | None) -> tuple[Header, list[bytes]]:
    """A file written anew; None for one that cannot be."""
    return ({"kind": ""}, []) if fresh is None else ({"kind": fresh.kind}, [fresh.content])


def fresh_in(header: Header, blobs: list[bytes]) -> Fresh | None:
    """The file in an answer, of a kind that our cleaning gives. Raises NotOurShape."""
    kind = Fields(header).line("kind")
    if not kind and not blobs:
        return None
    demand([kind in KINDS, len(blobs) == 1])
    return Fresh(kind=kind, content=blobs[0])


def letter_with_keys_out(raw: bytes, keys: Mapping[str, bytes], now: datetime) -> tuple[Header, list[bytes]]:
    """A letter and the keys of its signatures; what could be no such key is left at home."""
    usable = {name: key for name, key in keys.items() if _HOST.fullmatch(name) and len(key) <= MOST_KEY_BYTES}
    names = list(usable)[:MOST_NAMES]
    return {"names": names, "now": now.isoformat()}, [raw, *(usable[name] for name in names)]


def letter_with_keys_in(header: Header, blobs: list[bytes]) -> tuple[bytes, dict[str, bytes], datetime]:
    raw, *keys = blobs
    return raw, dict(zip(names_in(header), keys, strict=True)), datetime.fromisoformat(str(header["now"]))


def names_in(header: Header, _: Sequence[bytes] = ()) -> tuple[str, ...]:
    """Names of hosts in an answer, as a name server knows them. Raises NotOurShape."""
    names = Fields(header).lines("names")
    demand([len(names) <= MOST_NAMES, *map(_HOST.fullmatch, names)])
    return names


def code_in(header: Header) -> str:
    """A short code in an answer, fit for the log and the Journal. Raises NotOurShape."""
    code = Fields(header).line("code")
    demand([_CODE.fullmatch(code)])
    return code


def _kinds(files: Sequence[Attachment]) -> list[list[str]]:
    return [[file.name, file.media_type] for file in files]


def _file(kind: object, content: bytes) -> Attachment:
    if not isinstance(kind, list) or len(kind) != 2:
        raise NotOurShape
    name, media_type = map(_line, kind)
    demand([name, not {"/", "\\", "\0", "\n", "\r"} & set(name), _MEDIA_TYPE.fullmatch(media_type)])
    return Attachment(name=name, media_type=media_type, content=content)


class Fields:
    """The fields of a JSON object, each taken as the type that it must have."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise NotOurShape
        self._value = value

    def line(self, name: str) -> str:
        return _line(self._value.get(name))

    def lines(self, name: str) -> tuple[str, ...]:
        value = self._value.get(name)
        if not isinstance(value, list):
            raise NotOurShape
        return tuple(map(_line, value))

    def optional(self, name: str) -> "Fields | None":
        value = self._value.get(name)
        return None if value is None else Fields(value)

    def inner(self, name: str) -> dict[str, str]:
        value = self._value.get(name)
        if not isinstance(value, dict):
            raise NotOurShape
        return {key: _line(one) for key, one in value.items()}

    def flag(self, name: str) -> bool:
        value = self._value.get(name)
        if not isinstance(value, bool):
            raise NotOurShape
        return value


def _line(value: object) -> str:
    if not isinstance(value, str):
        raise NotOurShape
    return value


def words_in(blob: bytes) -> str:
    try:
        return blob.decode()
    except UnicodeError:
        raise NotOurShape from None


def demand(true: Iterable[object]) -> None:
    if not all(true):
        raise NotOurShape
