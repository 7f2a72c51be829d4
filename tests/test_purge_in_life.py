"""From the letter of a family to the last byte of it: pull, 15:00, reply, purge, on real servers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from journal.tables import metadata
from tests.command import config_of, open_journal
from tests.databases import PostgreSQL, postgresql_files
from tests.school import JOURNAL, SchoolUnderTest, at, open_school, plain_letter, reply_to
from tests.servers import Mail

pytestmark = pytest.mark.real


@pytest.fixture(
    params=[
        pytest.param("sqlite", id="in a SQLite file"),
        pytest.param("postgresql", id="in PostgreSQL", marks=pytest.mark.soak),
    ]
)
def school(request: pytest.FixtureRequest, tmp_path: Path, mail: Mail) -> SchoolUnderTest:
    if request.param == "sqlite":
        return open_school(tmp_path, mail, JOURNAL)
    running: PostgreSQL = request.getfixturevalue("postgresql")
    return open_school(tmp_path, mail, running.fresh(like=request.getfixturevalue("with_tables")))


def files(school: SchoolUnderTest) -> Iterator[tuple[str, bytes]]:
    """Everything that the Journal keeps on the disk, its log included."""
    url = config_of(school.folder).journal_url
    if url.startswith("sqlite"):
        yield from ((one.name, one.read_bytes()) for one in school.folder.glob("journal.db*"))
        return
    yield from postgresql_files(url)


def pieces_of(school: SchoolUnderTest) -> list[bytes]:
    """Parts of all that is sealed, the wrapped keys included."""
    found: list[bytes] = []
    with open_journal(school.folder) as journal, journal.store.reading() as connection:
        for name in ("entries", "measures", "attachments"):
            for row in connection.execute(select(metadata.tables[name])):
                found += [value for value in row if isinstance(value, bytes)]
        letters = metadata.tables["letters"].c
        found += connection.execute(select(letters.snapshot)).scalars()
        found += connection.execute(select(letters.data).where(letters.kind == "confirmation")).scalars()
    return [value[at : at + 24] for value in found for at in (20, len(value) // 2, len(value) - 40)]


def test_of_an_appeal_that_a_family_asks_to_destroy_no_byte_is_left(school: SchoolUnderTest) -> None:
    mother = "Сәуле Ахметова <saule@family.example>"
    school.mail.append(
        plain_letter("Ахметова Сәуле, 7Ә. Баламды ренжітеді.", sender=mother), school.box.address
    )
    school.senim("pull", "--now", at("14:50"))
    school.senim("send", "--now", at("15:00"))
    school.mail.wait_for(school.psychologist.address, 1)
    (daily,) = school.letters(school.psychologist, "daily")
    reply = reply_to(daily, "№1: анасымен сөйлестік", school.psychologist.address)
    school.write(reply, sender=school.psychologist.address)
    school.box_holds(1)
    school.senim("pull", "--now", at("15:20"))
    school.senim("send", "--now", at("15:21"))
    school.mail.wait_for(school.psychologist.address, 2)
    pieces = pieces_of(school)
    assert any(piece in data for _, data in files(school) for piece in pieces)
    said = school.senim("purge", "--number", "1", "--reason", "request 45")
    assert "destroyed: the content of № 1" in said
    assert [name for name, data in files(school) if any(piece in data for piece in pieces)] == []
    assert "the history is whole" in school.senim("journal", "verify")
    (line,) = json.loads(school.senim("journal", "list", "--json"))
    assert (line["number"], line["surname"], line["measures"][0]["text"]) == (1, "", "")
    school.write(reply_to(daily, "№1: тағы сөйлестік", school.psychologist.address))
    school.box_holds(1)
    school.senim("pull", "--now", at("15:30"))
    school.senim("send", "--now", at("15:31"))
    school.mail.wait_for(school.psychologist.address, 3)
    answer = school.letters(school.psychologist, "confirmation")[-1]
    assert "мазмұны жойылған" in str(answer.get_body(("plain",)).get_content())  # type: ignore[union-attr]
