"""The lines of staff: what is a measure, on which appeal, and what had better be asked again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.deed_words import LONGEST
from reports.numbers import file_request, wants_files
from reports.said import deed_in, finding_in, headed, is_undo
from reports.slip import MOST, Slip, SlipLine, read_slip, write_slip

Read = list[tuple[tuple[int, ...], str]]


def shown(slip: Slip) -> Read:
    return [(line.numbers, line.text) for line in slip.measures]


@pytest.mark.parametrize(
    "line, numbers, text",
    [
        ("№12: әңгіме өткізілді", (12,), "әңгіме өткізілді"),
        ("№ 12 – әңгіме өткізілді", (12,), "әңгіме өткізілді"),
        ("№12 - беседа", (12,), "беседа"),
        ("№12 беседа проведена", (12,), "беседа проведена"),
        ("№12. беседа", (12,), "беседа"),
        ("№12) беседа", (12,), "беседа"),
        ("№12:беседа", (12,), "беседа"),
        ("№12-ге: жауап берілді", (12,), "жауап берілді"),
        ("N12: беседа", (12,), "беседа"),
        ("N 12 – беседа", (12,), "беседа"),
        ("No. 12: talked to the class", (12,), "talked to the class"),
        ("no 12: talked", (12,), "talked"),
        ("номер 12: беседа", (12,), "беседа"),
        ("#12 сөйлестік", (12,), "сөйлестік"),
        ("12: әңгіме", (12,), "әңгіме"),
        ("12 : әңгіме", (12,), "әңгіме"),
        ("12 - әңгіме", (12,), "әңгіме"),
        ("12 – әңгіме", (12,), "әңгіме"),
        ("12) әңгіме", (12,), "әңгіме"),
        ("12. Әңгіме", (12,), "Әңгіме"),
        ("(12) әңгіме", (12,), "әңгіме"),
        ("- №12: әңгіме", (12,), "әңгіме"),
        ("• 12: әңгіме", (12,), "әңгіме"),
        ("*№12:* әңгіме", (12,), "әңгіме"),
        ("*№12: әңгіме*", (12,), "әңгіме"),
        ("«№12: әңгіме»", (12,), "әңгіме"),
        ("По №12: беседа", (12,), "беседа"),
        ("Өтініш №12: әңгіме", (12,), "әңгіме"),
        ("№12, 13: екеуімен", (12, 13), "екеуімен"),
        ("№12,13: екеуімен", (12, 13), "екеуімен"),
        ("№12 және 13: екеуімен", (12, 13), "екеуімен"),
        ("№12 и №13: с обоими", (12, 13), "с обоими"),
        ("№12 и №13 беседа", (12, 13), "беседа"),
        ("№№ 12, 13 и 15 – с тремя", (12, 13, 15), "с тремя"),
        ("12 and 13: both", (12, 13), "both"),
        ("12, 13, және 14: үшеуі", (12, 13, 14), "үшеуі"),
        ("12-15: бәрі", (12, 13, 14, 15), "бәрі"),
        ("№12–15: бәрі", (12, 13, 14, 15), "бәрі"),
        ("№12 - 14, 20: бәрі", (12, 13, 14, 20), "бәрі"),
        ("№12, 12: бір рет", (12,), "бір рет"),
        ("№12 – 15:00-де кездесу", (12,), "15:00-де кездесу"),
        ("№12 – 23.11.2026 беседа", (12,), "23.11.2026 беседа"),
        ("12: 5-сыныппен әңгіме", (12,), "5-сыныппен әңгіме"),
        ("№12:5-сыныппен", (12,), "5-сыныппен"),
        ("№12 – сыныппен әңгіме өткізілді", (12,), "сыныппен әңгіме өткізілді"),
        ("１２: mixed", (12,), "mixed"),
        ("№1２: mixed", (12,), "mixed"),
        ("№\u00a012\u00a0: арасы бөлек", (12,), "арасы бөлек"),
        ("№12: 13: қалай жазылса, солай", (12,), "13: қалай жазылса, солай"),
    ],
)
def test_one_line_is_one_measure(line: str, numbers: tuple[int, ...], text: str) -> None:
    assert read_slip(line) == Slip(measures=(SlipLine(numbers=numbers, text=text),))


@pytest.mark.parametrize(
    "line",
    [
        "12.11.2026 ата-анасымен сөйлестік",
        "12.11 сөйлестік",
        "12/11/2026 сөйлестік",
        "15:00 жиналыс",
        "15:00-де жиналыс болады",
        "15.00 жиналыс",
        "15: 00",
        "5-сынып оқушысымен әңгіме",
        "5 – сынып оқушылары келді",
        "5 – «А» сыныбы",
        "7Ә: сөйлестік",
        "12 оқушы келді",
        "12 %",
        "12,5 – орташа балл",
        "2 - 3 рет сөйлестік",
        "12. қараша",
        "№ 45 мектеп-гимназиясы",
        "№ 45 жалпы білім беретін мектеп",
        "No 12 pupils came",
        "+7 701 111 22 33",
        "8-701-111-22-33",
        "8 (701) 111-22-33",
        "(701) 111-22-33",
        "Әңгіме өткізілді",
        "Ертең №12 бойынша жазамын",
        "№12, 13 оқушымен әңгіме",
        "№12 - 15 оқушымен әңгіме",
        "№1-1000: бәрі",
        "1-1000: бәрі",
        "№0: нөл",
        "№123456789: ұзын",
        "№12:",
        "№12: …",
        "№12",
        "№12а: кабинет",
    ],
)
def test_what_may_be_something_else_is_not_understood(line: str) -> None:
    assert read_slip(line) == Slip(not_understood=(line,))


@pytest.mark.parametrize(
    "line, numbers",
    [
        ("файл 12", (12,)),
        ("Файл №12", (12,)),
        ("№12 файл", (12,)),
        ("№12: файл", (12,)),
        ("12 файл", (12,)),
        ("файлы 12, 13", (12, 13)),
        ("файлы по №12 и №13, пожалуйста", (12, 13)),
        ("Пришлите, пожалуйста, файлы 12-14.", (12, 13, 14)),
        ("№12 файлын жіберіңізші", (12,)),
        ("№12 тіркемесі керек", (12,)),
        ("фото 12", (12,)),
        ("file 12", (12,)),
        ("Please send me the files of No. 12", (12,)),
        ("attachments 12 and 13", (12, 13)),
    ],
)
def test_files_are_asked_for_and_that_is_no_measure(line: str, numbers: tuple[int, ...]) -> None:
    assert read_slip(line) == Slip(files=numbers)


@pytest.mark.parametrize(
    "line",
    ["файл 12 полицияға берілді", "файл 12 не нужен", "12 файл жоқ", "файл 12.11.2026", "файл", "файл 1-999"],
)
def test_a_word_about_files_is_not_a_request(line: str) -> None:
    assert read_slip(line) == Slip(not_understood=(line,))


def test_a_measure_may_speak_of_files() -> None:
    assert shown(read_slip("№12: файл полицияға берілді")) == [((12,), "файл полицияға берілді")]


@pytest.mark.parametrize(
    "text, measures, not_understood",
    [
        ("№12: бірінші\nекінші", [((12,), "бірінші\nекінші")], ()),
        ("№12\nәңгіме", [((12,), "әңгіме")], ()),
        ("12\nәңгіме", [((12,), "әңгіме")], ()),
        ("№12:\n\nәңгіме\n\nжалпы сөз", [((12,), "әңгіме")], ("жалпы сөз",)),
        ("№12: а\n13: б\n\n14) в", [((12,), "а"), ((13,), "б"), ((14,), "в")], ()),
        ("№12: а\n\nтағы бір сөз\nекінші жол", [((12,), "а")], ("тағы бір сөз\nекінші жол",)),
        ("Шаралар:\n№1: а\n№2: б", [((1,), "а"), ((2,), "б")], ("Шаралар:",)),
        ("№12: шаралар:\n1) әңгіме\n2) хат", [((12,), "шаралар:\n1) әңгіме\n2) хат")], ()),
        ("Меры:\n1) беседа\n2) письмо", [], ("Меры:\n1) беседа\n2) письмо",)),
        ("№12:\n\n№13: б", [((13,), "б")], ("№12:",)),
        ("№12: а\n№12: б", [((12,), "а"), ((12,), "б")], ()),
        ("", [], ()),
        (" \n\t\n", [], ()),
    ],
)
def test_several_lines_belong_together_up_to_a_blank_one(
    text: str, measures: Read, not_understood: tuple[str, ...]
) -> None:
    slip = read_slip(text)
    assert (shown(slip), slip.not_understood) == (measures, not_understood)


def test_lines_that_a_program_broke_are_put_together() -> None:
    first = "№12: ата-анасымен сөйлестік, сынып жетекшісі мен әлеуметтік педагог"
    assert shown(read_slip(f"{first}\nқатысты")) == [((12,), f"{first[5:]} қатысты")]


@pytest.mark.parametrize(
    "line", ["99: басқа бала", "99) басқа бала", "12, 99: екеуі", "№99 басқа бала", "99"]
)
def test_a_bare_number_that_the_reader_was_not_told_is_no_number(line: str) -> None:
    slip = read_slip(f"12: әңгіме\n{line}", told={12, 13})
    assert shown(slip) == [((12,), "әңгіме")]
    assert slip.not_understood == (line,)


def test_a_marked_number_needs_no_telling() -> None:
    assert shown(read_slip("№99: өткен аптадағы", told={12})) == [((99,), "өткен аптадағы")]


def test_a_list_inside_a_measure_never_lands_on_the_first_appeals() -> None:
    slip = read_slip("№3: шаралар:\n1) әңгіме\n2) хат", told={1, 2, 3})
    assert shown(slip) == []
    assert slip.not_understood == ("№3: шаралар:\n1) әңгіме\n2) хат",)
    assert shown(read_slip("№3: шаралар:\n\n1) әңгіме\n\n2) хат", told={1, 2, 3})) == []


def test_what_is_too_long_comes_back() -> None:
    slip = read_slip("№12: " + "а" * (LONGEST + 100))
    assert shown(slip) == [((12,), "а" * LONGEST)]
    assert slip.not_understood == ("… " + "а" * 100,)


def test_a_flood_of_numbers_is_bounded() -> None:
    slip = read_slip("\n".join(f"№{number}-{number + 49}: x" for number in range(1, 5000, 50)))
    assert sum(len(line.numbers) for line in slip.measures) <= MOST
    assert slip.not_understood


WORDS = st.text(min_size=1).filter(lambda text: any(one.isalpha() for one in text))


@given(st.integers(min_value=1, max_value=9_999_999), WORDS)
def test_what_is_written_is_read(number: int, text: str) -> None:
    flat = " ".join(text.split())
    if not any(one.isalnum() for one in flat) or wants_files(flat) or len(flat) > LONGEST:
        return
    if headed(flat) or deed_in(flat) or finding_in(flat) or is_undo(flat):
        return  # those say more than they are: see test_deed_words
    slip = read_slip(write_slip(number, text))
    assert shown(slip) == [((number,), flat)] or file_request(write_slip(number, text))


LINES = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.builds(
            "{}{}{}{}".format,
            st.sampled_from(["№", "", "N ", "#", "файл ", "*", "- "]),
            st.integers(0, 10**9),
            st.sampled_from([":", ")", " - ", ".", ", 13: ", "-20: ", "", " және 5 - "]),
            st.text(max_size=10),
        ),
    ),
    max_size=8,
)


@given(LINES, st.one_of(st.none(), st.sets(st.integers(1, 30))))
def test_reading_never_raises_and_invents_nothing(lines: list[str], told: set[int] | None) -> None:
    text = "\n".join(lines)
    slip = read_slip(text, told=told)
    for measure in slip.measures:
        assert measure.numbers
        assert all(number > 0 for number in measure.numbers)
        assert "".join(measure.text.split()) in "".join(text.split())
