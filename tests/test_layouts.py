"""The letters of other sites' form mailers: one body in, fields out; nobody found out, no word lost."""

import re
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intake.appeal import to_appeal
from intake.config_types import FormField
from intake.form import FormFields, write_form
from intake.incoming import Incoming
from intake.labels import OUT_OF_THE_BOX, PERHAPS, bare, labels_with
from intake.layouts import read_layout
from intake.machine_words import without_traces
from intake.message import parse
from intake.pipeline import process
from intake.text import plain_text
from journal.model import Channel, Disposition, Filing, Origin
from tests.cleaned import clean
from tests.command import TERM
from tests.desk import SCHOOL, DayAtTheDesk
from tests.form_mailers import HTML, MAILERS, TRACES, VISITOR, Typed, mailed
from tests.moments import A_MOMENT
from tests.school import plain_letter

pytestmark = pytest.mark.decides

TEXT = "Асханада тамақ суық.\n\nУақыты: 12:30\nИмя: Асқар\nСыныбы: 9Б\n---\nКөмектесіңізші!"
SHORT_TEXT = "Асханада тамақ суық.\nУақыты: 12:30 болды."
EVERY = [(mailer, language) for mailer in MAILERS for language in ("kk", "ru", "en")]


def read(raw: bytes) -> FormFields:
    fields = read_layout(parse(raw))
    assert fields is not None
    return fields


def body(text: str) -> bytes:
    return plain_letter(text, sender="site@school.example")


