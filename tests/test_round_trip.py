"""A reply without proof is asked back at the registered address, and only the answer from there counts."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from intake.desk import Outcome
from intake.round_trip import MOST_A_DAY
from journal.model import Disposition, Filing, Status
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, believed, text_of
from tests.school import plain_letter, reply_to

WORDS = "№1: ата-анасымен сөйлестім"


def daily(day: DayAtTheDesk) -> EmailMessage:
    """Two appeals and the letter about them that Айгүл got at 15:00."""
    day.arrives(plain_letter("Жасырын\n\nДәлізде бізді итереді."))
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    day.at(15).sends()
    (letter,) = day.letters(AIGUL, "daily")
    day.at(16)
    return letter


def unproven(day: DayAtTheDesk, letter: EmailMessage, words: str = WORDS) -> Outcome:
    """Somebody with the letter's token writes in Айгүл's name, and nobody vouches for it."""
    return day.arrives(reply_to(letter, words, AIGUL.address))


def question(day: DayAtTheDesk, count: int = 1) -> EmailMessage:
    """The newest letter «was it you?» of so many."""
    day.sends()
    asked = day.letters(AIGUL, "confirm")
    assert len(asked) == count
    return asked[-1]


def measures(day: DayAtTheDesk, number: int = 1) -> list[str]:
    return [measure.text for measure in day.journal.entry(number).measures]


def test_a_forged_reply_with_a_stolen_token_records_nothing_and_is_asked_back(day: DayAtTheDesk) -> None:
    outcome = unproven(day, daily(day), f"{WORDS}\nфайл 2")
    assert (outcome.disposition, outcome.filing) == (Disposition.UPDATED, Filing.EXPUNGED)
    assert outcome.reason == "unconfirmed"
    assert measures(day) == []
    asked = question(day)
    assert asked["To"] == AIGUL.address
    assert "ата-анасымен сөйлестім" in text_of(asked)
    assert "итереді" not in text_of(asked), "a question never repeats the appeal"
    assert not day.letters(AIGUL, "files")
    assert not day.letters(AIGUL, "confirmation")


def test_the_forger_s_yes_does_nothing(day: DayAtTheDesk) -> None:
    letter = daily(day)
    unproven(day, letter)
    question(day)
    unproven(day, letter, "Иә, растаймын")  # the forger has the old letter's token, and no other
    assert measures(day) == []


def test_the_reader_s_yes_records_exactly_what_was_shown_once(day: DayAtTheDesk) -> None:
    unproven(day, daily(day), f"{WORDS}\n№77: сөйлестім\nфайл 1")
    asked = question(day)
    outcome = unproven(day, asked, "Иә, мен жаздым")
    assert (outcome.disposition, outcome.reason) == (Disposition.UPDATED, "confirmed")
    assert measures(day) == ["ата-анасымен сөйлестім"]
    (measure,) = day.journal.entry(1).measures
    assert (measure.by, measure.role) == (AIGUL.name, AIGUL.role)
    day.sends()
    (confirmation,) = day.letters(AIGUL, "confirmation")
    assert "ата-анасымен сөйлестім" in text_of(confirmation)
    assert "77" in text_of(confirmation)
    assert len(day.letters(AIGUL, "files")) == 1
    again = unproven(day, asked, "иә")
    assert (again.disposition, again.reason) == (Disposition.IGNORED, "repeat")
    assert measures(day) == ["ата-анасымен сөйлестім"]


def test_the_history_says_by_what_a_reply_was_believed(day: DayAtTheDesk) -> None:
    letter = daily(day)
    unproven(day, letter)
    unproven(day, question(day), "иә")
    day.answers(letter, "№2: асхана меңгерушісімен сөйлестім", AIGUL)
    assert day.history("believed") == [
        {"by": "round-trip", "level": 2, "letter": 4},
        {"by": "reply", "level": 2, "letter": 1},
    ]


@pytest.mark.parametrize("words", ["Иә", "да", "Yes", "OK.", "Сәлеметсіз бе!\n\nИә, растаймын.\n\nАйгүл"])
def test_a_clear_yes_is_understood_in_every_language(day: DayAtTheDesk, words: str) -> None:
    unproven(day, daily(day))
    unproven(day, question(day), words)
    assert measures(day) == ["ата-анасымен сөйлестім"]


@pytest.mark.parametrize(
    "words", ["Бұл не?", "да, но это не я", "рахмет", "иә ме?", "Мен демалыстамын.", "нет, да", ""]
)
def test_what_is_not_clear_records_nothing_and_is_asked_again_once_a_day(
    day: DayAtTheDesk, words: str
) -> None:
    unproven(day, daily(day))
    asked = question(day)
    assert unproven(day, asked, words).reason == "unconfirmed"
    unproven(day, asked, f"{words} ")
    assert measures(day) == []
    again = question(day, 2)
    unproven(day, again, words)
    question(day, 2)  # and not a third time on this day, however long the machine goes on
    day.at(9, days=1)
    unproven(day, again, words)
    unproven(day, question(day, 3), "иә")
    unproven(day, asked, "иә")
    assert measures(day) == ["ата-анасымен сөйлестім"], "asked three times, recorded once"


def test_a_quoted_yes_is_not_an_answer(day: DayAtTheDesk) -> None:
    unproven(day, daily(day))
    asked = question(day)
    reply = reply_to(asked, "", AIGUL.address, quote=False)
    reply.set_content("22.11.2026 16:00, «Сенім жәшігі» жазды:\n> иә\n> Иә, растаймын\n")
    day.arrives(reply)
    assert measures(day) == []
    reply.replace_header("Message-ID", "<another@phone.example>")
    reply.set_content("\n\n-------- Бастапқы хат --------\nКімнен: box@school.example\nКүні: бүгін\n\nиә\n")
    day.arrives(reply)
    assert measures(day) == []


@pytest.mark.parametrize("field", [("Auto-Submitted", "auto-replied"), ("X-Autoreply", "yes")])
def test_an_out_of_office_confirms_nothing(day: DayAtTheDesk, field: tuple[str, str]) -> None:
    unproven(day, daily(day))
    away = reply_to(question(day), "Иә", AIGUL.address)
    away[field[0]] = field[1]
    assert day.arrives(away).reason == "out-of-office"
    assert measures(day) == []


def test_a_stranger_or_a_colleague_with_the_question_confirms_nothing(day: DayAtTheDesk) -> None:
    unproven(day, daily(day))
    asked = question(day)
    for other in ("bully@class.example", YERLAN.address):
        assert day.arrives(reply_to(asked, "иә", other)).disposition is Disposition.HELD
    assert measures(day) == []


def test_a_no_discards_it_ends_the_token_and_warns_the_others(day: DayAtTheDesk) -> None:
    letter = daily(day)
    unproven(day, letter)
    asked = question(day)
    assert unproven(day, asked, "Жоқ, мен жазған жоқпын").reason == "disowned"
    day.sends()
    assert unproven(day, asked, "иә").reason == "repeat", "the first clear answer counts"
    assert measures(day) == []
    assert len(day.history("disowned")) == 1
    assert unproven(day, letter, "№1: тағы бір рет").reason == "no-valid-token"
    for warned in (YERLAN, DANIYAR):
        (warning,) = day.letters(warned, "echo")
        assert AIGUL.name in text_of(warning)
        assert "сөйлестім" not in text_of(warning)


def test_after_a_no_the_reader_has_a_letter_to_answer(day: DayAtTheDesk) -> None:
    unproven(day, daily(day))
    unproven(day, question(day), "не я")
    day.sends()
    (letter,) = day.letters(AIGUL, "echo")
    day.answers(letter, "№1: сынып сағаты өтті", AIGUL)
    assert measures(day) == ["сынып сағаты өтті"]


def test_other_words_in_an_answer_are_a_reply_of_their_own(day: DayAtTheDesk) -> None:
    unproven(day, daily(day))
    asked = question(day)
    unproven(day, asked, "Иә\n№2: асханада сөйлестім")
    assert (measures(day, 1), measures(day, 2)) == (["ата-анасымен сөйлестім"], [])
    unproven(day, question(day, 2), "иә")
    assert measures(day, 2) == ["асханада сөйлестім"]


def test_the_right_words_instead_of_a_yes_are_asked_back_too(day: DayAtTheDesk) -> None:
    unproven(day, daily(day))
    unproven(day, question(day), "№1: әжесімен сөйлестім")
    assert measures(day) == []
    unproven(day, question(day, 2), "иә")
    assert measures(day) == ["әжесімен сөйлестім"]


def test_the_shown_words_may_be_written_again_with_more_behind_them(day: DayAtTheDesk) -> None:
    long = "№1: ата-анасымен және сынып жетекшісімен ұзақ әңгіме өткіздім"
    unproven(day, daily(day), long)
    unproven(day, question(day), f"{long}, енді бәрі тыныш")
    assert "енді бәрі тыныш" in text_of(question(day, 2))


def test_a_question_can_be_answered_for_a_week(day: DayAtTheDesk) -> None:
    unproven(day, daily(day))
    asked = question(day)
    day.now += timedelta(days=8, minutes=1)  # the end of a token is kept as a day only
    assert unproven(day, asked, "иә").reason == "no-valid-token"
    assert measures(day) == []
    assert day.journal.entry(1).status is Status.REGISTERED, "the appeal waits on"


def test_the_next_daily_letter_says_what_still_waits_for_a_yes(day: DayAtTheDesk) -> None:
    letter = daily(day)
    unproven(day, letter)
    asked = question(day)
    unproven(day, asked, "не?")  # so it is asked again, and told of once
    day.at(15, days=1).sends()
    told = text_of(day.letters(AIGUL, "daily")[-1])
    assert "растауды күтіп тұр: №1." in told
    assert "подтверждения" not in text_of(day.letters(YERLAN, "daily")[-1])
    day.at(16)
    unproven(day, asked, "иә")
    day.at(15, days=1).sends()
    assert "растауды" not in text_of(day.letters(AIGUL, "daily")[-1])


def test_a_flood_of_forged_replies_is_no_flood_of_questions(day: DayAtTheDesk) -> None:
    letter = daily(day)
    outcomes = [unproven(day, letter, f"№1: жалған сөз {turn}") for turn in range(MOST_A_DAY + 3)]
    assert [one.reason for one in outcomes[MOST_A_DAY:]] == ["unconfirmed-too-many"] * 3
    assert outcomes[-1].disposition is Disposition.HELD
    question(day, MOST_A_DAY)
    assert len(day.letters(AIGUL, "refusal")) == 1
    day.at(0, 30, days=1)
    assert unproven(day, letter, "№1: тағы").reason == "unconfirmed"


def test_the_same_forged_reply_twice_is_asked_once(day: DayAtTheDesk) -> None:
    reply = reply_to(daily(day), WORDS, AIGUL.address)
    assert [day.arrives(reply).reason for _ in range(2)] == ["unconfirmed", "repeat"]
    question(day)


def test_words_that_would_record_nothing_are_not_asked_back(day: DayAtTheDesk) -> None:
    unproven(day, daily(day), "Рахмет, қарап шығамын")
    day.sends()
    assert not day.letters(AIGUL, "confirm")
    assert len(day.letters(AIGUL, "confirmation")) == 1


def test_a_proven_reply_is_asked_nothing(day: DayAtTheDesk) -> None:
    day.arrives(believed(reply_to(daily(day), WORDS, AIGUL.address)))
    day.sends()
    assert measures(day) == ["ата-анасымен сөйлестім"]
    assert not day.letters(AIGUL, "confirm")


def test_another_server_s_word_is_no_proof(day: DayAtTheDesk) -> None:
    forged = b"Authentication-Results: mx.bully.example; dmarc=pass header.from=school.example\r\n"
    day.arrives(forged + reply_to(daily(day), WORDS, AIGUL.address).as_bytes())
    assert measures(day) == []
