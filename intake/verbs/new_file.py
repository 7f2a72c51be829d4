"""Makes a file that must not be lost and must not be there already: a key, a password, a config."""

import os
from pathlib import Path


def write_new_text(file: Path, text: str, *, mode: int) -> None:
    """On the disk before it is relied on, never over another file, and at no moment open to others."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", closefd=False) as stream:
            stream.write(text)
        os.fchmod(handle, mode)
        os.fsync(handle)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    """A new name is lost with the power until its folder is written too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
