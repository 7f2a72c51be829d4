"""A reply by real servers: what its provider vouches for counts at once, a forgery goes the round trip."""

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

import pytest

from intake.pull import pull
from intake.reader import Reader
from intake.send import send
from journal.model import Entry, Status
from tests.command import config_of, open_journal
from tests.school import SchoolUnderTest, at, plain_letter, reply_to
from tests.servers import Account

pytestmark = pytest.mark.real


@pytest.fixture
def passes(school: SchoolUnderTest, reader: Reader) -> Callable[[str], None]:
    """Both passes of the worker at an hour, in this process: to start one takes longer than it works."""

    def run(hour: str) -> None:
        now = datetime.fromisoformat(at(hour))
        pull(config_of(school.folder), now, reader=reader)
        send(config_of(school.folder), now)

    return run


def entry(school: SchoolUnderTest) -> Entry:
    with open_journal(school.folder) as journal:
        return journal.entry(1)


def measured(school: SchoolUnderTest) -> list[tuple[str, str]]:
    return [(one.by, one.text) for one in entry(school).measures]


def letter(school: SchoolUnderTest, reader: Account, kind: str) -> EmailMessage:
    """The one letter of a kind that a reader has."""
    (found,) = school.letters(reader, kind)
    return found


def test_a_forger_with_a_login_of_the_same_school_and_a_stolen_token_records_nothing(
    school: SchoolUnderTest, passes: Callable[[str], None]
) -> None:
    aigul = school.psychologist
    school.write(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    school.box_holds(1)
    passes("15:00")
    school.mail.wait_for(aigul.address, 1)
    stolen = letter(school, aigul, "daily")

    forged = reply_to(stolen, "№1: негізсіз", aigul.address)
    forged["Authentication-Results"] = "mx.school.example; dmarc=pass header.from=school.example"
    school.mail.submit(forged, aigul.address, [school.box.address], login=school.deputy.address)
    school.box_holds(1)
    passes("15:10")
    assert (entry(school).status, entry(school).finding) == (Status.REGISTERED, None)
    school.mail.wait_for(aigul.address, 2)
    asked = letter(school, aigul, "confirm")
    assert school.letters(school.deputy, "confirm") == []
    assert school.letters(school.pedagogue, "echo") == []

    forged = reply_to(stolen, "иә", aigul.address)
    school.mail.submit(forged, aigul.address, [school.box.address], login=school.deputy.address)
    school.write(reply_to(asked, "Жоқ, мен емес", aigul.address))
    school.write(reply_to(asked, "Жоқ.\n№1: әңгіме өткізілді", aigul.address))
    school.box_holds(3)
    passes("15:20")
    assert measured(school) == [("Айгүл Сейітқызы", "әңгіме өткізілді")]
    assert entry(school).finding is None
    school.mail.wait_for(school.deputy.address, 2)
    assert letter(school, school.deputy, "echo")
    with open_journal(school.folder) as journal:
        assert journal.verify().ok


def test_a_reply_without_its_provider_s_word_is_recorded_after_one_yes(
    school: SchoolUnderTest, passes: Callable[[str], None]
) -> None:
    erlan = school.pedagogue
    school.write(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    school.box_holds(1)
    passes("15:00")
    school.mail.wait_for(erlan.address, 1)
    reply = reply_to(letter(school, erlan, "daily"), "№1: поговорил с поварами", erlan.address)
    school.mail.deliver(reply, school.box.address, erlan.address)  # past the server that would vouch for it
    passes("15:10")
    assert measured(school) == []
    school.mail.wait_for(erlan.address, 2)
    asked = letter(school, erlan, "confirm")
    for word in ("да", "да"):
        school.mail.deliver(reply_to(asked, word, erlan.address), school.box.address, erlan.address)
    passes("15:20")
    assert measured(school) == [("Ерлан Маратов", "поговорил с поварами")]
