"""Hears in a plain letter that its writer wants to stay unknown, in whatever words that is said.

Too wide a net only makes a signed letter anonymous, and the name can be asked for; too narrow a one gives a
child's name to everybody who reads. Words about somebody else («анонимный чат») are no wish.
"""

import re

_FLAGS = re.IGNORECASE | re.VERBOSE
_SIGNS = re.compile(r"""[,;()«»“”"*_—–]""")
_ENDS = re.compile(r"\s*[.!?:…]+\s*")
# Lines are read with « . » between sentences, without commas, and «ё» as «е». Forms in -ет, -ит, -ут, -ют,
# -ат, -ят tell of others: «учитель не называет детей по имени».
_TELLING = "указ|назыв|назов|сооб|говор|скаж|раскр|разглаш|пис|пиш|напиш|упом|выдав"
_I_TELL = rf"(?!\w*[еиуюая]т(?:ся)?\b)(?:{_TELLING})\w*"
_LETTER = "обращени|письмо|сообщени|заявлени|жалоба"
_RUSSIAN = re.compile(
    rf"""
      (?:^|\.\ )(?:это\ )? аноним (?:ка|но)?\ ?(?:\.|$)
    | \b (?:я|от|ваш|это|пишет)\ аноним(?:а|ка)? \b
    | (?:^|\.\ |\ это\ |\ мо[ея]\ ) анонимн(?:ое|ая)\ (?:{_LETTER})\w*
    | (?<!не\ ) \b анонимност[ьи] \b
    | (?<!не\ ) \b анонимно \b (?!\ \w+[еиуюая]т\b)
    | \b (?:остаться|остава\w+|быть|буду|сохранить)\ (?:\w+\ )?(?:неизвестн|анонимн)\w+ | \b инкогнито \b
    | \b без\ (?:мо\w+\ )?(?:имени|подписи|фамилии)(?:\ и\ фамилии)?(?:\ пожалуйста)?\ ?(?:\.|$)
    | \b (?:имя|имени|фамили[юи]|фио|себя|кто\ я)\ (?:\w+\ ){{0,3}}не\ (?:\w+\ ){{0,2}}
        (?:{_I_TELL}|хочу|хотел\w*|буду)
    | \b не\ (?:\w+\ ){{0,3}}{_I_TELL}\ (?:\w+\ ){{0,4}}
        (?: (?:мо|сво)\w+\ (?:имя | (?:\w+\ )?данны\w+)
          | имени | имя | фамилию | фио | себя | кто\ (?:я|это|вам|напис\w+)
          | что\ это\ я ) \b
    | \b не\ (?:(?:хочу|буду|стану|могу)\ )?(?:подписываться|подписываюсь|подпишусь|представл\w+сь|называться)
    | \b (?:не\ (?:хо[чт]\w+|надо|нужно) | никто | никому) \b [^.]{{0,40}}
        \b (?:кто\ я | что\ (?:это\ )?я | от\ кого | кто\ (?:это\ )?(?:вам\ )?(?:напис|сообщ|рассказ)\w+) \b
    | \b не\ (?:указывай|упоминай|называй|указыва|упомина|называ)(?:те|ть)\ меня \b
    | \b не\ (?:выдав|сдав)\w+\ меня \b | \b меня\ не\ (?:выдав|сдав|назыв)(?:ать|айте|ай)\b
    """,
    _FLAGS,
)
_KAZAKH = re.compile(
    r"""
      (?:^|\.\ ) (?:жасырын|анонимді?) \ ?(?:\.|$)
    | (?:^|\.\ ) (?:жасырын|анонимді)\ (?:түрде(?:гі)?\ )?(?:хабар|хат|өтініш|арыз|шағым|ақпарат)\w*
    | \b (?:жасырын|анонимді)\ (?:түрде\ )?(?:жаз|қал|өтін|хабарла|айт|жібер|бол)\w*
    | \b (?:аты|есім|тегім)\w*\ (?:\w+\ ){0,2}
        (?!\w*[дт][ыі]\b)(?:атама|айтпа|жария\ етпе|көрсетпе|жасыр|құпия)\w*
    | \b (?:атымды | есімімді | аты[\ -]жөнімді | тегімді | екенімді)\ (?:\w+\ ){0,3}
        (?:\w+[пбм][ае](?:й|ң|с|у)?\w* | жасыр\w* | құпия\w*)
    | \b (?:аты[\ -]жөнсіз | есімсіз) \b
    | \b мен\ туралы\ (?:\w+\ ){0,2} білмесін\w*
    | \b құпия\ (?:болсын|қалсын)\w* \b
    """,
    _FLAGS,
)
_ENGLISH = re.compile(
    r"""
      (?<!not\ ) \b (?:anonymously | anonymous(?:\ please)?\ ?(?:\.|$))
    | \b (?:to\ be|be|stay|remain|keep|kept|am|i'm)\ (?:\w+\ ){0,3}anonymous \b
    | (?:^|\.\ )(?:this\ is\ )?(?:an\ )?anonymous\ (?:letter|message|appeal|report|complaint) \b
    | \b (?:do\ not|don'?t|never|rather\ not|will\ not|won'?t)\ (?:\w+\ ){0,3}
        (?:say|tell|give|mention|use|reveal|share|write|know)\w*\ (?:\w+\ ){0,3}
        (?:my\ name|who\ (?:i|wrote|sent|it)\b|it\ was\ me|it'?s\ me)
    | \b (?:nobody|no\ one|never)\ (?:\w+\ ){0,3} know\w*\ (?:\w+\ )?
        (?:it\ was\ me|it'?s\ me|who\ i\ am|i\ wrote)\b
    | \b (?:do\ not|don'?t)\ want\ my\ name \b
    | (?:^|\.\ )(?:no|without\ (?:a|my))\ name(?:s)?(?:\ please)?\ ?(?:\.|$)
    """,
    _FLAGS,
)
# Each of the patterns above needs one of these, without regard to case; most lines have none.
_NEEDED = """
аноним инкогнито неизвестн имя имени подпис подпиш фамили фио себя кто кого что представл называться меня
данны жасыр аты есім тегім екенімді құпия білмесін anonym name who me wrote
"""
_STEMS = tuple(_NEEDED.split())


def may_ask(line: str) -> bool:
    """False only where `asks_to_stay_unknown` would be, in a hundredth of its time."""
    folded = line.casefold().replace("ё", "е")
    return any(map(folded.__contains__, _STEMS))


def asks_to_stay_unknown(line: str) -> bool:
    """Whether a line says that its writer is not to be named."""
    words = _SIGNS.sub(" ", line.replace("ё", "е").replace("Ё", "Е").replace("’", "'")).split()
    read = " ".join(_ENDS.sub(" . ", " ".join(words)).split())  # long gaps would cost _ENDS their square
    return any(wish.search(read) for wish in (_RUSSIAN, _KAZAKH, _ENGLISH))
