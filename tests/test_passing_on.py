"""An appeal goes to whom a reader names, without what that one may not see; the reply is a measure."""

import re
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.apart import mark
from intake.outbox import Sent, send_one
from intake.passing_on import Passed, pass_on, undo_pass_on
from intake.submission import Refused
from journal.model import DeedState, Disposition, Role, Status
from journal.openings import openings
from journal.purging import purge
from reports.recipients import meant, parted
from reports.school import Detail, StaffMember
from tests.desk import AIGUL, DANIYAR, SCHOOL, YERLAN, DayAtTheDesk, believed, text_of
from tests.school import plain_letter, reply_to
from tests.test_undelivered import report as delivery_report

GULNAR = StaffMember(
    name="Гүлнар Оспанова", address="gulnar@school.example", role=Role.DIRECTOR, language="kk"
)
OFFICE = StaffMember(
    name="Отдел образования", address="office@district.example", role=Role.OUTSIDE, language="ru"
)
WHOLE = replace(SCHOOL, staff=(*SCHOOL.staff, GULNAR), forward={"education_department": OFFICE})
EVERYBODY = (*WHOLE.staff, OFFICE)
SIGNED = (
    "Здравствуйте! В 7Ә классе у моего сына отбирают деньги, учитель Сидоров это видит.\n"
    "Позвоните: 8 701 123-45-67, живём по адресу ул. Абая, 5, кв. 7.\n\n"
    "С уважением, Петрова Мария"
)


@pytest.fixture
def told(day: DayAtTheDesk) -> DayAtTheDesk:
    """A signed appeal, № 1, and an anonymous one, № 2, of which the 15:00 letter has told."""
    day.school = replace(SCHOOL, staff=(*SCHOOL.staff, GULNAR), forward={"education_department": OFFICE})
    day.arrives(plain_letter(SIGNED, subject="Отбирают деньги", sender="maria@family.example"))
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ, 7 «Б» сыныбы қалып қояды."))
    day.at(15).sends()
    day.at(16)
    return day


def passed(day: DayAtTheDesk, to: str, number: int = 1, *, note: str = "", by: StaffMember = AIGUL) -> Passed:
    """Said in a believed reply; the letters that it owes are sent."""
    found = pass_on(number, to, note, by, day.desk)
    day.sends()
    return found


def forward(day: DayAtTheDesk, to: StaffMember) -> EmailMessage:
    (letter,) = day.letters(to, "forward")
    return letter


def deed_states(day: DayAtTheDesk, number: int = 1) -> list[DeedState | None]:
    return [one.state for one in day.journal.entry(number).deeds]


def both(letter: EmailMessage) -> str:
    """All that a letter shows, and its subject; without its mark, whose digits may be any."""
    html = letter.get_body(("html",))
    shown = f"{text_of(letter)}\n{html.get_content() if html else ''}\n{letter['Subject']}"
    return re.sub(r"r\.[0-9a-f]{32}", "", shown)


@pytest.mark.parametrize(
    ("words", "to"),
    [
        ("директор", GULNAR),
        ("мектеп директорына", GULNAR),
        ("Директору школы", GULNAR),
        ("Гүлнарға", GULNAR),
        ("завучу", DANIYAR),
        ("заместителю директора по воспитательной работе", DANIYAR),
        ("директордың орынбасарына", DANIYAR),
        ("Данияр ағайға", DANIYAR),
        ("Данияру Алиеву", DANIYAR),
        ("to the deputy director", DANIYAR),
        ("әлеуметтік педагогқа", YERLAN),
        ("социальному педагогу", YERLAN),
        ("Ерлану Маратову", YERLAN),
        ("education_department", OFFICE),
        ("в отдел образования", OFFICE),
        ("Отделу образования", OFFICE),
    ],
)
def test_a_recipient_is_understood_by_name_role_or_id_with_any_ending(words: str, to: StaffMember) -> None:
    assert meant(words, EVERYBODY, WHOLE) == (to,)


