"""An appeal that names a reader is not for that reader: in no letter, no figure. The others decide."""

import re
from dataclasses import replace
from datetime import time
from email.message import EmailMessage

import pytest

from journal.model import Disposition, Role
from reports.school import Detail, StaffMember
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, believed, text_of
from tests.school import plain_letter, reply_to
from tests.test_undelivered import report

pytestmark = pytest.mark.decides
SECRET = "қорқамын"
ABOUT_YERLAN = f"Жасырын\n\nМаратовқа айтпаңыздаршы, мен одан {SECRET}."
OFFICE = StaffMember(
    name="Білім бөлімі", address="office@district.example", role=Role.LAST_RESORT, language="kk"
)
ADMIN = StaffMember(
    name="Әкімші",
    address="admin@school.example",
    role=Role.ADMINISTRATOR,
    language="ru",
    detail=Detail.NUMBERS,
)
ABOUT_ALL = f"Жасырын\n\nСейітқызы, Маратов және Әлиев мені тыңдамады, {SECRET}."


def told(day: DayAtTheDesk, *texts: str) -> DayAtTheDesk:
    """So many appeals, and the letters of 15:00."""
    for text in texts:
        day.arrives(plain_letter(text))
    day.at(15).sends()
    return day.at(16)


def three(day: DayAtTheDesk) -> DayAtTheDesk:
    return told(day, "Жасырын\n\nАсханада кезек ұзақ.", ABOUT_YERLAN, "Жасырын\n\nСпортзал суық.")


def daily(day: DayAtTheDesk, reader: StaffMember) -> EmailMessage:
    return day.letters(reader, "daily")[-1]


def all_of(day: DayAtTheDesk, reader: StaffMember) -> str:
    """Everything that a reader was ever sent, with its source."""
    return "\n".join(text_of(one) + one.as_string() for one in day.letters(reader))


def numbers_in(letter: EmailMessage) -> set[int]:
    """The appeals that a letter speaks of; the school has a number too."""
    lines = [one for one in text_of(letter).splitlines() if not re.search("гимназия|School No", one)]
    return {int(one) for line in lines for one in re.findall(r"№(\d+)", line)}


def with_all(day: DayAtTheDesk, **changes: object) -> None:
    day.school = replace(day.school, **changes)  # type: ignore[arg-type]


def test_the_reader_whom_it_names_gets_no_word_and_no_number_of_it(day: DayAtTheDesk) -> None:
    three(day)
    letter = text_of(daily(day, YERLAN))
    assert SECRET not in all_of(day, YERLAN)
    assert numbers_in(daily(day, YERLAN)) == {1, 3}
    assert "2 новых" in str(daily(day, YERLAN)["Subject"])
    assert "зарегистрировано обращений — 2" in letter, "the small print would tell of a third"
    assert SECRET in text_of(daily(day, AIGUL))


def test_the_others_see_why_and_how_to_lift_it(day: DayAtTheDesk) -> None:
    three(day)
    assert "аты аталған адам: Ерлан Маратов." in text_of(daily(day, AIGUL))
    assert "«№2: қайшылық жоқ»" in text_of(daily(day, AIGUL))
    assert "№2: no conflict" in text_of(daily(day, DANIYAR))


def test_an_urgent_one_is_not_announced_to_its_reader(day: DayAtTheDesk) -> None:
    told(day, ABOUT_YERLAN)
    letter = daily(day, YERLAN)
    assert "новых обращений нет" in str(letter["Subject"])
    assert "Нового не" in text_of(letter)
    day.at(15, days=1).sends()
    assert 1 not in numbers_in(daily(day, YERLAN)), "nor among what waits"


@pytest.mark.parametrize(
    "words", ["№2: бәрі шешілді", "файл 2", "№1-3: сынып сағаты", "№2: негізсіз", "№2: нет конфликта"]
)
def test_a_reply_of_that_reader_on_it_is_no_other_than_on_a_number_that_is_not_there(
    day: DayAtTheDesk, words: str
) -> None:
    three(day)
    day.answers(daily(day, YERLAN), words, YERLAN)
    day.sends()
    assert day.journal.entry(2).measures == ()
    assert day.journal.entry(2).finding is None
    assert not day.letters(YERLAN, "files")
    (answer,) = day.letters(YERLAN, "confirmation")
    assert "№2" in text_of(answer)
    day.answers(daily(day, YERLAN), words.replace("2", "77").replace("1-3", "1, 77"), YERLAN)
    day.at(16, days=1).answers(daily(day, YERLAN), words.replace("2", "88").replace("1-3", "1, 88"), YERLAN)
    day.sends()
    other = text_of(day.letters(YERLAN, "confirmation")[-1])
    if "1-3" not in words:
        same = re.compile(r"⁂.*|№(?:2|88)\b")
        assert same.sub("", text_of(answer)) == same.sub("", other)
    assert SECRET not in all_of(day, YERLAN)


