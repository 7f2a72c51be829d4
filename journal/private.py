"""Makes files and folders that nobody but Senim's own user can read, and finds those that others can.

The one place for it: 0600 in 0700, whatever the umask says. What is written is on the disk before it is
relied on, and never half of it under its name.
"""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

FILE, FOLDER = 0o600, 0o700
READ_ONLY = 0o400
_OTHERS = 0o077
_OTHERS_WRITE = 0o022


def make_folder(folder: Path) -> None:
    """The folder, and those above it that are missing. One that is there stays as it is."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        with suppress(FileExistsError):  # another process was a moment earlier
            one.mkdir(mode=FOLDER)
            one.chmod(FOLDER)  # the umask may have taken from our own rights
    if not folder.is_dir():
        raise NotADirectoryError(20, os.strerror(20), str(folder))


def make_file(file: Path) -> None:
    """An empty file, unless it is there already."""
    make_folder(file.parent)
    with suppress(FileExistsError):
        os.close(_new(file))


def open_lock(file: Path) -> int:
    """The descriptor of a file that only stands for a lock; made when it is missing."""
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE)


def write_new(file: Path, content: bytes, *, mode: int = FILE) -> None:
    """A new file. Raises FileExistsError rather than to write over another, or through a link."""
    make_folder(file.parent)
    handle = _new(file)
    try:
        with os.fdopen(handle, "wb", closefd=False) as stream:
            stream.write(content)
        os.fchmod(handle, mode)
        os.fsync(handle)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    sync_folder(file.parent)


@contextmanager
def replacing(file: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of the one of that name, if any, once it is whole."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            os.fchmod(handle, FILE)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(file.parent)


def destroy(file: Path) -> None:
    """Write over a small secret before its name goes: the old bytes must not wait in a free block."""
    file.chmod(FILE)
    with file.open("r+b") as stream:
        stream.write(os.urandom(file.stat().st_size))
        stream.flush()
        os.fsync(stream.fileno())
    file.unlink()
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """A new name is lost with the power until its folder is written too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def exposure(path: Path) -> str:
    """Who besides us can get at a file or folder, and what to do; empty when nobody can, or it is not there.

    Whoever may write in its folder may put a file of their own in its place. In a sticky folder such as
    /tmp they may not.
    """
    try:
        mode = path.stat().st_mode
        folder = path.resolve().parent
        around = folder.stat()
    except OSError:
        return ""  # the reading says it better
    if mode & _OTHERS:
        right = "700" if stat.S_ISDIR(mode) else "600"
        run = f"chmod {right} {path}"
        everybodys = path == Path(path.anchor) or mode & stat.S_ISVTX  # / or /tmp
        if stat.S_ISDIR(mode) and everybodys:
            run = f"mkdir -m 700 {path / 'senim'}, and name that folder"
        return f"{path} can be read by others on this machine; run: {run}"
    if around.st_mode & _OTHERS_WRITE and not around.st_mode & stat.S_ISVTX:
        return f"others on this machine can put another file in the place of {path}; run: chmod go-w {folder}"
    if os.geteuid() and around.st_uid not in {0, os.geteuid()}:
        return f"{folder} is another user's, who can put another file in the place of {path}; move it"
    return ""


def _new(file: Path) -> int:
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE)
    os.fchmod(handle, FILE)
    return handle
