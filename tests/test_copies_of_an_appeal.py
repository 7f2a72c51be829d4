"""What in the mailbox tells of an appeal goes at once when a family has it destroyed; nothing else does."""

from datetime import datetime
from email.message import EmailMessage

import pytest

from intake.mentions import Mention, Sought
from intake.message import parse
from reports.reference import new_token
from reports.reference import reply_to as reply_address
from tests.boxes import everywhere
from tests.command import Senim
from tests.desk import AIGUL, DayAtTheDesk
from tests.school import ALMATY, SchoolUnderTest, at, plain_letter, reply_to

MOTHER = "Ахметова Сәуле <saule@family.example>"
WORDS = "Баламды сыныпта ренжітеді, ешкім араласпайды.\nСізден көмек сұраймын."


def put(school: SchoolUnderTest, folder: str, *letters: bytes | EmailMessage) -> None:
    mail, box = school.mail, school.box
    if folder not in mail.folders(box.address):
        with mail._client(box.address) as client:
            client.create_folder(folder.replace("/", "."))
    for one in letters:
        raw = one if isinstance(one, bytes) else one.as_bytes().replace(b"\n", b"\r\n")
        mail.append(raw, box.address, folder, received_at=datetime.now(ALMATY))


@pytest.mark.real
def test_of_a_destroyed_appeal_nothing_is_left_in_the_mailbox_and_of_others_everything(
    school: SchoolUnderTest, senim: Senim
) -> None:
    config = ("--config", str(school.folder / "config.yaml"))
    own, others = plain_letter(WORDS, sender=MOTHER), plain_letter("№1 мектепте суық.", sender=MOTHER)
    put(school, "INBOX", own)
    senim(*config, "pull", "--now", at("14:50"))
    senim(*config, "send", "--now", at("15:00"))
    school.mail.wait_for(school.psychologist.address, 1)
    (daily,) = school.letters(school.psychologist, "daily")
    put(school, "INBOX", others)
    senim(*config, "pull", "--now", at("15:10"))
    reader = school.psychologist.address
    answer = reply_to(daily, "№1: сөйлестік", reader)
    stranger = reply_to(daily, "№1: сөйлестік", "stranger@elsewhere.example")
    away = reply_to(daily, "Демалыстамын.", reader)
    away["Auto-Submitted"] = "auto-replied"
    of_another = reply_to(daily, "№2: тамақ жылы болды", reader, quote=False)
    persons = plain_letter("Сәлем, №1 туралы сөйлесейік.", sender=school.box.address)
    put(school, "Senim/Journaled", answer, of_another)
    put(school, "Senim/Ignored", away)
    put(school, "Sent", daily, persons)
    put(school, "INBOX", stranger)
    senim(*config, "pull", "--now", at("15:20"))
    assert len(school.mail.messages(school.box.address, "Senim/Held")) == 1

    said = senim(*config, "purge", "--number", "1", "--reason", "request 45", "--now", at("16:00"))
    assert said.status == 0, said.err
    assert "destroyed in the mailbox: 4 letters" in said.out
    assert "held discard 1" in said.out and "its own letter" not in said.out
    left = everywhere(school.mail, school.box)
    assert {folder: len(letters) for folder, letters in left.items()} == {
        "Senim/Journaled": 2,
        "Sent": 1,
        "Senim/Held": 1,
    }
    assert left["Senim/Journaled"][1] == others or others in left["Senim/Journaled"]
    again = senim(*config, "purge", "--number", "1", "--reason", "request 45")
    assert "already" in again.out and "destroyed in the mailbox: 0 letters" in again.out


def ours(words: str) -> bytes:
    """An answer to a letter of ours, without any quotation."""
    reply = EmailMessage()
    reply["From"] = AIGUL.address
    reply["To"] = reply_address("box@school.example", new_token())
    reply.set_content(words)
    return reply.as_bytes()


def mention(of: Sought, raw: bytes) -> Mention | None:
    return of.mention(parse(raw), raw)


@pytest.mark.parametrize(
    "words",
    [
        "№12: сөйлестік",
        "#12 поговорили",
        "No. 12: talked",
        "Сөйлестік.\n\n> №12 · жасырын",
        "12) сөйлестік",
        "> > 12 - сөйлестік",
        "10-15: ескертілді",
        "№10–12: ескертілді",
        "№3, 7 және 12: ескертілді",
    ],
)
def test_whoever_answers_us_names_it_in_many_ways(words: str) -> None:
    assert mention(Sought(number=12), ours(words)) is Mention.QUOTES


@pytest.mark.parametrize(
    "words", ["№112: сөйлестік", "№11: 12 балаға ескертілді", "№11: 8-701-120-12-12", "Сағат 12-де келдім."]
)
def test_another_appeal_is_not_taken_for_it(words: str) -> None:
    assert mention(Sought(number=12), ours(words)) is None


@pytest.mark.decides
def test_its_words_alone_are_known_where_a_program_kept_no_number(day: DayAtTheDesk) -> None:
    quoted = "Сөйлестік.\n\n>> баламды сыныпта\n>> РЕНЖІТЕДІ, ешкім\n>> араласпайды"
    assert mention(recorded(day), ours(quoted)) is Mention.QUOTES
    assert mention(recorded(day), ours("Сөйлестік.\n\n>> баламды сыныпта")) is None


def recorded(day: DayAtTheDesk, words: str = WORDS) -> Sought:
    day.arrives(plain_letter(words, sender=MOTHER))
    return Sought.of(day.journal.entry(1))


@pytest.mark.decides
def test_its_own_letter_is_known_by_all_its_words_and_who_wrote_it(day: DayAtTheDesk) -> None:
    of = recorded(day)
    assert mention(of, plain_letter(WORDS.replace(" ", "\n"), sender=MOTHER)) is Mention.ITS_OWN
    html = plain_letter(f"<p>{WORDS}</p><p>Рақмет.</p>", sender=MOTHER, kind="text/html; charset={}")
    assert mention(of, html) is Mention.ITS_OWN
    for other in (
        plain_letter(WORDS, sender="Серікова Әсел <asel@family.example>"),
        plain_letter(WORDS.split("\n")[0], sender=MOTHER),
        plain_letter("№1: басқа әңгіме.", sender=MOTHER),
    ):
        assert mention(of, other) is None


def test_a_report_that_brings_a_letter_of_ours_back_is_taken_for_it_whatever_it_brings() -> None:
    (returned, _, _) = ours("№3: сөйлестік").partition(b"never")
    start = "From: MAILER-DAEMON@school.example\nSubject: Undelivered\nMIME-Version: 1.0\n"
    start += "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
    report = f"{start}--b\n\nSorry.\n--b\nContent-Type: message/rfc822\n\n".encode() + returned + b"\n--b--\n"
    assert mention(Sought(number=12), report) is Mention.QUOTES
    assert mention(Sought(number=12), report.replace(b"+r.", b"+x.")) is None
