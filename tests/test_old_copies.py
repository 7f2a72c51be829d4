"""Old copies on a real Dovecot: what was only to be looked at goes after a while, and nothing else does."""

import logging
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from intake.config import load
from intake.form import FormFields, write_form
from intake.incoming import Folders
from intake.mailbox import Mailbox
from intake.purge import tidy_mailbox
from journal.model import HeldState
from tests.boxes import FOLDERS, everywhere, letter
from tests.school import SchoolUnderTest
from tests.servers import Account, Mail
from tests.taking import Taking

pytestmark = pytest.mark.real

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()
OLD, YOUNG = NOW - timedelta(days=31), NOW - timedelta(days=29)
BEFORE = TODAY - timedelta(days=30)


@pytest.fixture
def box(mail: Mail) -> Account:
    return mail.new_box()


def ours(words: str) -> bytes:
    """A letter of ours as the provider keeps it."""
    message = EmailMessage()
    message["Subject"] = "Сенім жәшігі: 3 жаңа"
    message["X-Senim-Letter"] = "daily"
    message.set_content(words)
    return message.as_bytes().replace(b"\n", b"\r\n")


def of_the_page() -> bytes:
    fields = FormFields(text="Мені сыныпта ренжітеді.")
    return write_form(fields, [], box="box@school.example", submission_id="a" * 12, now=NOW).as_bytes()


def destroy(box: Account, folders: Folders = FOLDERS) -> int:
    with Mailbox.open(box.imap, folders) as mailbox:
        return mailbox.destroy_old_copies(BEFORE)


def put(mail: Mail, box: Account, folder: str, *letters: tuple[bytes, datetime]) -> None:
    if folder not in mail.folders(box.address):
        with mail._client(box.address) as client:
            client.create_folder(folder.replace("/", "."))
    for raw, received_at in letters:
        mail.append(raw, box.address, folder, received_at=received_at)


def test_what_was_filed_goes_when_it_is_old_and_what_waits_stays(mail: Mail, box: Account) -> None:
    old, young = letter("ескі"), letter("жаңа")
    for folder in ("INBOX", "Senim/Journaled", "Senim/Ignored", "Senim/Held", "Spam", "Отбасы"):
        put(mail, box, folder, (old, OLD), (young, YOUNG))
    both = [old, young]
    assert destroy(box) == 2
    assert everywhere(mail, box) == {
        **dict.fromkeys(("INBOX", "Senim/Held", "Spam", "Отбасы"), both),
        "Senim/Journaled": [young],
        "Senim/Ignored": [young],
    }
    assert destroy(box) == 0


def test_of_what_was_sent_only_our_own_letters_go(mail: Mail, box: Account) -> None:
    persons = letter("X-Senim-Letter дегеніміз не?", subject="daily")
    young = ours("жаңа")
    put(mail, box, "Sent", (ours("ескі"), OLD), (persons, OLD), (young, YOUNG), (persons, YOUNG))
    assert destroy(box) == 1
    assert mail.messages(box.address, "Sent") == [persons, young, persons]


def test_a_copy_of_the_pages_letter_is_a_childs_and_goes_at_once(mail: Mail, box: Account) -> None:
    put(mail, box, "Жіберілген", (of_the_page(), YOUNG), (ours("жаңа"), YOUNG))
    assert destroy(box, Folders(sent="Жіберілген")) == 1
    assert mail.messages(box.address, "Жіберілген") == [ours("жаңа")]


def test_with_a_bin_old_copies_go_through_it(mail: Mail, box: Account) -> None:
    put(mail, box, "Senim/Journaled", (letter("ескі"), OLD), (letter("жаңа"), YOUNG))
    put(mail, box, "Sent", (ours("ескі"), OLD))
    put(mail, box, "Trash")
    assert destroy(box, Folders(trash="Trash")) == 2
    assert everywhere(mail, box) == {"Senim/Journaled": [letter("жаңа")]}


def test_whoever_files_everything_in_the_inbox_keeps_it(mail: Mail, box: Account) -> None:
    put(mail, box, "INBOX", (letter("ескі"), OLD))
    put(mail, box, "Senim/Held", (letter("ескі"), OLD))
    assert destroy(box, Folders(journaled="inbox", ignored="Senim/Held", sent="INBOX")) == 0
    assert len(mail.messages(box.address)) == 1


def test_hundreds_of_copies_go_in_several_commands(mail: Mail, box: Account) -> None:
    with mail._client(box.address) as client:
        client.create_folder("Senim.Journaled")
        message = [{"msg": letter("ескі"), "flags": [], "date": OLD}] * 600
        client.multiappend("Senim.Journaled", message)
    assert destroy(box) == 600
    assert everywhere(mail, box) == {}


def test_a_server_that_destroys_nothing_at_once_marks_them_and_it_is_said(
    mail: Mail, caplog: pytest.LogCaptureFixture
) -> None:
    lean = mail.new_box(overrides="userdb_imap_capability=IMAP4rev1 MOVE")
    put(mail, lean, "Senim/Journaled", (letter("ескі"), OLD), (letter("жаңа"), YOUNG))
    with caplog.at_level(logging.WARNING):
        assert destroy(lean) == 1
    assert "no UIDPLUS" in caplog.text
    assert len(mail.messages(lean.address, "Senim/Journaled")) == 2
    assert destroy(lean) == 0  # the next night does not count them again


def test_the_config_says_after_how_many_days(school: SchoolUnderTest) -> None:
    mail, box = school.mail, school.box
    put(mail, box, "Senim/Journaled", (letter("ескі"), OLD), (letter("жаңа"), YOUNG))
    (config,) = load(school.folder / "config.yaml")
    assert tidy_mailbox(config, NOW - timedelta(days=5)) == 0
    assert tidy_mailbox(config, NOW) == 1
    assert mail.messages(box.address, "Senim/Journaled") == [letter("жаңа")]


# Held messages leave when a person has settled them, whatever their age


def discard(taking: Taking, *ids: int) -> None:
    with taking.journal() as journal:
        for one in ids:
            journal.settle_held(one, HeldState.DISCARDED, on=TODAY, reason="test")


def test_a_message_too_large_to_be_fetched_leaves_once_it_is_settled(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mailbox, "LIMIT", 5_000)
    taking.come(1, words="ұ" * 5_000)
    taking.come(1, words="ұ" * 6_000)
    taking.pull()
    first, second = taking.folder("Senim/Held")
    discard(taking, 1)
    taking.pull()
    assert taking.folder("Senim/Held") == [max(first, second, key=len)]
    taking.pull()
    assert len(taking.folder("Senim/Held")) == 1  # the other still waits


def test_where_two_large_messages_are_of_one_size_none_is_guessed(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mailbox, "LIMIT", 5_000)
    taking.come(2, words="ұ" * 5_000)
    taking.pull()
    sizes = {len(raw) for raw in taking.folder("Senim/Held")}
    assert len(sizes) == 1
    discard(taking, 1)
    taking.pull()
    assert len(taking.folder("Senim/Held")) == 2
