"""The daily letter lets several people work as one: what each did, what one has not seen, what is due."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from intake.owing import reader_of
from journal.conflicts import mark
from journal.deeds import Done, do, undo
from journal.leaves import note
from journal.model import DeedKind, DeedState, Measure, Role
from journal.purging import purge
from journal.tables import entries
from reports.school import StaffMember
from tests.desk import AIGUL, DANIYAR, SCHOOL, YERLAN, DayAtTheDesk, text_of
from tests.school import plain_letter

pytestmark = pytest.mark.decides
EDUCATION = StaffMember(name="Білім бөлімі", address="edu@gov.example", role=Role.OUTSIDE, language="kk")
ABOUT_DANIYAR = "Директордың орынбасары Данияр Әлиев бізге айқайлайды."


def writes(day: DayAtTheDesk, text: str) -> int:
    day.arrives(plain_letter(text, subject="жасырын"))
    return day.journal.last_number()


def measures(day: DayAtTheDesk, number: int, text: str, by: StaffMember = YERLAN) -> Done:
    taken = Measure(text=text, by=by.name, role=by.role, recorded_on=day.desk.today)
    return Done(number=number, ordinal=day.journal.add_measure(number, taken), kind=None)


def does(day: DayAtTheDesk, number: int, kind: DeedKind, by: StaffMember = YERLAN, **what: str) -> Done:
    state = DeedState(what.pop("state")) if "state" in what else None
    done = do(day.journal, number, kind, by=by.name, role=by.role, on=day.desk.today, state=state, **what)
    assert done is not None
    return done


def due_in(day: DayAtTheDesk, number: int, days: int) -> None:
    with day.journal.store.writing() as writing:
        due_on = day.desk.today + timedelta(days=days)
        writing.connection.execute(update(entries).where(entries.c.number == number).values(due_on=due_on))


def letter(day: DayAtTheDesk, member: StaffMember) -> str:
    """The text of the next daily letter."""
    day.at(15, days=1).sends()
    text = read(day, member)
    day.at(16)
    return text


def read(day: DayAtTheDesk, member: StaffMember) -> str:
    """The text of the newest one."""
    return text_of(day.letters(member, "daily")[-1]).replace("\r\n", "\n")


@pytest.fixture
def began(day: DayAtTheDesk) -> DayAtTheDesk:
    """Two appeals of which everybody was told on Monday; the hour is 16."""
    writes(day, "Мені мазақ етеді.")
    writes(day, "Асханада тамақ суық.")
    day.at(15).sends()
    return day.at(16)


def test_what_was_recorded_is_told_once_and_by_whom(began: DayAtTheDesk) -> None:
    measures(began, 1, "Ата-анасымен сөйлестім, ертең тағы кездесеміз")
    does(began, 2, DeedKind.FOUND, code="justified")
    text = letter(began, AIGUL)
    assert "№1 — Ерлан Маратов: Ата-анасымен сөйлестім…\n" in text
    assert "№2 — Ерлан Маратов: негізделген деп танылды\n" in text
    assert "Ерлан Маратов" not in letter(began, AIGUL)


def test_what_was_recorded_after_a_letter_of_the_same_day_is_in_the_next_one(began: DayAtTheDesk) -> None:
    measures(began, 1, "сөйлестім")
    assert "сөйлестім" in letter(began, AIGUL)
    measures(began, 2, "асханаға бардым")  # an hour after that letter, on the same day
    assert "асханаға бардым" in letter(began, AIGUL)


def test_one_thing_said_of_several_appeals_is_one_line(began: DayAtTheDesk) -> None:
    for number in (1, 2):
        does(began, number, DeedKind.CONSIDERED, by=DANIYAR)
    assert "№1, 2 — Данияр Әлиев: танысқаны белгіленді" in letter(began, AIGUL)


def test_what_was_taken_back_at_once_is_not_told_and_later_it_is_told_as_taken_back(
    began: DayAtTheDesk,
) -> None:
    undo(began.journal, measures(began, 1, "қате жазба"), role=YERLAN.role, on=began.desk.today)
    stays = measures(began, 2, "асханаға бардым")
    text = letter(began, AIGUL)
    assert "қате жазба" not in text and "№2 — Ерлан Маратов: асханаға бардым" in text
    undo(began.journal, stays, role=YERLAN.role, on=began.desk.today)
    assert "№2 — Ерлан Маратов: қайтарып алынды: асханаға бардым" in letter(began, AIGUL)


def test_the_deputy_is_asked_for_what_only_they_have_not_considered(began: DayAtTheDesk) -> None:
    measures(began, 1, "провёл беседу")
    does(began, 2, DeedKind.CLOSED)
    text = letter(began, DANIYAR)
    assert "Not yet considered by you" in text and "“№1, 2: I have read it”" in text
    assert "Not yet considered" not in read(began, AIGUL)
    for number in (1, 2):
        does(began, number, DeedKind.CONSIDERED, by=DANIYAR)
    assert "Not yet considered by you" not in letter(began, DANIYAR)


def test_a_specialist_is_asked_for_what_only_the_deputy_has_considered(began: DayAtTheDesk) -> None:
    measures(began, 1, "spoke with the class", by=DANIYAR)
    assert "Танысуыңызды күтіп тұр" in letter(began, AIGUL)
    does(began, 1, DeedKind.CONSIDERED, by=YERLAN)
    assert "Танысуыңызды күтіп тұр" not in letter(began, AIGUL)


def test_a_note_does_not_stop_the_clock(began: DayAtTheDesk) -> None:
    measures(began, 1, "ертең сөйлесемін")
    due_in(began, 1, days=-2)
    text = letter(began, AIGUL)
    section = text[text.index("Мерзімі өткен не таяп қалған") :]
    assert "№1 ·" in section and "мерзімі өтті" in section
    assert "1 өтініштің мерзімі өткен" in str(began.letters(AIGUL, "daily")[-1]["Subject"])
    does(began, 1, DeedKind.CLOSED)
    assert "Мерзімі өткен не таяп қалған" not in letter(began, AIGUL)


def test_what_is_due_in_a_fortnight_is_not_hurried(began: DayAtTheDesk) -> None:
    measures(began, 1, "ертең сөйлесемін")
    due_in(began, 1, days=20)
    assert "Мерзімі өткен не таяп қалған" not in letter(began, AIGUL)


def test_an_appeal_says_who_looks_after_it_and_where_it_is(began: DayAtTheDesk) -> None:
    began.school = replace(SCHOOL, forward={"education_department": EDUCATION})
    does(began, 1, DeedKind.RESPONSIBLE, words=AIGUL.address)
    does(began, 1, DeedKind.PASSED_ON, code="education_department", state="sent")
    does(began, 1, DeedKind.ANSWERED, words="Тексерілді", state="failed")
    due_in(began, 1, days=2)
    text = letter(began, AIGUL)
    assert "жауапты: Сіз · 2" in text and "жолданды: Білім бөлімі, жауап әлі жоқ" in text
    assert "отбасына жауап жетпеді" in text
    assert "отвечает: Айгүл Сейітқызы" in read(began, YERLAN)
    measures(began, 1, "Мектепке барып тексердік", by=EDUCATION)
    assert "жауап келді: Білім бөлімі" in letter(began, AIGUL)


def test_whoever_turns_out_to_be_named_is_not_told_to_look_after_it(began: DayAtTheDesk) -> None:
    does(began, 1, DeedKind.RESPONSIBLE, words=YERLAN.address)
    due_in(began, 1, days=2)
    assert "жауапты: Ерлан Маратов" in letter(began, AIGUL)
    mark(began.journal, 1, [YERLAN.address], role=AIGUL.role, on=began.desk.today)
    assert "жауапты:" not in letter(began, AIGUL)


def test_an_urgent_appeal_of_which_nobody_said_a_word_stands_above_the_new_ones(began: DayAtTheDesk) -> None:
    with began.journal.store.writing() as writing:
        writing.connection.execute(update(entries).where(entries.c.number == 1).values(urgent=True))
    writes(began, "Спортзалда жарық жоқ.")
    text = letter(began, AIGUL)
    assert text.index("Шұғыл, әлі ешкім жауап берген жоқ") < text.index("№1 ·") < text.index("№3\n")
    does(began, 1, DeedKind.CONSIDERED)
    assert "Шұғыл, әлі ешкім" not in letter(began, AIGUL)


def test_the_others_read_who_is_away_and_until_when(began: DayAtTheDesk) -> None:
    today = began.desk.today
    note(began.journal, reader_of(AIGUL), starts=today, ends=today + timedelta(days=9), on=today)
    note(began.journal, reader_of(YERLAN), starts=today, ends=None, on=today, automatic=True)
    text = letter(began, DANIYAR)
    assert "Айгүл Сейітқызы is away until 2 December" in text
    assert "Ерлан Маратов seems to be away: an automatic answer came, without a day" in text
    assert "Айгүл Сейітқызы отсутствует до 2 декабря" in read(began, YERLAN)


def test_the_first_letter_after_a_leave_says_so_and_is_not_called_late(began: DayAtTheDesk) -> None:
    today = began.desk.today
    ends = today + timedelta(days=1)
    note(began.journal, reader_of(AIGUL), starts=today, ends=ends, on=today)
    began.at(15, days=1).sends()
    assert len(began.letters(AIGUL, "daily")) == 1
    text = letter(began, AIGUL)
    assert len(began.letters(AIGUL, "daily")) == 2
    assert "бұл хатта 23 қараша күнінен бергінің бәрі бар" in text.replace("\u00a0", " ")
    assert "бергінің бәрі бар" not in letter(began, AIGUL)


def test_what_names_a_reader_is_in_none_of_their_sections_counts_or_names(began: DayAtTheDesk) -> None:
    hidden = writes(began, ABOUT_DANIYAR)
    assert hidden == 3
    for number in (1, hidden):
        measures(began, number, "провёл беседу")
        due_in(began, number, days=-2)
    began.at(15, days=1).sends()
    theirs, ours = (began.letters(one, "daily")[-1] for one in (DANIYAR, AIGUL))
    assert "№3" not in text_of(theirs) and "№1" in text_of(theirs)
    assert "1 overdue" in str(theirs["Subject"])
    assert "№1, 3 — Ерлан Маратов: провёл беседу" in text_of(ours)
    assert "2 өтініштің мерзімі өткен" in str(ours["Subject"])


def test_who_gets_numbers_only_gets_counts_and_no_words(began: DayAtTheDesk) -> None:
    began.numbers_only(DANIYAR)
    measures(began, 1, "провёл беседу")
    due_in(began, 1, days=-2)
    text = letter(began, DANIYAR)
    assert "Not yet considered by you: 1" in text
    assert "In progress, overdue or due soon: 1" in text
    assert "провёл" not in text and "Ерлан" not in text


def test_of_what_was_destroyed_nothing_is_told(began: DayAtTheDesk) -> None:
    measures(began, 1, "сөйлестім")
    purge(began.journal, 1, on=began.desk.today, reason="өтініш бойынша")
    text = letter(began, AIGUL)
    assert "сөйлестім" not in text and "Өткен хаттан бері жазылғаны" not in text


def test_a_first_letter_tells_nothing_of_what_was_done_before_its_reader_came(began: DayAtTheDesk) -> None:
    measures(began, 1, "провёл беседу")
    marat = StaffMember(name="Марат", address="marat@school.example", role=Role.DIRECTOR, language="ru")
    began.school = replace(SCHOOL, staff=(*SCHOOL.staff, marat))
    assert "Записано с прошлого письма" not in letter(began, marat)


def test_a_letter_shows_too_little_of_a_measure_for_a_reader_s_own_to_be_taken_for_ours(
    began: DayAtTheDesk,
) -> None:
    words = "Сынып жетекшісімен және ата-анасымен кездесіп, әңгіме өткіздім"
    measures(began, 1, words)
    letter(began, AIGUL)
    began.answers(began.letters(AIGUL, "daily")[-1], f"№2: {words}", AIGUL)
    assert [one.text for one in began.journal.entry(2).measures] == [words]
