"""Every sentence of the page exists in Kazakh and Russian, whole, and guesses nobody's gender."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from intake.page import Problem
from reports.shipped import templates

PLACE = templates() / "page"
PLACEHOLDER = re.compile(r"%\(\w+\)s")
# «сам(а)», «написал/а», «обратилась»: the Russian past tense and short adjectives betray a guess.
GUESSED = re.compile(
    r"\w\((?:а|ла|ась|на|ен)\)|/а\b|\bсам(?:а|)\b|\b(?:должен|должна|рад|рада|уверен|уверена)\b"
)


def catalogue(language: str) -> Catalog:
    with (PLACE / f"{language}.po").open("rb") as lines:
        return read_po(lines, locale=language)


def used() -> set[str]:
    """The English sentences in the templates; of a pair, the singular."""
    found = extract_from_dir(str(PLACE), method_map=[("**.j2", "jinja2")])
    return {one if isinstance(one, str) else one[0] for _, _, one, _, _ in found}


def entries(language: str) -> Iterator[tuple[Message, tuple[str, ...], tuple[str, ...]]]:
    """Each message with its English forms and its translated ones."""
    for message in catalogue(language):
        if message.id:
            english = message.id if isinstance(message.id, tuple | list) else (message.id,)
            said = message.string if isinstance(message.string, tuple | list) else (message.string,)
            yield message, tuple(english), tuple(form or "" for form in said)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_sentence_of_the_page_is_translated_and_no_other(language: str) -> None:
    assert {english[0] for _, english, _ in entries(language)} == used()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_translation_is_empty_unsure_or_loses_a_number(language: str) -> None:
    for message, english, said in entries(language):
        assert not message.fuzzy, english[0]
        for form in said:
            assert form.strip(), english[0]
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(english[0])), form
            assert not re.search(r"%(?!\()", form), form


def test_plurals_have_the_forms_of_their_language() -> None:
    for language, forms in (("kk", 1), ("ru", 3)):
        assert catalogue(language).num_plurals == forms
        assert {len(said) for message, _, said in entries(language) if message.pluralizable} <= {forms}


def test_kazakh_is_written_with_kazakh_letters_and_russian_without_them() -> None:
    own = re.compile("[әғқңөұүһі]", re.IGNORECASE)
    kazakh = " ".join(form for _, _, said in entries("kk") for form in said)
    assert len(own.findall(kazakh)) > 150
    for _, english, said in entries("ru"):
        assert all(not own.search(form.replace("7Ә", "")) for form in said), english[0]
    for language in ("kk", "ru"):
        for _, english, said in entries(language):
            # A Latin «a» in a Cyrillic word looks right and is read aloud wrong.
            assert not any(
                re.search("[а-яәғқңөұүһі][a-z]|[a-z][а-яәғқңөұүһі]", form, re.I) for form in said
            ), english


def test_nobody_s_gender_is_guessed_and_quotes_are_those_of_the_language() -> None:
    for language in ("kk", "ru"):
        for _, _, said in entries(language):
            for form in said:
                assert not GUESSED.search(form), form
                assert not set(form) & set("“”\"'"), form


def test_sentences_are_short_enough_for_a_child() -> None:
    for language in ("kk", "ru"):
        for _, _, said in entries(language):
            for form in said:
                for sentence in re.split(r"(?<=[.!?:;])\s", form):
                    assert len(sentence.split()) <= 26, sentence


def test_every_problem_has_words_of_its_own() -> None:
    words = (PLACE / "parts.html.j2").read_text() + (PLACE / "form.html.j2").read_text()
    for problem in Problem:
        assert f'"{problem}"' in words or problem is Problem.BROKEN  # the last one is the `else`
