"""After `rekey` the old key opens nothing, the new one everything, and nobody writes with the old one."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from journal import rekeying
from journal.book import Journal
from journal.database import upgrade
from journal.faults import KeyChanged
from journal.model import LetterKind, Origin, Reader, Role
from journal.sealing import Keys, Seal, SealBroken, WrongKey, new_key
from journal.sweeping import sweep
from tests.databases import KEY, MONDAY, SUNDAY, from_a_child, from_her_mother
from tests.sealed_columns import OF_AN_APPEAL, SEALED, Sealed, all_sealed, seal_of
from tests.test_sealing import CANARIES, NOW, life

OTHER = hashlib.sha256(b"another key").digest()
WHO = Reader(address="psy@school.example", role=Role.PSYCHOLOGIST)


@pytest.fixture(params=["as begun", "after a rekey"])
def lived(request: pytest.FixtureRequest, open_journal: Callable[[], Journal], journal_url: str) -> Journal:
    """A Journal with something in each of its columns, before and after a change of its key."""
    journal = open_journal()
    life(journal)
    journal.record(from_a_child(), identity="2")
    if request.param == "as begun":
        return journal
    rekeying.rekey(journal, OTHER, on=MONDAY)
    return Journal.open(journal_url, OTHER)


def opened(journal: Journal, one: Sealed, seal: Seal | None = None) -> bytes:
    return (seal or seal_of(journal, one)).open(one.envelope, place=one.place)


def test_each_sealed_column_opens_in_its_place_and_nowhere_else(lived: Journal) -> None:
    """A row moved, a column swapped: each value is tried in the place of each other one."""
    found = all_sealed(lived)
    kinds = {one.name for one in found}
    assert kinds | {"school.fingerprint_key"} == {f"{one.table.name}.{one.name}" for one in SEALED}
    for one in found:
        opened(lived, one)
        seal = seal_of(lived, one)
        for other in found:
            if other.place != one.place:
                with pytest.raises(SealBroken, match=f"{other.place.table}.{other.place.column}, row "):
                    seal.open(one.envelope, place=other.place)


@settings(max_examples=150)
@given(pick=st.integers(min_value=0), at=st.integers(min_value=0), flip=st.integers(1, 255))
def test_a_flipped_byte_of_any_sealed_column_is_noticed(
    everything: list[tuple[Sealed, Seal]], pick: int, at: int, flip: int
) -> None:
    found = everything
    one, seal = found[pick % len(found)]
    broken = bytearray(one.envelope)
    broken[at % len(broken)] ^= flip
    with pytest.raises(SealBroken, match=f"{one.place.table}.{one.place.column}, row"):
        seal.open(bytes(broken), place=one.place)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Sealed, Seal]]:
    """The values of a Journal with the seals that open them."""
    url = f"sqlite:///{tmp_path_factory.mktemp('sealed')}/journal.db"
    upgrade(url)
    with Journal.open(url, KEY) as journal:
        life(journal)
        rekeying.rekey(journal, OTHER, on=MONDAY)
    with Journal.open(url, OTHER) as journal:
        return [(one, seal_of(journal, one)) for one in all_sealed(journal)]


def test_every_sealed_column_is_known_to_the_change_of_the_key() -> None:
    """A column that somebody adds must be sealed anew, or by an appeal's own key."""
    known = {*rekeying.BY_THE_SCHOOL, *rekeying.WRAPPED, *rekeying.OF_THE_SCHOOL}
    by_an_appeal = {one for one in SEALED if one.table.name in OF_AN_APPEAL} - set(rekeying.WRAPPED)
    assert known | by_an_appeal == set(SEALED)
    assert not known & by_an_appeal


def test_after_it_the_old_key_opens_no_value_and_the_new_one_all(journal: Journal, journal_url: str) -> None:
    life(journal)
    journal.record(from_a_child(), identity="2")
    before = {one.place: opened(journal, one) for one in all_sealed(journal)}
    entries, old = list(journal.entries()), Keys(KEY)

    rekeying.rekey(journal, OTHER, on=MONDAY)

    with pytest.raises(WrongKey):
        Journal.open(journal_url, KEY)
    with Journal.open(journal_url, OTHER) as anew:
        assert list(anew.entries()) == entries
        assert anew.verify().ok
        for one in all_sealed(anew):
            plain = opened(anew, one)
            assert before.get(one.place) in {None, plain}
            if one.column.table.name not in {
                "entries",
                "measures",
                "deeds",
                "attachments",
            } or one.name.endswith("key"):
                with pytest.raises(SealBroken):
                    opened(anew, one, seal_of(anew, one, old))


def test_what_was_known_before_is_known_after_it(journal: Journal, journal_url: str) -> None:
    """Fingerprints of repeats, readers and tokens are of what is not kept: their key stays."""
    from journal import letters

    life(journal)
    assert journal.record(from_her_mother("Тағы."), identity="2").number == 2
    rekeying.rekey(journal, OTHER, on=MONDAY)
    with Journal.open(journal_url, OTHER) as anew:
        rekeying.rekey(anew, KEY[::-1], on=MONDAY)  # and once more
    with Journal.open(journal_url, KEY[::-1]) as anew:
        again = anew.record(from_her_mother("Тағы."), identity="2")
        assert (again.number, again.repeat) == (2, True)
        letter = letters.by_token(anew, CANARIES["token"], NOW)
        assert letter is not None
        reader = Reader(address=CANARIES["reader"], role=Role.PSYCHOLOGIST)
        assert not letters.owe(anew, kind=LetterKind.REFUSAL, reader=reader, period="1", due_at=NOW)