def words(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", plain_text(text)))


# -- what each mailer's letter becomes ----------


@pytest.mark.parametrize(("mailer", "language"), EVERY)
def test_a_signed_letter_of_each_mailer_in_each_language(mailer: str, language: str) -> None:
    typed = Typed(
        name="Әлиев Данияр Маратұлы",
        mail="daniyar@family.example",
        phone="8 701 000 00 00",
        class_group="7Ә",
        subject="Асхана",
        text=TEXT,
    )
    assert read(mailed(mailer, typed, language)) == FormFields(
        anonymous=False,
        surname="Әлиев",
        given_name="Данияр",
        patronymic="Маратұлы",
        email="daniyar@family.example",
        phone="8 701 000 00 00",
        class_group="7Ә",
        subject="Асхана",
        text=TEXT if mailer not in HTML else read(mailed(mailer, typed, language)).text,
    )
    assert words(read(mailed(mailer, typed, language)).text) == words(TEXT)


@pytest.mark.parametrize(("mailer", "language"), [one for one in EVERY if one[0] != "Joomla"])
def test_a_form_without_a_name_is_anonymous_and_keeps_class_telephone_and_text(
    mailer: str, language: str
) -> None:
    typed = Typed(mail=VISITOR, phone="87010000000", class_group="7Ә", text=TEXT)
    fields = read(mailed(mailer, typed, language))
    assert (fields.anonymous, fields.class_group, fields.phone) == (True, "7Ә", "87010000000")
    assert words(fields.text) == words(TEXT)
    assert VISITOR not in repr(fields)


@pytest.mark.parametrize(("mailer", "language"), EVERY)
@pytest.mark.parametrize("says", ["in its field", "in the text", "as the name"])
def test_whoever_asks_to_be_anonymous_is_whatever_else_was_typed(
    mailer: str, language: str, says: str
) -> None:
    typed = Typed(
        name="Аноним" if says == "as the name" else "Айгүл Канареева",
        mail="kanareeva@family.example",
        text=SHORT_TEXT + ("\nЖасырын жазып отырмын." if says == "in the text" else ""),
        anonymous={"kk": "иә", "ru": "Да", "en": "on"}[language] if says == "in its field" else "",
    )
    fields = read(mailed(mailer, typed, language))
    assert fields.anonymous
    assert words(fields.text) == words(typed.text)
    for word in ("анареев", "kanareeva", VISITOR, *TRACES):
        assert word not in repr(fields)


@pytest.mark.parametrize("mailer", MAILERS)
def test_what_a_mailer_knows_of_its_visitor_is_in_no_signed_text_either(mailer: str) -> None:
    fields = read(mailed(mailer, Typed(name="Мария Петрова", text=SHORT_TEXT)))
    assert not [trace for trace in TRACES if trace in repr(fields)]
    assert fields.email == VISITOR


@pytest.mark.parametrize("head", ["Анонимно: да\nИмя: Мария Петрова\nСообщение: ", "Сообщение: ", ""])
@pytest.mark.parametrize("last", ["Отправлено: 22.11.2026 10:00", "Отдел: второй", "Жіберілді: 22.11.2026"])
def test_an_address_between_lines_that_we_do_not_know_stays_in_no_anonymous_text(
    head: str, last: str
) -> None:
    traces = "IP-адрес: 203.0.113.7\nПосетитель: 2001:db8:0:0:0:0:0:7\nПрограмма: Mozilla/5.0 (X11)"
    raw = body(f"{head}Асханада тамақ суық.\nУақыты: 12:30 болды.\n{traces}\n{last}")
    appeal = to_appeal(
        parse(raw), read_layout(parse(raw)), term=TERM, default_language="kk", clean=clean, form=Channel.FORM
    )
    assert appeal.applicant is None
    assert "Уақыты: 12:30 болды." in appeal.text
    assert not re.search(r"203\.0|2001:db8|Mozilla", repr(appeal))


def test_the_moment_of_sending_never_stands_in_an_anonymous_text() -> None:
    child = "Ұрлық болды.\nУақыты: 20.11.2026 14:05\nКүні: 20.11.2026 дейін."
    sent = "Отправлено: 22.11.2026 14:05:33"
    beside = "Дата: 22.11.2026 09:41\nIP-адрес: 203.0.113.7\nВремя: 22.11.2026, 09:41"
    assert without_traces(f"{child}\n{sent}\nСоңы.") == f"{child}\nСоңы."
    assert without_traces(f"{child}\n\n{beside}\n\nСоңы.") == f"{child}\n\n\nСоңы."


def test_an_unticked_box_is_no_wish() -> None:
    for value in ("нет", "", "0"):
        assert not read(body(f"Имя: Мария Петрова\nАнонимно: {value}\nСообщение: {SHORT_TEXT}")).anonymous


def test_bitrix_may_write_in_windows_1251() -> None:
    typed = Typed(name="Мария Петрова", mail="m@family.example", text="Прошу помочь.\n\nОчень.")
    fields = read(mailed("Bitrix", typed, charset="windows-1251"))
    assert (fields.surname, fields.given_name, fields.text) == ("Петрова", "Мария", typed.text)


def test_of_two_versions_the_one_with_a_layout_is_read() -> None:
    raw = (
        b"From: s@school.example\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nThis letter needs a program that shows HTML.\r\n"
        b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        + MAILERS["a table"](Typed(class_group="7B", text="Help me."), "en").encode()
        + b"\r\n--b--\r\n"
    )
    fields = read(raw)
    assert (fields.text, fields.class_group) == ("Help me.", "7B")


def test_only_the_message_may_be_filled_in() -> None:
    for mailer in MAILERS.keys() - {"Joomla", "Google Forms"}:
        fields = read(mailed(mailer, Typed(text="Мені ұрады."), "kk"))
        assert fields == FormFields(text="Мені ұрады."), mailer


def test_our_own_form_s_readable_part_is_read_too() -> None:
    typed = FormFields(class_group="7Ә", phone="8701", text="Мені ұрады.\n\nИә.", language="kk", urgent=True)
    letter = write_form(typed, (), box=SCHOOL.box, submission_id="a" * 16, now=A_MOMENT)
    part = next(letter.iter_parts())
    fields = read(body(str(part.get_content()).replace("\r", "")))
    assert fields == FormFields(class_group="7Ә", phone="8701", text="Мені ұрады.\n\nИә.", urgent=True)


# -- what splits and what does not ----------

FORM = "Имя: Мария Петрова\nТелефон: 8701\n"
ODD = [
    ("a label that we do not know", FORM + "Кто видел: все\nСообщение: Помогите", "Кто видел: все\nПомогите"),
    (
        "the text's label not known",
        "Аты: Айгүл\nСыныбы: 7Ә\nТелефон: 8701\nНе болды: қорқамын\nСосын тағы\nҮшінші\nТөртінші",
        "Не болды: қорқамын\nСосын тағы\nҮшінші\nТөртінші",
    ),
    ("an hour in the text", FORM + "Сообщение: Помогите\nВремя: 15:03", "Помогите\nВремя: 15:03"),
    (
        "a second name in the text",
        FORM + "Сообщение: Бьёт\nФамилия: Иванов\nКласс: 9Б",
        "Бьёт\nФамилия: Иванов\nКласс: 9Б",
    ),
    (
        "a telephone that is none",
        "Имя: Мария Петрова\nТелефон: после шести\nСообщение: да",
        "Телефон: после шести\nда",
    ),
    ("a link as evidence", FORM + "Сообщение: Вот\nhttps://video.example/1", "Вот\nhttps://video.example/1"),
    ("a rule in the text", FORM + "Сообщение: Раз\n---\nВремя: 15:03\nдва", "Раз\n---\nВремя: 15:03\nдва"),
]


@pytest.mark.parametrize(("written", "text"), [one[1:] for one in ODD], ids=[one[0] for one in ODD])
def test_what_is_not_a_known_label_stays_in_the_text(written: str, text: str) -> None:
    assert read(body(written)).text == text


def test_fields_after_the_text_are_the_writer_s_only_with_a_way_to_answer() -> None:
    said = read(body("Тема: Класс\nСообщение: Меня бьют.\nИмя: Асқар\nКласс: 9Б"))
    assert (said.anonymous, said.class_group) == (True, "")
    assert "Асқар" in said.text
    signed = read(body("Тема: Класс\nСообщение: Помогите.\nИмя: Мария Петрова\nТелефон: 8701"))
    assert (signed.anonymous, signed.surname, signed.phone) == (False, "Петрова", "8701")
    assert signed.text == "Помогите."


def test_a_name_after_the_text_of_an_anonymous_form_is_dropped() -> None:
    fields = read(body("Анонимно: да\nСообщение: Помогите.\nИмя: Канарейкина"))
    assert fields == FormFields(text="Помогите.")


def test_a_name_that_stands_twice_or_is_none_is_dropped_with_the_others() -> None:
    twice = "Автор: Канарейкина\nИмя: Канарейкина Мария\nE-mail: напишите на канарейка\n"
    assert read(body(twice + "Анонимно: да\nСообщение: Помогите.")) == FormFields(text="Помогите.")
    long = "Имя: мама той самой Канарейкиной из седьмого класса\nТелефон: 8701\n"
    assert read(body(long + "Сообщение: Помогите. Пишу анонимно.")).text == "Помогите. Пишу анонимно."
    assert "Канарейкиной" in read(body(long + "Сообщение: Помогите.")).text  # no wish: no word is lost


def test_the_class_before_the_first_is_a_class() -> None:
    assert read(body("Сыныбы: 0\nТелефон: -\nӨтініш: Көмек")) == FormFields(class_group="0", text="Көмек")


def test_an_address_may_take_two_lines() -> None:
    form = "Имя: Мария Петрова\nАдрес: Абай 1\nпәтер 5\nТелефон: 8701\n"
    assert read(body(form + "Сообщение: Помогите.")).address == "Абай 1, пәтер 5"
    assert read(body(form + "Анонимно: да\nСообщение: Помогите.")).text == "Помогите."


def test_an_unticked_box_does_not_make_a_name_below_the_text_the_writer_s() -> None:
    for box in ("", "нет"):
        fields = read(body(f"Класс: 7Ә\nАнонимно: {box}\nСообщение: Меня бьёт\nИмя: Асқар"))
        assert fields == FormFields(class_group="7Ә", text="Меня бьёт\nИмя: Асқар")


def test_separate_names_go_to_their_columns() -> None:
    fields = read(body("Тегі: Әлиев\nАты: Данияр\nӘкесінің аты: Маратұлы\nМекенжайы: Абай, 1\nӨтініш: Көмек"))
    names = (fields.surname, fields.given_name, fields.patronymic, fields.address)
    assert names == ("Әлиев", "Данияр", "Маратұлы", "Абай, 1")


NO_LAYOUT = {
    "a person's letter": "Здравствуйте!\nИмя: Мария\nТелефон: 8701\nСообщение: да",
    "a forwarded letter": "От: Мария <m@family.example>\nКому: box\nТема: Да\nСообщение: нет",
    "a quoted form": "> Имя: Мария\n> Телефон: 8701\n> Сообщение: да",
    "a name above a letter": "Аты-жөнім: Әлиев Данияр Маратұлы\nАсханада тамақ суық.",
    "one label": "Сообщение:\nпомогите",
    "a dialogue": "Учитель: молчи\nЯ: нет\nУчитель: выйди",
    "nothing": "",
    "a rule": "---\n\n---",
}


@pytest.mark.parametrize("written", NO_LAYOUT.values(), ids=NO_LAYOUT.keys())
def test_other_letters_are_no_forms(written: str) -> None:
    assert read_layout(parse(body(written))) is None


# -- labels ----------


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Ваше_имя *", "name"),
        ("АТЫ-ЖӨНІ", "name"),
        ("your-message", "text"),
        ("Класс (группа):", "class_group"),
        ("_replyto", "email"),
        ("Е-майл", ""),
        ("Имя ребёнка", ""),
        ("Время", PERHAPS),
    ],
)
def test_case_underscores_and_brackets_of_a_label_do_not_count(label: str, field: str) -> None:
    assert OUT_OF_THE_BOX.field_of(label) == field


