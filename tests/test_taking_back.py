"""ҚАТЕ in answer to a confirmation takes back what that reply recorded, and nothing of anybody else's."""

from email.message import EmailMessage

import pytest

from intake.desk import Outcome
from journal.model import Disposition, Finding, Status
from journal.purging import purge
from reports.school import StaffMember
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, text_of
from tests.school import plain_letter, reply_to

pytestmark = pytest.mark.decides


def daily(day: DayAtTheDesk, reader: StaffMember = AIGUL) -> EmailMessage:
    return day.letters(reader, "daily")[-1]


@pytest.fixture
def two(day: DayAtTheDesk) -> DayAtTheDesk:
    """Two appeals of which all were told at 15:00."""
    day.arrives(plain_letter("Жасырын\n\nДәлізде бізді итереді."))
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    day.at(15).sends()
    day.at(16)
    return day


def says(
    day: DayAtTheDesk, words: str, member: StaffMember = AIGUL, to: EmailMessage | None = None
) -> EmailMessage:
    """A reader answers a letter, the daily one if no other is given; the confirmation of it."""
    day.answers(to or daily(day, member), words, member)
    day.sends()
    return day.letters(member, "confirmation")[-1]


def measures(day: DayAtTheDesk, number: int = 1) -> list[str]:
    return [one.text for one in day.journal.entry(number).measures]


def letters(day: DayAtTheDesk) -> int:
    day.sends()
    return len(day.letters(AIGUL, "confirmation"))


@pytest.mark.parametrize(
    "words",
    [
        *("ҚАТЕ", "қате\n\nАйгүл", "Это ошибка, извините", "тоқтату"),
        *(pytest.param(one, marks=pytest.mark.soak) for one in ("Қате.", "ошибка!", "UNDO", "Отменить")),
        *(pytest.param(one, marks=pytest.mark.soak) for one in ("Қате, кешіріңіз", "ҚАТЕ 🙈", "Қате кетті")),
    ],
)
def test_a_word_takes_back_all_that_the_reply_recorded(two: DayAtTheDesk, words: str) -> None:
    confirmed = says(two, "№1: ата-анасымен сөйлестім\n№2: негізделген — асхана тексерілді")
    assert two.journal.entry(2).status is Status.CLOSED
    told = text_of(says(two, words, to=confirmed))
    for number in (1, 2):
        entry = two.journal.entry(number)
        assert (entry.status, entry.finding, entry.measures) == (Status.REGISTERED, None, ())
        assert [one.undone_on for one in entry.undone] == [two.desk.today]
        assert entry.considered_by == ()
    assert "№1, 2 — қайтарып алынды" in told
    assert "ата-анасымен сөйлестім" in told and "асхана тексерілді" in told
    assert "итереді" not in told
    assert [one.number for one in two.journal.open_entries()] == [1, 2]
    assert len(two.history("undone")) == 3
    assert two.journal.verify().ok


@pytest.mark.parametrize("words", ["ҚАТЕ №2", "№2: қате", "Ошибка 2", "№2 - қате"])
def test_one_number_alone_can_be_taken_back(two: DayAtTheDesk, words: str) -> None:
    confirmed = says(two, "№1, 2: сынып сағаты өтті")
    told = text_of(says(two, words, to=confirmed))
    assert (measures(two, 1), measures(two, 2)) == (["сынып сағаты өтті"], [])
    assert "№2 — қайтарып алынды" in told and "№1 ·" not in told


@pytest.mark.parametrize("words", ["Қате. №1 емес, №2", "ошибка, 2 а не 1", "сөйлеспедім", "не ошибка"])
def test_what_may_mean_anything_takes_nothing_back(two: DayAtTheDesk, words: str) -> None:
    confirmed = says(two, "№1, 2: сынып сағаты өтті")
    assert "Түсінбегеніміз" in text_of(says(two, words, to=confirmed))
    assert (measures(two, 1), measures(two, 2)) == (["сынып сағаты өтті"], ["сынып сағаты өтті"])


