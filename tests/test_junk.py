"""What lands among junk is put before a person: form mail often does, and Senim judges nothing by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from intake.config import load
from intake.mailbox import Mailbox
from intake.server import Unreachable
from journal.model import Disposition
from tests.school import ALMATY, plain_letter
from tests.taking import Taking

TODAY = datetime.now(ALMATY).replace(hour=12, minute=0, second=0, microsecond=0)
APPEAL = plain_letter("Жасырын\n\nМені ұрады.")


@pytest.fixture
def box(taking: Taking) -> Taking:
    """A school that has named its junk folder."""
    file = taking.school.folder / "config.yaml"
    file.write_text(file.read_text().replace("submission:", "  folders: {junk: Junk}\nsubmission:", 1))
    (taking.config,) = load(file)
    taking.now = TODAY.astimezone(UTC)
    with Mailbox.open(taking.config.imap, taking.config.folders) as mailbox:
        mailbox._client.create_folder("Junk")
    return taking


def lands(taking: Taking, raw: bytes, *, days_ago: int = 0, folder: str = "Junk") -> None:
    came = TODAY - timedelta(days=days_ago)
    taking.school.mail.append(raw, taking.school.box.address, folder, received_at=came)


def test_what_is_new_among_junk_is_held_and_counted_and_the_inbox_is_read_as_ever(box: Taking) -> None:
    lands(box, APPEAL)
    lands(box, b"X-Spam-Flag: YES\r\nAuto-Submitted: auto-generated\r\n" + APPEAL)
    lands(box, b"\xff\x00 nothing that can be read")
    lands(box, plain_letter("Жасырын\n\nЖәшікке."), folder="INBOX")
    report = box.pull()
    assert (report.recorded, report.held, report.clean) == (1, 3, True)
    assert box.held() == ["junk"] * 3, "none is read, so none is called anything else"
    assert box.folder("Junk") == []
    assert len(box.folder("Senim/Held")) == 3
    with box.journal() as journal:
        assert journal.counts(TODAY.date())[Disposition.HELD, "junk"] == 3
    assert box.look("Junk").standing == 0
    assert box.pull().held == 0


def test_what_lay_there_before_the_first_look_is_not_ours(box: Taking) -> None:
    lands(box, plain_letter("Ескі жарнама."), days_ago=1)
    lands(box, APPEAL)
    assert box.pull().held == 1
    lands(box, plain_letter("Тағы бірі."), days_ago=1)  # a mail program may put old mail there later
    box.now += timedelta(days=3)
    lands(box, APPEAL, days_ago=-2)
    assert box.pull().held == 1
    assert len(box.folder("Junk")) == 2
    assert box.look("Junk").since == TODAY.date()


def test_a_first_look_that_breaks_off_remembers_its_day(box: Taking, monkeypatch: pytest.MonkeyPatch) -> None:
    lands(box, APPEAL)
    real = Mailbox.standing

    def standing(mailbox: Mailbox, uids: Any) -> Any:
        if mailbox.folder == "Junk":
            raise Unreachable("the server broke the connection off")
        return real(mailbox, uids)

    with monkeypatch.context() as patch:
        patch.setattr(Mailbox, "standing", standing)
        with pytest.raises(Unreachable):
            box.pull()
    assert box.look("Junk").standing == 1
    box.now += timedelta(days=2)
    assert box.pull().held == 1


def test_a_junk_folder_that_is_not_there_is_told_and_the_inbox_is_read(box: Taking) -> None:
    file = box.school.folder / "config.yaml"
    file.write_text(file.read_text().replace("junk: Junk", "junk: Спам"))
    (box.config,) = load(file)
    lands(box, APPEAL, folder="INBOX")
    report = box.pull()
    assert report.recorded == 1
    assert "«Спам»" in report.not_filed
    assert box.school.inbox() == []


def test_a_letter_held_from_junk_can_be_let_in_and_then_leaves_the_mailbox(box: Taking) -> None:
    lands(box, APPEAL)
    box.pull()
    box.school.senim("held", "release", "1")
    box.pull()
    assert box.folder("Senim/Held") == []
    assert box.texts() == ["Мені ұрады."]


def test_a_junk_letter_that_could_not_be_filed_is_filed_by_the_next_pull(
    box: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    lands(box, APPEAL)
    with monkeypatch.context() as patch:
        patch.setattr("intake.pull._file", lambda *_: "full")
        assert box.pull().not_filed == "full"
    assert len(box.folder("Junk")) == 1
    report = box.pull()
    assert (report.held, report.filed_again) == (0, 1)
    assert box.folder("Junk") == []
    assert len(box.held()) == 1
