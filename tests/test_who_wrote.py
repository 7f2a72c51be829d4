"""Ways to find out who wrote: how a program writes, a Message-ID that one has seen, what a letter loads."""

import hashlib
import quopri
import re
import textwrap
from base64 import encodebytes
from html import unescape

import pytest
from sqlalchemy import select

from journal.tables import metadata
from tests.desk import AIGUL, DayAtTheDesk, text_of
from tests.school import plain_letter

pytestmark = pytest.mark.decides

PARAGRAPHS = (
    "Жасырын",
    "Дене шынықтыру сабағынан кейін шешінетін бөлмеде менің сөмкемді лақтырып, өзімді итереді, ал қалғандары "
    "қарап тұрып күледі.",
    "Сынып жетекшісіне айтуға қорқамын. Не істесем болады?",
)


def head(more: str) -> bytes:
    return f"To: box@school.example\r\nSubject: \r\nMIME-Version: 1.0\r\n{more}\r\n\r\n".encode()


def gmail() -> bytes:
    plain = quopri.encodestring("\r\n\r\n".join(PARAGRAPHS).encode())
    html = "<br><br>".join(PARAGRAPHS)
    return (
        head("From: a@gmail.example\r\nMessage-ID: <CAF1@mail.gmail.example>\r\n"
             'Content-Type: multipart/alternative; boundary="000000000000a1"')
        + b'--000000000000a1\r\nContent-Type: text/plain; charset="UTF-8"\r\n'
        + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + plain
        + b'\r\n--000000000000a1\r\nContent-Type: text/html; charset="UTF-8"\r\n\r\n'
        + f'<div dir="ltr">{html}</div>'.encode() + b"\r\n--000000000000a1--\r\n"
    )  # fmt: skip


def outlook() -> bytes:
    lines = "".join(f'<p class="MsoNormal"><span lang=KZ>{one}</span></p>' for one in PARAGRAPHS)
    page = encodebytes(f"<html><body lang=RU>{lines}</body></html>".encode("utf-16"))
    return (
        head("From: b@outlook.example\r\nThread-Index: AdZk\r\nX-Originating-IP: [203.0.113.7]\r\n"
             "Content-Type: text/html; charset=utf-16\r\nContent-Transfer-Encoding: base64")
        + page
    )  # fmt: skip


def thunderbird() -> bytes:
    """Lines of 72 with a space before each soft break (RFC 3676)."""
    flowed = "\r\n\r\n".join(" \r\n".join(textwrap.wrap(one, 70)) for one in PARAGRAPHS)
    return (
        head("From: c@family.example\r\nUser-Agent: Mozilla Thunderbird\r\n"
             "Content-Type: text/plain; charset=UTF-8; format=flowed\r\nContent-Transfer-Encoding: 8bit")
        + flowed.encode()
    )  # fmt: skip


def the_bat() -> bytes:
    """A Kazakh Windows' own charset, lines broken hard, a signature of the program's."""
    broken = "\r\n\r\n".join("\r\n".join(textwrap.wrap(one, 70)) for one in PARAGRAPHS)
    return (
        head("From: d@family.example\r\nX-Mailer: The Bat! (v9) Professional\r\n"
             "Content-Type: text/plain; charset=ptcp154\r\nContent-Transfer-Encoding: 8bit")
        + f"{broken}\r\n\r\n-- \r\nС уважением, Сәуле".encode("kz1048")
    )  # fmt: skip


def mail_ru() -> bytes:
    lines = "".join(f"<div>{one}</div><div>&nbsp;</div>" for one in PARAGRAPHS)
    page = f"\n<HTML><BODY>{lines}<div>Отправлено из Почты Mail.ru для Android</div></BODY></HTML>\n"
    return (
        head("From: e@mail.example\r\nX-Priority: 3 (Normal)\r\n"
             "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64")
        + encodebytes(page.encode())
    )  # fmt: skip


def test_five_mail_programs_make_the_same_entry_of_the_same_words(day: DayAtTheDesk) -> None:
    for program in (gmail, outlook, thunderbird, the_bat, mail_ru):
        day.arrives(program())
    told = {
        (one.text, one.content, one.language, one.channel, one.anonymous) for one in day.journal.entries()
    }
    assert len(told) == 1
    assert next(iter(told))[0] == "\n".join(PARAGRAPHS)


def test_a_message_id_that_somebody_has_seen_is_found_nowhere_in_the_journal(day: DayAtTheDesk) -> None:
    """Whoever reads the mail server's log knows it: without the key no digest of it can be compared."""
    known = "CAF1-seen-in-a-log@family.example"
    raw = plain_letter("Жасырын\n\nМені ұрады.").replace(
        b"Message-ID: <", f"Message-ID: <{known}>\r\nX: <".encode()
    )
    day.arrives(raw)
    guesses = {known, f"<{known}>", f"<{known}>".casefold(), *(raw.decode(), "Мені ұрады.")}
    digests = {
        getattr(hashlib, kind)(guess.encode()).hexdigest()
        for kind in ("md5", "sha1", "sha256", "sha512", "blake2b")
        for guess in guesses
    }
    kept = []
    with day.journal.store.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                kept += [str(value) for value in row if not isinstance(value, bytes)]
    assert day.journal.last_number() == 1
    assert not [one for one in kept if one in digests or known in one]
    assert any(len(one) == 64 for one in kept), "there are digests, and all of them are keyed"


TEMPLATE = "{{'z'*9}}"
BAIT = f'{TEMPLATE} {{% raw %}} <img src="https://track.example/1.gif"> <script>x()</script> https://evil.example'


def test_markup_and_templates_in_an_appeal_are_words_and_load_nothing(day: DayAtTheDesk) -> None:
    day.arrives(plain_letter(f"Жасырын\n\nКөмек керек. {BAIT}", subject=f"{BAIT} %(num)s"))
    day.at(15).sends()
    (letter,) = day.letters(AIGUL, "daily")
    html = next(part.get_content() for part in letter.walk() if part.get_content_type() == "text/html")
    assert "zzzzzzzzz" not in text_of(letter) + html
    assert TEMPLATE in text_of(letter)
    assert TEMPLATE in unescape(html)
    assert not re.search(r"<script|<img|<iframe|<link|url\(|@import", html)
    assert not re.search(r"(?i)(src|href|background)\s*=\s*[\"']?https?://(track|evil)", html)
