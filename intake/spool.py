"""Holds an upload until its letter is sent: a small one in memory, a large one in a file without a name.

What lies on the disk has no name and vanishes with the process; and nobody could read it even then, for it is
sealed with a key that is in memory alone.
"""

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from journal.private import make_folder
from journal.sealing import Place, Seal, new_key

IN_MEMORY = 256 * 1024  # bytes of one file
_PIECE = 128 * 1024  # is sealed at a time


class Spool:
    """Written piece by piece, read whole, and then gone."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory = bytearray()
        self._seal: Seal | None = None
        self._file: BinaryIO | None = None
        self._lengths: list[int] = []  # of the sealed pieces in the file
        self.closed = False

    def write(self, data: bytes) -> None:
        """Raises OSError when the disk takes no more."""
        self._memory += data
        if self._file is None and len(self._memory) > IN_MEMORY:
            self._seal, self._file = Seal(new_key()), _unnamed(self._folder)
        while self._file is not None and len(self._memory) >= _PIECE:
            self._put_away(bytes(self._memory[:_PIECE]))
            del self._memory[:_PIECE]

    def read(self) -> bytes:
        """All that was written."""
        if self._file is None or self._seal is None:
            return bytes(self._memory)
        self._file.seek(0)
        pieces = [
            self._seal.open(self._file.read(length), place=_place(number))
            for number, length in enumerate(self._lengths)
        ]
        return b"".join(pieces) + bytes(self._memory)

    def close(self) -> None:
        self.closed = True
        self._memory.clear()
        self._seal = None
        if self._file is not None:
            self._file.close()

    def _put_away(self, piece: bytes) -> None:
        if self._seal is not None and self._file is not None:
            sealed = self._seal.seal(piece, place=_place(len(self._lengths)))
            self._file.write(sealed)
            self._lengths.append(len(sealed))


def _unnamed(folder: Path | None) -> BinaryIO:
    """A file without a name; in the system's own folder where ours cannot be used: it is sealed anyway."""
    if folder is not None:
        with suppress(OSError):
            make_folder(folder)
            return tempfile.TemporaryFile(dir=folder)
    return tempfile.TemporaryFile()


def _place(number: int) -> Place:
    return Place(school="", table="spool", column="piece", row=str(number))
