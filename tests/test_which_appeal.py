"""A reply without a number to a letter about several appeals is asked back: which one is it about?"""

from email.message import EmailMessage

import pytest

from journal.purging import purge
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, text_of
from tests.school import plain_letter

pytestmark = pytest.mark.decides

WORDS = "Сынып жетекшісімен және ата-анасымен сөйлестік, ертең тағы кездесеміз."
HEADLINES = {
    AIGUL: "Бұл қай өтінішке қатысты?",
    YERLAN: "К какому обращению это относится?",
    DANIYAR: "Which appeal is this about?",
}


def told(day: DayAtTheDesk, count: int = 2, *, words: str = "") -> EmailMessage:
    """So many appeals, and the letter of 15:00 about them."""
    for one in range(count):
        day.arrives(plain_letter(f"Жасырын\n\n{one + 1}-қабаттағы дәлізде бізді итереді. {words}"))
    day.at(15).sends()
    day.at(16)
    return day.letters(AIGUL, "daily")[-1]


def questions(day: DayAtTheDesk) -> list[EmailMessage]:
    day.sends()
    return day.letters(AIGUL, "confirmation")


def measures(day: DayAtTheDesk, number: int) -> list[str]:
    return [measure.text for measure in day.journal.entry(number).measures]


def test_words_without_a_number_are_asked_back_in_every_language(day: DayAtTheDesk) -> None:
    told(day)
    for member in HEADLINES:
        day.answers(day.letters(member, "daily")[0], WORDS, member)
    day.sends()
    for member, headline in HEADLINES.items():
        (letter,) = day.letters(member, "confirmation")
        text = text_of(letter)
        assert headline in text
        assert WORDS in " ".join(text.split())
        assert all(one in text for one in ("№1, 2", "№1: …", "№1, 2: …"))
        assert "итереді" not in text
    assert measures(day, 1) == measures(day, 2) == []


def test_the_question_is_answered_with_a_number_above_the_words_or_before_them(day: DayAtTheDesk) -> None:
    day.answers(told(day), WORDS, AIGUL)
    (question,) = questions(day)
    day.answers(question, f"№2: {WORDS}", AIGUL)
    assert measures(day, 2) == [WORDS]
    day.answers(question, f"№1:\n{WORDS}", AIGUL)
    assert measures(day, 1) == [WORDS]


def test_a_question_that_is_answered_without_a_number_is_asked_again_the_next_day_and_no_sooner(
    day: DayAtTheDesk,
) -> None:
    day.answers(told(day), WORDS, AIGUL)
    (question,) = questions(day)
    day.answers(question, "Екеуі де.", AIGUL)
    assert len(questions(day)) == 1
    day.at(16, days=1).answers(question, "Екеуі де, айттым ғой.", AIGUL)
    assert "№1, 2" in text_of(questions(day)[-1])


def test_what_is_closed_is_not_asked_about(day: DayAtTheDesk) -> None:
    letter = told(day, 3)
    day.answers(letter, "№2: қаралды", AIGUL)
    day.answers(letter, WORDS, AIGUL)
    assert "№1, 3." in text_of(questions(day)[-1])


def test_a_number_that_only_a_family_wrote_is_not_asked_about(day: DayAtTheDesk) -> None:
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    day.at(15).sends()
    day.at(12, days=1)
    day.answers(told(day, words="№1: деп жазылған қағаз ілінген."), WORDS, AIGUL)
    text = text_of(questions(day)[-1])
    assert "№1–3" in text  # № 1 waits, so the letter tells of it: but not by the family's words
    day.at(12, days=1).answers(day.letters(AIGUL, "daily")[-1], "№1: қаралды", AIGUL)
    day.answers(day.letters(AIGUL, "daily")[-1], WORDS, AIGUL)
    assert "№2, 3." in text_of(questions(day)[-1])


def test_what_is_kept_back_from_the_reader_since_is_not_asked_about(day: DayAtTheDesk) -> None:
    letter = told(day, 3)
    day.answers(day.letters(YERLAN, "daily")[0], f"№2: есть конфликт — {AIGUL.name}", YERLAN)
    day.answers(letter, WORDS, AIGUL)
    assert "№1, 3." in text_of(questions(day)[-1])


def test_ten_are_named_at_most(day: DayAtTheDesk) -> None:
    day.answers(told(day, 12), WORDS, AIGUL)
    text = text_of(questions(day)[-1])
    assert "№1–10. Онда тағы 2 ашық өтініш бар." in text
    assert "№12" not in text


@pytest.mark.parametrize("words", ["№77: сөйлестім", "№1: негізді\nнегізсіз", "№2 оқушымен"])
def test_who_named_a_number_is_not_asked_for_one(day: DayAtTheDesk, words: str) -> None:
    day.answers(told(day), words, AIGUL)
    assert HEADLINES[AIGUL] not in text_of(questions(day)[-1])


def test_a_letter_about_one_appeal_is_answered_with_its_own_number_as_the_example(day: DayAtTheDesk) -> None:
    letter = told(day, 1)
    assert measures(day, 1) == []
    day.answers(letter, "Ата-анасы қашан келеді?", AIGUL)
    text = text_of(questions(day)[-1])
    assert HEADLINES[AIGUL] not in text
    assert "«№1: әңгіме өткізілді»" in text


def test_a_purge_of_an_appeal_that_could_be_meant_takes_the_words_out_of_the_question(
    day: DayAtTheDesk,
) -> None:
    day.answers(told(day), WORDS, AIGUL)
    purge(day.journal, 2, on=day.desk.today, reason="asked by the family")
    text = text_of(questions(day)[-1])
    assert "сөйлестік" not in text
    assert HEADLINES[AIGUL] not in text
