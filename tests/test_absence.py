"""From when to when somebody is away, in the words in which people say it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.absence import LONGEST, last_day_in, read_days
from reports.away_words import span

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    "words",
    [
        "1–15 желтоқсан",
        "1-15 желтоқсан аралығы",
        "1 желтоқсаннан 15 желтоқсанға дейін",
        "1-нен 15 желтоқсанға дейін",
        "1 мен 15 желтоқсан аралығында",
        "с 1 по 15 декабря",
        "с 1 декабря по 15 декабря 2026 г.",
        "с 1 декабря, вернусь 16 декабря",
        "1-15 December",
        "December 1-15",
        "Dec 1st to Dec 15th, 2026",
        "from 1 to 15 December",
        "01.12–15.12.2026",
        "1–15.12",
        "1/12 - 15/12",
        "2026-12-01 – 2026-12-15",
        "1-15 желтоксан",
    ],
)
def test_the_first_half_of_december_is_read_however_it_is_said(words: str) -> None:
    found = read_days(words, TODAY)
    assert found is not None
    assert (found.starts, found.ends) == (date(2026, 12, 1), date(2026, 12, 15))


@pytest.mark.parametrize(
    ("words", "starts", "ends"),
    [
        ("15 желтоқсанға дейін", "2026-11-23", "2026-12-15"),
        ("15-желтоқсанға дейін", "2026-11-23", "2026-12-15"),
        ("до 15 декабря включительно", "2026-11-23", "2026-12-15"),
        ("до 15", "2026-11-23", "2026-12-15"),
        ("until December 15, 2026", "2026-11-23", "2026-12-15"),
        ("16 желтоқсанда ораламын", "2026-11-23", "2026-12-15"),
        ("back on 16 December", "2026-11-23", "2026-12-15"),
        ("28 желтоқсан – 8 қаңтар", "2026-12-28", "2027-01-08"),
        ("с 28 декабря по 8 января", "2026-12-28", "2027-01-08"),
        ("28.12.2026–08.01.2027", "2026-12-28", "2027-01-08"),
        ("20 қараша – 5 желтоқсан", "2026-11-23", "2026-12-05"),
        ("бүгін", "2026-11-23", "2026-11-23"),
        ("ертең", "2026-11-24", "2026-11-24"),
        ("завтра", "2026-11-24", "2026-11-24"),
        ("сегодня и завтра", "2026-11-23", "2026-11-24"),
        ("ертеңнен бастап жұмаға дейін", "2026-11-24", "2026-11-27"),
        ("с понедельника по пятницу", "2026-11-30", "2026-12-04"),
        ("пятница, 4 декабря", "2026-12-04", "2026-12-04"),
        ("5 желтоқсан", "2026-12-05", "2026-12-05"),
    ],
)
def test_days_are_read_with_the_year_and_the_month_that_are_meant(words: str, starts: str, ends: str) -> None:
    found = read_days(words, TODAY)
    assert found is not None
    assert (found.starts.isoformat(), found.ends.isoformat()) == (starts, ends)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "2 апта",
        "всё лето",
        "декабрь",
        "с 1 декабря",  # until when?
        "1 желтоқсаннан бастап",
        "15–1 желтоқсан",  # turned round
        "15.12–01.12.2026",
        "1 қаңтар – 31 желтоқсан",  # a year
        "1 сентября – 31 декабря",
        "1–15 декабря 2025",  # over
        "до 20 ноября",
        "31 ақпан",
        "1 и 15 декабря",  # two days, or two weeks?
        "1-15",
        "1-15 декабря, 20-25 декабря",
        "1–15 декабря, замещает Ерлан Маратов",
        "№12: әңгіме өткізілді",
    ],
)
def test_days_that_are_not_clear_are_no_days(words: str) -> None:
    assert read_days(words, TODAY) is None


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(0, 200), st.integers(0, LONGEST - 1))
def test_whatever_we_write_in_any_language_is_read_as_the_same_days(
    today: date, ahead: int, long: int
) -> None:
    starts = today + timedelta(days=ahead)
    ends = starts + timedelta(days=long)
    for language in ("kk", "ru", "en"):
        found = read_days(span(starts, ends, language), today)
        assert found is not None and (found.starts, found.ends) == (starts, ends)


@given(st.text(max_size=400), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_no_words_break_the_reading_or_give_days_that_cannot_be(words: str, today: date) -> None:
    found = read_days(words, today)
    if found is not None:
        assert today <= found.starts <= found.ends < found.starts + timedelta(days=LONGEST)
    last = last_day_in(words, today)
    assert last is None or today <= last <= today + timedelta(days=LONGEST)


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("Я в отпуске до 15 декабря. По срочным вопросам пишите Ерлану.", "2026-12-15"),
        ("Здравствуйте! С 1 по 15 декабря я в отпуске, вернусь 16 декабря.", "2026-12-15"),
        ("В отпуске по 15.12.2026 включительно", "2026-12-15"),
        ("Буду на работе 16 декабря", "2026-12-15"),
        ("Мен 15 желтоқсанға дейін демалыстамын.", "2026-12-15"),
        ("Мен 1–15 желтоқсан аралығында демалыстамын, 16 желтоқсанда шығамын.", "2026-12-15"),
        ("I am out of the office until 15 December 2026.", "2026-12-15"),
        ("I'll be out from Nov 20 - Dec 4 with limited access to email.", "2026-12-04"),
        ("I will be back on Monday, 7 December.", "2026-12-06"),
        ("Out of office. Call 8 (727) 123-45-67.", ""),
        ("Сейчас нахожусь в отпуске, отвечу позже.", ""),
        ("Мен демалыстамын", ""),
        ("Работаем с 9 до 18.", ""),
        ("В отпуске до 15 декабря 2030", ""),
    ],
)
def test_an_answering_machine_says_until_when_or_does_not(said: str, last: str) -> None:
    found = last_day_in(f"Automatic reply\n{said}\nАйгүл Сейітқызы, 22.11.2026", TODAY)
    assert (found.isoformat() if found else "") == last


def test_a_span_of_days_is_said_as_people_say_it() -> None:
    assert span(date(2026, 12, 1), date(2026, 12, 15), "kk") == "1–15 желтоқсан"
    assert span(date(2026, 12, 28), date(2027, 1, 8), "ru") == "28 декабря – 8 января"
    assert span(date(2026, 12, 5), date(2026, 12, 5), "en") == "5 December"
