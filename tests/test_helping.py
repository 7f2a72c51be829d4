"""What our letters show as an example of a reply is understood as what it says, in every language."""

from dataclasses import replace
from datetime import date
from unittest.mock import patch

import pytest

from journal.model import DeedKind, Finding
from reports import said as words_said
from reports.absence import read_days
from reports.helping import examples, unreadable
from reports.reply_words import fold, read_words
from reports.shipped import templates
from reports.slip import read_slip
from tests.staffroom import LANGUAGES, TODAY

CAUSE = {"kk": "Оқу процесі", "ru": "Учебный процесс", "en": "Teaching"}


def handful(language: str) -> dict[str, str]:
    found = examples(
        language, 57, (57, 58), files=58, cause=CAUSE[language], to="Білім бөлімі", colleague="Данияр Әлиев"
    )
    return {write: what for what, write in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_example_is_read_as_what_it_says(language: str) -> None:
    slips = [read_slip(write, told={57, 58}) for write in handful(language)]
    assert all(not slip.not_understood for slip in slips)
    lines = [line for slip in slips for line in slip.measures]
    assert [(line.numbers, line.kind) for line in lines] == [
        ((57,), None),
        ((57, 58), None),
        ((57,), DeedKind.CLOSED),
        ((57,), DeedKind.FOUND),
        ((57,), DeedKind.CAUSE),
        ((57,), DeedKind.CONSIDERED),
        ((57,), DeedKind.ANSWERED),
        ((57,), DeedKind.PASSED_ON),
        ((57,), DeedKind.RESPONSIBLE),
        ((57,), DeedKind.RESPONSIBLE),
    ]
    assert lines[3].finding is Finding.JUSTIFIED
    assert [line.text for line in lines if line.kind is DeedKind.CAUSE] == [CAUSE[language]]
    assert [line.text for line in lines if line.kind is DeedKind.PASSED_ON] == ["Білім бөлімі"]
    assert [line.text for line in lines[8:]] == ["", "Данияр Әлиев"]
    assert [slip.files for slip in slips if slip.files] == [(58,)]
    assert [slip.undo for slip in slips].count(True) == 1
    (away,) = [slip.away for slip in slips if slip.away]
    days = read_days(away, TODAY)
    assert days is not None
    assert (days.starts, days.ends) == (date(2026, 12, 1), date(2026, 12, 15))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_example_says_what_it_is_for_in_the_readers_language(language: str) -> None:
    found = handful(language)
    assert len(found) == 13
    assert len(set(found.values())) == 13
    if language != "en":
        english = set(handful("en").values())
        assert not english & set(found.values())


def test_only_what_is_there_is_offered() -> None:
    shown = " ".join(write for _, write in examples("kk", 57))
    assert "58" not in shown
    assert "файл" not in shown
    assert "тапсыру" not in shown
    assert "себеп: буллинг" in shown


@pytest.mark.parametrize("name", ["Оқу\nпроцесі", "  ", "№13: басқа", "а" * 300, "Ғимарат — аула"])
def test_a_name_of_the_config_never_makes_another_example_of_it(name: str) -> None:
    for what, write in examples("kk", 57, cause=name, to=name, colleague=name):
        slip = read_slip(write)
        assert {number for line in slip.measures for number in line.numbers} <= {57}, what
        assert "\n" not in write


def test_an_example_whose_word_was_taken_out_is_not_shown_and_told() -> None:
    words = read_words(templates() / "replies.toml")
    fewer = {**words.lists, ("line", "closed"): words.lists["line", "closed"] - {fold("қаралды")}}
    with patch.object(words_said, "reply_words", lambda: replace(words, lists=fewer)):
        assert unreadable("kk") == ["№12: қаралды"]
        assert unreadable("ru") == []
        assert "№57: қаралды" not in [write for _, write in examples("kk", 57)]
    assert unreadable("kk") == []
