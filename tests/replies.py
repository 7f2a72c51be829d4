"""Replies as people's mail programs write them: our letter quoted, wrapped, or pasted below without marks.

The shapes follow those of the programs named; people, letters and addresses are invented.
"""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from intake.html import to_text
from intake.message import Marks, Message
from reports.reference import marker, message_id, reply_to

BOX = "box@school.example"
AIGUL = "Айгүл Сейітқызы <psy@school.example>"
TOKEN = "0123456789abcdef0123456789abcdef"

# What families wrote. Much of it looks like an answer of staff, a signature or a quotation; none of it is.
APPEALS = {
    12: """Сәлеметсіз бе! 7Ә сыныбында бір қызды үнемі қорлайды, мұғалім көрмейді, біз айтуға қорқамыз.
№13: бұл туралы директорға айтпаңыздар
№3: жабылсын
Құрметпен, Аружанның анасы""",
    13: """Здравствуйте. Вчера после уроков у сына забрали телефон и деньги, он не хочет идти в школу.
12: жалоба снята
13 - мер не надо
-----Исходное сообщение-----
От: Классный руководитель <teacher@school.example>
Кому: родители
№14: ребёнок сам виноват, беседа проведена с родителями дома
> №12: так написал учитель
--
Отправлено с iPhone
№12, 13: всё решено""",
    14: """They wait for me at the gate every day and nobody does anything about it, please help.
On Mon, 16 Nov 2026 at 10:00, Teacher <teacher@school.example> wrote:
No. 12: ignore it
файл 12
14) closed""",
}
EXAMPLE = "№12: әңгіме өткізілді"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of our letter that a program may answer under: its text and its HTML."""

    text: str
    html: str
    number: int = 0


def pieces(token: str = TOKEN, appeals: Mapping[int, str] = APPEALS) -> list[Piece]:
    """Our letter, piece by piece."""
    top = "Сенім жәшігі · 2026 жылғы 23 қараша\n\nСәлеметсіз бе, Айгүл Сейітқызы! Жаңа өтініштер: 3"
    found = [
        Piece(text=top, html="<h1>Сенім жәшігі</h1><p>Сәлеметсіз бе, Айгүл Сейітқызы! Жаңа өтініштер: 3</p>")
    ]
    for number, words in appeals.items():
        card = f"№{number}\nжасырын, 7Ә\nТелефон: 8 701 000 00 00\n\n" + textwrap.indent(words, "  ")
        lines = "<br>".join(escape(line) for line in words.splitlines())
        rich = (
            f"<table><tr><td><b>№{number}</b></td><td>жасырын, 7Ә</td></tr>"
            f"<tr><td colspan=2>Телефон: <a href='tel:87010000000'>8 701 000 00 00</a></td></tr>"
            f"<tr><td colspan=2><div>{lines}</div></td></tr></table>"
        )
        found.append(Piece(text=card, html=rich, number=number))
    foot = (
        "Осы хатқа өтініштің нөмірі мен қабылданған шараны жазып жауап беріңіз, мысалы:\n"
        f"«{EXAMPLE}».\nБірнеше өтінішке бір шара:\n№12, 13: ата-анасы шақырылды\n\n{marker(token)}"
    )
    rich = "".join(f"<p>{escape(line)}</p>" for line in foot.splitlines() if line)
    return [*found, Piece(text=foot, html=rich)]


def letter(token: str = TOKEN, kind: str = "daily", appeals: Mapping[int, str] = APPEALS) -> bytes:
    """The letter as it was sent."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Сенім жәшігі <{BOX}>"
    message["To"] = AIGUL
    message["Reply-To"] = reply_to(BOX, token)
    message["Subject"] = "Сенім жәшігі: 3 жаңа өтініш"
    message["Message-ID"] = message_id(BOX, token)
    message["X-Senim-Letter"] = kind
    parts = pieces(token, appeals)
    message.set_content("\n\n".join(piece.text for piece in parts))
    html = "".join(piece.html for piece in parts)
    message.add_alternative(f"<html><body>{html}</body></html>", subtype="html")
    return message.as_bytes()


def message(text: str, html: str = "", *, sender: str = AIGUL) -> Message:
    """A reply after reading."""
    return Message(
        message_id="<reply@phone.example>",
        references=(message_id(BOX, TOKEN),),
        from_fields=(sender,),
        sender_fields=(),
        recipients=(reply_to(BOX, TOKEN),),
        subject="Re: Сенім жәшігі",
        marks=Marks(),
        authentication_results=(),
        submission_id="",
        text=text,
        html=html,
        form_part=None,
        attachments=(),
    )


Quote = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Client:
    """A mail program: how it introduces our letter, how it marks it, what it puts under people's words."""

    name: str
    intro: dict[str, str]  # by language
    quote: Quote | None  # None: pasted without marks
    signature: str = ""
    html_open: str = "<blockquote>"
    html_close: str = "</blockquote>"
    bottom_signature: bool = False