def test_the_others_hear_that_it_was_tried_once_a_day(day: DayAtTheDesk) -> None:
    three(day)
    for words in ("№2: бәрі шешілді", "№2: тағы да", "файл 2"):
        day.answers(daily(day, YERLAN), words, YERLAN)
    day.sends()
    (echo,) = day.letters(AIGUL, "echo")
    assert "Ерлан Маратов" in text_of(echo)
    assert "бәрі шешілді" not in text_of(echo)
    assert len(day.letters(DANIYAR, "echo")) == 1
    assert not day.letters(YERLAN, "echo")


def test_a_false_match_is_lifted_by_a_colleague_and_told_on_the_next_day(day: DayAtTheDesk) -> None:
    three(day)
    day.answers(daily(day, AIGUL), "№2: қайшылық жоқ — бұл оқушы", AIGUL)
    day.sends()
    assert "Қайшылық жоқ: Ерлан Маратов" in text_of(day.letters(AIGUL, "confirmation")[0])
    (echo,) = day.letters(DANIYAR, "echo")
    assert "Yerlan" in text_of(echo) or "Ерлан Маратов" in text_of(echo)
    assert [one["readers"] for one in day.history("conflict-lifted")] == [1]
    assert SECRET not in all_of(day, YERLAN), "until the day is over the others can object"
    day.at(15, days=1).sends()
    (alone,) = day.letters(YERLAN, "text")
    assert SECRET in text_of(alone)
    assert 2 in numbers_in(daily(day, YERLAN)), "it waits for a measure like any other now"
    assert day.answers(alone, "№2: поговорили", YERLAN).disposition is Disposition.UPDATED
    assert [one.text for one in day.journal.entry(2).measures] == ["поговорили"]
    assert day.journal.verify().ok


def test_it_is_told_also_where_their_own_letter_goes_out_between(day: DayAtTheDesk) -> None:
    late = replace(YERLAN, hour=time(17))
    with_all(day, staff=(AIGUL, late, DANIYAR))
    told(day, ABOUT_YERLAN)
    day.answers(daily(day, AIGUL), "№1: қайшылық жоқ", AIGUL)
    day.at(17).sends()
    assert SECRET not in all_of(day, late)
    day.at(17, days=1).sends()
    (alone,) = day.letters(late, "text")
    assert SECRET in text_of(alone)


def test_another_reader_can_object_on_the_same_day(day: DayAtTheDesk) -> None:
    three(day)
    day.answers(daily(day, AIGUL), "№2: қайшылық жоқ", AIGUL)
    day.sends()
    (echo,) = day.letters(DANIYAR, "echo")
    day.answers(echo, "№2: there is a conflict — Ерлан Маратов", DANIYAR)
    day.at(15, days=1).sends()
    assert SECRET not in all_of(day, YERLAN)
    assert 2 not in numbers_in(daily(day, YERLAN))
    assert len(day.letters(AIGUL, "echo")) == 1


def test_nobody_lifts_what_is_kept_from_themselves(day: DayAtTheDesk) -> None:
    three(day)
    day.answers(daily(day, YERLAN), "№2: нет конфликта", YERLAN)
    day.at(15, days=1).sends()
    assert day.history("conflict-lifted") == []
    assert SECRET not in all_of(day, YERLAN)


def test_an_unproven_reply_lifts_nothing_until_it_is_confirmed(day: DayAtTheDesk) -> None:
    three(day)
    day.arrives(reply_to(daily(day, AIGUL), "№2: қайшылық жоқ", AIGUL.address))
    day.sends()
    assert day.history("conflict-lifted") == []
    (question,) = day.letters(AIGUL, "confirm")
    assert "Ерлан Маратов" in text_of(question)
    day.arrives(believed(reply_to(question, "иә", AIGUL.address)))
    assert [one["readers"] for one in day.history("conflict-lifted")] == [1]


