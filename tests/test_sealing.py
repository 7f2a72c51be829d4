"""What is sealed opens with the right key in its own place, and nowhere else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, select, update

from journal import letters, tables
from journal.book import Journal, Purged
from journal.deeds import do
from journal.model import Applicant, Attachment, DeedKind, LetterKind, Measure, Origin, Reader, Role
from journal.sealing import STEP, Keys, Place, Seal, SealBroken, WrongKey, new_key
from journal.whole_replies import keep
from tests.databases import HER_MOTHER, KEY, MONDAY, PHOTO, SUNDAY, from_a_child, from_her_mother

HERE = Place(school="s", table="entries", column="text", row="12")
SEAL = Seal(KEY)
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
OVERHEAD = 1 + 4 + 12 + 16  # version, key id, nonce, tag


@given(st.binary(max_size=2000))
def test_bytes_are_opened_as_they_were_sealed(plain: bytes) -> None:
    assert SEAL.open(SEAL.seal(plain, place=HERE), place=HERE) == plain


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=600))
def test_a_text_is_opened_as_it_was_sealed(text: str) -> None:
    assert SEAL.open_text(SEAL.seal_text(text, place=HERE), place=HERE) == text


def test_half_a_letter_that_cannot_be_encoded_stops_nothing() -> None:
    assert SEAL.open_text(SEAL.seal_text("a\ud83db", place=HERE), place=HERE) == "a?b"


@given(st.binary(max_size=1000))
def test_the_length_tells_no_more_than_a_step(plain: bytes) -> None:
    assert (len(SEAL.seal(plain, place=HERE)) - OVERHEAD) % STEP == 0


def test_short_texts_all_look_alike_and_never_the_same_twice() -> None:
    sealed = [SEAL.seal_text(text, place=HERE) for text in ("", "Аружан", "Аружан", "x" * 255)]
    assert {len(one) for one in sealed} == {OVERHEAD + STEP}
    assert len(set(sealed)) == 4


@given(st.binary(max_size=300), st.integers(min_value=0), st.integers(1, 255))
def test_a_flipped_byte_is_noticed_wherever_it_is(plain: bytes, at: int, flip: int) -> None:
    sealed = bytearray(SEAL.seal(plain, place=HERE))
    sealed[at % len(sealed)] ^= flip
    with pytest.raises(SealBroken):
        SEAL.open(bytes(sealed), place=HERE)


@given(st.integers(0, OVERHEAD + STEP - 1))
def test_a_sealed_value_cut_short_is_noticed(length: int) -> None:
    with pytest.raises(SealBroken):
        SEAL.open(SEAL.seal(b"x", place=HERE)[:length], place=HERE)


@pytest.mark.parametrize("moved", ["school", "table", "column", "row"])
def test_a_value_moved_elsewhere_does_not_open_and_the_error_says_where(moved: str) -> None:
    there = replace(HERE, **{moved: "other"})
    with pytest.raises(SealBroken, match="moved here") as caught:
        SEAL.open(SEAL.seal_text("Аружан", place=HERE), place=there)
    assert str(there) in str(caught.value)


def test_another_key_and_another_version_are_told_apart() -> None:
    sealed = SEAL.seal(b"x", place=HERE)
    with pytest.raises(SealBroken, match="another key"):
        Seal(new_key()).open(sealed, place=HERE)
    with pytest.raises(SealBroken, match="newer one"):
        SEAL.open(b"\x02" + sealed[1:], place=HERE)


def test_a_key_of_the_wrong_length_is_refused() -> None:
    for key in (b"", b"short", KEY + b"x"):
        with pytest.raises(WrongKey, match="32 bytes"):
            Keys(key)


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_fingerprints_are_equal_only_for_equal_things(one: list[str], other: list[str]) -> None:
    keys = Keys(KEY)
    assert (keys.fingerprint("p", *one) == keys.fingerprint("p", *other)) == (one == other)


def test_a_fingerprint_is_not_guessed_without_the_key_nor_used_for_another_purpose() -> None:
    ours = Keys(KEY).fingerprint("identity", "<1@site>")
    assert ours != Keys(new_key()).fingerprint("identity", "<1@site>")
    assert ours != Keys(KEY).fingerprint("token", "<1@site>")
    assert ours == Keys(KEY).fingerprint("identity", b"<1@site>")


# In the database


def test_the_key_of_a_purpose_is_always_the_same_and_no_other() -> None:
    keys, others = Keys(KEY), Keys(new_key())
    assert keys.purpose("backup") == Keys(KEY).purpose("backup")
    made = {keys.purpose("backup"), keys.purpose("other"), others.purpose("backup"), KEY}
    assert len(made) == 4
    assert {len(one) for one in made} == {32}
    inner = [keys.purpose(name) for name in ("seal", "wrap", "check", "fingerprint")]
    sealed = keys.seal(b"x", place=HERE)
    for key in inner:
        with pytest.raises(SealBroken):
            Seal(key).open(sealed, place=HERE)


def test_the_wrong_key_is_refused_at_the_door(journal_url: str) -> None:
    with Journal.open(journal_url, KEY) as journal:
        journal.record(from_a_child(), identity="<1@site>")
    with pytest.raises(WrongKey, match="recovery sheet"):
        Journal.open(journal_url, new_key())
    with Journal.open(journal_url, KEY) as journal:
        assert journal.entry(1).text == from_a_child().text


def change(journal: Journal, statement: Any) -> None:
    with journal.store.engine.begin() as connection:
        connection.execute(statement)


def cell(journal: Journal, table: Table, column: str, number: int) -> bytes:
    with journal.store.reading() as connection:
        query = select(table.c[column]).where(table.c.number == number)
        return bytes(connection.execute(query).scalar_one())


def test_a_text_put_into_another_entry_does_not_open(journal: Journal) -> None:
    journal.record(from_her_mother("бір"), identity="<1@site>")
    journal.record(from_her_mother("екі"), identity="<2@site>")
    both = {c: cell(journal, tables.entries, c, 1) for c in ("text", "data_key")}
    for columns in (["text"], ["data_key"], ["text", "data_key"]):
        before = {c: cell(journal, tables.entries, c, 2) for c in columns}
        second = update(tables.entries).where(tables.entries.c.number == 2)
        change(journal, second.values({c: both[c] for c in columns}))
        with pytest.raises(SealBroken, match=r"entries\..*row 2"):
            journal.entry(2)
        change(journal, second.values(before))
    assert journal.entry(2).text == "екі"


def test_two_columns_changed_for_each_other_do_not_open(journal: Journal) -> None:
    journal.record(from_her_mother(), identity="<1@site>")
    swapped = {
        "surname": cell(journal, tables.entries, "given_name", 1),
        "given_name": cell(journal, tables.entries, "surname", 1),
    }
    change(journal, update(tables.entries).values(swapped))
    with pytest.raises(SealBroken, match=r"entries\.surname, row 1"):
        journal.entry(1)


def test_a_purge_is_possible_without_its_key_nothing_of_an_entry_opens(journal: Journal) -> None:
    journal.record(from_her_mother(attachments=(PHOTO,)), identity="<1@site>")
    measure = Measure(text="Әңгіме.", by="Айгүл Сейітқызы", role=Role.PSYCHOLOGIST, recorded_on=MONDAY)
    journal.add_measure(1, measure)
    change(journal, update(tables.entries).values(data_key=None))
    entry = journal.entry(1)
    assert entry.applicant == Applicant()
    assert (entry.text, entry.content, entry.phone, entry.class_group) == ("", "", "", "")
    assert [(one.text, one.by) for one in entry.measures] == [("", "")]
    assert (entry.attachments, journal.attachments(1)) == ((), [])
    assert (entry.number, entry.term) == (1, from_her_mother().term)  # the register keeps its row
    with pytest.raises(Purged):
        journal.add_measure(1, measure)


PLACES = """surname given_name patronymic address email phone class_group content text refused file_name
    file measure person done doer reply held snapshot reader data token identity"""
CANARIES = {place: f"канарейка{i}CANARY{i}" for i, place in enumerate(PLACES.split(), 10)}


def life(journal: Journal) -> None:
    """Everything that the Journal keeps, with a canary in each place."""
    c = CANARIES
    names = ("surname", "given_name", "patronymic", "address", "email")
    applicant = replace(HER_MOTHER, **{name: c[name] for name in names})
    file = Attachment(name=c["file_name"], media_type="image/jpeg", content=c["file"].encode())
    appeal = from_her_mother(
        c["text"], phone=c["phone"], class_group=c["class_group"], content=c["content"],
        refused=(c["refused"],), attachments=(file,),
    )  # fmt: skip
    journal.record(replace(appeal, applicant=applicant), identity=c["identity"])
    journal.add_measure(
        1, Measure(text=c["measure"], by=c["person"], role=Role.PSYCHOLOGIST, recorded_on=MONDAY)
    )
    do(journal, 1, DeedKind.CONTENT, by=c["doer"], role=Role.PSYCHOLOGIST, on=MONDAY, words=c["done"])
    origin = Origin(mailbox="INBOX", uidvalidity=7, uid=41)
    journal.hold(origin, reason="unreadable", raw=c["held"].encode(), size=9, on=SUNDAY)
    reader = Reader(address=c["reader"], role=Role.PSYCHOLOGIST)
    data = {"a": c["data"]}
    letters.owe(journal, kind=LetterKind.REFUSAL, reader=reader, period="1", due_at=NOW, data=data)
    letter = letters.claim(journal, NOW)
    assert letter is not None
    assert letter.data == data
    letters.freeze(journal, letter, raw=c["snapshot"].encode(), token=c["token"], covers_to=0, now=NOW)
    keep(journal, letter.id, "f" * 64, c["reply"].encode(), until=MONDAY)


def test_no_word_of_it_stands_in_the_file_nor_in_its_log(tmp_path: Path, sqlite_journal: Journal) -> None:
    life(sqlite_journal)
    files = sorted(path for path in tmp_path.iterdir() if path.stat().st_size)
    assert [path.name for path in files] == ["journal.db", "journal.db-shm", "journal.db-wal"]
    written = b"".join(path.read_bytes() for path in files)
    assert b"unreadable" in written  # the scan sees what is in clear
    for name, canary in CANARIES.items():
        for half in (canary[:9], canary[9:]):
            for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1251"):
                assert half.encode(encoding) not in written, name


def test_no_word_of_it_stands_in_any_column(open_journal: Callable[[], Journal]) -> None:
    journal = open_journal()
    life(journal)
    with journal.store.reading() as connection:
        kept = [
            bytes(value) if isinstance(value, bytes) else str(value).encode()
            for table in tables.metadata.sorted_tables
            for row in connection.execute(select(table))
            for value in row
        ]
    for name, canary in CANARIES.items():
        assert not any(canary[9:].encode() in value or canary[:9].encode() in value for value in kept), name


def test_the_file_may_be_read_by_its_owner_only(tmp_path: Path, sqlite_journal: Journal) -> None:
    life(sqlite_journal)
    with sqlite_journal.lock("worker"):
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    assert set(modes.values()) == {"0o600"}, modes
    assert len(modes) == 4
