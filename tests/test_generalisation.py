"""The generalisation: what came of what, why justified appeals were, and what of it may leave the school."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.deeds import do
from journal.model import Channel, DeedKind, Entry, Finding, Measure, Role, Status, Term
from reports.generalisation import Generalisation, Line, Table, generalise, mask
from reports.generalised import write_generalisation
from reports.period import Length, NoPeriod, Period, month_of, read_period
from reports.school import Cause, School
from tests.command import Senim
from tests.databases import find, from_a_child, from_her_mother
from tests.desk import AIGUL, DANIYAR, SCHOOL, DayAtTheDesk, text_of
from tests.staffroom import an_entry

NOVEMBER = Period(length=Length.MONTH, first=date(2026, 11, 1))
TODAY = date(2026, 12, 1)
CAUSES = (
    Cause(id="bullying", names={"kk": "Буллинг", "ru": "Травля", "en": "Bullying"}),
    Cause(id="food", names={"kk": "Тамақтану", "ru": "Питание", "en": "School meals"}),
)
OURS: School = replace(SCHOOL, causes=CAUSES)


def came(number: int, on: date = date(2026, 11, 10), **changes: object) -> Entry:
    due = on + timedelta(days=21)
    return replace(an_entry(number), term=Term(received_on=on, registered_on=on, due_on=due), **changes)  # type: ignore[arg-type]


def taken(text: str, on: date) -> Measure:
    return Measure(text=text, by=AIGUL.name, role=Role.PSYCHOLOGIST, recorded_on=on)


def counts(table: Table) -> dict[str, int | None]:
    return {line.code: line.now for line in table}


@pytest.fixture
def november() -> Generalisation:
    entries = [
        came(
            1,
            cause="bullying",
            finding=Finding.JUSTIFIED,
            status=Status.CLOSED,
            class_group="7Ә",
            measures=(taken("Әңгіме өткізілді.", date(2026, 11, 12)),),
        ),
        came(2, cause="bullying", finding=Finding.PARTLY, status=Status.CLOSED, class_group="2 Б"),
        came(3, cause="food", finding=Finding.UNFOUNDED, status=Status.CLOSED, channel=Channel.LETTER),
        came(4, cause="old-one", measures=(taken("Тексерілуде", date(2026, 11, 20)),)),
        came(5, on=date(2026, 11, 29), class_group="11"),
    ]
    before = [came(9, on=date(2026, 10, 2), cause="bullying")]
    return generalise(OURS, NOVEMBER, entries, before, [], today=TODAY)


def test_each_table_adds_up_to_all_that_came(november: Generalisation) -> None:
    tables = (november.causes, november.bands, november.signed, november.channels, november.findings)
    for table in (*tables, november.progress):
        assert [sum(getattr(line, when) for line in table) for when in ("now", "before", "year_before")] == [
            5,
            1,
            0,
        ]
    assert counts(november.causes) == {"bullying": 2, "food": 1, "old-one": 1, "": 1}
    assert counts(november.bands) == {"1-4": 1, "5-9": 3, "10-12": 1, "unknown": 0}
    assert counts(november.progress) == {"closed": 3, "open": 2, "overdue": 0}
    assert november.causes[0].before == 1


def test_causes_of_justified_appeals_stand_first_each_with_its_measures(november: Generalisation) -> None:
    (bullying,) = november.justified
    assert (bullying.cause, [one.number for one in bullying.appeals]) == ("bullying", [1, 2])
    text = write_generalisation(november, OURS, AIGUL, today=TODAY).text
    assert text.index("Негізделген өтініштердің себептері") < text.index("Себептері бойынша")
    assert "Буллинг — 2" in text and "Әңгіме өткізілді." in text
    assert "Осы кезеңде (2026 жылғы қараша) 2 өтініш негізделген деп танылды" in text


def test_it_says_how_long_families_waited_and_what_is_not_finished(november: Generalisation) -> None:
    assert (november.median_days, november.slowest_days, november.slowest) == (6, 10, 4)
    assert (november.overdue, november.without_cause) == ((), (5,))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_text_and_page_say_the_same_counts(november: Generalisation, language: str) -> None:
    draft = write_generalisation(november, OURS, replace(AIGUL, language=language), today=TODAY)
    bare = re.sub(r"<[^>]+>", " ", draft.html)
    for table in (november.causes, november.findings):
        for line in table:
            assert str(line.now) in draft.text and str(line.now) in bare
    assert len(draft.html.encode()) < 90_000


def test_what_a_family_or_a_reader_wrote_cannot_break_the_page(november: Generalisation) -> None:
    (one,) = november.justified
    nasty = replace(one.appeals[0], measures=(taken("<script>alert(1)</script> {{ 7*7 }}", TODAY),))
    spoilt = replace(november, justified=(replace(one, appeals=(nasty,)),))
    assert "<script" not in write_generalisation(spoilt, OURS, AIGUL, today=TODAY).html


# What leaves the school


def test_outside_the_school_there_is_no_number_and_nobody_s_word(november: Generalisation) -> None:
    draft = write_generalisation(mask(november), OURS, AIGUL, today=TODAY)
    assert "№" not in draft.text.replace(OURS.name("kk"), "")
    assert "Әңгіме" not in draft.text and "Әңгіме" not in draft.html
    assert not re.search(r"\b[1-4]\b", re.sub(r"1–4|2026|№1", "", draft.text.split("\n\n", 2)[2]))


def everything(found: Generalisation) -> Iterator[Line]:
    yield found.total
    for table in (found.causes, found.bands, found.signed, found.channels, found.findings, found.progress):
        yield from table


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["bullying", "food", ""]),
            st.sampled_from([None, *Finding]),
            st.sampled_from(["", "3", "7Ә", "10"]),
        ),
        max_size=60,
    )
)
def test_whatever_came_no_count_under_five_leaves_the_school(kinds: list[tuple[str, Finding, str]]) -> None:
    entries = [
        came(n, cause=cause, finding=finding, class_group=grade)
        for n, (cause, finding, grade) in enumerate(kinds, 1)
    ]
    found = mask(generalise(OURS, NOVEMBER, entries, entries[:3], entries, today=TODAY))
    for line in everything(found):
        assert line.now is None or line.now >= 5
        assert (line.before, line.year_before) == (None, None)
    assert not (found.justified or found.overdue or found.without_cause)
    assert found.slowest is None and found.median_days is None


# Periods


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-2027", date(2026, 9, 1), date(2027, 8, 31)),
    ],
)
def test_a_period_begins_and_ends_on_its_days(text: str, first: date, last: date) -> None:
    period = read_period(text)
    assert (period.first, period.last) == (first, last)
    assert read_period(period.code) == period
    assert period.before.last == first - timedelta(days=1)
    assert period.year_before.first.year == first.year - 1


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-Q5", "2026-2028", "2026-11-01", "0000-01", ""])
def test_what_is_no_period_is_told_with_the_ways_to_say_one(text: str) -> None:
    with pytest.raises(NoPeriod, match="2026-Q4"):
        read_period(text)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_day_is_in_its_month_and_in_no_other(day: date) -> None:
    month = month_of(day)
    assert month.first <= day <= month.last
    assert month.before.last < day


# In the life of a school

pytestmark = pytest.mark.decides


@pytest.fixture
def after_november(day: DayAtTheDesk) -> DayAtTheDesk:
    day.school = OURS
    on = day.desk.today
    term = Term(received_on=on, registered_on=on, due_on=on + timedelta(days=21))
    day.journal.record(from_a_child(term=term), identity="1")
    day.journal.record(from_her_mother(f"{DANIYAR.name} айқайлайды", term=term), identity="2")
    find(day.journal, 1, Finding.JUSTIFIED, role=Role.PSYCHOLOGIST, on=on)
    do(day.journal, 1, DeedKind.CAUSE, by=AIGUL.name, role=AIGUL.role, on=on, code="bullying")
    return day


def sent(day: DayAtTheDesk) -> list[str]:
    return [text_of(one) for one in day.letters(DANIYAR, "generalisation")]


def test_on_the_first_of_the_month_the_deputy_gets_it_once(after_november: DayAtTheDesk) -> None:
    day = after_november
    to_the_first = (month_of(day.desk.today).last - day.desk.today).days + 1
    day.at(14, days=to_the_first).sends()
    assert sent(day) == []
    day.at(15).sends()
    day.at(16).sends()
    day.at(16, days=3).sends()
    (letter,) = sent(day)
    assert "Bullying" in letter
    assert not day.letters(AIGUL, "generalisation")


def test_an_appeal_that_names_the_deputy_is_not_in_the_deputy_s_counts(after_november: DayAtTheDesk) -> None:
    day = after_november
    day.at(15, days=(month_of(day.desk.today).last - day.desk.today).days + 1).sends()
    (letter,) = sent(day)
    assert "Appeals received: 1" in letter
    assert "№2" not in letter


def test_a_month_without_appeals_brings_no_letter(day: DayAtTheDesk) -> None:
    day.at(15, days=40).sends()
    assert sent(day) == []


def test_the_command_writes_it_and_the_history_says_so(begun: object, senim: Senim) -> None:
    said = senim("generalisation", "2001-11", "--language", "ru")
    assert said.status == 0 and "Поступило обращений: 0" in said.out
    refused = senim("generalisation", "2026-11", "--masked")
    assert refused.status == 2 and "quarter" in refused.err
    assert "скрыто" in senim("generalisation", "2001-Q4", "--masked", "--language", "ru").out
    wrong = senim("generalisation", "2026-17")
    assert wrong.status == 2 and "2026-Q4" in wrong.err
