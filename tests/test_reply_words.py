"""The list of words in templates/replies.toml: folded as people type, and told when an editor slips."""

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.checkup import check_machine
from reports.reply_words import SECTIONS, SpoiltWords, fold, read_words
from reports.shipped import templates
from tests.moments import A_MOMENT

SHIPPED = templates() / "replies.toml"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Қаралды.", "каралды"),
        ("  «ҚАРАЛДЫ»  🙂👍🏽", "каралды"),
        ("*_қаралды_*", "каралды"),
        ("қаралды?", "каралды?"),
        ("қаралды ❌", "каралды ❌"),
        ("Өзім  қараймын!!!", "озим караймын"),
        ("озiм караймын", "озим караймын"),  # a Latin «i»
        ("Аты-жөні", "аты жони"),
        ("Ф.И.О.", "фио"),
        ("прочёл", "прочел"),
        ("I’ll take it", "ill take it"),
        (" … ", ""),
    ],
)
def test_a_phrase_is_the_same_however_it_was_typed(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_the_words_that_we_ship_have_no_fault_and_no_empty_list() -> None:
    words = read_words(SHIPPED)
    assert words.faults == ()
    assert all(words.lists[section, meaning] for section in SECTIONS for meaning in SECTIONS[section])


def edited(tmp_path: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    place = tmp_path / "replies.toml"
    place.write_text(text.replace(old, new, 1), encoding="utf-8")
    return place


def test_a_school_may_add_a_word_of_its_own(tmp_path: Path) -> None:
    words = read_words(edited(tmp_path, '"қаралды", ', '"қаралды", "Бітті!", '))
    assert words.faults == ()
    assert words.meaning("line", fold("бітті")) == "closed"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("closed = [", "shut = [", "[line] shut is no list of this section"),
        ("closed = [", "shut = [", "[line] closed has no words"),
        ('"қаралды", ', '7, "қаралды", ', "[line] closed: the entry 1 is no word"),
        ('"қаралды", ', '"…", "қаралды", ', "[line] closed: the entry 1 is no word"),
        ('"қаралды", ', f'"{"ұ" * 90}", ', "[line] closed: the entry 1 is no word"),
        ("[whom]", "[who]", "[who] is no section of this file"),
        (
            '"қаралды", ',
            '"қаралды", "таныстым", ',
            "«таныстым» stands in [line] closed and [line] considered",
        ),
        (
            '"қаралды", ',
            '"қаралды", "негізді", ',
            "«негизди» stands in [finding] justified and [line] closed",
        ),
    ],
)
def test_an_editors_slip_is_named_and_the_rest_goes_on(tmp_path: Path, old: str, new: str, told: str) -> None:
    words = read_words(edited(tmp_path, old, new))
    assert any(told in one for one in words.faults), words.faults
    assert words.meaning("line", fold("танысып шықтым")) == "considered"


def test_a_word_with_two_meanings_has_neither(tmp_path: Path) -> None:
    words = read_words(edited(tmp_path, '"қаралды", ', '"қаралды", "таныстым", '))
    assert words.meaning("line", fold("таныстым")) is None
    assert words.meaning("line", fold("қаралды")) == "closed"


@pytest.mark.parametrize("spoilt", ["closed = [", "[line", "\x00", '[line]\nclosed = ["a"]\nclosed = ["b"]'])
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, spoilt: str) -> None:
    place = tmp_path / "replies.toml"
    place.write_text(spoilt, encoding="utf-8")
    with pytest.raises(SpoiltWords, match="double quotes"):
        read_words(place)


def test_the_check_tells_of_each_slip(tmp_path: Path) -> None:
    def told(place: Path) -> list[tuple[bool, str]]:
        with (
            patch("intake.checkup.templates", lambda: place.parent),
            patch("intake.checkup._templates", lambda: iter(())),
        ):
            found = check_machine(A_MOMENT)
        return [(one.ok, one.remedy) for one in found if one.name == "words of replies"]

    assert told(SHIPPED) == [(True, "")]
    ((ok, remedy),) = told(edited(tmp_path, "closed = [", "shut = ["))
    assert not ok
    assert "[line] shut" in remedy
    (tmp_path / "replies.toml").write_text('[line]\nclosed = "a" "b"', encoding="utf-8")
    ((ok, remedy),) = told(tmp_path / "replies.toml")
    assert not ok
    assert "replies.toml at line 2" in remedy