@pytest.mark.parametrize(
    "words",
    [
        "в полицию",
        "Айгүлдің анасына",
        "матери Данияра",
        "всем",
        "барлығына",
        "",
        "…",
        "школа",
        "12",
        "д" * 5000,
        "директор " * 500,
        "office@district.example",
        "директор и завуч",
    ],
)
def test_whoever_is_not_clearly_one_of_them_is_nobody(words: str) -> None:
    assert meant(words, EVERYBODY, WHOLE) == ()


@given(st.text(max_size=300))
def test_any_words_at_all_are_read_as_a_recipient_and_a_note(words: str) -> None:
    to, note = parted(words)
    assert len(to) + len(note) <= len(words)
    assert set(meant(to, EVERYBODY, WHOLE)) <= set(EVERYBODY)


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("отделу образования — просим рассмотреть", ("отделу образования", "просим рассмотреть")),
        ("педагогу-психологу", ("педагогу-психологу", "")),
        ("директор, өтінемін", ("директор", "өтінемін")),
        ("директорға: бүгін қарайықшы — шұғыл", ("директорға", "бүгін қарайықшы — шұғыл")),
        ("завуч\nпожалуйста", ("завуч", "пожалуйста")),
    ],
)
def test_behind_the_recipient_stands_a_note(words: str, read: tuple[str, str]) -> None:
    assert parted(words) == read


@pytest.mark.decides
def test_an_unknown_recipient_gets_nothing_and_the_answer_lists_whom_one_can_name(told: DayAtTheDesk) -> None:
    for words in ("в полицию", "психолог"):  # the psychologist is the writer
        found = passed(told, words)
        assert (found.to, found.done) == (None, None)
        assert set(found.among) == {YERLAN, DANIYAR, GULNAR, OFFICE}
    assert not told.journal.entry(1).deeds
    assert not any(told.letters(one, "forward") for one in EVERYBODY)


@pytest.mark.decides
def test_what_may_mean_two_people_means_nobody(told: DayAtTheDesk) -> None:
    second = replace(GULNAR, name="Данияр Оспанов", address="d2@school.example", role=Role.DIRECTOR)
    told.school = replace(told.school, staff=(*told.school.staff, second))
    assert passed(told, "Даниярға").among == (DANIYAR, second)
    assert passed(told, "директорға").among == (GULNAR, second)
    assert passed(told, "Данияр Оспановқа").to == second
    assert not told.letters(DANIYAR, "forward")


@pytest.mark.decides
def test_the_outside_gets_the_words_and_not_who_wrote_them(told: DayAtTheDesk) -> None:
    passed(told, "отделу образования — просим рассмотреть до пятницы")
    shown = both(forward(told, OFFICE))
    for kept in ("отбирают деньги", "учитель Сидоров", "просим рассмотреть до пятницы", "№1", "[…]"):
        assert kept in shown
    assert "школа знает кем" in shown
    assert told.journal.entry(1).status is Status.IN_PROGRESS
    for secret in ("Петров", "Мария", "701", "maria", "family.example", "Абая", "7Ә"):
        assert secret not in shown, secret
    (deed,) = told.journal.entry(1).deeds
    assert (deed.code, deed.words, deed.by, deed.state) == (
        "education_department",
        "просим рассмотреть до пятницы",
        AIGUL.name,
        DeedState.SENT,
    )
    assert [one["code"] for one in told.history("passed_on")] == ["education_department"]
    assert ("letter-forward", OFFICE.address) in [(one.how, one.by) for one in openings(told.journal, 1)]
    assert told.journal.verify().ok


@pytest.mark.decides
def test_of_an_anonymous_appeal_the_outside_gets_the_grade_and_a_word_of_its_being_anonymous(
    told: DayAtTheDesk,
) -> None:
    passed(told, "отдел образования", 2)
    shown = both(forward(told, OFFICE))
    assert "Обращение анонимное" in shown
    assert "кезек ұзақ" in shown
    assert "«Б»" not in shown


