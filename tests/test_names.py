"""Full names come apart as Kazakh and Russian custom writes them; in doubt they stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.names import Name, is_full_name, split_name

NAMES = [
    ("Айгүл Сейітқызы", "", "Айгүл", "Сейітқызы"),
    ("Сейітқызы Айгүл", "Сейітқызы", "Айгүл", ""),
    ("Ерлан Маратов", "Маратов", "Ерлан", ""),
    ("Маратов Ерлан", "Маратов", "Ерлан", ""),
    ("Әлиев Данияр Маратұлы", "Әлиев", "Данияр", "Маратұлы"),
    ("Данияр Маратұлы Әлиев", "Әлиев", "Данияр", "Маратұлы"),
    ("Әлиева Аружан Серік қызы", "Әлиева", "Аружан", "Серік қызы"),
    ("Аружан Серік қызы", "", "Аружан", "Серік қызы"),
    ("Нұрлан Қасым", "", "Нұрлан Қасым", ""),
    ("Назарбаев Арман", "Назарбаев", "Арман", ""),
    ("Иванова Мария Петровна", "Иванова", "Мария", "Петровна"),
    ("Мария Петровна Иванова", "Иванова", "Мария", "Петровна"),
    ("Мария Петровна", "", "Мария", "Петровна"),
    ("Марина Иванова", "Иванова", "Марина", ""),
    ("Иванова Алина", "Иванова", "Алина", ""),
    ("Ким Ирина Ильинична", "Ким", "Ирина", "Ильинична"),
    ("Мицкевич Анна", "Мицкевич", "Анна", ""),
    ("Достоевская-Ким Анна Ильинична", "Достоевская-Ким", "Анна", "Ильинична"),
    ("Бекмұхамедова-Ким Әсел", "Бекмұхамедова-Ким", "Әсел", ""),
    ("Әсел Ким-Бекмұхамедова", "Ким-Бекмұхамедова", "Әсел", ""),
    ("Анна-Марина Ли", "", "Анна-Марина Ли", ""),
    ("Әлиев Данияр Марат", "Әлиев", "Данияр", "Марат"),
    ("Данияр Марат Әлиев", "Әлиев", "Данияр", "Марат"),
    ("Маратова, Аружан", "Маратова", "Аружан", ""),
    ("Akhmetova Aigerim Serikkyzy", "Akhmetova", "Aigerim", "Serikkyzy"),
    ("Aigerim Akhmetova", "Akhmetova", "Aigerim", ""),
    ("John Smith", "Smith", "John", ""),
    ("Аружан", "", "Аружан", ""),
    ("Маратова", "Маратова", "", ""),
    ("Ли Цой Ким", "", "Ли Цой Ким", ""),
    ("бір екі үш төрт бес", "", "бір екі үш төрт бес", ""),
    ("", "", "", ""),
]


@pytest.mark.parametrize(("full", "surname", "given_name", "patronymic"), NAMES)
def test_a_name_comes_apart(full: str, surname: str, given_name: str, patronymic: str) -> None:
    assert split_name(full) == Name(surname=surname, given_name=given_name, patronymic=patronymic)


@given(st.text(max_size=80))
def test_no_word_of_a_name_is_lost(full: str) -> None:
    name = split_name(full)
    parts = f"{name.surname} {name.given_name} {name.patronymic}".split()
    assert sorted(parts) == sorted(full.replace(",", " ").split())


@pytest.mark.parametrize(
    "words",
    ["Ерлан Маратов", "Әлиева Аружан Серік қызы", "ӘЛИЕВ ДАНИЯР", "Anne-Marie O'Neil", "Мәриям-Гүл Әли"],
)
def test_words_that_are_a_full_name(words: str) -> None:
    assert is_full_name(words)


@pytest.mark.parametrize(
    "words",
    [
        "Аружан",
        "аружан маратова",
        "А. Маратова",
        "Аружан М",
        "Аружан Маратова 7Ә",
        "box@school.example Box",
        "Бір Екі Үш Төрт",
        "Добрый день",
        "",
        "ПОМОГИТЕ",
    ],
)
def test_words_that_are_no_full_name(words: str) -> None:
    assert not is_full_name(words)
