"""Asks a person one thing at a time, in their language, and asks again when the answer cannot be."""

import getpass
import os
import sys
from collections.abc import Callable

from intake.verbs.output import say

LANGUAGES = ("kk", "ru", "en")

# Each question in Kazakh, Russian, English.
_WORDS = {
    "school": ("Мектептің атауы", "Название школы", "Name of the school"),
    "box": ("Сенім жәшігінің e-mail мекенжайы", "Адрес ящика доверия", "E-mail address of the Trust Box"),
    "imap": ("IMAP сервері", "Сервер IMAP", "IMAP server"),
    "imap_port": ("IMAP порты", "Порт IMAP", "IMAP port"),
    "smtp": ("SMTP сервері", "Сервер SMTP", "SMTP server"),
    "smtp_port": ("SMTP порты", "Порт SMTP", "SMTP port"),
    "ca_file": (
        "Мектептің өз сертификат орталығы болса, оның файлы (болмаса — Enter)",
        "Файл собственного центра сертификации (если его нет — Enter)",
        "File of a certificate authority of your own (none: Enter)",
    ),
    "username": ("Пайдаланушы аты", "Имя пользователя", "User name"),
    "password": ("Құпиясөз", "Пароль", "Password"),
    "again": (
        "Қайта енгізесіз бе? (y — иә, n — осылай қалсын)",
        "Ввести заново? (y — да, n — оставить так)",
        "Enter it again? (y: yes, n: keep it as it is)",
    ),
    "reader": (
        "Хаттарды оқитын қызметкердің аты мен әкесінің аты (басқа ешкім болмаса — Enter)",
        "Имя и отчество сотрудника, который читает письма (больше никого — Enter)",
        "Name of a member of staff who reads the letters (no more: Enter)",
    ),
    "reader_address": ("E-mail мекенжайы", "Адрес e-mail", "E-mail address"),
    "role": (
        "Рөлі: 1 — психолог, 2 — әлеуметтік педагог, 3 — директордың орынбасары, 4 — директор",
        "Роль: 1 — психолог, 2 — социальный педагог, 3 — заместитель директора, 4 — директор",
        "Role: 1 psychologist, 2 social pedagogue, 3 deputy director, 4 director",
    ),
    "language": (
        "Хаттардың тілі: kk, ru, en",
        "Язык писем: kk, ru, en",
        "Language of the letters: kk, ru, en",
    ),
    "administrator": (
        "Әкімшінің e-mail мекенжайы (жоқ болса — Enter)",
        "Адрес e-mail администратора (если его нет — Enter)",
        "E-mail of the administrator (none: Enter)",
    ),
    "at_least_one": (
        "Кем дегенде бір қызметкер керек.",
        "Нужен хотя бы один сотрудник.",
        "At least one member of staff is needed.",
    ),
    "trying": ("Тексеріп жатырмыз", "Проверяем", "Trying"),
    "works": ("жұмыс істейді", "работает", "works"),
}


class AnswersEnded(Exception):
    """Standard input ended before the last question."""

    def __init__(self) -> None:
        super().__init__("the answers ended before the last question; nothing was written: run it again")


def language() -> str:
    """The administrator's language, by the environment as gettext reads it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return value[:2] if value[:2] in LANGUAGES else "en"
    return "en"


def words(key: str) -> str:
    """A question in the administrator's language."""
    return _WORDS[key][LANGUAGES.index(language())]


def ask(
    key: str,
    *,
    default: str = "",
    optional: bool = False,
    read: Callable[[str], str] = str,
    secret: bool = False,
) -> str:
    """One answer, read by `read`; a ValueError of it is told, and the question put again."""
    while True:
        answer = _line(f"{words(key)}{f' [{default}]' if default else ''}: ", secret=secret) or default
        if not answer and optional:
            return ""
        try:
            if not answer:
                raise ValueError("an answer is needed")
            return read(answer)
        except ValueError as fault:
            say(f"  ✗ {fault}")


def yes(key: str) -> bool:
    """A plain Enter means yes."""
    return _line(f"{words(key)} [y]: ").casefold()[:1] not in {"n", "н", "ж"}


def _line(prompt: str, *, secret: bool = False) -> str:
    try:
        if secret and sys.stdin.isatty():
            return getpass.getpass(prompt)
        sys.stdout.write(prompt)
        sys.stdout.flush()
        line = sys.stdin.readline()
    except EOFError:
        line = ""
    if not line:
        raise AnswersEnded
    if not sys.stdin.isatty():
        say("")  # a terminal shows the person's own Enter
    return line.rstrip("\r\n") if secret else line.strip()
