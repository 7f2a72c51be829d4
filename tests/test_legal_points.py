"""What a lawyer is to confirm is data with its sources: no rule of the program, and no advice."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "docs/legal-points.yaml"
POINTS: list[dict[str, Any]] = YAML(typ="safe").load(PLACE.read_text())["points"]
EACH = pytest.mark.parametrize("point", POINTS, ids=lambda point: str(point["id"]))
LANGUAGES = {"kk", "ru", "en"}


def test_the_points_that_every_school_meets_are_there_once() -> None:
    names = [point["id"] for point in POINTS]
    assert len(set(names)) == len(names)
    wanted = "place-of-storage consent correction-and-deletion breach-notice terms-of-keeping"
    assert {*wanted.split(), "duty-to-report-violence"} <= set(names)


@EACH
def test_each_point_says_what_the_law_asks_what_senim_does_and_what_the_school_decides(
    point: dict[str, Any],
) -> None:
    assert set(point) == {"id", "law", "says", "senim", "question", "answer"}
    for part in ("says", "senim", "question"):
        assert set(point[part]) == LANGUAGES
        assert all(len(words.split()) > 3 for words in point[part].values())
    for language in LANGUAGES:
        assert point["question"][language].endswith("?")


@EACH
def test_each_law_has_a_source_and_an_article_or_says_that_it_is_to_be_confirmed(
    point: dict[str, Any],
) -> None:
    assert point["law"]
    for law in point["law"]:
        assert set(law) == {"title", "article", "source"}
        assert re.match(r"https?://[\w.-]+/|the school's own", law["source"]), law["source"]
        assert law["article"].strip()
        # An article that nobody read in a source is not guessed.
        assert re.search(r"\d|whole|to be confirmed", law["article"])


@EACH
def test_kazakh_and_russian_are_their_own_languages(point: dict[str, Any]) -> None:
    for part in ("says", "senim", "question"):
        assert re.search("[әғқңөұүһі]", point[part]["kk"])
        assert not re.search("[әғқңөұүһі]", re.sub("`[^`]*`", "", point[part]["ru"]), re.IGNORECASE)
        for language in ("kk", "ru"):
            words = re.sub("`[^`]*`", "", point[part][language])
            assert not re.search("[а-яәғқңөұүһі][a-z]|[a-z][а-яәғқңөұүһі]", words, re.IGNORECASE), words


def test_no_part_of_the_program_reads_it() -> None:
    for package in ("journal", "reports", "intake"):
        for path in (ROOT / package).rglob("*.py"):
            assert "legal-points" not in path.read_text(), path.name
