"""The school's answer leaves when nobody objects, to the family's own address alone, and says little."""

import json
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from intake.apart import mark
from intake.authentication import Level
from intake.belief import BY_ITSELF, ROUND_TRIP, Belief
from intake.family import Answered, answer, mailable, undo_answer
from intake.outbox import Sent, send_one
from intake.submission import Refused
from journal.letters import listed
from journal.model import (
    Appeal,
    Applicant,
    Channel,
    DeedState,
    Disposition,
    Entry,
    LetterKind,
    LetterState,
    Role,
    Status,
    Term,
)
from journal.purging import purge
from journal.tables import letters
from journal.ways_out import answers_ready, stop_waiting
from reports.school import Detail, StaffMember
from tests.desk import AIGUL, DANIYAR, SCHOOL, YERLAN, DayAtTheDesk, text_of
from tests.moments import A_MOMENT
from tests.school import plain_letter, reply_to
from tests.test_undelivered import report as delivery_report

MARIA = "maria@family.example"
PROVEN = Belief(level=Level.L2, by=BY_ITSELF)
WORDS = "Біз мұғаліммен сөйлестік.\nЕнді бәрі жақсы болады — қоңырау шалыңыз: 8 7172 00-00-00."
SIGNED = "Здравствуйте! У моего сына отбирают деньги возле столовой.\n\nС уважением, Петрова Мария"
OFFICE = StaffMember(
    name="Отдел образования", address="office@district.example", role=Role.OUTSIDE, language="ru"
)


@pytest.fixture
def told(day: DayAtTheDesk) -> DayAtTheDesk:
    """A signed appeal, № 1, and an anonymous one, № 2, of which the 15:00 letter has told."""
    day.arrives(plain_letter(SIGNED, sender=MARIA))
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    day.at(15).sends()
    day.at(16)
    return day


def answered(day: DayAtTheDesk, number: int = 1, *, by: StaffMember = AIGUL) -> Answered:
    found = answer(number, WORDS, by, PROVEN, day.desk)
    day.sends()
    return found


def to_family(day: DayAtTheDesk, address: str = MARIA) -> list[EmailMessage]:
    found = [message_from_bytes(raw, policy=default) for to, raw in day.sent if to == address]
    return [one for one in found if isinstance(one, EmailMessage)]


def state(day: DayAtTheDesk, number: int = 1) -> DeedState | None:
    return day.journal.entry(number).deeds[-1].state


def test_an_answer_leaves_when_its_time_is_over_and_not_before(told: DayAtTheDesk) -> None:
    found = answered(told)
    assert (found.way, found.until) == ("mailed", told.now + timedelta(minutes=30))
    assert told.journal.entry(1).status is Status.IN_PROGRESS
    told.at(16, 29).sends()
    assert not to_family(told)
    assert state(told) is DeedState.WAITING
    assert answers_ready(told.journal, 1) == ()
    told.at(16, 30).sends()
    told.at(16, 31).sends()
    (letter,) = to_family(told)
    assert state(told) is DeedState.SENT
    (ready,) = answers_ready(told.journal, 1)
    assert ready.words == WORDS
    assert told.journal.verify().ok
    assert [one["code"] for one in told.history("answered")] == [""]
    with told.journal.store.reading() as connection:
        row = connection.execute(select(letters).where(letters.c.kind == "answer")).one()
    assert (row.due_at.astimezone(told.now.tzinfo).hour, row.next_attempt_at, row.lease_until) == (
        0,
        None,
        None,
    )
    assert letter["To"] == MARIA


@pytest.mark.decides
def test_the_letter_is_short_neutral_outside_and_in_the_language_of_the_appeal(told: DayAtTheDesk) -> None:
    answered(told)
    told.at(16, 30).sends()
    (letter,) = to_family(told)
    assert letter["Subject"] == "Письмо из школы"
    assert str(letter["From"]) == "Школа-гимназия №1 <box@school.example>"
    body = text_of(letter)
    html = letter.get_body(("html",))
    for part in (body, html.get_content() if html else ""):
        for words in ("Біз мұғаліммен сөйлестік.", "№1", "2026", AIGUL.name, "Школа-гимназия №1"):
            assert words in part
        assert "отбирают" not in part, "the appeal is not repeated on a telephone that may be shared"
        assert "senim:" not in part
    assert len(body) < 700
    assert letter["Auto-Submitted"] is None, "a person wrote it (RFC 3834)"
    assert letter["Reply-To"] is None
    assert "r." not in str(letter["Message-ID"])


