"""Staff are warned where an anonymous text may show who wrote it, seldom without cause; the text stays."""

import io
import re
from email import message_from_bytes
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from intake.form import FormFields, write_form
from journal.book import Journal
from journal.model import Attachment, Disposition, Entry
from reports.answers import write_text
from reports.card import LONGEST
from reports.daily import draft_daily
from reports.identifying import Clue, clues
from reports.register import to_csv, to_json
from reports.school import Detail
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, text_of
from tests.moments import A_MOMENT
from tests.ordinary_appeals import ORDINARY
from tests.staffroom import LANGUAGES, MOTHER, SCHOOL, aigul, an_appeal, an_entry, news, occasion

MAY = {"kk": "білініп қалуы мүмкін", "ru": "могут узнать автора", "en": "may show who wrote it"}
TELLING = "Менің атым Аружан, 7Ә сыныбында оқимын. 8 707 123 45 67 нөміріне звондаңыз."

_DRAWN = io.BytesIO()
Image.new("RGB", (4, 4)).save(_DRAWN, "PNG")
PICTURE = _DRAWN.getvalue()

SAID = {
    Clue.NAME: """\
менің атым Аружан
атым аружан, 7 сыныпта оқимын
Мен Аружан, 14 жастамын
Мен Аружанмын
қызымның аты Аружан, оны мазақ етеді
Тегім Серіков
Меня зовут Арман
мою дочь зовут Аружан
Моя фамилия Ким, я учусь в седьмом
я Данияр, ученик вашей школы
My name is Dana and I am afraid.
Менің толық аты-жөнім Ахметова Айгерім Болатқызы
Ахметов Ерлан мені ұрады
Серіков Д.Б. деген ата-анамын
Ерлан Ахметовке айтыңызшы
Құрметпен, Динара
с ув. Динара
Көмектесіңіздер! Серікова Динара
Аты-жөні: Айгүл
ФИО: Ким Алина""",
    Clue.PHONE: """\
звоните 87071234567
+7 (707) 123-45-67
8 707 123 45 67 — ватсап
77071234567
707 123 45 67
8.707.123.45.67
тел. 27-15-30
үй телефоны: 271530
8 (7172) 12-34-56
номер 8‑701‑000‑00‑11
+44 20 7946 0958""",
    Clue.EMAIL: """\
aru@mail.ru
жазыңыз: aru.zhan07 @ gmail . com
почта dana_k@мектеп.қаз""",
    Clue.ACCOUNT: """\
@aru_zhan07
инста: aruzhan
инстаграм aru_07 деген парақша
мой тг - dana_k
https://t.me/aruzhan
vk.com/id12345
tiktok.com/@aru""",
    Clue.IIN: """\
ИИН 060512501234
060512 501234
ЖСН: 0605""",
    Clue.CLASS: """\
мен 7Ә сыныбында оқимын
7ә да оқимын
7 «Б» сынып оқушысымын
7 "А" класс
7-А класс
10-Б сынып
в 5 б классе
из 7 Б
учусь в 9-м «А»
из 7-го Б
7-ші «Ә» сынып
6 В и 7 А дерутся
сыныбымыз 7/Ә
В 11 А все списывают
мені 7 ә-дан шығарып жіберді
8 Ә-да оқимын
сыныбым 8 Б
класс 11А
седьмой «А»
жетінші «Ә» сынып
I am in class 7B""",
    Clue.ADDRESS: """\
үй 12, пәтер 5
12-үйде тұрамыз
Бейбітшілік көшесі, 4-үй
Абай даңғылы 15
ул. Абая, 15, кв. 27
живу на улице Сейфуллина, дом 5
мкр. Самал 2, дом 14
квартира 7
живём по адресу Сатпаева 15-27
12 Green Street""",
}
LINES = [(clue, line) for clue, lines in SAID.items() for line in lines.splitlines()]
NOTHING = """\
атым жасырын қалсын
есімім белгісіз болсын
меня зовут дурой
меня зовут к директору
Айгүл Сейітқызы сабақта ұрысты
Директор Айгүл Сейітқызы
Вчера Гульнара Сериковна кричала на всех
Абай Құнанбаев атындағы мектеп
школа имени Ахмета Байтурсынова
на улице Абая сбили собаку
көшеде 3 бала төбелесті
в доме 5 человек
5 и 6 классы, 5-й класс, 9-х классов, 8-м классе
7 сынып, 10-сынып, 11 класс, grade 8
5 В школе не топят
№ 7 автобус, 205 кабинет, 2 этаж
22.11.2026, 15:00, 2026-11-22, 7/12, 38,5
30 000 теңге, 1 250 000 тенге, 500 теңгеден 700 теңгеге
123456789012 деген сан
3D, 5G, A4, 4K, 2 м, 5 кг, 12 В
мынаны қараңыз: https://bilimland.kz/kk"""


