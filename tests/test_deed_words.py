"""What staff do besides measures, in the words that they type: and what must never be taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.model import DeedKind, Finding
from reports.deed_words import LONGEST
from reports.slip import Slip, SlipLine, read_slip

TOLD = {12, 13, 14}
Said = tuple[DeedKind | None, str]


def said(text: str, sole: int | None = None) -> list[Said]:
    slip = read_slip(text, told=TOLD, sole=sole)
    assert slip.not_understood == ()
    assert all(line.numbers == (12,) for line in slip.measures)
    return [(line.kind, line.text) for line in slip.measures]


# ── One line ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("қаралды", (DeedKind.CLOSED, "")),
        ("Қаралды.", (DeedKind.CLOSED, "")),
        ("ҚАРАЛДЫ!!!", (DeedKind.CLOSED, "")),
        ("каралды", (DeedKind.CLOSED, "")),
        ("«қаралды»", (DeedKind.CLOSED, "")),
        ("қаралды 🙂👍🏻", (DeedKind.CLOSED, "")),
        ("қаралды)))", (DeedKind.CLOSED, "")),
        ("- қаралды", (DeedKind.CLOSED, "")),
        ("рассмотрено", (DeedKind.CLOSED, "")),
        ("Обращение рассмотрено", (DeedKind.CLOSED, "")),
        ("closed", (DeedKind.CLOSED, "")),
        ("Қаралды — сыныппен сөйлестім", (DeedKind.CLOSED, "сыныппен сөйлестім")),
        ("рассмотрено - беседа проведена", (DeedKind.CLOSED, "беседа проведена")),
        ("таныстым", (DeedKind.CONSIDERED, "")),
        ("Ознакомлена.", (DeedKind.CONSIDERED, "")),
        ("ознакомлен(а)", (DeedKind.CONSIDERED, "")),
        ("I've read it", (DeedKind.CONSIDERED, "")),
        ("I’ve read it", (DeedKind.CONSIDERED, "")),
        ("seen", (DeedKind.CONSIDERED, "")),
        ("өзім қараймын", (DeedKind.RESPONSIBLE, "")),
        ("Озим караймын", (DeedKind.RESPONSIBLE, "")),
        ("беру себе", (DeedKind.RESPONSIBLE, "")),
        ("Я займусь!", (DeedKind.RESPONSIBLE, "")),
        ("I'll take it", (DeedKind.RESPONSIBLE, "")),
        ("себеп: буллинг", (DeedKind.CAUSE, "буллинг")),
        ("СЕБЕП : Буллинг", (DeedKind.CAUSE, "Буллинг")),
        ("себеп — буллинг", (DeedKind.CAUSE, "буллинг")),
        ("Причина: питание", (DeedKind.CAUSE, "питание")),
        ("cause: bullying", (DeedKind.CAUSE, "bullying")),
        ("мазмұны: асханада кезек ұзақ", (DeedKind.CONTENT, "асханада кезек ұзақ")),
        ("мазмуны: Асханада", (DeedKind.CONTENT, "Асханада")),
        ("Содержание: очередь", (DeedKind.CONTENT, "очередь")),
        ("content: the queue", (DeedKind.CONTENT, "the queue")),
        ("сыныбы: 7Ә", (DeedKind.CLASS, "7Ә")),
        ("сыныбы: 7 «Ә»", (DeedKind.CLASS, "7 «Ә»")),
        ("класс - 11б", (DeedKind.CLASS, "11б")),
        ("Класс: 10-А класс", (DeedKind.CLASS, "10-А класс")),
        ("тобы: «Күншуақ» тобы", (DeedKind.CLASS, "«Күншуақ» тобы")),
        ("class: 5", (DeedKind.CLASS, "5")),
        ("аты-жөні: Ахметова Сәуле", (DeedKind.NAME, "Ахметова Сәуле")),
        ("Аты жөні: Ахметова Сәуле", (DeedKind.NAME, "Ахметова Сәуле")),
        ("Ф.И.О.: Ахметов А.Б.", (DeedKind.NAME, "Ахметов А.Б.")),
        ("ФИО: Ким-Ли Анна", (DeedKind.NAME, "Ким-Ли Анна")),
        ("name: Saule Akhmetova", (DeedKind.NAME, "Saule Akhmetova")),
        ("жолдау: директор", (DeedKind.PASSED_ON, "директор")),
        (
            "переслать: отдел образования — нужен совет",
            (DeedKind.PASSED_ON, "отдел образования — нужен совет"),
        ),
        ("передать в: отдел образования", (DeedKind.PASSED_ON, "отдел образования")),
        ("forward: education_department", (DeedKind.PASSED_ON, "education_department")),
        ("жауап: Рахмет, кезек қысқарды.", (DeedKind.ANSWERED, "Рахмет, кезек қысқарды.")),
        ("Ответ семье: Спасибо за письмо.", (DeedKind.ANSWERED, "Спасибо за письмо.")),
        ("answer: Thank you.", (DeedKind.ANSWERED, "Thank you.")),
        ("жауап: Данияр ағай сізге хабарласады", (DeedKind.ANSWERED, "Данияр ағай сізге хабарласады")),
        ("тапсыру: Данияр Әлиев", (DeedKind.RESPONSIBLE, "Данияр Әлиев")),
        ("тапсыру Данияр агайга", (DeedKind.RESPONSIBLE, "Данияр агайга")),
        ("поручить социальному педагогу", (DeedKind.RESPONSIBLE, "социальному педагогу")),
        ("hand over to: Erlan", (DeedKind.RESPONSIBLE, "Erlan")),
    ],
)
@pytest.mark.parametrize("head", ["№12: ", "№ 12 : ", "12 – ", "12) ", "№12 ", ""])
def test_what_is_done_is_read_behind_a_number_and_without_one_where_only_one_is_meant(
    words: str, expected: Said, head: str
) -> None:
    if expected[0] is DeedKind.CLASS and head in ("12 – ", "№12 "):
        return  # «12 – сынып …» is a class, not an appeal: see test_slip
    assert said(head + words, sole=None if head else 12) == [expected]


@pytest.mark.parametrize(
    "words",
    [
        "ертең сөйлесемін",
        "рассмотрю завтра",
        "рассмотрено не полностью",
        "не рассмотрено",
        "қаралды ма?",
        "қаралды?",
        "қаралды ❌",
        "қаралған жоқ",
        "ертең қаралады",
        "камера қаралды",
        "қаралды, бірақ жабылған жоқ",
        "мәселе директормен бірге қаралды",
        "қақпа жабылды",
        "таныстым, ертең сөйлесемін",
        "ознакомлена с жалобой мать",
        "беру себе на заметку",
        "себеп әлі белгісіз",
        "причина не установлена",
        "себебі: " + "ұзақ әңгіме " * 20,
        "класс: шумный",
        "класс: 25 учеников опрошено",
        "7 сынып",
        "имя обидчика названо",
        "имя: Асель, 7 класс, обидчица",
        "жауап берілді",
        "ответ - дан матери устно",
        "ответ матери: позвоню завтра",
        "жауап Құрметті ата-ана",
        "передать директору",
        "тапсыру туралы сөйлестік",
        "тапсыру керек",
        "поручить провести беседу",
        "жолдау туралы ойланамыз",
        "ошибка учителя, извинился",
        "қате түсініпті, кешірім сұрады",
        "демалыс күні сөйлестік",
        "отпуск матери до 5 декабря",
    ],
)
def test_a_sentence_with_such_a_word_is_a_measure(words: str) -> None:
    assert said(f"№12: {words}") == [(None, words.strip())]


KNOWN = [
    "қаралды", "рассмотрено", "closed", "таныстым", "ознакомлена", "себеп", "причина", "мазмұны", "сыныбы",
    "аты-жөні", "жолдау", "переслать", "жауап", "ответ", "answer", "өзім қараймын", "тапсыру", "қате",
]  # fmt: skip
PLAIN = st.sampled_from(["балалармен", "сөйлестік", "ата-анасы", "туралы", "провели", "беседу", "с", "мамой"])


@given(st.lists(PLAIN, min_size=1, max_size=4), st.sampled_from(KNOWN), st.lists(PLAIN, max_size=4))
def test_a_word_inside_a_sentence_does_nothing(before: list[str], word: str, behind: list[str]) -> None:
    words = " ".join([*before, word, *behind])
    assert said(f"№12: {words}") == [(None, words)]


@given(st.sampled_from(KNOWN), st.lists(PLAIN, min_size=1, max_size=5))
def test_a_sentence_that_begins_with_such_a_word_does_nothing(word: str, behind: list[str]) -> None:
    words = " ".join([word, *behind])
    assert said(f"№12: {words}") == [(None, words)]


# ── Several lines ─────────────────────────────────────────────────────────────────────────────────────────


def test_several_things_are_said_under_one_number_in_their_order() -> None:
    text = "№12: сыныппен сөйлестім\nата-анасы келді\nсебеп: буллинг\nсыныбы: 7Ә\nнегізді\nжолдау: директор"
    assert said(text) == [
        (None, "сыныппен сөйлестім\nата-анасы келді"),
        (DeedKind.CAUSE, "буллинг"),
        (DeedKind.CLASS, "7Ә"),
        (DeedKind.FOUND, ""),
        (DeedKind.PASSED_ON, "директор"),
    ]


def test_what_was_done_may_stand_below_a_closing_and_behind_a_dash() -> None:
    assert said("№12: қаралды\nсыныппен сөйлестім") == [(DeedKind.CLOSED, "сыныппен сөйлестім")]
    assert said("№12: қаралды — себеп: буллинг") == [(DeedKind.CLOSED, ""), (DeedKind.CAUSE, "буллинг")]
    assert said("№12: таныстым — ертең сөйлесемін") == [
        (DeedKind.CONSIDERED, ""),
        (None, "ертең сөйлесемін"),
    ]


def test_a_deed_of_several_appeals_is_one_of_each() -> None:
    slip = read_slip("№12, 13: себеп: буллинг\n14 - негізсіз", told=TOLD)
    assert slip.measures == (
        SlipLine(numbers=(12, 13), text="буллинг", kind=DeedKind.CAUSE),
        SlipLine(numbers=(14,), text="", kind=DeedKind.FOUND, finding=Finding.UNFOUNDED),
    )


def test_the_end_of_a_sentence_that_a_mail_program_broke_closes_nothing() -> None:
    long = "№12: Бүгін оқушымен және ата-анасымен бірге кездесу өтті, мәселе толық"
    assert said(f"{long}\nқаралды") == [(None, f"{long[5:]} қаралды")]
    assert said(f"{long} шешілді.\nҚаралды.")[1:] == [(DeedKind.CLOSED, "")]
    assert said("№12: істейтінім:\nқаралды") == [(None, "істейтінім:\nқаралды")]


def test_what_stands_behind_a_causes_full_stop_is_a_measure() -> None:
    assert said("№12: Себеп: буллинг. Сөйлестім.") == [(DeedKind.CAUSE, "буллинг"), (None, "Сөйлестім.")]


def test_a_list_may_begin_behind_the_number() -> None:
    assert said("№12: 1) сөйлестім\n2) қаралды") == [(None, "1) сөйлестім\n2) қаралды")]


def test_a_closing_of_several_needs_no_colon_where_both_were_told() -> None:
    slip = read_slip("№12 и 13 закрыты\n№14, 99 закрыты", told=TOLD)
    assert slip.measures == (SlipLine(numbers=(12, 13), text="", kind=DeedKind.CLOSED),)
    assert slip.not_understood == ("№14, 99 закрыты",)


@pytest.mark.parametrize("head", ["№12: сөйлестім\n", "№12: жауап: Рахмет!\n"])
def test_a_line_that_begins_with_a_told_number_is_never_another_appeals_words(head: str) -> None:
    for line in ("№13 оқушымен сөйлестім", "№13 мектепке бардым", "№13, 14 оқушымен әңгіме"):
        slip = read_slip(head + line, told=TOLD)
        assert (slip.measures, slip.not_understood) == ((), (head + line,))
    assert len(read_slip(f"{head}№45 мектепке бардым", told=TOLD).measures) == 1


def test_a_cause_may_stand_on_the_next_line() -> None:
    assert said("№12: себеп:\nбуллинг\nсөйлестім") == [(DeedKind.CAUSE, "буллинг"), (None, "сөйлестім")]


@pytest.mark.parametrize(
    "text",
    [
        "№12: себеп:",
        "№12: тапсыру:",  # nobody is named: not the writer
        "№12: передать: директору",  # to hand over, or to pass on?
        "№12: жолдау директорға",
        "№12: қаралды — бірақ ашық қалсын",
        "№12: рассмотрено - не закрывать",
        "№12: жауап\nҚұрметті Сәуле!",
        "№12: себеп",
        "№12: негізді\nнегізсіз",
        "№12: ҚАТЕ",
        "№12: имя: не указано",
        "№12: аты-жөні: жасырын",
        f"№12: мазмұны: {'сөз ' * LONGEST}",
    ],
)
def test_what_is_not_certain_is_asked(text: str) -> None:
    slip = read_slip(text, told=TOLD)
    assert slip.measures == ()
    assert slip.not_understood == (text[:LONGEST],)


# ── The answer to a family ────────────────────────────────────────────────────────────────────────────────

ANSWER = "Құрметті Сәуле Ахметқызы!\n\nСіздің өтінішіңіз қаралды: кезек қысқарды.\n\nМектеп әкімшілігі"


def test_an_answer_keeps_every_line_and_paragraph() -> None:
    text = f"№12: сөйлестім\nжауап: {ANSWER}\n\n№13: әңгіме\n"
    slip = read_slip(text, told=TOLD)
    assert [(line.numbers, line.kind, line.text) for line in slip.measures] == [
        ((12,), None, "сөйлестім"),
        ((12,), DeedKind.ANSWERED, ANSWER),
        ((13,), None, "әңгіме"),
    ]
    assert said(f"№12: жауап:\n{ANSWER}\n\n") == [(DeedKind.ANSWERED, ANSWER)]
    assert said(f"жауап:\n\n{ANSWER}", sole=12) == [(DeedKind.ANSWERED, ANSWER)]


def test_the_last_word_of_an_answer_that_a_mail_program_broke_stays_in_it() -> None:
    first = "Құрметті Сәуле Ахметқызы, Сіздің өтінішіңіз әкімшілікте толық"
    assert said(f"№12: жауап: {first}\nқаралды.") == [(DeedKind.ANSWERED, f"{first} қаралды.")]


def test_a_list_in_an_answer_stays_in_it() -> None:
    answer = "Шаралар:\n3) кезек\n1) кезекшілік\n2) тазалық"
    slip = read_slip(f"№12: жауап: {answer}", told={12})
    assert not slip.measures  # «3)» is no point of the list: perhaps an appeal that the reader was not told
    fine = answer.replace("3) кезек\n", "")
    assert said(f"№12: жауап: {fine}") == [(DeedKind.ANSWERED, fine)]


@pytest.mark.parametrize(
    "below",
    [
        "себеп: буллинг",
        "\nсебеп: буллинг",
        "қаралды",
        "\nқаралды",
        "негізсіз — камера қаралды",
        "жолдау: директор",
        "жауап: тағы",
        "тапсыру Данияр ағайға",
        "демалыс: 1–15 желтоқсан",
        "файл 13",
        "13 - әңгіме",
        "13: әңгіме",
        "№13 әңгіме",
        "\n99: әңгіме",
        "\n\n\n\nекінші ой",
    ],
)
def test_an_answer_below_which_something_else_may_begin_does_not_leave(below: str) -> None:
    text = f"№12: жауап: Рахмет!\n{below}"
    slip = read_slip(text, told=TOLD)
    assert (slip.measures, slip.files, slip.away) == ((), (), "")
    assert slip.not_understood == (text,)


@pytest.mark.parametrize(
    "words",
    [
        "ответ: дан устно",
        "Ответ: отправлен матери",
        "жауап: берілді",
        "Жауап: берілмейді",
        "жауап: қаралды",
        "жауап: ертең айтамын",
        "answer: was given by phone",
        "сұрақ: неге ұрдың?\nжауап: білмеймін",
        "Вопрос: за что?\nОтвет: не знаю",
        "негізсіз — жауап: Рахмет",
        "жауап: " + "ұзақ " * LONGEST,
    ],
)
def test_a_note_on_an_answer_or_a_talk_written_down_is_never_sent_to_a_family(words: str) -> None:
    slip = read_slip(f"№12: {words}", told=TOLD)
    assert slip.measures == ()
    assert slip.not_understood


def test_an_answer_whose_end_was_not_read_is_not_sent() -> None:
    slip = read_slip("№12: жауап: Рахмет" + "\n" * 200_000 + "тағы бір сөз", told=TOLD)
    assert slip.measures == ()


LINE = st.one_of(
    st.sampled_from(
        ["", "", "қаралды", "себеп: x", "13: сөз", "№13: сөз", "№ 5 кабинет", "1) бір", "файл 12"]
    ),
    st.text(alphabet="аәбвг №1:-. ", max_size=12).map(str.strip),
)


@given(st.lists(LINE, max_size=6), st.sampled_from([None, 12]))
def test_an_answer_has_all_lines_up_to_the_next_number_or_is_not_sent(
    lines: list[str], sole: int | None
) -> None:
    text = "\n".join(["№12: жауап: Рахмет!", *lines])
    for line in read_slip(text, told=TOLD, sole=sole).measures:
        if line.kind is DeedKind.ANSWERED:
            behind = text.split("жауап: ", 1)[1]
            rest = behind.removeprefix(line.text)
            assert rest != behind, "not the words that were typed"
            assert not rest.strip() or rest.strip().startswith(("№13:", "13:", "файл 12"))


# ── Of no appeal ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text", ["ҚАТЕ", "Қате!", "қате кетті", "КАТЕ", "ошибка.", "Ошиблась", "UNDO", "\n undo \n"]
)
def test_a_mistake_is_said_alone(text: str) -> None:
    assert read_slip(text, told=TOLD, sole=12) == Slip(undo=True)


@pytest.mark.parametrize("text", ["ҚАТЕ\n\n№13: әңгіме", "қате кетті, кешіріңіз", "ошибка учителя", "қате?"])
def test_a_mistake_among_other_words_takes_nothing_back(text: str) -> None:
    slip = read_slip(text, told=TOLD)
    assert not slip.undo
    assert slip.not_understood


@pytest.mark.parametrize(
    ("text", "away"),
    [
        ("демалыс: 1–15 желтоқсан", "1–15 желтоқсан"),
        ("Отпуск: с 1 по 15 декабря", "с 1 по 15 декабря"),
        ("отпуск с 1 по 15 декабря", "с 1 по 15 декабря"),
        ("Я в отпуске до 15.12", "до 15.12"),
        ("leave: 1-15 December", "1-15 December"),
        ("больничный: до пятницы", "до пятницы"),
        ("демалыс аяқталды", "over"),
        ("Демалыс: аяқталды.", "over"),
        ("вышла из отпуска", "over"),
        ("I’m back!", "over"),
    ],
)
def test_a_leave_can_be_said_and_its_end(text: str, away: str) -> None:
    assert read_slip(text, told=TOLD) == Slip(away=away)
    assert read_slip(text, sole=12) == Slip(away=away)


def test_a_leave_below_a_measure_is_not_the_childs() -> None:
    slip = read_slip("№12: сөйлестім\nдемалыс: 1–15 желтоқсан", told=TOLD)
    assert (slip.away, [line.text for line in slip.measures]) == ("1–15 желтоқсан", ["сөйлестім"])


# ── The one appeal that a letter is about ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("сөйлестім", [(None, "сөйлестім")]),
        ("Сөйлестім.\n\nАта-анасы келді.", [(None, "Сөйлестім.\nАта-анасы келді.")]),
        ("1) беседа\n2) письмо", [(None, "1) беседа\n2) письмо")]),
        ("Меры:\n1. беседа\n2. письмо", [(None, "Меры:\n1. беседа\n2. письмо")]),
        ("№12: бір\n\nекі", [(None, "бір"), (None, "екі")]),
        ("12 оқушымен сөйлестік", [(None, "12 оқушымен сөйлестік")]),
        ("сөйлестім\n\nсебеп: буллинг", [(None, "сөйлестім"), (DeedKind.CAUSE, "буллинг")]),
    ],
)
def test_words_without_a_number_are_of_the_one_appeal(text: str, expected: list[Said]) -> None:
    assert said(text, sole=12) == expected
    unnamed = read_slip(text, told=TOLD)
    assert "сөйлестім" not in [line.text for line in unnamed.measures]


@pytest.mark.parametrize(
    "text",
    [
        "ок",
        "иә",
        "Да.",
        "нет",
        "👍",
        "…",
        "1. беседа",
        "Рахмет, түсінікті",
        "Көп рақмет!",
        "Хорошо!",
        "Спасибо.\nПоняла",
        "Иә, көрдім",
        "Кто это написал?",
        "Отпуск",
        "жауап",
    ],
)
def test_a_courtesy_or_a_question_is_no_measure(text: str) -> None:
    slip = read_slip(text, sole=12)
    assert (slip.measures, slip.not_understood) == ((), (text,))


@pytest.mark.parametrize("other", ["№99: басқа", "99: басқа", "12, 99: екеуі", "файл 99"])
def test_where_another_appeal_is_named_words_without_a_number_are_nobodys(other: str) -> None:
    for text in (f"{other}\n\nсөйлестім", f"сөйлестім\n\n{other}"):
        slip = read_slip(text, sole=12)
        assert all("сөйлестім" not in line.text for line in slip.measures)
        assert "сөйлестім" in slip.not_understood


def test_files_of_the_one_appeal_are_asked_for() -> None:
    assert read_slip("файл", sole=12) == Slip(files=(12,))
    assert read_slip("Файлдарын жіберіңізші", sole=12) == Slip(files=(12,))


def test_a_sentence_that_a_mail_program_broke_before_a_number_is_on_nobodys_record() -> None:
    text = "№12: Бүгін кездесу өтті, жиналысқа қатысқан ата-аналардың саны\n13. Ата-аналар риза болды"
    slip = read_slip(text, told=TOLD)
    assert slip.measures == ()
    assert len(slip.not_understood) == 2
    listed = read_slip(text.replace("№12:", "12."), told=TOLD)  # the writer's own way of listing
    assert [line.numbers for line in listed.measures] == [(12,), (13,)]


ANY = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "№12: ",
                "№13: қаралды",
                "13 - сөз",
                "қаралды",
                "себеп: буллинг",
                "жауап: Рахмет",
                "жолдау: директор",
            ]
        ),
        st.text(max_size=30),
    ),
    max_size=8,
).map("\n".join)


@given(ANY, st.one_of(st.none(), st.just(12)))
def test_whatever_is_typed_is_read_and_nothing_is_invented(text: str, sole: int | None) -> None:
    slip = read_slip(text, told=TOLD, sole=sole)
    typed = "".join(text.split())
    for line in slip.measures:
        assert "".join(line.text.split()) in typed
        assert line.kind is not DeedKind.ANSWERED or "жауап:" in text
        assert line.text or line.kind in (
            DeedKind.CLOSED,
            DeedKind.FOUND,
            DeedKind.CONSIDERED,
            DeedKind.RESPONSIBLE,
        )
