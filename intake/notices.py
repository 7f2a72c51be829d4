"""What offices and machines put below a letter: confidentiality notices, antivirus lines, calling cards.

No single word makes such a line, for a measure may hold each of them: «құпия» alone is a child's secret.
"""

import re

_FLAGS = re.IGNORECASE
_LOOKED = 600  # characters of a notice that are looked at
# How a notice begins; it speaks of the letter itself.
_SPEAKS_OF_ITSELF = re.compile(
    r"[\W_]*(?:(?:внимание|важно|назар аударыңыз|маңызды|important|attention|notice|ескерту)\b[\W_]+)?"
    r"(?:(?:бұл|осы)\s+(?:электронды?қ?\s+)?(?:хат|хабар|пошта)\w*"
    r"|(?:настоящ|данн|эт)\w*\s+(?:электронн\w*\s+)?(?:почтов\w*\s+)?(?:сообщени|письм|отправлени|e-?mail)\w*"
    r"|(?:вся\s+)?информация,?\s+(?:содержащаяся\s+)?в\s+(?:этом|данном|настоящем)"
    r"|this\s+(?:e-?mail|message|communication|transmission)\b"
    r"|(?:the\s+|any\s+)?(?:information|contents?)\s+(?:contained\s+)?(?:in|of)\s+this"
    r"|если\s+вы\s+(?:не\s+являетесь|получили)|егер\s+(?:сіз\s+)?(?:бұл|осы)\s+ха(?:т|бар)|if\s+you\s+(?:are\s+not|have\s+received))",
    _FLAGS,
)
_TITLE = re.compile(
    r"[\W_]*(?:confidentiality\s+(?:notice|note|statement)|(?:legal\s+)?disclaimer|(?:уведомление|оговорка|заявление)\s+о"
    r"\s+конфиденциальности|конфиденциальность\s*:|құпиялылық\s+туралы\s+(?:ескерту|хабарлама)|құпиялылық\s*:)",
    _FLAGS,
)
# What it then says. Two of these make a notice; one may as well be a person's.
_SAYS = tuple(
    re.compile(one, _FLAGS)
    for one in (
        r"құпия|конфиденциал|confidential|privileged",
        r"қоса\s+беріл|тіркел|тіркеме|приложени|вложени|прикрепл|attach",
        r"алушы\w*\s+(?:ғана\s+|үшін\s+)?арнал|арналған\s+тұлға|предназначен|адресат|получател|intended|recipient|addressee",
        r"по\s+ошибке|ошибочно|қателесіп|қате\s+(?:алса|келсе)|in\s+error|by\s+mistake|удалите|жойыңыз|\bdelete\b",
        r"может\s+содержать|may\s+contain|содержащ|\bcontained|болуы\s+мүмкін",
    )
)
_VIRUSES = re.compile(
    r"\W*+(?:(?:без\s+вирусов|вирусов\s+(?:нет|не\s+обнаружено)|virus[-\s]?free|в[иі]рус(?:тар)?\s+(?:жоқ|табылған\s+жоқ|табылмады)"
    r"|no\s+virus(?:es)?\s+found)\W*(?:(?:in|в)\s+(?:this|этом)\s+\S+\W*)?(?:\S{1,40}\.\w{2,4}\S{0,20})?"
    r"|(?:(?:бұл|осы|хат|хабарлама)\s+){0,2}в[иі]рус\w*\s+тексеріл(?:ген|ді)\b.{0,50}"
    r"|(?:(?:это|данное|сообщение|письмо)\s+){0,2}проверено\s+(?:на\s+(?:наличие\s+)?вирус|антивирус|kaspersky|касперск|avast"
    r"|dr\.?\s?web|nod\s?32|eset|avg|mcafee|mail\.ru).{0,60}"
    r"|(?:this\s+)?(?:e-?mail|message)\s+(?:has\s+been\s+|was\s+)?(?:checked|scanned)\s+(?:for|by)\b.{0,80}"
    r"|(?:www\.)?(?:avast|avg|kaspersky|drweb|eset|mcafee)\.\w{2,3}\W*)",
    _FLAGS,
)
_PAPER = re.compile(
    r"\W*(?:please\s+)?(?:(?:consider|think\s+(?:of|about))\s+the\s+environment\s+before\s+printing"
    r"|(?:прежде,?\s+чем|перед\s+тем,?\s+как)\s+(?:рас)?печатать\s+это"
    r"|(?:бұл|осы)\s+хатты\s+(?:басып|басу)\S*\s+(?:шығар\w*\s+)?(?:бұрын|алдында)).{0,100}",
    _FLAGS,
)
_POST = (
    r"(?:педагог|психолог|әлеуметтік|социальн|директор|орынбасар|заместител|завуч|мұғалім|учител|жетекші|руководител"
    r"|мектеп|школ|лице[йя]|гимназ|кгу|кмм|гу\b|school|lyceum|psychologist|teacher|deputy|director|social|pedagogue)"
)
_CARD = re.compile(
    rf"\W{{0,3}}(?:(?:тел|моб|ұялы|сот|раб|whatsapp|phone|tel|mob|cell|e-?mail|пошта|почта|факс|fax|сайт)\w*\W{{1,4}}\S.*"
    rf"|\+?[\d\s()-]{{6,20}}|\S+@\S+|(?:www\.|https?://)\S+"
    rf"|.{{0,40}}(?:қ\.|г\.|ул\.|көш\w*|даңғыл\w*|проспект|пр\.).*|.{{0,40}}\b{_POST}.*)",
    _FLAGS,
)
_IS_POST = re.compile(rf"\W*{_POST}", _FLAGS)
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def begins_notice(lines: list[str]) -> bool | None:
    """Whether a notice about the letter itself begins with the first of these lines; None: perhaps."""
    first = lines[0][:_LOOKED]
    titled = _TITLE.match(first) is not None
    if not titled and not _SPEAKS_OF_ITSELF.match(first):
        return False
    here = sum(1 for one in _SAYS if one.search(first))
    words = " ".join(lines)[:_LOOKED]
    said = sum(1 for one in _SAYS if one.search(words))
    if said + titled > 1:
        return True
    return None if here else False


