"""The case forms of invented people's names, by the grammar books of Kazakh and Russian: to look for them."""

from collections.abc import Iterator
from dataclasses import dataclass

BACK, FRONT = "аоұыуяё", "әөүіеэию"
VOICELESS = "пфктсшщчцхқһбвгд"  # and в, б, г, д at the end of a word, which sound so


@dataclass(frozen=True)
class Person:
    """A member of staff as config.yaml names one."""

    name: str
    surname: str
    given: str
    patronymic: str = ""


PEOPLE = (
    Person("Сәбитова Айгүл Маратқызы", "Сәбитова", "Айгүл", "Маратқызы"),
    Person("Қасымов Данияр Асқарұлы", "Қасымов", "Данияр", "Асқарұлы"),
    Person("Данияр Әлиев", "Әлиев", "Данияр"),
    Person("Ерлан Маратов", "Маратов", "Ерлан"),
    Person("Жұмабаева Сәуле Ерланқызы", "Жұмабаева", "Сәуле", "Ерланқызы"),
    Person("Өтегенов Нұрлан Бекұлы", "Өтегенов", "Нұрлан", "Бекұлы"),
    Person("Шәріпов Ғалым Хасенұлы", "Шәріпов", "Ғалым", "Хасенұлы"),
    Person("Ахметжанова Гүлнәр Сейітқызы", "Ахметжанова", "Гүлнәр", "Сейітқызы"),
    Person("Мұқанғалиев Ілияс Оразұлы", "Мұқанғалиев", "Ілияс", "Оразұлы"),
    Person("Сағынтаев Төлеген Жанұзақұлы", "Сағынтаев", "Төлеген", "Жанұзақұлы"),
    Person("Бекмұхамедова-Ким Елена Викторовна", "Бекмұхамедова", "Елена", "Викторовна"),
    Person("Пушкарёва Наталья Сергеевна", "Пушкарёва", "Наталья", "Сергеевна"),
    Person("Гагарин Пётр Алексеевич", "Гагарин", "Пётр", "Алексеевич"),
    Person("Достоевская Анна Григорьевна", "Достоевская", "Анна", "Григорьевна"),
    Person("Троицкий Олег Игоревич", "Троицкий", "Олег", "Игоревич"),
    Person("Шевченко Ольга Ивановна", "Шевченко", "Ольга", "Ивановна"),
    Person("Сәдуақас Жанар Болатқызы", "Сәдуақас", "Жанар", "Болатқызы"),
    Person("Жұмабай Мағжан Бекенұлы", "Жұмабай", "Мағжан", "Бекенұлы"),
    Person("Мырзахмет Әсел Қанатқызы", "Мырзахмет", "Әсел", "Қанатқызы"),
    Person("Шмидт Виктор Андреевич", "Шмидт", "Виктор", "Андреевич"),
)


def kazakh(word: str) -> Iterator[str]:
    """All six cases, of one and of several, and with «his», «my» and «your»."""
    yield word
    yield from _cases(word)
    for base in (word + _harmony(word, _plural(word)),):
        yield base
        yield from _cases(base)
    for ending in ("ы", "ым", "ың") if word[-1].lower() not in BACK + FRONT else ("сы", "м", "ң"):
        mine = word + _harmony(word, ending)
        yield mine
        yield from _cases(mine, his=ending in ("ы", "сы"))


def _cases(word: str, *, his: bool = False) -> Iterator[str]:
    last = word[-1].lower()
    vowel, nasal, hard = last in BACK + FRONT, last in "мнң", last in VOICELESS
    if his:
        endings = ["ның", "на", "н", "нда", "нан", "мен"]
    elif vowel:
        endings = ["ның", "ға", "ны", "да", "дан", "мен", "нікі"]
    elif hard:
        endings = ["тың", "қа", "ты", "та", "тан", "пен", "тікі"]
    elif nasal:
        endings = ["ның", "ға", "ды", "да", "нан", "мен", "дікі"]
    else:
        endings = ["дың", "ға", "ды", "да", "дан", "бен" if last in "зж" else "мен", "дікі"]
    for ending in endings:
        yield word + _harmony(word, ending)


def _plural(word: str) -> str:
    last = word[-1].lower()
    if last in BACK + FRONT + "рй":
        return "лар"
    return "дар" if last in "лмнңзж" else "тар"


def _harmony(word: str, ending: str) -> str:
    """The ending with the vowels of the word: «Данияр» + «ға», «Айгүл» + «ге»."""
    vowels = [one for one in word.lower() if one in BACK + FRONT]
    if not vowels or vowels[-1] in BACK:
        return ending
    return ending.translate(str.maketrans("аығқ", "еігк"))


def russian(word: str) -> Iterator[str]:
    """The six cases of a surname or a given name, and the family's plural where there is one."""
    yield word
    for ending, forms in _RUSSIAN.items():
        if word.endswith(ending):
            stem = word[: -len(ending)] if ending else word
            yield from (stem + form for form in forms.split())
            return


_RUSSIAN = {
    "ова": "овой ову овы овых овым овыми",
    "ева": "евой еву евы евых евым евыми",
    "ёва": "ёвой ёву ёвы ёвых ёвым ёвыми евой",
    "ина": "иной ину ины иных иным иными",
    "ов": "ова ову овым ове овы овых овыми",
    "ев": "ева еву евым еве евы евых евыми",
    "ин": "ина ину иным ине ины иных иными",
    "ская": "ской скую ские ских ским скими",
    "кая": "кой кую кие ких ким кими",
    "кий": "кого кому ким ком кие ких кими",
    "вна": "вны вне вну вной",
    "вич": "вича вичу вичем виче",
    "ья": "ьи ье ью ьей",
    "а": "ы е у ой",
    "й": "я ю ем е",
    "ь": "и ью",
    "о": "о",
    "е": "е",
    "ы": "ы",
    "": "а у ом е",
}

_PLAIN = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІёЁ", "агкноуухиАГКНОУУХИеЕ")
_LATIN = dict(zip("абвгдезийклмнопрстуфхъыьэ", "abvgdeziyklmnoprstufh'y'e", strict=True))
_LATIN |= {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ё": "yo"}
_LATIN |= {"ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i"}


def without_kazakh_letters(word: str) -> str:
    """As typed where the keyboard has Russian letters only."""
    return word.translate(_PLAIN)


def in_latin(word: str, **instead: str) -> str:
    """As typed with a Latin keyboard; `instead` are a writer's own ways: қ="q"."""
    table = {**_LATIN, **instead}
    return "".join(table.get(one, table.get(one.lower(), one).capitalize()) for one in word)