def test_no_conflict_is_a_measure_where_nobody_is_named(day: DayAtTheDesk) -> None:
    told(day, "Жасырын\n\nЕкі сынып ұрысып қалды.")
    day.answers(daily(day, YERLAN), "№1: нет конфликта", YERLAN)
    assert [one.text for one in day.journal.entry(1).measures] == ["нет конфликта"]


def test_a_nickname_is_marked_by_hand_and_kept_back_from_then_on(day: DayAtTheDesk) -> None:
    with_all(day, administrator=ADMIN)
    told(day, f"Жасырын\n\nБорода бізге айқайлайды, {SECRET}.")
    day.answers(daily(day, AIGUL), "№1: қайшылық бар — Ерлан", AIGUL)
    day.sends()
    assert [one["readers"] for one in day.history("conflict-marked")] == [1]
    for other in (DANIYAR, YERLAN, ADMIN):
        assert len(day.letters(other, "echo")) == 1
    assert SECRET not in text_of(day.letters(ADMIN, "echo")[0])
    day.answers(daily(day, YERLAN), "№1: шара", YERLAN)
    assert day.journal.entry(1).measures == ()
    day.at(15, days=1).sends()
    assert 1 not in numbers_in(daily(day, YERLAN))


EARLY = replace(AIGUL, hour=time(9))


def with_a_nickname(day: DayAtTheDesk, administrator: StaffMember | None = None) -> EmailMessage:
    """The letter of the reader whom a nickname means: it comes to her first."""
    with_all(day, staff=(EARLY, YERLAN, DANIYAR), administrator=administrator)
    day.at(8).arrives(plain_letter(f"Жасырын\n\nТаутеке бізге айқайлайды, {SECRET}."))
    day.at(9).sends()
    return daily(day, EARLY)


@pytest.mark.decides
def test_whoever_keeps_an_appeal_from_all_others_and_closes_it_is_seen_by_the_administrator(
    day: DayAtTheDesk,
) -> None:
    letter = with_a_nickname(day, ADMIN)
    day.answers(letter, "№1: қайшылық бар — Ерлан Маратов, Данияр Әлиев", EARLY)
    day.sends()
    assert len(day.letters(ADMIN, "echo")) == 1
    day.answers(letter, "№1: негізсіз", EARLY)
    day.sends()
    (notice,) = day.letters(ADMIN, "notice")
    assert "№1" in str(notice["Subject"]) and AIGUL.name in text_of(notice)
    assert SECRET not in all_of(day, ADMIN)


@pytest.mark.decides
@pytest.mark.parametrize(
    "words",
    [
        "№1: қайшылық бар — Ерлан Маратов, Данияр Әлиев",
        "№1: қайшылық бар — Ерлан Маратов, Данияр Әлиев, Айгүл Сейітқызы",
        "№1: қайшылық бар — Ерлан Маратов\n№1: қайшылық бар — Данияр Әлиев",
    ],
)
@pytest.mark.parametrize("administrator", [None, replace(ADMIN, address=AIGUL.address.upper())])
def test_without_anybody_who_hears_of_it_nobody_keeps_an_appeal_from_the_last_other_reader(
    day: DayAtTheDesk, words: str, administrator: StaffMember | None
) -> None:
    letter = with_a_nickname(day, administrator)
    for _ in range(2):
        day.answers(letter, words, EARLY)
        day.sends()
    for answer in day.letters(EARLY, "confirmation"):
        assert "Сізден басқа ешкім хабардар болмай қалар еді" in text_of(answer)
        assert "administrator" in text_of(answer)
    assert len(day.letters(EARLY, "confirmation")) == 2
    day.at(15).sends()
    assert SECRET in all_of(day, DANIYAR) or "№1" in all_of(day, DANIYAR)
    day.answers(letter, "№1: негізсіз", EARLY)
    day.sends()
    (told,) = [one for one in day.letters(DANIYAR, "echo") if "closed" in text_of(one)]
    assert "№1" in text_of(told)


@pytest.mark.decides
def test_a_lifting_can_be_taken_back_also_where_nobody_else_is_left(day: DayAtTheDesk) -> None:
    with_all(day, staff=(AIGUL, YERLAN))
    told(day, ABOUT_YERLAN)
    day.answers(daily(day, AIGUL), "№1: қайшылық жоқ", AIGUL)
    day.answers(daily(day, AIGUL), "№1: қайшылық бар — Ерлан Маратов", AIGUL)
    day.at(15, days=1).sends()
    assert SECRET not in all_of(day, YERLAN)


