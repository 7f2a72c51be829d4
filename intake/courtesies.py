"""Courtesies in a reply, which say nothing of a measure: greetings, farewells, «Отправлено с iPhone»."""

import re

from intake.notices import begins_card, from_a_machine, signs

_FLAGS = re.IGNORECASE
_DASHES = re.compile(r"--\s*")
_MACHINE = (
    r"(?:iphone|ipad|айфон|android|андроид|samsung|galaxy|xiaomi|redmi|poco|huawei|honor|oppo|vivo|realme"
    r"|tecno|infinix|nokia|outlook|gmail|mail(?:\.ru)?\b|mymail|yahoo|yandex|яндекс|почт|пошта|the bat"
    r"|thunderbird|windows|blackberry|мобильн|мобильді|смартфон|телефон|планшет|устройств|құрылғы|mobile|phone|device|proton|aqua)"
)
_SENT_FROM = re.compile(
    rf"\W*+(?:(?:отправлено|послано|написано|создано)\s+(?:с|со|из|от|через|при помощи)\s+"
    rf"(?:\S+\s+){{0,2}}\S*{_MACHINE}.*"
    rf"|(?:sent|written|composed)\s+(?:from|with|via|using|by)\s.*{_MACHINE}.*"
    rf"|.*{_MACHINE}\S*\s.{{0,30}}жіберілді\W*|.*{_MACHINE}\S*\s+жіберілген\W*|жіберілді:?\s.*{_MACHINE}.*"
    rf"|(?:get|download|скачать|скачайте|получить|получите|жүктеп ал\w*)\s+(?:the\s+)?outlook\b.*"
    rf"|(?:(?:android|ios|iphone)\s+(?:\S+\s+){{0,2}})?outlook\b.{{0,30}}(?:жүктеп\s)?ал(?:у|ыңыз)\W*.*"
    r"|(?:https?://|<https?://)\S+\W*)",
    _FLAGS,
)
_FAREWELL = re.compile(
    r"\W*(?:(?:с|со)\s+(?:глубоким\s+)?(?:уважением|наилучшими(?:\s+пожеланиями)?|благодарностью)|с\s?ув\.?(?=\W|$)|құрметпен|сәлеммен"
    r"|ізгі ниетпен|игі тілекпен|алдын ала рахмет|искренне ваш|всего (?:доброго|хорошего)"
    r"|заранее (?:спасибо|благодарю)|(?:best|kind|warm)?\s*regards"
    r"|best wishes|sincerely|yours (?:truly|faithfully|sincerely)|cheers)(?!\w)",
    _FLAGS,
)
_GREETING = re.compile(
    r"\W*(?:(?:сәлем(?:етсіз(?:дер)?\s*(?:бе|ме)?)?|ассалаумағалейкум|қайырлы\s+(?:таң|күн|кеш)|құрметті\s+\w+"
    r"|здравствуйте|добрый\s+(?:день|вечер)|доброе\s+утро|приветствую|hello|hi|dear|good\s+(?:morning|afternoon|evening))"
    r"(?:[\s,]+[^\W\d_]+){0,2}"
    r"|(?:көп\s+)?рахмет(?:\s+сізге)?|(?:большое\s+)?спасибо(?:\s+большое)?|thanks?(?:\s+you)?(?:\s+very\s+much)?)\W*",
    _FLAGS,
)
_WORDS = re.compile(r"[^\W\d_]+")


def begins_signature(lines: list[str], writer: frozenset[str] = frozenset()) -> bool:
    """Whether all that follows, up to a line that names an appeal, is a signature (RFC 3676 §4.3).

    The first of these lines would begin it; those below tell whether a name has an office under it.
    """
    line = lines[0]
    if _DASHES.fullmatch(line):
        return True
    farewell = _FAREWELL.match(line) if len(line) <= 80 else None
    return signs(line[farewell.end() :], writer) if farewell else begins_card(lines, writer)


def greets(line: str) -> bool:
    """«Құрметті Сәуле Ахметқызы!»: says nothing to us, and something to a family."""
    return len(line) <= 120 and _GREETING.fullmatch(line) is not None


def says_nothing(line: str, writer: frozenset[str]) -> bool:
    """Whether a line is a greeting, a program's own advertisement or the writer's name."""
    if len(line) > 120:
        return False
    words = _WORDS.findall(line.casefold())
    if words and writer.issuperset(words) and not any(one.isdigit() for one in line):
        return True
    return bool(_SENT_FROM.fullmatch(line) or from_a_machine(line) or _GREETING.fullmatch(line))


def names_of(from_field: str) -> frozenset[str]:
    """The words of a display name, to know a signature that is only a name."""
    shown = re.sub(r"<[^<>]*>|\([^()]*\)|\S*@\S*", " ", from_field)
    return frozenset(word for word in _WORDS.findall(shown.casefold()) if len(word) > 1)