def test_a_number_that_the_letter_does_not_tell_of_takes_nothing_back(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1: сөйлестім")
    assert "қайтарып алатын ештеңе жоқ" in text_of(says(two, "ҚАТЕ №2", to=confirmed))
    assert measures(two) == ["сөйлестім"]


def test_what_is_kept_back_from_the_reader_since_is_like_a_number_that_is_not_there(
    two: DayAtTheDesk,
) -> None:
    confirmed = says(two, "№1: сөйлестім")
    says(two, "№1: there is a conflict — Айгүл", DANIYAR)
    told = text_of(says(two, "ҚАТЕ", to=confirmed))
    assert "Журналда №1 өтініш жоқ немесе ол Сізге ашық емес" in told
    assert measures(two) == ["сөйлестім"]


def test_the_confirmation_says_how_to_take_it_back(two: DayAtTheDesk) -> None:
    assert "24 сағат ішінде осы хатқа «ҚАТЕ» деп жауап беріңіз." in text_of(says(two, "№1: сөйлестім"))
    assert "«ҚАТЕ №1»" in text_of(says(two, "№1, 2: сөйлестім"))
    assert "“UNDO”" in text_of(says(two, "№1: spoke", DANIYAR))


def test_the_right_words_may_stand_below_and_are_recorded(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1: әкесімен сөйлестім")
    told = says(two, "Қате\n\n№2: әкесімен сөйлестім", to=confirmed)
    assert (measures(two, 1), measures(two, 2)) == ([], ["әкесімен сөйлестім"])
    assert "№2 — журналға жазылды" in text_of(told)
    says(two, "ҚАТЕ", to=told)  # and that in its turn
    assert measures(two, 2) == []


def test_a_colleague_s_measure_and_finding_stay(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1: негізсіз — сөйлестім")
    says(two, "№1: обоснованно — вызвали родителей", YERLAN)
    says(two, "ҚАТЕ", to=confirmed)
    entry = two.journal.entry(1)
    assert (entry.finding, entry.status) == (Finding.JUSTIFIED, Status.CLOSED)
    assert [one.by for one in entry.measures] == [YERLAN.name]
    assert two.journal.verify().ok


def test_a_second_time_nothing_more_happens_and_it_is_said_once(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1: сөйлестім")
    undone = says(two, "ҚАТЕ", to=confirmed)
    says(two, "№1: басқа шара")
    sent = letters(two)
    for _ in range(3):
        two.answers(confirmed, "ҚАТЕ", AIGUL)
    assert letters(two) == sent + 1
    assert "бұрын қайтарып алынған" in text_of(two.letters(AIGUL, "confirmation")[-1])
    for _ in range(3):  # nor is there an undo of an undo
        two.answers(undone, "ҚАТЕ", AIGUL)
    assert letters(two) == sent + 2
    assert "қайтарып алатын ештеңе жоқ" in text_of(two.letters(AIGUL, "confirmation")[-1])
    assert measures(two) == ["басқа шара"]
    assert len(two.history("undone")) == 1


def test_the_same_letter_twice_is_one(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1: сөйлестім")
    reply = b"Authentication-Results: mx.school.example; dmarc=pass header.from=school.example\r\n"
    reply += reply_to(confirmed, "ҚАТЕ", AIGUL.address).as_bytes()
    assert [two.arrives(reply).disposition for _ in range(2)] == [Disposition.UPDATED, Disposition.IGNORED]
    assert len(two.history("undone")) == 1


def test_after_a_day_it_is_too_late_and_the_letter_says_what_to_do(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1: сөйлестім")
    two.at(16, 1, days=1)
    told = text_of(says(two, "ҚАТЕ", to=confirmed))
    assert measures(two) == ["сөйлестім"]
    assert "мерзімі өтіп кетті" in told and "«№1: әңгіме өткізілді»" in told
    sent = letters(two)
    two.answers(confirmed, "Қате!", AIGUL)
    assert letters(two) == sent


def test_in_answer_to_another_letter_it_takes_nothing_back_and_is_no_measure(two: DayAtTheDesk) -> None:
    says(two, "№1: сөйлестім")
    for words in ("ҚАТЕ", "№1: қате"):
        told = text_of(says(two, words))
        assert measures(two) == ["сөйлестім"]
        assert "қайтарып алатын ештеңе жоқ" in told


def test_a_colleague_who_was_sent_the_confirmation_takes_nothing_back(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1: сөйлестім")
    outcome = two.answers(confirmed, "ошибка", YERLAN)
    assert outcome.disposition is Disposition.HELD
    assert measures(two) == ["сөйлестім"]


def test_without_proof_it_is_asked_back_and_done_after_a_yes(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1: сөйлестім")
    two.arrives(reply_to(confirmed, "ҚАТЕ", AIGUL.address))
    assert measures(two) == ["сөйлестім"]
    two.at(9, days=2).sends()  # said in time, confirmed later
    (asked,) = two.letters(AIGUL, "confirm")
    assert "Мынау қайтарып алынады:" in text_of(asked) and "сөйлестім" in text_of(asked)
    two.arrives(reply_to(asked, "иә", AIGUL.address))
    assert measures(two) == []
    two.sends()
    assert "қайтарып алынды" in text_of(two.letters(AIGUL, "confirmation")[-1])


def test_what_was_destroyed_since_is_not_touched(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1, 2: сөйлестім")
    purge(two.journal, 1, on=two.desk.today, reason="asked by the family")
    told = text_of(says(two, "ҚАТЕ", to=confirmed))
    assert "№1 өтініштің мазмұны жойылған" in told
    assert "№2 — қайтарып алынды" in told
    assert two.journal.verify().ok


def test_all_or_nothing_where_it_breaks_half_way(two: DayAtTheDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    confirmed = says(two, "№1, 2: сөйлестім")
    monkeypatch.setattr("intake.carrying_out.owe_to", _breaks)
    assert two.answers(confirmed, "ҚАТЕ", AIGUL).disposition is Disposition.HELD
    assert (measures(two, 1), measures(two, 2)) == (["сөйлестім"], ["сөйлестім"])
    assert two.history("undone") == []


def _breaks(*_: object, **__: object) -> bool:
    raise RuntimeError


# What the others were told of


def echoes(day: DayAtTheDesk, member: StaffMember) -> list[str]:
    day.sends()
    return [text_of(one) for one in day.letters(member, "echo")]


def test_the_others_hear_that_a_closing_as_unfounded_was_taken_back(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1: негізсіз")
    says(two, "ҚАТЕ", to=confirmed)
    assert two.journal.entry(1).status is Status.REGISTERED
    assert "снова" in echoes(two, YERLAN)[-1] and len(echoes(two, YERLAN)) == 2
    assert echoes(two, AIGUL) == []
    two.answers(two.letters(YERLAN, "echo")[0], "стоп", YERLAN)  # nothing is left to stop
    assert len(echoes(two, YERLAN)) == 2


def test_an_older_unfounded_that_stands_again_can_be_stopped_again(two: DayAtTheDesk) -> None:
    says(two, "№1: негізсіз")
    confirmed = says(two, "№1: обоснованно", YERLAN)
    two.at(10, days=3)
    confirmed = says(two, "№1: частично обоснованно", YERLAN)
    assert two.journal.entry(1).finding is Finding.PARTLY
    says(two, "ошибка", YERLAN, to=confirmed)
    assert two.journal.entry(1).finding is Finding.JUSTIFIED
    heard = len(echoes(two, DANIYAR))
    again = says(two, "№1: не подтвердилось", YERLAN)
    newest = says(two, "№1: обоснованно", YERLAN)
    says(two, "ошибка", YERLAN, to=newest)
    assert two.journal.entry(1).finding is Finding.UNFOUNDED
    told = echoes(two, DANIYAR)
    assert len(told) == heard + 3 and "stop" in told[-1]
    two.answers(two.letters(DANIYAR, "echo")[-1], "stop", DANIYAR)
    assert two.journal.entry(1).finding is Finding.JUSTIFIED
    says(two, "ошибка", YERLAN, to=again)
    assert two.journal.entry(1).finding is Finding.JUSTIFIED
    assert two.journal.verify().ok


# Conflicts of interest


def test_a_mark_taken_back_lets_the_reader_see_it_again(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1: қайшылық бар — Ерлан Маратов")
    assert two.answers(daily(two, YERLAN), "№1: шара", YERLAN).reason == "nothing-understood"
    told = text_of(says(two, "ҚАТЕ", to=confirmed))
    assert "№1 — қайтарып алынды" in told
    assert len(two.history("conflict-restored")) == 1
    for other in (YERLAN, DANIYAR):
        assert AIGUL.name in echoes(two, other)[-1]
    says(two, "№1: поговорил", YERLAN)
    assert measures(two) == ["поговорил"]
    assert two.journal.verify().ok


def test_a_lift_taken_back_keeps_it_from_the_reader(day: DayAtTheDesk) -> None:
    day.arrives(plain_letter("Жасырын\n\nЕрлан Маратов бізге айқайлайды."))
    day.at(15).sends()
    confirmed = says(day.at(16), "№1: қайшылық жоқ")
    says(day, "ҚАТЕ", to=confirmed)
    assert echoes(day, YERLAN) == [], "whom it concerns learns nothing of it"
    day.at(15, days=1).sends()
    assert not day.letters(YERLAN, "text")
    assert "Новых обращений нет" in text_of(day.letters(YERLAN, "daily")[-1])


def test_a_mark_is_not_restored_over_what_a_colleague_said_since(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1: қайшылық бар — Ерлан Маратов")
    says(two, "№1: no conflict — Yerlan Maratov", DANIYAR)
    two.at(9, days=1)
    confirmed_again = says(two, "ҚАТЕ", to=confirmed)
    assert "әріптесіңіз шешім жазды" in text_of(confirmed_again)
    assert two.history("conflict-restored") == []


def test_whoever_marked_oneself_does_not_come_back_by_taking_it_back(two: DayAtTheDesk) -> None:
    confirmed = says(two, "№1: қайшылық бар — Айгүл")
    outcome: Outcome = two.answers(confirmed, "ҚАТЕ", AIGUL)
    assert outcome.reason == "nothing-understood"
    assert two.history("conflict-restored") == []
    assert two.answers(daily(two), "№1: шара", AIGUL).reason == "nothing-understood"
