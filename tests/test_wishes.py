"""A wish to stay unknown counts in whatever words a child or parent says it, even below a name in From."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import wishes
from intake.appeal import to_appeal
from intake.message import parse
from intake.signs import says_anonymous
from tests.cleaned import clean
from tests.command import TERM
from tests.school import plain_letter

MARIA = "=?utf-8?b?0JzQsNGA0LjRjyDQn9C10YLRgNC+0LLQsA==?= <maria@family.example>"
WISHES = """\
Не хочу, чтобы знали, кто я.
Не хочу, чтобы кто-то узнал, что это я.
Я не буду называть себя.
Себя называть не буду, мне страшно.
Не буду называть своё имя.
Хочу остаться неизвестной.
Без имени, пожалуйста.
Письмо без подписи.
Имя указывать не хочу.
Моё имя не указывайте
имя прошу не указывать
Не указывайте, пожалуйста, моё имя.
Не подписываюсь.
Не хочу подписываться.
Я аноним.
Аноним. В школе бьют.
от анонима
Анонимка
Прошу сохранить анонимность.
Анонимность прошу сохранить
Прошу анонимности
Хочу сообщить анонимно о травле.
Анонимное сообщение: в школе бьют.
Это анонимное письмо
Пусть никто не узнает, что это я написала.
Пожалуйста, никому не говорите, что это я.
Только не говорите, кто вам написал.
Прошу меня не выдавать.
Прошу не разглашать мои данные.
Прошу не сообщать мои личные данные.
Это пишет аноним.
Прошу не указывать меня.
Не называйте меня, пожалуйста.
Инкогнито
Атымды айтқым келмейді.
атымды жазбаймын
Атымды атамай-ақ қояйын.
Аты-жөнімді көрсеткім келмейді.
Есімімді құпия сақтаңыздаршы.
Есімімді жасырғым келеді.
Менің атымды ешкімге айтпаңыздар.
Кім екенімді айтпаймын.
Өтінемін, менің кім екенімді ешкім білмесін.
Мен екенімді ешкім білмесінші.
Мен туралы ешкім білмесін.
Құпия болсын.
Жасырын қалғым келеді.
ЖАСЫРЫН! Мектепте ұрады.
Жасырын хабарлама: мектепте ұрады.
Жасырын түрде хабарлаймын.
Аты-жөнсіз жазып отырмын.
please do not tell anyone it was me
I want this to be anonymous
Anonymous please.
I don't want to give my name.
Please don't say who wrote this.
No name, please.
Nobody should know it was me.
I do not want my name to be known.
"""
NO_WISHES = """\
Дочери пишут с анонимного аккаунта.
Моему сыну приходят анонимные угрозы.
Аноним в чате оскорбляет мою дочь.
Я пишу не анонимно.
Сыныпта анонимді чат бар, онда ренжітеді.
Қызымның телефонын жасырын түсіріп алған.
Балам жасырын темекі шегетін балалардан қорқады.
Учитель не называет детей по имени.
Сын никому не говорит, что его бьют.
Она никому не рассказывала об этом.
Прошу не говорить детям, что урока не будет.
Тетради сдали без подписи родителей.
Никто не знает, кто разбил окно.
Почему вы не указали меня в списке отличников?
В анкете спрашивают данные родителей.
Құпия сөзді ешкімге айтпадым.
Ешкім білмейді, кім сындырғанын.
Мұғалім балалардың атын дұрыс айтпайды.
Он не хочет учиться.
Nobody knows who broke the window.
The teacher does not know my son's name.
An anonymous account bullies my daughter.
Please tell everyone about the meeting.
"""


@pytest.mark.parametrize("wish", WISHES.splitlines())
def test_a_wish_to_stay_unknown_is_heard(wish: str) -> None:
    raw = plain_letter(f"Меня обижают в школе.\n{wish}\nПомогите.", sender=MARIA)
    appeal = to_appeal(parse(raw), None, term=TERM, default_language="kk", clean=clean)
    assert appeal.applicant is None


@pytest.mark.parametrize("line", NO_WISHES.splitlines())
def test_words_about_somebody_else_are_no_wish(line: str) -> None:
    assert not says_anonymous("", [line])


@pytest.mark.parametrize(
    "language", [wishes._RUSSIAN, wishes._KAZAKH, wishes._ENGLISH], ids=["ru", "kk", "en"]
)
@given(data=st.data())
def test_no_wish_is_missed_for_being_looked_for_the_quick_way(
    language: re.Pattern[str], data: st.DataObject
) -> None:
    """Whoever adds a way to say it must also add the word by which such a line is noticed at all."""
    assert wishes.may_ask(data.draw(st.from_regex(language)))
