"""Closing an appeal as unfounded is told to every other reader at once, and each of them can stop it."""

from email.message import EmailMessage

import pytest

from journal.model import Disposition, Entry, Finding, Status
from reports.school import StaffMember
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, text_of
from tests.school import plain_letter, reply_to


def daily(day: DayAtTheDesk, reader: StaffMember = AIGUL) -> EmailMessage:
    """One appeal and the letter about it."""
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    day.at(15).sends()
    day.at(16)
    return day.letters(reader, "daily")[0]


def closed(day: DayAtTheDesk, words: str = "№1: негізсіз") -> None:
    """Айгүл closes the appeal as unfounded, and the letters about it go out."""
    assert day.answers(daily(day), words, AIGUL).disposition is Disposition.UPDATED
    day.sends()


def entry(day: DayAtTheDesk) -> Entry:
    return day.journal.entry(1)


def echo(day: DayAtTheDesk, reader: StaffMember, count: int = 1) -> EmailMessage:
    """The newest of so many letters about grave acts."""
    day.sends()
    found = day.letters(reader, "echo")
    assert len(found) == count
    return found[-1]


@pytest.mark.parametrize(
    "words",
    ["№1: негізсіз", "№1: Необоснованно.", "№1 – не подтвердилось", "№1: UNFOUNDED", "№1: «негізсіз»"],
)
def test_a_finding_closes_the_appeal_and_the_others_are_told_at_once(day: DayAtTheDesk, words: str) -> None:
    closed(day, words)
    assert (entry(day).status, entry(day).finding) == (Status.CLOSED, Finding.UNFOUNDED)
    assert entry(day).measures == ()
    assert entry(day).considered_by == (AIGUL.role,)
    for other in (YERLAN, DANIYAR):
        assert AIGUL.name in text_of(echo(day, other))
        assert "16:00" in text_of(echo(day, other))
        assert "кезек" not in text_of(echo(day, other)), "an echo never repeats the appeal"
    assert not day.letters(AIGUL, "echo")
    (confirmation,) = day.letters(AIGUL, "confirmation")
    assert "Негізсіз деп танылды" in text_of(confirmation)
    assert "24 сағат" in text_of(confirmation)
    assert [one["code"] for one in day.history("found")] == ["unfounded"]
    assert day.journal.verify().ok


@pytest.mark.parametrize(
    "words",
    [
        "негізсіз шағым туралы ата-анасымен сөйлестім",
        "обвинение необоснованное, но с классом поговорили",
        "не необоснованно",
        "мұғалім бұл негізсіз дейді, тексеріп жатырмын",
        "the complaint is unfounded - says the teacher",
    ],
)
def test_a_measure_that_only_mentions_such_a_word_stays_a_measure(day: DayAtTheDesk, words: str) -> None:
    closed(day, f"№1: {words}")
    assert (entry(day).status, entry(day).finding) == (Status.IN_PROGRESS, None)
    assert [one.text for one in entry(day).measures] == [words]
    assert not day.letters(YERLAN, "echo")


def test_what_was_done_stands_behind_the_finding_and_is_a_measure(day: DayAtTheDesk) -> None:
    closed(day, "№1: негізсіз — камера қаралды,\nкезек болмаған")
    assert entry(day).finding is Finding.UNFOUNDED
    assert [one.text for one in entry(day).measures] == ["камера қаралды,\nкезек болмаған"]
    assert "камера қаралды" in text_of(echo(day, YERLAN))


def test_a_finding_without_proof_is_asked_back_before_anything_is_closed(day: DayAtTheDesk) -> None:
    day.arrives(reply_to(daily(day), "№1: негізсіз", AIGUL.address))
    day.sends()
    assert entry(day).status is Status.REGISTERED
    assert not day.letters(YERLAN, "echo")
    (asked,) = day.letters(AIGUL, "confirm")
    assert "Негізсіз деп танылды" in text_of(asked)
    day.arrives(reply_to(asked, "иә", AIGUL.address))
    assert entry(day).status is Status.CLOSED
    echo(day, YERLAN)