def from_a_machine(line: str) -> bool:
    """«Без вирусов. www.avast.ru», «Please consider the environment …»."""
    return len(line) <= 200 and bool(_VIRUSES.fullmatch(line) or _PAPER.fullmatch(line))


def begins_card(lines: list[str], writer: frozenset[str]) -> bool:
    """«Айгүл Сейітқызы» and «педагог-психолог» under it, or behind a comma."""
    first = lines[0]
    words = _WORDS.findall(first.casefold())
    if len(first) > 80 or not writer or not words or words[0] not in writer:
        return False
    rest = [one for one in words if one not in writer]
    if rest:
        return all(_IS_POST.match(one) for one in rest)
    return any(len(one) <= 120 and _CARD.fullmatch(one) for one in lines[1:] if one)


def signs(rest: str, writer: frozenset[str]) -> bool:
    """Whether what stands behind «Құрметпен» is a name or an office: «Құрметпен қарым-қатынас» is neither."""
    words = _WORDS.findall(rest)
    if not words:
        return True
    if rest.lstrip()[:1] in {",", ".", "!", "-", "–", "—"} and len(words) <= 3:
        return True
    return all(
        one[0].isupper() or one.casefold() in writer or _IS_POST.match(one) or one.casefold() in _BETWEEN
        for one in words
    )


_BETWEEN = frozenset(
    {
        "ваш",
        "ваша",
        "вам",
        "всем",
        "сізге",
        "бәріңізге",
        "сіздің",
        "yours",
        "your",
        "to",
        "you",
        "all",
        "м",
        "в",
    }
)