@pytest.mark.decides
def test_the_family_can_write_back_and_becomes_no_member_of_staff_by_it(told: DayAtTheDesk) -> None:
    answered(told)
    told.at(16, 30).sends()
    (letter,) = to_family(told)
    token = str(letter["Message-ID"]).removeprefix("<f.").partition(".")[0]
    reply = reply_to(letter, "№2: негізсіз\nСпасибо! Мария Петрова", f"Мария Петрова <{MARIA}>")
    replace_header(reply, "To", f"box+r.{token}@school.example")
    outcome = told.arrives(reply)
    assert (outcome.disposition, outcome.number) == (Disposition.RECORDED, 3)
    assert told.journal.entry(2).finding is None
    assert not told.journal.entry(3).anonymous
    away = reply_to(letter, "Буду 1 декабря", MARIA)
    away["Auto-Submitted"] = "auto-replied"
    assert told.arrives(away).disposition is Disposition.IGNORED
    assert told.arrives(letter.as_bytes()).reason == "our-letter"
    told.sends()
    assert len(to_family(told)) == 1, "nothing that comes back is answered by itself"


def replace_header(message: EmailMessage, name: str, value: str) -> None:
    del message[name]
    message[name] = value


def test_an_answer_is_taken_back_until_it_has_left(told: DayAtTheDesk) -> None:
    first = answered(told)
    assert first.done is not None
    told.at(16, 29)
    assert undo_answer(first.done, AIGUL, told.desk)
    told.at(18).sends()
    assert not to_family(told)
    assert told.journal.entry(1).status is Status.REGISTERED
    assert answers_ready(told.journal, 1) == ()
    second = answered(told)
    assert second.done is not None
    told.at(18, 30).sends()
    assert not undo_answer(second.done, AIGUL, told.desk)
    assert len(to_family(told)) == 1
    assert [one.undone_on is None for one in told.journal.entry(1).deeds] == [False, True]
    assert told.journal.verify().ok


def test_an_answer_on_an_anonymous_appeal_lies_ready_after_the_same_time(told: DayAtTheDesk) -> None:
    found = answered(told, 2)
    assert found.way == "kept"
    told.at(16, 29).sends()
    assert answers_ready(told.journal, 2) == ()
    told.at(16, 31)
    before = len(told.sent)
    assert told.sends() == [Sent.PUBLISHED]
    assert len(told.sent) == before
    assert [one.words for one in answers_ready(told.journal, 2)] == [WORDS]
    assert state(told, 2) is DeedState.READY
    assert not [one for one in listed(told.journal) if one.kind is LetterKind.ANSWER], "no hour stays"
    assert found.done is not None
    assert not undo_answer(found.done, AIGUL, told.desk)
    assert told.journal.verify().ok


@pytest.mark.decides
def test_nothing_is_answered_without_proof_of_who_wrote_it(told: DayAtTheDesk) -> None:
    for weak in (Belief(level=Level.L1, by=BY_ITSELF), Belief(level=Level.L0, by=BY_ITSELF)):
        assert answer(1, WORDS, AIGUL, weak, told.desk) == Answered(number=1)
    assert not told.journal.entry(1).deeds
    assert answer(1, WORDS, AIGUL, ROUND_TRIP, told.desk).done is not None


@pytest.mark.decides
def test_who_may_not_see_an_appeal_cannot_answer_it(told: DayAtTheDesk) -> None:
    """Nor can an answer leave of somebody whom colleagues name while it waits."""
    mark(2, [DANIYAR], AIGUL, told.desk)
    assert answered(told, 2, by=DANIYAR) == Answered(number=2)
    answered(told, by=YERLAN)
    mark(1, [YERLAN], AIGUL, told.desk)
    told.at(17).sends()
    assert not to_family(told)
    assert state(told) is DeedState.FAILED


def entry_of(email: str) -> Entry:
    return Entry(
        number=1,
        applicant=Applicant(surname="Петрова", email=email),
        term=Term(received_on=A_MOMENT.date(), registered_on=A_MOMENT.date(), due_on=A_MOMENT.date()),
        channel=Channel.PAGE,
        content="",
        text="",
        language="ru",
        class_group="",
        phone="",
        urgent=False,
        status=Status.REGISTERED,
    )


