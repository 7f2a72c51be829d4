"""What three readers do in two weeks of school days: which letter they answer, with what, in what words."""

from dataclasses import dataclass

from journal.model import DeedKind, Finding

PROGRAMS = {
    "aigul": ("Gmail app", "Mail.ru"),
    "yerlan": ("Outlook desktop", "Yandex"),
    "daniyar": ("Apple Mail", "Thunderbird"),
}
LANGUAGES = {"aigul": "kk", "yerlan": "ru", "daniyar": "kk"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something typed of one or several appeals, and what the Journal must have of it in the end."""

    ids: tuple[str, ...]
    typed: str
    measure: str = ""
    deeds: tuple[DeedKind, ...] = ()
    finding: Finding | None = None
    undone: bool = False  # taken back later


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message of a reader. `how`: above, below, between, bare (no number) or link (a new letter)."""

    day: int
    hour: float
    who: str
    lines: tuple[Line, ...]
    to: str = "daily"
    program: int = 0
    how: str = "above"
    style: str = "№{}: {}"


def measure(ids: str, words: str, *, undone: bool = False) -> Line:
    return Line(ids=tuple(ids.split()), typed=words, measure=words, undone=undone)


def deed(ids: str, words: str, *kinds: DeedKind, measure: str = "", undone: bool = False) -> Line:
    return Line(ids=tuple(ids.split()), typed=words, deeds=kinds, measure=measure, undone=undone)


def found(ids: str, words: str, finding: Finding, measure: str = "") -> Line:
    """A finding; what stands behind a dash is a measure too."""
    typed = f"{words} — {measure}" if measure else words
    return Line(
        ids=tuple(ids.split()), typed=typed, measure=measure, finding=finding, deeds=(DeedKind.FOUND,)
    )


def said(day: int, hour: float, who: str, *lines: Line, **more: object) -> Reply:
    return Reply(day=day, hour=hour, who=who, lines=lines, **more)  # type: ignore[arg-type]


# (day, hour, what): see two_weeks_events.py
EVENTS = (
    (1, 16.5, "forges"),
    (4, 15.0, "bounces"),
    (5, 15.1, "is away"),
    (8, 11.0, "doctor"),
)
ON_LEAVE = "yerlan", (7, 8, 9)
DOCTORS = "физрукпен сөйлестім, анықтама берілді"
K, F = DeedKind, Finding
UNDO = Line(ids=(), typed="ҚАТЕ")
PLOT = (
    # Monday
    said(0, 15.5, "aigul", measure("stairs", "сынып жетекшісімен сөйлестім, ертең баспалдақта өзім тұрамын")),
    said(0, 16, "yerlan", measure("canteen", "попросил развести пятые классы по времени"), program=1),
    said(0, 16.5, "daniyar", measure("cold", "шаруашылық бөліміне айтылды"), how="link"),
    said(0, 17, "yerlan", measure("phone", "поговорил с дежурными, смотрим камеру у гардероба"), how="link"),
    said(0, 17.2, "aigul", deed("phone", "таныстым", K.CONSIDERED), how="link"),
    # Tuesday
    said(1, 8.5, "aigul", measure("danger", "директорге хабарладым, баланы іздеп жатырмыз"), to="urgent"),
    said(1, 8.7, "yerlan", measure("danger", "созвонился с классными руководителями 8-х"), to="urgent"),
    said(
        1,
        15.5,
        "yerlan",
        measure("grades", "попросил учителя показать работы"),
        measure("bus", "позвонил перевозчику, водитель предупреждён"),
        how="between",
        program=1,
    ),
    said(1, 15.7, "aigul", measure("toilet", "завхозға жазылды"), how="between"),
    said(1, 17, "aigul", Line(ids=(), typed="Жоқ, мен емес"), to="confirm", how="bare"),
    # Wednesday
    said(
        2,
        15.3,
        "yerlan",
        measure("money", "поставили дежурство у выхода, с классом говорит инспектор"),
        deed("psychologist", "беру на себя", K.RESPONSIBLE),
    ),
    said(2, 15.4, "aigul", deed("nickname", "себеп: буллинг", K.CAUSE), program=1),
    said(2, 9.4, "aigul", measure("money", "баланы тауып, сөйлесіп жатырмын"), to="urgent"),
    said(2, 15.5, "aigul", measure("money", "баламен жеке сөйлесуге дайындалып жатырмын"), style="{} - {}"),
    said(2, 15.6, "daniyar", measure("homework sport", "мұғалімдермен кеңесте қаралады"), program=1),
    # Thursday
    said(3, 8.6, "aigul", measure("friend", "баланы таптық, ата-анасы шақырылды"), to="urgent"),
    said(3, 15.4, "daniyar", found("cold", "негізделген", F.JUSTIFIED, "терезе жөндеуге берілді"), program=1),
    said(3, 15.6, "yerlan", measure("lesson", "замену нашли с понедельника"), style="{}) {}"),
    said(
        3,
        16,
        "aigul",
        deed("library", "жауап: Сәуле ханым, оқулықтар 10 желтоқсанға дейін келеді.", K.ANSWERED),
    ),
    # Friday
    said(4, 12.3, "daniyar", measure("run", "баланы алып қалдық, әкесі шақырылды"), to="urgent", program=1),
    said(4, 15.4, "yerlan", measure("smoke seat", "поговорил с классными руководителями")),
    said(4, 15.6, "aigul", deed("thanks", "қаралды", K.CLOSED), program=1),
    said(4, 16, "daniyar", deed("teacher", "өзім қараймын", K.RESPONSIBLE), how="link"),
    said(4, 16.2, "yerlan", Line(ids=(), typed="отпуск: 16–20 ноября"), how="bare"),
    # The second Monday: Ерлан is on leave
    said(7, 15.3, "aigul", measure("night lonely", "екеуімен де жеке әңгіме өткізілді")),
    said(
        7,
        15.5,
        "daniyar",
        measure("gate canteenmeat", "қарауылға, асхана меңгерушісіне ескертілді"),
        how="below",
    ),
    said(7, 15.8, "daniyar", deed("doctor", "жолдау: мектеп дәрігері", K.PASSED_ON), program=1),
    said(
        7,
        16.5,
        "aigul",
        measure("video", "сынып жетекшісімен сөйлестім, сурет өшірілді", undone=True),
        how="link",
    ),
    said(7, 16.6, "aigul", UNDO, to="confirmation", how="bare", program=1),
    said(7, 16.8, "aigul", measure("video", "сурет өшірілді, ата-анасы шақырылды"), how="link"),
    # Tuesday
    said(
        8, 15.4, "daniyar", measure("olympiad", "іріктеу өткіземіз"), measure("water", "су тазартқыш қойылды")
    ),
    said(8, 15.6, "aigul", measure("tax", "ата-аналар комитетімен сөйлестім"), style="№{} {}", how="link"),
    said(8, 15.9, "daniyar", deed("club", "тапсыру: Айгүл Сейітқызы", K.RESPONSIBLE), program=1),
    # Wednesday
    said(9, 9.2, "aigul", measure("fight", "полиция шақырылды, сыныптармен сөйлестік"), to="urgent"),
    said(
        9,
        15.5,
        "aigul",
        deed("mother", "жауап: Айнұр ханым, сәрсенбіде сағат 16-да 105-кабинетке келіңіз.", K.ANSWERED),
        measure("music", "домбыраға тапсырыс берілді"),
        how="between",
    ),
    said(
        9, 15.7, "daniyar", found("camera", "негізсіз", F.UNFOUNDED, "камера дәлізде, тексерілді"), program=1
    ),
    # Thursday: Ерлан is back, a day earlier
    said(10, 8.5, "yerlan", Line(ids=(), typed="Вышел из отпуска"), how="bare"),
    said(10, 15.4, "yerlan", measure("tutor", "сұхбат", undone=True), program=1),
    said(10, 15.5, "yerlan", Line(ids=(), typed="ОШИБКА"), to="confirmation", how="bare"),
    said(10, 15.6, "yerlan", measure("tutor", "передано директору, идёт проверка")),
    said(
        10,
        15.8,
        "aigul",
        measure("racism love", "сынып сағаты өткізілді"),
        style="{}: {}",
    ),
    said(10, 16, "aigul", measure("mother", "анасымен сөйлестім")),
    # Friday
    said(11, 8.4, "yerlan", measure("threat", "с девочкой говорил, заявление в полицию"), to="urgent"),
    said(11, 15.5, "daniyar", measure("heating snow", "бүгін жөнделеді"), program=1),
    said(11, 15.6, "aigul", measure("silence sister notes", "дүйсенбіде сөйлесемін"), how="above"),
)
