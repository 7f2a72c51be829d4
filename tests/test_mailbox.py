"""The mailbox on a real Dovecot: what is read, and that reading leaves no trace."""

import logging
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.incoming import BATCH_BYTES, BATCH_COUNT, Folders, Incoming, batches
from intake.mailbox import Mailbox
from journal.model import Filing, Origin
from tests.boxes import FOLDERS, everywhere, letter, put, read_all
from tests.servers import Account, Mail

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=5)))


@pytest.fixture
def box(mail: Mail) -> Account:
    return mail.new_box()


# Reading


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r"])
def test_a_letter_is_read_byte_for_byte(mail: Mail, box: Account, charset: str) -> None:
    [raw] = put(mail, box, letter("Меня обижают в классе.\r\n.\r\n..", subject="Box", charset=charset))
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        [read] = read_all(mailbox)
    assert read.raw == raw
    assert read.size == len(raw)
    assert read.origin.mailbox == "INBOX"


def test_reading_leaves_no_trace_in_the_mailbox(mail: Mail, box: Account) -> None:
    put(mail, box, letter("бір"), letter("екі"))
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        first = read_all(mailbox)
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        assert read_all(mailbox) == first
        assert mailbox._client.search("SEEN") == []
    assert mail.folders(box.address) == ["INBOX"]


def test_the_time_of_receipt_is_the_servers_and_not_the_letters(mail: Mail, box: Account) -> None:
    mail.append(letter("кеше"), box.address, received_at=NOON)
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        [read] = read_all(mailbox)
    assert read.received_at == NOON
    assert read.received_at.tzinfo is UTC


@pytest.mark.parametrize("month", [1, 7])
def test_the_clock_of_this_machine_does_not_move_the_time_of_receipt(
    mail: Mail, box: Account, month: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    received_at = NOON.replace(month=month)
    mail.append(letter("ескі"), box.address, received_at=received_at)
    monkeypatch.setenv("TZ", "Europe/Berlin")  # it has summer time: one of the two months is not now's
    time.tzset()
    try:
        with Mailbox.open(box.imap, FOLDERS) as mailbox:
            [read] = read_all(mailbox)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert read.received_at == received_at


def test_letters_that_someone_read_or_marked_in_a_browser_are_still_seen(mail: Mail, box: Account) -> None:
    put(mail, box, letter("оқылды"), letter("белгіленді"), letter("жаңа"))
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        uids = mailbox.uids()
        mailbox._client.add_flags(uids[:1], [rb"\Seen"])
        mailbox._client.add_flags(uids[1:2], [rb"\Deleted"])
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        assert mailbox.uids() == uids
        assert len(read_all(mailbox)) == 3


def test_letters_come_in_batches_of_a_few_megabytes(mail: Mail, box: Account) -> None:
    put(mail, box, *(letter(f"{n}" + "x" * 1_700_000) for n in range(5)))
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        assert [len(batch) for batch in mailbox.fetch(mailbox.uids())] == [2, 2, 1]


def test_a_letter_over_the_limit_is_named_but_not_fetched(
    mail: Mail, box: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, large = put(mail, box, letter("қысқа"), letter("ұ" * 5000))
    monkeypatch.setattr(Mailbox, "LIMIT", 1000)
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        read = read_all(mailbox)
        assert [one.raw for one in read] == [small, None]
        assert read[1].size == len(large)
        mailbox.file({Filing.HELD: [read[1].origin.uid]})
    assert mail.messages(box.address, "Senim/Held") == [large]


def test_a_letter_that_goes_between_listing_and_reading_is_left_out(mail: Mail, box: Account) -> None:
    put(mail, box, letter("кетеді"), letter("қалады"))
    with Mailbox.open(box.imap, FOLDERS) as mailbox, Mailbox.open(box.imap, FOLDERS) as other:
        uids = mailbox.uids()
        other.file({Filing.EXPUNGED: uids[:1]})
        assert [one.origin.uid for batch in mailbox.fetch(uids) for one in batch] == uids[1:]


sizes = st.lists(st.integers(0, 40 * 1024 * 1024), max_size=300)


@given(sizes)
def test_batches_lose_nothing_keep_the_order_and_stay_within_their_bounds(found: list[int]) -> None:
    standing = [
        Incoming(origin=Origin(mailbox="INBOX", uidvalidity=1, uid=n), received_at=NOON, size=size, raw=None)
        for n, size in enumerate(found)
    ]
    cut = list(batches(standing, Mailbox.LIMIT))
    assert [one for batch in cut for one in batch] == standing
    for batch in cut:
        fetched = [one.size for one in batch if 0 < one.size <= Mailbox.LIMIT]
        assert len(batch) <= BATCH_COUNT
        assert sum(fetched) <= BATCH_BYTES or len(fetched) == 1


# The server's ways


def test_a_server_with_a_prefix_for_personal_folders_gets_them_there(mail: Mail) -> None:
    box = mail.new_box(overrides="userdb_namespace/inbox/prefix=INBOX. userdb_namespace/inbox/separator=.")
    [raw] = put(mail, box, letter("Ерлан"))
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        mailbox.file({Filing.JOURNALED: mailbox.uids()})
    assert everywhere(mail, box) == {"INBOX/Senim/Journaled": [raw]}


def test_a_line_that_begins_in_clear_is_secured_before_the_login(mail: Mail, box: Account) -> None:
    [raw] = put(mail, box, letter("Ерлан"))
    with Mailbox.open(mail.starttls(box).imap, FOLDERS) as mailbox:
        assert [one.raw for one in read_all(mailbox)] == [raw]


def test_a_password_in_kazakh_logs_in(mail: Mail) -> None:
    box = mail.new_box(password="құпия сөз")
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        assert mailbox.uids() == []


def test_check_makes_the_folders_and_changes_nothing_else(mail: Mail, box: Account) -> None:
    letters = put(mail, box, letter("бір"))
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        first = mailbox.probe()
        assert mailbox.probe() == first
        assert all(ok for _, ok, _ in first)
        assert [one.raw for one in read_all(mailbox)] == letters
    assert {"Senim/Journaled", "Senim/Held", "Senim/Ignored"} <= set(mail.folders(box.address))
    assert everywhere(mail, box) == {"INBOX": letters}


def test_check_names_the_folders_that_are_not_there(mail: Mail, box: Account) -> None:
    with Mailbox.open(box.imap, Folders(junk="Спам", held="Senim//Held")) as mailbox:
        findings = {name: remedy for name, ok, remedy in mailbox.probe() if not ok}
    assert "config.yaml" in findings.pop("folder Спам")
    assert "by hand" in findings.pop("folder Senim//Held")
    assert findings == {}


def test_no_log_ever_holds_a_letter(mail: Mail, box: Account, caplog: pytest.LogCaptureFixture) -> None:
    put(mail, box, letter("Аружанды ренжітеді", subject="CANARY"))
    with caplog.at_level(logging.DEBUG), Mailbox.open(box.imap, FOLDERS) as mailbox:
        read_all(mailbox)
        mailbox.file({Filing.JOURNALED: mailbox.uids()})
    for secret in ("CANARY", "family.example", box.address, box.password):
        assert secret not in caplog.text