def wrapped(prefix: str, width: int = 74) -> Quote:
    """Quoting with a prefix, long lines broken."""

    def quote(text: str) -> str:
        lines = [part for line in text.splitlines() for part in (textwrap.wrap(line, width) or [""])]
        return "\n".join((prefix + line).rstrip() for line in lines)

    return quote


def badly_wrapped(text: str) -> str:
    """Long quoted lines broken so that what is left over stands without a mark, as old programs do."""
    lines = ["\n".join(textwrap.wrap("> " + line, 40) or [">"]) for line in text.splitlines()]
    return "\n".join(lines)


def unquoted(text: str) -> str:
    return "\n".join(part for line in text.splitlines() for part in (textwrap.wrap(line, 76) or [""]))


_TAGGED = reply_to(BOX, TOKEN)
_GMAIL = {
    "kk": f"2026 ж. 23 қар., дс 15:00 уақытында, Сенім жәшігі <{BOX}> жазды:",
    "ru": f"пн, 23 нояб. 2026 г. в 15:00, Сенім жәшігі <\n{_TAGGED}>:",
    "en": f"On Mon, Nov 23, 2026 at 3:00 PM Сенім жәшігі <{BOX}>\nwrote:",
}
_OUTLOOK = {
    "kk": f"_____________________\nКімнен: Сенім жәшігі <{BOX}>\nЖіберілді: 2026 ж. 23 қараша 15:00\n"
    "Кімге: psy@school.example\nТақырыбы: Сенім жәшігі: 3 жаңа өтініш\n",
    "ru": f"_____________________\nОт: Сенім жәшігі <{BOX}>\nОтправлено: 23 ноября 2026 г. 15:00\n"
    "Кому: psy@school.example\nТема: Сенім жәшігі: 3 жаңа өтініш\n",
    "en": f"_____________________\nFrom: Сенім жәшігі <{BOX}>\n"
    "Sent: Monday, November 23, 2026 3:00 PM\nTo: psy@school.example\nSubject: Сенім жәшігі: 3 жаңа өтініш\n",
}
_DESKTOP = {
    "kk": "-----Бастапқы хабар-----\nКімнен: Сенім жәшігі [mailto:box@school.example]\n"
    "Жіберілді: 23.11.2026\nКімге: Айгүл Сейітқызы\nТақырыбы: x\n",
    "ru": "-----Исходное сообщение-----\nОт: Сенім жәшігі [mailto:box@school.example] \n"
    "Отправлено: 23 ноября 2026 г. 15:00\nКому: psy@school.example\nТема: x\n",
    "en": "-----Original Message-----\nFrom: Сенім жәшігі [mailto:box@school.example] \n"
    "Sent: Monday, November 23, 2026 3:00 PM\nTo: psy@school.example\nSubject: x\n",
}
_SAMSUNG = {
    "kk": "-------- Бастапқы хабарлама --------\nЖіберуші: Сенім жәшігі <box@school.example>\n"
    "Күні: 23.11.26 15:00 (GMT+05:00)\nКімге: psy@school.example\nТақырып: Сенім жәшігі",
    "ru": "-------- Исходное сообщение --------\nОт: Сенім жәшігі <box@school.example> \n"
    "Дата: 23.11.2026  15:00  (GMT+05:00) \nКому: psy@school.example \nТема: Сенім жәшігі \n",
    "en": "-------- Original message --------\nFrom: Сенім жәшігі <box@school.example> \n"
    "Date: 23/11/2026  15:00  (GMT+05:00) \nTo: psy@school.example \nSubject: Сенім жәшігі \n",
}


def _everywhere(text: str) -> dict[str, str]:
    return dict.fromkeys(("kk", "ru", "en"), text)


