"""The sheet in the safe: a person types it back, and a mistyped line is named by its number."""

import io
import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from journal.sealing import KEY_BYTES, Keys, new_key
from reports.recovery import LINES, Mistyped, read_lines, write_lines, write_sheet
from reports.school import School
from reports.shipped import templates
from tests.browser import chromium  # noqa: F401 - a fixture
from tests.command import Senim, config_of, open_journal

A_KEY = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)
DAY = date(2026, 11, 22)
LONG_NAME = "Алматы облысы білім басқармасының «Шымбұлақ ауылының жалпы білім беретін мектебі» КММ " * 2


@given(A_KEY)
def test_a_key_is_read_as_it_was_written(key: bytes) -> None:
    assert read_lines("\n".join(write_lines(key))) == key


@given(A_KEY, st.randoms())
def test_how_a_person_groups_and_numbers_the_digits_does_not_matter(key: bytes, chance: object) -> None:
    lines = write_lines(key)
    typed = [
        f"{number}. {lines[number - 1]}" if number % 3 else lines[number - 1].replace(" ", "-  ")
        for number in range(1, LINES + 1)
    ]
    assert read_lines("\n\n".join(typed)) == key
    assert read_lines("\r\n".join(line.replace(" ", "") for line in lines)) == key
    assert (
        read_lines("\n".join(lines).translate({48 + n: 0xFF10 + n for n in range(10)})) == key
    )  # wide digits