def test_a_school_adds_the_labels_of_its_site() -> None:
    labels = labels_with({"text": ["Не болды?"], "metadata": ["Код заявки"], "class_group": ["Параллель"]})
    raw = body("Параллель: 7\nНе_болды: Мені ұрады.\nИә.\n\nКод заявки: kanareika")
    assert read_layout(parse(raw), labels) == FormFields(class_group="7", text="Мені ұрады.\nИә.")
    assert read_layout(parse(raw)) is None


def test_config_takes_labels_for_every_field_that_is_read() -> None:
    assert set(get_args(FormField)) == set(OUT_OF_THE_BOX.known.values()) - {PERHAPS}
    assert bare("---") == ""


# -- whatever comes ----------

TRICKY = st.sampled_from(
    [
        "Уақыты: 10:00", "Время: 15:03", "Имя: Асқар", "Аты: Асқар", "Сыныбы: 9Б", "---", "--", "> дәйексөз",
        "- тізім", "https://video.example/1", "Мұғалім айтты: кет!", "Сайт: вконтакте", "1. бірінші", "",
        "Тақырып: ұрыс", "Хабарлама: ол жазды", "*маңызды*: бұл", "Адрес: Абай 1",
    ]
)  # fmt: skip
LINE = TRICKY | st.text(st.characters(categories=["L", "N", "P", "Zs", "Mn"]), max_size=60)
TEXTS = st.lists(LINE, min_size=1, max_size=8).map("\n".join).map(lambda text: f"Мәтін {text}\nсоңы")


