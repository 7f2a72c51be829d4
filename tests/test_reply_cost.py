"""A reply costs no more than its length, whatever stands in it. Counted are steps, not seconds."""

import re
from collections.abc import Sequence
from typing import Any, SupportsIndex

import pytest

from intake import notices, quotes
from intake.reply import read_reply
from reports import deed_words, reply_words, slip_items
from reports.deed_words import join_lines
from reports.numbers import read_head
from reports.reply_words import smooth
from reports.slip import read_slip
from tests.replies import letter, message


class Counted(str):
    """A line that counts the characters that were copied out of it."""

    copied = 0

    def __getitem__(self, place: SupportsIndex | slice) -> str:
        found = super().__getitem__(place)
        Counted.copied += len(found)
        return found


@pytest.mark.parametrize("unit", ["№1", "1,", "12, 13; ", "№1 және ", "*№1*", "1-2,"])
def test_a_line_of_numbers_is_not_copied_once_for_each_number(unit: str) -> None:
    line = Counted(unit * 2_000)
    Counted.copied = 0
    read_head(line)
    assert Counted.copied <= 3 * len(line)


class Looked:
    """A pattern that counts how often it is asked."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self.times = 0

    def fullmatch(self, *words: Any) -> re.Match[str] | None:
        self.times += 1
        return self._pattern.fullmatch(*words)


@pytest.mark.parametrize("field", ["Тема: x", "Кому: x", "Date: x"])
def test_lines_like_fields_of_a_header_are_not_read_once_for_each_of_them(
    field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    for count in (500, 1_000):
        looked = Looked(quotes._LABEL)
        with monkeypatch.context() as patch:
            patch.setattr(quotes, "_LABEL", looked)
            read_reply(message(f"{field}\n" * count), letter())
        asked.append(looked.times)
    assert asked[1] <= 2 * asked[0] + 500


def test_a_name_is_looked_at_with_two_lines_below_it_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = Looked(notices._CARD)
    monkeypatch.setattr(notices, "_CARD", looked)
    given, surname = message("x").from_fields[0].split()[:2]
    read_reply(message(f"{surname} {given}\nx\n" * 1_000), letter())
    assert 0 < looked.times <= 2 * 2 * 2_000


@pytest.mark.parametrize(
    "text",
    [
        "№12:\n" + ".\n" * 4_000 + "\n" * 4_000,
        "№12: x\n" + "\n1. x\n" * 4_000,
        "№12: жауап: x\n" + "\n" * 6_000 + "x\n" * 2_000,
        "№12: жауап: x\n" * 1_000,
        "себеп: x\n" * 2_000,
        "№12: қаралды\n" + "негізді — " * 2_000,
        "№12: " + "тапсыру " * 2_000,
        "№12: имя: " + "а. " * 6_000,
        "жауап" * 4_000,
        " - " * 6_000,
        "№1: x\n" * 2_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_the_words_of_a_slip_are_looked_at_a_fixed_number_of_times(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    joined: list[int] = []

    def counting(words: str) -> str:
        looked.append(len(words))
        return smooth(words)

    def joining(lines: Sequence[str]) -> str:
        joined.append(sum(len(line) + 1 for line in lines))
        return join_lines(lines)

    monkeypatch.setattr(reply_words, "smooth", counting)
    monkeypatch.setattr(deed_words, "join_lines", joining)
    monkeypatch.setattr(slip_items, "join_lines", joining)
    read_slip(text, sole=12)
    lines = text.count("\n") + 1
    assert sum(looked) <= 40 * len(text)
    assert len(looked) <= 20 * lines
    assert sum(joined) <= 3 * len(text)