@pytest.mark.parametrize("outside", [OFFICE, None])
def test_the_last_reader_names_themselves_only_where_somebody_gets_it(
    day: DayAtTheDesk, outside: StaffMember | None
) -> None:
    with_all(day, staff=(AIGUL, YERLAN), last_resort=outside)
    told(day, ABOUT_YERLAN)
    day.answers(daily(day, AIGUL), "№1: қайшылық бар — Айгүл Сейітқызы", AIGUL)
    day.at(15, days=1).sends()
    if outside:
        assert SECRET in all_of(day, OFFICE)
    assert (1 in numbers_in(daily(day, AIGUL))) is not bool(outside)


def test_an_appeal_that_names_all_goes_to_the_last_resort_alone(day: DayAtTheDesk) -> None:
    with_all(day, last_resort=OFFICE, administrator=ADMIN)
    told(day, ABOUT_ALL, "Жасырын\n\nСпортзал суық.")
    for one in (AIGUL, YERLAN, DANIYAR, ADMIN):
        assert SECRET not in all_of(day, one)
    (alone,) = day.letters(OFFICE)
    assert SECRET in text_of(alone)
    assert "Спортзал" not in text_of(alone)
    answered = reply_to(alone, "№1: директормен сөйлестік\n№2: шара", OFFICE.address)
    assert day.arrives(believed(answered, "district.example")).disposition is Disposition.UPDATED
    (measure,) = day.journal.entry(1).measures
    assert (measure.by, measure.role) == (OFFICE.name, Role.LAST_RESORT)
    assert day.journal.entry(2).measures == (), "nothing else is theirs"
    day.at(15, days=1).sends()
    assert {one["X-Senim-Letter"] for one in day.letters(OFFICE)} == {"text", "confirmation"}


def test_who_is_outside_can_lift_it_and_go_on(day: DayAtTheDesk) -> None:
    with_all(day, last_resort=OFFICE)
    told(day, ABOUT_ALL)
    (alone,) = day.letters(OFFICE)
    lifting = reply_to(alone, "№1: қайшылық жоқ — Данияр", OFFICE.address)
    day.arrives(believed(lifting, "district.example"))
    day.at(15, days=1).sends()
    assert 1 in numbers_in(daily(day, DANIYAR))
    assert 1 not in numbers_in(daily(day, AIGUL))
    day.arrives(believed(reply_to(alone, "№1: қарастырдым", OFFICE.address), "district.example"))
    assert len(day.journal.entry(1).measures) == 1


def test_without_a_last_resort_the_administrator_hears_that_it_waits(day: DayAtTheDesk) -> None:
    with_all(day, administrator=ADMIN)
    told(day, ABOUT_ALL)
    (notice,) = day.letters(ADMIN, "notice")
    assert "№1" in text_of(notice)
    assert "conflict.last_resort" in text_of(notice)
    assert SECRET not in all_of(day, ADMIN)
    with_all(day, last_resort=OFFICE)
    day.at(15, days=1).sends()
    assert SECRET in text_of(day.letters(OFFICE)[0]), "and once it is set it goes there"
    assert len(day.letters(ADMIN, "notice")) == 1


def test_a_director_with_figures_only_gets_it_whole_where_nobody_else_would(day: DayAtTheDesk) -> None:
    director = StaffMember(
        name="Сәуле Оразқызы",
        address="director@school.example",
        role=Role.DIRECTOR,
        language="kk",
        detail=Detail.NUMBERS,
    )
    with_all(day, staff=(AIGUL, YERLAN, director), last_resort=OFFICE)
    told(day, f"Жасырын\n\nСейітқызы мен Маратов {SECRET}.", "Жасырын\n\nСейітқызы апай туралы.")
    (alone,) = day.letters(director, "text")
    assert SECRET in text_of(alone)
    assert not day.letters(OFFICE)
    assert "1" in text_of(daily(day, YERLAN))


def test_who_comes_later_is_not_told_of_older_ones_that_name_them(day: DayAtTheDesk) -> None:
    told(day, f"Жасырын\n\nОразқызы деген мұғалімнен {SECRET}.")
    newcomer = replace(YERLAN, name="Сәуле Оразқызы", address="saule@school.example")
    with_all(day, staff=(*day.school.staff, newcomer))
    day.at(15, days=1).sends()
    assert SECRET not in all_of(day, newcomer)
    assert 1 not in numbers_in(daily(day, newcomer))


