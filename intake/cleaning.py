"""What is left of an anonymous appeal's files: each written anew without what tells whose it is, or refused.

Nothing that could not be cleaned is kept: the letter to the school's staff says how many files were refused
and of which kinds. `written_anew` does the writing, in a process apart.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intake.file_names import kind_of
from intake.gate import Unreadable
from journal.model import Attachment

MOST_BYTES = 25 * 1024 * 1024  # of one file as it was sent
MOST_WRITTEN = 60 * 1024 * 1024  # of all new files of one appeal together
MOST_FILES = 50
MOST_LOST = 2  # files of one appeal that may cost a process its life
PATIENCE = 60  # seconds for all files of one appeal
# What we write, and what each kind is called in a letter.
KINDS = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".tif": "image/tiff",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".3gp": "video/3gpp",
    ".webm": "video/webm",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
}
# What a mail program adds by itself and nobody chose to send: dropped without a word.
_ADDED = """
application/pkcs7-signature application/x-pkcs7-signature application/pgp-signature application/pgp-keys
application/pgp-encrypted text/vcard text/x-vcard text/directory
"""
_ADDED_BY_PROGRAMS = frozenset(_ADDED.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A file written anew: its bytes, and its kind as an ending of KINDS."""

    kind: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What is left of an anonymous appeal's files: new ones, and the kinds of what was refused."""

    kept: tuple[Attachment, ...] = ()
    refused: tuple[str, ...] = ()


class NotCleanable(Exception):
    """This file is none that we can write anew."""


WriteAnew = Callable[[bytes], Fresh]  # raises NotCleanable, or Unreadable when its process died of the file


def clean(
    files: Sequence[Attachment], write_anew: WriteAnew, clock: Callable[[], float] = time.monotonic
) -> Cleaned:
    """Every file that can be, written anew and named by its place; everything else refused by kind."""
    kept: list[Attachment] = []
    refused: list[str] = []
    lost, room, until = 0, MOST_WRITTEN, clock() + PATIENCE
    for file in files:
        if file.media_type in _ADDED_BY_PROGRAMS:
            continue
        may_try = lost < MOST_LOST and len(kept) < MOST_FILES and clock() < until
        try:
            fresh = _fresh(file.content, write_anew, room) if may_try else None
        except Unreadable:  # a file may cost its own process, never the words that it came with
            lost, fresh = lost + 1, None
        if fresh is None:
            refused.append(kind_of(file.name))
            continue
        room -= len(fresh.content)
        name = f"{len(kept) + 1}{fresh.kind}"
        kept.append(Attachment(name=name, media_type=KINDS[fresh.kind], content=fresh.content))
    return Cleaned(kept=tuple(kept), refused=tuple(refused))


def _fresh(content: bytes, write_anew: WriteAnew, room: int) -> Fresh | None:
    """Raises Unreadable."""
    if not 0 < len(content) <= MOST_BYTES:
        return None
    try:
        fresh = write_anew(content)
    except NotCleanable:
        return None
    return fresh if len(fresh.content) <= room else None
