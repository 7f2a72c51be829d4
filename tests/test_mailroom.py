"""Each incoming message is dealt with once; what nobody could read waits for a person, and then goes."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from journal import tables
from journal.book import AlreadyReceived, AlreadySettled, Journal, NoSuchHeld
from journal.model import Disposition, Filing, HeldState, Origin
from tests.databases import MONDAY, SUNDAY, from_a_child, from_her_mother

INBOX_41 = Origin(mailbox="INBOX", uidvalidity=7, uid=41)


def test_a_message_dealt_with_is_known_by_its_place_on_the_server(journal: Journal) -> None:
    journal.receive(INBOX_41, Disposition.RECORDED, filing=Filing.EXPUNGED, on=SUNDAY)
    uids = [40, 41, *range(1000, 2600)]
    assert journal.received("INBOX", 7, uids) == {41: Filing.EXPUNGED}
    assert journal.received("INBOX", 8, [41]) == {}
    assert journal.received("Junk", 7, [41]) == {}
    assert journal.received("INBOX", 7, []) == {}


def test_the_same_place_is_dealt_with_once_and_its_entry_is_given_up(journal: Journal) -> None:
    journal.receive(INBOX_41, Disposition.IGNORED, filing=Filing.IGNORED, reason="repeat", on=SUNDAY)
    with pytest.raises(AlreadyReceived, match="UID 41"), journal.transaction():
        journal.record(from_a_child(), identity="<1@site>")
        journal.receive(INBOX_41, Disposition.RECORDED, filing=Filing.EXPUNGED, on=SUNDAY)
    assert journal.last_number() == 0
    assert journal.counts(SUNDAY) == {(Disposition.IGNORED, "repeat"): 1}


def test_an_anonymous_entry_is_not_tied_to_the_message_that_the_server_logged(journal: Journal) -> None:
    journal.record(from_a_child(), identity="<1@site>")
    journal.record(from_her_mother(), identity="<2@site>")
    journal.receive(INBOX_41, Disposition.RECORDED, filing=Filing.EXPUNGED, number=1, on=SUNDAY)
    signed = replace(INBOX_41, uid=42)
    journal.receive(signed, Disposition.RECORDED, filing=Filing.JOURNALED, number=2, on=SUNDAY)
    with journal.store.reading() as connection:
        rows = connection.execute(select(tables.messages.c.uid, tables.messages.c.number)).all()
    assert {tuple(row) for row in rows} == {(41, None), (42, 2)}


def test_messages_are_counted_by_what_became_of_them_and_why(journal: Journal) -> None:
    for uid, reason, day in ((1, "repeat", SUNDAY), (2, "list", MONDAY), (3, "list", MONDAY)):
        origin = replace(INBOX_41, uid=uid)
        journal.receive(origin, Disposition.IGNORED, filing=Filing.IGNORED, reason=reason, on=day)
    assert journal.counts(MONDAY) == {(Disposition.IGNORED, "list"): 2}
    assert journal.counts(SUNDAY) == {(Disposition.IGNORED, "list"): 2, (Disposition.IGNORED, "repeat"): 1}
    assert journal.counts(date(2027, 1, 1)) == {}


# Held messages


def test_what_cannot_be_read_waits_for_a_person_with_its_bytes(journal: Journal) -> None:
    raw = b"From: \xff\x00broken\r\n\r\n"
    number = journal.hold(INBOX_41, reason="unreadable", raw=raw, size=len(raw), on=SUNDAY)
    (listed,) = journal.held()
    assert (listed.id, listed.reason, listed.size, listed.on) == (number, "unreadable", len(raw), SUNDAY)
    assert listed.raw is None
    assert listed.origin == INBOX_41
    assert journal.held_message(number).raw == raw
    assert journal.held_message(number).state is HeldState.WAITING


def test_a_message_too_large_to_fetch_is_held_without_its_bytes(journal: Journal) -> None:
    number = journal.hold(INBOX_41, reason="too-large", raw=None, size=50_000_000, on=SUNDAY)
    assert journal.held_message(number).raw is None


def test_a_decision_is_kept_until_the_servers_copy_is_gone_and_then_the_bytes_go(journal: Journal) -> None:
    number = journal.hold(INBOX_41, reason="list", raw=b"raw", size=3, on=SUNDAY)
    assert list(journal.held_to_remove()) == []
    journal.settle_held(number, HeldState.RELEASED, on=MONDAY, reason="by hand")
    journal.settle_held(number, HeldState.RELEASED, on=MONDAY, reason="by hand")
    assert journal.held() == []
    assert [held.state for held in journal.held(waiting_only=False)] == [HeldState.RELEASED]
    assert [(held.id, held.raw) for held in journal.held_to_remove()] == [(number, b"raw")]
    journal.held_removed(number)
    assert list(journal.held_to_remove()) == []
    assert journal.held_message(number).raw is None
    assert journal.verify().events == 2


def test_a_decision_is_not_turned_round_and_a_waiting_message_is_not_thrown_away(journal: Journal) -> None:
    number = journal.hold(INBOX_41, reason="list", raw=b"raw", size=3, on=SUNDAY)
    with pytest.raises(AlreadySettled):
        journal.held_removed(number)
    journal.settle_held(number, HeldState.DISCARDED, on=MONDAY, reason="")
    with pytest.raises(AlreadySettled, match="discarded"):
        journal.settle_held(number, HeldState.RELEASED, on=MONDAY, reason="")
    for ask in (journal.held_message, journal.held_removed):
        with pytest.raises(NoSuchHeld, match="held list"):
            ask(99)