@pytest.mark.parametrize(("clue", "line"), LINES, ids=lambda value: str(value))
def test_words_that_may_show_who_wrote_are_seen(clue: Clue, line: str) -> None:
    assert clue in clues(f"Көмектесіңіздерші, қорқамын.\n{line}\nТағы да бір сөйлем. Рақмет!")


@pytest.mark.parametrize("line", NOTHING.splitlines())
def test_what_shows_nobody_is_no_clue(line: str) -> None:
    assert clues(line) == ()


def test_ordinary_appeals_call_for_no_warning() -> None:
    # A hundred and more texts with teachers' names, sums, times and grades, written before the patterns were
    # tried on them. Of warnings without cause staff would soon read none.
    warned = [(line, clues(line)) for line in ORDINARY if clues(line)]
    assert len(ORDINARY) > 110
    assert warned == []


def test_a_name_alone_on_the_last_line_is_a_signature_and_thanks_are_none() -> None:
    assert clues("Бізді мазақ етеді.\n\nҚұрметпен,\nДинара") == (Clue.NAME,)
    assert clues("Помогите нам.\nДинара Серик") == (Clue.NAME,)
    assert clues("Бізді мазақ етеді.\nРақмет Сізге!") == ()
    assert clues("Нас обижают.\nСпасибо Вам") == ()


@given(before=st.text(max_size=300), after=st.text(max_size=300))
def test_a_number_to_call_is_seen_wherever_it_stands(before: str, after: str) -> None:
    assert Clue.PHONE in clues(f"{before}\n+7 707 123 45 67\n{after}")


@given(text=st.text(alphabet="аА7ӘБ @.«»-+(),:\nтел кв ул. имя a_8", max_size=400))
def test_any_text_is_read_and_each_kind_is_told_once(text: str) -> None:
    found = clues(text, text)
    assert list(found) == [clue for clue in Clue if clue in found]


