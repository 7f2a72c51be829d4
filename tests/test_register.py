"""The register as other programs read it: keys that are a promise, and a table that no spreadsheet runs."""

import csv
import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.model import AttachmentLine, Entry, Finding, Measure, Role, Status, Term
from reports.register import BOM, defused, to_csv, to_json
from tests.staffroom import MOTHER, an_entry

KEYS = [
    "number",
    "received_on",
    "registered_on",
    "due_on",
    "anonymous",
    "channel",
    "surname",
    "given_name",
    "patronymic",
    "address",
    "email",
    "class_group",
    "phone",
    "content",
    "text",
    "language",
    "urgent",
    "status",
    "cause",
    "finding",
    "considered_by",
    "measures",
    "attachments",
    "purged_on",
]
TALK = Measure(
    text="әңгіме өткізілді", by="Айгүл Сейітқызы", role=Role.PSYCHOLOGIST, recorded_on=date(2026, 11, 24)
)


def table(*entries: Entry, language: str = "kk") -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(to_csv(entries, language)), newline="")))


def test_the_keys_are_those_that_other_programs_rely_on_in_that_order() -> None:
    (found,) = to_json([an_entry(12)])
    assert list(found) == KEYS


def test_a_signed_entry_is_told_whole() -> None:
    entry = an_entry(
        13,
        "Мәтін",
        applicant=MOTHER,
        content="Мазмұны",
        phone="+7 701",
        status=Status.CLOSED,
        cause="bullying",
        finding=Finding.PARTLY,
        considered_by=(Role.PSYCHOLOGIST, Role.DEPUTY_DIRECTOR),
        measures=(TALK,),
        attachments=(AttachmentLine(name="a.jpg", media_type="image/jpeg", size=7),),
        term=Term(
            received_on=date(2026, 11, 20), registered_on=date(2026, 11, 23), due_on=date(2026, 12, 14)
        ),
    )
    (found,) = to_json([entry])
    assert json.loads(json.dumps(found, ensure_ascii=False)) == {
        "number": 13,
        "received_on": "2026-11-20",
        "registered_on": "2026-11-23",
        "due_on": "2026-12-14",
        "anonymous": False,
        "channel": "page",
        "surname": "Серікова",
        "given_name": "Динара",
        "patronymic": "Болатовна",
        "address": "Алматы, Абай даңғылы 12",
        "email": "dinara@family.example",
        "class_group": "7Ә",
        "phone": "+7 701",
        "content": "Мазмұны",
        "text": "Мәтін",
        "language": "kk",
        "urgent": False,
        "status": "closed",
        "cause": "bullying",
        "finding": "partly",
        "considered_by": ["psychologist", "deputy_director"],
        "measures": [
            {
                "text": "әңгіме өткізілді",
                "by": "Айгүл Сейітқызы",
                "role": "psychologist",
                "recorded_on": "2026-11-24",
            }
        ],
        "attachments": [{"name": "a.jpg", "media_type": "image/jpeg", "size": 7}],
        "purged_on": None,
    }


def test_an_anonymous_entry_has_empty_names_and_no_finding_yet() -> None:
    (found,) = to_json([an_entry(12)])
    assert found["anonymous"] is True
    assert [found[key] for key in ("surname", "given_name", "patronymic", "address", "email")] == [""] * 5
    assert found["finding"] is None
    assert found["cause"] == ""


@pytest.mark.parametrize(
    ("language", "header"),
    [
        (
            "kk",
            "Реттік нөмірі|Жәшіктен алынған күні|Тегі|Аты|Әкесінің аты|Мекенжайы|Сыныбы/тобы|Телефоны|"
            "Өтініштің қысқаша мазмұны|Қабылданған шаралар туралы белгі",
        ),
        (
            "ru",
            "Порядковый номер|Дата поступления из ящика|Фамилия|Имя|Отчество|Адрес|Класс/группа|Телефон|"
            "Краткое содержание обращения|Отметка о принятых мерах",
        ),
        (
            "en",
            "No.|Received from the box on|Surname|Given name|Patronymic|Address|Class or group|Telephone|"
            "Brief content|Measures taken",
        ),
    ],
)
def test_the_columns_are_the_regulations_in_its_order(language: str, header: str) -> None:
    assert table(language=language) == [header.split("|")]


def test_a_row_of_the_table() -> None:
    _, signed, anonymous = table(
        an_entry(12, applicant=MOTHER, content="Қызым туралы", measures=(TALK, TALK)), an_entry(13)
    )
    assert signed == [
        "12",
        "23.11.2026",
        "Серікова",
        "Динара",
        "Болатовна",
        "Алматы, Абай даңғылы 12",
        "7Ә",
        "",
        "Қызым туралы",
        "24.11.2026, Айгүл Сейітқызы: әңгіме өткізілді\n24.11.2026, Айгүл Сейітқызы: әңгіме өткізілді",
    ]
    assert anonymous[2:7] == ["", "", "", "жасырын", "7Ә"]


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+7 701",
        "-5",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        " =1",
        "\u200b=1",
        "\ufeff=1",
        "\n=1",
    ],
)
def test_what_could_be_a_formula_is_defused(value: str) -> None:
    assert defused(value) == f"'{value}"
    assert table(an_entry(1, content=value))[1][8] == f"'{value}"


@given(value=st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_every_value_comes_back_as_it_was_or_with_an_apostrophe(value: str) -> None:
    cell = table(an_entry(1, content=value))[1][8]
    assert cell.removeprefix("'") == value.removeprefix("'")
    assert not cell.strip().startswith(("=", "+", "-", "@"))


def test_ordinary_words_stay_as_they_are() -> None:
    assert defused("Асхана = тамақ") == "Асхана = тамақ"
    assert defused("") == ""
    assert BOM.encode() == b"\xef\xbb\xbf"


def test_the_table_says_what_an_appeal_was_found_to_be_behind_its_measures() -> None:
    rows = table(
        an_entry(1, measures=(TALK,), finding=Finding.PARTLY), an_entry(2, finding=Finding.UNFOUNDED)
    )
    assert rows[1][-1].splitlines() == [
        "24.11.2026, Айгүл Сейітқызы: әңгіме өткізілді",
        "Ішінара негізделген деп танылды",
    ]
    assert rows[2][-1] == "Негізсіз деп танылды"