def test_the_history_says_that_the_key_was_changed_and_which(journal: Journal, journal_url: str) -> None:
    rekeying.rekey(journal, OTHER, on=MONDAY)
    with Journal.open(journal_url, OTHER) as anew, anew.store.reading() as connection:
        row = connection.execute(text("SELECT kind, day, detail FROM events ORDER BY seq DESC")).first()
        assert row is not None
        assert row.kind == "rekeyed"
        assert Keys(KEY).id in row.detail
        assert Keys(OTHER).id in row.detail
        assert rekeying.changed_on(journal_url) == MONDAY


def test_who_opened_the_journal_before_writes_nothing_any_more(
    open_journal: Callable[[], Journal], journal_url: str
) -> None:
    journal, worker = open_journal(), open_journal()
    life(journal)
    rekeying.rekey(journal, OTHER, on=MONDAY)
    deeds: list[Callable[[], object]] = [
        lambda: worker.record(from_a_child(), identity="9"),
        lambda: worker.hold(
            Origin(mailbox="INBOX", uidvalidity=1, uid=1), reason="x", raw=b"x", size=1, on=SUNDAY
        ),
        lambda: worker.note("opened", on=MONDAY),
        lambda: worker.transaction().__enter__(),
    ]
    with Journal.open(journal_url, OTHER) as anew:
        before = anew.digest()
        for deed in deeds:
            with pytest.raises(KeyChanged, match="start it anew"):
                deed()
        with pytest.raises(SealBroken, match="senim rekey"):
            worker.entry(1)
        assert anew.digest() == before
        assert anew.last_number() == 1
        assert anew.verify().ok


def test_it_waits_for_who_is_writing_and_seals_that_too(
    open_journal: Callable[[], Journal], journal_url: str
) -> None:
    journal, worker = open_journal(), open_journal()
    done = threading.Event()

    def change() -> None:
        rekeying.rekey(journal, OTHER, on=MONDAY)
        done.set()

    thread = threading.Thread(target=change)
    with worker.transaction():
        worker.record(from_a_child("Соңғы сөз."), identity="1")
        thread.start()
        assert not done.wait(0.3)
    thread.join(30)
    assert done.is_set()
    with Journal.open(journal_url, OTHER) as anew:
        assert anew.entry(1).text == "Соңғы сөз."


def test_two_at_once_one_steps_back(journal_url: str) -> None:
    with rekeying.alone(journal_url) as mine, rekeying.alone(journal_url) as ours:
        assert mine
        assert not ours


def test_one_that_fails_half_way_changes_nothing(
    journal: Journal, journal_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    life(journal)
    with journal.store.writing() as writing:  # somebody spoilt a letter behind our back
        writing.connection.execute(
            update(SEALED[0].table.metadata.tables["letters"]).values(snapshot=b"\x01" * 300)
        )
    before = [(one.place, one.envelope) for one in all_sealed(journal)]
    with pytest.raises(SealBroken, match=r"letters\.snapshot, row 1"):
        rekeying.rekey(journal, OTHER, on=MONDAY)
    assert [(one.place, one.envelope) for one in all_sealed(journal)] == before
    assert rekeying.opens(journal_url, KEY)
    assert not rekeying.opens(journal_url, OTHER)


def folders_of(journal: Journal, tmp_path: Path) -> list[Path]:
    """Where the database keeps its bytes. PostgreSQL's log is its administrator's (docs/journal.md)."""
    if journal.store.engine.dialect.name == "sqlite":
        return [tmp_path]
    with journal.store.reading() as connection:
        data = connection.execute(text("SHOW data_directory")).scalar_one()
        oid = connection.execute(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        ).scalar_one()
    return [Path(data) / "base" / str(oid)]


def every_byte(folders: list[Path]) -> bytes:
    return b"".join(
        path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()
    )


def test_no_envelope_of_the_old_key_is_left_in_the_database_its_log_and_its_free_pages(
    journal_url: str, tmp_path: Path
) -> None:
    old, new = new_key(), new_key()
    journal = Journal.open(journal_url, old)
    life(journal)
    for number in range(2, 40):
        journal.record(from_a_child(f"{number}. " + "Ұзақ мәтін. " * 200), identity=str(number))
        journal.hold(
            Origin(mailbox="INBOX", uidvalidity=1, uid=number),
            reason="x",
            raw=b"y" * 9_000,
            size=1,
            on=SUNDAY,
        )
    heads = {one.head for one in all_sealed(journal) if _by_the_school(one)}
    assert len(heads) == 3  # of what it seals, of what it wraps, of the check value
    folders = folders_of(journal, tmp_path)
    with journal.store.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("CHECKPOINT")
    assert all(head in every_byte(folders) for head in heads)  # the scan would see them

    rekeying.rekey(journal, new, on=MONDAY)
    journal.close()
    with Journal.open(journal_url, new) as anew:
        assert sweep(anew.store)
        left = every_byte(folders)
        assert not any(head in left for head in heads)
        assert len(list(anew.entries())) == 39
        assert sum(one.head in left for one in all_sealed(anew)) > 100


def _by_the_school(one: Sealed) -> bool:
    return one.column in {*rekeying.BY_THE_SCHOOL, *rekeying.WRAPPED, *rekeying.OF_THE_SCHOOL}
