"""What leaves the staff, by real servers: a forward and its reply, an answer in the mailbox of a family."""

from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from intake.pull import pull
from intake.reader import Reader
from intake.send import send
from journal.model import DeedState, Role
from journal.ways_out import answers_ready
from tests.command import config_of, open_journal
from tests.desk import text_of
from tests.school import SchoolUnderTest, at, plain_letter, reply_to
from tests.servers import Account

pytestmark = pytest.mark.real


@pytest.fixture
def office(school: SchoolUnderTest) -> Account:
    """An education department with a mailbox, to which appeals may be passed on."""
    account = school.mail.new_box()
    config = school.folder / "config.yaml"
    outside = (
        f'forward: {{education: {{name: "Отдел образования", address: {account.address}, language: ru}}}}\n'
    )
    config.write_text(config.read_text() + outside)
    return account


@pytest.fixture
def passes(school: SchoolUnderTest, reader: Reader) -> Callable[[str], None]:
    """Both passes of the worker at an hour, in this process: to start one takes longer than it works."""

    def run(hour: str) -> None:
        now = datetime.fromisoformat(at(hour))
        pull(config_of(school.folder), now, reader=reader)
        send(config_of(school.folder), now)

    return run


def only(school: SchoolUnderTest, account: Account, kind: str = "") -> EmailMessage:
    school.mail.wait_for(account.address, 1)
    (found,) = school.letters(account, kind)
    return found


def replies(school: SchoolUnderTest, letter: EmailMessage, words: str, by: Account) -> None:
    """Somebody answers a letter of ours from their own mailbox, by Exim."""
    reply = reply_to(letter, words, by.address)
    school.mail.submit(reply, by.address, [str(letter["Reply-To"])], login=by.address)
    school.box_holds(1)


def test_an_office_gets_an_appeal_without_its_writer_and_its_own_reply_alone_is_a_measure(
    school: SchoolUnderTest, office: Account, passes: Callable[[str], None]
) -> None:
    school.write(
        plain_letter("У сына отбирают деньги.\n\nС уважением, Петрова Мария", sender="m@family.example")
    )
    school.box_holds(1)
    passes("15:00")
    aigul = school.psychologist
    words = "№1: переслать: отделу образования — просим рассмотреть"
    replies(school, only(school, aigul, "daily"), words, aigul)
    passes("16:01")
    letter = only(school, office, "forward")
    assert "отбирают деньги" in text_of(letter)
    assert not any(one in letter.as_string() + text_of(letter) for one in ("Петрова", "m@family.example"))

    forged = reply_to(letter, "№1: жабылсын", office.address)
    school.mail.submit(forged, office.address, [str(letter["Reply-To"])], login=school.deputy.address)
    school.box_holds(1)
    passes("16:02")
    with open_journal(school.folder) as journal:
        assert not journal.entry(1).measures
        assert [one.state for one in journal.entry(1).deeds] == [DeedState.SENT]

    replies(school, letter, "Проверка проведена, деньги возвращены.", office)
    passes("16:03")
    with open_journal(school.folder) as journal:
        (measure,) = journal.entry(1).measures
        assert (measure.text, measure.role) == ("Проверка проведена, деньги возвращены.", Role.OUTSIDE)
        assert journal.verify().ok


def test_an_answer_is_in_the_familys_mailbox_after_the_delay_and_what_was_taken_back_is_not(
    school: SchoolUnderTest, passes: Callable[[str], None]
) -> None:
    family = school.mail.new_box()
    for words in ("У сына отбирают деньги.", "В столовой холодно."):
        school.write(plain_letter(f"{words}\n\nС уважением, Петрова Мария", sender=family.address))
    school.box_holds(2)
    passes("15:00")
    aigul = school.psychologist
    said = "№1: жауап: Мы поговорили с классом.\n№2: жауап: Ошибочный ответ."
    replies(school, only(school, aigul, "daily"), said, aigul)
    passes("16:00")
    school.mail.wait_for(aigul.address, 2)
    passes("16:29")
    assert school.mail.messages(family.address) == []
    (confirmation,) = school.letters(aigul, "confirmation")
    replies(school, confirmation, "ҚАТЕ №2", aigul)
    passes("16:29")
    passes("16:31")
    school.mail.wait_for(family.address, 1)
    passes("18:00")
    (raw,) = school.mail.messages(family.address)
    letter = message_from_bytes(raw, policy=default)
    assert isinstance(letter, EmailMessage)
    assert "Мы поговорили с классом." in text_of(letter)

    thanks = reply_to(letter, "Спасибо вам!\n\nПетрова Мария", family.address)
    del thanks["To"]
    thanks["To"] = str(letter["From"])
    school.mail.submit(thanks, family.address, [school.box.address], login=family.address)
    school.box_holds(1)
    passes("18:30")
    with open_journal(school.folder) as journal:
        assert [one.state for one in journal.entry(1).deeds] == [DeedState.SENT]
        assert journal.entry(2).deeds[0].undone_on is not None
        assert (len(answers_ready(journal, 1)), answers_ready(journal, 2)) == (1, ())
        assert "Спасибо вам!" in journal.entry(3).text
        assert journal.verify().ok
    assert len(school.mail.messages(family.address)) == 1
