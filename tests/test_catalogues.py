"""Every sentence of the letters stands in Kazakh and in Russian, with the same values and all its forms."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import jinja2
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from reports.catalogue import translations
from reports.shipped import templates

LETTERS = templates() / "letters"
REPORTS = Path(__file__).parents[1] / "reports"
FORMS = {"kk": 2, "ru": 3}
Key = str | tuple[str, str]


def in_templates() -> set[Key]:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    found: set[Key] = set()
    for path in LETTERS.glob("*.j2"):
        extracted = environment.extract_translations(path.read_text())  # type: ignore[attr-defined]
        for _, called, said in extracted:
            words = [one for one in ([said] if isinstance(said, str) else said) if one is not None]
            found.add((words[0], words[1]) if called == "ngettext" else words[0])
    return found


def in_code() -> set[Key]:
    found: set[Key] = set()
    for path in REPORTS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                words = [one.value for one in node.args if isinstance(one, ast.Constant)]
                if node.func.attr == "gettext":
                    found.add(str(words[0]))
                elif node.func.attr == "ngettext":
                    found.add((str(words[0]), str(words[1])))
    return found


USED = in_templates() | in_code()


@cache
def catalogue(language: str) -> Catalog:
    with (LETTERS / f"{language}.po").open("rb") as lines:
        return read_po(lines, locale=language)


def values(sentence: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", sentence))


def test_sentences_were_found_in_both_places() -> None:
    assert len(in_templates()) > 25
    assert len(in_code()) > 40


@pytest.mark.parametrize("language", FORMS)
@pytest.mark.parametrize("key", sorted(USED, key=str))
def test_each_sentence_is_translated_with_its_values(language: str, key: Key) -> None:
    message = catalogue(language).get(key if isinstance(key, str) else key[0])
    assert message is not None, "add it to the catalogue"
    assert not message.fuzzy
    if isinstance(key, str):
        assert isinstance(message.string, str)
        assert message.string.strip()
        assert values(message.string) == values(key)
    else:
        assert message.id == key
        forms = message.string or ()
        assert len(forms) == FORMS[language]
        for form in forms:
            assert form.strip()
            assert values(form) == values(key[1])


@pytest.mark.parametrize("language", FORMS)
def test_a_catalogue_holds_nothing_that_is_no_longer_said(language: str) -> None:
    kept = {message.id for message in catalogue(language) if message.id}
    assert kept == USED


@pytest.mark.parametrize("language", FORMS)
def test_no_sentence_stands_twice(language: str) -> None:
    # Of two the last is said in both places, and nobody is told.
    said = re.findall(r'^msgid "(.+)"', (LETTERS / f"{language}.po").read_text(), re.MULTILINE)
    assert [one for one, count in Counter(said).items() if count > 1] == []


@pytest.mark.parametrize(("language", "expected"), [("kk", [1, 1, 1, 1]), ("ru", [1, 2, 3, 1])])
def test_plural_forms_are_the_languages_own(language: str, expected: list[int]) -> None:
    forms = translations("letters", language)
    said = [
        forms.ngettext("waits for %(num)s day", "waits for %(num)s days", count) for count in (1, 3, 5, 21)
    ]
    order = list(dict.fromkeys(said))
    assert [order.index(one) + 1 for one in said] == expected


@pytest.mark.parametrize("language", FORMS)
def test_each_catalogue_declares_its_plural_forms(language: str) -> None:
    assert catalogue(language).num_plurals == FORMS[language]


def test_kazakh_has_no_letters_that_only_look_like_its_own() -> None:
    # «h» and «i» of Latin script inside a Kazakh word are a slip of the keyboard that no one sees.
    for language in FORMS:
        for message in catalogue(language):
            for form in [message.string] if isinstance(message.string, str) else message.string or ():
                words = re.findall(r"\w+", re.sub(r"%\(\w+\)s", " ", form))
                mixed = [w for w in words if re.search("[a-zA-Z]", w) and re.search("[а-яәіңғүұқөһА-Я]", w)]
                assert not mixed