@pytest.mark.decides
def test_a_colleague_sees_as_much_as_in_their_own_letters(told: DayAtTheDesk) -> None:
    passed(told, "директорға — бірге қарайықшы", by=YERLAN)
    assert all(one in both(forward(told, GULNAR)) for one in ("Петрова Мария", "Сидоров", "қарайықшы"))
    passed(told, "завучу", by=YERLAN)
    assert "Позвоните" not in both(forward(told, DANIYAR)), "a reader of short letters gets no whole text"
    told.school = replace(
        told.school,
        staff=tuple(
            replace(one, detail=Detail.NUMBERS) if one == DANIYAR else one for one in told.school.staff
        ),
    )
    told.sent.clear()
    passed(told, "завучу", by=YERLAN)
    shown = both(forward(told, DANIYAR))
    assert "№1" in shown
    assert not any(one in shown for one in ("Петрова", "деньги", "701"))


@pytest.mark.decides
def test_the_reply_to_a_forward_is_a_measure_and_nothing_else(told: DayAtTheDesk) -> None:
    passed(told, "отдел образования")
    letter = forward(told, OFFICE)
    outcome = told.arrives(
        believed(
            reply_to(letter, "Негізсіз.\nС учителем проведена беседа, школа проверена.", OFFICE.address),
            domain="district.example",
        )
    )
    assert outcome.disposition is Disposition.UPDATED
    told.sends()
    entry = told.journal.entry(1)
    (measure,) = entry.measures
    assert (measure.by, measure.role) == (OFFICE.name, Role.OUTSIDE)
    assert "проведена беседа" in measure.text
    assert (entry.finding, entry.status) == (None, Status.IN_PROGRESS)
    (confirmation,) = told.letters(OFFICE, "confirmation")
    assert "проведена беседа" in text_of(confirmation)
    assert not any(one in both(confirmation) for one in ("Петров", "Мария", "7Ә"))
    assert told.journal.verify().ok


@pytest.mark.parametrize("words", ["№2: беседа проведена", "файл 1, 2", "№1:\n№2: негізсіз"])
@pytest.mark.decides
def test_the_outside_can_touch_no_other_appeal_and_get_no_files(told: DayAtTheDesk, words: str) -> None:
    passed(told, "отдел образования")
    told.arrives(believed(reply_to(forward(told, OFFICE), words, OFFICE.address), domain="district.example"))
    told.sends()
    for number in (1, 2):
        entry = told.journal.entry(number)
        assert (entry.measures, entry.finding) == ((), None)
    assert not told.letters(OFFICE, "files")
    (answer,) = told.letters(OFFICE, "confirmation")
    again = told.arrives(
        believed(
            reply_to(answer, "№2: негізсіз\n№1: жабылсын\nфайл 2", OFFICE.address), domain="district.example"
        )
    )
    assert again.reason == "nothing-understood"
    told.sends()
    assert told.journal.entry(2).status is Status.REGISTERED
    assert told.journal.entry(2).measures == told.journal.entry(1).measures == ()


@pytest.mark.decides
def test_an_unproven_reply_of_the_outside_is_asked_back_and_a_forged_one_held(told: DayAtTheDesk) -> None:
    passed(told, "отдел образования")
    letter = forward(told, OFFICE)
    forged = told.arrives(reply_to(letter, "№1: жабылсын", "office@district.example.ru"))
    assert (forged.disposition, forged.reason) == (Disposition.HELD, "other-sender")
    unproven = told.arrives(reply_to(letter, "Шара қабылданды, мұғаліммен сөйлестік", OFFICE.address))
    assert unproven.reason == "unconfirmed"
    assert not told.journal.entry(1).measures
    told.sends()
    (question,) = told.letters(OFFICE, "confirm")
    assert "Петров" not in both(question)
    assert len(told.letters(OFFICE, "refusal")) == 1
    told.arrives(reply_to(question, "Да", OFFICE.address))
    assert [one.text for one in told.journal.entry(1).measures] == ["Шара қабылданды, мұғаліммен сөйлестік"]