HOSTILE = (
    "a@b.example, c@d.example",
    "a@b.example;c@d.example",
    "a@b.example c@d.example",
    "a@b.example\r\nBcc: c@d.example",
    "a@b.example\n",
    "a@b.example\x00",
    "<a@b.example>",
    "Мария <a@b.example>",
    "a@b@c.example",
    "root@localhost",
    "root",
    "@b.example",
    "a@",
    "a@b",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "a@-b.example",
    "a@b..example",
    "a@b.example.",
    "a..b@c.example",
    '"a b"@c.example',
    "a%b.example@c.example\t,d@e.example",
    "|cat@b.example /etc/passwd",
    "mailer-daemon@b.example",
    "noreply@b.example",
    "x@printer.local",
    "мария@семья.қаз",
    "box@school.example",
    "BOX@School.Example",
    "box+r.0123456789abcdef0123456789abcdef@school.example",
    "aigul@school.example",
    "Aigul+x@school.example",
    "office@district.example",
    "a" * 65 + "@b.example",
    "a@" + "b." * 130 + "example",
)


@pytest.mark.parametrize("email", HOSTILE)
def test_an_address_that_is_not_one_familys_own_is_none(email: str) -> None:
    school = replace(SCHOOL, forward={"office": OFFICE})
    assert mailable(entry_of(email), school) == ""


@pytest.mark.parametrize("email", ["maria.p+school@mail.example", "o'neil@b.example", "a@xn--b1a.example"])
def test_an_ordinary_address_is_taken_as_it_is(email: str) -> None:
    assert mailable(entry_of(f" {email} "), SCHOOL) == email
    assert mailable(entry_of("maria@школа.example"), SCHOOL) == "maria@xn--80atdl2c.example"


@given(st.text(max_size=80), st.sampled_from(["", MARIA, "@b.example", "box@school.example"]))
def test_whatever_was_typed_at_most_one_plain_address_comes_of_it(words: str, end: str) -> None:
    found = mailable(entry_of(words + end), SCHOOL)
    assert found == "" or (found.isascii() and found.count("@") == 1 and not set(found) & set(" ,;<>\r\n\t"))
    assert found.partition("+")[0].casefold() not in ("box@school.example", "box")


@pytest.mark.decides
def test_an_address_to_which_we_do_not_write_is_said_and_nothing_is_sent(told: DayAtTheDesk) -> None:
    appeal = Appeal(
        applicant=Applicant(surname="Петрова", email="box@school.example, x@y.example"),
        term=entry_of("").term,
        channel=Channel.PAGE,
        content="Тақырып",
        text="Мәтін",
        language="kk",
    )
    number = told.journal.record(appeal, identity="x").number
    assert answered(told, number).way == "unusable"
    before = len(told.sent)
    told.at(17).sends()
    assert len(told.sent) == before
    assert state(told, number) is DeedState.FAILED
    assert len(answers_ready(told.journal, number)) == 1, "whoever has the code can still read it"


@pytest.mark.decides
def test_that_an_answer_came_back_is_told_to_who_wrote_it_alone_and_without_the_address(
    told: DayAtTheDesk,
) -> None:
    answered(told)
    told.at(16, 30).sends()
    (letter,) = to_family(told)
    outcome = told.arrives(delivery_report(letter, recipient=MARIA))
    assert outcome.reason == "delivery-report"
    told.sends()
    assert state(told) is DeedState.FAILED
    (notice,) = told.letters(AIGUL, "bounced")
    assert "№1 бойынша жауап отбасына жетпеді" in text_of(notice)
    assert not any(one in text_of(notice) for one in (MARIA, "Петрова", "Мария"))
    assert not told.letters(YERLAN, "bounced")
    assert not told.letters(DANIYAR, "bounced")


@pytest.mark.decides
def test_a_server_that_refuses_the_family_is_told_too(told: DayAtTheDesk) -> None:
    def no(raw: bytes, recipient: str) -> None:
        if recipient == MARIA:
            raise Refused(permanent=True, code=550)

    answered(told)
    told.at(16, 30)
    assert send_one(told.desk, no) is Sent.FAILED
    told.sends()
    assert len(told.letters(AIGUL, "bounced")) == 1


def test_a_purge_stops_an_answer_and_forgets_where_it_went(told: DayAtTheDesk) -> None:
    answered(told)
    told.at(16, 30).sends()
    told.at(17)
    answered(told)
    purge(told.journal, 1, on=told.desk.today, reason="family")
    told.at(18).sends()
    assert answers_ready(told.journal, 1) == ()
    assert len(to_family(told)) == 1
    kept = [one for one in listed(told.journal) if one.kind is LetterKind.ANSWER]
    assert [one.state for one in kept] == [LetterState.FAILED, LetterState.SENT]
    assert {one.reader.address for one in kept} == {""}
    assert MARIA not in json.dumps([dict(one.data) for one in kept])
    assert told.journal.verify().ok