@given(mailer=st.sampled_from(sorted(MAILERS)), language=st.sampled_from(["kk", "ru", "en"]), text=TEXTS)
@example(mailer="Tilda", language="kk", text="Мәтін\n---\nУақыты: 10:00\nВремя: 15:03")
def test_no_word_of_a_text_is_lost_and_no_name_is_taken_from_it(
    mailer: str, language: str, text: str
) -> None:
    typed = Typed(name="Мария Петрова", mail=VISITOR, phone="8701", class_group="7Ә", subject="Т", text=text)
    fields = read(mailed(mailer, typed, language))
    found, wanted = words(fields.text), words(text)
    assert [word for word in set(wanted) if found.count(word) < wanted.count(word)] == []
    assert fields.anonymous or (fields.given_name, fields.surname) == ("Мария", "Петрова")
    assert (fields.phone, fields.class_group) == ("8701", "7Ә")


@given(mailer=st.sampled_from(sorted(MAILERS.keys() - {"Joomla"})), text=TEXTS)
def test_no_word_of_a_text_signs_a_form_without_a_name(mailer: str, text: str) -> None:
    fields = read(mailed(mailer, Typed(class_group="7Ә", text=text), "kk"))
    assert fields == FormFields(class_group="7Ә", text=fields.text)
    found, wanted = words(fields.text), words(text)
    assert [word for word in set(wanted) if found.count(word) < wanted.count(word)] == []


