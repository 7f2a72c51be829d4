"""Held messages on the command line: looked at without their sender, let in, or put down as nothing."""

import inspect
import json
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from intake import authentication
from intake.desk import to_desk
from intake.message import Message
from intake.outbox import owe_due, send_one
from intake.reader import Reader
from intake.round_trip import TOO_MANY
from intake.verbs.held import REASONS
from journal.model import Origin
from tests.command import Senim, config_of, open_journal
from tests.school import reply_to


def test_those_that_wait_are_listed_with_their_reasons(senim: Senim, begun: Path) -> None:
    said = senim("held", "list")
    assert [line.split()[:3:2] for line in said.out.splitlines()[1:]] == [
        ["1", "list-or-bulk"],
        ["2", "too-large"],
    ]
    told = json.loads(senim("held", "list", "--json").out)
    assert [one["size"] for one in told] == [told[0]["size"], 70_000_000]


def test_a_preview_has_the_words_and_not_the_sender(senim: Senim, begun: Path) -> None:
    for words in (("held", "show", "1"), ("held", "show", "1", "--json")):
        said = senim(*words)
        assert said.status == 0
        assert "A text." in said.out
        assert "mailing list" in said.out
        assert "secret@family.example" not in said.out
        assert "Secret" not in said.out
        assert "\x1b" not in said.out


def test_looking_at_one_leaves_a_line_in_the_history(senim: Senim, begun: Path) -> None:
    def events() -> int:
        with open_journal(begun) as journal:
            return journal.verify().events

    before = events()
    senim("held", "show", "1")
    assert events() == before + 1


def test_one_that_is_too_large_is_shown_without_its_text(senim: Senim, begun: Path) -> None:
    said = senim("held", "show", "2")
    assert said.status == 0
    assert "70000000 bytes" in said.out


def test_one_is_let_in_as_an_appeal_once(senim: Senim, begun: Path) -> None:
    said = senim("held", "release", "1")
    assert said.status == 0
    assert "№ 3" in said.out
    with open_journal(begun) as journal:
        assert "A text." in journal.entry(3).text
    again = senim("held", "release", "1")
    assert again.status == 1
    assert "held list" in again.err
    with open_journal(begun) as journal:
        assert journal.last_number() == 3


def test_one_that_is_too_large_is_not_let_in(senim: Senim, begun: Path) -> None:
    said = senim("held", "release", "2")
    assert said.status == 1
    assert "held discard 2" in said.err


def held_reply(folder: Path, reader: Reader) -> int:
    """A reply to the psychologist's daily letter, from an address of hers that Senim does not know."""
    letters: dict[str, bytes] = {}

    def submit(raw: bytes, recipient: str) -> None:
        letters[recipient] = raw

    with open_journal(folder) as journal:
        desk = to_desk(config_of(folder), journal, datetime.now(UTC), reader)
        owe_due(desk)
        while send_one(desk, submit).value == "sent":
            pass
        daily = message_from_bytes(letters["psychologist@school.example"], policy=default)
        assert isinstance(daily, EmailMessage)
        raw = reply_to(daily, "№2: кесте түзетілді", "psy.home@mail.example").as_bytes()
        where = Origin(mailbox="INBOX", uidvalidity=7, uid=5)
        return journal.hold(where, reason="other-sender", raw=raw, size=len(raw), on=desk.today)


def test_a_reply_is_let_in_in_the_name_of_the_reader_whose_letter_it_answers(
    senim: Senim, begun: Path, reader: Reader
) -> None:
    held = held_reply(begun, reader)
    shown = senim("held", "show", str(held)).out
    assert "кесте түзетілді" in shown
    assert "Айгүл Сейітқызы" in shown
    assert "--as reply" in shown
    assert "psy.home" not in shown
    assert (
        json.loads(senim("held", "show", str(held), "--json").out)["answers_letter_to"] == "Айгүл Сейітқызы"
    )
    said = senim("held", "release", str(held), "--as", "reply")
    assert said.status == 0
    assert "Айгүл Сейітқызы" in said.out
    with open_journal(begun) as journal:
        (measure,) = journal.entry(2).measures
    assert (measure.text, measure.by) == ("кесте түзетілді", "Айгүл Сейітқызы")


def test_what_answers_no_letter_is_not_let_in_as_a_reply(senim: Senim, begun: Path) -> None:
    assert "--as reply" not in senim("held", "show", "1").out
    said = senim("held", "release", "1", "--as", "reply")
    assert said.status == 1
    assert "senim journal measure" in said.err


def test_one_that_is_nothing_waits_no_longer(senim: Senim, begun: Path) -> None:
    assert senim("held", "discard", "2", "--reason", "advertising").status == 0
    assert "too-large" not in senim("held", "list").out
    assert "discarded" in senim("held", "list", "--all").out
    assert senim("held", "release", "2").status == 1


def test_an_id_that_is_not_there_is_told(senim: Senim, begun: Path) -> None:
    for verb in ("show", "release", "discard"):
        said = senim("held", verb, "99")
        assert said.status == 1
        assert "senim held list" in said.err


def test_every_reason_to_hold_a_readable_message_has_words() -> None:
    intake = Path(__file__).parents[1] / "intake"
    written = "".join(file.read_text() for file in intake.glob("*.py"))
    codes = {*re.findall(r'held\("([a-z-]+)"\)', written)}
    for told in (authentication._doubt, Message):
        codes |= {*re.findall(r'return "([a-z-]+)"', inspect.getsource(told))}
    codes |= {TOO_MANY, "empty"}
    assert len(codes) > 8
    assert codes <= set(REASONS)