@pytest.mark.decides
def test_an_answer_that_is_owed_needs_no_config_to_find_its_family(told: DayAtTheDesk) -> None:
    answered(told)
    told.without(AIGUL)
    told.numbers_only(YERLAN)
    told.at(16, 30).sends()
    assert len(to_family(told)) == 1


@pytest.mark.decides
def test_a_worker_that_dies_while_sending_sends_the_same_letter_again(told: DayAtTheDesk) -> None:
    done = answered(told).done
    assert done is not None
    told.at(16, 30)

    def dies(raw: bytes, recipient: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_one(told.desk, dies)
    assert state(told) is DeedState.WAITING
    assert not undo_answer(done, AIGUL, told.desk), "a server may have it already"
    told.at(16, 50).sends()
    (letter,) = to_family(told)
    assert state(told) is DeedState.SENT
    assert letter["Message-ID"]


@pytest.mark.decides
def test_a_reader_of_numbers_alone_may_answer_and_learns_no_address(told: DayAtTheDesk) -> None:
    told.numbers_only(DANIYAR)
    member = next(one for one in told.school.staff if one.detail is Detail.NUMBERS)
    assert answered(told, by=member).done is not None


@pytest.mark.decides
def test_no_answer_stands_without_its_letter(told: DayAtTheDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("intake.family.owe", dies)
    with pytest.raises(KeyboardInterrupt):
        answer(1, WORDS, AIGUL, PROVEN, told.desk)
    assert not told.journal.entry(1).deeds
    assert told.journal.entry(1).status is Status.REGISTERED


@pytest.mark.decides
def test_the_words_of_an_answer_are_words_and_nothing_else(told: DayAtTheDesk) -> None:
    words = "Жақсы\r\n.\r\nBcc: x@y.example\n<b>{{ 7*7 }}</b> <!-- token --> %(name)s\x00\u202e"
    answer(1, words, AIGUL, PROVEN, told.desk)
    told.at(16, 30).sends()
    (letter,) = to_family(told)
    html = letter.get_body(("html",))
    assert html is not None
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt; &lt;!-- token --&gt; %(name)s" in html.get_content()
    assert "49" not in text_of(letter)
    assert letter["Bcc"] is None
    assert not set("\x00\u202e") & set(text_of(letter))


@pytest.mark.decides
def test_an_answer_in_a_reply_that_nobody_vouches_for_is_asked_back_and_leaves_nothing(
    told: DayAtTheDesk,
) -> None:
    daily = told.letters(AIGUL, "daily")[-1]
    told.arrives(reply_to(daily, "№1: жауап: Бәрі жақсы болады.", AIGUL.address))
    told.at(17).sends()
    assert not told.journal.entry(1).deeds
    assert not to_family(told)
    (question,) = told.letters(AIGUL, "confirm")
    told.arrives(reply_to(question, "иә", AIGUL.address))
    told.at(17, 29).sends()
    assert not to_family(told)
    told.at(17, 30).sends()
    assert "Бәрі жақсы болады." in text_of(to_family(told)[0])


@pytest.mark.decides
def test_the_confirmation_shows_the_answer_and_one_word_stops_it(told: DayAtTheDesk) -> None:
    told.answers(told.letters(AIGUL, "daily")[-1], "№1: жауап: Бәрі жақсы болады.", AIGUL)
    told.sends()
    (confirmation,) = told.letters(AIGUL, "confirmation")
    assert all(one in text_of(confirmation) for one in ("Бәрі жақсы болады.", "Петрова Мария", "16:30"))
    told.at(16, 20).answers(confirmation, "ҚАТЕ", AIGUL)
    told.at(18).sends()
    assert not to_family(told)
    assert answers_ready(told.journal, 1) == ()
    assert told.journal.entry(1).deeds[0].undone_on is not None


@pytest.mark.decides
def test_what_waited_when_a_backup_was_made_does_not_leave_after_it_was_restored(told: DayAtTheDesk) -> None:
    answered(told)
    assert stop_waiting(told.journal, told.now) == (1,)
    assert stop_waiting(told.journal, told.now) == ()
    told.at(17).sends()
    assert to_family(told) == []
    assert state(told) is DeedState.FAILED
    assert told.journal.verify().ok
