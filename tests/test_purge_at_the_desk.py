"""Staff are told plainly when the content of an appeal was destroyed, and nothing is recorded on it."""

from datetime import timedelta

from sqlalchemy import select

from intake.deeds import from_data
from intake.owing import owe_to
from intake.purge import numbers_in
from journal.letters import listed, prune, read_letter
from journal.model import Disposition, Filing, LetterKind
from journal.purging import Told, purge
from journal.tables import letters
from reports.register import to_csv, to_json
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, text_of
from tests.school import plain_letter, reply_to

GONE = {"kk": "мазмұны жойылды (", "ru": "содержание уничтожено (", "en": "content destroyed ("}


def day_with_two(day: DayAtTheDesk) -> None:
    day.arrives(plain_letter("Мені сыныпта ренжітеді."))
    day.arrives(plain_letter("Асханада кезек ұзақ."))


def destroy(day: DayAtTheDesk, number: int) -> None:
    told = Told(numbers_in)
    purge(day.journal, number, on=day.desk.today, reason="asked by the family", told=told)


def test_a_new_appeal_that_was_destroyed_is_told_without_its_words_and_asks_for_nothing(
    day: DayAtTheDesk,
) -> None:
    day_with_two(day)
    destroy(day, 1)
    day.at(15).sends()
    for member in (AIGUL, YERLAN, DANIYAR):
        (letter,) = day.letters(member, "daily")
        assert GONE[member.language] in text_of(letter)
        assert "ренжітеді" not in text_of(letter)
        assert "«№1:" not in text_of(letter)  # no example of how to answer it
    destroy(day, 2)
    day.at(15, days=1).sends()
    text = text_of(day.letters(AIGUL, "daily")[-1])
    assert "№2" not in text and "кезек" not in text  # it waits for nothing any more


def test_a_reply_on_a_destroyed_appeal_is_answered_and_records_nothing_on_it(day: DayAtTheDesk) -> None:
    day_with_two(day)
    day.at(15).sends()
    (daily,) = day.letters(AIGUL, "daily")
    destroy(day, 1)
    day.answers(daily, "№1: әңгіме өткізілді\n№2: кезек реттелді\nфайл 1", AIGUL)
    day.sends()
    (answer,) = day.letters(AIGUL, "confirmation")
    assert "№1 өтініштің мазмұны жойылған" in text_of(answer)
    assert "кезек реттелді" in text_of(answer) and "әңгіме өткізілді" not in text_of(answer)
    assert day.letters(AIGUL, "files") == []
    assert day.journal.entry(1).measures == ()
    assert [one.text for one in day.journal.entry(2).measures] == ["кезек реттелді"]


def test_a_reply_on_destroyed_appeals_alone_is_answered_each_time(day: DayAtTheDesk) -> None:
    day_with_two(day)
    day.at(15).sends()
    (daily,) = day.letters(YERLAN, "daily")
    destroy(day, 1)
    destroy(day, 2)
    for words in ("№1: поговорили", "№2: необоснованное", "файл 2"):
        outcome = day.answers(daily, words, YERLAN)
        assert (outcome.disposition, outcome.filing) == (Disposition.UPDATED, Filing.EXPUNGED)
    day.sends()
    answers = [text_of(one) for one in day.letters(YERLAN, "confirmation")]
    assert ["Содержание обращения" in one for one in answers] == [True, True, True]
    assert all("Ничего не записано" in one for one in answers)
    assert day.journal.entry(2).finding is None


def test_a_question_that_is_answered_after_the_destruction_records_nothing(day: DayAtTheDesk) -> None:
    day_with_two(day)
    day.at(15).sends()
    (daily,) = day.letters(AIGUL, "daily")
    day.arrives(reply_to(daily, "№1: әңгіме өткізілді", AIGUL.address))  # without proof
    day.sends()
    (question,) = day.letters(AIGUL, "confirm")
    destroy(day, 1)
    day.arrives(reply_to(question, "иә", AIGUL.address))
    day.sends()
    (answer,) = day.letters(AIGUL, "confirmation")
    assert "мазмұны жойылған" in text_of(answer) and "әңгіме" not in text_of(answer)
    assert day.journal.entry(1).measures == ()


