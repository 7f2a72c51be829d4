"""Signs in a plain letter of who wrote it, and of a wish that nobody should know.

A wish counts before a name does. A name counts only where a person would put their own: in doubt the letter
is anonymous, for a name can be asked for later and cannot be taken back (mail.md §2).
"""

import re

from intake.own_words import after_valediction
from intake.wishes import asks_to_stay_unknown, may_ask
from reports.names import is_full_name

_FLAGS = re.IGNORECASE | re.VERBOSE
_WISH_IN_SUBJECT = re.compile(r"(?<!не\ ) \b (анонимн?\w* | жасырын | anonym\w*) \b (?!\ емес)", _FLAGS)
_WISH_ON_A_LINE = re.compile(
    r"""\W* (
      (это\ )? аноним (но | ное\ (обращение | письмо | сообщение))?
    | анонимді (\ өтініш | \ хат)?
    | жасырын (\ түрде | \ өтініш | \ хат)?
    | (this\ is\ )? (an\ )? anonymous (ly | \ (letter | message | appeal))?
    ) \W*""",
    _FLAGS,
)
_LABEL = re.compile(
    r"""( аты[-\ ]?жөні\w* | т\.?\ ?а\.?\ ?ә\.? | ф\.?\ ?и\.?\ ?о\.? | автор | заявитель | родитель
    | өтініш\ беруші | ата-анасы? | full\ name | name | меня\ зовут | менің\ (атым | аты-жөнім)
    | my\ name\ is )
    (?:\s*+[:–—-])?\s++ (.{3,100})""",  # a gap is taken whole: in two parts it would cost its length squared
    _FLAGS,
)
_NOT_NAMES = """
мама папа ана әке апа ата аға әже мать отец школа мектеп класс сынып почта пошта box mail school admin
administrator user team service support iphone android xiaomi samsung huawei ученик ученица оқушы добрый
добрая день вечер утро здравствуйте құрметті қайырлы уважаемый уважаемая уважаемые dear спасибо рақмет
рахмет thank thanks you учитель учительница мұғалім мұғалима директор завуч аноним анонимно жасырын
anonymous no without без имени студент семья отбасы жәшігі жәшік ящик доверия сенім hello hi good morning
сәлем сәлеметсіз привет помогите көмек көмектесіңіз help пожалуйста средняя гимназия лицей казахстан
қазақстан алматы астана республика
"""
_NOT_PEOPLE = frozenset(_NOT_NAMES.split())
_CONTACT = re.compile(r".*\d.* | \S+@\S+ | .*\b(тел | сынып | класс | phone | мекенжай | адрес).*", _FLAGS)
_LONGEST_CLOSING = 60


def says_anonymous(subject: str, lines: list[str]) -> bool:
    """Whether a letter asks to be anonymous: in its subject, on a line of its own, or in a phrase."""
    if _WISH_IN_SUBJECT.search(subject):
        return True
    return any(only_asks(line) or (may_ask(line) and asks_to_stay_unknown(line)) for line in lines)


def only_asks(line: str) -> bool:
    """Whether a line says «anonymous» and nothing else."""
    return bool(_WISH_ON_A_LINE.fullmatch(line))


def name_in(lines: list[str]) -> str | None:
    """A labelled name («ФИО: …»), or one closing the letter: «С уважением, …», or a paragraph."""
    for line in lines:
        labelled = _LABEL.fullmatch(line.strip())
        if labelled and is_person(_bare(labelled[labelled.lastindex or 0])):
            return _bare(labelled[labelled.lastindex or 0])
    closing = [line.strip() for line in lines]
    while closing and (
        not closing[-1] or (len(closing[-1]) <= _LONGEST_CLOSING and _CONTACT.fullmatch(closing[-1]))
    ):
        closing.pop()
    if not closing:
        return None
    return _closing_name(closing)


def is_person(words: str) -> bool:
    """Whether these words can only be somebody's name: two or three, capitalised, no common noun."""
    return is_full_name(words) and not _NOT_PEOPLE.intersection(words.lower().split())


def _closing_name(lines: list[str]) -> str | None:
    *before, last = lines
    name = _bare(after_valediction(last.strip()))
    if not is_person(name):
        return None
    above = before[-1] if before else ""
    if name != _bare(last) or (above and not _bare(after_valediction(above))):
        return name  # «С уважением, Ерлан Маратов», on one line or two
    spoken = next((line for line in reversed(before) if line), ":")
    alone = not above and not spoken.endswith((":", ","))  # «Обижают:» and a name: not the writer's
    return name if alone else None


def _bare(words: str) -> str:
    return words.strip().rstrip(" .,!")