@pytest.mark.decides
def test_an_appeal_is_passed_on_by_no_one_and_to_no_one_whom_it_names(told: DayAtTheDesk) -> None:
    """Данияр, of whom № 2 tells, can neither get it nor pass it on, and cannot tell why."""
    mark(2, [DANIYAR], AIGUL, told.desk)
    unknown, hidden = passed(told, "в полицию", 2), passed(told, "завучу", 2)
    assert replace(unknown, asked="") == replace(hidden, asked="")
    assert DANIYAR not in hidden.among
    for words in ("директорға", "завуч", "Данияр Әлиев", "отдел образования"):
        assert passed(told, words, 2, by=DANIYAR) == Passed(number=2, asked=words)
    assert not told.journal.entry(2).deeds
    assert not any(told.letters(one, "forward") for one in (*told.school.staff, OFFICE))


@pytest.mark.decides
def test_a_conflict_noted_before_the_letter_left_stops_it(told: DayAtTheDesk) -> None:
    pass_on(2, "завучу", "", AIGUL, told.desk)
    mark(2, [DANIYAR], YERLAN, told.desk)
    told.sends()
    assert not told.letters(DANIYAR, "forward")
    pass_on(1, "директорға", "", YERLAN, told.desk)
    mark(1, [YERLAN], AIGUL, told.desk)
    told.sends()
    assert not told.letters(GULNAR, "forward")
    assert deed_states(told, 2) == deed_states(told, 1) == [DeedState.FAILED]


def test_a_forward_is_taken_back_until_it_has_left(told: DayAtTheDesk) -> None:
    found = pass_on(1, "директорға", "", AIGUL, told.desk)
    assert found.done is not None
    assert undo_pass_on(found.done, AIGUL, told.desk)
    assert not undo_pass_on(found.done, AIGUL, told.desk)
    told.sends()
    assert not told.letters(GULNAR, "forward")
    assert told.journal.entry(1).status is Status.REGISTERED
    again = passed(told, "директорға")
    assert again.done is not None
    assert not undo_pass_on(again.done, AIGUL, told.desk)
    assert [one.undone_on is None for one in told.journal.entry(1).deeds] == [False, True]
    assert told.journal.verify().ok


@pytest.mark.decides
def test_what_has_left_is_named_by_where_it_went_when_it_cannot_be_taken_back(told: DayAtTheDesk) -> None:
    (daily,) = told.letters(AIGUL, "daily")
    told.answers(daily, "№1: жолдау: отдел образования — просим рассмотреть", AIGUL)
    told.sends()
    (confirmation,) = told.letters(AIGUL, "confirmation")
    told.answers(confirmation, "ҚАТЕ", AIGUL)
    told.sends()
    answered = text_of(told.letters(AIGUL, "confirmation")[-1])
    assert f"Жолданды: {OFFICE.name}" in answered
    assert "Жолданды: просим" not in answered


@pytest.mark.decides
def test_who_passed_it_on_hears_that_it_did_not_arrive(told: DayAtTheDesk) -> None:
    passed(told, "отдел образования")
    told.arrives(delivery_report(forward(told, OFFICE)))
    told.sends()
    assert deed_states(told) == [DeedState.FAILED]
    (notice,) = told.letters(AIGUL, "bounced")
    assert OFFICE.name in text_of(notice)
    assert not any(one in both(notice) for one in ("Петров", "деньги"))

    def no(raw: bytes, recipient: str) -> None:
        raise Refused(permanent=True, code=550)

    pass_on(2, "отдел образования", "", AIGUL, told.desk)
    while send_one(told.desk, no) not in (Sent.FAILED, Sent.NOTHING_OWED):
        pass
    assert deed_states(told, 2) == [DeedState.FAILED]


