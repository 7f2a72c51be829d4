"""Filing on a real Dovecot: where letters are put, what is destroyed, and that nothing else is touched."""

import pytest

from intake import incoming
from intake.cabinet import Cabinet
from intake.mailbox import FolderMissing, Folders, Mailbox
from intake.server import Unreachable
from journal.model import Filing
from tests.boxes import FOLDERS, everywhere, letter, make_folder, put, read_all
from tests.servers import Account, Mail

GMAIL = Folders(trash="Bin")


@pytest.fixture
def box(mail: Mail) -> Account:
    return mail.new_box()


@pytest.fixture
def no_move(monkeypatch: pytest.MonkeyPatch) -> None:
    _without(monkeypatch, "MOVE")


@pytest.fixture
def no_move_no_uidplus(monkeypatch: pytest.MonkeyPatch) -> None:
    _without(monkeypatch, "MOVE", "UIDPLUS")


def _without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    can = Cabinet.can
    monkeypatch.setattr(Cabinet, "can", lambda self, word: word not in missing and can(self, word))


@pytest.mark.parametrize("way", ["move", "copy"])
def test_each_letter_is_put_where_it_belongs(
    mail: Mail, box: Account, way: str, request: pytest.FixtureRequest
) -> None:
    if way == "copy":
        request.getfixturevalue("no_move")
    signed, _, bounce, odd, new = put(mail, box, *(letter(word) for word in "абвгд"))
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        a, b, c, d, _ = mailbox.uids()
        plan = {Filing.JOURNALED: [a], Filing.EXPUNGED: [b], Filing.IGNORED: [c], Filing.HELD: [d]}
        mailbox.file(plan)
        mailbox.file(plan)  # a crash repeats it: nothing changes
    assert everywhere(mail, box) == {
        "INBOX": [new],
        "Senim/Journaled": [signed],
        "Senim/Ignored": [bounce],
        "Senim/Held": [odd],
    }


@pytest.mark.parametrize("way", ["move", "copy"])
def test_what_someone_else_marked_as_deleted_is_not_destroyed_by_us(
    mail: Mail, box: Account, way: str, request: pytest.FixtureRequest
) -> None:
    if way == "copy":
        request.getfixturevalue("no_move")
    marked, *_ = put(mail, box, letter("белгіленген"), letter("тіркелген"), letter("жасырын"))
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        uids = mailbox.uids()
        mailbox._client.add_flags(uids[:1], [rb"\Deleted"])
        mailbox.file({Filing.JOURNALED: uids[1:2], Filing.EXPUNGED: uids[2:]})
    assert mail.messages(box.address) == [marked]


