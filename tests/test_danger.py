"""What is urgent by its words and what is not: sentences as children and parents write them."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.draft import Draft
from intake.reader import Reader
from journal.model import Appeal
from reports import danger
from reports.danger import tells_of_danger
from tests.drafts import HABITS
from tests.school import plain_letter

DANGER = """
Өлгім келеді.
Менің өмір сүргім келмейді, ешкімге керек емеспін
мен ертең өлемін деп шештім
Өзіме қол жұмсағым келеді
ол өзіне қол салмақшы болып жүр
Досым асылып қалам дейді
Терезеден секіріп кетсем деп ойлаймын
Мені мектептен кейін өлтіреміз деп қорқытады
мені өлтіреді ғой мамам үшін
Қолымды тілгілеп жүрмін
Ол қолын лезбемен тілгілеп жүр
Әкем мені күнде ұрады
Көршіміз баласын сабап жатыр, айғайы естіледі
Үшінші сыныптың баласын дәретханада ұрып-соқты
Мені тепкілеп кетті, енді мектепке барғым келмейді
Ағам маған қол көтереді
Бапкер денемді ұстайды, айтуға ұяламын
Оны зорлап жатыр деп естідім
Әкем ішіп келіп анамды ұрады
Үйге баруға қорқамын
Үйден қашып кеткім келеді
қызым үйден кетіп қалды, телефонын көтермейді
Жоғары сынып оқушылары ақшамды тартып алып жүр
Ақша бермесең ұрамыз дейді
Видеомды таратамыз деп шантаж жасап жүр
Сыныптасым мектепке пышақ алып келді
Бір бала тапанша көрсетті
Ертең мектепті жарып жіберем дейді
Бізді зорлық-зомбылықтан құтқарыңыздаршы
Мен өлсем ешкім жыламайды
олгим келеди
Мен олемин
Мени урып согады
уйден кашып кеткым келеди
Өзіме кол жумсаймын
olgim keledi
Meni mektepte uradi
ozime kol jumsagym keledi
Ө л г і м келеді
Өлгiм кeлeді
я хочу умереть
Не хочу жить
Больше не хочу жить, всем будет легче
Мне незачем жить
я устала жить так
Лучше бы меня не было
Моя подруга говорит что спрыгнет с крыши
Я наглотаюсь таблеток
выпила много таблеток
Брат хочет покончить с собой
Думаю о суициде каждый день
Она режет себе руки
Я режу вены когда мне плохо
порезала себя вчера
Меня бьют после уроков
Папа бьёт маму и меня
Отчим избил меня ремнём
Физрук ударил моего сына по лицу
Его избивают в туалете, помогите
Тренер трогает меня за грудь
дядя пристаёт ко мне
Он просит скинуть нюдсы
Мою дочь пытались изнасиловать
Угрожают убить если расскажу
я тебя убью написал мне одноклассник
Он сказал что зарежет меня
Боюсь идти домой
Я сбегу из дома
Хочу убежать из дома навсегда
Наша одноклассница пропала, не приходит третий день
не ночую дома уже два дня
Старшеклассники отбирают у меня деньги
Вымогают деньги каждый день
У меня отбирают телефон и деньги
Если не принесешь деньги, побьём
Он шантажирует меня фотографиями
Мальчик из 8 класса носит нож в рюкзаке
Он угрожал мне ножом
У него пистолет
Завтра устрою стрельбу в школе
Он обещал взорвать школу
Они забили стрелку моему брату
прощальная записка лежит у меня в столе
ya hochu umeret
menya byut v shkole
ne hochu zhit
ubyu sebya
я х о ч у  у м е р е т ь
с у и ц и д
су\u00adицид
cуицид
УБЬЮЮЮЮТ МЕНЯ
Меня не бьют при учителях. Но после уроков избивают.
Если я не отдам обед, меня изобьют
Спасите меня
I want to die
I don't want to live anymore
He beats me every day
my stepfather touches me
He has a gun
I will run away from home, nobody hits me there
They blackmail me with my photos
She is cutting herself
i will kill myself
""".strip().splitlines()

HARMLESS = """
Мені сыныпта мазақтайды
Мені балалар мазақ қылады, көмектесіңізші
Маған көмек керек
Асханадағы тамақ суық
Өлең жаттау қиын
Үлгі сабақ керемет өтті
Өлкетану сабағы қызық
Олимпиадаға неге мені алмайды?
Күлкіден өліп бара жаздадық
Ұялғаннан өле жаздадым
Шаршап өлдім
Достарым менімен сөйлеспейді
Мұғалім ұрысты, себебі үй жұмысын жасамадым
Мұғалім маған айғайлайды
Кітабымды ұрлап кетті
Сабақтан қашып кетеді
Сабақ кестесін өзгертсе екен
Қарындашым жоғалып қалды
Ұрпақтар сабақтастығы туралы жиналыс болды ма?
Қарусыз күрес
Спортзалда доп тепті
Ұлан ұйымына мені неге қабылдамады?
Сынып бөлмесі суық, тоңып отырамыз
Дәретхана лас, сабын жоқ
Ол мені ұрған жоқ, тек ренжітті
Аулада қар басып қалды
Ақша жинауды қойыңыздаршы
Мектеп жөндеуге ақша жинайды
Сурет салып жіберді
Атамыз сексен жаста қайтыс болды
Мен қалада өмір сүргенді ұнатамын
Қанша рет айттым, бірақ ешкім тыңдамайды
Доспен ұрысып қалдым
Психологпен сөйлескім келеді
Жанар апай бағамды төмен қойды
Даусымды көтергенім үшін кешірім сұраймын
Сабақта қол көтердім, бірақ мұғалім сұрамады
Ұйқым келеді, сабақ ерте басталады
Асыл деген досым ауырып қалды
Бәрі жақсы, рақмет!
Меня дразнят в классе
Меня обзывают очкариком
Помогите пожалуйста, мне грустно
Мне нужна помощь психолога
В столовой невкусно и дорого
Мы чуть не умерли со смеху
умираю со смеху на ваших уроках
умру от скуки на этой физике
Убил время на бесполезный кружок
Мы убиваем время в коридоре
Учитель физики убийственно скучный
На уроке математики душно
Нам нельзя быть в коридоре на перемене
Хочу быть врачом, помогите с выбором
Учебник избитых тем
Меня никто не бьёт, просто не дружат
Дети бьют по мячу под окнами
Угрожает двойкой за поведение
Часы бьют полдень слишком громко
Водяной пистолет отобрали справедливо
На технологии нет острых ножниц
Ножи в столовой тупые
Концерт был просто бомба
Гранатовый сок дорогой
Мама ушла на работу, я дома один, скучно
Он живёт на улице Абая
У сына пропал телефон
Мы режем бумагу на труде
Эта музыка режет слух
Песня трогает меня до слёз
В туалете нет бумаги
Парта сломана
Почему отменили олимпиаду?
Учитель кричит на нас
Учитель ставит двойки несправедливо
Подруга со мной не разговаривает
У меня нет друзей
Карусель во дворе сломана
Воспитательница добрая, спасибо
Насильно кормят кашей
Проектор сдох, уроки без него
Шкафчики маленькие
Жить не могу без вашей столовой, готовят вкусно
Хорошая школа, спасибо
The soup is cold
They tease me in class
I need help with maths
We killed time in the hall
I was dying of laughter
The concert was great
asylzhan degen dosym bar
stolovaya dorogaya
sabak kestesi
""".strip().splitlines()


@pytest.mark.parametrize("said", DANGER)
def test_words_of_danger_are_heard(said: str) -> None:
    assert tells_of_danger(said)


@pytest.mark.parametrize("said", HARMLESS)
def test_what_can_wait_until_15_00_is_not_urgent(said: str) -> None:
    assert not tells_of_danger(said)


def test_the_table_has_enough_of_both() -> None:
    assert len(DANGER) >= 90
    assert len(HARMLESS) >= 80


LETTERS = st.characters(whitelist_categories=("Lu", "Ll", "Nd", "Po", "Zs", "Cf", "Mn", "So"))


@given(st.text(LETTERS), st.sampled_from(DANGER), st.text(LETTERS))
def test_danger_is_heard_whatever_stands_around_it(before: str, said: str, behind: str) -> None:
    assert tells_of_danger(f"{before}\n\n{said}\n\n{behind}")


@given(st.sampled_from(DANGER), st.sampled_from(HARMLESS))
def test_a_saying_beside_it_hides_no_danger(said: str, saying: str) -> None:
    assert tells_of_danger(f"{saying}. {said}")
    assert tells_of_danger(f"{said}. {saying}")


@given(st.sampled_from(DANGER), st.data())
def test_capitals_and_what_nobody_sees_hide_nothing(said: str, data: st.DataObject) -> None:
    unseen = data.draw(st.sampled_from("\u200b\u2060\ufeff\u00ad"))
    at = data.draw(st.integers(0, len(said)))
    assert tells_of_danger((said[:at] + unseen + said[at:]).upper())


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    assert tells_of_danger(text) in (True, False)


@pytest.mark.parametrize("piece", ["меня ", "өлең ", "а б ", "x ", "не ", "ааа", "күлкіден өл "])
def test_a_long_text_costs_no_more_than_its_length(piece: str) -> None:
    """Not its square: ten times the text is not a hundred times the work."""
    tells_of_danger("")

    def cost(length: int) -> float:
        text = piece * (length // len(piece))
        began = time.process_time()
        tells_of_danger(text)
        return time.process_time() - began

    assert cost(200_000) < 40 * cost(20_000) + 1


def test_the_process_that_reads_letters_marks_them(reader: Reader) -> None:
    letters = [
        plain_letter("Менің өлгім келеді"),
        plain_letter("Асхана суық"),
        plain_letter("—", subject="Меня бьют"),
    ]
    found = [one.appeal for one in reader.drafts(letters, HABITS) if isinstance(one, Draft)]
    assert [one.urgent for one in found if isinstance(one, Appeal)] == [True, False, True]


@pytest.mark.parametrize(
    "edited", ["[life]\nkk = [", "[life]\nkk = 5", "[life]\nkk = ['а & б & в']", "life = 'өлгім'", None]
)
def test_with_a_list_that_somebody_spoilt_every_appeal_is_urgent(
    edited: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if edited is not None:
        (tmp_path / "danger.toml").write_text(edited)
    monkeypatch.setattr(danger, "templates", lambda: tmp_path)
    danger.read_lists.cache_clear()
    assert tells_of_danger("Асхана суық")
    with pytest.raises(danger.ListUnreadable, match="danger"):
        danger.read_lists()
    monkeypatch.undo()
    danger.read_lists.cache_clear()
    assert not tells_of_danger("Асхана суық")


def test_a_school_can_add_words_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "danger.toml").write_text('[life]\nkk = ["көк үйде"]\n')
    monkeypatch.setattr(danger, "templates", lambda: tmp_path)
    danger.read_lists.cache_clear()
    assert tells_of_danger("Кешке бәрі көк үйде кездеседі")
    assert not tells_of_danger("Өлгім келеді")
    monkeypatch.undo()
    danger.read_lists.cache_clear()