@given(
    st.lists(LINE | st.text(max_size=40) | TRICKY.map(lambda line: f"--- {line} ---"), max_size=12),
    st.booleans(),
)
def test_no_body_makes_it_raise(lines: list[str], html: bool) -> None:
    text = ("<br>" if html else "\n").join(lines)
    raw = (
        f"From: a@b.example\r\nContent-Type: text/{'html' if html else 'plain'}; charset=utf-8\r\n\r\n{text}"
    )
    fields = read_layout(parse(raw.encode("utf-8", "replace")))
    assert fields is None or not (fields.anonymous and (fields.surname or fields.given_name or fields.email))


# -- at the desk ----------


@pytest.mark.parametrize("mailer", MAILERS)
def test_an_anonymous_form_s_letter_is_recorded_and_destroyed_without_a_trace(
    day: DayAtTheDesk, mailer: str
) -> None:
    typed = Typed(name="Канареева Айгүл", mail="kanareeva@family.example", phone="87010000000",
                  text="Мені ұрады. Жасырын жазып отырмын.")  # fmt: skip
    head = "Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\nX-PHP-Originating-Script: 203.0.113.7\r\n"
    outcome = day.arrives(mailed(mailer, typed, head=head))
    assert (outcome.disposition, outcome.filing) == (Disposition.RECORDED, Filing.EXPUNGED)
    entry = day.journal.entry(1)
    assert (entry.anonymous, entry.channel, entry.phone) == (True, Channel.FORM, "87010000000")
    assert entry.text == typed.text
    day.at(15, 5).sends()
    kept = repr(entry) + "".join(raw.decode() for _, raw in day.sent)
    for trace in ("анареев", "kanareeva", VISITOR, "wordpress@", *TRACES[:-1]):
        assert trace not in kept


def test_a_signed_form_s_letter_is_moved_and_bears_the_visitor_s_address(day: DayAtTheDesk) -> None:
    outcome = day.arrives(
        mailed("Contact Form 7", Typed(name="Мария Петрова", subject="Звонки", text="Прошу."))
    )
    assert outcome.filing is Filing.JOURNALED
    entry = day.journal.entry(1)
    assert entry.applicant is not None
    assert (entry.applicant.surname, entry.applicant.email) == ("Петрова", VISITOR)
    assert (entry.channel, entry.content, entry.text) == (Channel.FORM, "Звонки", "Прошу.")


def test_a_form_is_a_form_whatever_spam_filters_think(day: DayAtTheDesk) -> None:
    raw = mailed("Elementor", Typed(class_group="7Ә", text="Мені ұрады."), "kk", head="X-Spam-Flag: YES\r\n")
    assert day.arrives(raw).disposition is Disposition.RECORDED
    assert day.journal.entry(1).class_group == "7Ә"


def test_the_labels_of_the_school_s_config_are_used(day: DayAtTheDesk) -> None:
    raw = body("Сыныбы: 7Ә\nНе болды: Мені ұрады.")
    came = Incoming(
        origin=Origin(mailbox="INBOX", uidvalidity=7, uid=1), received_at=A_MOMENT, size=len(raw), raw=raw
    )
    process(came, replace(day.desk, labels=labels_with({"text": ["Не болды"]})))
    assert (day.journal.entry(1).text, day.journal.entry(1).channel) == ("Мені ұрады.", Channel.FORM)


def test_a_delivery_report_is_no_form_whatever_it_says(day: DayAtTheDesk) -> None:
    raw = mailed(
        "uCoz", Typed(name="Мария Петрова", text="Прошу."), head="X-Failed-Recipients: a@b.example\r\n"
    )
    assert day.arrives(raw).disposition is Disposition.IGNORED


def test_a_json_part_counts_before_any_layout(day: DayAtTheDesk) -> None:
    fields = FormFields(text="Имя: Асқар\nТелефон: 8701\nСообщение: ұрады", language="kk")
    day.arrives(write_form(fields, (), box=SCHOOL.box, submission_id="b" * 16, now=A_MOMENT))
    assert day.journal.entry(1).channel is Channel.PAGE
    assert day.journal.entry(1).text == fields.text