def test_a_confirmation_that_could_not_leave_in_time_says_that_the_words_are_gone(day: DayAtTheDesk) -> None:
    day_with_two(day)
    day.at(15).sends()
    (daily,) = day.letters(AIGUL, "daily")
    day.answers(daily, "№1: әңгіме өткізілді\n№2: кезек реттелді", AIGUL)
    destroy(day, 1)
    day.sends()
    (answer,) = day.letters(AIGUL, "confirmation")
    assert "№1 · мазмұны жойылды (" in text_of(answer)
    assert "әңгіме өткізілді" not in text_of(answer) and "кезек реттелді" in text_of(answer)


def test_letters_with_its_text_or_files_say_that_it_is_gone(day: DayAtTheDesk) -> None:
    day.arrives(plain_letter("Ұзақ әңгіме. " * 600))
    day.at(15)
    destroy(day, 1)
    for owed in (LetterKind.TEXT, LetterKind.FILES):
        owe_to(owed, AIGUL, "1", day.desk, {"number": 1})
    day.sends()
    for kind in ("text", "files"):
        (letter,) = day.letters(AIGUL, kind)
        assert "мазмұны жойылды (" in text_of(letter)


def test_other_letters_keep_what_is_needed_to_read_a_reply_to_them(day: DayAtTheDesk) -> None:
    day_with_two(day)
    day.at(15).sends()
    (first,) = day.letters(AIGUL, "daily")
    day.answers(first, "№1, 2: әңгіме өткізілді", AIGUL)
    day.at(15, days=1).sends()  # tells the others of it, as «№1, 2»
    day.at(9, days=1).arrives(plain_letter("Мұғалім ұрысады."))
    day.at(15).sends()
    destroy(day, 2)
    with day.journal.store.reading() as connection:
        rows = connection.execute(select(letters).where(letters.c.kind == "daily").order_by(letters.c.id))
        kept = [read_letter(day.journal, row, row.snapshot).snapshot for row in rows]
    assert kept[:3] == [None] * 3
    assert kept[4:6] == [None] * 2  # to the other two: «№1, 2 — Айгүл Сейітқызы: әңгіме өткізілді»
    assert not any(2 in numbers_in(raw) for raw in kept if raw)
    assert kept[6] is not None and 3 in numbers_in(kept[6])  # to Айгүл: of what came since


def test_exports_say_that_the_content_is_gone(day: DayAtTheDesk) -> None:
    day_with_two(day)
    day.at(15).sends()
    (daily,) = day.letters(AIGUL, "daily")
    day.answers(daily, "№1: әңгіме өткізілді", AIGUL)
    destroy(day, 1)
    entry = day.journal.entry(1)
    _, line = to_csv([entry], "kk")
    assert "мазмұны жойылды (" in line and "жасырын" in line and ", психолог" in line
    assert "ренжітеді" not in line and "Айгүл" not in line
    (found,) = to_json([entry])
    assert (found["number"], found["text"], found["purged_on"]) == (1, "", day.desk.today.isoformat())


def test_a_question_of_an_older_senim_knows_of_nothing_destroyed() -> None:
    data: dict[str, object] = {
        "stored": [],
        "files": [],
        "unknown": [],
        "not_understood": [],
        "withheld": [],
        "stop": None,
    }
    assert from_data(data).destroyed == ()


def test_nothing_of_a_letter_is_left_after_the_time_for_replies(day: DayAtTheDesk) -> None:
    day_with_two(day)
    day.at(15).sends()
    day.now += timedelta(days=40)
    day.arrives(plain_letter("Тағы."))
    prune(day.journal, day.now)
    assert all(not one.data for one in listed(day.journal))
    day.sends()  # and the next letters are written as ever
    assert "Тағы." in text_of(day.letters(AIGUL, "daily")[-1])