def test_more_letters_than_fit_in_one_command_are_filed(
    mail: Mail, box: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.cabinet.COMMAND", 2)
    monkeypatch.setattr(incoming, "BATCH_COUNT", 3)
    letters = put(mail, box, *(letter(str(n)) for n in range(7)))
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        assert [one.raw for one in read_all(mailbox)] == letters
        mailbox.file({Filing.JOURNALED: mailbox.uids()})
    assert everywhere(mail, box) == {"Senim/Journaled": letters}


def test_uids_that_are_gone_do_no_harm(mail: Mail, box: Account) -> None:
    [kept] = put(mail, box, letter("қалады"))
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        mailbox.file({filing: [4001, 4002] for filing in Filing})
    assert everywhere(mail, box) == {"INBOX": [kept]}


@pytest.mark.usefixtures("no_move_no_uidplus")
def test_without_uidplus_letters_are_marked_once_and_a_warning_says_so(
    mail: Mail, box: Account, caplog: pytest.LogCaptureFixture
) -> None:
    signed, anonymous, stranger = put(mail, box, letter("Ерлан"), letter("жасырын"), letter("басқа"))
    for _ in range(3):
        with Mailbox.open(box.imap, FOLDERS) as mailbox:
            uids = mailbox.uids()
            mailbox.file({Filing.JOURNALED: uids[:1], Filing.EXPUNGED: uids[1:2]})
            assert mailbox._client.search("DELETED") == uids[:2]
    assert everywhere(mail, box) == {"INBOX": [signed, anonymous, stranger], "Senim/Journaled": [signed]}
    assert [record.getMessage() for record in caplog.records if "UIDPLUS" in record.getMessage()] != []
    assert len(caplog.records) == 1


def test_with_a_bin_configured_nothing_is_left_there(mail: Mail, box: Account) -> None:
    make_folder(mail, box, "Bin")
    put(mail, box, letter("ескі құпия"), folder="Bin")  # a run that died between moving and destroying
    signed, _ = put(mail, box, letter("Ерлан"), letter("жасырын"))
    with Mailbox.open(box.imap, GMAIL) as mailbox:
        uids = mailbox.uids()
        mailbox.file({Filing.EXPUNGED: uids[1:], Filing.JOURNALED: uids[:1]})
    assert everywhere(mail, box) == {"Senim/Journaled": [signed]}


def test_a_bin_is_emptied_even_when_there_is_nothing_to_file(mail: Mail, box: Account) -> None:
    make_folder(mail, box, "Bin")
    put(mail, box, letter("ескі құпия"), folder="Bin")
    with Mailbox.open(box.imap, GMAIL) as mailbox:
        mailbox.file({})
    assert everywhere(mail, box) == {}


def test_a_bin_that_is_not_there_is_told_and_the_rest_is_filed(mail: Mail, box: Account) -> None:
    signed, anonymous = put(mail, box, letter("Ерлан"), letter("жасырын"))
    with Mailbox.open(box.imap, GMAIL) as mailbox:
        uids = mailbox.uids()
        with pytest.raises(FolderMissing, match=r"«Bin».*config\.yaml"):
            mailbox.file({Filing.JOURNALED: uids[:1], Filing.EXPUNGED: uids[1:]})
    assert everywhere(mail, box) == {"INBOX": [anonymous], "Senim/Journaled": [signed]}


def test_a_folder_that_cannot_be_made_is_told_by_name(mail: Mail, box: Account) -> None:
    [raw] = put(mail, box, letter("Ерлан"))
    told = pytest.raises(FolderMissing, match=r"«Senim//Journaled».*make it by hand")
    with Mailbox.open(box.imap, Folders(journaled="Senim//Journaled")) as mailbox, told:
        mailbox.file({Filing.JOURNALED: mailbox.uids()})
    assert everywhere(mail, box) == {"INBOX": [raw]}


def test_a_released_letter_leaves_the_folder_of_held_mail_and_no_other_does(mail: Mail, box: Account) -> None:
    held, alike, other = letter("aaaa"), letter("aaab"), letter("басқа")
    put(mail, box, held, alike, held, other)
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        assert mailbox.remove_held(held) is False  # there is no such folder yet
        mailbox.file({Filing.HELD: mailbox.uids()})
        assert mailbox.remove_held(held) is True
        assert mailbox.remove_held(held) is False
        assert mailbox.uids() == []
    assert everywhere(mail, box) == {"Senim/Held": [alike, other]}


def test_after_the_inbox_was_rebuilt_its_old_uids_touch_nothing(mail: Mail, box: Account) -> None:
    make_folder(mail, box, "Form")
    put(mail, box, letter("ескі"), folder="Form")
    with Mailbox.open(box.imap, Folders(inbox="Form")) as mailbox:
        uids = mailbox.uids()
        mailbox.remove_held(b"x")  # its folder is missing
        mailbox.file({Filing.HELD: []})
        mailbox._cabinet.select("INBOX")  # any work elsewhere
        with Mailbox.open(box.imap, FOLDERS) as other:
            other._client.delete_folder("Form")
            other._client.create_folder("Form")
        [new] = put(mail, box, letter("жаңа"), folder="Form")
        with pytest.raises(Unreachable, match="rebuilt"):
            mailbox.file({Filing.EXPUNGED: uids})
    assert everywhere(mail, box) == {"Form": [new]}
