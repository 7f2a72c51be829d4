"""What a letter costs at the least: each part of a pull alone, in CPU of one process."""

import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from intake.draft import draft
from intake.message import parse
from intake.written_anew import written_anew
from journal.model import Appeal
from journal.sealing import Keys, Place
from tests.bench import LETTERS
from tests.bench_letters import letters, photos
from tests.databases import KEY
from tests.drafts import HABITS

COUNT = LETTERS // 4
A_BATCH = 100
PLACE = Place(school="school", table="entries", column="text", row="1")


@pytest.mark.parametrize("what", ["mixed", "text"])
def test_what_no_pull_can_do_without(what: str, tmp_path: Path) -> None:
    spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def clock(part: str) -> Iterator[None]:
        began = time.process_time()
        yield
        spent[part] += time.process_time() - began

    keys = Keys(KEY)
    file = sqlite3.connect(tmp_path / "file.db", isolation_level=None)
    file.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (sealed BLOB); BEGIN"
    )
    for n, (raw, _) in enumerate(letters(COUNT, photos() if what == "mixed" else [])):
        with clock("reading"):
            message = parse(raw)
        with clock("drafting"):
            appeal = draft(message, HABITS).appeal
        assert isinstance(appeal, Appeal)
        contents = [one.content for one in message.attachments]
        if appeal.applicant is None:
            with clock("pictures drawn anew"):
                contents = [written_anew(one).content for one in contents]
        with clock("sealing"):
            sealed = [keys.seal(one, place=PLACE) for one in (appeal.text.encode(), *contents)]
        with clock("writing"):
            file.executemany("INSERT INTO t VALUES (?)", [(one,) for one in sealed])
            if n % A_BATCH == A_BATCH - 1:
                file.execute("COMMIT")
                file.execute("BEGIN")
    file.close()
    parts = ", ".join(f"{part} {took / COUNT * 1000:.2f}" for part, took in spent.items())
    print(f"\na letter at the least, {what}: {sum(spent.values()) / COUNT * 1000:.2f} ms of CPU: {parts}")
