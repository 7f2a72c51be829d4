"""The mailbox changes under our hands, is full, is poor, is not ours: no letter is lost, none comes twice."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from imapclient import IMAPClient

from intake.imap_faults import FolderMissing
from intake.pull import PullReport
from tests import invariants
from tests.line_faults import Fault, answered, changed, cut_after, cut_before
from tests.school import plain_letter
from tests.tried import SIGNED, Tried, TryOut

POOR = "userdb_imap_capability=IMAP4rev1"  # neither MOVE nor UIDPLUS nor IDLE
NO_RIGHT = b"{tag} NO [NOPERM] no such right\r\n"
FILING = rb"UID (MOVE|COPY|STORE)"
Change = Callable[[IMAPClient], object]


# UIDVALIDITY (RFC 9051 §2.3.1.1)


@pytest.mark.parametrize("message_id", [True, False], ids=["with an id", "without any id"])
def test_letters_recorded_and_not_filed_come_once_although_the_server_rebuilt_its_inbox(
    tried: Tried, message_id: bool
) -> None:
    line = tried.imap_line()
    line.suffers(cut_before(FILING, times=9))
    tried.receives(message_id=message_id)
    tried.pulls()
    tried.holds()
    before = tried.uidvalidity()
    tried.rebuilds_inbox()
    assert tried.uidvalidity() != before
    line.heals()
    tried.recovers()


def test_new_letters_under_the_uids_of_old_ones_are_not_taken_for_them(tried: Tried) -> None:
    tried.receives()
    tried.recovers()
    tried.rebuilds_inbox()
    tried.receives()  # UIDs 1 to 3 once more
    tried.recovers()


def test_an_inbox_rebuilt_between_reading_and_filing_has_no_other_letter_filed(tried: Tried) -> None:
    line = tried.imap_line()
    tried.receives()

    def rebuild(said: bytes) -> bytes:
        tried.rebuilds_inbox()
        return said

    # Gmail's bin: it is selected in the middle of filing, and the inbox again after it.
    tried.configure("submission:", "  folders: {trash: Bin}\nsubmission:")
    with tried.school.mail._client(tried.school.box.address) as client:
        client.create_folder("Bin")
    line.suffers(changed(rb"SELECT .?Bin", rebuild, skip=1))
    tried.pulls()
    assert line.suffered
    tried.holds()
    line.heals()
    tried.recovers()


# Somebody else is at the mailbox


def meanwhile(tried: Tried, word: bytes, change: Change) -> None:
    """Another mail program does something just before we hear the answer to this command."""
    line = tried.imap_line()

    def interfere(said: bytes) -> bytes:
        with tried.school.mail._client(tried.school.box.address) as client:
            client.select_folder("INBOX")
            change(client)
        return said

    line.suffers(changed(word, interfere))
    assert isinstance(tried.pulls(), PullReport)
    assert line.suffered
    tried.holds()


def gone(client: IMAPClient) -> None:
    client.delete_messages([1])
    client.expunge()


@pytest.mark.parametrize("word", [rb"UID SEARCH", rb"UID FETCH .*RFC822.SIZE"])
def test_a_letter_that_somebody_took_away_before_it_was_read_stops_no_other(
    tried: Tried, word: bytes
) -> None:
    taken, *_ = tried.receives("signed", "anonymous", "held", "signed")
    del tried.delivered[taken]  # by a person, who is answerable for it
    meanwhile(tried, word, gone)
    tried.recovers()


def test_a_letter_that_somebody_took_away_after_it_was_read_is_recorded(tried: Tried) -> None:
    tried.receives("anonymous", "signed")
    meanwhile(tried, rb"UID FETCH .*BODY", gone)
    tried.recovers()


@pytest.mark.parametrize("flag", [rb"\Seen", rb"\Deleted", rb"\Answered"])
def test_a_letter_that_somebody_opened_or_marked_is_recorded_all_the_same(tried: Tried, flag: bytes) -> None:
    tried.receives()
    with tried.school.mail._client(tried.school.box.address) as client:
        client.select_folder("INBOX")
        client.add_flags([1, 2, 3], [flag])
    tried.recovers()


def test_only_a_letter_that_is_in_the_journal_is_ever_marked_or_moved(tried: Tried) -> None:
    """FreeScout marks as read what it failed to process; Roundup marks as deleted before it processes."""
    line = tried.imap_line()
    tried.receives()

    def look(said: bytes) -> bytes:
        tried.holds()
        seen.append(sum(invariants.kept(journal, tried.delivered).values()))
        return said

    seen: list[int] = []
    changes = changed(rb"UID (STORE|MOVE|COPY|EXPUNGE)", look, times=99)
    line.suffers(changes)
    with invariants.open_journal(tried.school) as journal:
        assert isinstance(tried.pulls(), PullReport)
    assert seen
    assert set(seen) == {3}
    tried.recovers()


@pytest.mark.parametrize("word", [rb"UID FETCH .*BODY", rb"UID (STORE|MOVE)"])
def test_a_pass_that_failed_leaves_no_mark_on_any_letter(tried: Tried, word: bytes) -> None:
    """FreeScout marks a mail as read whatever went wrong with it, and never comes back to it."""
    line = tried.imap_line()
    tried.receives()
    line.suffers(cut_before(word, times=99))
    tried.pulls()
    with tried.school.mail._client(tried.school.box.address) as client:
        client.select_folder("INBOX", readonly=True)
        marks = [found[b"FLAGS"] for found in client.fetch([1, 2, 3], ["FLAGS"]).values()]
    assert [set(flags) - {rb"\Recent"} for flags in marks] == [set(), set(), set()]
    line.heals()
    tried.recovers()


def test_a_letter_in_a_charset_that_nobody_knows_stops_no_other(tried: Tried) -> None:
    """It blocks the queue of django-helpdesk for ever."""
    tried.receives("signed")
    strange = plain_letter("Прошу помочь. mark-strange", sender=SIGNED).replace(b"utf-8", b"x-martian")
    tried.school.mail.deliver(strange, tried.school.box.address, "mother@family.example")
    tried.delivered["mark-strange"] = "signed"
    tried.receives("anonymous")
    tried.recovers()


# Folders


def test_without_an_inbox_of_that_name_nothing_is_touched(tried: Tried) -> None:
    tried.receives()
    tried.configure("submission:", "  folders: {inbox: Кіріс}\nsubmission:")
    assert isinstance(tried.pulls(), FolderMissing)
    tried.holds()
    tried.configure("inbox: Кіріс", "inbox: INBOX")
    tried.recovers()


def test_a_folder_that_somebody_deleted_is_made_again(tried: Tried) -> None:
    tried.receives("held")
    tried.recovers()
    with tried.school.mail._client(tried.school.box.address) as client:
        client.delete_folder("Senim.Held")
    tried.delivered.clear()
    tried.receives()
    tried.recovers()


def test_a_folder_that_is_deleted_while_we_file_is_made_by_the_next_pass(tried: Tried) -> None:
    line = tried.imap_line()
    tried.receives()
    there = b'* LIST () "." "Senim.Journaled"\r\n{tag} OK done\r\n'
    line.suffers(answered(rb'LIST "" "Senim.Journaled"', there, times=9))
    report = tried.pulls()
    assert isinstance(report, PullReport)
    assert "folder is missing" in report.not_filed
    tried.holds()
    line.heals()
    tried.recovers()


@pytest.mark.parametrize("word", [rb"UID MOVE", rb"CREATE", rb"UID COPY"])
def test_a_full_mailbox_is_told_and_what_may_identify_a_child_is_destroyed_all_the_same(
    tried: Tried, word: bytes
) -> None:
    line = tried.imap_line()
    line.hides = (b"MOVE",) if word == rb"UID COPY" else ()
    tried.receives()
    line.suffers(answered(word, b"{tag} NO [OVERQUOTA] Quota exceeded\r\n", times=9))
    report = tried.pulls()
    assert isinstance(report, PullReport)
    assert "mailbox is full" in report.not_filed or "no folder" in report.not_filed
    tried.holds()
    assert len(tried.school.inbox()) == 2
    line.heals()
    tried.recovers()


# Servers that can little


def test_a_server_without_uidplus_move_and_idle_is_served_once(try_out: TryOut) -> None:
    tried = try_out(box=POOR)
    tried.receives()
    tried.recovers(marked=True)
    tried.receives()
    tried.recovers(marked=True)


@pytest.mark.parametrize("word", [rb"UID COPY", rb"UID STORE"])
def test_a_line_that_breaks_to_a_server_that_can_little_loses_and_doubles_nothing(
    try_out: TryOut, word: bytes
) -> None:
    tried = try_out(box=POOR)
    line = tried.imap_line()
    tried.receives()
    line.suffers(cut_after(word))
    tried.pulls()
    assert line.suffered
    tried.holds()
    line.heals()
    tried.recovers(marked=True)


def without_delete(said: bytes) -> bytes:
    """A folder in which this user may not delete: the right «t» of RFC 4314."""
    return re.sub(rb"(PERMANENTFLAGS \([^)]*)\\Deleted ?", rb"\1", said)


@pytest.mark.parametrize(
    "refused",
    [
        [changed(rb"SELECT", without_delete, times=99), answered(rb"UID STORE", NO_RIGHT, times=99)],
        [answered(rb"UID EXPUNGE", NO_RIGHT, times=99)],
    ],
    ids=["to mark", "to expunge"],
)
def test_where_we_may_copy_and_not_delete_no_pass_makes_another_copy(
    tried: Tried, refused: list[Fault]
) -> None:
    """osTicket copied every mail each minute until the disk was full."""
    line = tried.imap_line()
    line.hides = (b"MOVE",)
    tried.receives("signed")
    line.suffers(*(replace(fault, suffered=0) for fault in refused))
    for _ in range(5):
        report = tried.pulls()
        assert isinstance(report, PullReport)
        assert "no right" in report.not_filed
    tried.holds()
    assert len(tried.school.mail.messages(tried.school.box.address, invariants.JOURNALED)) <= 1
    line.heals()
    tried.recovers()
