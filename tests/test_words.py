"""What a family wrote is shown as words: no link, no command, no disguise."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.model import Applicant
from reports.words import brief, cut, defang, grade_band, mark, numbers, numbers_named, one_line, plain
from tests.staffroom import MOTHER, an_entry


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://evil.example/x?y=1", "https[:]//evil[.]example/x?y=1"),
        ("www.site.kz", "www[.]site[.]kz"),
        ("vk.com/id1", "vk[.]com/id1"),
        ("Қараңыз: t.me/senim.", "Қараңыз: t[.]me/senim."),
        ("сайт мектеп.қаз бар", "сайт мектеп[.]қаз бар"),
        ("HTTP://10.0.0.1:80/a", "HTTP[:]//10[.]0[.]0[.]1:80/a"),
        ("хатым anya@mail.ru", "хатым anya@mail.ru"),
        ("Барды.Келді. 7.5 ұпай, 22.11.2026", "Барды.Келді. 7.5 ұпай, 22.11.2026"),
        ("3-сынып. Көмек", "3-сынып. Көмек"),
    ],
)
def test_addresses_of_sites_are_not_links(written: str, shown: str) -> None:
    assert defang(written) == shown


@given(text=st.text(alphabet="ab.:/ w@ком\n[]", max_size=60))
def test_no_scheme_survives_and_twice_is_as_once(text: str) -> None:
    once = defang(f"{text} https://{text}")
    assert not re.search(r"[a-z]://", once)
    assert defang(once) == once


@given(text=st.text(max_size=200))
def test_no_control_character_and_no_mark_that_turns_writing_round_is_shown(text: str) -> None:
    shown = plain(f"{text}\x00\x1b[31m\u202e\u2066\ud800")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)


def test_letters_spaces_and_lines_of_a_text_stay() -> None:
    said = "Әңгіме:\n\n  — қазір «келемін»;\tжарай ма? 🙂"
    assert plain(said) == said
    assert plain("a\r\nb\rc\u2028d") == "a\nb\nc\nd"


@given(text=st.text(alphabet="аб .!?\n»", min_size=0, max_size=300), limit=st.integers(10, 100))
def test_a_cut_leaves_no_more_than_was_asked_and_half_of_it_at_least(text: str, limit: int) -> None:
    at = cut(text, limit)
    assert at <= limit or at == len(text) <= limit
    assert at >= min(len(text), limit // 2)


def test_a_cut_is_made_at_the_end_of_a_sentence_or_else_of_a_word() -> None:
    assert "Бір. Екі."[: cut("Бір. Екі. Үш.", 10)] == "Бір. Екі."
    assert "бірекі үшт"[: cut("бірекі үшт төртбес", 9)] == "бірекі"
    assert cut("а" * 30, 10) == 10
    assert brief("Бір сөйлем мұнда. Екінші сөйлем мұнда.", 20) == "Бір сөйлем мұнда…"


@pytest.mark.parametrize(
    ("typed", "grade"),
    [
        ("7Ә", 7),
        ("7 «Ә»", 7),
        ("10 Б класс", 10),
        ("11-сынып", 11),
        ("0 сынып", 0),
        ("", None),
        ("Балапан тобы", None),
        ("1-топ", None),
        ("группа № 2", None),
        ("7-сынып, 2-топ", 7),
        ("8 «Б» класс, 2 смена", 8),
        ("7 немесе 8", None),
        ("2026", None),
        ("13", None),
    ],
)
def test_a_class_is_known_by_its_grade(typed: str, grade: int | None) -> None:
    assert grade_band(typed) == grade


def test_the_mark_of_an_applicant() -> None:
    assert mark(an_entry(1), "kk") == "жасырын, 7-сынып"
    assert mark(an_entry(1), "ru") == "анонимно, 7-й класс"
    assert mark(an_entry(1, class_group="Балапан тобы"), "kk") == "жасырын"
    assert mark(an_entry(1, applicant=MOTHER), "kk") == "Серікова Динара Болатовна, 7Ә"
    nameless = Applicant(email="x@family.example")
    assert mark(an_entry(1, applicant=nameless, class_group=""), "ru") == "имя не указано"


def test_numbers_are_written_as_people_do() -> None:
    assert numbers([12]) == "№12"
    assert numbers([13, 12, 12]) == "№12, 13"
    assert numbers([1, 2, 3, 5]) == "№1–3, 5"
    assert numbers([]) == ""


def test_a_name_is_one_line() -> None:
    assert one_line("Ас\nқар\t\x00  Ш.") == "Ас қар Ш."


@given(st.sets(st.integers(1, 300), min_size=1))
def test_the_numbers_that_we_write_are_read_back(written: set[int]) -> None:
    assert numbers_named(f"{numbers(written)} — Айгүл: әңгіме, 5 сынып") == written
