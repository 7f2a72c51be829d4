"""The few words by which staff answer: what is clear, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.model import DeedKind, Finding
from reports.said import Answer, answer_in, finding_in
from reports.slip import SlipLine, read_slip


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Иә", Answer.YES),
        ("иә, мен жаздым", Answer.YES),
        ("«иә»", Answer.YES),
        ("Иә! Рахмет", Answer.YES),
        ("Растаймын.", Answer.YES),
        ("ДА", Answer.YES),
        ("да - это я", Answer.YES),
        ("Да, я писала", Answer.YES),
        ("Всё верно", Answer.YES),
        ("ok, thanks", Answer.YES),
        ("\n\n  Yes, it was me.  ", Answer.YES),
        ("да\nне забудьте про №3", Answer.YES),
        ("Жоқ", Answer.NO),
        ("жоқ, бұл мен емес", Answer.NO),
        ("Мен жазған жоқпын!", Answer.NO),
        ("Нет, это не я", Answer.NO),
        ("не я", Answer.NO),
        ("No - not me", Answer.NO),
        ("Тоқтату", Answer.STOP),
        ("тоқтатыңыз, мен басқаша ойлаймын", Answer.STOP),
        ("Стоп, не надо закрывать", Answer.STOP),
        ("STOP", Answer.STOP),
        ("да, но не я", None),
        ("Да что это такое", None),
        ("иә ме?", None),
        ("Да? Это вы мне", None),
        ("нет, всё верно", None),
        ("нет проблем", None),
        ("дата не та", None),
        ("okay who wrote this", None),
        ("Рахмет", None),
        ("№12: иә", None),
        ("№: 12", None),
        ("Жок", Answer.NO),
        ("ия, растаймын", Answer.YES),
        ("тоқтатпаңыз", None),
        ("", None),
        (" \n ", None),
    ],
)
def test_an_answer_counts_when_it_is_clear(words: str, expected: Answer | None) -> None:
    assert answer_in(words) is expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("негізсіз", (Finding.UNFOUNDED, "")),
        ("Негізсіз деп танылды.", (Finding.UNFOUNDED, "")),
        ("Не  подтвердилось", (Finding.UNFOUNDED, "")),
        ("необоснованно — камера қаралды", (Finding.UNFOUNDED, "камера қаралды")),
        ("unfounded - the camera was looked at", (Finding.UNFOUNDED, "the camera was looked at")),
        ("негізсіз –камера\nқаралды", (Finding.UNFOUNDED, "камера\nқаралды")),
        ("обоснованно\nповар заменён", (Finding.JUSTIFIED, "повар заменён")),
        ("Ішінара негізделген", (Finding.PARTLY, "")),
        ("негізсіз шағым туралы сөйлестім", None),
        ("негізсіз, бірақ сөйлестім", None),
        ("не необоснованно", None),
        ("по камерам — не подтвердилось", None),
        ("негізсіз-ақ", None),
        ("әңгіме өткізілді — негізсіз", None),
        ("", None),
    ],
)
def test_a_finding_is_all_of_a_line_or_stands_before_a_dash(
    words: str, expected: tuple[Finding, str] | None
) -> None:
    assert finding_in(words) == expected


@given(st.text())
def test_any_text_at_all_is_read(words: str) -> None:
    answer_in(words)
    found = finding_in(words)
    assert found is None or found[1] in words or "\n" in words


@given(st.text(alphabet=st.characters(categories=("L", "Nd", "Zs")), min_size=1).filter(str.strip))
def test_a_sentence_around_a_finding_is_a_measure(words: str) -> None:
    assert finding_in(f"{words.strip()}я туралы: негізсіз") is None


def test_a_slip_tells_a_finding_from_a_measure() -> None:
    slip = read_slip("№12, 13: негізсіз — тексерілді\n\n№14: негізсіз қорқыныш туралы сөйлестім")
    assert slip.measures == (
        SlipLine(numbers=(12, 13), text="тексерілді", kind=DeedKind.FOUND, finding=Finding.UNFOUNDED),
        SlipLine(numbers=(14,), text="негізсіз қорқыныш туралы сөйлестім"),
    )