@pytest.mark.parametrize(
    "piece",
    ["7 ", "8 7", "Ахметов ", "a@a.", "инста: a", "живу ", "тел. 1-", "ул. Аб ", "мен А", "«7 ", "\n"],
)
def test_a_text_made_to_be_slow_is_read_to_its_end(piece: str) -> None:
    # With a square of its length this would not end within the suite's patience.
    assert Clue.IIN in clues(piece * (90_000 // len(piece)) + " иин 060512501234")


def shown(entry: Entry, language: str = "kk", detail: Detail = Detail.FULL) -> tuple[str, str]:
    draft = draft_daily(news(entry), SCHOOL, aigul(language, detail), occasion()).draft
    return draft.text, unescape(re.sub(r"<[^>]*>", " ", draft.html))


@pytest.mark.parametrize(
    ("language", "kinds"),
    [
        ("kk", "(есім, телефон нөмірі, сынып әрпі)"),
        ("ru", "(имя, номер телефона, буква класса)"),
        ("en", "(a name, a telephone number, a class letter)"),
    ],
)
def test_the_letter_names_the_kinds_and_leaves_the_text_as_it_was_written(language: str, kinds: str) -> None:
    for part in shown(an_entry(12, TELLING, content="Мазмұны"), language):
        assert kinds in part
        assert part.count(MAY[language]) == 1
        assert TELLING in part


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_of_ordinary_words_or_of_who_signed(language: str) -> None:
    for entry in (an_entry(12), an_entry(13, TELLING, applicant=MOTHER)):
        assert all(MAY[language] not in part for part in shown(entry, language))


def test_a_reader_of_brief_contents_is_warned_of_those_alone_and_gets_no_number_to_call() -> None:
    child = an_entry(12, TELLING, content="Мазақ етеді", phone="+7 701 555 12 34")
    for part in shown(child, detail=Detail.SHORT):
        assert "жасырын, 7-сынып" in part
        assert MAY["kk"] not in part
        assert "555" not in part
    assert "555" in shown(child)[0]  # who may call is told
    named = an_entry(12, TELLING, content="Мен Аружан, 7Ә")
    assert "(есім, сынып әрпі)" in shown(named, detail=Detail.SHORT)[0]


def test_a_reader_of_numbers_is_told_neither_a_grade_nor_a_hint() -> None:
    for part in shown(an_entry(12, TELLING, phone="+7 701 555 12 34"), detail=Detail.NUMBERS):
        assert not re.search("7-сынып|7Ә|555|мүмкін|Аружан", part)


def test_a_group_that_is_no_grade_stays_in_the_journal_and_the_letter_says_so() -> None:
    group = an_entry(12, class_group="Күншуақ тобы")
    for part in shown(group):
        assert "Күншуақ" not in part
        assert "Сыныбы не тобы тек журналда жазылған" in part
    assert "журналда" not in shown(group, detail=Detail.SHORT)[0].replace("журналдың", "")
    assert "тек журналда" not in shown(an_entry(12, class_group=""))[0]


def test_the_letter_with_a_long_text_warns_too(journal: Journal) -> None:
    number = journal.record(an_appeal("Сөйлем. " * (LONGEST // 4) + TELLING), identity="").number
    draft = write_text(journal, SCHOOL, aigul(), number)
    for part in (draft.text, draft.html):
        assert "(есім, телефон нөмірі, сынып әрпі)" in part


@pytest.mark.decides
def test_on_the_whole_way_letters_tell_the_grade_and_the_journal_keeps_what_was_typed(
    day: DayAtTheDesk,
) -> None:
    # From the page's letter to the readers' letters, a reply, its confirmation, the echo and the register.
    fields = FormFields(
        anonymous=True, class_group="7 «Ә»", phone="8 701 555 12 34", language="kk", text=TELLING
    )
    files = (Attachment(name="1.png", media_type="image/png", content=PICTURE),)
    form = write_form(fields, files, box=day.school.box, submission_id=f"{7:032x}", now=A_MOMENT)
    assert day.arrives(form).disposition is Disposition.RECORDED
    day.at(15).sends()
    full, russian, short = (text_of(day.letters(one, "daily")[0]) for one in (AIGUL, YERLAN, DANIYAR))
    assert "жасырын, 7-сынып" in full
    assert "(есім, телефон нөмірі, сынып әрпі)" in full
    assert "анонимно, 7-й класс" in russian
    assert "(имя, номер телефона, буква класса)" in russian
    for part in (full, russian):
        assert "8 701 555 12 34" in part
        assert TELLING in part  # a family's words are nobody's to change
    assert "anonymous, grade 7" in short
    assert "555" not in short
    (letter,) = day.letters(AIGUL, "daily")
    day.at(16).answers(letter, "№1: сөйлестім\nфайл 1\n№1: негізсіз", AIGUL)
    day.sends()
    kinds = {letter["X-Senim-Letter"] for _, raw in day.sent for letter in [message_from_bytes(raw)]}
    assert kinds == {"daily", "confirmation", "files", "echo"}
    assert all("«Ә»" not in text_of(one) for who in (AIGUL, YERLAN, DANIYAR) for one in day.letters(who))
    (entry,) = day.journal.entries()
    assert list(to_csv([entry], "kk"))[1].split('","')[6] == "7 «Ә»"
    assert (to_json([entry])[0]["class_group"], entry.text) == ("7 «Ә»", TELLING)
