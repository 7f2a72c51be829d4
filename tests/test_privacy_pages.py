"""The three pages on privacy say the same in each language, and what they name exists."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
PAGES = {
    "en": ROOT / "docs/privacy.md",
    "kk": ROOT / "docs/privacy.kk.md",
    "ru": ROOT / "docs/privacy.ru.md",
}
WORDS = {language: path.read_text(encoding="utf-8") for language, path in PAGES.items()}
EACH = pytest.mark.parametrize("language", PAGES)


def named(language: str) -> set[str]:
    """What stands in the type of a machine."""
    return set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", WORDS[language], flags=re.DOTALL)))


def shape(language: str) -> list[str]:
    """Headings, tables and points, without their words."""
    return re.findall(r"^(#+|\||- |\*\*\d)", WORDS[language], re.MULTILINE)


@EACH
def test_each_language_has_the_same_parts_and_names_the_same_things(language: str) -> None:
    assert shape(language) == shape("en")
    assert named(language) == named("en")


@EACH
def test_the_lines_for_the_web_server_are_the_same(language: str) -> None:
    lines = [
        [line.split("#")[0].strip() for line in block.splitlines()]
        for block in re.findall(r"```nginx(.*?)```", WORDS[language], re.DOTALL)
    ]
    assert "access_log off;" in lines[0]
    assert "proxy_request_buffering off;" in lines[0]
    assert lines[0] == [
        line.split("#")[0].strip() for line in WORDS["en"].split("```nginx")[1].split("```")[0].splitlines()
    ]


@EACH
def test_every_setting_that_is_named_is_one_of_the_config(language: str) -> None:
    sample = YAML(typ="safe").load((ROOT / "config.yaml").read_text())
    for name in named(language):
        if re.fullmatch(r"(?:mailbox|backup|form|urgent|staff|retention|deadline)(?:\.[a-z_]+)*", name):
            place = sample
            for part in name.split("."):
                assert part in place, name
                place = place[part]


@EACH
def test_the_terms_are_those_of_a_school_that_sets_none(language: str) -> None:
    sample = YAML(typ="safe").load((ROOT / "config.yaml").read_text())
    assert sample["backup"]["keep_days"] == 35
    assert " 35 " in WORDS[language]
    assert sample["retention"] == {"signed": "3y", "anonymous": "1y"}
    years = {"en": "three years", "kk": "үш жыл", "ru": "три года"}
    assert years[language] in WORDS[language]


@EACH
def test_no_word_mixes_two_alphabets(language: str) -> None:
    for word in re.findall(r"\w+", re.sub(r"`[^`]*`|\]\([^)]*\)", "", WORDS[language])):
        assert not (re.search("[a-zA-Z]", word) and re.search("[а-яёәғқңөұүһі]", word.lower())), word
