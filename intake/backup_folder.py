"""The folder of the nightly backups: how they are called, which is the oldest, which have to go."""

import os
import re
from datetime import date, timedelta
from pathlib import Path

from intake.backup import UNFINISHED
from intake.config import Config


def file_of(config: Config, night: date) -> Path:
    """A night's backup. Several schools may share a folder: each knows its own by the name of its file."""
    return config.backup_folder / f"senim-{config.name}-{night}.age"


def backups(config: Config) -> dict[date, Path]:
    """Those that are there, by their night. Nothing else in the folder is ours."""
    pattern = re.compile(rf"senim-{re.escape(config.name)}-(\d{{4}}-\d\d-\d\d)\.age")
    found: dict[date, Path] = {}
    for file in _files(config.backup_folder):
        if (name := pattern.fullmatch(file.name)) is None:
            continue
        try:
            found[date.fromisoformat(name[1])] = file
        except ValueError:  # 2026-99-99
            continue
    return found


def rotate(config: Config, night: date, *, sure: bool = False) -> date | None:
    """Remove what is older than backup.keep_days, and what was cut short. Returns the oldest one's night.

    The newest stays, whatever its age: a school whose backups fail must not lose the last one that it has.
    What bears a later day was made by a clock that ran ahead: it would outstay its time, and hold what was
    destroyed since. It goes once there is one of this night, if it is `sure` that not today's clock is wrong.
    """
    found = backups(config)
    if sure and night in found:
        for made in [one for one in found if one > night + timedelta(days=1)]:
            found.pop(made).unlink(missing_ok=True)
    newest = max(found, default=None)
    limit = timedelta(days=config.settings.backup.keep_days)
    for made, file in sorted(found.items()):
        if night - made >= limit and made != newest:
            file.unlink(missing_ok=True)
            del found[made]
    for file in _files(config.backup_folder):
        if file.name.startswith(f"senim-{config.name}-") and file.name.endswith(f".age{UNFINISHED}"):
            file.unlink(missing_ok=True)
    return min(found, default=None)


def on_the_journals_disk(config: Config) -> bool:
    """Whether one broken disk would take both. Not known of a server."""
    if config.database_file is None:
        return False
    try:
        journal = config.database_file.parent.stat()
        return _nearest(config.backup_folder).stat().st_dev == journal.st_dev
    except OSError:
        return False


def _nearest(folder: Path) -> Path:
    """The folder, or the one above it that is there already."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _files(folder: Path) -> list[Path]:
    try:
        return [folder / entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        return []
