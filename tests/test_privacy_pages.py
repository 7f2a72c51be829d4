"""What families and administrators read on privacy says the same in each language, and names what exists."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from intake.config import load
from intake.webserver import settings_of
from journal.model import Role
from reports.school import StaffMember
from tests.page import SCHOOL, Desk

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


@pytest.mark.parametrize(
    ("language", "heading", "terms"),
    [
        ("kk", "Хатыңыздан не сақталады", ("Аты жазылған хат 3 жыл", "Жасырын хат 1 жыл", "тағы 35 күн")),
        ("ru", "Что хранится о вашем письме", ("Подписанное 3 года", "Анонимное 1 год", "ещё 35 дней")),
        ("en", "What is kept of your letter", ("With a name 3 years", "Anonymous 1 year", "35 days")),
    ],
)
def test_a_family_reads_on_the_site_what_is_kept_and_for_how_long(
    language: str, heading: str, terms: tuple[str, ...]
) -> None:
    answer = Desk().with_().ask(path=f"/privacy?lang={language}")
    assert answer.status == 200
    assert heading in answer.words
    assert all(term in answer.words for term in terms)
    assert "15:00" in answer.words
    assert answer.headers["cache-control"] == "no-store"
    outside = set(re.findall(r'(?:src|href|action)="([^"#]+)"', answer.body))
    away = f"https://{language}.wikipedia.org/"  # «leave quickly»
    others = {f"?lang={one}" for one in PAGES}
    assert outside == {"data:,", "tel:111", "tel:112", away, f"./?lang={language}", *others}


def test_the_terms_on_the_site_are_those_of_the_schools_config(tmp_path: Path) -> None:
    sample = (ROOT / "config.yaml").read_text()
    changed = sample.replace("signed: 3y, anonymous: 1y", "signed: 5y, anonymous: 90d").replace(
        "keep_days: 35", "keep_days: 14"
    )
    assert changed != sample
    (tmp_path / "config.yaml").write_text(changed)
    (tmp_path / "var").mkdir(mode=0o700)
    (tmp_path / "var/mailbox.password").touch(mode=0o600)
    (tmp_path / "var/mailbox.password").write_text("a password\n")
    (config,) = load(tmp_path / "config.yaml")
    settings = settings_of(config)
    kept = (settings.keep_signed, settings.keep_anonymous, settings.keep_backups)
    assert kept == (timedelta(5 * 365), timedelta(90), timedelta(14))
    found = Desk().with_(keep_signed=kept[0], keep_anonymous=kept[1], keep_backups=kept[2])
    assert "Подписанное 5 лет Анонимное 90 дней" in found.ask(path="/privacy?lang=ru").words


def test_the_form_leads_there_in_a_window_of_its_own_so_that_typed_words_stay() -> None:
    body = Desk().with_().ask(path="/?lang=ru").body
    assert '<a id="more" href="privacy?lang=ru" target="_blank" rel="noopener noreferrer">' in body


def test_a_reader_outside_the_school_is_named_where_there_is_one() -> None:
    office = StaffMember(
        name="Білім бөлімі",
        address="office@district.example",
        role=Role.LAST_RESORT,
        language="kk",
    )
    plain = Desk().with_().ask(path="/privacy?lang=kk").words
    assert "мектептен тыс" not in plain
    found = Desk().with_(school=replace(SCHOOL, last_resort=office)).ask(path="/privacy?lang=kk").words
    assert "Бәрі аталған хат мектептен тыс оқырманға барады: Білім бөлімі." in found


@EACH
def test_to_whom_a_letter_may_be_passed_on_is_said_before_it_is_written(language: str) -> None:
    office = StaffMember(
        name="Білім басқармасы", address="office@district.example", role=Role.OUTSIDE, language="kk"
    )
    asked = f"/privacy?lang={language}"
    assert office.name not in Desk().with_().ask(path=asked).words
    assert office.name in Desk().with_(school=replace(SCHOOL, forward={"o": office})).ask(path=asked).words
