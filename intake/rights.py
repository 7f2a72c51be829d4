"""Sees who else on this machine can get at a school's files, and whether a crash would leave a copy."""

import resource
from collections.abc import Iterator
from pathlib import Path

from intake.config import Config
from intake.core_dumps import may_dump
from intake.server import Finding
from journal.private import exposure

_OTHERS_READ, _OTHERS_WRITE = 0o044, 0o022


def check_rights(config: Config) -> Iterator[Finding]:
    """The database's file has its own line; of what is not there nothing is said."""
    yield _config_file(config.path, holds_a_password=_has_password(config.journal_url))
    for name, folder in (("spool folder", config.form.spool), ("backup folder", config.backup_folder)):
        if folder.is_dir() and (fault := exposure(folder)):
            # What lies in both is sealed; so a disk that knows no rights may be read. None may be written.
            yield Finding(name, not folder.stat().st_mode & _OTHERS_WRITE, fault)
    if may_dump() or resource.getrlimit(resource.RLIMIT_CORE)[0]:
        remedy = "a crash could leave a file with letters and the key; run: ulimit -c 0"
        yield Finding("core dumps", False, remedy)
    else:
        yield Finding("core dumps", True)


def _config_file(file: Path, *, holds_a_password: bool) -> Finding:
    """It may hold no secret, and a school may want it read; but whoever writes it leads letters elsewhere."""
    mode = file.stat().st_mode
    if mode & _OTHERS_WRITE:
        return Finding("config.yaml", False, f"others on this machine can write it; run: chmod go-w {file}")
    if mode & _OTHERS_READ and holds_a_password:
        return Finding(
            "config.yaml",
            False,
            f"others can read it, and journal.url has a password: put that into $SENIM_JOURNAL_URL, or run: "
            f"chmod 600 {file}",
        )
    if mode & _OTHERS_READ:
        return Finding("config.yaml", True, f"others can read it; if that is not meant: chmod 600 {file}")
    fault = exposure(file)
    return Finding("config.yaml", not fault, fault)


def _has_password(url: str) -> bool:
    user, at, _ = url.partition("://")[2].rpartition("@")
    return bool(at) and ":" in user