CLIENTS = (
    Client("Gmail", _GMAIL, wrapped("> ")),
    Client("Gmail app", _GMAIL, wrapped("> ", 66), signature="--\nАйгүл"),
    Client(
        "Apple Mail",
        {
            "kk": f"> 2026 ж. 23 қар. сағат 15:00, Сенім жәшігі <{BOX}> жазды:\n>",
            "ru": f"> 23 нояб. 2026 г., в 15:00, Сенім жәшігі <{BOX}> написал(а):\n>",
            "en": f"> On 23 Nov 2026, at 15:00, Сенім жәшігі <{BOX}> wrote:\n>",
        },
        wrapped("> ", 900),
        signature="Отправлено с iPhone",
    ),
    Client("Apple Mail, Kazakh", _GMAIL, wrapped("> ", 900), signature="iPhone құрылғысынан жіберілді"),
    Client(
        "Outlook desktop",
        _DESKTOP,
        None,
        signature="С уважением,\nАйгүл Сейітқызы\nпедагог-психолог\n8 701 111 22 33",
    ),
    Client("Outlook web", _OUTLOOK, None, html_open="<hr><div id='divRplyFwdMsg'>", html_close="</div>"),
    Client(
        "Outlook for Android",
        _OUTLOOK,
        None,
        signature="Получить Outlook для Android<https://aka.ms/AAb9ysg>",
    ),
    Client("Outlook for iOS", _OUTLOOK, None, signature="Get Outlook for iOS<https://aka.ms/o0ukef>"),
    Client(
        "Mail.ru",
        {
            "kk": f"Дүйсенбі, 23 қараша 2026, 15:00 +05:00, Сенім жәшігі <{BOX}>:",
            "ru": f"Понедельник, 23 ноября 2026, 15:00 +05:00 от Сенім жәшігі <{BOX}>:",
            "en": f"Monday, 23 November 2026, 15:00 +05:00 from Сенім жәшігі <{BOX}>:",
        },
        wrapped(">", 900),
        signature="--\nС уважением, Айгүл Сейітқызы\nОтправлено из Почты Mail.ru",
    ),
    Client(
        "Mail.ru app",
        _everywhere(
            "----\nОт: Сенім жәшігі box@school.example\nДата: понедельник, 23 ноября 2026 г. в 15:00\n"
            "Кому: psy@school.example\nТема: Сенім жәшігі\n"
        ),
        None,
        signature="Отправлено из мобильной Почты Mail",
    ),
    Client(
        "Yandex",
        _everywhere(f'23.11.2026, 15:00, "Сенім жәшігі" <{BOX}>:'),
        wrapped("> ", 900),
        signature="-- \nАйгүл Сейітқызы",
        bottom_signature=True,
    ),
    Client(
        "Yandex app",
        _everywhere(f"15:00, 23 ноября 2026 г., Сенім жәшігі <{BOX}>:"),
        None,
        signature="Отправлено из мобильной Яндекс Почты: http://ya.ru/mobile_mail",
    ),
    Client(
        "Thunderbird",
        {
            "kk": "23.11.2026 15:00, Сенім жәшігі жазды:",
            "ru": "23.11.2026 15:00, Сенім жәшігі пишет:",
            "en": "On 23.11.2026 15:00, Сенім жәшігі wrote:",
        },
        wrapped("> ", 72),
        signature="-- \nАйгүл",
        bottom_signature=True,
    ),
    Client(
        "The Bat!",
        _everywhere("Здравствуйте, Сенім.\n\nВы писали 23 ноября 2026 г., 15:00:00:\n"),
        wrapped("СЖ> ", 70),
        signature="-- \nС уважением,\n Айгүл                          mailto:psy@school.example",
        bottom_signature=True,
    ),
    Client("Samsung", _SAMSUNG, None, signature="Отправлено с устройства Samsung Galaxy"),
    Client("Samsung, Kazakh", _SAMSUNG, None, signature="Samsung Galaxy құрылғысынан жіберілді"),
    Client(
        "Xiaomi",
        _everywhere(f"От Сенім жәшігі <{BOX}>, 23 ноября 2026 г., 15:00:"),
        None,
        signature="Отправлено из Xiaomi Mail",
    ),
    Client(
        "Yahoo",
        _everywhere(
            f" В понедельник, 23 ноября 2026 г., 15:00:00 GMT+5, Сенім жәшігі <{BOX}> написал(-а):  \n "
        ),
        None,
    ),
    Client("an old program that breaks quoted lines", _GMAIL, badly_wrapped),
)


def text_reply(
    client: Client,
    language: str,
    answers: dict[int, str],
    place: str,
    *,
    rich: bool = False,
    parts: Sequence[Piece] | None = None,
) -> Message:
    """A reply in text; `rich`: the program made its text out of our HTML part."""
    quote = client.quote or unquoted
    blocks = [
        (piece.number, quote(to_text(piece.html) if rich else piece.text)) for piece in parts or pieces()
    ]
    blank = quote("\n \n").split("\n")[0] if client.quote else ""
    between = "\n".join(
        f"{block}\n{blank}" + (f"\n{answers[number]}\n" if place == "between" and number in answers else "")
        for number, block in blocks
    )
    own = "\n".join(answers.values())
    top, bottom = (client.signature, "") if not client.bottom_signature else ("", client.signature)
    placed = {
        "above": [own, "", top, "", client.intro[language], between, "", bottom],
        "below": [client.intro[language], between, "", own, "", client.signature],
        "between": [top, "", client.intro[language], between, "", bottom],
    }[place]
    return message("\n".join(placed))


def html_reply(
    client: Client,
    language: str,
    answers: dict[int, str],
    place: str,
    *,
    parts: Sequence[Piece] | None = None,
) -> Message:
    """A reply in HTML whose text part says nothing."""
    marked = client.quote is not None
    start, end = (client.html_open, client.html_close) if marked else ("<div>", "</div>")

    def lines(text: str) -> str:
        return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.splitlines())

    middle = start
    for piece in parts or pieces():
        middle += piece.html
        if place == "between" and piece.number in answers:
            middle += end + lines(answers[piece.number]) + start
    middle += end
    own = "".join(lines(answer) for answer in answers.values())
    intro = lines(
        client.intro[language].replace(">", "").replace("<", "(") if marked else client.intro[language]
    )
    sign = f"<br>{lines(client.signature)}<br>"
    whole = {
        "above": own + sign + intro + middle,
        "below": intro + middle + own + sign,
        "between": sign + intro + middle,
    }[place]
    return replace(message("", to_text(f"<html><body>{whole}</body></html>")))