def test_a_signed_appeal_s_files_count_by_their_names(day: DayAtTheDesk) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = "Динара Серікова <mother@family.example>", "box@school.example"
    letter["Subject"] = "Өтініш"
    letter.set_content("Видеоны қараңыз.\n\nСерікова Динара")
    letter.add_attachment(
        b"x" * 20, maintype="application", subtype="octet-stream", filename="maratov_9a.bin"
    )
    day.arrives(letter)
    day.at(15).sends()
    assert 1 not in numbers_in(daily(day, YERLAN))


def test_a_closing_is_not_told_to_the_one_whom_it_names(day: DayAtTheDesk) -> None:
    three(day)
    day.answers(daily(day, AIGUL), "№2: негізсіз", AIGUL)
    day.sends()
    assert len(day.letters(DANIYAR, "echo")) == 1
    assert not day.letters(YERLAN, "echo")


def test_whoever_looks_at_the_rows_without_the_key_learns_no_name(day: DayAtTheDesk) -> None:
    from sqlalchemy import select

    from journal.tables import conflicts, letters

    told(day, ABOUT_YERLAN, f"{ABOUT_YERLAN} Тағы да.")
    with day.journal.store.reading() as connection:
        marks = list(connection.execute(select(conflicts.c.reader)).scalars())
        readers = set(connection.execute(select(letters.c.reader)).scalars())
    assert len(set(marks)) == 2, "not even that both are about one reader"
    assert readers.isdisjoint(marks), "the letters tell the role of their reader"


def test_her_letter_is_the_same_as_if_it_had_not_come(day: DayAtTheDesk) -> None:
    told(day, "Жасырын\n\nАсханада кезек ұзақ.")
    day.at(15, days=1).sends()
    day.at(15, days=1).sends()  # nothing has come since the last letter
    without = text_of(daily(day, YERLAN))
    day.at(16)
    letter = plain_letter(ABOUT_YERLAN)
    own = re.compile(r"⁂.*|Контрольный.*|\d+ ноября( 2026 г.)?|ждёт \d \w+")
    for _ in range(2):  # it, and copies of it on the same day and on the next one
        day.arrives(letter)
        assert day.arrives(letter).reason == "repeat"
        day.at(15, days=1).sends()
        assert own.sub("", text_of(daily(day, YERLAN))) == own.sub("", without)
        assert "қайталанған" in text_of(daily(day, AIGUL))
    assert SECRET in all_of(day, AIGUL)


def test_her_figures_do_not_tell_that_the_others_are_busy_with_it(day: DayAtTheDesk) -> None:
    told(day, ABOUT_YERLAN)
    day.answers(daily(day, AIGUL), "№1: анасымен сөйлестік", AIGUL)
    day.answers(daily(day, AIGUL), "№1: негізсіз", AIGUL)
    day.at(15, days=1).sends()
    assert "Ничего нового в ящик не поступало" in text_of(daily(day, YERLAN))
    assert "жауаптарыңыз — 2" in text_of(daily(day, AIGUL))


def test_no_bounce_tells_of_it(day: DayAtTheDesk) -> None:
    with_all(day, administrator=ADMIN)
    long = "Бұл туралы ешкімге айта алмай жүрмін. " * 200
    told(day, f"{ABOUT_YERLAN} {long}", "Жасырын\n\nСпортзал суық.")
    (text,) = day.letters(AIGUL, "text")
    day.arrives(report(text))
    day.arrives(report(daily(day, AIGUL)))
    day.sends()
    assert len(day.letters(DANIYAR, "bounced")) == 2
    (bounced,) = day.letters(YERLAN, "bounced")
    assert "Новых обращений в нём: 1" in text_of(bounced)
    assert "New appeals in it: 2" in text_of(day.letters(DANIYAR, "bounced")[-1])


def test_a_letter_owed_before_it_was_marked_does_not_leave(day: DayAtTheDesk) -> None:
    told(day, f"Жасырын\n\nБорода бізге айқайлайды, {SECRET}. " + "Солай болды. " * 400)
    owed = len(day.letters(YERLAN))
    day.answers(daily(day, YERLAN), "файл 1", YERLAN)
    day.answers(daily(day, AIGUL), "№1: қайшылық бар — Маратов", AIGUL)
    day.sends()
    assert {one["X-Senim-Letter"] for one in day.letters(YERLAN)[owed:]} == {"confirmation", "echo"}