@given(A_KEY, st.integers(0, LINES - 1), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_found_in_its_line(key: bytes, line: int, at: int, by: int) -> None:
    lines = write_lines(key)
    digits = list(lines[line].replace(" ", ""))
    digits[at] = str((int(digits[at]) + by) % 10)
    with pytest.raises(Mistyped, match=f"Line {line + 1} is mistyped") as fault:
        read_lines("\n".join([*lines[:line], "".join(digits), *lines[line + 1 :]]))
    assert fault.value.lines == (line + 1,)


@given(A_KEY, st.integers(0, LINES - 1), st.integers(0, 10))
def test_two_digits_changed_for_each_other_are_found(key: bytes, line: int, at: int) -> None:
    lines = write_lines(key)
    digits = list(lines[line].replace(" ", ""))
    if digits[at] == digits[at + 1]:
        return
    digits[at : at + 2] = reversed(digits[at : at + 2])
    with pytest.raises(Mistyped) as fault:
        read_lines("\n".join([*lines[:line], "".join(digits), *lines[line + 1 :]]))
    assert fault.value.lines == (line + 1,)


@given(A_KEY, st.permutations(range(LINES)))
def test_lines_in_each_others_places_are_found(key: bytes, order: list[int]) -> None:
    lines = write_lines(key)
    moved = tuple(place for place, line in enumerate(order, 1) if line != place - 1)
    if moved:
        with pytest.raises(Mistyped) as fault:
            read_lines("\n".join(lines[line] for line in order))
        assert fault.value.lines == moved


def test_lines_of_two_sheets_are_no_key() -> None:
    one, other = write_lines(new_key()), write_lines(new_key())
    with pytest.raises(Mistyped, match="two sheets"):
        read_lines("\n".join([*one[:4], *other[4:]]))


@pytest.mark.parametrize(
    "typed", ["", "1234", "x\n" * LINES, "9999 9999 9999\n" * LINES, "²" * 12 + "\n" * 9]
)
def test_what_is_no_sheet_is_refused(typed: str) -> None:
    with pytest.raises(Mistyped):
        read_lines(typed)


def a_school(names: dict[str, str]) -> School:
    config = config_of(Path(__file__).parents[1])
    return replace(config.school, names=names, languages=("kk", "ru", "en"))


def test_the_sheet_fits_one_page_in_three_languages_however_long_the_name(
    chromium: Browser,  # noqa: F811
) -> None:
    page = chromium.new_page()
    for names in ({"kk": "№ 1 мектеп"}, {"kk": LONG_NAME}):
        page.set_content(write_sheet(a_school(names), new_key(), day=DAY, keep_days=35))
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert "2026 жылғы 22 қараша" in page.content()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_sheet_shows_the_lines_and_the_name_and_nothing_that_loads() -> None:
    key = new_key()
    sheet = write_sheet(a_school({"kk": "<b>№ 1</b>"}), key, day=DAY, keep_days=35)
    assert all(line in sheet for line in write_lines(key))
    assert Keys(key).id in sheet
    assert "&lt;b&gt;№ 1" in sheet
    assert key.hex() not in sheet
    assert not re.search(r"https?:|src=|@import|url\(", sheet)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_sentence_of_the_sheet_is_translated_and_no_other(language: str) -> None:
    place = templates() / "recovery"
    used = {one for _, _, one, _, _ in extract_from_dir(str(place), method_map=[("**.j2", "jinja2")])}
    with (place / f"{language}.po").open("rb") as lines:
        catalogue = {message.id: message for message in read_po(lines, locale=language) if message.id}
    assert set(catalogue) == used
    for message in catalogue.values():
        assert str(message.string).strip()
        assert str(message.string).count("%(days)s") == str(message.id).count("%(days)s")


def typed(folder: Path) -> str:
    """The lines as they stand on the sheet that `senim recovery` wrote."""
    return "\n".join(re.findall(r"\d{4} \d{4} \d{4}", (folder / "sheet.html").read_text()))


def answer(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(words))


def test_a_lost_key_is_typed_back_and_a_mistyped_line_is_named(
    senim: Senim, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "shred" in senim("recovery", "sheet.html").out
    assert (begun / "sheet.html").stat().st_mode & 0o777 == 0o600
    key_file = begun / "var/journal.key"
    key = config_of(begun).journal_key()
    sheet = typed(begun)

    answer(monkeypatch, sheet)
    there = senim("recovery", "--read")
    assert (there.status, "is there already" in there.err) == (1, True)

    key_file.unlink()
    wrong = sheet.split("\n")
    wrong[2], wrong[6] = wrong[2][::-1], "1" + wrong[6][1:-1] + "9"
    answer(monkeypatch, "\n".join(wrong))
    refused = senim("recovery", "--read")
    assert refused.status == 1
    assert re.search(r"3(, 7)?.*mistyped", refused.err)
    assert not key_file.exists()

    answer(monkeypatch, sheet)
    assert senim("recovery", "--read").status == 0
    assert config_of(begun).journal_key() == key
    assert key_file.stat().st_mode & 0o777 == 0o400
    assert senim("upgrade").status == 0
    with open_journal(begun) as journal, journal.store.reading() as connection:
        kinds = connection.exec_driver_sql("SELECT kind FROM events WHERE kind = 'sheet'").all()
    assert len(kinds) == 1, "the history says that a sheet was written"


def test_the_sheet_of_another_journal_is_not_put_in_place_of_the_key(
    senim: Senim, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = new_key()
    (begun / "var/journal.key").unlink()
    answer(monkeypatch, "\n".join(write_lines(other)))
    said = senim("recovery", "--read")
    assert (said.status, "another Journal" in said.err) == (1, True)
    assert not (begun / "var/journal.key").exists()

    answer(monkeypatch, "\n".join(write_lines(other)))
    assert senim("recovery", "--read", "old.key").status == 0  # for an old backup
    assert (begun / "old.key").read_text().strip() == other.hex()
    assert (begun / "old.key").stat().st_mode & 0o777 == 0o400


def test_the_sheet_is_written_over_nothing(senim: Senim, begun: Path) -> None:
    (begun / "sheet.html").write_text("mine")
    assert senim("recovery", "sheet.html").status == 1
    assert (begun / "sheet.html").read_text() == "mine"
    assert senim("recovery").status == 2
