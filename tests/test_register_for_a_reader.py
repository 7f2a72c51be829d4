"""The register that is made for one reader holds nothing that names them."""

import json
from dataclasses import replace
from pathlib import Path

from tests.command import ARUZHAN, Senim, open_journal

PEDAGOGUE = "pedagogue@school.example"  # Ерлан Маратов of the example config


def numbers(senim: Senim, *words: str) -> list[int]:
    assert senim("journal", "export", "--format", "json", *words, "out.json").status == 0
    return [one["number"] for one in json.loads(Path("out.json").read_text())]


def with_a_third(folder: Path) -> None:
    with open_journal(folder) as journal:
        journal.record(replace(ARUZHAN, text="Маратовқа айтпаңыздаршы."), identity="3")
        journal.record(replace(ARUZHAN, text="Спортзал суық."), identity="4")


def test_a_register_for_a_reader_leaves_out_what_names_them(senim: Senim, begun: Path) -> None:
    with_a_third(begun)
    assert numbers(senim) == [1, 2, 3, 4]
    assert numbers(senim, "--reader", PEDAGOGUE) == [1, 2, 4]
    assert numbers(senim, "--reader", "psychologist@school.example") == [1, 2, 3, 4]
    with open_journal(begun) as journal:
        assert journal.verify().ok


def test_a_register_for_nobody_is_not_made(senim: Senim, begun: Path) -> None:
    said = senim("journal", "export", "--format", "json", "--reader", "nobody@school.example", "out.json")
    assert said.status == 2
    assert "staff" in said.err
    assert not Path("out.json").exists()


def test_a_preview_of_a_reader_s_letter_shows_nothing_of_it(senim: Senim, begun: Path) -> None:
    with_a_third(begun)
    assert "Маратовқа" not in senim("summary", "--date", "2026-11-23", "--reader", PEDAGOGUE).out
    assert "Маратовқа" in senim("summary", "--date", "2026-11-23").out


def test_check_says_what_conflicts_need(senim: Senim, begun: Path) -> None:
    config = begun / "config.yaml"
    config.write_text(config.read_text().replace("Данияр Әлиев", "Психолог"))
    said = senim("check").out
    assert "conflict.last_resort names nobody" in said
    assert "staff 2 " in said


def test_who_is_outside_is_nobody_of_the_school(senim: Senim, begun: Path) -> None:
    config = begun / "config.yaml"
    config.write_text(config.read_text().replace("last_resort: null", f"last_resort: {PEDAGOGUE}"))
    said = senim("check")
    assert said.status == 1
    assert "conflict.last_resort" in said.err
