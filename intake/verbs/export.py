"""Writes what the Journal holds into files: the register, and the attachments of one entry."""

import argparse
import errno
import json
import mimetypes
import re
import stat
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import takewhile
from pathlib import Path
from typing import TextIO

from intake.config import Config
from intake.config_values import beside
from intake.verbs.opening import one_school, open_journal, today
from intake.verbs.output import say
from intake.verbs.person import person
from intake.verbs.values import WrongUsage
from journal.book import Journal
from journal.model import Attachment, Entry, Role
from journal.openings import note_exported, note_opened
from journal.private import make_folder, replacing, write_new
from reports.conflict import hidden_from
from reports.register import BOM, to_csv, to_json

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


def export(asked: argparse.Namespace) -> int:
    """The register, whole or not at all: a half-written file never stands under its name."""
    if asked.from_day and asked.to_day and asked.to_day < asked.from_day:
        raise WrongUsage("--to is before --from; swap them")
    config = one_school(asked)
    language = asked.language or config.school.languages[0]
    spare_our_own(asked.out, config)
    with open_journal(config) as journal, written(asked.out) as stream:
        numbers = _numbers(asked, config, journal)
        note_exported(journal, asked.format, numbers, by=person(), on=today(config))
        entries = journal.entries(from_day=asked.from_day, to_day=asked.to_day)
        wanted = set(numbers)
        noted = (one for one in _up_to(max(numbers, default=0), entries) if one.number in wanted)
        if asked.format == "json":
            json.dump(to_json(noted), stream, ensure_ascii=False, indent=2)
            stream.write("\n")
        else:
            stream.write(BOM)
            stream.writelines(to_csv(noted, language))
    if str(asked.out) != "-":
        say(f"wrote {len(numbers)} entries to {asked.out}")
    return 0


def _up_to(last: int, entries: Iterator[Entry]) -> Iterator[Entry]:
    """Those of which the history tells; what is recorded in this minute is not among them."""
    return takewhile(lambda one: one.number <= last, entries)


def _numbers(asked: argparse.Namespace, config: Config, journal: Journal) -> Collection[int]:
    """What the register will hold; for a reader it is without the appeals that name them."""
    days = {"from_day": asked.from_day, "to_day": asked.to_day}
    if asked.reader is None:
        return journal.numbers(**days)
    member = config.school.reader(asked.reader)
    if member is None or member.role is Role.OUTSIDE:  # who is under `forward` reads no register
        raise WrongUsage("--reader: nobody in `staff` has this address; write it as in config.yaml")
    hidden = hidden_from(journal, config.school, member, today(config))
    return {one.number for one in journal.entries(**days) if not hidden(one)}


def spare_our_own(out: Path, config: Config) -> None:
    """An old register may be replaced; the Journal, its key and what the school set up may not."""
    secrets = (config.settings.mailbox.imap.password_file, config.settings.submission.password_file)
    ours = [
        config.path,
        config.key_file,
        config.database_file,
        *(beside(config.path, one) for one in secrets),
    ]
    if any(one is not None and one.exists() and out.exists() and one.samefile(out) for one in ours):
        raise WrongUsage(f"{out} is a file that Senim itself needs; name another one")


@contextmanager
def written(out: Path) -> Iterator[TextIO]:
    """A file for this user's eyes, put in its place by renaming once it is whole. `-` is standard output."""
    if str(out) == "-":
        yield sys.stdout
        return
    out = out.resolve()  # what a link points to is replaced, not the link
    if out.exists() and not stat.S_ISREG(out.stat().st_mode):
        raise WrongUsage(f"{out} is no ordinary file; name a file, or - for standard output")
    if not out.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(out.parent))
    with replacing(out) as file:
        stream = TextIOWrapper(file, encoding="utf-8", newline="")
        yield stream
        stream.detach()  # written out, and not closed: it is put in its place first


def attachments(asked: argparse.Namespace) -> int:
    """An entry's files under names of ours: a name from a letter could be a path, or tell who wrote."""
    config = one_school(asked)
    with open_journal(config) as journal:
        files = journal.attachments(journal.entry(asked.number).number)
        if not files:
            gone = journal.destroyed([asked.number])
            say(f"№ {asked.number}: its content was destroyed" if gone else f"№ {asked.number} has no files")
            return 0
        note_opened(journal, "files", number=asked.number, by=person(), on=today(config))
    make_folder(asked.folder)
    places = [asked.folder / f"{asked.number}-{index}{_suffix(one)}" for index, one in enumerate(files, 1)]
    for place in places:
        if place.exists() or place.is_symlink():
            raise FileExistsError(errno.EEXIST, "is there already", str(place))
    for place, one in zip(places, files, strict=True):
        write_new(place, one.content)
        say(f"wrote {place}")
    return 0


def _suffix(one: Attachment) -> str:
    found = _SUFFIX.fullmatch(Path(one.name).suffix)
    return found[0].lower() if found else mimetypes.guess_extension(one.media_type) or ".bin"
