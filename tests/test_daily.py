"""The letter of 15:00 says all that a psychologist needs, to each reader as they asked, and no more."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.book import Journal
from journal.database import upgrade
from journal.letters import claim, fail, freeze, owe, settle
from journal.model import (
    AttachmentLine,
    DeedKind,
    Disposition,
    Entry,
    LetterKind,
    Measure,
    Reader,
    Role,
    Term,
)
from journal.sealing import new_key
from reports.daily import HTML_LIMIT, Daily, draft_daily, write_daily
from reports.numbers import file_request
from reports.school import Detail
from reports.sections import ROWS
from reports.slip import read_slip
from tests.staffroom import (
    LANGUAGES,
    MOTHER,
    SCHOOL,
    THREE,
    TODAY,
    TOKEN,
    aigul,
    an_appeal,
    an_entry,
    moment,
    news,
    occasion,
)

PHOTO = AttachmentLine(name="1.jpg", media_type="image/jpeg", size=300_000)


def letter(*new: Entry, waiting: tuple[Entry, ...] = (), language: str = "kk", **changes: object) -> Daily:
    return draft_daily(news(*new, waiting=waiting, **changes), SCHOOL, aigul(language), occasion())


def old(number: int, days: int = 9) -> Entry:
    came = TODAY - timedelta(days=days)
    return an_entry(
        number, content="Спортзалда жарық жоқ", term=Term(received_on=came, registered_on=came, due_on=TODAY)
    )


def words(html: str) -> list[str]:
    """What a person reads in the HTML part, word by word."""
    body = html[html.index("<body") :]
    # Links are in the HTML alone: the numbers and the way to answer are in both.
    said = re.sub(r'<([ap]) class="(?:act|meta tap)\b.*?</\1>', " ", body, flags=re.DOTALL)
    seen = re.sub(r"<!--.*?-->|<[^>]*>", " ", said, flags=re.DOTALL)
    return unescape(seen).split()


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("kk", "Сенім жәшігі: 3 жаңа, 1 күтуде — 23 қараша"),
        ("ru", "Ящик доверия: 3 новых, 1 ждёт мер — 23 ноября"),
        ("en", "Trust Box: 3 new, 1 without measures — 23 November"),
    ],
)
def test_the_subject_says_it_all(language: str, subject: str) -> None:
    found = letter(an_entry(12), an_entry(13), an_entry(14), waiting=(old(7),), language=language)
    assert found.draft.subject == subject


def test_the_subject_says_how_many_are_urgent() -> None:
    assert letter(an_entry(12, urgent=True), an_entry(13)).draft.subject == (
        "Сенім жәшігі: 2 жаңа (1 шұғыл) — 23 қараша"
    )


def test_a_day_without_news_gets_a_short_warm_letter() -> None:
    found = letter(covered_to=11)
    assert found.draft.subject == "Сенім жәшігі: жаңа өтініш жоқ — 23 қараша"
    assert "Күніңіз сәтті өтсін!" in found.draft.text
    assert found.covers_to == 11
    assert len(found.draft.text) < 700


def test_a_card_names_the_applicant_the_class_and_the_ways_to_reach_them() -> None:
    entry = an_entry(
        13,
        "Қызым мектепке барғысы келмейді.\nКөмектесіңізші.",
        applicant=MOTHER,
        content="Қызым туралы",
        phone="+7 701 555 12 34",
        term=Term(received_on=date(2026, 11, 22), registered_on=TODAY, due_on=date(2026, 12, 14)),
    )
    text = letter(entry).draft.text
    for shown in (
        "№13\nСерікова Динара Болатовна, 7Ә\n",
        "Телефоны: +7 701 555 12 34\n",
        "Мекенжайы: Алматы, Абай даңғылы 12\n",
        "Эл. поштасы: dinara@family.example\n",
        "Түскен күні: 22 қараша\n",
        "Мерзімі: 14 желтоқсан\n",
        "\n  Қызым туралы\n",
        "\n  Қызым мектепке барғысы келмейді.\n  Көмектесіңізші.\n",
    ):
        assert shown in text


def test_an_anonymous_child_is_shown_by_grade_and_never_by_the_class_letter() -> None:
    draft = letter(an_entry(12, class_group="7Ә")).draft
    assert "жасырын, 7-сынып" in draft.text
    assert "7Ә" not in draft.text + draft.html


def test_urgent_appeals_come_first() -> None:
    text = letter(an_entry(12), an_entry(13, urgent=True), an_entry(14)).draft.text
    assert text.index("№13") < text.index("№12") < text.index("№14")
    assert "№13  ШҰҒЫЛ" in text


def test_the_brief_content_is_not_said_twice_when_the_text_begins_with_it() -> None:
    said = "Мені сыныптастарым мазақ етеді. Көмектесіңіздер."
    text = letter(an_entry(12, said, content="Мені сыныптастарым мазақ етеді…")).draft.text
    assert text.count("мазақ етеді") == 1
    assert said in text


def test_a_text_of_four_thousand_characters_is_whole() -> None:
    said = ("Сөйлем аяқталды. " * 250)[:3999] + "Я"
    found = letter(an_entry(12, said, content="Мазмұны"))
    assert said in found.draft.text
    assert found.long_texts == ()


def test_a_longer_text_stops_at_a_sentence_and_is_owed_as_a_letter_of_its_own() -> None:
    found = letter(an_entry(12, "Сөйлем аяқталды. " * 400, content="Мазмұны"))
    assert found.long_texts == (12,)
    assert "Жалғасы бөлек хатпен келеді." in found.draft.text
    shown = re.search(r"\n  (Сөйлем.*)\n", found.draft.text)
    assert shown is not None
    assert 3900 < len(shown[1]) <= 4000
    assert shown[1].endswith(".")


def test_files_are_counted_with_the_way_to_get_them_and_those_not_kept_are_said() -> None:
    entry = an_entry(12, attachments=(PHOTO, PHOTO), refused=(".doc", ".doc", ".mp4"), repeats=11)
    text = letter(entry).draft.text
    assert "Өтінішке 2 файл қоса берілген. Алу үшін «файл 12» деп жауап жазыңыз." in text
    assert "3 файл қабылданбады (.doc, .mp4)" in text
    assert "қайта жіберілген №11 өтініш" in text


def test_what_waits_is_shown_with_its_age_and_its_deadline() -> None:
    text = letter(waiting=(old(9, days=4), old(7, days=30))).draft.text
    assert "№7 · жасырын, 7-сынып · 30 күннен бері · мерзімі — 23 қараша" in text
    assert text.index("№7 ·") < text.index("№9 ·")  # the oldest first


def test_what_is_overdue_is_said_in_words() -> None:
    late = an_entry(
        3,
        term=Term(received_on=date(2026, 10, 1), registered_on=date(2026, 10, 1), due_on=date(2026, 10, 22)),
    )
    draft = letter(waiting=(late,)).draft
    assert "мерзімі өтті (22 қазан)" in draft.text
    assert 'class="late"' in draft.html


def test_what_is_urgent_and_still_waits_comes_first_and_is_marked() -> None:
    text = letter(waiting=(old(7), an_entry(9, urgent=True))).draft.text
    assert text.index("№9 · ") < text.index("№7 · ")
    assert "№9 · жасырын, 7-сынып · бүгін түсті · мерзімі — 14 желтоқсан · ШҰҒЫЛ" in text


def test_a_long_list_ends_with_the_numbers_that_have_no_room() -> None:
    waiting = tuple(old(number, days=50 - number) for number in range(1, ROWS + 6))
    text = letter(waiting=waiting).draft.text
    assert f"Тағы 5 өтініш: №{ROWS + 1}–{ROWS + 5}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_of_an_answer_are_understood_when_written(language: str) -> None:
    text = letter(an_entry(12, attachments=(PHOTO,)), an_entry(14), language=language).draft.text
    examples = re.findall(r"[«“](№[^»”]*|[^»”]*\b12)[»”]", text)
    slips = [read_slip(one) for one in examples if not file_request(one)]
    lines = [line for slip in slips for line in slip.measures]
    assert {line.numbers for line in lines} == {(12,), (12, 14)}
    assert {None, DeedKind.CLOSED, DeedKind.ANSWERED, DeedKind.CONSIDERED} <= {line.kind for line in lines}
    assert all(not slip.not_understood for slip in slips)
    assert [file_request(one) for one in examples if file_request(one)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_example_stands_on_a_line_of_its_own(language: str) -> None:
    # Quoted back it would be read as a measure; written as an answer it would be subtracted.
    for line in letter(an_entry(12), an_entry(14), language=language).draft.text.splitlines():
        assert not read_slip(line).measures, line


def test_a_late_letter_says_so() -> None:
    found = draft_daily(news(an_entry(12)), SCHOOL, aigul(), occasion(late=True))
    assert "Бұл хат кешігіп жіберілді: белгіленген уақыты — 23 қараша, сағат\u00a015:00." in found.draft.text
    assert "кешігіп" not in letter(an_entry(12)).draft.text


def test_the_small_print_counts_every_message_and_shows_the_journals_code() -> None:
    counts = {
        (Disposition.RECORDED, ""): 3,
        (Disposition.IGNORED, "repeat"): 1,
        (Disposition.IGNORED, "automatic"): 4,
        (Disposition.HELD, "unreadable"): 2,
    }
    text = letter(an_entry(12), counts=counts, language="ru").draft.text
    assert (
        "пришло (22 ноября – 23 ноября) — 10: зарегистрировано обращений — 3, записано Ваших ответов — 0, "
        "пропущено — 5 (автоматические письма — 4, повторы — 1), отложено — 2 (нечитаемые — 2)." in text
    )
    assert "Отложенные письма просматривает администратор." in text
    assert "3f2a 9c11 d0e4 b776" in text.replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_html_say_the_same(language: str) -> None:
    entries = (
        an_entry(
            12,
            "Бірінші жол\n\nИкінші <b>жол</b> & тағы",
            attachments=(PHOTO,),
            refused=(".doc",),
            urgent=True,
        ),
        an_entry(13, "Ұзақ мәтін. " * 500, content="Мазмұны", applicant=MOTHER),
    )
    draft = letter(*entries, waiting=(old(7),), language=language).draft
    # All but the marks that part things in one of the two only.
    text = [word for word in draft.text.split() if not re.fullmatch("-+|·", word)]
    assert sorted(word for word in words(draft.html) if word != "·") == sorted(text)


def test_a_reader_of_short_letters_gets_no_text_and_no_offer_of_files() -> None:
    found = draft_daily(
        news(an_entry(12, "Құпия мәтін. " * 500, content="Қысқа мазмұны", attachments=(PHOTO,))),
        SCHOOL,
        aigul(detail=Detail.SHORT),
        occasion(),
    )
    assert "Қысқа мазмұны" in found.draft.text
    assert "Құпия" not in found.draft.text + found.draft.html
    assert "«файл 12»" not in found.draft.text
    assert found.long_texts == ()


def test_a_reader_of_numbers_gets_numbers_only() -> None:
    entry = an_entry(12, "Құпия мәтін", applicant=MOTHER, content="Құпия мазмұны", phone="+7 701 555 12 34")
    found = draft_daily(news(entry, waiting=(old(7),)), SCHOOL, aigul(detail=Detail.NUMBERS), occasion())
    seen = found.draft.text + found.draft.html
    assert not any(word in seen for word in ("Құпия", "Серікова", "555", "7Ә", "№12", "Спортзал"))
    assert "Шара күтіп тұрған өтініштер: 1" in found.draft.text
    assert found.covers_to == 12


def test_forty_ordinary_appeals_are_told_whole_in_one_letter() -> None:
    entries = tuple(an_entry(n, f"Өтініш {n}. " + "Көмек керек еді. " * 20) for n in range(1, 41))
    found = letter(*entries)
    assert len(found.draft.html.encode()) < HTML_LIMIT
    assert all(f"Өтініш {n}." in found.draft.text for n in range(1, 41))
    assert found.covers_to == 40


def test_what_has_no_room_is_named_today_and_whole_tomorrow() -> None:
    entries = tuple(an_entry(n, f"Өтініш {n}. " + "Ұзын мәтін. " * 300) for n in range(1, 41))
    urgent = an_entry(41, "Өтініш 41. Шұғыл.", urgent=True)
    first = letter(*entries, urgent)
    assert len(first.draft.html.encode()) < HTML_LIMIT
    assert "Өтініш 41. Шұғыл." in first.draft.text
    assert 0 < first.covers_to < 40
    assert f"№{first.covers_to + 1} · " in first.draft.text
    told = {n for n in range(1, 41) if f"№{n}\n" in first.draft.text}
    assert told == set(range(1, first.covers_to + 1))
    second = letter(*(one for one in (*entries, urgent) if one.number > first.covers_to))
    assert f"№{first.covers_to + 1}\n" in second.draft.text


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text(alphabet="<&>\"'\nаә🙂. ", min_size=0, max_size=6000), min_size=1, max_size=12))
def test_no_letter_is_so_long_that_a_mail_program_cuts_it(texts: list[str]) -> None:
    entries = tuple(an_entry(n, text * 2, content="М") for n, text in enumerate(texts, start=1))
    found = letter(*entries)
    assert len(found.draft.html.encode()) < HTML_LIMIT
    assert found.covers_to >= 1


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    url = f"sqlite:///{tmp_path}/journal.db"
    upgrade(url)
    with Journal.open(url, new_key()) as opened:
        yield opened


def write(journal: Journal, *, day: int = 23) -> Daily:
    due = moment(day, 15)
    return write_daily(
        journal, SCHOOL, aigul(), period=due.date(), due_at=due, now=due + timedelta(minutes=1), late=False
    )


def send(journal: Journal, *, day: int = 23, refused: bool = False) -> Daily:
    """Owe, claim, freeze and settle as the worker does."""
    due = moment(day, 15)
    reader = Reader(address=aigul().address, role=Role.PSYCHOLOGIST)
    owe(journal, kind=LetterKind.DAILY, reader=reader, period=due.date().isoformat(), due_at=due)
    owed = claim(journal, due)
    assert owed is not None
    found = write(journal, day=day)
    freeze(journal, owed, raw=b"x", token=TOKEN[:-2] + f"{day}", covers_to=found.covers_to, now=due)
    if refused:
        fail(journal, owed, due, "Refused")
    else:
        settle(journal, owed, due)
    return found


def test_each_appeal_is_new_once_and_then_waits(journal: Journal) -> None:
    journal.record(an_appeal("Бірінші өтініш."), identity="")
    assert "1 жаңа" in send(journal).draft.subject
    journal.record(an_appeal("Екінші өтініш."), identity="")
    second = send(journal, day=24)
    assert second.draft.subject == "Сенім жәшігі: 1 жаңа, 1 күтуде — 24 қараша"
    assert second.covers_to == 2
    assert "Екінші өтініш." in second.draft.text


def test_what_a_refused_letter_told_is_new_again(journal: Journal) -> None:
    journal.record(an_appeal("Бірінші өтініш."), identity="")
    send(journal, refused=True)
    assert "1 жаңа" in send(journal, day=24).draft.subject


def test_an_appeal_with_a_measure_no_longer_waits(journal: Journal) -> None:
    journal.record(an_appeal("Бірінші өтініш."), identity="")
    send(journal)
    journal.add_measure(
        1, Measure(text="әңгіме өткізілді", by="Айгүл Сейітқызы", role=Role.PSYCHOLOGIST, recorded_on=TODAY)
    )
    assert send(journal, day=24).draft.subject == "Сенім жәшігі: жаңа өтініш жоқ — 24 қараша"


def test_a_new_readers_first_letter_looks_back_a_week_and_lists_what_is_open(journal: Journal) -> None:
    came = date(2026, 11, 2)
    journal.record(
        an_appeal("Ескі өтініш.", term=Term(received_on=came, registered_on=came, due_on=TODAY)), identity=""
    )
    journal.record(an_appeal("Жаңа өтініш."), identity="")
    found = write(journal)
    assert found.draft.subject == "Сенім жәшігі: 1 жаңа, 1 күтуде — 23 қараша"
    assert found.covers_to == 2


def test_the_letter_counts_from_the_day_of_the_one_before(journal: Journal) -> None:
    send(journal, day=20)
    assert "(20 қараша – 23 қараша)" in write(journal, day=23).draft.text
    send(journal, day=23)
    assert "(23 қараша – 24 қараша)" in send(journal, day=24).draft.text


def test_the_occasion_is_local_to_the_school(journal: Journal) -> None:
    found = write_daily(
        journal,
        SCHOOL,
        aigul(),
        period=TODAY,
        due_at=THREE,
        now=THREE + timedelta(hours=2),
        late=True,
    )
    assert "сағат\u00a015:00" in found.draft.text