@pytest.mark.parametrize("word", ["тоқтату", "Стоп!", "stop", "Тоқтатыңыз, мен басқаша ойлаймын"])
def test_stop_opens_it_again_and_everybody_is_told(day: DayAtTheDesk, word: str) -> None:
    closed(day)
    assert day.answers(echo(day, DANIYAR), word, DANIYAR).disposition is Disposition.UPDATED
    assert (entry(day).status, entry(day).finding) == (Status.REGISTERED, None)
    day.sends()
    assert DANIYAR.name in text_of(echo(day, AIGUL))
    for reader in (YERLAN, DANIYAR):
        assert DANIYAR.name in text_of(echo(day, reader, 2))
    assert [one.number for one in day.journal.open_entries()] == [1]
    assert day.history("undone") == [{"deed": 1}]
    assert day.journal.verify().ok


def test_stop_without_proof_goes_its_own_round(day: DayAtTheDesk) -> None:
    closed(day)
    day.arrives(reply_to(echo(day, YERLAN), "стоп", YERLAN.address))
    assert entry(day).status is Status.CLOSED
    day.sends()
    (asked,) = day.letters(YERLAN, "confirm")
    assert "№1" in text_of(asked)
    day.at(17, days=1)  # asked in time, answered a day later
    day.arrives(reply_to(asked, "да", YERLAN.address))
    assert entry(day).status is Status.REGISTERED
    echo(day, AIGUL)


def test_stop_after_a_day_changes_nothing_and_is_told_so(day: DayAtTheDesk) -> None:
    closed(day)
    told = echo(day, YERLAN)
    day.at(16, 1, days=1)
    assert day.answers(told, "стоп", YERLAN).reason == "too-late"
    assert entry(day).status is Status.CLOSED
    assert AIGUL.name in text_of(echo(day, YERLAN, 2))
    assert len(day.letters(DANIYAR, "echo")) == 1


def test_a_second_stop_does_nothing_to_what_was_decided_since(day: DayAtTheDesk) -> None:
    closed(day)
    first, second = echo(day, YERLAN), echo(day, DANIYAR)
    day.answers(first, "стоп", YERLAN)
    day.sends()
    day.answers(day.letters(AIGUL, "daily")[0], "№1: негізсіз — қайта тексердім", AIGUL)
    day.answers(second, "stop", DANIYAR)
    assert entry(day).status is Status.CLOSED
    day.answers(echo(day, DANIYAR, 3), "stop", DANIYAR)
    assert entry(day).status is Status.IN_PROGRESS
    assert [one.text for one in entry(day).measures] == ["қайта тексердім"], "a measure is never taken away"


def test_stop_to_another_letter_stops_nothing(day: DayAtTheDesk) -> None:
    closed(day)
    day.answers(day.letters(YERLAN, "daily")[0], "стоп", YERLAN)
    assert entry(day).status is Status.CLOSED


def test_a_measure_in_answer_to_the_echo_is_a_measure(day: DayAtTheDesk) -> None:
    closed(day)
    day.answers(echo(day, YERLAN), "№1: поговорил с поварами", YERLAN)
    assert [one.text for one in entry(day).measures] == ["поговорил с поварами"]
    assert entry(day).status is Status.CLOSED


def test_closing_what_is_closed_tells_nobody_again(day: DayAtTheDesk) -> None:
    closed(day)
    day.answers(day.letters(YERLAN, "daily")[0], "№1: не подтвердилось", YERLAN)
    day.sends()
    assert not day.letters(AIGUL, "echo")
    assert len(day.history("found")) == 1


def test_other_findings_are_written_down_and_told_to_nobody(day: DayAtTheDesk) -> None:
    closed(day, "№1: ішінара негізделген")
    assert (entry(day).status, entry(day).finding) == (Status.CLOSED, Finding.PARTLY)
    assert not day.letters(YERLAN, "echo")


def test_another_finding_takes_the_place_of_unfounded_and_everybody_hears(day: DayAtTheDesk) -> None:
    closed(day)
    day.answers(day.letters(DANIYAR, "daily")[0], "№1: justified", DANIYAR)
    assert (entry(day).status, entry(day).finding) == (Status.CLOSED, Finding.JUSTIFIED)
    assert DANIYAR.name in text_of(echo(day, AIGUL))
    day.answers(echo(day, YERLAN, 2), "стоп", YERLAN)
    assert entry(day).finding is Finding.JUSTIFIED, "only a closing can be stopped"


def test_a_reader_of_numbers_hears_of_the_number_alone(day: DayAtTheDesk) -> None:
    day.numbers_only(DANIYAR)
    closed(day, "№1: негізсіз — камера қаралды")
    letter = text_of(echo(day, DANIYAR))
    assert "№1" in letter
    assert "anonymous" not in letter
    assert "камера" not in letter
