"""What other sites' form mailers write: one function for each, from what was typed to the body of a letter.

After their public code, database dumps and help pages; Tilda, uCoz and Formspree partly from memory.
"""

import html
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.header import Header

VISITOR = "mother@family.example"
# What a mailer knows of a visitor and adds by itself: none of it may be in an entry of an anonymous child.
TRACES = (
    "203.0.113.7",
    "Mozilla",
    "Canarefox",
    "school.example/canary",
    "9070605:8050403",
    "rec987654321",
    "Kanareika form",
    "23:59",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stood in the form's fields; an empty one is left out by those mailers that do so."""

    text: str
    name: str = ""
    mail: str = ""
    phone: str = ""
    class_group: str = ""
    subject: str = ""
    anonymous: str = ""


WORDS = {
    "kk": {
        "name": "Аты-жөніңіз",
        "mail": "Эл. поштаңыз",
        "phone": "Телефон нөмірі",
        "class_group": "Сыныбы/тобы",
        "subject": "Тақырыбы",
        "text": "Өтініш мәтіні",
        "anonymous": "Жасырын",
    },
    "ru": {
        "name": "Ваше имя",
        "mail": "E-mail",
        "phone": "Контактный телефон",
        "class_group": "Класс",
        "subject": "Тема",
        "text": "Сообщение",
        "anonymous": "Анонимно",
    },
    "en": {
        "name": "Your Name *",
        "mail": "Email Address",
        "phone": "Phone",
        "class_group": "Class/Group",
        "subject": "Subject",
        "text": "Comment or Message",
        "anonymous": "Send anonymously",
    },
}
ORDER = ("name", "mail", "phone", "class_group", "subject", "anonymous", "text")


def filled(typed: Typed, language: str, *, empty: bool = False) -> list[tuple[str, str]]:
    pairs = [(WORDS[language][name], str(getattr(typed, name))) for name in ORDER]
    return [pair for pair in pairs if pair[1] or empty]


def contact_form_7(typed: Typed, language: str) -> str:
    sender, subject, body, farewell = {
        "kk": ("Кімнен", "Тақырып", "Хабарлама", "Бұл хат сайттан жіберілді: Мектеп"),
        "ru": ("От", "Тема", "Сообщение", "Это сообщение отправлено с сайта Школа"),
        "en": ("From", "Subject", "Message Body", "This e-mail was sent from a contact form on School"),
    }[language]
    more = filled(Typed(text="", **{name: getattr(typed, name) for name in MORE}), language)
    head = [f"{sender}: {typed.name} <{typed.mail}>", f"{subject}: {typed.subject}", *lines(more)]
    return "\n".join(
        [*head, "", f"{body}:", typed.text, "", "-- ", f"{farewell} (https://school.example/canary)"]
    )


MORE = ("phone", "class_group", "anonymous")


def lines(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{label}: {value}" for label, value in pairs]


def wpforms(typed: Typed, language: str) -> str:
    return "".join(f"--- {label} ---\n\n{value}\n\n" for label, value in filled(typed, language))


def elementor(typed: Typed, language: str) -> str:
    labels = {
        "kk": ("Күні", "Уақыты", "Беттің URL", "Браузер", "IP мекенжайы", "Powered by"),
        "ru": ("Дата", "Время", "URL страницы", "Агент пользователя", "Удаленный IP", "Powered by"),
        "en": ("Date", "Time", "Page URL", "User Agent", "Remote IP", "Powered by"),
    }[language]
    values = (
        "22 November 2026", "23:59", "https://school.example/canary", "Mozilla/5.0 (X11) Canarefox/1",
        "203.0.113.7", "Elementor",
    )  # fmt: skip
    return "\n".join(
        [*lines(filled(typed, language, empty=True)), "", "---", "", *lines(zip(labels, values, strict=True))]
    )


def bitrix(typed: Typed, language: str) -> str:
    head, author, mail, text, farewell = {
        "kk": (
            "Информационное сообщение сайта Мектеп\n{}\n\n"
            "Сізге кері байланыс формасы арқылы хабарлама жіберілді",
            "Автор",
            "Автордың e-mail",
            "Хабарлама мәтіні",
            "Бұл хабарлама автоматты түрде жасалды.",
        ),
        "ru": (
            "Информационное сообщение сайта Школа\n{}\n\n"
            "Вам было отправлено сообщение через форму обратной связи",
            "Автор",
            "E-mail автора",
            "Текст сообщения",
            "Сообщение сгенерировано автоматически.",
        ),
        "en": (
            "Notification from School\n{}\n\nA message has been sent to you from the feedback form.",
            "Sent by",
            "Sender's e-mail",
            "Message text",
            "This notification has been generated automatically.",
        ),
    }[language]
    more = filled(Typed(text="", **{name: getattr(typed, name) for name in (*MORE, "subject")}), language)
    return "\n".join(
        [
            head.format("-" * 42),
            "",
            f"{author}: {typed.name}",
            f"{mail}: {typed.mail}",
            *lines(more),
            "",
            f"{text}:",
            typed.text,
            "",
            farewell,
        ]
    )


def joomla(typed: Typed, language: str) -> str:
    prefix = {
        "kk": "Бұл сұраныс https://school.example/canary сайты арқылы келді, кімнен:",
        "ru": "Это сообщение отправлено с сайта https://school.example/canary от:",
        "en": "This is an enquiry email via https://school.example/canary from:",
    }[language]
    more = filled(Typed(text="", **{name: getattr(typed, name) for name in MORE}), language)
    return "\n".join([prefix, f"{typed.name} <{typed.mail}>", "", typed.text, "", *lines(more)])


def tilda(typed: Typed, language: str) -> str:
    pairs = [(label.replace(" ", "_"), value) for label, value in filled(typed, language)]
    section = "Additional information" if language == "en" else "Дополнительная информация"
    return "\n".join(
        [
            *lines(pairs),
            "",
            f"{section}:",
            "Transaction ID: 9070605:8050403",
            "Block ID: rec987654321",
            "Form Name: Kanareika form",
            "https://school.example/canary",
            "-----",
        ]
    )


def formspree(typed: Typed, _language: str) -> str:
    names = {
        "name": "name",
        "mail": "_replyto",
        "phone": "phone",
        "class_group": "class",
        "subject": "subject",
        "text": "message",
        "anonymous": "anonymous",
    }
    pairs = [(names[name], getattr(typed, name)) for name in ORDER if getattr(typed, name)]
    return "\n".join(
        [
            "Hey there,",
            "",
            "Someone just submitted your form on https://school.example/canary.",
            "",
            "Here's what they had to say:",
            "",
            *(f"{label}:\n{value}\n" for label, value in pairs),
            "Submitted 23:59 - 22 November 2026",
        ]
    )


def ucoz(typed: Typed, language: str) -> str:
    head = {"kk": "Сайттан жаңа хабарлама", "ru": "Новое сообщение с сайта", "en": "New message from School"}
    end = ["IP: 203.0.113.7", "Браузер: Mozilla/5.0 Canarefox"]
    return "\n".join([head[language], "", *lines(filled(typed, language, empty=True)), "", *end])


def google_form(typed: Typed, language: str) -> str:
    stamp = {"kk": "Уақыт белгісі", "ru": "Отметка времени", "en": "Timestamp"}[language]
    return "\n".join([f"{stamp}: 22.11.2026 23:59:01", *lines(filled(typed, language))])


def table(typed: Typed, language: str) -> str:
    """WPForms, Formspree and others as HTML: a row for each field, two cells."""
    rows = [
        *filled(typed, language),
        ("IP", "203.0.113.7"),
        ("User Agent", "Mozilla/5.0 Canarefox"),
        ("Дата отправки", "22.11.2026 23:59"),
    ]
    cells = "".join(f"<tr><th>{label}:</th><td>{_shown(value)}</td></tr>" for label, value in rows)
    return (
        f"<html><body><h2>{html.escape('Новое сообщение с сайта')}</h2><table>{cells}</table></body></html>"
    )


def stacked(typed: Typed, language: str) -> str:
    """WPForms' older HTML: a label and a value are two rows."""
    rows = "".join(
        f"<tr><td><strong>{label}</strong></td></tr><tr><td>{_shown(value)}</td></tr>"
        for label, value in filled(typed, language)
    )
    return f"<table>{rows}</table><p>Sent from <a href='https://school.example/canary'>School</a></p>"


def broken_lines(typed: Typed, language: str) -> str:
    """Elementor's HTML."""
    return "<br>\n".join(html.escape(line) for line in elementor(typed, language).split("\n"))


def _shown(value: str) -> str:
    return html.escape(value).replace("\n", "<br />\n")


Mailer = Callable[[Typed, str], str]
PLAIN: dict[str, Mailer] = {
    "Contact Form 7": contact_form_7,
    "WPForms": wpforms,
    "Elementor": elementor,
    "Bitrix": bitrix,
    "Joomla": joomla,
    "Tilda": tilda,
    "Formspree": formspree,
    "uCoz": ucoz,
    "Google Forms": google_form,
}
HTML: dict[str, Mailer] = {
    "a table": table,
    "labels above values": stacked,
    "Elementor in HTML": broken_lines,
}
MAILERS = PLAIN | HTML


def mailed(
    mailer: str, typed: Typed, language: str = "ru", *, charset: str = "utf-8", head: str = ""
) -> bytes:
    """The letter that a mailer sends: From is the site, Reply-To the visitor."""
    kind = "text/html" if mailer in HTML else "text/plain"
    subject = f"School: {typed.subject}" if mailer == "Joomla" and typed.subject else "Сайттан хабарлама"
    header = (
        f"From: WordPress <wordpress@school.example>\r\nTo: box@school.example\r\nReply-To: {VISITOR}\r\n"
        f"Subject: {Header(subject, 'utf-8').encode()}\r\nX-Originating-IP: [203.0.113.7]\r\n{head}"
        f"MIME-Version: 1.0\r\nContent-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n"
    )
    body = MAILERS[mailer](typed, language).replace("\n", "\r\n")
    return header.encode() + b"\r\n" + body.encode(charset)
