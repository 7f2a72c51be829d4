"""A letter that did not reach its reader is told to the others the same day, and its news is told again."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from intake.delivery_report import read_report
from intake.submission import Refused
from journal.letters import listed
from journal.model import Disposition, Filing, LetterKind, LetterState, Role
from reports.school import Detail, StaffMember
from tests.desk import AIGUL, DANIYAR, SCHOOL, YERLAN, DayAtTheDesk, text_of
from tests.school import SchoolUnderTest, at, plain_letter

NURLAN = StaffMember(
    name="Нұрлан", address="it@school.example", role=Role.ADMINISTRATOR, language="ru", detail=Detail.NUMBERS
)


def report(
    letter: EmailMessage, *, action: str = "failed", status: str = "5.1.1", recipient: str = AIGUL.address
) -> bytes:
    """What a mail server writes when it could not deliver (RFC 3462, RFC 3464)."""
    return f"""From: Mail Delivery System <Mailer-Daemon@mx.school.example>
To: box@school.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.school.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

From: box@school.example
To: {recipient}
Message-ID: {letter["Message-ID"]}
Reply-To: {letter["Reply-To"]}

--b--
""".replace("\n", "\r\n").encode()


@pytest.fixture
def watched(day: DayAtTheDesk) -> DayAtTheDesk:
    day.school = replace(SCHOOL, administrator=NURLAN)
    return day


def told(day: DayAtTheDesk) -> dict[str, int]:
    """Who had a letter about a lost one, and how many."""
    found = {one.name: len(day.letters(one, "bounced")) for one in (*SCHOOL.staff, NURLAN)}
    return {name: count for name, count in found.items() if count}


def daily_of(day: DayAtTheDesk, member: StaffMember) -> EmailMessage:
    return day.letters(member, "daily")[-1]


def test_a_bounced_letter_is_told_to_the_others_and_the_administrator_at_once(watched: DayAtTheDesk) -> None:
    for n in range(3):
        watched.arrives(plain_letter(f"Жасырын\n\nБізге көмек керек, {n}."))
    watched.at(15).sends()
    outcome = watched.at(15, 5).arrives(report(daily_of(watched, AIGUL)))
    assert (outcome.disposition, outcome.reason) == (Disposition.IGNORED, "delivery-report")
    assert outcome.filing is Filing.EXPUNGED  # it brings the letter back, words of families and all
    watched.sends()
    assert told(watched) == {YERLAN.name: 1, DANIYAR.name: 1, NURLAN.name: 1}
    (letter,) = watched.letters(NURLAN)
    assert letter["Subject"] == "Ящик доверия: письмо не дошло: Айгүл Сейітқызы"
    text = text_of(letter)
    for words in (
        "Письмо: ежедневное письмо, 23 ноября",
        "Кому: Айгүл Сейітқызы (психолог)",
        "Почему: такого адреса нет",
        "Новых обращений в нём: 3",
        "config.yaml",
    ):
        assert words in text
    assert "көмек керек" not in text
    assert "config.yaml" not in text_of(watched.letters(YERLAN, "bounced")[0])


def test_the_same_report_twice_is_told_once(watched: DayAtTheDesk) -> None:
    watched.at(15).sends()
    for _ in range(2):
        watched.arrives(report(daily_of(watched, AIGUL)))
        watched.sends()
    assert told(watched) == {YERLAN.name: 1, DANIYAR.name: 1, NURLAN.name: 1}


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_report_that_tells_of_no_failure_is_told_to_nobody(watched: DayAtTheDesk, action: str) -> None:
    watched.at(15).sends()
    watched.arrives(report(daily_of(watched, AIGUL), action=action, status="4.4.7"))
    watched.sends()
    assert told(watched) == {}
    assert {one.state for one in listed(watched.journal)} == {LetterState.SENT}


@pytest.mark.parametrize("kind", ["disposition-notification", "feedback-report"])
def test_that_a_letter_was_read_or_called_spam_is_no_failure(watched: DayAtTheDesk, kind: str) -> None:
    watched.at(15).sends()
    raw = report(daily_of(watched, AIGUL)).replace(b"delivery-status", kind.encode())
    watched.arrives(raw)
    watched.sends()
    assert told(watched) == {}


def test_an_out_of_office_answer_is_no_failure(watched: DayAtTheDesk) -> None:
    watched.at(15).sends()
    away = EmailMessage()
    away["From"], away["To"] = AIGUL.address, str(daily_of(watched, AIGUL)["Reply-To"])
    away["Subject"], away["Auto-Submitted"] = "Автожауап: демалыста", "auto-replied"
    away.set_content("24 қарашаға дейін демалыстамын.")
    assert watched.arrives(away).reason == "out-of-office"
    watched.sends()
    assert told(watched) == {}


def test_a_report_without_a_token_of_ours_has_no_effect(watched: DayAtTheDesk) -> None:
    watched.at(15).sends()
    forged = EmailMessage()
    forged["Message-ID"], forged["Reply-To"] = "<summary@school.example>", "box@school.example"
    assert watched.arrives(report(forged)).disposition is Disposition.IGNORED
    watched.sends()
    assert told(watched) == {}


def test_the_bounce_of_news_about_a_bounce_is_told_to_nobody(watched: DayAtTheDesk) -> None:
    watched.at(15).sends()
    watched.arrives(report(daily_of(watched, AIGUL)))
    watched.sends()
    before = len(watched.sent)
    for member in (YERLAN, DANIYAR, NURLAN):
        watched.arrives(report(watched.letters(member, "bounced")[0], recipient=member.address))
    watched.sends()
    assert len(watched.sent) == before


def test_what_a_bounced_letter_told_is_new_again_the_next_day(watched: DayAtTheDesk) -> None:
    watched.arrives(plain_letter("Жасырын\n\nБізге көмек керек, бір."))
    watched.at(15).sends()
    watched.arrives(report(daily_of(watched, AIGUL)))
    watched.at(15, days=1).sends()
    assert "1 жаңа" in daily_of(watched, AIGUL)["Subject"]
    assert "көмек керек, бір" in text_of(daily_of(watched, AIGUL))
    assert "новых обращений нет" in daily_of(watched, YERLAN)["Subject"]


def test_a_report_that_comes_after_the_next_letter_loses_nothing_either(watched: DayAtTheDesk) -> None:
    watched.at(15).sends()
    watched.arrives(plain_letter("Жасырын\n\nБізге көмек керек, бір."))
    watched.at(15, days=1).sends()
    lost = daily_of(watched, AIGUL)
    watched.arrives(plain_letter("Жасырын\n\nБізге көмек керек, екі."))
    watched.at(15, days=1).sends()
    assert "1 жаңа" in daily_of(watched, AIGUL)["Subject"]
    watched.at(16).arrives(report(lost))
    watched.at(15, days=1).sends()
    assert "2 жаңа" in daily_of(watched, AIGUL)["Subject"]
    watched.at(15, days=1).sends()
    assert "жаңа өтініш жоқ" in daily_of(watched, AIGUL)["Subject"]


def test_a_forged_report_of_an_old_letter_makes_no_old_appeal_new(watched: DayAtTheDesk) -> None:
    watched.at(15).sends()
    watched.arrives(plain_letter("Жасырын\n\nБізге көмек керек, бір."))
    watched.at(15, days=1).sends()
    old = daily_of(watched, AIGUL)
    for _ in range(8):
        watched.at(15, days=1).sends()
    watched.arrives(report(old))
    watched.at(15, days=1).sends()
    assert "жаңа өтініш жоқ" in str(daily_of(watched, AIGUL)["Subject"])


def test_the_long_text_of_a_bounced_letter_comes_again_with_the_next_one(watched: DayAtTheDesk) -> None:
    words = " ".join(f"Бұл {n} сөйлем." for n in range(600))
    watched.arrives(plain_letter(f"Жасырын\n\n{words}"))
    watched.at(15).sends()
    watched.arrives(report(daily_of(watched, AIGUL)))
    watched.at(15, days=1).sends()
    assert len(watched.letters(AIGUL, "text")) == 2


def test_a_reader_whom_the_server_refuses_is_told_of_the_same_day(watched: DayAtTheDesk) -> None:
    from intake.outbox import Sent, owe_due, send_one

    def submit(raw: bytes, recipient: str) -> None:
        if recipient == AIGUL.address:
            raise Refused("over quota", permanent=True, code=552)
        watched.sent.append((recipient, raw))

    owe_due(watched.at(15).desk)
    while send_one(watched.desk, submit) is not Sent.NOTHING_OWED:
        pass
    assert told(watched) == {YERLAN.name: 1, DANIYAR.name: 1, NURLAN.name: 1}
    assert "переполнен" in text_of(watched.letters(NURLAN)[0])


REPORTS = [
    ("Action: failed\nStatus: 5.2.2", True, "full"),
    ("action: FAILED\nstatus: 5.1.10", True, "unknown-address"),
    ("Status: 5.7.1\nAction: failed", True, "refused"),
    ("Action: failed\nStatus: 5.3.4", True, "too-large"),
    ("Action: failed\nStatus: 4.4.7", True, "not-reached"),
    ("Action: delayed\nStatus: 4.4.1", False, ""),
    ("Action: delivered\nStatus: 2.0.0\n\nAction: failed\nStatus: 5.1.1", True, "unknown-address"),
    ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.2.2 Over quota", True, "full"),
    ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp;\n 550 no such user", True, "unknown-address"),
    ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: x-unix; input/output error", True, "refused"),
    ("Action: \x00\nStatus: x", True, "refused"),
    ("", True, "refused"),
]


@pytest.mark.parametrize(("fields", "failed", "why"), REPORTS)
def test_the_machines_part_of_a_report_is_read(fields: str, failed: bool, why: str) -> None:
    raw = f"Content-Type: multipart/report\n\n--b\nContent-Type: message/delivery-status\n\n{fields}\n--b--\n"
    found = read_report(raw.encode())
    assert (found.failed, found.why) == (failed, why)
    assert read_report(raw.replace("\n", "\r\n").encode()) == found


def test_a_bounce_of_an_old_server_has_no_part_for_machines_and_is_a_failure() -> None:
    assert read_report(
        b"From: MAILER-DAEMON@old.example\r\n\r\nHi. This is the qmail-send program.\r\n"
    ).failed


# Through real servers


def test_a_real_bounce_of_exim_is_tied_to_its_letter_and_reader(school: SchoolUnderTest) -> None:
    # Exim knows the address and Dovecot no longer does: it is refused after it was accepted.
    (school.mail.base / "users" / school.psychologist.address).unlink()
    school.write(plain_letter("Жасырын\n\nБізге көмек керек."))
    school.box_holds(1)
    school.senim("pull")
    school.senim("send", "--now", at("15:00"))
    school.box_holds(1)  # the delivery report
    school.senim("pull", "--now", at("15:03"))
    school.senim("send", "--now", at("15:03"))
    school.mail.wait_for(school.pedagogue.address, 2)
    (told,) = school.letters(school.pedagogue, "bounced")
    assert "Айгүл Сейітқызы (психолог)" in text_of(told)
    assert "такого адреса нет" in text_of(told)
    (told,) = school.letters(school.deputy, "bounced")
    assert told["Subject"] == "Trust Box: a letter did not reach Айгүл Сейітқызы"
    assert "failed" in school.senim("letters", "list")


def test_one_of_two_readers_refused_by_the_server_is_told_the_other(school: SchoolUnderTest) -> None:
    config = school.folder / "config.yaml"
    config.write_text(config.read_text().replace(school.psychologist.address, "nobody@school.example"))
    school.senim("send", "--now", at("15:00"), code=1)
    school.mail.wait_for(school.pedagogue.address, 2)
    (told,) = school.letters(school.pedagogue, "bounced")
    assert "такого адреса нет" in text_of(told)
    assert LetterKind.BOUNCED in school.senim("letters", "list")