@pytest.mark.decides
def test_an_office_that_left_the_config_before_the_letter_left_is_told_to_whoever_passed_it_on(
    told: DayAtTheDesk,
) -> None:
    pass_on(1, "отдел образования", "", AIGUL, told.desk)
    told.school = replace(told.school, forward={})
    told.sends()
    assert deed_states(told) == [DeedState.FAILED]
    assert len(told.letters(AIGUL, "bounced")) == 1


@pytest.mark.decides
def test_the_last_resort_may_be_an_office_too_and_gets_as_such_no_name(told: DayAtTheDesk) -> None:
    told.school = replace(told.school, last_resort=replace(OFFICE, role=Role.LAST_RESORT))
    passed(told, "отдел образования")
    assert "Петров" not in both(forward(told, OFFICE))
    told.arrives(
        believed(
            reply_to(forward(told, OFFICE), "Проверка начата", OFFICE.address), domain="district.example"
        )
    )
    assert [one.role for one in told.journal.entry(1).measures] == [Role.OUTSIDE]


@pytest.mark.decides
def test_a_purge_stops_a_forward_that_has_not_left_and_forgets_its_note(told: DayAtTheDesk) -> None:
    pass_on(1, "отдел образования", "Петрова просит ответить", AIGUL, told.desk)
    purge(told.journal, 1, on=told.desk.today, reason="family")
    told.sends()
    assert not told.letters(OFFICE, "forward")
    assert told.journal.verify().ok


def said(day: DayAtTheDesk, words: str) -> str:
    """Айгүл answers the daily letter; what the confirmation says."""
    day.answers(day.letters(AIGUL, "daily")[-1], words, AIGUL)
    day.sends()
    return text_of(day.letters(AIGUL, "confirmation")[-1])


@pytest.mark.decides
def test_a_reply_passes_an_appeal_on_and_the_confirmation_says_to_whom_and_without_what(
    told: DayAtTheDesk,
) -> None:
    shown = said(told, "№1: жолдау: отдел образования — просим рассмотреть")
    assert all(one in shown for one in (OFFICE.name, "просим рассмотреть", "телефоны"))
    assert "просим рассмотреть" in both(forward(told, OFFICE))
    assert "Отбирают" not in shown, "a confirmation never repeats the appeal"
    told.answers(told.letters(AIGUL, "confirmation")[-1], "ҚАТЕ", AIGUL)
    told.sends()
    assert deed_states(told) == [DeedState.SENT], "what has left stays"
    assert "қайтарып алуға болмайды" in text_of(told.letters(AIGUL, "confirmation")[-1])
    nobody = said(told, "№2: переслать: в полицию")
    assert all(one.name in nobody for one in (DANIYAR, GULNAR, OFFICE))
    assert not told.journal.entry(2).deeds


@pytest.mark.decides
def test_an_accused_deputy_gets_nothing_by_passing_it_on_to_themselves(told: DayAtTheDesk) -> None:
    told.arrives(plain_letter("Жасырын\n\nДанияр Әлиев бізге айқайлайды, қорқамыз."))
    told.at(15, days=1).sends()
    told.at(16)
    for words in ("№3: жолдау: Данияр", "№3: жолдау: завуч", "№3: жолдау: директор", "№3: жауап: Бәрі жақсы"):
        told.answers(told.letters(DANIYAR, "daily")[-1], words, DANIYAR)
        told.sends()
    assert said(told, "№3: жолдау: Данияр").count(DANIYAR.name) == 0
    assert not told.journal.entry(3).deeds
    assert not any(told.letters(one, "forward") for one in EVERYBODY)
    assert not any("айқайлайды" in both(one) for one in told.letters(DANIYAR))
